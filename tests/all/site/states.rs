//! The seven states on every surface: each follows from a report, from the network or from what was told, and all surfaces
//! of a moment say the same. It reads no text of a notice.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::text;
use crate::support::play::{Play, files};

/// Commands at moments; after each moment the surfaces are read.
type History = &'static [(&'static str, &'static [&'static str])];

/// An event of the calendar: its properties by name, and the impact of each circuit.
pub struct CalendarEvent {
    pub properties: BTreeMap<String, String>,
    pub circuits: BTreeMap<String, String>,
}

/// What the surfaces say at a moment.
pub struct Surfaces {
    pub pages: [String; 2],
    pub own: Json,
    pub foreign: Json,
    pub incidents: Json,
    pub calendar: BTreeMap<String, CalendarEvent>,
}

impl Surfaces {
    pub fn of(p: &Play) -> Surfaces {
        p.ok(&["site", "build", "site"]);
        let tree = files(&p.path("site"));
        let json = |name: &str| serde_json::from_str(&text(&tree, name)).unwrap();
        Surfaces {
            pages: [text(&tree, "index.html"), text(&tree, "en/index.html")],
            own: json("api/saydo/v1/status.json"),
            foreign: json("en/api/v2/components.json"),
            incidents: json("en/api/v2/incidents.json"),
            calendar: read_calendar(&text(&tree, "calendar.ics")),
        }
    }

    /// The state of a link, region or service in our own data.
    pub fn state(&self, id: &str) -> &str {
        let all = self.own["components"].as_array().unwrap();
        let own = all.iter().find(|c| c["id"] == id);
        own.map_or("no-notice", |c| c["state"].as_str().unwrap())
    }

    /// The state in the words of the Statuspage API, and its description.
    pub fn foreign_state(&self, name: &str) -> (&str, Option<&str>) {
        let all = self.foreign["components"].as_array().unwrap();
        let own = all.iter().find(|c| c["name"] == name).unwrap();
        (own["status"].as_str().unwrap(), own["description"].as_str())
    }

    pub fn maintnote(&self, incident: &str, property: &str) -> &str {
        &self.calendar[incident].properties[property]
    }
}

fn read_calendar(text: &str) -> BTreeMap<String, CalendarEvent> {
    let whole = text.replace("\r\n ", "");
    let events = whole.split("BEGIN:VEVENT").skip(1);
    let read = |event: &str| {
        let (mut properties, mut circuits) = (BTreeMap::new(), BTreeMap::new());
        for line in event.lines() {
            let Some((name, value)) = line.split_once(':') else {
                continue;
            };
            match name.strip_prefix("X-MAINTNOTE-OBJECT-ID;X-MAINTNOTE-OBJECT-IMPACT=") {
                Some(impact) => circuits.insert(value.to_owned(), impact.to_owned()),
                None => properties.insert(name.to_owned(), value.to_owned()),
            };
        }
        let id = properties["X-MAINTNOTE-MAINTENANCE-ID"].clone();
        let event = CalendarEvent {
            properties,
            circuits,
        };
        (id, event)
    };
    events.map(read).collect()
}

