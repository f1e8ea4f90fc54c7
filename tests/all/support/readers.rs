//! Programs that are not ours, by which the tests read our output: installed by `tools/readers` into `target/readers`.

use std::path::{Path, PathBuf};
use std::process::Command;

fn place() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/readers")
}

/// Says why a test that needs a reader does nothing; in CI that is a failure.
pub fn missing(what: &str) {
    assert!(
        std::env::var_os("CI").is_none() && std::env::var_os("SAYDO_CI").is_none(),
        "{what} is not installed: tools/readers"
    );
    eprintln!("skipped: {what} is not installed (tools/readers)");
}

/// Python with the readers, to run one of `tests/readers`.
pub fn python(script: &str) -> Option<Command> {
    let python = place().join("venv/bin/python");
    if !python.is_file() {
        missing("Python's readers");
        return None;
    }
    let mut c = Command::new(python);
    c.arg(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/readers")
            .join(script),
    );
    Some(c)
}

/// Node with the readers, to run one of `tests/readers`.
pub fn node(script: &str) -> Option<Command> {
    if !place().join("node_modules/axe-core").is_dir() {
        missing("Node's readers");
        return None;
    }
    let mut c = Command::new("node");
    c.arg(
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/readers")
            .join(script),
    )
    .env("READERS", place())
    .env("NODE_PATH", place().join("node_modules"));
    Some(c)
}

/// A browser, when there is one.
pub fn has_browser() -> bool {
    let found = ["/usr/bin/chromium", "/usr/bin/chromium-browser"]
        .iter()
        .any(|p| Path::new(p).is_file());
    if !found {
        missing("Chromium");
    }
    found
}
