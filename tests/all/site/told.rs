//! The words of the page for how far an incident is: each only when somebody recorded what it says, and gone when that was
//! taken back. It reads states of links in passing only.

use super::states::Surfaces;
use super::text;
use crate::support::play::{Play, files};

const CABLE: &[&str] = &[
    "declare",
    "submarine-cable-disruption",
    "--link",
    "AAG=down",
];

fn declared() -> Play {
    let p = Play::new("");
    p.ok(CABLE);
    p.ok(&["statement", "issue"]);
    p
}

/// The status word on the English front page, and the status in our own data and in that of others.
fn status(p: &Play) -> (String, String, String) {
    let shown = Surfaces::of(p);
    let page = &shown.pages[1];
    let word = page
        .split("<strong>")
        .nth(1)
        .and_then(|t| t.split("</strong>").next());
    let own = shown.own["incidents"][0]["status"]
        .as_str()
        .unwrap()
        .to_owned();
    let foreign = shown.incidents["incidents"][0]["status"]
        .as_str()
        .unwrap()
        .to_owned();
    (word.unwrap_or_default().to_owned(), own, foreign)
}

fn is(word: &str, own: &str, foreign: &str) -> (String, String, String) {
    (word.into(), own.into(), foreign.into())
}

#[test]
fn nobody_investigates_until_somebody_says_so() {
    let p = declared();
    assert_eq!(status(&p), is("Not over yet.", "open", "investigating"));
    // When the operator plans to repair it says neither where nor why it failed.
    p.now.set("2026-11-24 20:10");
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
    assert_eq!(status(&p), is("Not over yet.", "open", "investigating"));
    p.now.set("2026-11-24 20:20");
    p.ok(&["link", "set", "AAG", "--work", "diagnosing"]);
    assert_eq!(status(&p).1, "open", "recorded, and not told yet");
    p.ok(&["statement", "issue"]);
    assert_eq!(
        status(&p),
        is("Being investigated.", "investigating", "investigating")
    );
    p.now.set("2026-11-24 20:30");
    p.ok(&["link", "set", "AAG", "--work", "located"]);
    p.ok(&["statement", "issue"]);
    assert_eq!(
        status(&p),
        is("Fault identified.", "identified", "identified")
    );
}

#[test]
fn a_cause_identifies_a_fault_only_when_it_is_confirmed() {
    let p = declared();
    p.now.set("2026-11-24 20:10");
    p.ok(&["link", "set", "AAG", "--cause", "anchor"]);
    p.ok(&["statement", "issue"]);
    assert_eq!(status(&p).1, "open");
    p.now.set("2026-11-24 20:20");
    p.ok(&["link", "set", "AAG", "--cause", "anchor", "--confirmed"]);
    p.ok(&["statement", "issue"]);
    assert_eq!(status(&p).1, "identified");
}

/// The entry by which somebody last reported on a link.
fn last_report(p: &Play, link: &str) -> String {
    let list = p.json(&["link", "list", "--all"]);
    let all = list["links"].as_array().unwrap();
    let own = all.iter().find(|l| l["id"] == link).unwrap();
    own["events"]
        .as_array()
        .unwrap()
        .last()
        .unwrap()
        .to_string()
}

#[test]
fn a_false_alarm_was_not_restored() {
    let p = declared();
    let report = last_report(&p, "AAG");
    p.now.set("2026-11-24 20:10");
    p.ok(&["link", "set", "AAG", "up"]);
    p.ok(&["retract", &report, "--because", "wrong cable"]);
    p.ok(&["statement", "issue"]);
    assert_eq!(
        status(&p),
        is(
            "Report withdrawn: there was no fault.",
            "withdrawn",
            "resolved"
        )
    );
    let shown = Surfaces::of(&p);
    assert!(!shown.pages[1].contains("Restored") && !shown.pages[0].contains("Đã khôi phục."));
    assert_eq!(shown.own["incidents"][0]["impact"], "none");
    assert_eq!(shown.maintnote("INC-1", "X-MAINTNOTE-STATUS"), "CANCELLED");
    assert_eq!(shown.maintnote("INC-1", "X-MAINTNOTE-IMPACT"), "NO-IMPACT");
    assert!(shown.pages[1].contains("Nothing is going on now"));
}

#[test]
fn handing_over_ends_nothing_while_something_is_out() {
    let p = declared();
    p.now.set("2026-11-24 20:30");
    p.ok(&["close", "INC-1", "--handed-over-to", "the cable team"]);
    let shown = Surfaces::of(&p);
    for (page, current, none, ended) in [
        (
            &shown.pages[0],
            "Hiện có 1 sự cố chưa kết thúc.",
            "Hiện không có thông báo",
            "Đã kết thúc lúc",
        ),
        (
            &shown.pages[1],
            "One incident is not over yet.",
            "There is no current notice",
            "Ended at",
        ),
    ] {
        assert!(
            page.contains(current) && !page.contains(none) && !page.contains(ended),
            "{page}"
        );
    }
    assert_eq!(shown.state("AAG"), "down");
    assert_eq!(shown.foreign_state("the AAG cable").0, "major_outage");
    assert_eq!(shown.maintnote("INC-1", "X-MAINTNOTE-STATUS"), "IN-PROCESS");
    let unresolved = text(
        &files(&p.path("site")),
        "en/api/v2/incidents/unresolved.json",
    );
    assert!(unresolved.contains("\"impact\""), "{unresolved}");
    // It ends when what was out is back, not when it was handed over; and a later fault is another one.
    p.now.set("2026-11-24 23:00");
    p.ok(&["link", "set", "AAG", "up"]);
    let shown = Surfaces::of(&p);
    assert!(
        shown.pages[1].contains("There is no current notice"),
        "{}",
        shown.pages[1]
    );
    assert!(
        shown.pages[1].contains("Ended at <time datetime=\"2026-11-24T16:00:00Z\">"),
        "{}",
        shown.pages[1]
    );
    p.now.set("2026-11-28 08:00");
    p.ok(&["link", "set", "AAG", "down"]);
    assert!(Surfaces::of(&p).pages[1].contains("There is no current notice"));
}

