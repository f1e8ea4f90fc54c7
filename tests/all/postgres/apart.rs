//! A server that is lost for a while: a journal apart, and what becomes of it. No process is killed here.

use super::{stored, words};
use crate::support::postgres_server::{Server, saydo};
use saydo::{Record, Sqlite};

/// Two workspaces on one record, and the server that keeps it.
struct Offices {
    dir: tempfile::TempDir,
    server: Server,
}

impl Offices {
    /// None on a machine without PostgreSQL.
    fn create() -> Option<Offices> {
        let server = Server::start()?;
        let dir = tempfile::tempdir().unwrap();
        let url = server.url("owner", "disable").replace("owner:o@", "owner@");
        for ws in ["hanoi", "hue"] {
            let made = saydo(dir.path())
                .env("PGPASSWORD", "o")
                .args(["init", ws, "--record", &url])
                .output()
                .unwrap();
            assert!(made.status.success(), "{made:?}");
        }
        Some(Offices { dir, server })
    }

    fn run_at(&self, ws: &str, now: &str, args: &[&str]) -> (Option<i32>, String) {
        let out = saydo(self.dir.path())
            .env("PGPASSWORD", "o")
            .env("SAYDO_NOW", now)
            .args(["--workspace", ws])
            .args(args)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned()
            + &String::from_utf8_lossy(&out.stderr);
        (out.status.code(), text)
    }

    /// While the server is away for the first time.
    fn run(&self, ws: &str, args: &[&str]) -> (Option<i32>, String) {
        self.run_at(ws, "2026-11-24 20:30", args)
    }

    /// Half an hour later, when it was away again.
    fn run_later(&self, ws: &str, args: &[&str]) -> (Option<i32>, String) {
        self.run_at(ws, "2026-11-24 21:00", args)
    }
}

/// Reading goes on, marked; a note and a statement are written apart.
fn write_apart(at: &Offices) {
    let run = |ws: &str, args: &[&str]| at.run(ws, args);
    let seen = run("hanoi", &["status"]);
    assert_eq!(seen.0, Some(0), "{}", seen.1);
    assert!(
        seen.1.contains("APART FROM THE RECORD") && seen.1.contains("cannot be reached"),
        "{}",
        seen.1
    );
    let ok = |done: (Option<i32>, String)| assert_eq!(done.0, Some(0), "{}", done.1);
    ok(run("hanoi", &["log", "the server is gone"]));
    ok(run("hanoi", &["statement", "issue"]));
    // Stock may not be promised apart beyond the share, which is nothing here.
    ok(run(
        "hanoi",
        &[
            "resource",
            "set",
            "bill-credit",
            "100",
            "--because",
            "approved",
        ],
    ));
    let json: serde_json::Value = serde_json::from_str(&String::from_utf8_lossy(
        &saydo(at.dir.path())
            .env("PGPASSWORD", "o")
            .env("SAYDO_NOW", "2026-11-24 20:31")
            .args(["--workspace", "hanoi", "--json", "status"])
            .output()
            .unwrap()
            .stdout,
    ))
    .unwrap();
    assert!(json["offline_since"].is_string());
    let no = run("hanoi", &["record", "rejoin"]);
    assert_eq!(no.0, Some(2), "{}", no.1);
}

/// Nothing came in between: the very bytes go on.
fn rejoin_unchanged(at: &Offices) {
    let run = |ws: &str, args: &[&str]| at.run(ws, args);
    let joined = run("hanoi", &["record", "rejoin"]);
    assert_eq!(joined.0, Some(0), "{}", joined.1);
    assert!(joined.1.contains("noted") && joined.1.contains("joined"));
    assert_eq!(run("hue", &["record", "verify"]).0, Some(0));
    let list = run("hue", &["statement", "list"]).1;
    assert!(list.contains("holds"), "{list}");
}

/// The server is away a second time, and both sides issue.
fn issue_on_both_sides(at: &Offices) {
    let later = |ws: &str, args: &[&str]| at.run_later(ws, args);
    at.server.down();
    assert_eq!(later("hanoi", &["log", "gone again"]).0, Some(0));
    assert_eq!(
        later("hanoi", &["link", "set", "AAG", "degraded"]).0,
        Some(0)
    );
    assert_eq!(later("hanoi", &["statement", "issue"]).0, Some(0));
    at.server.up();
    assert_eq!(later("hue", &["statement", "issue"]).0, Some(0));
}

/// A journal that somebody wrote into does not join, and nothing of it is written.
fn refuse_forged_journal(at: &Offices) {
    let journal = at.dir.path().join("hanoi/.saydo/apart.db");
    let honest = std::fs::read(&journal).unwrap();
    let mut forged = Sqlite::open(&journal, false).unwrap();
    let head = forged.head().unwrap();
    let text = format!(
        "{{\"at\":\"2026-11-24T14:00:00Z\",\"by\":\"eve\",\"happening\":{{\"kind\":\"NoteTaken\",\"text\":\"x\"}},\"prev\":\"{}\",\"seq\":{},\"v\":\"3.0\"}}",
        "0".repeat(64),
        head.seq + 1
    );
    forged
        .append(&head, &[stored(head.seq + 1, &text)])
        .unwrap();
    drop(forged);
    let no = at.run_later("hanoi", &["record", "rejoin"]);
    assert_eq!(no.0, Some(1), "{}", no.1);
    assert!(words(&no.1).contains("does not verify"), "{}", no.1);
    std::fs::write(&journal, honest).unwrap();
}

/// What both sides said is settled by a person, and nothing joins twice.
fn settle_both_sides(at: &Offices) {
    let later = |ws: &str, args: &[&str]| at.run_later(ws, args);
    let joined = later("hanoi", &["record", "rejoin"]);
    assert_eq!(joined.0, Some(1), "{}", joined.1);
    assert!(
        words(&joined.1).contains("issued by chief meanwhile"),
        "{}",
        joined.1
    );
    let seqs = joined
        .1
        .split("--leave-out ")
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap()
        .to_owned();
    // Again: nothing joins twice.
    let again = later("hanoi", &["record", "rejoin"]);
    assert!(!again.1.contains("+ event"), "{}", again.1);
    let settled = later(
        "hanoi",
        &[
            "record",
            "rejoin",
            "--leave-out",
            &seqs,
            "--because",
            "the other went out first",
        ],
    );
    assert_eq!(settled.0, Some(0), "{}", settled.1);
    let list = later("hue", &["record", "list"]).1;
    assert_eq!(list.matches("gone again").count(), 1, "{list}");
    assert_eq!(list.matches("issued statement").count(), 2, "{list}");
    assert!(
        words(&list).contains("noted apart and not joined"),
        "{list}"
    );
    assert_eq!(later("hue", &["record", "verify"]).0, Some(0));
    assert!(!later("hanoi", &["status"]).1.contains("APART"));
}

/// A server lost for half an hour: reading from the copy, a journal apart, and what becomes of it.
#[test]
fn a_lost_server_stops_nobody_and_nothing_is_merged_silently() {
    let Some(at) = Offices::create() else {
        return;
    };
    let run = |ws: &str, args: &[&str]| at.run(ws, args);
    assert_eq!(
        run(
            "hanoi",
            &[
                "declare",
                "submarine-cable-disruption",
                "--link",
                "AAG=down"
            ]
        )
        .0,
        Some(0)
    );
    assert!(run("hue", &["status"]).1.contains("INC-1"));
    at.server.down();
    write_apart(&at);
    at.server.up();
    rejoin_unchanged(&at);
    issue_on_both_sides(&at);
    refuse_forged_journal(&at);
    settle_both_sides(&at);
}
