//! A page at Statuspage that somebody else cleans up, and components that several incidents have to do with. It loses no
//! answer.

use std::sync::{Arc, Mutex};

use crate::support::outlet_server::OutletServer;
use crate::support::play::{Play, declared, with_secret};
use crate::support::status_page::{statuspage, until_done};

/// A page that loses no answer, and the outlet that leads to it.
fn page_of(components: &str) -> (OutletServer, Arc<Mutex<serde_json::Value>>, String) {
    let (server, page) = statuspage(10_000);
    page.lock().unwrap()["lost"] = serde_json::json!(["none"]);
    let outlets = format!(
        "  sp: {{ kind: statuspage, url: \"{}\", page: p1, secret: \"env:OUTLET_SECRET\", channels: [web], one_message: true, components: {{ {components} }} }}\n",
        server.url("/v1")
    );
    (server, page, outlets)
}

/// The states of components follow what was said, over all incidents: they do not go to and fro.
#[test]
fn components_follow_what_was_said_of_all_incidents() {
    let (server, page, outlets) = page_of("AAG: c-aag, international: c-ia");
    let p = with_secret(&outlets, "t0ken");
    declared(&p);
    p.ok(&[
        "declare",
        "planned-work",
        "--link",
        "APG",
        "--window",
        "24/11 20:00..24/11 23:00",
    ]);
    p.ok(&["statement", "issue", "INC-2"]);
    until_done(&p, 1201..1210, 24);
    let state = |c: &str| {
        page.lock().unwrap()["components"][c]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let first = state("c-ia");
    assert_ne!(first, "operational");
    let asked = server.taken().len();
    for now in ["2026-11-24 20:12", "2026-11-24 20:13", "2026-11-24 20:14"] {
        p.now.set(now);
        let said = p.ok(&["publish"]);
        assert!(said.contains("Nothing is to be published"), "{said}");
    }
    assert_eq!((state("c-ia"), server.taken().len()), (first, asked));
    // Nobody was told yet that it is back: the page does not say so either.
    p.now.set("2026-11-24 20:20");
    p.ok(&["link", "set", "AAG", "up", "--source", "own-check"]);
    p.run(&["publish"]);
    assert_eq!(state("c-aag"), "major_outage");
    p.ok(&["statement", "issue", "INC-1"]);
    until_done(&p, 1221..1230, 24);
    assert_eq!(state("c-aag"), "operational");
    // What an incident is about there is what it has to do with.
    let there = page.lock().unwrap().clone();
    assert_eq!(
        there["incidents"]["i1"]["component_ids"],
        serde_json::json!(["c-aag", "c-ia"])
    );
}

/// Of an incident that was handed over while something was out, what was said last stays until it is well.
#[test]
fn a_component_that_was_left_down_comes_back_when_it_is_well() {
    let (_server, page, outlets) = page_of("AAG: c-aag");
    let p = with_secret(&outlets, "t0ken");
    declared(&p);
    until_done(&p, 1201..1210, 24);
    p.now.set("2026-11-24 20:30");
    p.ok(&["close", "INC-1", "--handed-over-to", "the cable team"]);
    let state = || {
        page.lock().unwrap()["components"]["c-aag"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    p.run(&["publish"]);
    assert_eq!(state(), "major_outage");
    p.now.set("2026-11-27 09:00");
    p.ok(&["link", "set", "AAG", "up", "--source", "own-check"]);
    p.run(&["publish"]);
    assert_eq!(state(), "operational");
}

/// A page where somebody deleted our incident gets it anew; another record keeps its own there.
#[test]
fn an_incident_that_was_deleted_there_is_made_anew() {
    let (_server, page, outlets) = page_of("");
    let p = with_secret(&outlets, "t0ken");
    declared(&p);
    until_done(&p, 1201..1210, 24);
    // A second workspace with an outlet of the same name: its first incident is another one.
    let mut other = Play::at("2026-11-24 19:30", &outlets);
    other.secret = Some("t0ken".into());
    other.now.set("2026-11-24 20:01");
    declared(&other);
    until_done(&other, 1202..1210, 24);
    let ids = || -> Vec<String> {
        let there = page.lock().unwrap();
        there["incidents"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect()
    };
    assert_eq!(ids(), ["i1", "i2"]);
    page.lock().unwrap()["incidents"]
        .as_object_mut()
        .unwrap()
        .remove("i1");
    p.now.set("2026-11-24 20:30");
    p.ok(&["link", "set", "AAG", "--work", "located"]);
    p.ok(&["statement", "issue"]);
    page.lock().unwrap()["incidents"]["i9"] = serde_json::json!({ "id": "i9", "updates": [] });
    until_done(&p, 1231..1240, 24);
    let there = page.lock().unwrap().clone();
    let ours: Vec<&serde_json::Value> = there["incidents"]
        .as_object()
        .unwrap()
        .values()
        .filter(|i| i["metadata"].is_object())
        .collect();
    assert_eq!(ours.len(), 2, "{there}");
    assert_ne!(
        ours[0]["metadata"]["saydo"]["incident"],
        ours[1]["metadata"]["saydo"]["incident"]
    );
}
