//! Servers that fail in every way and senders that are killed, counted: nothing is lost, nothing comes twice. A part of the
//! rounds runs by `cargo test`, all of them with `SAYDO_FAULTS=1`.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::hook;
use crate::support::chance::{Chance, is_full, seed};
use crate::support::outlet_server::{Manner, OutletServer};
use crate::support::play::{SECRET, declared, files, with_secret};

/// A server that fails in every way: what knows our key arrives once, what does not arrives once or is unclear.
#[test]
fn whatever_the_server_does_nothing_is_lost_and_nothing_comes_twice() {
    let turn = Arc::new(AtomicUsize::new(seed() as usize));
    let counted = Arc::clone(&turn);
    let server = OutletServer::start(move |_| {
        let n = counted.fetch_add(1, Ordering::SeqCst);
        // Splitmix: the order of failures is by the seed.
        let mut z = (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        match (z >> 20) % 9 {
            0 => Manner::Slow(Duration::from_millis(20)),
            1 => Manner::Silent,
            2 => Manner::status(429),
            3 => Manner::status(500),
            4 => Manner::Halfway,
            5 => Manner::Lost,
            6 => Manner::BrokenAnswer,
            _ => Manner::ok(),
        }
    });
    let outlets = hook(&server.url("/hook"))
        .replace("timeout: 2s", "timeout: 1s, tries: 40, lease: 1m")
        + &format!(
            "  chat: {{ kind: slack, url: \"{}\", channels: [web, social, push], timeout: 1s, tries: 40, lease: 1m }}\n",
            server.url("/chat")
        );
    let rounds = if is_full() { 20 } else { 1 };
    let (mut once, mut unclear, mut attempts) = (0, 0, 0);
    for _ in 0..rounds {
        server.got.lock().unwrap().clear();
        let p = with_secret(&outlets, SECRET);
        declared(&p);
        for minute in 0..60 {
            // Pauses grow to an hour.
            let now: &'static str = Box::leak(
                format!(
                    "2026-11-2{} {:02}:{:02}",
                    4 + (20 + minute) / 24,
                    (20 + minute) % 24,
                    minute % 60
                )
                .into_boxed_str(),
            );
            p.now.set(now);
            p.run(&["still"]);
            p.run(&["publish"]);
            attempts += 1;
            let open = p
                .standings()
                .iter()
                .any(|s| matches!(s.3.as_str(), "waiting" | "failed" | "expired"));
            if !open {
                break;
            }
        }
        let taken = server.taken();
        let ids: Vec<&String> = taken
            .iter()
            .filter(|g| g.path == "/hook")
            .map(|g| &g.headers["webhook-id"])
            .collect();
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(
            distinct.len(),
            4,
            "every text reached the one that knows our key"
        );
        let mut bodies: BTreeMap<String, usize> = BTreeMap::new();
        for g in taken.iter().filter(|g| g.path == "/chat") {
            *bodies.entry(g.body.clone()).or_default() += 1;
        }
        assert!(
            bodies.values().all(|n| *n == 1),
            "nothing comes twice where no key is known: {bodies:?}"
        );
        for (outlet, _, text, word) in p.standings() {
            match (outlet.as_str(), word.as_str()) {
                ("hook", "delivered") | ("chat", "delivered") => once += 1,
                ("chat", "unclear") => unclear += 1,
                other => panic!("{text}: {other:?}: {}", p.ok(&["outbox", "list", "--all"])),
            }
        }
    }
    println!(
        "{rounds} rounds, {attempts} publishings: {once} delivered, {unclear} unclear, none twice, none lost"
    );
}

/// The sender is killed at any moment, and cron begins again.
#[test]
fn a_sender_killed_at_any_moment_sends_nothing_twice() {
    let server = OutletServer::start(|_| Manner::Slow(Duration::from_millis(5)));
    let outlets = hook(&server.url("/hook")).replace("timeout: 2s", "lease: 1m, concurrency: 1")
        + &format!(
            "  chat: {{ kind: slack, url: \"{}\", channels: [web, social, push], lease: 1m }}\n",
            server.url("/chat")
        )
        + "  files: { kind: folder, folder: out, channels: [web, email], lease: 1m }\n";
    let rounds = if is_full() { 300 } else { 15 };
    let (mut killed, mut unclear) = (0, 0);
    let mut chance = Chance::new();
    let each = 5;
    for round in 0..rounds / each {
        server.got.lock().unwrap().clear();
        let p = with_secret(&outlets, SECRET);
        declared(&p);
        for i in 0..=each {
            // Long enough for a claim to run out.
            let now: &'static str =
                Box::leak(format!("2026-11-24 20:{:02}", 5 * i + 1).into_boxed_str());
            p.now.set(now);
            let mut child = p
                .command(&["publish"])
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            if i < each {
                chance.wait(if cfg!(debug_assertions) {
                    500_000
                } else {
                    120_000
                });
                let _ = child.kill();
                killed += usize::from(child.wait().unwrap().code().is_none());
            } else {
                child.wait().unwrap();
            }
        }
        p.ok(&["record", "verify"]);
        let taken = server.taken();
        let distinct: std::collections::BTreeSet<_> = taken
            .iter()
            .filter(|g| g.path == "/hook")
            .map(|g| &g.headers["webhook-id"])
            .collect();
        assert_eq!(distinct.len(), 4, "round {round}");
        let mut bodies: BTreeMap<String, usize> = BTreeMap::new();
        for g in taken.iter().filter(|g| g.path == "/chat") {
            *bodies.entry(g.body.clone()).or_default() += 1;
        }
        assert!(
            bodies.values().all(|n| *n == 1),
            "round {round}: {bodies:?}"
        );
        let files = files(&p.path("out"));
        let texts: Vec<&String> = files.keys().filter(|k| k.starts_with("INC-1/")).collect();
        assert_eq!(texts.len(), 4, "round {round}: {texts:?}");
        for (outlet, _, text, word) in p.standings() {
            match (outlet.as_str(), word.as_str()) {
                (_, "delivered") => {}
                ("chat", "unclear") => unclear += 1,
                other => panic!("round {round}: {text}: {other:?}"),
            }
        }
    }
    println!(
        "{rounds} rounds: {killed} killed; {unclear} texts unclear at the one that knows no key, none twice, none lost"
    );
}
