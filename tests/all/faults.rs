//! Faults, counted: flipped bits, changed order, processes killed at random moments, two at the same moment. A twentieth
//! runs by `cargo test`; `SAYDO_FAULTS=1 cargo test --release --test all faults:: -- --nocapture` runs all.

use std::path::Path;
use std::process::{Child, Stdio};

use crate::support::chance::{Chance, is_full};
use crate::support::postgres_server::{Server, saydo};
use saydo::domain::event::{Event, GENESIS, Head, VERSION, sha256};
use saydo::domain::happening::Happening;
use saydo::store::sign::{Signer, key_file};
use saydo::store::sqlite::Sqlite;
use saydo::store::{Appended, Record, Stored, jsonl, verify};

/// A small record: notes, a team of two, and from the first key on signatures.
fn small(dir: &Path) -> Vec<Stored> {
    let signer = Signer::create(&key_file(dir, "lan")).unwrap();
    let note = |text: &str| Happening::NoteTaken { text: text.into() };
    let happenings = vec![
        note("cáp AAG"),
        Happening::PersonAdded {
            person: "lan".into(),
            name: Some("Nguyễn Lan".into()),
        },
        Happening::RoleDefined {
            role: "administrator".into(),
            may: vec!["administer".into()],
        },
        Happening::RoleGranted {
            person: "lan".into(),
            role: "administrator".into(),
        },
        note("nothing is signed yet"),
        Happening::KeyTrusted {
            person: "lan".into(),
            key: signer.public.clone(),
        },
        note("signed"),
        note("signed too"),
    ];
    let mut prev = GENESIS.to_owned();
    let mut all = Vec::new();
    let mut signs = false;
    for (i, happening) in happenings.into_iter().enumerate() {
        signs |= matches!(happening, Happening::KeyTrusted { .. });
        let event = Event {
            v: VERSION.into(),
            seq: i as u64 + 1,
            at: chrono::DateTime::from_timestamp(1_790_000_000 + i as i64, 0).unwrap(),
            by: "lan".into(),
            key: signs.then(|| signer.id.clone()),
            clock_given: false,
            noted: None,
            incident: None,
            prev: prev.clone(),
            happening,
        };
        let bytes = event.bytes().unwrap();
        prev = sha256(bytes.as_bytes());
        all.push(Stored {
            seq: event.seq,
            signature: signs.then(|| signer.sign(&prev)),
            hash: prev.clone(),
            bytes,
        });
    }
    verify::verify(&all).unwrap();
    all
}

#[test]
fn every_flipped_bit_of_an_export_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let events = small(dir.path());
    let text = jsonl::write(&events);
    assert!(text.len() <= 32 * 1024);
    let step = if is_full() { 1 } else { 20 };
    let (mut found, mut refused) = (0, 0);
    for bit in (0..text.len() * 8).step_by(step) {
        let mut bytes = text.clone().into_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let read = String::from_utf8(bytes).map_err(|e| e.to_string());
        match read.and_then(|t| jsonl::read(&t).map_err(|(_, e)| e)) {
            Err(_) => refused += 1,
            Ok(read) if verify::verify(&read).is_err() => found += 1,
            Ok(read) => panic!("bit {bit} was not found: {read:?}"),
        }
    }
    println!(
        "export of {} bytes: {refused} flips not read, {found} found by verify",
        text.len()
    );
}

#[test]
fn every_flipped_bit_of_a_file_is_found_or_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let events = small(dir.path());
    let path = dir.path().join("record.db");
    let mut record = Sqlite::open(&path, true).unwrap();
    assert!(matches!(
        record.append(&Head::empty(), &events).unwrap(),
        Appended::Done(_)
    ));
    drop(record);
    let whole = std::fs::read(&path).unwrap();
    let step = if is_full() { 1 } else { 20 };
    let (mut found, mut refused, mut same) = (0, 0, 0);
    for bit in (0..whole.len() * 8).step_by(step) {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(&path, &bytes).unwrap();
        let opened = Sqlite::open(&path, false);
        match opened.and_then(|r| r.sound().and(r.events(0))) {
            Err(_) => refused += 1,
            Ok(read) if read == events => same += 1,
            Ok(read) if verify::verify(&read).is_err() => found += 1,
            // What is cut off at the end no chain tells: the store has to.
            Ok(read) if read.len() < events.len() && events.starts_with(&read) => {
                panic!(
                    "bit {bit} cut {} events off without a word",
                    events.len() - read.len()
                )
            }
            Ok(_) => panic!("bit {bit} was not found"),
        }
    }
    println!(
        "file of {} bytes: {refused} flips refused, {found} found by verify, {same} in free space",
        whole.len()
    );
}

