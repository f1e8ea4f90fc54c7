//! Chats, which know no key of ours: nothing is sent twice by two at once, and quiet hours are kept. It does not look at
//! how a text is set out there.

use std::process::Stdio;
use std::time::Duration;

use crate::support::outlet_server::{Manner, OutletServer};
use crate::support::play::{Play, declared};

/// Two cron jobs at the same moment, again and again: nothing is sent twice.
#[test]
fn two_that_publish_at_once_never_send_the_same() {
    let server = OutletServer::start(|_| Manner::Slow(Duration::from_millis(30)));
    let outlets = format!(
        "  chat: {{ kind: slack, url: \"{}\", channels: [web, social, email, push] }}\n",
        server.url("/")
    );
    let p = Play::new(&outlets);
    declared(&p);
    let start = || {
        p.command(&["publish"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let all: Vec<_> = (0..4).map(|_| start()).collect();
    for child in all {
        child.wait_with_output().unwrap();
    }
    let bodies: Vec<String> = server.taken().into_iter().map(|g| g.body).collect();
    assert_eq!(bodies.len(), 8, "each text once");
    assert!(p.standings().iter().all(|s| s.3 == "delivered"));
}

#[test]
fn quiet_hours_hold_and_safety_does_not_wait() {
    let server = OutletServer::start(|_| Manner::ok());
    let outlets = format!(
        "  chat: {{ kind: slack, url: \"{}\", channels: [social], quiet_hours: {{ from: \"22:00\", to: \"07:00\" }} }}\n",
        server.url("/")
    );
    let p = Play::new(&outlets);
    p.now.set("2026-11-24 23:00");
    declared(&p);
    let (code, said) = p.run(&["publish"]);
    assert_eq!((code, said.contains("quiet hours")), (1, true), "{said}");
    assert!(server.taken().is_empty());
    p.ok(&["declare", "backbone-cut", "--link", "BB-NS-1=down"]);
    p.ok(&[
        "fact",
        "note",
        "danger=yes",
        "--source",
        "field-team",
        "--incident",
        "INC-2",
    ]);
    p.ok(&["statement", "issue", "INC-2"]);
    p.run(&["publish"]);
    assert_eq!(
        server.taken().len(),
        2,
        "both languages of the one where people may be in danger"
    );
}
