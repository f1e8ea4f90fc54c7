//! What commands do when the record is not what it was: an event that does not fit, events that are gone, clocks that are wrong,
//! and the ways back. What fits at the door is tested there.

use crate::support::chain::{chain_events, read_events, write_record};
use crate::support::play::{Play, declared};

/// Whether a command that changes or shows something to others was refused because of the record.
fn is_refused(p: &Play, args: &[&str], why: &str) {
    let (code, said) = p.run(args);
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(code == 2 && said.contains(why), "{args:?}: {code} {said}");
}

const WRITING: &[&[&str]] = &[
    &["link", "set", "AAG", "up"],
    &["statement", "issue"],
    &["fact", "note", "workaround=restart"],
    &["publish"],
    &["site", "build", "site"],
    &["record", "seal"],
    &["record", "witness"],
    &["tick"],
    &["tick", "--publish"],
];

/// An event in the middle that somebody rewrote, without hashing it again.
#[test]
fn after_an_event_that_does_not_fit_nothing_is_written_or_shown_to_others() {
    let p = Play::new("  out: { kind: folder, folder: out, channels: [web], witness: 1d }\n");
    declared(&p);
    p.ok(&["fact", "note", "effect=slow-international"]);
    let db = p.path(".saydo/record.db");
    let mut events = chain_events(read_events(&db));
    let broken = events.len() - 1;
    events[broken - 1].bytes = events[broken - 1].bytes.replace("chief", "thief");
    write_record(&db, &events);
    let word = format!("event {broken}");
    for args in WRITING {
        is_refused(&p, args, &word);
    }
    assert!(!p.path("out").exists() && !p.path("site").exists());
    for reading in [&["status"][..], &["why"], &["report"], &["promise", "list"]] {
        let (code, said) = p.run(reading);
        let first = said.lines().take(2).collect::<Vec<_>>().join(" ");
        assert!(
            code == 0 && first.contains(&word),
            "{reading:?}: {code} {said}"
        );
    }
    assert!(
        p.json(&["status"])["record_in_doubt"].is_object()
            || p.json(&["status"])["record_in_doubt"].is_string()
    );
    // The way back shows first, and keeps what it cuts off.
    let (_, shown) = p.run(&["record", "repair"]);
    assert!(shown.contains(&word), "{shown}");
    assert_eq!(read_events(&db).len(), events.len());
    p.ok(&["record", "repair", "--because", "somebody edited it"]);
    let kept = std::fs::read_dir(p.path(".saydo")).unwrap().flatten();
    let cut = kept.filter(|f| f.file_name().to_string_lossy().starts_with("cut-"));
    let cut: Vec<_> = cut
        .map(|f| std::fs::read_to_string(f.path()).unwrap())
        .collect();
    assert!(cut.len() == 1 && cut[0].contains("thief"), "{cut:?}");
    let last = read_events(&db).last().unwrap()["happening"]["kind"].clone();
    assert_eq!(last, "RecordRepaired");
    p.ok(&["link", "set", "AAG", "--work", "located"]);
    p.ok(&["record", "verify"]);
}

/// A backup that was put back, or a file that was cut short.
#[test]
fn a_record_that_is_shorter_than_it_was_seen_is_an_alarm() {
    let p = Play::new("");
    declared(&p);
    let db = p.path(".saydo/record.db");
    let events = read_events(&db);
    let older = chain_events(events[..events.len() - 2].to_vec());
    write_record(&db, &older);
    let lost = events.len().to_string();
    for args in WRITING {
        is_refused(&p, args, &lost);
    }
    let (code, said) = p.run(&["status"]);
    assert!(
        code == 2 && said.lines().next().unwrap().contains(&lost),
        "{said}"
    );
    // One that goes on otherwise is no better, however long it is.
    let mut other = events[..events.len() - 2].to_vec();
    for _ in 0..4 {
        let mut note = other[0].clone();
        note["at"] = other.last().unwrap()["at"].clone();
        note.as_object_mut().unwrap().remove("record");
        note["happening"] = serde_json::json!({ "kind": "NoteTaken", "text": "x" });
        other.push(note);
    }
    write_record(&db, &chain_events(other));
    is_refused(&p, &["link", "set", "AAG", "up"], "");
    p.ok(&[
        "record",
        "repair",
        "--because",
        "the backup of yesterday was put back",
    ]);
    p.ok(&["link", "set", "AAG", "up"]);
}

/// A typing slip in a date must not end the record, and a clock must not carry it away.
#[test]
fn times_far_ahead_are_refused_and_a_wrong_clock_can_be_set_aside() {
    let p = Play::new("");
    is_refused(&p, &["--now", "9999-01-01", "log", "a slip"], "");
    is_refused(&p, &["--now", "2199-01-01", "log", "a slip"], "ahead");
    p.ok(&["link", "set", "AAG", "down"]);
    // An older program let it in.
    let db = p.path(".saydo/record.db");
    let mut events = read_events(&db);
    let wrong = events.len() + 1;
    let mut note = events.last().unwrap().clone();
    note["at"] = "2150-01-01T00:00:00Z".into();
    note["happening"] = serde_json::json!({ "kind": "NoteTaken", "text": "from a wrong clock" });
    events.push(note);
    write_record(&db, &chain_events(events));
    is_refused(&p, &["link", "set", "AAG", "up"], "record clock");
    let from = wrong.to_string();
    p.ok(&[
        "record",
        "clock",
        "--wrong-from",
        &from,
        "--because",
        "the clock of the laptop was wrong",
    ]);
    p.ok(&["link", "set", "AAG", "up"]);
    p.ok(&["record", "verify"]);
}

