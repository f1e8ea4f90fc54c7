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
