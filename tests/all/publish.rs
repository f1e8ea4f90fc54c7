//! Publishing: once each, in order, with proof; what is no longer true is held; what fails is tried again; what may have
//! arrived and cannot be asked about is for a person.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::chance::{Chance, is_full, seed};
use crate::support::outlet_server::{Got, Manner, OutletServer};
use crate::support::play::{Play, SECRET, declared, files, with_secret};
use crate::support::readers;
use crate::support::status_page::{statuspage, until_done};

fn hook(url: &str) -> String {
    format!(
        "  hook: {{ kind: webhook, url: \"{url}\", secret: \"env:OUTLET_SECRET\", channels: [web, email], timeout: 2s }}\n"
    )
}

#[test]
fn every_rendition_arrives_once_at_every_outlet() {
    let server = OutletServer::start(|_| Manner::ok());
    let outlets = hook(&server.url("/hook"))
        + &format!(
            "  chat: {{ kind: slack, url: \"{}\", channels: [social], together: true }}\n",
            server.url("/chat")
        )
        + "  files: { kind: folder, folder: out, channels: [web, call-centre, ivr] }\n"
        + "  page: { kind: site, folder: site, staff: staff, base_url: \"https://status.abc.vn\", promised: true }\n";
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
fn an_update_counts_when_it_can_be_read() {
    let p = Play::new("  page: { kind: site, folder: site, promised: true }\n");
    declared(&p);
    p.ok(&["publish"]);
    p.now.set("2026-11-25 09:50");
    p.ok(&["still"]);
    p.ok(&["statement", "issue"]);
    let verdict = || {
        let list = p.json(&["promise", "list", "--all"]);
        let all = list["promises"].as_array().unwrap();
        let of = all.iter().find(|x| x["number"] == 1).unwrap();
        (
            of["state"].as_str().unwrap().to_owned(),
            of["kept_at"].clone(),
        )
    };
    assert_eq!(verdict().0, "open", "issued, and nobody can read it");
    p.now.set("2026-11-25 09:56");
    p.ok(&["publish"]);
    let (state, at) = verdict();
    assert_eq!(
        (state.as_str(), at.as_str().unwrap_or_default()),
        ("kept", "2026-11-25T02:56:00Z")
    );
}

#[test]
fn an_older_text_gives_way_and_an_untrue_one_is_held() {
    let fail = Arc::new(AtomicUsize::new(1));
    let failing = Arc::clone(&fail);
    let server = OutletServer::start(move |_| match failing.load(Ordering::SeqCst) {
        0 => Manner::ok(),
        _ => Manner::status(503),
    });
    let p = with_secret(&hook(&server.url("/")), SECRET);
    declared(&p);
    let (code, said) = p.run(&["publish"]);
    assert_eq!(
        (code, said.contains("tried again later")),
        (1, true),
        "{said}"
    );
    fail.store(0, Ordering::SeqCst);
    // Not before its time.
    let (_, said) = p.run(&["publish"]);
    assert!(said.contains("Nothing is to be published"), "{said}");
    p.now.set("2026-11-24 20:30");
    p.ok(&["link", "set", "AAG", "degraded"]);
    let (code, said) = p.run(&["publish"]);
    assert_eq!((code, said.contains("no longer true")), (1, true), "{said}");
    assert!(server.taken().is_empty());
    p.ok(&["statement", "issue"]);
    let said = p.ok(&["publish"]);
    assert!(
        said.contains("gave way to something newer") && said.contains("4 delivered"),
        "{said}"
    );
    let of = |n: u64| {
        p.standings()
            .into_iter()
            .filter(|s| s.1 == n)
            .map(|s| s.3)
            .collect::<Vec<_>>()
    };
    assert_eq!(of(1), vec!["superseded"; 4]);
    assert_eq!(of(2), vec!["delivered"; 4]);
}

#[test]
fn after_all_tries_a_person_is_told_and_decides() {
    let server = OutletServer::start(|_| {
        Manner::Answer(429, vec![("retry-after", "600".into())], "slow down".into())
    });
    let outlets = hook(&server.url("/")).replace("timeout: 2s", "tries: 2");
    let p = with_secret(&outlets, SECRET);
    declared(&p);
    p.run(&["publish"]);
    let list = p.json(&["outbox", "list"]);
    // Ten minutes, as the server asked, though our own pause would be one.
    assert_eq!(list["items"][0]["again"], "2026-11-24T13:10:00Z", "{list}");
    p.now.set("2026-11-24 20:11");
    p.run(&["publish"]);
    assert!(
        p.standings().iter().all(|s| s.3 == "given-up"),
        "{:?}",
        p.standings()
    );
    let (code, said) = p.run(&["tick"]);
    assert_eq!(
        (
            code,
            said.contains("undelivered") && said.contains("tried 2 times")
        ),
        (1, true),
        "{said}"
    );
    let key = p.json(&["outbox", "list"])["items"][0]["key"]
        .as_str()
        .unwrap()
        .to_owned();
    p.ok(&["outbox", "drop", &key[..8], "--because", "told by phone"]);
    p.ok(&[
        "outbox",
        "retry",
        "--outlet",
        "hook",
        "--because",
        "the server is back",
    ]);
    let mut words: Vec<String> = p.standings().into_iter().map(|s| s.3).collect();
    words.sort();
    assert_eq!(words, ["dropped", "waiting", "waiting", "waiting"]);
    let shown = p.ok(&["outbox", "show", &key[..8]]);
    assert!(
        shown.contains("told by phone") && shown.contains("Cáp AAG") || shown.contains("AAG cable"),
        "{shown}"
    );
}

/// Two cron jobs at the same moment, again and again: nothing is sent twice.
#[test]
fn two_that_publish_at_once_never_send_the_same() {
    let server = OutletServer::start(|_| Manner::Slow(Duration::from_millis(30)));
    let outlets = format!(
        "  chat: {{ kind: slack, url: \"{}\", channels: [web, social, email, push] }}\n",
        server.url("/")
    );
    let p = Play::new(&outlets);
    declared(&p);
    let start = || {
        p.command(&["publish"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let all: Vec<_> = (0..4).map(|_| start()).collect();
    for child in all {
        child.wait_with_output().unwrap();
    }
    let bodies: Vec<String> = server.taken().into_iter().map(|g| g.body).collect();
    assert_eq!(bodies.len(), 8, "each text once");
    assert!(p.standings().iter().all(|s| s.3 == "delivered"));
}

#[test]
fn many_people_are_shown_first_and_only_who_heard_the_first_hears_the_second() {
    let server = OutletServer::start(|got| {
        let sent: serde_json::Value = serde_json::from_str(&got.body).unwrap();
        let of = |n: &serde_json::Value| {
            let status = if n.as_str().unwrap().ends_with('7') {
                "21"
            } else {
                "0"
            };
            serde_json::json!({ "to": n, "status": status, "id": format!("g{}", n.as_str().unwrap().len()) })
        };
        let list: Vec<_> = sent["to"].as_array().unwrap().iter().map(of).collect();
        Manner::Answer(
            200,
            Vec::new(),
            serde_json::json!({ "messages": list }).to_string(),
        )
    });
    let outlets = format!(
        "  sms:\n    kind: http-sms\n    url: \"{}\"\n    body: '{{ \"to\": {{{{ numbers }}}}, \"text\": {{{{ text }}}}, \"key\": {{{{ secret }}}} }}'\n    secret: env:OUTLET_SECRET\n    recipients: people.txt\n    batch: 20\n    cost: 320\n    currency: VND\n    rate: 1000\n    channels: [sms]\n    languages: [vi]\n    results: {{ list: /messages, number: to, status: status, accepted: [\"0\"], reference: id }}\n",
        server.url("/gw")
    );
    let p = with_secret(&outlets, "s3cret");
    let people: Vec<String> = (0..60).map(|i| format!("0912345{i:03}")).collect();
    std::fs::write(
        p.path("people.txt"),
        format!("# ours\n{}\n{}\n", people.join("\n"), people[0]),
    )
    .unwrap();
    declared(&p);
    let (code, said) = p.run(&["publish"]);
    assert_eq!(
        (
            code,
            said.contains("60 people, 120 parts, 38400 VND") && said.contains("not sent")
        ),
        (1, true),
        "{said}"
    );
    // A script hears of it too.
    let left = p.json(&["publish"]);
    assert_eq!(left["not_sent"][0]["outlet"], "sms", "{left}");
    assert_eq!(left["not_sent"][0]["mass"]["people"], 60, "{left}");
    // Cron does not send to many by itself.
    p.run(&["tick", "--publish"]);
    assert!(server.taken().is_empty());
    // One of them shall not get it: known before anything was sent.
    let items = p.json(&["outbox", "list"]);
    let key = items["items"][0]["key"].as_str().unwrap().to_owned();
    assert!(p.ok(&["outbox", "show", &key[..12]]).contains("waiting"));
    p.ok(&["outbox", "drop", &key[..12], "--because", "asked not to"]);
    assert!(
        p.ok(&["outbox", "show", &key[..12]])
            .contains("asked not to")
    );
    p.run(&["publish", "--yes"]);
    let sent: Vec<String> = server
        .taken()
        .iter()
        .flat_map(|g| {
            let sent: serde_json::Value = serde_json::from_str(&g.body).unwrap();
            let to = sent["to"].as_array().unwrap().clone();
            to.into_iter().map(|n| n.as_str().unwrap().to_owned())
        })
        .collect();
    assert_eq!(
        sent.len(),
        59,
        "nobody twice, also who stands in the list twice"
    );
    let refused = sent.iter().filter(|n| n.ends_with('7')).count();
    assert_eq!(
        p.standings().iter().filter(|s| s.3 == "refused").count(),
        refused
    );
    // The record knows nobody's number.
    let export = p.ok(&["record", "export"]);
    assert!(!export.contains("0912345001") && !export.contains("s3cret"));
    // Somebody new on the list did not hear the first text, and does not hear the second.
    std::fs::write(
        p.path("people.txt"),
        format!("{}\n0999999999\n", people.join("\n")),
    )
    .unwrap();
    p.now.set("2026-11-24 20:30");
    p.ok(&["link", "set", "AAG", "degraded"]);
    p.ok(&["statement", "issue"]);
    let dry = p.ok(&["publish", "--dry-run"]);
    let heard = format!("sms: {} people", sent.len() - refused);
    assert!(dry.contains(&heard), "{dry}");
    // A person stops it.
    p.ok(&["outbox", "stop", "sms", "--because", "wrong list"]);
    let (_, said) = p.run(&["publish", "--yes"]);
    assert!(!said.contains("delivered"), "{said}");
    // A list that holds something else is refused without repeating what stands there.
    std::fs::write(p.path("people.txt"), "0912345000\nNguyen Van A\n").unwrap();
    let (code, said) = p.run(&["publish"]);
    assert_eq!(
        (code, said.contains("line 2") && !said.contains("Nguyen")),
        (1, true),
        "{said}"
    );
}

#[test]
fn quiet_hours_hold_and_safety_does_not_wait() {
    let server = OutletServer::start(|_| Manner::ok());
    let outlets = format!(
        "  chat: {{ kind: slack, url: \"{}\", channels: [social], quiet: {{ from: \"22:00\", to: \"07:00\" }} }}\n",
        server.url("/")
    );
    let p = Play::new(&outlets);
    p.now.set("2026-11-24 23:00");
    declared(&p);
    let (code, said) = p.run(&["publish"]);
    assert_eq!((code, said.contains("quiet hours")), (1, true), "{said}");
    assert!(server.taken().is_empty());
    p.ok(&["declare", "backbone-cut", "--link", "BB-NS-1=down"]);
    p.ok(&[
        "fact",
        "note",
        "danger=yes",
        "--source",
        "field-team",
        "--incident",
        "INC-2",
    ]);
    p.ok(&["statement", "issue", "INC-2"]);
    p.run(&["publish"]);
    assert_eq!(
        server.taken().len(),
        2,
        "both languages of the one where people may be in danger"
    );
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

#[test]
fn what_somebody_does_by_hand_has_its_receipt() {
    let p = Play::new("  banks: { kind: by-hand, channels: [call-centre], people: [VCB, BIDV] }\n");
    declared(&p);
    let said = p.ok(&["told"]);
    assert!(
        said.contains("VCB: statement 1") && said.contains("BIDV"),
        "{said}"
    );
    let (code, said) = p.run(&["tick"]);
    assert_eq!((code, said.contains("by-hand: banks")), (1, true), "{said}");
    let said = p.ok(&["told", "vcb", "--by", "phone", "--note", "chị Hoa nhận"]);
    assert!(said.contains("1 still wait"), "{said}");
    p.ok(&["told", "BIDV", "--by", "phone"]);
    p.ok(&[
        "told",
        "Zalo group of agents",
        "--by",
        "post",
        "--of",
        "120",
    ]);
    assert!(
        p.standings().iter().all(|s| s.3 == "delivered"),
        "{:?}",
        p.standings()
    );
    p.ok(&["link", "set", "AAG", "degraded"]);
    let said = p.ok(&["told", "somebody"]);
    assert!(said.contains("no longer true"), "{said}");
}

#[test]
fn mail_is_read_back_as_it_was_meant() {
    let Some(mut python) = readers::python("mail.py") else {
        return;
    };
    let mut child = python
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut port = String::new();
    std::io::BufRead::read_line(&mut out, &mut port).unwrap();
    let outlets = format!(
        "  mail: {{ kind: smtp, server: \"127.0.0.1:{}\", tls: none, from: \"ABC – Trung tâm <suco@abc.vn>\", to: [\"dn@khach.vn\"], unsubscribe: \"mailto:roi@abc.vn\", reply_to: \"hotro@abc.vn\", channels: [email], together: true }}\n",
        port.trim()
    );
    let p = Play::new(&outlets);
    declared(&p);
    p.ok(&["publish"]);
    p.now.set("2026-11-24 20:30");
    p.ok(&["link", "set", "AAG", "degraded"]);
    p.ok(&["statement", "issue"]);
    p.ok(&["publish"]);
    drop(child.stdin.take());
    let mails: Vec<serde_json::Value> = std::io::BufRead::lines(out)
        .map(|l| serde_json::from_str(&l.unwrap()).unwrap())
        .collect();
    child.wait().unwrap();
    assert_eq!(mails.len(), 2);
    let (first, second) = (&mails[0], &mails[1]);
    assert_eq!(first["defects"], serde_json::json!([]), "{first}");
    let head = |m: &serde_json::Value, name: &str| {
        m["headers"][name].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(head(first, "From"), "ABC – Trung tâm <suco@abc.vn>");
    assert!(
        head(first, "Subject").contains("cáp quang biển / Notice about"),
        "{first}"
    );
    assert_eq!(head(first, "Auto-Submitted"), "auto-generated");
    assert_eq!(head(first, "List-Unsubscribe"), "<mailto:roi@abc.vn>");
    assert_eq!(head(second, "References"), head(first, "Message-ID"));
    assert_eq!(head(second, "In-Reply-To"), head(first, "Message-ID"));
    for lang in ["vi", "en"] {
        let said = p.ok(&[
            "--lang",
            lang,
            "statement",
            "show",
            "1",
            "--channel",
            "email",
        ]);
        let plain = first["parts"]["text/plain"]
            .as_str()
            .unwrap()
            .replace("\r\n", "\n");
        assert!(plain.contains(said.trim()), "{plain}");
        let html = first["parts"]["text/html"].as_str().unwrap();
        assert!(said.lines().all(|l| html.contains(l)), "{html}");
        assert!(html.contains(&format!("lang=\"{lang}\"")));
    }
}

#[test]
fn a_mail_server_that_refuses_is_not_asked_again() {
    let Some(mut python) = readers::python("mail.py") else {
        return;
    };
    let mut child = python
        .arg("refuse")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut port = String::new();
    std::io::BufRead::read_line(&mut out, &mut port).unwrap();
    let outlets = format!(
        "  mail: {{ kind: smtp, server: \"127.0.0.1:{}\", tls: none, from: suco@abc.vn, to: [\"x@khach.vn\"], channels: [email], together: true }}\n  gone: {{ kind: smtp, server: \"127.0.0.1:1\", tls: none, from: suco@abc.vn, to: [\"x@khach.vn\"], channels: [email], together: true }}\n",
        port.trim()
    );
    let p = Play::new(&outlets);
    declared(&p);
    p.run(&["publish"]);
    let of: BTreeMap<String, String> = p.standings().into_iter().map(|s| (s.0, s.3)).collect();
    assert_eq!(
        (of["mail"].as_str(), of["gone"].as_str()),
        ("refused", "failed")
    );
    drop(child.stdin.take());
    child.wait().unwrap();
}

#[test]
fn a_messenger_gets_a_template_that_says_the_same() {
    let server = OutletServer::start(|_| Manner::ok());
    let first = "ABC: <what>. Possibly affected: international access. <cause> No date yet for <link>. Next update: <next>. abc.vn/suco We are sorry. Help: 1900 0000";
    let outlets = format!(
        "  zns:\n    kind: http-template\n    url: \"{}\"\n    body: '{{ \"phone\": {{{{ number }}}}, \"template_id\": {{{{ template }}}}, \"template_data\": {{{{ parameters }}}} }}'\n    recipients: people.txt\n    channels: [sms]\n    languages: [en]\n    templates:\n      - {{ id: \"7001\", lang: en, text: \"Something else: <what>\" }}\n      - {{ id: \"7002\", lang: en, text: \"{first}\", max_parameter: 120 }}\n",
        server.url("/zns")
    );
    let p = Play::new(&outlets);
    std::fs::write(p.path("people.txt"), "0912345678\n").unwrap();
    declared(&p);
    let said = p.ok(&["--lang", "en", "statement", "show", "1", "--channel", "sms"]);
    let (_, told) = p.run(&["publish", "--yes"]);
    let taken = server.taken();
    assert_eq!(taken.len(), 1, "{told} {said}");
    let sent: serde_json::Value = serde_json::from_str(&taken[0].body).unwrap();
    assert_eq!(sent["template_id"], "7002");
    // With its parameters the template gives the very text.
    let mut again = first.to_owned();
    for (name, value) in sent["template_data"].as_object().unwrap() {
        again = again.replace(&format!("<{name}>"), value.as_str().unwrap());
    }
    assert_eq!(again, said.trim());
    // A text that no approved template says does not go.
    p.now.set("2026-11-24 20:30");
    p.ok(&[
        "link",
        "set",
        "AAG",
        "--window",
        "28/11..30/11",
        "--source",
        "cable-operator",
    ]);
    p.ok(&["statement", "issue"]);
    let (code, said) = p.run(&["publish", "--yes"]);
    assert_eq!(
        (code, said.contains("no approved template")),
        (1, true),
        "{said}"
    );
}

#[test]
fn outlets_that_are_set_up_wrong_are_refused_with_their_place() {
    for (outlet, what) in [
        (
            "  x: { kind: webhook, channels: [web] }",
            "`url` is missing",
        ),
        (
            "  x: { kind: webhook, url: \"http://example.vn\", secret: \"env:A\", channels: [web] }",
            "https:// is needed",
        ),
        (
            "  x: { kind: webhook, url: \"https://example.vn\", secret: whsec_abc, channels: [web] }",
            "not the credential",
        ),
        (
            "  x: { kind: folder, folder: ../../etc, channels: [web] }",
            "has to lie in the workspace",
        ),
        (
            "  x: { kind: folder, folder: out, channels: [wbe] }",
            "there is no channel",
        ),
        ("  x: { kind: fax, channels: [web] }", "fax"),
        (
            "  x: { kind: smtp, server: \"mail.abc.vn:25\", tls: none, from: a@b.vn, to: [c@d.vn], channels: [email] }",
            "this machine only",
        ),
        (
            "  x: { kind: folder, folder: out, channels: [web], audience: nobody }",
            "there is no audience",
        ),
        (
            "  x: { kind: statuspage, page: p, secret: \"env:A\", channels: [web], components: { AGG: c } }",
            "no link, region or service \"AGG\"",
        ),
        (
            "  x: { kind: http-template, url: \"https://example.vn\", body: \"{}\", recipients: r.csv, channels: [sms], templates: [{ id: t, lang: vi, text: \"Cap <a> va <a>\" }] }",
            "each once",
        ),
        (
            "  x: { kind: http-sms, url: \"https://example.vn\", method: FETCH, body: \"{}\", recipients: r.csv, channels: [sms] }",
            "none that is sent",
        ),
    ] {
        let p = Play::new("");
        let file = p.path("saydo.yaml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{text}\noutlets:\n{outlet}\n")).unwrap();
        let (code, said) = p.run(&["adopt"]);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(
            (code, said.contains(what) && said.contains("saydo.yaml:")),
            (2, true),
            "{said}"
        );
        assert!(
            !said.contains("whsec_abc")
                || what != "not the credential"
                || !said.contains("outlets.x.secret: whsec"),
            "{said}"
        );
    }
    // A credential that is missing, or that others may read, is said; nothing is sent.
    let server = OutletServer::start(|_| Manner::ok());
    let p = Play::new(&hook(&server.url("/")).replace("env:OUTLET_SECRET", "file:key"));
    declared(&p);
    let (code, said) = p.run(&["publish"]);
    assert_eq!((code, said.contains("credential")), (1, true), "{said}");
    std::fs::write(p.path("key"), SECRET).unwrap();
    std::fs::set_permissions(
        p.path("key"),
        std::os::unix::fs::PermissionsExt::from_mode(0o644),
    )
    .unwrap();
    let (_, said) = p.run(&["publish"]);
    assert!(
        said.contains("may be read by others") && server.taken().is_empty(),
        "{said}"
    );
}

/// A server that fails in every way: what knows our key arrives once, what does not arrives once or is unclear.
#[test]
fn whatever_the_server_does_nothing_is_lost_and_nothing_comes_twice() {
    let turn = Arc::new(AtomicUsize::new(seed() as usize));
    let counted = Arc::clone(&turn);
    let server = OutletServer::start(move |_| {
        let n = counted.fetch_add(1, Ordering::SeqCst);
        // Splitmix: the order of failures is by the seed.
        let mut z = (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        match (z >> 20) % 9 {
            0 => Manner::Slow(Duration::from_millis(20)),
            1 => Manner::Silent,
            2 => Manner::status(429),
            3 => Manner::status(500),
            4 => Manner::Halfway,
            5 => Manner::Lost,
            6 => Manner::BrokenAnswer,
            _ => Manner::ok(),
        }
    });
    let outlets = hook(&server.url("/hook"))
        .replace("timeout: 2s", "timeout: 1s, tries: 40, lease: 1m")
        + &format!(
            "  chat: {{ kind: slack, url: \"{}\", channels: [web, social, push], timeout: 1s, tries: 40, lease: 1m }}\n",
            server.url("/chat")
        );
    let rounds = if is_full() { 20 } else { 1 };
    let (mut once, mut unclear, mut attempts) = (0, 0, 0);
    for _ in 0..rounds {
        server.got.lock().unwrap().clear();
        let p = with_secret(&outlets, SECRET);
        declared(&p);
        for minute in 0..60 {
            // Pauses grow to an hour.
            let now: &'static str = Box::leak(
                format!(
                    "2026-11-2{} {:02}:{:02}",
                    4 + (20 + minute) / 24,
                    (20 + minute) % 24,
                    minute % 60
                )
                .into_boxed_str(),
            );
            p.now.set(now);
            p.run(&["still"]);
            p.run(&["publish"]);
            attempts += 1;
            let open = p
                .standings()
                .iter()
                .any(|s| matches!(s.3.as_str(), "waiting" | "failed" | "expired"));
            if !open {
                break;
            }
        }
        let taken = server.taken();
        let ids: Vec<&String> = taken
            .iter()
            .filter(|g| g.path == "/hook")
            .map(|g| &g.headers["webhook-id"])
            .collect();
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(
            distinct.len(),
            4,
            "every text reached the one that knows our key"
        );
        let mut bodies: BTreeMap<String, usize> = BTreeMap::new();
        for g in taken.iter().filter(|g| g.path == "/chat") {
            *bodies.entry(g.body.clone()).or_default() += 1;
        }
        assert!(
            bodies.values().all(|n| *n == 1),
            "nothing comes twice where no key is known: {bodies:?}"
        );
        for (outlet, _, text, word) in p.standings() {
            match (outlet.as_str(), word.as_str()) {
                ("hook", "delivered") | ("chat", "delivered") => once += 1,
                ("chat", "unclear") => unclear += 1,
                other => panic!("{text}: {other:?}"),
            }
        }
    }
    println!(
        "{rounds} rounds, {attempts} publishings: {once} delivered, {unclear} unclear, none twice, none lost"
    );
}

/// The sender is killed at any moment, and cron begins again.
#[test]
fn a_sender_killed_at_any_moment_sends_nothing_twice() {
    let server = OutletServer::start(|_| Manner::Slow(Duration::from_millis(5)));
    let outlets = hook(&server.url("/hook")).replace("timeout: 2s", "lease: 1m, at_once: 1")
        + &format!(
            "  chat: {{ kind: slack, url: \"{}\", channels: [web, social, push], lease: 1m }}\n",
            server.url("/chat")
        )
        + "  files: { kind: folder, folder: out, channels: [web, email], lease: 1m }\n";
    let rounds = if is_full() { 300 } else { 15 };
    let (mut killed, mut unclear) = (0, 0);
    let mut chance = Chance::new();
    let each = 5;
    for round in 0..rounds / each {
        server.got.lock().unwrap().clear();
        let p = with_secret(&outlets, SECRET);
        declared(&p);
        for i in 0..=each {
            // Long enough for a claim to run out.
            let now: &'static str =
                Box::leak(format!("2026-11-24 20:{:02}", 5 * i + 1).into_boxed_str());
            p.now.set(now);
            let mut child = p
                .command(&["publish"])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            if i < each {
                chance.wait(if cfg!(debug_assertions) {
                    500_000
                } else {
                    120_000
                });
                let _ = child.kill();
                killed += usize::from(child.wait().unwrap().code().is_none());
            } else {
                child.wait().unwrap();
            }
        }
        p.ok(&["record", "verify"]);
        let taken = server.taken();
        let distinct: std::collections::BTreeSet<_> = taken
            .iter()
            .filter(|g| g.path == "/hook")
            .map(|g| &g.headers["webhook-id"])
            .collect();
        assert_eq!(distinct.len(), 4, "round {round}");
        let mut bodies: BTreeMap<String, usize> = BTreeMap::new();
        for g in taken.iter().filter(|g| g.path == "/chat") {
            *bodies.entry(g.body.clone()).or_default() += 1;
        }
        assert!(
            bodies.values().all(|n| *n == 1),
            "round {round}: {bodies:?}"
        );
        assert_eq!(
            files(&p.path("out"))
                .keys()
                .filter(|k| k.starts_with("INC-1/"))
                .count(),
            4
        );
        for (outlet, _, text, word) in p.standings() {
            match (outlet.as_str(), word.as_str()) {
                (_, "delivered") => {}
                ("chat", "unclear") => unclear += 1,
                other => panic!("round {round}: {text}: {other:?}"),
            }
        }
    }
    println!(
        "{rounds} rounds: {killed} killed; {unclear} texts unclear at the one that knows no key, none twice, none lost"
    );
}

#[test]
fn a_page_at_statuspage_has_one_incident_over_its_life() {
    let (server, page) = statuspage(5);
    let outlets = format!(
        "  sp: {{ kind: statuspage, url: \"{}\", page: p1, secret: \"env:OUTLET_SECRET\", channels: [web], together: true, components: {{ AAG: c-aag, IA: c-ia }}, timeout: 2s }}\n",
        server.url("/v1")
    );
    let p = with_secret(&outlets, "t0ken");
    declared(&p);
    until_done(&p, 1201..1260, 24);
    let now = page.lock().unwrap().clone();
    assert_eq!(now["incidents"].as_object().unwrap().len(), 1, "{now}");
    assert_eq!(
        now["incidents"]["i1"]["updates"].as_array().unwrap().len(),
        1,
        "the answer was lost, and it was not posted twice: {now}"
    );
    assert_eq!(
        (
            now["components"]["c-aag"].as_str(),
            now["components"]["c-ia"].as_str()
        ),
        (Some("major_outage"), Some("operational"))
    );
    p.now.set("2026-11-24 21:10");
    p.ok(&["link", "set", "AAG", "--cause", "anchor", "--confirmed"]);
    p.ok(&["statement", "issue"]);
    until_done(&p, 1270..1340, 24);
    p.now.set("2026-11-25 08:00");
    p.ok(&["link", "set", "AAG", "up", "--source", "own-check"]);
    p.ok(&["statement", "issue"]);
    until_done(&p, 480..530, 25);
    p.now.set("2026-11-25 10:30");
    p.ok(&["still"]);
    p.ok(&["statement", "issue"]);
    until_done(&p, 631..690, 25);
    let now = page.lock().unwrap().clone();
    let updates: Vec<&str> = now["incidents"]["i1"]["updates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|u| u["status"].as_str().unwrap())
        .collect();
    assert_eq!(
        updates,
        ["investigating", "identified", "monitoring", "resolved"],
        "{now}"
    );
    assert_eq!(now["components"]["c-aag"], "operational");
}

/// A text about several incidents stands on the page of each, and each ends by itself.
#[test]
fn a_text_about_several_stands_on_each_of_their_pages() {
    let (server, page) = statuspage(10_000);
    let outlets = format!(
        "  sp: {{ kind: statuspage, url: \"{}\", page: p1, secret: \"env:OUTLET_SECRET\", channels: [web], together: true, components: {{ AAG: c-aag, IA: c-ia }}, timeout: 2s }}\n",
        server.url("/v1")
    );
    let p = with_secret(&outlets, "t0ken");
    declared(&p);
    until_done(&p, 1201..1230, 24);
    p.now.set("2026-11-24 20:40");
    p.ok(&["declare", "backbone-cut", "--link", "IA=degraded"]);
    p.ok(&["statement", "issue", "INC-2"]);
    until_done(&p, 1241..1265, 24);
    let names = || -> Vec<String> {
        let now = page.lock().unwrap().clone();
        let all = now["incidents"].as_object().unwrap().values();
        all.map(|i| i["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let before = names();
    assert_eq!(before.len(), 2, "{before:?}");
    p.now.set("2026-11-24 21:10");
    p.ok(&["still"]);
    p.ok(&["statement", "issue", "--all"]);
    until_done(&p, 1270..1340, 24);
    let now = page.lock().unwrap().clone();
    assert_eq!(
        names(),
        before,
        "no third incident, and no other names: {now}"
    );
    let last = |id: &str| -> String {
        let now = page.lock().unwrap().clone();
        let all = now["incidents"][id]["updates"].as_array().unwrap().clone();
        all.last().unwrap()["body"].as_str().unwrap().to_owned()
    };
    assert_eq!(last("i1"), last("i2"));
    assert_eq!(
        (
            now["components"]["c-aag"].as_str(),
            now["components"]["c-ia"].as_str()
        ),
        (Some("major_outage"), Some("degraded_performance")),
        "{now}"
    );
    // One of them ends.
    p.now.set("2026-11-25 08:00");
    p.ok(&["link", "set", "IA", "up", "--source", "own-check"]);
    p.ok(&["statement", "issue", "INC-2"]);
    until_done(&p, 480..530, 25);
    p.now.set("2026-11-25 10:30");
    p.ok(&["still"]);
    p.ok(&["statement", "issue", "INC-2"]);
    until_done(&p, 631..690, 25);
    let now = page.lock().unwrap().clone();
    assert_eq!(now["incidents"].as_object().unwrap().len(), 2, "{now}");
    assert_eq!(
        (
            now["incidents"]["i1"]["status"].as_str(),
            now["incidents"]["i2"]["status"].as_str()
        ),
        (Some("investigating"), Some("resolved")),
        "{now}"
    );
    assert_eq!(now["components"]["c-ia"], "operational");
}

#[test]
fn announced_work_turns_into_an_outage_by_the_clock() {
    let (server, page) = statuspage(1000);
    let outlets = format!(
        "  sp: {{ kind: statuspage, url: \"{}\", page: p1, secret: \"env:OUTLET_SECRET\", channels: [web], together: true, components: {{ IA: c-ia }}, timeout: 2s }}\n",
        server.url("/v1")
    );
    let p = with_secret(&outlets, "t0ken");
    p.ok(&[
        "declare",
        "planned-work",
        "--link",
        "IA",
        "--window",
        "25/11 00:00..25/11 04:00",
    ]);
    p.ok(&["statement", "issue"]);
    until_done(&p, 1201..1230, 24);
    let state = || {
        page.lock().unwrap()["components"]["c-ia"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        page.lock().unwrap()["incidents"]["i1"]["scheduled_for"],
        "2026-11-24T17:00:00Z"
    );
    assert_eq!(state(), "operational");
    p.now.set("2026-11-25 00:05");
    p.ok(&["link", "set", "IA", "planned-down", "--source", "own-check"]);
    p.run(&["tick", "--publish"]);
    assert_eq!(state(), "under_maintenance");
    // Nobody types anything: the window ends, and the page tells it.
    p.now.set("2026-11-25 04:01");
    p.run(&["tick", "--publish"]);
    assert_eq!(state(), "major_outage");
}

/// The two cables of the shipped example, with a team and approvals, to every kind of outlet: every rendition everywhere once.
#[test]
fn a_night_of_two_cables_reaches_every_outlet_once() {
    let hooks = OutletServer::start(|got| match got.path.as_str() {
        "/gw" => {
            let sent: serde_json::Value = serde_json::from_str(&got.body).unwrap();
            let list: Vec<_> = sent["to"]
                .as_array()
                .unwrap()
                .iter()
                .map(|n| serde_json::json!({ "to": n, "status": "0" }))
                .collect();
            Manner::Answer(
                200,
                Vec::new(),
                serde_json::json!({ "messages": list }).to_string(),
            )
        }
        _ => Manner::ok(),
    });
    let (page, at_page) = statuspage(10_000);
    at_page.lock().unwrap()["lost"] = serde_json::json!(["none"]);
    let mail = readers::python("mail.py").map(|mut python| {
        let mut child = python
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
        let mut port = String::new();
        std::io::BufRead::read_line(&mut out, &mut port).unwrap();
        (child, out, port.trim().to_owned())
    });
    let mut outlets = hook(&hooks.url("/hook"))
        + &format!(
            "  chat: {{ kind: slack, url: \"{}\", channels: [social], together: true }}\n",
            hooks.url("/chat")
        )
        + "  files: { kind: folder, folder: out, channels: [web, ivr, call-centre] }\n"
        + "  page: { kind: site, folder: site, staff: staff, base_url: \"https://status.abc.vn\", promised: true }\n"
        + &format!(
            "  sp: {{ kind: statuspage, url: \"{}\", page: p1, secret: \"file:private.key\", channels: [web], together: true, components: {{ AAG: c-aag, IA: c-ia }} }}\n",
            page.url("/v1")
        )
        + &format!(
            "  sms: {{ kind: http-sms, url: \"{}\", body: '{{ \"to\": {{{{ numbers }}}}, \"text\": {{{{ text }}}} }}', recipients: people.txt, batch: 10, channels: [sms], languages: [vi], results: {{ list: /messages, number: to, status: status, accepted: [\"0\"] }} }}\n",
            hooks.url("/gw")
        )
        + "  banks: { kind: by-hand, channels: [call-centre], people: [VCB] }\n";
    if let Some((_, _, port)) = &mail {
        outlets += &format!(
            "  mail: {{ kind: smtp, server: \"127.0.0.1:{port}\", tls: none, from: suco@abc.vn, to: [\"dn@khach.vn\"], channels: [email], together: true }}\n"
        );
    }
    let mut p = Play::made("2026-09-12 00:30", "", &["--team"]);
    p.secret = Some(SECRET.into());
    std::fs::write(p.path("private.key"), "t0ken").unwrap();
    std::fs::set_permissions(
        p.path("private.key"),
        std::os::unix::fs::PermissionsExt::from_mode(0o600),
    )
    .unwrap();
    std::fs::write(
        p.path("people.txt"),
        (0..25)
            .map(|i| format!("09123450{i:02}\n"))
            .collect::<String>(),
    )
    .unwrap();
    let file = p.path("saydo.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}\noutlets:\n{outlets}")).unwrap();
    p.ok(&["adopt"]);
    for (person, role) in [
        ("duc", "operations"),
        ("mai", "comms"),
        ("lan", "approver"),
        ("cron", "publisher"),
    ] {
        p.ok(&["person", "add", person, "--role", role]);
    }
    let by = |who: &str, line: &str| {
        let words = shell_words::split(line).unwrap();
        let mut args = vec!["--as", who];
        args.extend(words.iter().map(String::as_str));
        p.ok(&args)
    };
    let issue = |incident: &str| {
        by("mai", &format!("statement submit {incident}"));
        by("lan", "statement approve");
        by("mai", &format!("statement issue {incident}"));
        // Two cron jobs at the same minute, on two machines.
        let start = || {
            p.command(&["--as", "cron", "publish", "--yes"])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        };
        let both = [start(), start()];
        for child in both {
            let out = child.wait_with_output().unwrap();
            assert!(matches!(out.status.code(), Some(0 | 1)), "{out:?}");
        }
        by("cron", "publish --yes");
    };
    p.now.set("2026-09-12 00:42");
    by(
        "duc",
        "declare submarine-cable-disruption --since 00:42 --link AAG=down --source monitoring",
    );
    p.now.set("2026-09-12 00:45");
    by(
        "duc",
        "link set APG down --since 00:44 --source monitoring --rest up",
    );
    by("duc", "scope add APG");
    by("duc", "escalate several-cables");
    issue("INC-1");
    p.now.set("2026-09-12 02:10");
    by(
        "duc",
        "fact note effect=slow-international --source monitoring",
    );
    by("duc", "link set international degraded --source monitoring");
    by(
        "duc",
        "link set AAG-S1H down --work located --cause anchor --source cable-operator:aag",
    );
    issue("INC-1");
    p.now.set("2026-09-12 05:10");
    by("duc", "still");
    by(
        "duc",
        "link set AAG --work scheduled --window 20/9..25/9 --source cable-operator:aag",
    );
    issue("INC-1");
    p.now.set("2026-09-13 01:15");
    by(
        "duc",
        "declare backbone-cut --since 01:10 --link BB-NS --source monitoring",
    );
    by(
        "duc",
        "link set BB-NS-1,BB-NS-2 down --since 01:10 --source monitoring",
    );
    issue("INC-2");
    p.now.set("2026-09-13 02:00");
    by("duc", "still");
    by(
        "duc",
        "link set AAG --window 28/9..2/10 --reason new-fault --source cable-operator:aag",
    );
    issue("INC-1");
    by("mai", "told VCB --by phone");
    by("mai", "told VCB --by phone");
    let taken = hooks.taken();
    let count = |path: &str, is: &dyn Fn(&serde_json::Value) -> bool| {
        let own = taken.iter().filter(|g| g.path == path);
        own.filter(|g| is(&serde_json::from_str(&g.body).unwrap()))
            .count()
    };
    for n in 1..=5_u64 {
        for lang in ["vi", "en"] {
            for channel in ["web", "email"] {
                let is = |b: &serde_json::Value| {
                    b["data"]["statement"] == n
                        && b["data"]["channel"] == channel
                        && b["data"]["texts"][lang].is_string()
                };
                assert_eq!(count("/hook", &is), 1, "statement {n}, {channel} {lang}");
            }
        }
    }
    assert_eq!(
        (count("/hook", &|_| true), count("/chat", &|_| true)),
        (20, 5)
    );
    let mut sms: BTreeMap<(String, String), usize> = BTreeMap::new();
    for g in taken.iter().filter(|g| g.path == "/gw") {
        let b: serde_json::Value = serde_json::from_str(&g.body).unwrap();
        for to in b["to"].as_array().unwrap() {
            *sms.entry((
                to.as_str().unwrap().into(),
                b["text"].as_str().unwrap().into(),
            ))
            .or_default() += 1;
        }
    }
    assert_eq!(
        (sms.len(), sms.values().max()),
        (25 * 5, Some(&1)),
        "each person each text once"
    );
    let now = at_page.lock().unwrap().clone();
    let updates = |id: &str| now["incidents"][id]["updates"].as_array().unwrap().len();
    assert_eq!((updates("i1"), updates("i2")), (4, 1), "{now}");
    let out = files(&p.path("out"));
    assert_eq!(
        out.keys().filter(|k| k.starts_with("INC-")).count(),
        5 * 6,
        "{:?}",
        out.keys()
    );
    let site = files(&p.path("site"));
    let notices = String::from_utf8(site["en/feed.xml"].clone()).unwrap();
    assert_eq!(notices.matches("<entry>").count(), 5);
    let incident = String::from_utf8(site["en/incidents/INC-1.html"].clone()).unwrap();
    assert!(
        incident.contains("20&#x2f;9") || incident.contains("20–25 September"),
        "the slip is there"
    );
    if let Some((mut child, out, _)) = mail {
        drop(child.stdin.take());
        let mails: Vec<serde_json::Value> = std::io::BufRead::lines(out)
            .map(|l| serde_json::from_str(&l.unwrap()).unwrap())
            .collect();
        child.wait().unwrap();
        let ids: std::collections::BTreeSet<&str> = mails
            .iter()
            .map(|m| m["headers"]["Message-ID"].as_str().unwrap())
            .collect();
        assert_eq!((mails.len(), ids.len()), (5, 5));
    }
    let standings = p.standings();
    // What a person had not told when the next statement came is not told late.
    let bad: Vec<_> = standings
        .iter()
        .filter(|s| s.3 != "delivered" && s.0 != "banks")
        .collect();
    assert!(bad.is_empty(), "{bad:?}");
    p.ok(&["record", "verify"]);
}

/// A certificate of a court of our own for localhost: file of the certificate, file of the key.
fn certificate(p: &Play) -> bool {
    let made = std::process::Command::new("openssl")
        .args([
            "req",
            "-new",
            "-x509",
            "-days",
            "3650",
            "-nodes",
            "-subj",
            "/CN=localhost",
        ])
        .args([
            "-addext",
            "subjectAltName=DNS:localhost",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
        ])
        .arg("-keyout")
        .arg(p.path("server.key"))
        .arg("-out")
        .arg(p.path("server.pem"))
        .output();
    made.is_ok_and(|o| o.status.success())
}

/// A process that ends with its test.
struct Ended(std::process::Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn first_line(child: &mut std::process::Child) -> String {
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    // The rest is not read: the pipe is kept open by leaking its end.
    std::mem::forget(out);
    line.trim().to_owned()
}

#[test]
fn tls_is_checked_for_mail_and_for_http() {
    let p = Play::new("");
    if !certificate(&p) {
        readers::missing("openssl");
        return;
    }
    let started = |script: &str, mode: &[&str]| {
        let mut python = readers::python(script)?;
        python
            .args(mode)
            .arg(p.path("server.pem"))
            .arg(p.path("server.key"));
        let mut child = python
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let port = first_line(&mut child);
        Some((Ended(child), port))
    };
    let (Some(start), Some(tls), Some(web)) = (
        started("mail.py", &["starttls"]),
        started("mail.py", &["tls"]),
        started("https.py", &[]),
    ) else {
        return;
    };
    let mut outlets = String::new();
    for (name, port, tls) in [("start", &start.1, "starttls"), ("whole", &tls.1, "tls")] {
        let of = |name: &str, more: &str| {
            format!(
                "  {name}: {{ kind: smtp, server: \"localhost:{port}\", tls: {tls}{more}, from: a@abc.vn, to: [b@khach.vn], channels: [email], together: true }}\n"
            )
        };
        outlets += &of(name, ", ca: server.pem");
        outlets += &of(&format!("{name}-unknown"), "");
    }
    for (name, host, more) in [
        ("web", "localhost", ", ca: server.pem"),
        ("web-unknown", "localhost", ""),
        ("web-name", "127.0.0.1", ", ca: server.pem"),
    ] {
        outlets += &format!(
            "  {name}: {{ kind: webhook, url: \"https://{host}:{}/\", secret: \"env:OUTLET_SECRET\"{more}, channels: [web], together: true }}\n",
            web.1
        );
    }
    let mut p2 = p;
    p2.secret = Some(SECRET.into());
    let file = p2.path("saydo.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{text}\noutlets:\n{outlets}")).unwrap();
    p2.ok(&["adopt"]);
    declared(&p2);
    p2.run(&["publish"]);
    let of: BTreeMap<String, String> = p2.standings().into_iter().map(|s| (s.0, s.3)).collect();
    for (name, wanted) in [
        ("start", "delivered"),
        ("whole", "delivered"),
        ("web", "delivered"),
        ("start-unknown", "failed"),
        ("whole-unknown", "failed"),
        ("web-unknown", "failed"),
        ("web-name", "failed"),
    ] {
        assert_eq!(
            of[name],
            wanted,
            "{name}: {}",
            p2.ok(&["outbox", "list", "--all"])
        );
    }
}

#[test]
fn redirects_stay_on_their_host_and_answers_are_bounded() {
    let other = OutletServer::start(|_| Manner::ok());
    let away = other.url("/stolen");
    let server = OutletServer::start(move |got| match got.path.as_str() {
        "/away" => Manner::Answer(307, vec![("location", away.clone())], String::new()),
        "/here" => Manner::Answer(307, vec![("location", "/there".into())], String::new()),
        "/large" => Manner::Answer(400, Vec::new(), "x\u{1b}[31m".repeat(400_000)),
        _ => Manner::ok(),
    });
    let outlets: String = ["away", "here", "large"]
        .iter()
        .map(|n| format!("  {n}: {{ kind: webhook, url: \"{}\", secret: \"env:OUTLET_SECRET\", channels: [web], together: true }}\n", server.url(&format!("/{n}"))))
        .collect();
    let p = with_secret(&outlets, SECRET);
    declared(&p);
    let (_, said) = p.run(&["publish"]);
    let of: BTreeMap<String, String> = p.standings().into_iter().map(|s| (s.0, s.3)).collect();
    assert_eq!(
        (
            of["away"].as_str(),
            of["here"].as_str(),
            of["large"].as_str()
        ),
        ("refused", "delivered", "refused"),
        "{said}"
    );
    assert!(
        other.taken().is_empty(),
        "a signed text went to another host"
    );
    assert!(
        !said.contains('\u{1b}') && said.len() < 5_000,
        "{} bytes",
        said.len()
    );
}

/// "Restored" is said, the incident is closed, and only then somebody publishes: the last word still goes out.
#[test]
fn the_last_word_goes_out_after_closing() {
    let p = Play::new(
        "  files: { kind: folder, folder: out, channels: [web] }\n  page: { kind: site, folder: site }\n",
    );
    declared(&p);
    p.ok(&["publish"]);
    p.now.set("2026-11-24 20:05");
    p.ok(&["link", "set", "AAG", "up", "--source", "own-check"]);
    p.now.set("2026-11-24 21:06");
    p.ok(&["still"]);
    p.ok(&["statement", "issue"]);
    p.ok(&["close"]);
    p.ok(&["publish"]);
    let last = std::fs::read_to_string(p.path("out/latest-web-en.txt")).unwrap();
    assert!(last.contains("restored"), "{last}");
    let page = std::fs::read_to_string(p.path("site/en/index.html")).unwrap();
    assert!(
        page.contains("There is no current notice"),
        "the page follows the closing: {page}"
    );
}

/// The gateway was away for the first text: the second is the first that anybody hears, and goes to everybody.
#[test]
fn who_heard_nothing_hears_the_next() {
    let away = Arc::new(AtomicUsize::new(1));
    let own = Arc::clone(&away);
    let server = OutletServer::start(move |_| match own.load(Ordering::SeqCst) {
        0 => Manner::ok(),
        _ => Manner::status(503),
    });
    let outlets = format!(
        "  sms: {{ kind: http-sms, url: \"{}\", body: '{{ \"to\": {{{{ number }}}}, \"text\": {{{{ text }}}} }}', recipients: people.txt, rate: 100, channels: [sms], languages: [vi] }}\n",
        server.url("/")
    );
    let p = Play::new(&outlets);
    // One of them stands there twice, written in two ways.
    std::fs::write(
        p.path("people.txt"),
        "0912345001\n+84 912 345 001\n0912345002 # Ms Hoa\n",
    )
    .unwrap();
    declared(&p);
    p.run(&["publish", "--yes"]);
    away.store(0, Ordering::SeqCst);
    p.now.set("2026-11-24 20:20");
    p.ok(&["link", "set", "AAG", "--work", "diagnosing"]);
    p.ok(&["statement", "issue"]);
    p.run(&["publish", "--yes"]);
    assert_eq!(server.taken().len(), 2, "{:?}", p.standings());
}

/// What servers answer may name people and credentials: neither stands in the record.
#[test]
fn answers_that_echo_what_was_sent_are_masked() {
    let server = OutletServer::start(|got| {
        let echo = format!("no: {} {}", got.body, got.headers["authorization"]);
        Manner::Answer(400, Vec::new(), echo)
    });
    let outlets = format!(
        "  sms: {{ kind: http-sms, url: \"{}\", headers: {{ Authorization: \"Bearer {{{{ secret }}}}\" }}, secret: \"env:OUTLET_SECRET\", body: '{{ \"to\": {{{{ number }}}} }}', recipients: people.txt, channels: [sms], languages: [vi] }}\n",
        server.url("/")
    );
    let p = with_secret(&outlets, "tok3nofourgateway2026xyz");
    std::fs::write(p.path("people.txt"), "0912345001\n").unwrap();
    declared(&p);
    let (_, said) = p.run(&["publish", "--yes"]);
    let all = p.ok(&["record", "export"]) + &said;
    assert!(
        !all.contains("0912345001") && !all.contains("tok3nofour"),
        "{said}"
    );
}

/// Cron may not publish, or a list is missing: what is due is said all the same, and the exit code tells.
#[test]
fn a_tick_that_cannot_publish_still_says_what_is_due() {
    let mut p = Play::made("2026-11-24 20:00", "", &["--team"]);
    p.secret = Some(SECRET.into());
    let file = p.path("saydo.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(
        &file,
        format!("{text}\noutlets:\n  files: {{ kind: folder, folder: out, channels: [web] }}\n"),
    )
    .unwrap();
    p.ok(&["adopt"]);
    p.ok(&["person", "add", "cron", "--role", "operations"]);
    p.ok(&[
        "declare",
        "submarine-cable-disruption",
        "--link",
        "AAG=down",
    ]);
    p.ok(&["statement", "issue", "--override", "--because", "night"]);
    p.now.set("2026-11-24 20:10");
    let (code, said) = p.run(&["--as", "cron", "tick", "--publish"]);
    assert_eq!(
        (
            code,
            said.contains("unpublished: files") && said.contains("nothing was published")
        ),
        (1, true),
        "{said}"
    );
    // With the right, a clock that was behind is a remark and no reason for an exit code.
    let p = Play::new("  files: { kind: folder, folder: out, channels: [web] }\n");
    declared(&p);
    p.now.set("2026-11-24 19:55");
    let (code, said) = p.run(&["tick", "--publish"]);
    assert_eq!(
        (code, said.contains("behind the record")),
        (0, true),
        "{said}"
    );
}