const HISTORIES: &[(&str, History)] = &[
    (
        "a cable, what rides on it, and back",
        &[
            (
                "2026-11-24 21:00",
                &[
                    "declare submarine-cable-disruption --link AAG=down",
                    "statement issue",
                ],
            ),
            ("2026-11-25 08:00", &["link set AAG up", "statement issue"]),
            ("2026-11-25 10:30", &["still", "statement issue"]),
        ],
    ),
    (
        "a service that nobody has reported on",
        &[
            (
                "2026-11-24 21:00",
                &[
                    "declare core-failure --link DNS",
                    "link set CORE-HN up",
                    "statement issue",
                ],
            ),
            (
                "2026-11-24 21:10",
                &[
                    "link set CORE-HN down",
                    "scope add CORE-HN",
                    "statement issue",
                ],
            ),
            (
                "2026-11-24 21:20",
                &[
                    "link set internet degraded --source monitoring",
                    "statement issue",
                ],
            ),
        ],
    ),
    (
        "every state that can be reported",
        &[(
            "2026-11-24 21:00",
            &[
                "declare several-cables --link AAG=down --link APG=degraded --link AAE-1=unstable --link IA=at-risk --link LAND-CN",
                "statement issue",
            ],
        )],
    ),
    (
        "one of two routes, then both",
        &[
            (
                "2026-11-24 21:00",
                &[
                    "declare backbone-cut --link BB-NS-1=down",
                    "statement issue",
                ],
            ),
            (
                "2026-11-24 21:10",
                &[
                    "link set BB-NS-2 down",
                    "scope add BB-NS-2",
                    "statement issue",
                ],
            ),
            (
                "2026-11-24 21:20",
                &[
                    "link set hue down --source field-team",
                    "link set da-nang up --source field-team",
                    "statement issue",
                ],
            ),
        ],
    ),
    (
        "announced work over its hours, which nobody types anything about",
        &[
            (
                "2026-11-24 21:00",
                &[
                    "declare planned-work --link CORE-HN --window 2026-11-25T01:00..2026-11-25T05:00",
                    "statement issue",
                ],
            ),
            ("2026-11-25 02:00", &[]),
            ("2026-11-25 06:00", &[]),
            (
                "2026-11-25 06:10",
                &[
                    "link set CORE-HN up",
                    "fact note work_done=yes",
                    "statement issue",
                ],
            ),
        ],
    ),
    (
        "work that is cancelled, and an outage beside it",
        &[
            (
                "2026-11-24 21:00",
                &[
                    "declare planned-work --link CORE-HN --window 2026-11-25T01:00..2026-11-25T05:00",
                    "statement issue",
                ],
            ),
            (
                "2026-11-24 22:00",
                &["fact note arrangement=cancelled", "statement issue INC-1"],
            ),
            (
                "2026-11-24 22:10",
                &[
                    "declare core-failure --link DNS=down",
                    "statement issue INC-2",
                ],
            ),
            ("2026-11-25 02:00", &[]),
            ("2026-11-25 06:00", &[]),
        ],
    ),
];

fn reported(p: &Play) -> BTreeMap<String, String> {
    let list = p.json(&["link", "list", "--all"]);
    let all = list["links"].as_array().unwrap().iter();
    let word = |l: &Json, key: &str| l[key].as_str().unwrap().to_owned();
    all.map(|l| (word(l, "id"), word(l, "state"))).collect()
}

/// Why a state word may be shown; none when nothing backs it.
fn why(
    state: &str,
    id: &str,
    reports: &BTreeMap<String, String>,
    is_in_hours: bool,
) -> Option<&'static str> {
    let own = reports[id].as_str();
    let is_out = |l: &&str| {
        matches!(
            reports[*l].as_str(),
            "down" | "planned-down" | "degraded" | "unstable"
        )
    };
    let carriers: &[&str] = match id {
        "internet" => &["CORE-HN", "DNS"],
        "international" => &["AAG", "APG", "AAE-1", "IA"],
        "hue" | "da-nang" | "quang-tri" => &["BB-NS-1", "BB-NS-2", "PWR-HUE"],
        _ => &[],
    };
    match state {
        "working" => (own == "up").then_some("reported up"),
        "at-risk" => (own == "at-risk").then_some("reported at risk"),
        "degraded" => matches!(own, "degraded" | "unstable").then_some("reported degraded"),
        "down" => matches!(own, "down").then_some("reported down"),
        "not-reported" => (own == "unreported").then_some("nobody reported on it"),
        "possibly-affected" => {
            let is_possible = own == "unreported" && carriers.iter().any(is_out);
            is_possible.then_some("what it rides on is out")
        }
        "maintenance" => (is_in_hours && own != "up").then_some("announced for now"),
        "no-notice" => {
            (!matches!(own, "down" | "degraded" | "unstable")).then_some("no trouble is told")
        }
        _ => None,
    }
}

/// The words of the Statuspage API that do not contradict a state of ours.
fn allowed_there(state: &str) -> &'static [&'static str] {
    match state {
        "working" | "at-risk" | "no-notice" => &["operational"],
        "maintenance" => &["under_maintenance"],
        "down" => &["major_outage"],
        // Neither "works" nor "is out" is known.
        _ => &["degraded_performance"],
    }
}

