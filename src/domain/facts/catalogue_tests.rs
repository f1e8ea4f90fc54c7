//! Compares the names of facts with the page about them. It derives no fact.

use super::NAMES;
use crate::testing::file;

/// Every name of a fact stands in docs/facts.md.
#[test]
fn the_page_of_facts_is_complete() {
    let page = std::fs::read_to_string(file("docs/facts.md")).unwrap();
    for name in NAMES {
        assert!(
            page.contains(&format!("`{}`", name.path)),
            "docs/facts.md does not have {}",
            name.path
        );
    }
}
