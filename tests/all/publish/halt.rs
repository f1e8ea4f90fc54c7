//! The stop key: what has not left stays here, also when a sender is at work, and goes when it is lifted. What people are told is
//! not looked at here.

use std::process::Command;
use std::sync::{Arc, Mutex};

use crate::support::outlet_server::{Manner, OutletServer};
use crate::support::play::{SECRET, declared, with_secret};

#[test]
fn a_sender_at_work_stops_and_goes_on_when_it_is_lifted() {
    let halt: Arc<Mutex<Option<Command>>> = Arc::default();
    let pressed = Arc::clone(&halt);
    let server = OutletServer::start(move |got| {
        // Somebody presses it while the first text is being handed over.
        if let Some(mut command) = pressed.lock().unwrap().take() {
            assert!(command.status().unwrap().success());
        }
        let sent: serde_json::Value = serde_json::from_str(&got.body).unwrap();
        let of = |n: &serde_json::Value| serde_json::json!({ "to": n, "status": "0", "id": "g" });
        let list: Vec<_> = sent["to"].as_array().unwrap().iter().map(of).collect();
        let answer = serde_json::json!({ "messages": list });
        Manner::Answer(200, Vec::new(), answer.to_string())
    });
    let outlets = format!(
        "  sms:\n    kind: http-sms\n    url: \"{}\"\n    body: '{{ \"to\": {{{{ numbers }}}}, \"text\": {{{{ text }}}} }}'\n    recipients: people.txt\n    batch: 50\n    channels: [sms]\n    languages: [vi]\n    results: {{ list: /messages, number: to, status: status, accepted: [\"0\"], reference: id }}\n",
        server.url("/gw")
    );
    let p = with_secret(&outlets, "s3cret");
    let people: Vec<String> = (0..450).map(|i| format!("0912345{i:03}")).collect();
    std::fs::write(p.path("people.txt"), people.join("\n")).unwrap();
    declared(&p);
    *halt.lock().unwrap() = Some(p.command(&["halt", "--because", "wrong text"]));
    let (code, said) = p.run(&["publish", "--yes"]);
    let sent_by = || -> Vec<String> {
        let all = server.taken();
        let numbers = all.iter().flat_map(|got| {
            let sent: serde_json::Value = serde_json::from_str(&got.body).unwrap();
            let to = sent["to"].as_array().unwrap().clone();
            to.into_iter().map(|n| n.as_str().unwrap().to_owned())
        });
        numbers.collect()
    };
    let before = sent_by().len();
    assert!(
        code != 0 && (1..=100).contains(&before),
        "{code}, {before}: {said}"
    );
    let (code, said) = p.run(&["publish", "--yes"]);
    assert!(
        code == 1 && said.contains("everything is stopped, by"),
        "{said}"
    );
    assert!(p.run(&["tick"]).1.contains("halted:"));
    assert!(p.ok(&["status"]).contains("STOPPED since"));
    p.run(&["tick", "--publish"]);
    assert_eq!(
        sent_by().len(),
        before,
        "nothing leaves while it is stopped"
    );
    p.ok(&["halt", "--lift"]);
    p.now.set("2026-11-24 20:45");
    p.run(&["publish", "--yes"]);
    let mut all = sent_by();
    assert_eq!(all.len(), people.len(), "each once");
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), people.len());
}

/// Texts that were claimed together do not all leave: each looks first. The receiver is slow, as a human pressing a key is not.
#[test]
fn what_was_claimed_and_not_handed_over_stays() {
    let halt: Arc<Mutex<Option<Command>>> = Arc::default();
    let pressed = Arc::clone(&halt);
    let server = OutletServer::start(move |_| {
        if let Some(mut command) = pressed.lock().unwrap().take() {
            assert!(command.status().unwrap().success());
        }
        std::thread::sleep(std::time::Duration::from_millis(1500));
        Manner::ok()
    });
    let outlets = format!(
        "  hook:\n    kind: webhook\n    url: \"{}\"\n    secret: env:OUTLET_SECRET\n    concurrency: 1\n    channels: [web, email, sms, push]\n",
        server.url("/hook")
    );
    let p = with_secret(&outlets, SECRET);
    declared(&p);
    *halt.lock().unwrap() = Some(p.command(&["halt"]));
    let (code, said) = p.run(&["publish"]);
    assert!(
        code == 1 && said.contains("had not left when everything was stopped"),
        "{said}"
    );
    assert!(server.taken().len() <= 2, "{}", server.taken().len());
    p.ok(&["halt", "--lift"]);
    p.now.set("2026-11-24 20:02");
    p.ok(&["publish"]);
    assert!(
        p.standings()
            .iter()
            .all(|(.., standing)| standing == "delivered")
    );
}

#[test]
fn it_is_pressed_once_and_lifted_once() {
    let p = with_secret("", "s3cret");
    declared(&p);
    let pressed = p.json(&["halt"]);
    assert_eq!(pressed["halted"], true);
    let (code, said) = p.run(&["halt"]);
    assert!(code == 1 && said.contains("already"), "{said}");
    p.ok(&["halt", "--lift"]);
    let (code, said) = p.run(&["halt", "--lift"]);
    assert!(code == 1 && said.contains("nothing is stopped"), "{said}");
}
