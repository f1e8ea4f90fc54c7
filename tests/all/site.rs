//! The status page: what it shows and what it does not, that the same record gives the same bytes, that nothing from the
//! record gets out of its place, and what readers that are not ours make of it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::play::{Play, files};
use crate::support::readers;

/// Two cables in a storm, announced work, and an incident that ended: enough for every part of the page.
fn night() -> Play {
    let p = Play::at("2026-11-19 08:00", "");
    p.now.set("2026-11-20 08:00");
    p.ok(&["declare", "core-failure", "--link", "DNS=down"]);
    p.ok(&["statement", "issue"]);
    p.now.set("2026-11-20 08:20");
    p.ok(&["link", "set", "DNS", "up", "--source", "own-check"]);
    p.now.set("2026-11-20 09:30");
    p.ok(&["still"]);
    p.ok(&["statement", "issue"]);
    p.ok(&["close", "INC-1"]);
    p.now.set("2026-11-24 10:00");
    p.ok(&[
        "declare",
        "planned-work",
        "--link",
        "IA",
        "--window",
        "27/11 00:00..27/11 04:00",
    ]);
    p.ok(&["statement", "issue", "INC-2"]);
    p.now.set("2026-11-24 20:00");
    p.ok(&[
        "declare",
        "several-cables",
        "--link",
        "AAG=down",
        "--link",
        "APG=down",
    ]);
    p.ok(&["statement", "issue", "INC-3"]);
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
    p.ok(&["statement", "issue", "INC-3"]);
    // Declared and not yet said: nobody outside hears of it here first.
    p.ok(&["declare", "core-failure", "--link", "CORE-HN=down"]);
    p
}

fn text(tree: &BTreeMap<String, Vec<u8>>, name: &str) -> String {
    String::from_utf8(
        tree.get(name)
            .unwrap_or_else(|| panic!("{name} is not there"))
            .clone(),
    )
    .unwrap()
}

#[test]
fn it_shows_what_was_issued_and_nothing_else() {
    let p = night();
    let said = p.ok(&[
        "site",
        "build",
        "site",
        "--staff",
        "staff",
        "--base-url",
        "https://status.abc.vn/",
    ]);
    assert!(said.contains("written"), "{said}");
    let tree = files(&p.path("site"));
    let (vi, en) = (text(&tree, "index.html"), text(&tree, "en/index.html"));
    for (page, wanted) in [
        (
            &vi,
            [
                "lang=\"vi\"",
                "Hiện có 1 sự cố chưa kết thúc. Có 1 đợt bảo trì đã thông báo.",
                "cáp AAG",
                "Gián đoạn",
                "Thông báo tiếp theo",
                "giờ Việt Nam",
            ],
        ),
        (
            &en,
            [
                "lang=\"en\"",
                "One incident is not over yet. One piece of planned work is announced.",
                "the AAG cable",
                "Down",
                "Next notice",
                "Vietnam time",
            ],
        ),
    ] {
        for w in wanted {
            assert!(page.contains(w), "{w}: {page}");
        }
        assert!(
            !page.contains("CORE-HN") && !page.contains("core router") && !page.contains("INC-4"),
            "{page}"
        );
    }
    // The very bytes that were issued, line by line.
    for (lang, page) in [("vi", &vi), ("en", &en)] {
        let bytes = p.ok(&["--lang", lang, "statement", "show", "5", "--channel", "web"]);
        for line in bytes.lines() {
            let escaped = line
                .replace('&', "&amp;")
                .replace('\'', "&#x27;")
                .replace('/', "&#x2f;");
            assert!(page.contains(&format!("<p>{escaped}</p>")), "{line}");
        }
    }
    let incident = text(&tree, "en/incidents/INC-3.html");
    for w in [
        "<svg",
        "role=\"img\"",
        "The same in words",
        "<del>",
        "<ins>",
        "Changes since notice",
        "What we promised",
    ] {
        assert!(incident.contains(w), "{w}");
    }
    assert!(!tree.contains_key("incidents/INC-4.html"));
    assert!(text(&tree, "history/1.html").contains("INC-1"));
    // The first page with everything that it loads.
    let whole: usize = ["index.html", "style.css", "late.js", "icon.svg"]
        .iter()
        .map(|f| tree[*f].len())
        .sum();
    assert!(whole < 50_000, "{whole} bytes");
    let staff = files(&p.path("staff"));
    let sheet = text(&staff, "call-centre.html");
    for w in [
        "Không được nói",
        "id=\"search\"",
        "href=\"#do-not-say\"",
        "Theo thông báo số",
    ] {
        assert!(sheet.contains(w), "{w}");
    }
    assert!(
        !tree.keys().any(|k| k.contains("call-centre")),
        "staff's pages are apart"
    );
}

