//! What a changed program could write past its own checks. It kills no process.

use saydo::verify_events;
use serde_json::{Value, json};

use crate::support::chain::{chain_events, read_events, set_digest};
use crate::support::postgres_server::saydo;

/// A team's workspace, and its program run by one of the team.
struct TeamWorkspace(tempfile::TempDir);

impl TeamWorkspace {
    fn create() -> TeamWorkspace {
        let dir = tempfile::tempdir().unwrap();
        let made = saydo(dir.path())
            .args(["init", "ws", "--team"])
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        TeamWorkspace(dir)
    }

    fn run(&self, actor: &str, args: &[&str]) -> (i32, String) {
        let mut all = vec!["--workspace", "ws"];
        all.extend(args);
        let out = saydo(self.0.path())
            .env("SAYDO_ACTOR", actor)
            .args(all)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned()
            + &String::from_utf8_lossy(&out.stderr);
        (out.status.code().unwrap(), text)
    }

    fn ok(&self, actor: &str, args: &[&str]) -> String {
        let (code, text) = self.run(actor, args);
        assert_eq!(code, 0, "{args:?}: {text}");
        text
    }

    fn read_events(&self) -> Vec<Value> {
        read_events(&self.0.path().join("ws/.saydo/record.db"))
    }
}

/// The same events with another text in the statement than was approved.
fn with_another_text(events: &[Value]) -> Vec<Value> {
    let mut changed = events.to_vec();
    let is_issued = |e: &&mut Value| e["happening"]["kind"] == "StatementIssued";
    for e in changed.iter_mut().filter(is_issued) {
        let statement = &mut e["happening"];
        let rendition = &mut statement["renditions"][0];
        rendition["text"] = "All is well. Everybody gets their money back.".into();
        rendition["placed"] = Vec::<Value>::new().into();
        set_digest(statement);
    }
    changed
}

/// The same events with an approval in advance in the place of the approval that was given.
fn with_approval_in_advance(mut events: Vec<Value>) -> Vec<Value> {
    events.retain(|e| e["happening"]["kind"] != "StatementApproved");
    let mut last = events.last().unwrap().clone();
    last["happening"] = json!({ "kind": "PreApprovalUsed", "name": "own", "statement": 1 });
    events.push(last);
    events
}

/// What a changed program could write past its own checks, `verify` names.
#[test]
fn a_statement_that_was_not_approved_is_named() {
    let team = TeamWorkspace::create();
    let ok = |actor: &str, args: &[&str]| team.ok(actor, args);
    let run = |actor: &str, args: &[&str]| team.run(actor, args);
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
    let events = team.read_events();
    verify_events(&chain_events(events.clone())).unwrap();
    let what = verify_events(&chain_events(with_another_text(&events))).unwrap_err();
    assert!(what.what.contains("without the approval"), "{what:?}");
    // What was approved in advance clears only what it covers.
    let what = verify_events(&chain_events(with_approval_in_advance(events))).unwrap_err();
    assert!(what.what.contains("without the approval"), "{what:?}");
}

/// The same events with every text beside the notice issued as the notice.
fn as_the_notice(mut events: Vec<Value>) -> Vec<Value> {
    for event in &mut events {
        let statement = &mut event["happening"];
        let is_beside = statement["kind"] == "StatementIssued" && !statement["text"].is_null();
        if let (true, Some(fields)) = (is_beside, statement.as_object_mut()) {
            fields.remove("text");
            set_digest(statement);
        }
    }
    events
}

/// Neither the approval of a notice nor that of another text lets a text beside the notice go.
#[test]
fn a_text_beside_the_notice_is_approved_by_itself() {
    let team = TeamWorkspace::create();
    team.ok("chief", &["person", "add", "mai", "--role", "comms"]);
    team.ok("chief", &["person", "add", "lan", "--role", "approver"]);
    let declare = [
        "declare",
        "submarine-cable-disruption",
        "--link",
        "AAG=down",
    ];
    team.ok("chief", &declare);
    team.ok("mai", &["statement", "submit"]);
    team.ok("lan", &["statement", "approve"]);
    let issue = ["statement", "issue", "--text", "press"];
    assert_eq!(team.run("mai", &issue).0, 1);
    team.ok("mai", &["statement", "submit", "--text", "brief"]);
    team.ok("lan", &["statement", "approve"]);
    assert_eq!(team.run("mai", &issue).0, 1);
    team.ok("mai", &["statement", "submit", "--text", "press"]);
    team.ok("lan", &["statement", "approve"]);
    team.ok("mai", &issue);
    assert_eq!(team.run("mai", &issue).0, 1, "one approval, one text");
    team.ok("mai", &["statement", "issue"]);
    team.ok("chief", &["record", "verify"]);
    let what = verify_events(&chain_events(as_the_notice(team.read_events()))).unwrap_err();
    assert!(what.what.contains("without the approval"), "{what:?}");
}
