//! Several at the same moment, on a file and on a server: one wins, none is lost, nothing is written twice. Nobody is
//! killed here.

use std::process::{Child, Stdio};

use super::{holds_once, ok, owner, without_password, workspace};
use crate::support::chance::is_full;
use crate::support::postgres_server::{Server, saydo};
use saydo::{Appended, Head, Postgres, Record, Sqlite, Stored};

/// Two at the same moment, on a file and on a server: one wins, the other is refused and told what happened.
#[test]
fn two_issuers_approvers_and_closers_at_once() {
    let server = Server::shared();
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

/// 32 processes, each recording 200 notes; on a server their number is smaller, as threads do that in `postgres.rs`.
#[test]
fn many_processes_append_and_none_is_lost() {
    let server = Server::shared();
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

/// A server that gives a transaction up two times of three, as under serialisable isolation: tried again, never twice.
#[test]
fn transactions_that_the_server_gives_up_are_tried_again() {
    let Some(server) = Server::shared() else {
        return;
    };
    let at = owner(&server);
    Postgres::migrate_tables(&at).unwrap();
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
        let next = Stored::new(n, format!("{{\"n\":{n},\"prev\":\"{}\"}}", head.hash));
        match record.append(&head, &[next]).unwrap() {
            Appended::Done(h) => head = h,
            Appended::Moved(m) => panic!("nobody else writes: {m:?}"),
        }
    }
    let all = record.read_events_after(0).unwrap();
    assert_eq!(all.len() as u64, rounds);
    println!("{rounds} appends, each given up twice, each there once");
}
