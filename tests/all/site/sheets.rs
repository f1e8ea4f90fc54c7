//! Sheets for staff with several incidents open: each answers for itself, and none is missing. It asks for no wording of
//! points.

use serde_json::Value as Json;

use super::text;
use crate::support::play::{Play, files};

/// A place without power, a cable, and announced work.
fn three_incidents() -> Play {
    let p = Play::new("");
    for command in [
        "declare submarine-cable-disruption --since 19:40 --link AAG=down",
        "statement issue",
        "declare planned-work --link IA --window 2026-11-26T01:00..2026-11-26T05:00",
        "statement issue INC-2",
        "declare regional-power-failure --since 19:50 --link PWR-HUE=down --link hue=down --source field-team",
        "statement issue INC-3",
    ] {
        p.ok(&command.split(' ').collect::<Vec<_>>());
    }
    p
}

fn sheets(p: &Play) -> Vec<Json> {
    let points = p.json(&["talking-points", "--all", "--role", "call-centre"]);
    points["sheets"].as_array().unwrap().clone()
}

fn now_of(sheet: &Json) -> Vec<String> {
    let all = sheet["now"].as_array().unwrap().iter();
    all.map(|t| {
        format!(
            "{} {}",
            t["id"].as_str().unwrap(),
            t["state"].as_str().unwrap()
        )
    })
    .collect()
}

#[test]
fn every_open_incident_has_a_section_the_worst_first() {
    let p = three_incidents();
    let sheets = sheets(&p);
    let order: Vec<&str> = sheets
        .iter()
        .map(|s| s["incident"].as_str().unwrap())
        .collect();
    assert_eq!(order, ["INC-3", "INC-1", "INC-2"]);
    assert_eq!(now_of(&sheets[0]), ["PWR-HUE down", "hue down"]);
    assert_eq!(
        now_of(&sheets[1]),
        ["AAG down", "international possibly-affected"]
    );
    assert!(
        now_of(&sheets[2]).is_empty(),
        "work that has not begun takes nothing out"
    );
    assert_eq!(sheets[1]["now"][0]["since"], "2026-11-24T12:40:00Z");
    let next: Vec<&str> = sheets
        .iter()
        .map(|s| s["next_update"].as_str().unwrap())
        .collect();
    assert_eq!(
        next,
        [
            "2026-11-24T13:30:00Z",
            "2026-11-25T03:00:00Z",
            "2026-11-25T18:00:00Z"
        ]
    );
    for (sheet, own, others) in [
        (&sheets[0], "Hue", &["AAG", "IA cable"][..]),
        (&sheets[1], "AAG", &["Hue", "IA cable"][..]),
        (&sheets[2], "IA cable", &["Hue", "AAG"][..]),
    ] {
        let said = serde_json::to_string(&sheet["sections"]).unwrap();
        assert!(said.contains(own), "{own}: {said}");
        assert!(
            others.iter().all(|o| !said.contains(o)),
            "not {others:?}: {said}"
        );
    }
}

/// One statement speaks of two incidents: what it says of one is not on the sheet of the other.
#[test]
fn a_text_about_several_is_cut_up_by_incident() {
    let p = three_incidents();
    p.now.set("2026-11-24 20:10");
    p.ok(&["statement", "issue", "--all"]);
    for sheet in sheets(&p) {
        let said = serde_json::to_string(&sheet["sections"]).unwrap();
        let is_of_hue = sheet["incident"] == "INC-3";
        assert_eq!(said.contains("Hue"), is_of_hue, "{said}");
        assert_eq!(said.contains("AAG"), sheet["incident"] == "INC-1", "{said}");
    }
}

/// The router is back and the region is not: the sheet keeps saying so, whatever the phase.
#[test]
fn what_is_still_out_is_named() {
    let p = three_incidents();
    p.now.set("2026-11-24 20:20");
    p.ok(&["link", "set", "PWR-HUE", "up"]);
    let hue = sheets(&p)
        .into_iter()
        .find(|s| s["incident"] == "INC-3")
        .unwrap();
    assert_eq!(now_of(&hue), ["hue down"]);
    let printed = p.ok(&["talking-points", "INC-3"]);
    assert!(
        printed.contains("Hue: down, since 24/11 19:50"),
        "{printed}"
    );
}

#[test]
fn the_pages_of_staff_have_every_incident() {
    let p = three_incidents();
    p.ok(&["site", "build", "site", "--staff", "staff"]);
    let tree = files(&p.path("staff"));
    for (name, words) in [
        (
            "en/call-centre.html",
            [
                "Hue: down",
                "the AAG cable: down",
                "international access: possibly affected",
                "By statement 3",
            ],
        ),
        (
            "call-centre.html",
            [
                "Huế: gián đoạn",
                "cáp AAG: gián đoạn",
                "truy cập quốc tế: có thể bị ảnh hưởng",
                "Theo thông báo số 3",
            ],
        ),
    ] {
        let page = text(&tree, name);
        let place = |id: &str| {
            page.find(&format!("<h2 id=\"{id}\""))
                .unwrap_or_else(|| panic!("{id}: {page}"))
        };
        assert!(place("INC-3") < place("INC-1") && place("INC-1") < place("INC-2"));
        for word in words {
            assert!(page.contains(word), "{word}: {page}");
        }
        // Every point has a place of its own on the page.
        let mut ids: Vec<&str> = page
            .split(" id=\"")
            .skip(1)
            .filter_map(|t| t.split('"').next())
            .collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "{name}");
    }
}
