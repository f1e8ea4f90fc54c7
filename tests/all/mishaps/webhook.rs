//! Webhooks that lead elsewhere, fail for a while, or want a credential. It sends to no list of people.

use crate::support::outlet_server::{Manner, OutletServer};
use crate::support::play::{Play, SECRET, declared, with_secret};

/// A redirect that is followed with an empty GET looks delivered, and nothing arrived.
#[test]
fn a_redirect_that_loses_the_text_is_not_followed() {
    for (status, wanted) in [
        (301, "refused"),
        (302, "refused"),
        (303, "refused"),
        (307, "delivered"),
        (308, "delivered"),
    ] {
        let server = OutletServer::start(move |got| match got.path.as_str() {
            "/hook" => Manner::Answer(
                status,
                vec![("location", "/elsewhere".into())],
                String::new(),
            ),
            _ => Manner::ok(),
        });
        let outlets = format!(
            "  hook: {{ kind: webhook, url: \"{}\", secret: \"env:OUTLET_SECRET\", channels: [web], languages: [vi] }}\n",
            server.url("/hook")
        );
        let p = with_secret(&outlets, SECRET);
        declared(&p);
        p.run(&["publish"]);
        let words: Vec<String> = p.standings().into_iter().map(|s| s.3).collect();
        assert_eq!(words, [wanted], "{status}");
        let there = server.taken();
        let whole = there
            .iter()
            .filter(|g| g.method == "POST" && g.body.contains("AAG"));
        assert_eq!(
            whole.count(),
            usize::from(wanted == "delivered"),
            "{status}"
        );
    }
}

/// A credential that is missing shows when somebody looks, not when the night is over.
#[test]
fn a_missing_credential_shows_before_anything_is_sent() {
    let p = Play::new(
        "  hook: { kind: webhook, url: \"http://127.0.0.1:1/\", secret: \"env:OUTLET_SECRET\", channels: [web], quiet_hours: { from: \"19:00\", to: \"07:00\" } }\n",
    );
    declared(&p);
    for args in [&["publish", "--dry-run"][..], &["publish"][..]] {
        let (code, said) = p.run(args);
        assert_eq!(
            (code, said.contains("OUTLET_SECRET is not set")),
            (1, true),
            "{said}"
        );
        assert!(said.contains("quiet hours"), "{said}");
    }
}

/// A text about several that failed for one of them does not come after a newer one there.
#[test]
fn an_older_text_never_stands_above_a_newer_one() {
    let fail = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let failing = std::sync::Arc::clone(&fail);
    let server =
        OutletServer::start(
            move |_| match failing.load(std::sync::atomic::Ordering::SeqCst) {
                true => Manner::status(503),
                false => Manner::ok(),
            },
        );
    let outlets = format!(
        "  hook: {{ kind: webhook, url: \"{}\", secret: \"env:OUTLET_SECRET\", channels: [web], languages: [vi] }}\n",
        server.url("/")
    );
    let p = with_secret(&outlets, SECRET);
    p.ok(&[
        "declare",
        "submarine-cable-disruption",
        "--link",
        "AAG=down",
    ]);
    p.ok(&["declare", "backbone-cut", "--link", "IA=degraded"]);
    p.ok(&["statement", "issue", "--all"]);
    p.run(&["publish"]);
    fail.store(false, std::sync::atomic::Ordering::SeqCst);
    // Before the older one is tried again, a newer one on one of the two.
    p.now.set("2026-11-24 20:00:30");
    p.ok(&["link", "set", "AAG", "--work", "located"]);
    p.ok(&["statement", "issue", "INC-1"]);
    let (code, said) = p.run(&["publish"]);
    assert!(code == 1 && said.contains("still on its way"), "{said}");
    p.now.set("2026-11-24 20:05");
    p.run(&["publish"]);
    p.ok(&["publish"]);
    let statements: Vec<u64> = server
        .taken()
        .iter()
        .map(|g| serde_json::from_str::<serde_json::Value>(&g.body).unwrap())
        .map(|b| b["data"]["statement"].as_u64().unwrap())
        .collect();
    assert_eq!(statements, [1, 2]);
}

/// A header is written as the bodies of requests are: a gap may be written with or without spaces.
#[test]
fn a_credential_stands_in_a_header_however_its_gap_is_written() {
    for gap in ["{{ secret }}", "{{secret}}"] {
        let server = OutletServer::start(|_| Manner::ok());
        let outlets = format!(
            "  hook: {{ kind: webhook, url: \"{}\", secret: \"env:OUTLET_SECRET\", channels: [web], languages: [vi], headers: {{ Authorization: \"Bearer {gap}\" }} }}\n",
            server.url("/")
        );
        let p = with_secret(&outlets, SECRET);
        declared(&p);
        p.ok(&["publish"]);
        assert_eq!(
            server.taken()[0].headers["authorization"],
            format!("Bearer {SECRET}")
        );
    }
}
