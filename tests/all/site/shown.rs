//! What the pages show, line by line, and what they keep to themselves. It asks no other program.

use super::{night, text};
use crate::support::play::{Play, cable_down, files};

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
        "-do-not-say\"",
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

/// What is recorded and not yet said does not show, not even as a name or a degree.
#[test]
fn what_was_not_said_yet_does_not_show() {
    let p = Play::new("");
    cable_down(&p);
    p.ok(&["statement", "issue"]);
    p.ok(&["site", "build", "a"]);
    p.now.set("2026-11-24 20:20");
    p.ok(&["link", "set", "APG,AAE-1,IA", "down"]);
    p.ok(&["scope", "add", "APG", "AAE-1", "IA"]);
    p.ok(&["site", "build", "b"]);
    // The head of the record moves, and says nothing.
    let shown = |folder: &str| {
        let mut all = files(&p.path(folder));
        all.remove("witness.txt");
        // The sums of the files.
        all.remove(".saydo-site.json");
        for bytes in all.values_mut() {
            let text = String::from_utf8_lossy(bytes);
            let lines = text.lines().filter(|l| !l.contains("saydo-seal"));
            *bytes = lines.collect::<Vec<_>>().join("\n").into_bytes();
        }
        all
    };
    assert_eq!(shown("a"), shown("b"));
}

/// What is declared and said in the same minute has an impact, though no time has passed yet.
#[test]
fn the_calendar_says_what_a_circuit_suffers_from_the_first_minute_on() {
    let p = Play::new("");
    cable_down(&p);
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
