//! Components at a page of others: what was told of them, in its five words. The life of an incident there is in
//! `statuspage`, not here.

use serde_json::Value as Json;

use crate::support::play::{Play, with_secret};
use crate::support::status_page::{statuspage, until_done};

/// A workspace with the components `c-aag` and `c-ia` for these two.
fn mapped(first: &str, second: &str) -> (Play, impl Fn() -> (String, String) + use<>) {
    let (server, page) = statuspage(10_000);
    let url = server.url("/v1");
    let p = with_secret(
        &format!(
            "  sp: {{ kind: statuspage, url: \"{url}\", page: p1, secret: \"env:OUTLET_SECRET\", channels: [web], one_message: true, components: {{ {first}: c-aag, {second}: c-ia }}, timeout: 2s }}\n"
        ),
        "t0ken",
    );
    let word = |page: &Json, id: &str| page["components"][id].as_str().unwrap().to_owned();
    let states = move || {
        let _ = &server;
        let page = page.lock().unwrap();
        (word(&page, "c-aag"), word(&page, "c-ia"))
    };
    (p, states)
}

fn pair(a: &str, b: &str) -> (String, String) {
    (a.into(), b.into())
}

#[test]
fn cancelled_work_never_becomes_an_outage_there() {
    let (p, states) = mapped("CORE-HN", "internet");
    p.ok(&[
        "declare",
        "planned-work",
        "--link",
        "CORE-HN",
        "--window",
        "25/11 01:00..25/11 05:00",
    ]);
    p.ok(&["statement", "issue"]);
    until_done(&p, 1201..1230, 24);
    p.now.set("2026-11-25 01:30");
    p.run(&["tick", "--publish"]);
    assert_eq!(states(), pair("under_maintenance", "operational"));
    // It is broken off in its first hour, and that is told.
    p.now.set("2026-11-25 02:00");
    p.ok(&["fact", "note", "arrangement=cancelled"]);
    p.ok(&["statement", "issue"]);
    until_done(&p, 121..150, 25);
    assert_eq!(states(), pair("operational", "operational"));
    for time in ["2026-11-25 04:00", "2026-11-25 05:01"] {
        p.now.set(time);
        p.run(&["tick", "--publish"]);
        assert_eq!(states(), pair("operational", "operational"), "{time}");
    }
}

#[test]
fn what_is_possible_is_degraded_there_and_never_an_outage() {
    let (p, states) = mapped("CORE-HN", "internet");
    p.ok(&["declare", "core-failure", "--link", "CORE-HN=down"]);
    p.ok(&["statement", "issue"]);
    until_done(&p, 1201..1230, 24);
    assert_eq!(states(), pair("major_outage", "degraded_performance"));
}

/// Subscribers are not mailed about a place that nobody has said anything of; a link that was declared is told.
#[test]
fn a_region_that_nobody_reported_on_is_left_as_it_is() {
    let (p, states) = mapped("BB-NS-2", "hue");
    p.ok(&[
        "declare",
        "backbone-cut",
        "--link",
        "BB-NS-1=down",
        "--link",
        "BB-NS-2",
    ]);
    p.ok(&["statement", "issue"]);
    until_done(&p, 1201..1230, 24);
    assert_eq!(states(), pair("degraded_performance", "operational"));
}