/// Everything was restored and closed; then the report that said so turns out to be of another fibre.
#[test]
fn a_restoration_that_was_taken_back_names_nothing_any_more() {
    let p = declared();
    p.now.set("2026-11-24 21:00");
    p.ok(&["link", "set", "AAG", "up"]);
    let report = last_report(&p, "AAG");
    p.now.set("2026-11-24 22:10");
    p.ok(&["still"]);
    p.ok(&["statement", "issue"]);
    p.ok(&["close"]);
    let before = Surfaces::of(&p);
    assert_eq!(
        before.own["incidents"][0]["title"]["en"],
        "The AAG cable restored"
    );
    p.now.set("2026-11-25 08:00");
    p.ok(&["retract", &report, "--because", "wrong fibre"]);
    let shown = Surfaces::of(&p);
    let incident = &shown.own["incidents"][0];
    assert_ne!(incident["title"]["en"], "The AAG cable restored");
    assert_ne!(incident["status"], "resolved");
    assert_ne!(shown.incidents["incidents"][0]["status"], "resolved");
    assert_eq!(
        shown.incidents["incidents"][0]["resolved_at"],
        serde_json::Value::Null
    );
    assert_ne!(shown.maintnote("INC-1", "X-MAINTNOTE-STATUS"), "COMPLETED");
    let tree = files(&p.path("site"));
    let page = text(&tree, "en/incidents/INC-1.html");
    assert!(
        page.contains("reported by mistake and has been taken back"),
        "{page}"
    );
    assert!(!page.contains("<strong>Restored"), "{page}");
    assert!(!text(&tree, "en/index.html").contains("The AAG cable restored"));
    // A site brought up to date is the site built anew.
    p.ok(&["site", "build", "fresh"]);
    assert_eq!(tree, files(&p.path("fresh")));
}

/// A day that was promised and moved is a day, before and after.
#[test]
fn promised_days_are_days() {
    let p = declared();
    for (time, window) in [
        ("2026-11-24 20:10", "28/11..30/11"),
        ("2026-11-24 20:20", "2/12..4/12"),
    ] {
        p.now.set(time);
        p.ok(&[
            "link",
            "set",
            "AAG",
            "--window",
            window,
            "--reason",
            "weather",
            "--source",
            "cable-operator",
        ]);
        p.ok(&["statement", "issue"]);
    }
    let shown = Surfaces::of(&p);
    let page = text(&files(&p.path("site")), "en/incidents/INC-1.html");
    assert!(
        page.contains("<time datetime=\"2026-12-04\">4 December</time>"),
        "{page}"
    );
    assert!(
        page.contains("first said <time datetime=\"2026-11-30\">30 November</time>"),
        "{page}"
    );
    assert!(
        !page.contains("00:00 on 1 December") && !page.contains("04/12/2026"),
        "{page}"
    );
    let promises = shown.own["incidents"][0]["promises"].as_array().unwrap();
    let repair = promises.iter().find(|p| p["ours"] == false).unwrap();
    assert_eq!(
        (&repair["due"], &repair["said_before"][0]),
        (&"2026-12-04".into(), &"2026-11-30".into())
    );
}

/// A beginning that nobody gave is about then.
#[test]
fn the_minute_of_typing_is_no_beginning() {
    let p = declared();
    assert!(
        Surfaces::of(&p).pages[1]
            .contains("Since <time datetime=\"2026-11-24T13:00:00Z\">about 20:00")
    );
    let p = Play::new("");
    p.ok(&[CABLE, &["--since", "19:40"]].concat());
    p.ok(&["statement", "issue"]);
    assert!(
        Surfaces::of(&p).pages[1].contains("Since <time datetime=\"2026-11-24T12:40:00Z\">19:40")
    );
}

/// An alert names what is affected for certain as such, and what is only possible as possible; what is spared not at all.
#[test]
fn alerts_tell_certain_from_possible() {
    let p = Play::new("");
    p.ok(&[
        "declare",
        "backbone-cut",
        "--link",
        "BB-NS-1=down",
        "--link",
        "BB-NS-2=down",
    ]);
    p.ok(&["link", "set", "hue", "down", "--source", "field-team"]);
    p.ok(&["link", "set", "da-nang", "up", "--source", "field-team"]);
    p.ok(&["statement", "issue"]);
    p.ok(&["site", "build", "site"]);
    let alert = text(&files(&p.path("site")), "cap/INC-1.xml");
    assert!(alert.contains("<certainty>Observed</certainty>"), "{alert}");
    assert!(
        alert.contains("<areaDesc>Hue, Quang Tri (possibly affected)</areaDesc>"),
        "{alert}"
    );
}
