//! Readers that are not ours: feeds, calendars, alerts, status pages, and a browser. Installed by `tools/readers`; it does
//! not test without them.

use std::path::Path;

use super::{night, text};
use crate::support::play::{Play, files};
use crate::support::readers;

/// A small server of files for the readers.
fn serve(root: &Path) -> (String, tiny_server::Stop) {
    tiny_server::start(root)
}

mod tiny_server {
    use std::path::Path;
    use std::sync::Arc;

    pub struct Stop(Arc<tiny_http::Server>);

    impl Drop for Stop {
        fn drop(&mut self) {
            self.0.unblock();
        }
    }

    pub fn start(root: &Path) -> (String, Stop) {
        let server = Arc::new(tiny_http::Server::http("127.0.0.1:0").unwrap());
        let url = format!("http://{}", server.server_addr());
        let (own, root) = (Arc::clone(&server), root.to_owned());
        std::thread::spawn(move || {
            for request in own.incoming_requests() {
                let path = request
                    .url()
                    .trim_start_matches('/')
                    .split('?')
                    .next()
                    .unwrap()
                    .to_owned();
                let kind = match path.rsplit('.').next().unwrap() {
                    "html" => "text/html; charset=utf-8",
                    "css" => "text/css",
                    "js" => "text/javascript",
                    "json" => "application/json",
                    "xml" => "application/xml",
                    "svg" => "image/svg+xml",
                    _ => "text/plain",
                };
                let header =
                    |name: &str, value: &str| tiny_http::Header::from_bytes(name, value).unwrap();
                let (code, bytes) = match std::fs::read(root.join(&path)) {
                    Ok(bytes) => (200, bytes),
                    Err(_) => (404, Vec::new()),
                };
                // A browser that keeps an idle connection, or reads slowly, holds up no other request.
                let response = tiny_http::Response::from_data(bytes)
                    .with_status_code(code)
                    .with_header(header("Content-Type", kind))
                    .with_header(header("Connection", "close"));
                std::thread::spawn(move || request.respond(response));
            }
        });
        (url, Stop(server))
    }
}

fn check_feeds(found: &serde_json::Value, p: &Play) {
    for lang in ["vi", "en"] {
        let feed = &found[format!("feed_{lang}")];
        assert_eq!(feed["lang"], lang);
        let entries = feed["entries"].as_array().unwrap();
        assert_eq!(entries.len(), 5, "{entries:?}");
        let newest = p.ok(&["--lang", lang, "statement", "show", "5", "--channel", "web"]);
        assert_eq!(entries[0]["text"].as_str().unwrap().trim(), newest.trim());
    }
}

fn check_calendars(found: &serde_json::Value) {
    let ids = |v: &serde_json::Value| -> Vec<String> {
        v.as_array()
            .unwrap()
            .iter()
            .map(|e| {
                format!(
                    "{} {}",
                    e["id"].as_str().unwrap(),
                    e["status"].as_str().unwrap()
                )
            })
            .collect()
    };
    assert_eq!(
        ids(&found["calendar"]),
        ["INC-1 COMPLETED", "INC-2 CONFIRMED", "INC-3 IN-PROCESS"]
    );
    assert_eq!(found["calendar"][1]["start"], "2026-11-26T17:00:00+00:00");
    assert_eq!(
        ids(&found["maintenances"]),
        ["INC-1 COMPLETED", "INC-2 CONFIRMED", "INC-3 IN-PROCESS"]
    );
    let circuits = found["maintenances"][2]["circuits"].as_array().unwrap();
    assert_eq!(circuits.len(), 2, "{circuits:?}");
    assert!(
        circuits.iter().all(|c| c["impact"] == "OUTAGE"),
        "{circuits:?}"
    );
}

fn check_alert(found: &serde_json::Value) {
    let alert = &found["cap"]["INC-3.xml"];
    assert!(
        alert["sent"].as_str().unwrap().ends_with("+07:00"),
        "{alert}"
    );
    assert_eq!(
        (
            alert["type"].as_str(),
            alert["infos"].as_array().unwrap().len()
        ),
        (Some("Update"), 2)
    );
}

fn check_exporter(found: &serde_json::Value) {
    let exporter = &found["exporter"];
    assert_eq!(
        (exporter["success"].as_bool(), exporter["status"].as_i64()),
        (Some(true), Some(0)),
        "{exporter}"
    );
    assert_eq!(
        (
            exporter["incidents"].as_u64(),
            exporter["maintenances"].as_u64()
        ),
        (Some(1), Some(1)),
        "{exporter}"
    );
    assert_eq!(exporter["components"]["the AAG cable"], "major_outage");
}