#[test]
fn removed_swapped_inserted_and_stripped_events_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let events = small(dir.path());
    let is_found = |changed: &[Stored]| verify::verify(changed).is_err();
    for i in 0..events.len() - 1 {
        let mut removed = events.clone();
        removed.remove(i);
        assert!(is_found(&removed), "{i} removed");
        for (n, e) in removed.iter_mut().enumerate() {
            e.seq = n as u64 + 1;
        }
        assert!(is_found(&removed), "{i} removed, and numbered anew");
        let mut swapped = events.clone();
        swapped.swap(i, i + 1);
        assert!(is_found(&swapped), "{i} swapped");
        let mut twice = events.clone();
        twice.insert(i, events[i].clone());
        assert!(is_found(&twice), "{i} twice");
    }
    for i in 5..events.len() {
        let mut stripped = events.clone();
        stripped[i].signature = None;
        let what = verify::verify(&stripped).unwrap_err();
        assert_eq!(
            (what.seq, what.what.contains("stripped")),
            (i as u64 + 1, true),
            "{what:?}"
        );
        let mut other = events.clone();
        other[i]
            .signature
            .clone_from(&events[if i == 5 { 6 } else { 5 }].signature);
        assert!(is_found(&other));
    }
}

fn workspace(dir: &Path) {
    let out = saydo(dir).args(["init", "ws"]).output().unwrap();
    assert!(out.status.success(), "{out:?}");
    let out = saydo(&dir.join("ws"))
        .args([
            "declare",
            "submarine-cable-disruption",
            "--link",
            "AAG=down",
        ])
        .output()
        .unwrap();
    assert!(out.status.success(), "{out:?}");
}

