//! Announced work on the page, in the calendar, at pages of others and in the ledger: by what was told, never by the clock
//! alone once it was called off. It plays no fault but those beside the work.

use super::states::Surfaces;
use crate::support::play::Play;

const HOURS: &str = "2026-11-26T01:00..2026-11-26T05:00";

fn announced(facts: &[&str]) -> Play {
    let p = Play::new("");
    p.ok(&[
        "declare",
        "planned-work",
        "--link",
        "CORE-HN",
        "--window",
        HOURS,
    ]);
    for fact in facts {
        p.ok(&["fact", "note", fact]);
    }
    p.ok(&["statement", "issue"]);
    p
}

fn call_off(p: &Play, facts: &[&str]) {
    p.now.set("2026-11-24 22:00");
    for fact in facts {
        p.ok(&["fact", "note", fact]);
    }
    p.ok(&["statement", "issue"]);
}

#[test]
fn the_impact_in_the_calendar_is_the_one_that_was_told() {
    for (facts, wanted) in [
        (&["impact=none"][..], "NO-IMPACT"),
        (&["impact=full"][..], "OUTAGE"),
        (&["impact=short", "interruption=30m"][..], "OUTAGE"),
        // Nothing was told: no outage, and no promise of service either.
        (&[][..], "REDUCED-REDUNDANCY"),
        // Noted and not told, because the line needs how long.
        (&["impact=short"][..], "REDUCED-REDUNDANCY"),
    ] {
        let shown = Surfaces::of(&announced(facts));
        assert_eq!(
            shown.maintnote("INC-1", "X-MAINTNOTE-IMPACT"),
            wanted,
            "{facts:?}"
        );
        assert_eq!(
            shown.calendar["INC-1"].circuits["CORE-HN"], wanted,
            "{facts:?}"
        );
        let says_untold = shown
            .maintnote("INC-1", "DESCRIPTION")
            .contains("Chưa có thông báo về việc dịch vụ");
        assert_eq!(says_untold, wanted == "REDUCED-REDUNDANCY", "{facts:?}");
    }
}

/// What is noted after the notice is told by nobody yet.
#[test]
fn the_calendar_does_not_say_what_was_not_told() {
    let p = announced(&[]);
    p.now.set("2026-11-24 20:10");
    p.ok(&["fact", "note", "impact=none"]);
    assert_eq!(
        Surfaces::of(&p).maintnote("INC-1", "X-MAINTNOTE-IMPACT"),
        "REDUCED-REDUNDANCY"
    );
    p.ok(&["fact", "note", "arrangement=cancelled"]);
    assert_eq!(
        Surfaces::of(&p).maintnote("INC-1", "X-MAINTNOTE-STATUS"),
        "CONFIRMED"
    );
}

#[test]
fn an_effect_after_all_is_in_the_calendar_once_it_is_told() {
    let p = announced(&["impact=none"]);
    p.now.set("2026-11-26 02:00");
    p.ok(&["link", "set", "CORE-HN", "planned-down"]);
    p.ok(&["link", "set", "internet", "down", "--source", "monitoring"]);
    assert_eq!(
        Surfaces::of(&p).maintnote("INC-1", "X-MAINTNOTE-IMPACT"),
        "NO-IMPACT"
    );
    p.ok(&["statement", "issue"]);
    let shown = Surfaces::of(&p);
    assert_eq!(shown.maintnote("INC-1", "X-MAINTNOTE-IMPACT"), "OUTAGE");
    // It was told to interrupt nothing: what it interrupts is an outage, no maintenance.
    assert_eq!(shown.state("internet"), "down");
    assert_eq!(shown.state("CORE-HN"), "maintenance");
}

#[test]
fn the_status_in_the_calendar_goes_by_what_was_told_and_the_clock() {
    let p = announced(&["impact=full"]);
    let status = |time: &'static str| {
        p.now.set(time);
        Surfaces::of(&p)
            .maintnote("INC-1", "X-MAINTNOTE-STATUS")
            .to_owned()
    };
    assert_eq!(status("2026-11-24 20:10"), "CONFIRMED");
    assert_eq!(status("2026-11-26 02:00"), "IN-PROCESS");
    p.ok(&["link", "set", "CORE-HN", "planned-down"]);
    assert_eq!(status("2026-11-26 06:00"), "IN-PROCESS");
    // A link that answers is not the word of the crew.
    p.ok(&["link", "set", "CORE-HN", "up"]);
    p.now.set("2026-11-26 08:00");
    p.ok(&["still"]);
    p.ok(&["statement", "issue"]);
    assert_eq!(status("2026-11-26 08:01"), "IN-PROCESS");
    p.ok(&["fact", "note", "work_done=yes"]);
    p.ok(&["statement", "issue"]);
    assert_eq!(status("2026-11-26 08:02"), "COMPLETED");
}

