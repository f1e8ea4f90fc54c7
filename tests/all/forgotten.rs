//! Every file under `tests` that is Rust is compiled: a file that no `mod` names would hold tests that never run. It does
//! not look into the files any further than for their modules.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn rust_files(dir: &Path, found: &mut BTreeSet<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.insert(path);
        }
    }
}

/// Adds a file and those that its `mod name;` lines lead to; `folder` is where its modules lie.
fn follow_modules(file: &Path, folder: &Path, reached: &mut BTreeSet<PathBuf>) {
    reached.insert(file.to_owned());
    let text = std::fs::read_to_string(file).unwrap();
    let mut before = "";
    for line in text.lines() {
        // A file that lies elsewhere is named in the line before.
        let is_elsewhere = std::mem::replace(&mut before, line).starts_with("#[path");
        if is_elsewhere {
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let ([.., "mod", name], Some(_)) = (words.as_slice(), line.strip_suffix(';')) else {
            continue;
        };
        let name = name.trim_end_matches(';');
        let (flat, own) = (folder.join(format!("{name}.rs")), folder.join(name));
        let nested = own.join("mod.rs");
        let child = if flat.is_file() { flat } else { nested };
        assert!(child.is_file(), "{}: no file for {line}", file.display());
        follow_modules(&child, &own, reached);
    }
}

#[test]
fn no_test_file_is_forgotten() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let root = tests.join("all");
    let (mut there, mut reached) = (BTreeSet::new(), BTreeSet::new());
    rust_files(&tests, &mut there);
    follow_modules(&root.join("main.rs"), &root, &mut reached);
    let forgotten: Vec<_> = there.difference(&reached).collect();
    assert!(
        forgotten.is_empty(),
        "no `mod` leads from tests/all/main.rs to {forgotten:?}: name them there, or in the mod.rs of their folder"
    );
}