/// An approval that lapsed takes nothing away from one that was given in advance.
#[test]
fn a_lapsed_approval_does_not_bar_one_in_advance() {
    let p = Play::with("", &["--team"]);
    for (name, role) in [("mai", "comms"), ("lan", "approver")] {
        p.ok(&["person", "add", name, "--role", role]);
    }
    let by = |who: &str, args: &[&str]| {
        let out = p.command(args).env("SAYDO_ACTOR", who).output().unwrap();
        let said = String::from_utf8_lossy(&out.stdout).into_owned()
            + &String::from_utf8_lossy(&out.stderr);
        (out.status.code().unwrap(), said)
    };
    let ok = |who: &str, args: &[&str]| {
        let (code, said) = by(who, args);
        assert_eq!(code, 0, "{who} {args:?}: {said}");
        said
    };
    ok(
        "lan",
        &[
            "statement",
            "preapprove",
            "night",
            "submarine-cable-disruption",
            "--channel",
            "web",
            "--until",
            "2026-11-28",
            "--because",
            "nobody is awake",
        ],
    );
    ok(
        "chief",
        &[
            "declare",
            "submarine-cable-disruption",
            "--link",
            "AAG=down",
        ],
    );
    ok("mai", &["statement", "submit"]);
    ok("lan", &["statement", "approve"]);
    p.now.set("2026-11-25 20:00");
    ok("chief", &["still"]);
    let said = ok("mai", &["statement", "issue"]);
    assert!(said.contains("2 renditions"), "{said}");
    assert!(ok("chief", &["record", "export"]).contains("PreApprovalUsed"));
}

/// Until the first key a name proves nothing: somebody who only takes it must not lock the real one out.
#[test]
fn the_first_key_of_a_team_is_trusted_by_somebody_else_unless_its_owner_began_the_record() {
    let p = Play::new("");
    p.ok(&["init", "team", "--team"]);
    let by = |who: &str, config: &str, args: &[&str]| {
        let out = p
            .command(args)
            .current_dir(p.path("team"))
            .env("SAYDO_ACTOR", who)
            .env("SAYDO_CONFIG", p.path(config))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&out.stdout).into_owned()
            + &String::from_utf8_lossy(&out.stderr);
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        (out.status.code().unwrap(), said)
    };
    let made = |said: &str| said.rsplit(' ').next().unwrap().to_owned();
    by(
        "chief",
        "config",
        &["person", "add", "mai", "--role", "administrator"],
    );
    let (code, said) = by("chief", "elsewhere", &["key", "new"]);
    assert!(code == 0 && said.contains("Somebody else"), "{said}");
    let false_key = made(&said);
    let (code, said) = by("chief", "elsewhere", &["key", "trust", "chief", &false_key]);
    assert!(
        code == 2 && said.contains("somebody else than its owner"),
        "{said}"
    );
    // The real one goes on as if nothing had been.
    let (code, said) = by("chief", "config", &["link", "set", "AAG", "degraded"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = by("mai", "mais", &["key", "new"]);
    assert!(code == 0 && said.contains("Somebody else"), "{said}");
    let key = made(&said);
    let (code, said) = by("chief", "config", &["key", "new"]);
    assert!(
        code == 0 && said.contains("is trusted; from now on"),
        "{said}"
    );
    let (code, said) = by("chief", "config", &["key", "trust", "mai", &key]);
    assert_eq!(code, 0, "{said}");
    let lan = &["person", "add", "lan", "--role", "comms"];
    let (code, said) = by("mai", "mais", lan);
    assert_eq!(code, 0, "{said}");
}

/// Where nobody began the record here, an administrator who is somebody else trusts the first key.
#[test]
fn a_second_administrator_trusts_the_first_key() {
    let p = Play::new("");
    p.ok(&["init", "team", "--team"]);
    let by = |who: &str, args: &[&str]| {
        let mut c = p.command(args);
        c.current_dir(p.path("team"))
            .env("SAYDO_ACTOR", who)
            .env("SAYDO_CONFIG", p.path(who));
        let out = c.output().unwrap();
        let said = String::from_utf8_lossy(&out.stdout).into_owned()
            + &String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{who} {args:?}: {said}");
        said.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    by(
        "chief",
        &["person", "add", "mai", "--role", "administrator"],
    );
    let said = by("chief", &["key", "new"]);
    let key = said.rsplit(' ').next().unwrap();
    by("mai", &["key", "trust", "chief", key]);
    by("chief", &["link", "set", "AAG", "down"]);
    assert!(by("chief", &["record", "verify"]).contains("signed"));
}
