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

/// What docs/security.md says holds is shown by a test of that name.
#[test]
fn the_threat_model_names_tests_that_are_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("docs/security.md")).unwrap();
    let mut sources = String::new();
    for folder in ["src", "tests/all"] {
        read_sources(&root.join(folder), &mut sources);
    }
    let names = Regex::new(r"`(?:[a-z_]+::)+([a-z_]+)`").unwrap();
    let all: Vec<&str> = names
        .captures_iter(&text)
        .map(|c| c.get(1).unwrap().as_str())
        .collect();
    let is_gone = |name: &&&str| !sources.contains(&format!("fn {name}("));
    let gone: Vec<_> = all.iter().filter(is_gone).collect();
    assert!(all.len() > 20 && gone.is_empty(), "{gone:?}");
}

fn read_sources(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_sources(&path, all);
        } else if path.extension().is_some_and(|e| e == "rs") {
            all.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}