#[test]
fn cancelled_work_is_nothing_on_any_surface() {
    let p = announced(&["impact=full"]);
    call_off(&p, &["arrangement=cancelled"]);
    for time in ["2026-11-24 22:01", "2026-11-26 02:00", "2026-11-26 06:00"] {
        p.now.set(time);
        let shown = Surfaces::of(&p);
        let event = &shown.calendar["INC-1"].properties;
        assert_eq!(event["X-MAINTNOTE-STATUS"], "CANCELLED", "{time}");
        assert_eq!(event["STATUS"], "CANCELLED", "{time}");
        assert_eq!(event["X-MAINTNOTE-IMPACT"], "NO-IMPACT", "{time}");
        assert_eq!(shown.state("CORE-HN"), "no-notice", "{time}");
        assert_eq!(shown.state("internet"), "no-notice", "{time}");
        assert_eq!(
            shown.foreign_state("the core router").0,
            "operational",
            "{time}"
        );
        for (page, word) in shown.pages.iter().zip(["Đã hủy.", "Cancelled."]) {
            assert!(page.contains(word), "{time}: {page}");
            assert!(
                !page.contains("k-overdue") && !page.contains("k-broken"),
                "{time}: {page}"
            );
        }
        assert!(
            !shown.pages[1].contains("planned work is announced"),
            "{time}"
        );
        assert_eq!(shown.own["incidents"][0]["impact"], "none", "{time}");
    }
    let (_, due) = p.run(&["tick"]);
    assert!(!due.contains("overdue"), "{due}");
    p.ok(&["close"]);
    let shown = Surfaces::of(&p);
    assert_eq!(shown.maintnote("INC-1", "X-MAINTNOTE-STATUS"), "CANCELLED");
}

#[test]
fn moved_work_stands_at_its_new_time_once() {
    let p = announced(&["impact=none"]);
    call_off(&p, &["arrangement=moved"]);
    let event = |shown: &Surfaces, name: &str| shown.maintnote("INC-1", name).to_owned();
    let shown = Surfaces::of(&p);
    assert_eq!(event(&shown, "X-MAINTNOTE-STATUS"), "RE-SCHEDULED");
    assert_eq!(
        (event(&shown, "STATUS"), event(&shown, "DTSTART")),
        ("CANCELLED".into(), "20261125T180000Z".into())
    );
    assert!(shown.pages[1].contains("Moved.") && shown.pages[0].contains("Đã dời lịch."));
    call_off(&p, &["moved_to=2026-11-28T01:00..2026-11-28T05:00"]);
    let shown = Surfaces::of(&p);
    assert_eq!(event(&shown, "X-MAINTNOTE-STATUS"), "RE-SCHEDULED");
    assert_eq!(
        (event(&shown, "STATUS"), event(&shown, "DTSTART")),
        ("CONFIRMED".into(), "20261127T180000Z".into())
    );
    // Announced anew it has an event of its own, and stands there once.
    p.ok(&[
        "declare",
        "planned-work",
        "--link",
        "CORE-HN",
        "--window",
        "2026-11-28T01:00..2026-11-28T05:00",
    ]);
    p.ok(&["statement", "issue", "INC-2"]);
    let shown = Surfaces::of(&p);
    assert_eq!(
        (event(&shown, "STATUS"), event(&shown, "DTSTART")),
        ("CANCELLED".into(), "20261125T180000Z".into())
    );
    assert_eq!(shown.maintnote("INC-2", "X-MAINTNOTE-STATUS"), "CONFIRMED");
    for time in ["2026-11-26 02:00", "2026-11-26 06:00"] {
        p.now.set(time);
        assert_eq!(Surfaces::of(&p).state("CORE-HN"), "no-notice", "{time}");
    }
    p.now.set("2026-11-28 02:00");
    assert_eq!(Surfaces::of(&p).state("CORE-HN"), "maintenance");
}

#[test]
fn work_that_stands_again_is_maintenance_again() {
    let p = announced(&[]);
    call_off(&p, &["arrangement=cancelled"]);
    p.now.set("2026-11-24 23:00");
    p.ok(&["fact", "note", "arrangement=on"]);
    p.ok(&["statement", "issue"]);
    p.now.set("2026-11-26 02:00");
    let shown = Surfaces::of(&p);
    assert_eq!(shown.state("CORE-HN"), "maintenance");
    assert_eq!(shown.maintnote("INC-1", "X-MAINTNOTE-STATUS"), "IN-PROCESS");
}

/// The router is out and told so; then it is taken down for work that was announced.
#[test]
fn planned_work_hides_no_outage_that_was_there_before_it() {
    let p = Play::new("");
    p.ok(&["declare", "core-failure", "--link", "CORE-HN=down"]);
    p.ok(&["statement", "issue"]);
    p.now.set("2026-11-24 21:00");
    p.ok(&[
        "declare",
        "planned-work",
        "--link",
        "CORE-HN",
        "--window",
        "22:00..23:00",
    ]);
    p.ok(&["statement", "issue", "INC-2"]);
    p.now.set("2026-11-24 22:05");
    p.ok(&["link", "set", "CORE-HN", "planned-down"]);
    p.run(&["statement", "issue", "INC-1", "--yes"]);
    p.run(&["statement", "issue", "INC-2", "--yes"]);
    let shown = Surfaces::of(&p);
    assert_eq!(shown.state("CORE-HN"), "down");
    assert_eq!(shown.foreign_state("the core router").0, "major_outage");
}

/// Days that were announced are days everywhere that people read.
#[test]
fn days_stay_days() {
    let p = Play::new("");
    p.ok(&[
        "declare",
        "planned-work",
        "--link",
        "CORE-HN",
        "--window",
        "26/11..27/11",
    ]);
    p.ok(&["statement", "issue"]);
    let shown = Surfaces::of(&p);
    for (page, days, end) in [
        (&shown.pages[0], "26–27&#x2f;11", "27/11</time>"),
        (&shown.pages[1], "26–27 November", "27 November</time>"),
    ] {
        assert!(page.contains(days) && page.contains(end), "{page}");
        assert!(
            !page.contains("00:00 on 28") && !page.contains("00:00 ngày 28/11"),
            "{page}"
        );
    }
    let incident = &shown.own["incidents"][0];
    assert_eq!(
        (&incident["planned"]["from"], &incident["planned"]["to"]),
        (&"2026-11-26".into(), &"2026-11-27".into())
    );
    assert_eq!(incident["promises"][0]["due"], "2026-11-27");
}
