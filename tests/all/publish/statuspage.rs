//! A page at Statuspage over the life of incidents: one incident there for one here. What somebody else does to that page
//! is in `mishaps::statuspage`.

use crate::support::play::{declared, with_secret};
use crate::support::status_page::{statuspage, until_done};

#[test]
fn a_page_at_statuspage_has_one_incident_over_its_life() {
    let (server, page) = statuspage(5);
    let outlets = format!(
        "  sp: {{ kind: statuspage, url: \"{}\", page: p1, secret: \"env:OUTLET_SECRET\", channels: [web], one_message: true, components: {{ AAG: c-aag, IA: c-ia }}, timeout: 2s }}\n",
        server.url("/v1")
    );
    let p = with_secret(&outlets, "t0ken");
    declared(&p);
    until_done(&p, 1201..1260, 24);
    let now = page.lock().unwrap().clone();
    assert_eq!(now["incidents"].as_object().unwrap().len(), 1, "{now}");
    assert_eq!(
        now["incidents"]["i1"]["updates"].as_array().unwrap().len(),
        1,
        "the answer was lost, and it was not posted twice: {now}"
    );
    assert_eq!(
        (
            now["components"]["c-aag"].as_str(),
            now["components"]["c-ia"].as_str()
        ),
        (Some("major_outage"), Some("operational"))
    );
    p.now.set("2026-11-24 21:10");
    p.ok(&["link", "set", "AAG", "--cause", "anchor", "--confirmed"]);
    p.ok(&["statement", "issue"]);
    until_done(&p, 1270..1340, 24);
    p.now.set("2026-11-25 08:00");
    p.ok(&["link", "set", "AAG", "up", "--source", "own-check"]);
    p.ok(&["statement", "issue"]);
    until_done(&p, 480..530, 25);
    p.now.set("2026-11-25 10:30");
    p.ok(&["still"]);
    p.ok(&["statement", "issue"]);
    until_done(&p, 631..690, 25);
    let now = page.lock().unwrap().clone();
    let updates: Vec<&str> = now["incidents"]["i1"]["updates"]
        .as_array()
        .unwrap()
        .iter()
        .map(|u| u["status"].as_str().unwrap())
        .collect();
    assert_eq!(
        updates,
        ["investigating", "identified", "monitoring", "resolved"],
        "{now}"
    );
    assert_eq!(now["components"]["c-aag"], "operational");
}

/// A text about several incidents stands on the page of each, and each ends by itself.
#[test]
fn a_text_about_several_stands_on_each_of_their_pages() {
    let (server, page) = statuspage(10_000);
    let outlets = format!(
        "  sp: {{ kind: statuspage, url: \"{}\", page: p1, secret: \"env:OUTLET_SECRET\", channels: [web], one_message: true, components: {{ AAG: c-aag, IA: c-ia }}, timeout: 2s }}\n",
        server.url("/v1")
    );
    let p = with_secret(&outlets, "t0ken");
    declared(&p);
    until_done(&p, 1201..1230, 24);
    p.now.set("2026-11-24 20:40");
    p.ok(&["declare", "backbone-cut", "--link", "IA=degraded"]);
    p.ok(&["statement", "issue", "INC-2"]);
    until_done(&p, 1241..1265, 24);
    let names = || -> Vec<String> {
        let now = page.lock().unwrap().clone();
        let all = now["incidents"].as_object().unwrap().values();
        all.map(|i| i["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let before = names();
    assert_eq!(before.len(), 2, "{before:?}");
    p.now.set("2026-11-24 21:10");
    p.ok(&["still"]);
    p.ok(&["statement", "issue", "--all"]);
    until_done(&p, 1270..1340, 24);
    let now = page.lock().unwrap().clone();
    assert_eq!(
        names(),
        before,
        "no third incident, and no other names: {now}"
    );
    let last = |id: &str| -> String {
        let now = page.lock().unwrap().clone();
        let all = now["incidents"][id]["updates"].as_array().unwrap().clone();
        all.last().unwrap()["body"].as_str().unwrap().to_owned()
    };
    assert_eq!(last("i1"), last("i2"));
    assert_eq!(
        (
            now["components"]["c-aag"].as_str(),
            now["components"]["c-ia"].as_str()
        ),
        (Some("major_outage"), Some("degraded_performance")),
        "{now}"
    );
    // One of them ends.
    p.now.set("2026-11-25 08:00");
    p.ok(&["link", "set", "IA", "up", "--source", "own-check"]);
    p.ok(&["statement", "issue", "INC-2"]);
    until_done(&p, 480..530, 25);
    p.now.set("2026-11-25 10:30");
    p.ok(&["still"]);
    p.ok(&["statement", "issue", "INC-2"]);
    until_done(&p, 631..690, 25);
    let now = page.lock().unwrap().clone();
    assert_eq!(now["incidents"].as_object().unwrap().len(), 2, "{now}");
    assert_eq!(
        (
            now["incidents"]["i1"]["status"].as_str(),
            now["incidents"]["i2"]["status"].as_str()
        ),
        // Restored here, while the cable still hits the same customers: theirs is not resolved.
        (Some("investigating"), Some("monitoring")),
        "{now}"
    );
    assert_eq!(now["components"]["c-ia"], "operational");
}

#[test]
fn announced_work_turns_into_an_outage_by_the_clock() {
    let (server, page) = statuspage(1000);
    let outlets = format!(
        "  sp: {{ kind: statuspage, url: \"{}\", page: p1, secret: \"env:OUTLET_SECRET\", channels: [web], one_message: true, components: {{ IA: c-ia }}, timeout: 2s }}\n",
        server.url("/v1")
    );
    let p = with_secret(&outlets, "t0ken");
    p.ok(&[
        "declare",
        "planned-work",
        "--link",
        "IA",
        "--window",
        "25/11 00:00..25/11 04:00",
    ]);
    p.ok(&["statement", "issue"]);
    until_done(&p, 1201..1230, 24);
    let state = || {
        page.lock().unwrap()["components"]["c-ia"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(
        page.lock().unwrap()["incidents"]["i1"]["scheduled_for"],
        "2026-11-24T17:00:00Z"
    );
    assert_eq!(state(), "operational");
    p.now.set("2026-11-25 00:05");
    p.ok(&["link", "set", "IA", "planned-down", "--source", "own-check"]);
    p.run(&["tick", "--publish"]);
    assert_eq!(state(), "under_maintenance");
    // Nobody types anything: the window ends, and the page tells it.
    p.now.set("2026-11-25 04:01");
    p.run(&["tick", "--publish"]);
    assert_eq!(state(), "major_outage");
}
