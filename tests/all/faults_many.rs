//! Faults with several processes: many that append at once, kills while a record is brought up to date or brought
//! together again, a server that gives transactions up, machines whose clocks differ. Counted as in `faults.rs`.

use std::path::Path;
use std::process::{Child, Output, Stdio};

use crate::support::chance::{Chance, is_full};
use crate::support::postgres_server::{Server, saydo};
use saydo::domain::event::{Head, sha256};
use saydo::store::postgres::{Address, Postgres, Surroundings};
use saydo::store::sqlite::Sqlite;
use saydo::store::{Appended, Record, Stored, verify};

/// How long a command takes at most before it is killed: longer than it needs, so that some end by themselves.
fn span() -> u64 {
    if cfg!(debug_assertions) {
        600_000
    } else {
        80_000
    }
}

fn run(dir: &Path, args: &[&str]) -> Output {
    saydo(dir)
        .args(args)
        .env("PGPASSWORD", "o")
        .output()
        .unwrap()
}

fn ok(dir: &Path, args: &[&str]) -> String {
    let out = run(dir, args);
    assert!(out.status.success(), "{args:?}: {out:?}");
    String::from_utf8_lossy(&out.stdout).into_owned()
}

fn start(dir: &Path, args: &[&str]) -> Child {
    saydo(dir)
        .args(args)
        .env("PGPASSWORD", "o")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn workspace(dir: &Path, record: Option<&str>) -> std::path::PathBuf {
    let mut args = vec!["init", "ws"];
    args.extend(record.iter().flat_map(|url| ["--record", *url]));
    ok(dir, &args);
    let ws = dir.join("ws");
    ok(
        &ws,
        &[
            "declare",
            "submarine-cable-disruption",
            "--link",
            "AAG=down",
        ],
    );
    ws
}

fn without_password(server: &Server) -> String {
    server.url("owner", "disable").replace("owner:o@", "owner@")
}

/// Every note that was asked for is there once, in one chain.
fn holds_once(record: &dyn Record, notes: usize) {
    let all = record.events(0).unwrap();
    verify::verify(&all).unwrap();
    for n in 0..notes {
        let mark = format!("\"text\":\"note {n}.\"");
        let found = all.iter().filter(|e| e.bytes.contains(&mark)).count();
        assert_eq!(found, 1, "note {n}");
    }
}

/// 32 processes, each recording 200 notes; on a server their number is smaller, as threads do that in `postgres.rs`.
#[test]
fn many_processes_append_and_none_is_lost() {
    let server = Server::start();
    let mut places = vec![None];
    places.extend(server.as_ref().map(|s| Some(without_password(s))));
    for place in places {
        let dir = tempfile::tempdir().unwrap();
        let ws = workspace(dir.path(), place.as_deref());
        let (writers, each) = match (is_full(), &place) {
            (true, None) => (32, 200),
            (true, Some(_)) => (32, 20),
            (false, None) => (16, 20),
            (false, Some(_)) => (8, 4),
        };
        std::thread::scope(|scope| {
            for w in 0..writers {
                let ws = &ws;
                scope.spawn(move || {
                    for i in 0..each {
                        ok(ws, &["log", &format!("note {}.", w * each + i)]);
                    }
                });
            }
        });
        let kind = if place.is_some() {
            "PostgreSQL"
        } else {
            "SQLite"
        };
        let record: Box<dyn Record> = match &place {
            None => Box::new(Sqlite::open(&ws.join(".saydo/record.db"), false).unwrap()),
            Some(_) => Box::new(Postgres::open(&owner(server.as_ref().unwrap())).unwrap()),
        };
        holds_once(record.as_ref(), writers * each);
        println!("{kind}: {writers} processes, {each} notes each, one chain");
    }
}

fn owner(server: &Server) -> Address {
    Address::read(&server.url("owner", "disable"), &Surroundings::default()).unwrap()
}

/// A file of the first layout is brought up to date by whatever command comes first, killed at any moment.
#[test]
fn killed_while_a_file_is_brought_up_to_date() {
    let dir = tempfile::tempdir().unwrap();
    let ws = workspace(dir.path(), None);
    let db = ws.join(".saydo/record.db");
    let before = Sqlite::open(&db, false).unwrap().events(0).unwrap();
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
        let after = Sqlite::open(&db, false).unwrap().events(0).unwrap();
        assert_eq!(after, before, "round {round}");
    }
    println!("{rounds} upgrades: {killed} killed, {done} done by then; every event as before");
}