#[test]
fn the_same_record_gives_the_same_bytes_and_only_what_changed_is_written() {
    let p = night();
    p.ok(&["site", "build", "a"]);
    p.ok(&["site", "build", "b"]);
    let (a, b) = (files(&p.path("a")), files(&p.path("b")));
    assert_eq!(a, b);
    // Time passes: as long as nothing falls due, nothing changes.
    p.now.set("2026-11-24 20:40");
    let again = p.json(&["site", "build", "a"]);
    assert_eq!(again["files"]["written"], 0, "{again}");
    // A promised time passes: the page says so.
    p.now.set("2026-11-25 11:00");
    p.ok(&["site", "build", "a"]);
    let late = text(&files(&p.path("a")), "en/index.html");
    assert!(
        late.contains("Late: its time has passed")
            || late.contains("That time has passed: we are late."),
        "{late}"
    );
    // What was tampered with or lost comes back; what is gone is removed.
    std::fs::remove_file(p.path("b/feed.xml")).unwrap();
    p.now.set("2026-11-24 20:40");
    let mended = p.json(&["site", "build", "b"]);
    assert_eq!(mended["files"]["written"], 1, "{mended}");
    // A folder of somebody else is left alone.
    std::fs::create_dir(p.path("mine")).unwrap();
    std::fs::write(p.path("mine/index.html"), "mine").unwrap();
    let (code, said) = p.run(&["site", "build", "mine"]);
    assert_eq!(
        (code, said.contains("no site of ours made")),
        (2, true),
        "{said}"
    );
    assert_eq!(std::fs::read(p.path("mine/index.html")).unwrap(), b"mine");
}

#[test]
fn what_comes_from_files_stays_in_its_place() {
    let p = Play::new("");
    for (file, from, to) in [
        (
            "network.yaml",
            "{ vi: cáp AAG, en: the AAG cable }",
            "{ vi: '\"A\" <script>', en: '<b>\"A\" ]]>' }",
        ),
        (
            "network.yaml",
            "{ vi: cáp IA, en: the IA cable }",
            "{ vi: 'مرحبا <i>C', en: '<i>C' }",
        ),
        (
            "saydo.yaml",
            "names: { vi: ABC, en: ABC }",
            "names: { vi: '<i>C', en: '<i>C' }",
        ),
    ] {
        let path = p.path(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{file}");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
    }
    p.ok(&["adopt"]);
    p.ok(&[
        "declare",
        "submarine-cable-disruption",
        "--link",
        "AAG=down",
        "--title",
        "x\" onload=\"y",
    ]);
    p.ok(&["statement", "issue"]);
    p.ok(&["site", "build", "site", "--staff", "staff"]);
    for (name, bytes) in files(&p.path("site"))
        .into_iter()
        .chain(files(&p.path("staff")))
    {
        let text = String::from_utf8(bytes).unwrap();
        let is_markup = name.ends_with(".html") || name.ends_with(".xml");
        if is_markup {
            for bad in ["<script><", "\"A\" <script>", "<i>C", "<b>", "onload=\"y"] {
                assert!(!text.contains(bad), "{name}: {bad}");
            }
        }
        if name.ends_with(".html") {
            assert!(text.contains("Content-Security-Policy"), "{name}");
        }
        if name.ends_with(".json") {
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
        }
        if name.ends_with(".xml") {
            let mut reader = quick_xml::Reader::from_str(&text);
            while reader.read_event().unwrap() != quick_xml::events::Event::Eof {}
        }
    }
    // Marks that turn the direction of a text are refused before they could get here.
    let path = p.path("saydo.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replacen("<i>C", "A\u{202e}B", 1)).unwrap();
    let (code, said) = p.run(&["adopt"]);
    assert_eq!(code, 2, "{said}");
}

/// While it is built again and again, somebody who reads finds every page that another points to.
#[test]
fn a_reader_never_sees_half_a_site() {
    let p = night();
    p.ok(&["site", "build", "site"]);
    let done = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (root, done) = (p.path("site"), &done);
        let reading = scope.spawn(move || {
            let mut looked = 0;
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                let page = std::fs::read_to_string(root.join("index.html")).unwrap();
                assert!(page.trim_end().ends_with("</html>"), "{page}");
                for target in page
                    .split("href=\"")
                    .skip(1)
                    .filter_map(|t| t.split('"').next())
                {
                    let target = target.replace("&#x2f;", "/");
                    if target.ends_with(".html") {
                        assert!(root.join(&target).is_file(), "{target}");
                    }
                }
                looked += 1;
            }
            looked
        });
        for i in 0..8 {
            p.ok(&[
                "link",
                "set",
                "AAG",
                if i % 2 == 0 { "degraded" } else { "down" },
            ]);
            p.ok(&["statement", "issue", "INC-3"]);
            p.ok(&["site", "build", "site"]);
        }
        done.store(true, std::sync::atomic::Ordering::Relaxed);
        assert!(reading.join().unwrap() > 8);
    });
}

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
                let header = tiny_http::Header::from_bytes("Content-Type", kind).unwrap();
                let _ =
                    match std::fs::read(root.join(&path)) {
                        Ok(bytes) => request
                            .respond(tiny_http::Response::from_data(bytes).with_header(header)),
                        Err(_) => request
                            .respond(tiny_http::Response::from_string("").with_status_code(404)),
                    };
            }
        });
        (url, Stop(server))
    }
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
    let out = python.arg(p.path("site")).arg(&url).output().unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let found: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    for lang in ["vi", "en"] {
        let feed = &found[format!("feed_{lang}")];
        assert_eq!(feed["lang"], lang);
        let entries = feed["entries"].as_array().unwrap();
        assert_eq!(entries.len(), 5, "{entries:?}");
        let newest = p.ok(&["--lang", lang, "statement", "show", "5", "--channel", "web"]);
        assert_eq!(entries[0]["text"].as_str().unwrap().trim(), newest.trim());
    }
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
    let out = node.arg(format!("{url}/en")).output().unwrap();
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    let found: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
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
        let out = node.args(&pages).output().unwrap();
        assert!(
            out.status.success(),
            "{}",
            String::from_utf8_lossy(&out.stderr)
        );
        let found: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
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

