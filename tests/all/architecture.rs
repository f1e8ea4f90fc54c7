//! The arrows of ARCHITECTURE.md: which room may name which.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
use std::fs;
use std::path::{Path, PathBuf};

fn files(dir: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

/// The lines of a room's files that are not comments, with their place.
fn lines(room: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    files(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room),
        &mut found,
    );
    assert!(!found.is_empty(), "the room {room} is empty");
    found
        .iter()
        .flat_map(|f| {
            let text = fs::read_to_string(f).unwrap();
            let name = f.display().to_string();
            let lines: Vec<_> = text
                .lines()
                .enumerate()
                .filter(|(_, l)| !l.trim_start().starts_with("//"))
                .map(|(i, l)| (format!("{name}:{}", i + 1), l.to_owned()))
                .collect();
            lines
        })
        .collect()
}

fn never(room: &str, forbidden: &[&str]) {
    for (place, line) in lines(room) {
        for word in forbidden {
            assert!(
                !line.contains(word),
                "{place}: the room {room} names {word}: {line}"
            );
        }
    }
}

#[test]
fn domain_names_no_other_room_and_touches_nothing() {
    never(
        "domain",
        &[
            "crate::store",
            "crate::render",
            "crate::check",
            "crate::desk",
            "crate::cli",
        ],
    );
    never(
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
        ],
    );
}

#[test]
fn rooms_beside_each_other_do_not_name_each_other() {
    never(
        "store",
        &[
            "crate::render",
            "crate::check",
            "crate::desk",
            "crate::cli",
            "Utc::now",
            "println!",
        ],
    );
    never(
        "render",
        &[
            "crate::store",
            "crate::check",
            "crate::desk",
            "crate::cli",
            "std::fs",
            "Utc::now",
            "println!",
        ],
    );
    never(
        "check",
        &[
            "crate::store",
            "crate::render",
            "crate::desk",
            "crate::cli",
            "std::fs",
            "Utc::now",
            "println!",
        ],
    );
}

#[test]
fn publish_carries_and_knows_no_other_room() {
    never(
        "publish",
        &[
            "crate::store",
            "crate::render",
            "crate::check",
            "crate::desk",
            "crate::cli",
            "Utc::now",
            "std::env",
            "println!",
        ],
    );
}

#[test]
fn the_desk_prints_nothing_and_reads_no_clock() {
    never(
        "desk",
        &["crate::cli", "println!", "clap::", "Utc::now", "std::env"],
    );
}

#[test]
fn the_clock_is_read_in_one_place() {
    never("cli", &["Utc::now", "SystemTime::now"]);
}

#[test]
fn only_the_gate_makes_a_statement() {
    for room in [
        "domain", "store", "render", "check", "publish", "desk", "cli",
    ] {
        for (place, line) in lines(room) {
            assert!(
                !line.contains("Statement { draft") || place.contains("domain/speech/gate.rs"),
                "{place}: only domain/speech/gate.rs makes a Statement: {line}"
            );
        }
    }
}