/// The record on a server: killed at any moment of an entry, a statement, a copy, and of coming together again.
#[test]
fn killed_on_a_server_and_while_rejoining() {
    let Some(server) = Server::start() else {
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
        let stored = Postgres::open(&owner(&server)).unwrap().events(0).unwrap();
        verify::verify(&stored).unwrap_or_else(|b| panic!("round {round}: {b:?}"));
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
            let stored = Postgres::open(&owner(&server)).unwrap().events(0).unwrap();
            verify::verify(&stored).unwrap_or_else(|b| panic!("round {round}: {b:?}"));
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

/// A server that gives a transaction up two times of three, as under serialisable isolation: tried again, never twice.
#[test]
fn transactions_that_the_server_gives_up_are_tried_again() {
    let Some(server) = Server::start() else {
        return;
    };
    let at = owner(&server);
    Postgres::migrate(&at).unwrap();
    // A sequence keeps its count when a transaction is given up.
    let made = server.sql(
        "owner",
        "CREATE SEQUENCE tries; CREATE FUNCTION give_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF nextval('tries') % 3 <> 0 THEN RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001'; END IF;
         RETURN NEW; END $$; CREATE TRIGGER give_up BEFORE INSERT ON saydo_events FOR EACH ROW EXECUTE FUNCTION give_up()",
    );
    assert!(made);
    let mut record = Postgres::open(&at).unwrap();
    let mut head = Head::empty();
    let rounds = if is_full() { 200 } else { 10 };
    for n in 1..=rounds {
        let text = format!("{{\"n\":{n}}}");
        let next = Stored {
            seq: n,
            hash: sha256(text.as_bytes()),
            bytes: text,
            signature: None,
        };
        match record.append(&head, &[next]).unwrap() {
            Appended::Done(h) => head = h,
            Appended::Moved(m) => panic!("nobody else writes: {m:?}"),
        }
    }
    let all = record.events(0).unwrap();
    assert_eq!(all.len() as u64, rounds);
    println!("{rounds} appends, each given up twice, each there once");
}

/// Two machines whose clocks differ by minutes: the order is the record's, and who is off is told.
#[test]
fn clocks_that_differ_are_said_and_change_no_order() {
    let dir = tempfile::tempdir().unwrap();
    let ws = workspace(dir.path(), None);
    let log = |now: &str, text: &str| {
        let out = saydo(&ws)
            .env("SAYDO_NOW", now)
            .args(["log", text])
            .output()
            .unwrap();
        assert!(out.status.success(), "{out:?}");
        String::from_utf8_lossy(&out.stderr).into_owned()
    };
    assert!(!log("2026-11-24 20:10", "first").contains("behind"));
    let said = log("2026-11-24 20:04", "second");
    assert!(said.contains("6m behind the record"), "{said}");
    // A minute is no news; a jump of days ahead is believed, and said afterwards to those behind.
    let said = log("2026-11-24 20:09:30", "third");
    assert!(!said.contains("behind"), "{said}");
    log("2026-11-27 09:00", "a jump");
    let said = log("2026-11-24 20:12", "back again");
    assert!(said.contains("behind the record"), "{said}");
    let all = Sqlite::open(&ws.join(".saydo/record.db"), false)
        .unwrap()
        .events(0)
        .unwrap();
    let state = verify::verify(&all).unwrap();
    let incident = state.incidents.values().next().unwrap();
    let texts: Vec<&str> = incident.notes.iter().map(|n| n.text.as_str()).collect();
    assert_eq!(texts, ["first", "second", "third", "a jump", "back again"]);
    let times: Vec<_> = incident.notes.iter().map(|n| n.at).collect();
    assert!(times.is_sorted(), "{times:?}");
}

/// What is made is for its owner alone, and what is linked away is neither followed out nor written over.
#[test]
fn what_is_made_is_private_and_links_lead_nowhere() {
    use std::os::unix::fs::{MetadataExt, symlink};
    let dir = tempfile::tempdir().unwrap();
    let ws = workspace(dir.path(), None);
    ok(&ws, &["key", "new"]);
    ok(&ws, &["record", "copy", "--to", "copy.db"]);
    for made in [".saydo/record.db", "copy.db", "config/chief.key"] {
        let mode = std::fs::metadata(ws.join(made)).unwrap().mode() & 0o777;
        assert_eq!(mode, 0o600, "{made} is of mode {mode:o}");
    }
    // A link in the place of a file that is written: the link is replaced, what it points to stays.
    let other = dir.path().join("other");
    std::fs::write(&other, "of somebody else").unwrap();
    symlink(&other, ws.join("out.jsonl")).unwrap();
    let out = run(&ws, &["record", "export", "out.jsonl"]);
    assert_eq!(
        std::fs::read(&other).unwrap(),
        b"of somebody else",
        "{out:?}"
    );
    // A device without end in the place of a file is refused, not read without end.
    std::fs::remove_file(ws.join("network.yaml")).unwrap();
    symlink("/dev/zero", ws.join("network.yaml")).unwrap();
    let out = run(&ws, &["adopt"]);
    assert_eq!(out.status.code(), Some(2), "{out:?}");
    // A secret on the command line is refused where an address is wanted, and never repeated.
    let out = run(&ws, &["record", "copy", "--to", "postgresx://u:geheim@h/x"]);
    let text = format!("{out:?}");
    assert!(!text.contains("geheim"), "{text}");
}
