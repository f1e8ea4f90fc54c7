//! Webhooks: what gives way, what is held, what is tried again, where a redirect may lead. It does not read signatures
//! (`everywhere` does).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::hook;
use crate::support::outlet_server::{Manner, OutletServer};
use crate::support::play::{SECRET, declared, with_secret};

#[test]
fn an_older_text_gives_way_and_an_untrue_one_is_held() {
    let fail = Arc::new(AtomicUsize::new(1));
    let failing = Arc::clone(&fail);
    let server = OutletServer::start(move |_| match failing.load(Ordering::SeqCst) {
        0 => Manner::ok(),
        _ => Manner::status(503),
    });
    let p = with_secret(&hook(&server.url("/")), SECRET);
    declared(&p);
    let (code, said) = p.run(&["publish"]);
    assert_eq!(
        (code, said.contains("tried again later")),
        (1, true),
        "{said}"
    );
    fail.store(0, Ordering::SeqCst);
    // Not before its time.
    let (_, said) = p.run(&["publish"]);
    assert!(said.contains("Nothing is to be published"), "{said}");
    p.now.set("2026-11-24 20:30");
    p.ok(&["link", "set", "AAG", "degraded"]);
    let (code, said) = p.run(&["publish"]);
    assert_eq!((code, said.contains("no longer true")), (1, true), "{said}");
    assert!(server.taken().is_empty());
    p.ok(&["statement", "issue"]);
    let said = p.ok(&["publish"]);
    assert!(
        said.contains("gave way to something newer") && said.contains("4 delivered"),
        "{said}"
    );
    let of = |n: u64| {
        p.standings()
            .into_iter()
            .filter(|s| s.1 == n)
            .map(|s| s.3)
            .collect::<Vec<_>>()
    };
    assert_eq!(of(1), vec!["superseded"; 4]);
    assert_eq!(of(2), vec!["delivered"; 4]);
}

#[test]
fn after_all_tries_a_person_is_told_and_decides() {
    let server = OutletServer::start(|_| {
        Manner::Answer(429, vec![("retry-after", "600".into())], "slow down".into())
    });
    let outlets = hook(&server.url("/")).replace("timeout: 2s", "tries: 2");
    let p = with_secret(&outlets, SECRET);
    declared(&p);
    p.run(&["publish"]);
    let list = p.json(&["outbox", "list"]);
    // Ten minutes, as the server asked, though our own pause would be one.
    assert_eq!(list["items"][0]["again"], "2026-11-24T13:10:00Z", "{list}");
    p.now.set("2026-11-24 20:11");
    p.run(&["publish"]);
    assert!(
        p.standings().iter().all(|s| s.3 == "given-up"),
        "{:?}",
        p.standings()
    );
    let (code, said) = p.run(&["tick"]);
    assert_eq!(
        (
            code,
            said.contains("undelivered") && said.contains("tried 2 times")
        ),
        (1, true),
        "{said}"
    );
    let key = p.json(&["outbox", "list"])["items"][0]["key"]
        .as_str()
        .unwrap()
        .to_owned();
    p.ok(&["outbox", "drop", &key[..8], "--because", "told by phone"]);
    p.ok(&[
        "outbox",
        "retry",
        "--outlet",
        "hook",
        "--because",
        "the server is back",
    ]);
    let mut words: Vec<String> = p.standings().into_iter().map(|s| s.3).collect();
    words.sort();
    assert_eq!(words, ["dropped", "waiting", "waiting", "waiting"]);
    let shown = p.ok(&["outbox", "show", &key[..8]]);
    assert!(
        shown.contains("told by phone") && shown.contains("Cáp AAG") || shown.contains("AAG cable"),
        "{shown}"
    );
}

#[test]
fn redirects_stay_on_their_host_and_answers_are_bounded() {
    let other = OutletServer::start(|_| Manner::ok());
    let away = other.url("/stolen");
    let server = OutletServer::start(move |got| match got.path.as_str() {
        "/away" => Manner::Answer(307, vec![("location", away.clone())], String::new()),
        "/here" => Manner::Answer(307, vec![("location", "/there".into())], String::new()),
        "/large" => Manner::Answer(400, Vec::new(), "x\u{1b}[31m".repeat(400_000)),
        _ => Manner::ok(),
    });
    let outlets: String = ["away", "here", "large"]
        .iter()
        .map(|n| format!("  {n}: {{ kind: webhook, url: \"{}\", secret: \"env:OUTLET_SECRET\", channels: [web], one_message: true }}\n", server.url(&format!("/{n}"))))
        .collect();
    let p = with_secret(&outlets, SECRET);
    declared(&p);
    let (_, said) = p.run(&["publish"]);
    let of: BTreeMap<String, String> = p.standings().into_iter().map(|s| (s.0, s.3)).collect();
    assert_eq!(
        (
            of["away"].as_str(),
            of["here"].as_str(),
            of["large"].as_str()
        ),
        ("refused", "delivered", "refused"),
        "{said}"
    );
    assert!(
        other.taken().is_empty(),
        "a signed text went to another host"
    );
    assert!(
        !said.contains('\u{1b}') && said.len() < 5_000,
        "{} bytes",
        said.len()
    );
}