fn start(dir: &Path, args: &[&str]) -> Child {
    saydo(dir)
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// What was reported as done is there, and the record verifies, whenever a process was killed.
#[test]
fn killed_at_any_moment_the_record_verifies_and_keeps_what_was_reported() {
    let dir = tempfile::tempdir().unwrap();
    workspace(dir.path());
    let ws = dir.path().join("ws");
    let db = ws.join(".saydo/record.db");
    let mut chance = Chance::new();
    let rounds = if is_full() { 500 } else { 25 };
    let (mut killed, mut reported) = (0, 0);
    for round in 0..rounds {
        let states = ["down", "degraded"];
        let words: Vec<&str> = match round % 4 {
            0 => vec!["log", "a note"],
            1 => vec!["link", "set", "AAG", states[round / 4 % 2]],
            2 => vec!["statement", "issue"],
            _ => vec!["record", "copy", "--to", "copy.db"],
        };
        let mut child = start(&ws, &words);
        chance.wait(if cfg!(debug_assertions) {
            500_000
        } else {
            60_000
        });
        let _ = child.kill();
        let out = child.wait_with_output().unwrap();
        killed += usize::from(out.status.code().is_none());
        let text = String::from_utf8_lossy(&out.stdout).into_owned();
        let stored = Sqlite::open(&db, false).unwrap().events(0).unwrap();
        verify::verify(&stored).unwrap_or_else(|b| panic!("round {round}: {b:?}"));
        if let Some(n) = text
            .split("(event ")
            .nth(1)
            .and_then(|t| t.split(')').next())
            .and_then(|n| n.parse::<usize>().ok())
        {
            reported += 1;
            assert!(
                n <= stored.len(),
                "round {round}: event {n} was reported and is not there"
            );
        }
        if let Ok(copy) = Sqlite::open(&ws.join("copy.db"), false) {
            let copied = copy.events(0).unwrap();
            verify::verify(&copied).unwrap();
            assert!(
                stored.starts_with(&copied),
                "round {round}: the copy is another record"
            );
        }
    }
    println!(
        "{rounds} rounds: {killed} killed, {reported} had reported an event; the record verified each time"
    );
}

/// Two at the same moment, on a file and on a server: one wins, the other is refused and told what happened.
#[test]
fn two_issuers_approvers_and_closers_at_once() {
    let server = Server::start();
    let mut places = vec![None];
    if let Some(s) = &server {
        let url = s.url("owner", "disable");
        places.push(Some(url.replace("owner:o@", "owner@")));
    }
    for url in places {
        let dir = tempfile::tempdir().unwrap();
        let run = |actor: &str, args: &[&str]| {
            let mut c = saydo(dir.path());
            c.env("PGPASSWORD", "o")
                .env("SAYDO_ACTOR", actor)
                .args(args);
            c
        };
        let mut init = vec!["init", "ws", "--team"];
        init.extend(url.iter().flat_map(|u| ["--record", u.as_str()]));
        let out = run("chief", &init).output().unwrap();
        assert!(out.status.success(), "{out:?}");
        let ws = |actor: &str, args: &[&str]| {
            let mut all = vec!["--workspace", "ws"];
            all.extend(args);
            run(actor, &all)
        };
        let ok = |actor: &str, args: &[&str]| {
            let out = ws(actor, args).output().unwrap();
            assert!(out.status.success(), "{args:?}: {out:?}");
        };
        for (person, role) in [("mai", "comms"), ("lan", "approver"), ("minh", "approver")] {
            ok("chief", &["person", "add", person, "--role", role]);
        }
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
        let race = |actors: [&str; 2], args: &[&str]| {
            let start = |actor: &&str| {
                let mut c = ws(actor, args);
                c.stdout(Stdio::piped())
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap()
            };
            let both: Vec<Child> = actors.iter().map(start).collect();
            let outs: Vec<_> = both
                .into_iter()
                .map(|c| c.wait_with_output().unwrap())
                .collect();
            let won = outs.iter().filter(|o| o.status.success()).count();
            let words: Vec<_> = outs
                .iter()
                .map(|o| String::from_utf8_lossy(&o.stderr))
                .collect();
            assert_eq!(won, 1, "{args:?}: {words:?}");
            assert!(
                words.concat().len() > 20,
                "the other is told what happened: {words:?}"
            );
        };
        race(["lan", "minh"], &["statement", "approve"]);
        race(["mai", "chief"], &["statement", "issue"]);
        let list = ws("mai", &["--json", "statement", "list"])
            .output()
            .unwrap();
        let list: serde_json::Value = serde_json::from_slice(&list.stdout).unwrap();
        let issued = list["statements"].as_array().unwrap().len();
        assert_eq!(issued, 1, "one notice, not two");
        ok(
            "chief",
            &["declare", "core-failure", "--link", "CORE-HN=down"],
        );
        race(
            ["chief", "chief"],
            &["close", "INC-2", "--handed-over-to", "operations"],
        );
        let verified = ws("mai", &["record", "verify"]).output().unwrap();
        assert!(verified.status.success(), "{verified:?}");
    }
}

/// The chain written anew over changed events, as somebody would who rewrites a record without keys.
fn chained(mut events: Vec<Event>) -> Vec<Stored> {
    let mut prev = GENESIS.to_owned();
    let mut all = Vec::new();
    for (i, event) in events.iter_mut().enumerate() {
        event.seq = i as u64 + 1;
        event.prev = prev;
        let bytes = event.bytes().unwrap();
        prev = sha256(bytes.as_bytes());
        all.push(Stored {
            seq: event.seq,
            hash: prev.clone(),
            signature: None,
            bytes,
        });
    }
    all
}

/// What a changed program could write past its own checks, `verify` names.
#[test]
fn a_statement_that_was_not_approved_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let run = |actor: &str, args: &[&str]| {
        let mut all = vec!["--workspace", "ws"];
        all.extend(args);
        let out = saydo(dir.path())
            .env("SAYDO_ACTOR", actor)
            .args(all)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned()
            + &String::from_utf8_lossy(&out.stderr);
        (out.status.code().unwrap(), text)
    };
    let made = saydo(dir.path())
        .args(["init", "ws", "--team"])
        .output()
        .unwrap();
    assert!(made.status.success(), "{made:?}");
    let ok = |actor: &str, args: &[&str]| {
        let (code, text) = run(actor, args);
        assert_eq!(code, 0, "{args:?}: {text}");
        text
    };
    ok("chief", &["person", "add", "mai", "--role", "comms"]);
    ok("chief", &["person", "add", "lan", "--role", "approver"]);
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
    ok("mai", &["statement", "issue"]);
    // One approval, one notice.
    assert_eq!(run("mai", &["statement", "issue"]).0, 1);
    assert_eq!(
        run("lan", &["statement", "reject", "--because", " "]).0,
        2,
        "nothing waits, and a reason is empty"
    );
    assert_eq!(
        run(
            "chief",
            &["statement", "issue", "--override", "--because", ""]
        )
        .0,
        2
    );
    // Nobody approves in advance for themselves.
    let advance = [
        "statement",
        "preapprove",
        "own",
        "submarine-cable-disruption",
        "--until",
        "2026-12-31 18:00",
        "--because",
        "me",
    ];
    ok("chief", &advance);
    assert_eq!(run("chief", &["statement", "issue"]).0, 1);
    ok("chief", &["record", "verify"]);
    let seal = ok("chief", &["record", "seal"]);
    let words: Vec<&str> = seal.split_whitespace().collect();
    let early = format!(
        "{} {} {} 2020-01-01T00:00:00Z - -",
        words[0], words[1], words[2]
    );
    assert_eq!(
        run("chief", &["record", "verify", "--against", &early]).0,
        1
    );
    assert_eq!(run("chief", &["record", "verify", "--against", &seal]).0, 0);
    let stored = Sqlite::open(&dir.path().join("ws/.saydo/record.db"), false)
        .unwrap()
        .events(0)
        .unwrap();
    let events: Vec<Event> = stored
        .iter()
        .map(|s| Event::read(s.seq, &s.bytes).unwrap())
        .collect();
    verify::verify(&chained(events.clone())).unwrap();
    let mut changed = events.clone();
    for e in &mut changed {
        if let Happening::StatementIssued(s) = &mut e.happening {
            let mut renditions: Vec<_> = s.renditions().cloned().collect();
            renditions[0].text = "All is well. Everybody gets their money back.".into();
            renditions[0].placed.clear();
            s.body = saydo::domain::body::Body::new(s.lines().to_vec(), renditions);
            s.digest = s.compute_digest().unwrap();
        }
    }
    let what = verify::verify(&chained(changed)).unwrap_err();
    assert!(what.what.contains("without the approval"), "{what:?}");
    // What was approved in advance clears only what it covers.
    let mut covered = events;
    covered.retain(|e| !matches!(e.happening, Happening::StatementApproved { .. }));
    let mut last = covered.last().unwrap().clone();
    last.happening = Happening::PreApprovalUsed {
        name: "own".into(),
        statement: 1,
    };
    covered.push(last);
    let what = verify::verify(&chained(covered)).unwrap_err();
    assert!(what.what.contains("without the approval"), "{what:?}");
}

