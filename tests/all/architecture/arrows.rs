//! Which room may name which. What is not allowed here is denied; there is no list of exceptions.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{FILES, SourceFile};

/// The rooms of the program, each with the rooms that it may name.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("languages", &[]),
    ("domain", &["languages"]),
    ("store", &["domain"]),
    ("render", &["domain", "languages"]),
    ("check", &["domain", "languages"]),
    ("publish", &["domain"]),
    (
        "desk",
        &["domain", "store", "render", "check", "publish", "languages"],
    ),
    ("cli", &["domain", "desk", "languages"]),
    ("main", &["cli"]),
    (
        "lib",
        &[
            "domain", "store", "render", "check", "publish", "desk", "cli",
        ],
    ),
];

/// Rooms inside rooms, in reading order: each may name itself and those before it.
const READING_ORDER: &[(&str, &[&str])] = &[
    (
        "domain",
        &[
            "base",
            "config",
            "record",
            "delivery",
            "team",
            "state",
            "network",
            "facts",
            "ledger",
            "admission",
            "speech",
            "review",
        ],
    ),
    ("check", &["reading", "against", "playbook"]),
    (
        "desk",
        &[
            "core",
            "statement",
            "promise",
            "publishing",
            "incident",
            "notice",
            "due",
            "screen",
        ],
    ),
];

/// What a room may not touch besides other rooms: clocks, files, the environment, the screen.
const MAY_NOT_TOUCH: &[(&str, &[&str])] = &[
    (
        "domain",
        &[
            "std::fs",
            "std::env",
            "std::io",
            "Utc::now",
            "SystemTime",
            "Instant::now",
            "println!",
            "minijinja",
            "rusqlite",
            "sleep(",
        ],
    ),
    ("store", &["Utc::now", "println!", "Instant::now", "sleep("]),
    (
        "render",
        &[
            "std::fs",
            "Utc::now",
            "println!",
            "std::env",
            "Instant::now",
            "sleep(",
        ],
    ),
    (
        "check",
        &[
            "std::fs",
            "Utc::now",
            "println!",
            "std::env",
            "Instant::now",
            "sleep(",
        ],
    ),
    ("publish", &["Utc::now", "std::env", "println!"]),
    ("desk", &["println!", "clap::", "Utc::now", "std::env"]),
    ("cli", &["Utc::now", "SystemTime::now"]),
];

fn allowed(room: &str) -> &'static [&'static str] {
    let found = MAY_NAME.iter().find(|(name, _)| *name == room);
    found
        .unwrap_or_else(|| panic!("the room {room} is not in MAY_NAME"))
        .1
}

#[test]
fn rooms_name_only_rooms_below_them() {
    let mut wrong = Vec::new();
    for file in FILES.iter() {
        let room = file.room();
        for module in file.imports() {
            let to = module.split("::").next().unwrap();
            if to != room && !allowed(room).contains(&to) {
                wrong.push(format!("{}: the room {room} names {module}", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn inner_rooms_name_only_those_before_them() {
    let mut wrong = Vec::new();
    for (room, order) in READING_ORDER {
        let floor = |inner: &str| {
            let found = order.iter().position(|o| *o == inner);
            found.unwrap_or_else(|| panic!("{room}/{inner} is not in READING_ORDER"))
        };
        for file in FILES.iter().filter(|f| f.room() == *room) {
            let Some(inner) = file.inner_room() else {
                continue;
            };
            for module in file.imports() {
                let mut parts = module.split("::");
                let (to_room, to_inner) = (parts.next().unwrap(), parts.next());
                if to_room == *room && to_inner.is_some_and(|to| floor(to) > floor(inner)) {
                    wrong.push(format!("{} names {module}, which is above it", file.path));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_of_a_divided_room_lies_in_an_inner_room() {
    for (room, _) in READING_ORDER {
        for file in FILES.iter().filter(|f| f.room() == *room) {
            let is_hall = file.module == *room;
            assert!(
                is_hall || file.inner_room().is_some(),
                "{} lies in no room",
                file.path
            );
        }
    }
}

/// Follows imports depth first; returns a circle if there is one that `module` is on.
fn circle_through(module: &str, imports: &BTreeMap<&str, BTreeSet<&str>>) -> Option<Vec<String>> {
    let mut ways = vec![vec![module.to_owned()]];
    let mut seen = BTreeSet::new();
    while let Some(way) = ways.pop() {
        for next in imports.get(way.last()?.as_str()).into_iter().flatten() {
            if *next == module {
                return Some(way);
            }
            if seen.insert(*next) {
                ways.push([way.clone(), vec![(*next).to_owned()]].concat());
            }
        }
    }
    None
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let imports: BTreeMap<&str, BTreeSet<&str>> = FILES
        .iter()
        .map(|f| (f.module.as_str(), f.imports()))
        .collect();
    let modules = imports.keys();
    let circles: Vec<_> = modules
        .filter_map(|m| circle_through(m, &imports))
        .collect();
    assert!(circles.is_empty(), "{circles:#?}");
}

#[test]
fn a_circle_would_be_found() {
    let imports = BTreeMap::from([
        ("a", BTreeSet::from(["b"])),
        ("b", BTreeSet::from(["c"])),
        ("c", BTreeSet::from(["a", "d"])),
        ("d", BTreeSet::new()),
    ]);
    assert_eq!(
        circle_through("a", &imports),
        Some(vec!["a".into(), "b".into(), "c".into()])
    );
    assert_eq!(circle_through("d", &imports), None);
}

fn names(file: &SourceFile, word: &str) -> Option<String> {
    let mut code = file.code();
    let (line, text) = code.find(|(_, l)| l.contains(word))?;
    Some(format!("{}:{line}: {word}: {text}", file.path))
}

#[test]
fn rooms_touch_no_clock_file_or_screen_that_is_not_theirs() {
    for (room, forbidden) in MAY_NOT_TOUCH {
        for file in FILES.iter().filter(|f| f.room() == *room) {
            for word in *forbidden {
                assert_eq!(names(file, word), None);
            }
        }
    }
}

#[test]
fn only_the_gate_makes_a_statement() {
    for file in FILES.iter().filter(|f| f.module != "domain::speech::gate") {
        assert_eq!(names(file, "Statement { draft"), None);
    }
}