/// What a client of the interface for programs makes of it.
fn check_interface(found: &serde_json::Value) {
    assert_eq!(found["all"]["incidents"].as_array().unwrap().len(), 2);
    assert_eq!(
        found["unresolved"]["incidents"].as_array().unwrap().len(),
        1
    );
    assert_eq!(
        found["upcoming"]["scheduled_maintenances"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(found["summary"]["status"], found["status"]["status"]);
    let updates = found["unresolved"]["incidents"][0]["incident_updates"]
        .as_array()
        .unwrap();
    assert_eq!(updates.len(), 2, "the newest first: {updates:?}");
    assert!(
        updates[0]["body"]
            .as_str()
            .unwrap()
            .contains("28–30 November"),
        "{updates:?}"
    );
}

/// What a program that was run printed, as JSON.
fn read_output(command: &mut std::process::Command) -> serde_json::Value {
    let out = command.output().unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    serde_json::from_slice(&out.stdout).unwrap()
}

#[test]
fn readers_that_are_not_ours_understand_it() {
    let p = night();
    p.ok(&[
        "site",
        "build",
        "site",
        "--base-url",
        "https://status.abc.vn",
    ]);
    let (url, _stop) = serve(&p.path("site"));
    let (Some(mut python), Some(mut node)) =
        (readers::python("site.py"), readers::node("status.cjs"))
    else {
        return;
    };
    let found = read_output(python.arg(p.path("site")).arg(&url));
    check_feeds(&found, &p);
    check_calendars(&found);
    check_alert(&found);
    check_exporter(&found);
    check_interface(&read_output(node.arg(format!("{url}/en"))));
}

#[test]
fn it_is_right_in_a_browser() {
    let p = night();
    p.ok(&["site", "build", "site", "--staff", "staff"]);
    if !readers::has_browser() {
        return;
    }
    let shots = std::env::var_os("SAYDO_SHOTS").map(std::path::PathBuf::from);
    for (folder, pages) in [
        (
            "site",
            vec![
                "index.html",
                "en/index.html",
                "incidents/INC-3.html",
                "en/incidents/INC-3.html",
                "en/incidents/INC-2.html",
                "history/1.html",
            ],
        ),
        (
            "staff",
            vec!["call-centre.html", "en/call-centre.html", "index.html"],
        ),
    ] {
        let (url, _stop) = serve(&p.path(folder));
        let Some(mut node) = readers::node("pages.mjs") else {
            return;
        };
        node.arg(format!("{url}/"))
            .arg(shots.as_ref().map_or("", |s| s.to_str().unwrap()));
        let found = read_output(node.args(&pages));
        for page in found.as_array().unwrap() {
            let is_clean = page["violations"] == serde_json::json!([])
                && page["errors"] == serde_json::json!([]);
            assert!(is_clean, "{page}");
            assert_eq!(page["wide"], false, "{page}");
            assert!(page["bytes"].as_u64().unwrap() < 50_000, "{page}");
            let is_english = page["path"].as_str().unwrap().starts_with("en/");
            if let Some(lang) = page["lang"].as_str() {
                assert_eq!(lang, if is_english { "en" } else { "vi" });
            }
        }
        if folder == "site" {
            let bare = found.as_array().unwrap().last().unwrap();
            assert!(
                bare["text"]
                    .as_str()
                    .unwrap()
                    .contains("Thông báo tiếp theo"),
                "{bare}"
            );
        }
    }
}

/// The clock of the browser is today's: a page of 2026 that was built before its promised time shows itself as late.
#[test]
fn a_page_built_before_says_when_it_is_late() {
    let p = Play::at("2020-11-24 19:00", "");
    p.now.set("2020-11-24 20:00");
    p.ok(&[
        "declare",
        "submarine-cable-disruption",
        "--link",
        "AAG=down",
    ]);
    p.ok(&["statement", "issue"]);
    p.ok(&["site", "build", "site"]);
    let page = text(&files(&p.path("site")), "en/index.html");
    assert!(
        page.contains("If it is past") && page.contains("data-due=\"2020-11-25T"),
        "{page}"
    );
    if !readers::has_browser() {
        return;
    }
    let (url, _stop) = serve(&p.path("site"));
    let Some(mut node) = readers::node("pages.mjs") else {
        return;
    };
    let out = node
        .arg(format!("{url}/"))
        .arg("")
        .arg("en/index.html")
        .output()
        .unwrap();
    let found: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    assert!(found[0]["late"].as_u64().unwrap() > 0, "{found}");
}