/// A disk that is full, a folder that may only be read, a file that somebody holds: exit 2, a clear word, nothing half-written.
#[test]
fn a_disk_that_refuses_is_said_and_nothing_is_half_written() {
    use std::process::Command;
    let dir = tempfile::tempdir().unwrap();
    workspace(dir.path());
    let ws = dir.path().join("ws");
    let log = |ws: &Path| {
        let out = saydo(ws).args(["log", "a note"]).output().unwrap();
        (
            out.status.code(),
            String::from_utf8_lossy(&out.stderr)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        )
    };
    let sound = |ws: &Path| {
        let out = saydo(ws).args(["record", "verify"]).output().unwrap();
        assert!(out.status.success(), "{out:?}");
    };
    // A limit on the size of files: the write in the middle of a commit fails.
    let limited = Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 100; exec \"$0\" log x"])
        .arg(env!("CARGO_BIN_EXE_saydo"))
        .current_dir(&ws)
        .env("SAYDO_ACTOR", "chief")
        .output()
        .unwrap();
    assert_eq!(limited.status.code(), Some(2), "{limited:?}");
    assert!(
        String::from_utf8_lossy(&limited.stderr).contains("nothing"),
        "{limited:?}"
    );
    sound(&ws);
    // Somebody holds the file, as a backup does; when they let go, it goes on.
    let holder = rusqlite::Connection::open(ws.join(".saydo/record.db")).unwrap();
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let waiting = start(&ws, &["log", "waited"]);
    holder.execute_batch("COMMIT").unwrap();
    assert!(waiting.wait_with_output().unwrap().status.success());
    // A small disk of its own, where this machine lets us make one.
    let small = dir.path().join("small");
    std::fs::create_dir(&small).unwrap();
    let mount = |options: &str| {
        let done = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(&small)
            .output();
        done.is_ok_and(|o| o.status.success())
    };
    if !mount("size=3m") {
        eprintln!(
            "skipped: the full and the read-only disk, as this machine lets nobody mount one"
        );
        return;
    }
    let done = std::panic::catch_unwind(|| {
        let out = saydo(&small).args(["init", "ws"]).output().unwrap();
        assert!(out.status.success(), "{out:?}");
        let ws = small.join("ws");
        let fill = small.join("fill");
        let _ = std::fs::write(&fill, vec![0_u8; 4 << 20]);
        let (code, words) = log(&ws);
        assert_eq!(code, Some(2));
        assert!(
            words.contains("the disk is full; nothing was written"),
            "{words}"
        );
        sound(&ws);
        std::fs::remove_file(&fill).unwrap();
        assert_eq!(log(&ws).0, Some(0));
        assert!(mount("remount,ro"));
        let (code, words) = log(&ws);
        assert_eq!(code, Some(2));
        assert!(words.contains("read-only"), "{words}");
        sound(&ws);
    });
    let _ = Command::new("umount").arg("-l").arg(&small).output();
    if let Err(e) = done {
        std::panic::resume_unwind(e);
    }
}
