//! What a site shows of incidents that are closed, merged or moved, and of what fails beside announced work: the same as the
//! notices. It reads no text of a notice.

use serde_json::Value as Json;

use super::states::Surfaces;
use crate::support::play::Play;

/// Each line a time on 11 September 2026, or with a day of its own, and a command.
fn play(lines: &str) -> Play {
    let p = Play::at("2026-09-11T20:00:00+07:00", "");
    for line in lines.lines().map(str::trim).filter(|l| !l.is_empty()) {
        let (time, command) = line.split_once(' ').unwrap();
        let (day, time) = time.split_once('T').unwrap_or(("11", time));
        let now = format!("2026-09-{day}T{time}:00+07:00");
        let args: Vec<&str> = command.split(' ').map(|w| w.trim_matches('"')).collect();
        let args: Vec<String> = args.iter().map(|w| w.replace('~', " ")).collect();
        let mut all = vec!["--now", &now];
        all.extend(args.iter().map(String::as_str));
        p.ok(&all);
    }
    p
}

fn shown(p: &Play, now: &'static str) -> Surfaces {
    p.now.set(now);
    Surfaces::of(p)
}

fn status_of(p: &Play) -> Json {
    let bytes = std::fs::read(p.path("site/en/api/v2/status.json")).unwrap();
    serde_json::from_slice::<Json>(&bytes).unwrap()["status"].clone()
}

/// A correction after closing says that it is out again: so does every surface, and the update that it promises is owed.
#[test]
fn what_is_out_again_after_closing_is_on_the_page() {
    let p = play(
        "20:00 declare core-failure --link CORE-HN=down --source monitoring
         20:02 statement issue
         20:10 link set CORE-HN=up --source own-check
         21:15 still CORE-HN
         21:16 statement issue
         21:17 close",
    );
    let before = shown(&p, "2026-09-11T21:18:00+07:00");
    assert!(before.pages[1].contains("it lasted 10 minutes"), "as told");
    let list = p.ok(&["record", "list"]);
    let up = list.lines().find(|l| l.contains("CORE-HN up")).unwrap();
    let seq = up
        .split_whitespace()
        .next()
        .unwrap()
        .trim_start_matches('#');
    p.now.set("2026-09-11T21:20:00+07:00");
    let said = p.ok(&["retract", seq, "--because", "wrong"]);
    assert!(said.contains("statement issue INC-1"), "{said}");
    p.now.set("2026-09-11T21:23:00+07:00");
    p.ok(&["statement", "issue", "INC-1"]);
    let after = shown(&p, "2026-09-11T21:24:00+07:00");
    assert_eq!(after.state("CORE-HN"), "down");
    assert!(after.pages[1].contains("One incident is not over yet"));
    p.now.set("2026-09-11T22:45:00+07:00");
    let (_, due) = p.run(&["tick"]);
    assert!(due.contains("overdue: promise 2"), "{due}");
}

#[test]
fn what_was_merged_stands_on_the_page_once() {
    let p = play(
        "20:00 declare submarine-cable-disruption --link AAG=down --source monitoring
         20:03 statement issue
         20:10 declare submarine-cable-disruption --separate --link APG=down --source monitoring
         20:12 statement issue INC-2
         20:13 incident merge INC-1 INC-2",
    );
    // Until the other has spoken, what was told of the first is all that people know of it.
    let before = shown(&p, "2026-09-11T20:14:00+07:00");
    assert!(before.pages[1].contains("2 incidents are not over yet"));
    p.ok(&["statement", "issue", "INC-2"]);
    let after = shown(&p, "2026-09-11T20:15:00+07:00");
    assert!(after.pages[1].contains("One incident is not over yet"));
    let own = std::fs::read_to_string(p.path("site/en/incidents/INC-1.html")).unwrap();
    assert!(own.contains("Goes on as INC-2") && !own.contains("Ended at"));
}

#[test]
fn a_new_end_of_work_is_on_every_surface() {
    let p = play(
        "08:00 declare planned-work --link CORE-HN --window 14/9~00:00..14/9~04:00"
            .replace("08:00", "20:01")
            .as_str(),
    );
    p.now.set("2026-09-11T20:02:00+07:00");
    p.ok(&["statement", "issue"]);
    p.ok(&["fact", "note", "work_until=14/9 06:00"]);
    let untold = shown(&p, "2026-09-11T20:03:00+07:00");
    assert_eq!(untold.maintnote("INC-1", "DTEND"), "20260913T210000Z");
    p.ok(&["statement", "issue"]);
    let told = shown(&p, "2026-09-11T20:04:00+07:00");
    assert_eq!(told.maintnote("INC-1", "DTEND"), "20260913T230000Z");
    // At five it is not past an end that was moved.
    let late = shown(&p, "2026-09-14T05:00:00+07:00");
    assert!(!late.pages[1].contains("Past its planned end"));
}

#[test]
fn moved_work_is_upcoming_until_its_new_time() {
    let p = play(
        "20:01 declare planned-work --link CORE-HN --window 12/9~01:00..12/9~05:00
         20:02 statement issue
         20:20 fact note arrangement=moved
         20:21 fact note moved_to=13/9~01:00..13/9~05:00
         20:22 statement issue",
    );
    let upcoming = |now: &'static str| {
        let shown = shown(&p, now);
        let path = p.path("site/en/api/v2/scheduled-maintenances/upcoming.json");
        let json: Json = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let all = json["scheduled_maintenances"].as_array().unwrap().len();
        (all, shown.pages[1].contains("Nothing is going on now"))
    };
    assert_eq!(upcoming("2026-09-11T20:23:00+07:00"), (1, false));
    assert_eq!(upcoming("2026-09-13T02:00:00+07:00"), (0, true));
}

/// A part that is out although we did not take it down is no maintenance of what rides on it.
#[test]
fn what_fails_under_work_for_another_reason_is_out() {
    let p = play(
        "20:01 declare planned-work --link BB-NS-1 --window 11/9~22:00..12/9~02:00
         20:02 fact note impact=short
         20:03 fact note interruption=30m
         20:04 statement issue
         22:01 link set BB-NS-1 planned-down
         22:02 statement issue
         22:10 link set BB-NS-2 down
         22:11 link set hue down
         22:13 statement issue",
    );
    let shown = shown(&p, "2026-09-11T22:14:00+07:00");
    assert_eq!(shown.state("hue"), "down");
    let status = status_of(&p);
    assert_eq!(status["indicator"], "major", "{status}");
    assert!(
        status["description"]
            .as_str()
            .unwrap()
            .contains("Hue: down")
    );
}

/// A cable that people do not use by its name makes no major outage of what they may feel.
#[test]
fn an_indicator_goes_by_what_people_feel() {
    let p = play(
        "20:01 declare submarine-cable-disruption --link AAG=down --source monitoring
         20:02 statement issue",
    );
    let shown = shown(&p, "2026-09-11T20:03:00+07:00");
    assert_eq!(shown.state("AAG"), "down");
    assert_eq!(status_of(&p)["indicator"], "minor");
}
