//! What holds at every outlet: each text arrives once and as it was issued, and a drill never leaves. It does not try what
//! servers do wrong.

use std::io::Write;
use std::process::Stdio;

use super::hook;
use crate::support::outlet_server::{Got, Manner, OutletServer};
use crate::support::play::{Play, SECRET, declared, files, with_secret};
use crate::support::readers;

#[test]
fn every_rendition_arrives_once_at_every_outlet() {
    let server = OutletServer::start(|_| Manner::ok());
    let outlets = hook(&server.url("/hook"))
        + &format!(
            "  chat: {{ kind: slack, url: \"{}\", channels: [social], one_message: true }}\n",
            server.url("/chat")
        )
        + "  files: { kind: folder, folder: out, channels: [web, call-centre, ivr] }\n"
        + "  page: { kind: site, folder: site, staff: staff, base_url: \"https://status.abc.vn\", counts_as_update: true }\n";
    let p = with_secret(&outlets, SECRET);
    declared(&p);
    let dry = p.ok(&["publish", "--dry-run"]);
    assert!(
        dry.contains("hook: statement 1") && server.taken().is_empty(),
        "{dry}"
    );
    p.ok(&["publish"]);
    let again = p.ok(&["publish"]);
    assert!(again.contains("Nothing is to be published"), "{again}");
    let taken = server.taken();
    let on = |path: &str| {
        taken
            .iter()
            .filter(|g| g.path == path)
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!((on("/hook").len(), on("/chat").len()), (4, 1));
    // The bytes are those that were issued.
    for (lang, got) in [("vi", &on("/hook")), ("en", &on("/hook"))] {
        let said = p.ok(&["--lang", lang, "statement", "show", "1", "--channel", "web"]);
        let is = |g: &&Got| {
            let body: serde_json::Value = serde_json::from_str(&g.body).unwrap();
            body["data"]["channel"] == "web"
                && body["data"]["texts"][lang].as_str().map(str::trim) == Some(said.trim())
        };
        assert_eq!(got.iter().filter(is).count(), 1, "{lang}");
    }
    let chat: serde_json::Value = serde_json::from_str(&on("/chat")[0].body).unwrap();
    assert!(chat["text"].as_str().unwrap().contains("AAG"), "{chat}");
    let out = files(&p.path("out"));
    assert_eq!(
        out.keys().filter(|k| k.starts_with("INC-1/")).count(),
        6,
        "{:?}",
        out.keys()
    );
    assert!(p.path("site/index.html").is_file() && p.path("staff/call-centre.html").is_file());
    assert!(
        p.standings().iter().all(|(.., s)| s == "delivered"),
        "{:?}",
        p.standings()
    );
    // What left stands in the record, chained as everything.
    p.ok(&["record", "verify"]);
    // The secret is nowhere in it, nor in what is printed.
    let all = p.ok(&["record", "export"]) + &p.ok(&["--json", "outbox", "list", "--all"]);
    assert!(!all.contains(&SECRET[6..]), "the secret is in the record");
    let Some(mut python) = readers::python("webhook.py") else {
        return;
    };
    let mut child = python
        .env("SECRET", SECRET)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    for g in on("/hook") {
        // The library compares with the clock of this machine; the request carries the time at which it was really sent.
        let line = serde_json::json!({ "headers": g.headers, "body": g.body });
        writeln!(child.stdin.as_mut().unwrap(), "{line}").unwrap();
    }
    let out = child.wait_with_output().unwrap();
    assert!(out.status.success(), "{out:?}");
    assert_eq!(String::from_utf8_lossy(&out.stdout).trim(), "4");
}

#[test]
fn a_drill_is_marked_everywhere_and_never_leaves() {
    let server = OutletServer::start(|_| Manner::ok());
    let p = Play::with(&hook(&server.url("/")), &["--drill"]);
    declared(&p);
    let (code, said) = p.run(&["publish"]);
    assert_eq!((code, said.contains("drill")), (1, true), "{said}");
    p.run(&["tick", "--publish"]);
    assert!(server.taken().is_empty());
    let all = p.json(&["statement", "show", "1"]);
    for r in all["statement"]["renditions"].as_array().unwrap() {
        let text = r["text"].as_str().unwrap();
        let marks = [
            "DIỄN TẬP: ",
            "DIEN TAP: ",
            "DRILL: ",
            "Đây là diễn tập. ",
            "This is a drill. ",
        ];
        assert!(marks.iter().any(|m| text.starts_with(m)), "{text}");
    }
    p.ok(&["site", "build", "site"]);
    assert!(
        std::fs::read_to_string(p.path("site/en/index.html"))
            .unwrap()
            .contains("DRILL: everything")
    );
    let site = files(&p.path("site"));
    let text = |name: &str| String::from_utf8_lossy(&site[name]).into_owned();
    let list: serde_json::Value = serde_json::from_str(&text("en/api/v2/incidents.json")).unwrap();
    let name = list["incidents"][0]["name"].as_str().unwrap();
    assert!(
        name.starts_with("DRILL: ") && name.matches("DRILL").count() == 1,
        "{name}"
    );
    assert!(text("calendar.ics").contains("SUMMARY:DIỄN TẬP: "));
    for line in text("en/feed.xml")
        .lines()
        .filter(|l| l.contains("<title>"))
    {
        for title in line.split("<title>").skip(1) {
            assert!(title.starts_with("DRILL: "), "{title}");
        }
    }
    // A record that said something cannot become a drill, nor a drill real.
    p.ok(&["record", "verify"]);
}