/// What is recorded and not yet said does not show, not even as a name or a degree.
#[test]
fn what_was_not_said_yet_does_not_show() {
    let p = Play::new("");
    p.ok(&[
        "declare",
        "submarine-cable-disruption",
        "--link",
        "AAG=down",
    ]);
    p.ok(&["statement", "issue"]);
    p.ok(&["site", "build", "a"]);
    p.now.set("2026-11-24 20:20");
    p.ok(&["link", "set", "APG,AAE-1,IA", "down"]);
    p.ok(&["scope", "add", "APG", "AAE-1", "IA"]);
    p.ok(&["site", "build", "b"]);
    assert_eq!(files(&p.path("a")), files(&p.path("b")));
}

/// What is declared and said in the same minute has an impact, though no time has passed yet.
#[test]
fn the_calendar_says_what_a_circuit_suffers_from_the_first_minute_on() {
    let p = Play::new("");
    p.ok(&[
        "declare",
        "submarine-cable-disruption",
        "--link",
        "AAG=down",
    ]);
    p.ok(&["statement", "issue"]);
    p.ok(&["site", "build", "a"]);
    let calendar = text(&files(&p.path("a")), "calendar.ics").replace("\r\n ", "");
    assert!(calendar.contains("X-MAINTNOTE-IMPACT:OUTAGE"), "{calendar}");
    assert!(
        calendar.contains("X-MAINTNOTE-OBJECT-IMPACT=OUTAGE:AAG"),
        "{calendar}"
    );
}

/// A text about announced work and an outage says of each what is so.
#[test]
fn a_text_about_several_says_of_each_what_is_so() {
    let p = Play::new("");
    p.ok(&[
        "declare",
        "planned-work",
        "--link",
        "IA",
        "--window",
        "23:00..2026-11-25 05:00",
    ]);
    p.ok(&["statement", "issue"]);
    p.ok(&[
        "declare",
        "submarine-cable-disruption",
        "--link",
        "APG=down",
    ]);
    p.ok(&["statement", "issue", "INC-2"]);
    p.ok(&["statement", "issue", "--all"]);
    p.ok(&["site", "build", "a"]);
    let page = text(&files(&p.path("a")), "en/index.html");
    assert!(
        page.contains("One incident is not over yet. One piece of planned work is announced."),
        "{page}"
    );
    let components = text(&files(&p.path("a")), "en/api/v2/components.json");
    assert!(
        components.contains("\"name\":\"the APG cable\"")
            && components.contains("\"status\":\"major_outage\""),
        "{components}"
    );
}
