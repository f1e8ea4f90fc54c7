//! What the page and the report show when time passes and a text speaks of several. It does not break a build off.

use crate::support::play::{Play, declared, files};

/// What began by the clock is under way on the page, and a text about two stands there once.
#[test]
fn the_page_goes_by_the_clock_and_says_nothing_twice() {
    let p = Play::new("");
    declared(&p);
    p.ok(&[
        "declare",
        "planned-work",
        "--link",
        "APG",
        "--window",
        "24/11 21:00..24/11 23:00",
    ]);
    p.ok(&["statement", "issue", "--all"]);
    p.ok(&["site", "build", "site"]);
    let page = |name: &str| String::from_utf8(files(&p.path("site"))[name].clone()).unwrap();
    let home = page("en/index.html");
    assert_eq!(home.matches("class=\"notice\"").count(), 1, "{home}");
    assert!(
        home.contains("Notice 2, above, speaks of this too.") && home.contains("(INC-1)"),
        "{home}"
    );
    // What was promised was promised of both.
    assert!(page("en/incidents/INC-2.html").contains("after notice 2"));
    assert!(home.contains("Scheduled."));
    p.now.set("2026-11-24 21:30");
    p.ok(&["site", "build", "site"]);
    assert!(page("en/index.html").contains("In progress."));
    let active: serde_json::Value =
        serde_json::from_str(&page("api/v2/scheduled-maintenances/active.json")).unwrap();
    assert_eq!(
        active["scheduled_maintenances"].as_array().unwrap().len(),
        1
    );
}

/// What a past incident is called does not depend on how long ago it ended.
#[test]
fn a_title_stays_when_the_incident_grows_old() {
    let p = Play::new("");
    let file = p.path("saydo.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let quiet = text.replacen(
        "customers:\n",
        "customers:\n    channels: [social, sms]\n",
        1,
    );
    assert_ne!(quiet, text, "{text}");
    std::fs::write(&file, quiet).unwrap();
    p.ok(&["adopt"]);
    declared(&p);
    p.now.set("2026-11-24 20:30");
    p.ok(&["close", "INC-1", "--handed-over-to", "the cable team"]);
    p.ok(&["site", "build", "site"]);
    p.now.set("2026-11-28 20:30");
    p.ok(&["declare", "core-failure", "--link", "DNS=down"]);
    p.ok(&["statement", "issue"]);
    p.ok(&["site", "build", "site"]);
    p.ok(&["site", "build", "fresh"]);
    assert_eq!(files(&p.path("site")), files(&p.path("fresh")));
    let page =
        String::from_utf8(files(&p.path("fresh"))["en/incidents/INC-1.html"].clone()).unwrap();
    assert!(!page.contains("<h1>INC-1"), "{page}");
}

/// What a text about several says of one incident is looked back upon there, and not under the other too.
#[test]
fn a_sentence_counts_where_it_belongs() {
    let p = Play::new("");
    declared(&p);
    p.ok(&["declare", "backbone-cut", "--link", "IA=degraded"]);
    p.ok(&["statement", "issue", "--all"]);
    p.now.set("2026-11-24 21:00");
    p.ok(&["link", "set", "AAG", "degraded"]);
    p.now.set("2026-11-24 23:00");
    p.ok(&["link", "set", "IA", "degraded", "--work", "located"]);
    p.now.set("2026-11-25 01:00");
    p.ok(&["still"]);
    p.ok(&["statement", "issue", "--all"]);
    let of = |incident: &str| -> Vec<i64> {
        let report = p.json(&["report", incident]);
        let stood = report["review"]["stood"]
            .as_array()
            .or(report["reviews"][0]["stood"].as_array());
        let stood = stood.unwrap_or_else(|| panic!("{report}"));
        stood
            .iter()
            .map(|s| s["minutes"].as_i64().unwrap())
            .collect()
    };
    let first = of("INC-1");
    assert!(
        !first.is_empty() && first.iter().all(|m| *m == 240),
        "{first:?}"
    );
    let second = of("INC-2");
    assert!(second.iter().all(|m| *m < 240), "{second:?}");
}
