//! Processes that are killed at any moment: while they record, copy, bring a file up to date, join again, or hold a lock.
//! Senders that are killed are in `publish::faults`.

use std::process::Stdio;

use super::{holds_once, ok, owner, start, without_password, workspace};
use crate::support::chance::{Chance, is_full};
use crate::support::postgres_server::{Server, saydo};
use saydo::{Postgres, Record, Sqlite, verify_events};

/// What was reported as done is there, and the record verifies, whenever a process was killed.
#[test]
fn killed_at_any_moment_the_record_verifies_and_keeps_what_was_reported() {
    let dir = tempfile::tempdir().unwrap();
    workspace(dir.path(), None);
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
        let stored = Sqlite::open(&db, false)
            .unwrap()
            .read_events_after(0)
            .unwrap();
        verify_events(&stored).unwrap_or_else(|b| panic!("round {round}: {b:?}"));
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
            let copied = copy.read_events_after(0).unwrap();
            verify_events(&copied).unwrap();
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

/// How long a command takes at most before it is killed: longer than it needs, so that some end by themselves.
fn span() -> u64 {
    if cfg!(debug_assertions) {
        600_000
    } else {
        80_000
    }
}

/// A file of the first layout is brought up to date by whatever command comes first, killed at any moment.
#[test]
fn killed_while_a_file_is_brought_up_to_date() {
    let dir = tempfile::tempdir().unwrap();
    let ws = workspace(dir.path(), None);
    let db = ws.join(".saydo/record.db");
    let before = Sqlite::open(&db, false)
        .unwrap()
        .read_events_after(0)
        .unwrap();
    let old = rusqlite::Connection::open(&db).unwrap();
    old.execute_batch("ALTER TABLE events DROP COLUMN signature; PRAGMA user_version = 1;")
        .unwrap();
    drop(old);
    let kept = std::fs::read(&db).unwrap();
    let mut chance = Chance::new();
    let (rounds, mut killed, mut done) = (if is_full() { 100 } else { 6 }, 0, 0);
    for round in 0..rounds {
        std::fs::write(&db, &kept).unwrap();
        let mut child = start(&ws, &["record", "upgrade"]);
        chance.wait(span() / 8);
        let _ = child.kill();
        killed += usize::from(child.wait().unwrap().code().is_none());
        let layout: i64 = rusqlite::Connection::open(&db)
            .unwrap()
            .query_row("PRAGMA user_version", [], |r| r.get(0))
            .unwrap();
        done += usize::from(layout == 2);
        let after = Sqlite::open(&db, false)
            .unwrap()
            .read_events_after(0)
            .unwrap();
        assert_eq!(after, before, "round {round}");
    }
    println!("{rounds} upgrades: {killed} killed, {done} done by then; every event as before");
}

/// The record on a server: killed at any moment of an entry, a statement, a copy, and of coming together again.
#[test]
fn killed_on_a_server_and_while_rejoining() {
    let Some(server) = Server::shared() else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let ws = workspace(dir.path(), Some(&without_password(&server)));
    let mut chance = Chance::new();
    let (rounds, mut killed, mut reported) = (if is_full() { 100 } else { 5 }, 0, 0);
    let nowhere = "postgres://owner@127.0.0.1:1/rec";
    let mut notes = 0;
    for round in 0..rounds {
        // One that is brought in, killed on its way, is brought in once all the same.
        for _ in 0..3 {
            let out = saydo(&ws)
                .args(["log", &format!("note {notes}.")])
                .env("SAYDO_RECORD", nowhere)
                .output()
                .unwrap();
            assert!(out.status.success(), "{out:?}");
            notes += 1;
        }
        let words: &[&str] = match round % 3 {
            0 => &["record", "rejoin"],
            1 => &["record", "rejoin", "--json"],
            _ => &["record", "rejoin", "--lang", "vi"],
        };
        if round % 2 == 1 {
            // Somebody else goes on meanwhile, so that entries join one by one.
            let other = dir.path().join(format!("other{round}"));
            ok(
                dir.path(),
                &[
                    "init",
                    other.to_str().unwrap(),
                    "--record",
                    &without_password(&server),
                ],
            );
            ok(&other, &["log", "meanwhile"]);
        }
        let mut child = start(&ws, words);
        chance.wait(span());
        let _ = child.kill();
        killed += usize::from(child.wait().unwrap().code().is_none());
        let stored = Postgres::open(&owner(&server))
            .unwrap()
            .read_events_after(0)
            .unwrap();
        verify_events(&stored).unwrap_or_else(|b| panic!("round {round}: {b:?}"));
        ok(&ws, &["record", "rejoin"]);
        for words in [
            vec!["link", "set", "AAG", "degraded"],
            vec!["log", "one more"],
            vec!["statement", "issue"],
            vec!["record", "copy", "--to", "copy.db"],
        ] {
            let mut child = start(&ws, &words);
            chance.wait(span());
            let _ = child.kill();
            let out = child.wait_with_output().unwrap();
            killed += usize::from(out.status.code().is_none());
            let text = String::from_utf8_lossy(&out.stdout).into_owned();
            let stored = Postgres::open(&owner(&server))
                .unwrap()
                .read_events_after(0)
                .unwrap();
            verify_events(&stored).unwrap_or_else(|b| panic!("round {round}: {b:?}"));
            let number = text
                .split("(event ")
                .nth(1)
                .and_then(|t| t.split(')').next());
            if let Some(n) = number.and_then(|n| n.parse::<usize>().ok()) {
                reported += 1;
                assert!(n <= stored.len(), "event {n} was reported and is not there");
            }
        }
    }
    holds_once(&Postgres::open(&owner(&server)).unwrap(), notes);
    println!(
        "{rounds} rounds: {killed} killed, {reported} had reported; {notes} notes joined once each"
    );
}

/// A process that was killed with the file locked leaves no lock behind.
#[test]
fn a_lock_does_not_outlive_its_process() {
    let dir = tempfile::tempdir().unwrap();
    let ws = workspace(dir.path(), None);
    let db = ws.join(".saydo/record.db");
    let mut holder = std::process::Command::new("python3")
        .args([
            "-c",
            "import sqlite3,sys\nc=sqlite3.connect(sys.argv[1],isolation_level=None)\nc.execute('BEGIN EXCLUSIVE')\nc.execute(\"INSERT INTO events VALUES (9999,'x','y',NULL)\")\nprint('held',flush=True)\nsys.stdin.read()",
        ])
        .arg(&db)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut word = [0_u8; 4];
    std::io::Read::read_exact(holder.stdout.as_mut().unwrap(), &mut word).unwrap();
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert!(ok(&ws, &["log", "after"]).contains("Noted"));
    ok(&ws, &["record", "verify"]);
}
