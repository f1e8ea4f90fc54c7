//! Paths that CONTRIBUTING.md and ARCHITECTURE.md name are there. It does not read what is said of them.

use std::path::Path;

use regex::Regex;

#[test]
fn documents_name_paths_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths =
        Regex::new(r"`((?:src|tests|playbooks|examples|benches|tools|docs)/[^`\s:]*)").unwrap();
    let mut missing = Vec::new();
    for document in ["ARCHITECTURE.md", "CONTRIBUTING.md", "docs/glossary.md"] {
        let text = std::fs::read_to_string(root.join(document)).unwrap();
        for found in paths.captures_iter(&text) {
            // In capital letters or braces stands what the reader fills in.
            let known = found[1].split(|c: char| c.is_ascii_uppercase() || "{*".contains(c));
            let known = known.into_iter().next().unwrap_or_default();
            let folder = &known[..known.rfind('/').map_or(0, |i| i + 1)];
            let place = if known.len() == found[1].len() {
                known
            } else {
                folder
            };
            if !root.join(place).exists() {
                missing.push(format!("{document}: {}", &found[1]));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

/// A path that begins with a room is looked for in it; `domain/` and the like before an inner room may be left out.
#[test]
fn documents_name_files_of_rooms_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let paths = Regex::new(r"`((?:[a-z0-9_]+/)+[a-z0-9_.]*)(?::[a-z_]*)?`").unwrap();
    let outer = ["", "domain", "check", "check/reading", "desk", "cli"];
    let mut missing = Vec::new();
    for document in ["ARCHITECTURE.md", "docs/glossary.md"] {
        let text = std::fs::read_to_string(root.join("..").join(document)).unwrap();
        for found in paths.captures_iter(&text) {
            let path = &found[1];
            let is_there = |place: &str| {
                let place = root.join(place).join(path);
                place.exists() || place.with_extension("rs").exists()
            };
            let is_of_root = root.join("..").join(path).exists();
            if !is_of_root && !outer.iter().any(|room| is_there(room)) {
                missing.push(format!("{document}: {path}"));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