/// Every state word on every surface of every history follows from a fact, and no surface contradicts another.
#[test]
fn each_state_word_follows_from_a_fact() {
    let mut met: BTreeMap<String, usize> = BTreeMap::new();
    for (name, history) in HISTORIES {
        let p = Play::new("");
        for (time, commands) in *history {
            p.now.set(time);
            for command in *commands {
                p.ok(&command.split(' ').collect::<Vec<_>>());
            }
            let (shown, reports) = (Surfaces::of(&p), reported(&p));
            let is_in_hours = *time == "2026-11-25 02:00";
            for component in shown.own["components"].as_array().unwrap() {
                let (id, state) = (
                    component["id"].as_str().unwrap(),
                    component["state"].as_str().unwrap(),
                );
                let place = format!("{name}, {time}: {id} is {state}, reported {}", reports[id]);
                assert!(why(state, id, &reports, is_in_hours).is_some(), "{place}");
                let (foreign, words) =
                    shown.foreign_state(component["names"]["en"].as_str().unwrap());
                assert!(
                    allowed_there(state).contains(&foreign),
                    "{place}: {foreign} at others"
                );
                let needs_words = matches!(state, "possibly-affected" | "not-reported" | "at-risk");
                assert_eq!(words.is_some(), needs_words, "{place}: {words:?}");
                for page in &shown.pages {
                    let class = match state {
                        "no-notice" => "s s-none",
                        own => own,
                    };
                    assert!(page.contains(class), "{place}: not on the page");
                }
                *met.entry(state.to_owned()).or_default() += 1;
            }
        }
    }
    assert_eq!(met.len(), 8, "every state is met: {met:?}");
}

#[test]
fn what_is_only_possible_is_neither_out_nor_well() {
    let p = Play::new("");
    p.ok(&["declare", "core-failure", "--link", "CORE-HN=down"]);
    p.ok(&["statement", "issue"]);
    let shown = Surfaces::of(&p);
    assert_eq!(shown.state("internet"), "possibly-affected");
    let (foreign, words) = shown.foreign_state("Internet access");
    assert_eq!(foreign, "degraded_performance");
    assert!(words.unwrap().starts_with("Possibly affected"), "{words:?}");
    assert!(
        shown.pages[0].contains("Có thể bị ảnh hưởng")
            && shown.pages[1].contains("Possibly affected")
    );
    let affected = &shown.incidents["incidents"][0]["incident_updates"][0]["affected_components"];
    let names: Vec<&str> = affected
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["name"].as_str().unwrap())
        .collect();
    assert!(
        names.contains(&"Internet access"),
        "what suffers belongs to the incident: {names:?}"
    );
}

#[test]
fn what_nobody_reported_on_is_not_working() {
    let p = Play::new("");
    p.ok(&[
        "declare",
        "core-failure",
        "--link",
        "DNS",
        "--link",
        "CORE-HN=down",
    ]);
    p.ok(&["statement", "issue"]);
    let shown = Surfaces::of(&p);
    assert_eq!(shown.state("DNS"), "not-reported");
    assert_eq!(
        shown.foreign_state("the name service").0,
        "degraded_performance"
    );
    assert!(
        shown.pages[1].contains("Not reported") && shown.pages[0].contains("Chưa có thông tin")
    );
    // Elsewhere it is a quiet day.
    assert_eq!(shown.state("hue"), "no-notice");
    assert_eq!(shown.foreign_state("Hue"), ("operational", None));
}

/// What is carried by a route that was reported up is no business of the incident; what may not be is not reported.
#[test]
fn a_route_that_works_carries_its_regions() {
    let p = Play::new("");
    p.ok(&["declare", "backbone-cut", "--link", "BB-NS-1=down"]);
    p.ok(&["statement", "issue"]);
    assert_eq!(Surfaces::of(&p).state("hue"), "not-reported");
    p.now.set("2026-11-24 20:10");
    p.ok(&["link", "set", "BB-NS-2", "up"]);
    p.ok(&["statement", "issue"]);
    assert_eq!(Surfaces::of(&p).state("hue"), "no-notice");
}

/// A link that leaves the scope while it is out is out all the same.
#[test]
fn what_was_told_as_out_stays_so_when_it_leaves_the_scope() {
    let p = Play::new("");
    p.ok(&[
        "declare",
        "several-cables",
        "--link",
        "AAG=down",
        "--link",
        "LAND-CN=down",
    ]);
    p.ok(&["statement", "issue"]);
    p.now.set("2026-11-24 20:10");
    p.ok(&["scope", "remove", "LAND-CN"]);
    p.run(&["statement", "issue", "--yes"]);
    assert_eq!(Surfaces::of(&p).state("LAND-CN"), "down");
}
