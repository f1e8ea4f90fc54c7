//! Reads the table of faults of `network.yaml`: each message at its place. What the file cannot even be read for is not here.

use serde::Deserialize;

use super::Network;
use crate::testing::{check_table, expect, shown_faults};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    network: Network,
    /// PLACE: MESSAGE, in the order in which they are found.
    faults: Vec<String>,
}

#[test]
fn faults_of_a_network_are_found_all_at_once() {
    check_table("faults-network.yaml", |row: Row| {
        expect(
            "faults",
            shown_faults(&row.network.find_faults()),
            row.faults,
        )
    });
}

/// What is kept of the parts without parts is what one finds step by step: forks, shared parts, parts that nobody describes,
/// and a circle, which adoption refuses.
#[test]
fn kept_leaves_are_those_found_step_by_step() {
    let text = r#"{"links":[
        {"id":"a","kind":"route","parts":["b","c"]},
        {"id":"b","kind":"route","parts":["d"]},
        {"id":"c","kind":"route","parts":["d","e","unknown"]},
        {"id":"d","kind":"route"},{"id":"e","kind":"route","parts":["f","d"]},{"id":"f","kind":"route"},
        {"id":"x","kind":"route","parts":["y"]},{"id":"y","kind":"route","parts":["x","d"]}
    ]}"#;
    let network: Network = serde_json::from_str(text).unwrap();
    for id in ["a", "b", "c", "d", "e", "f", "x", "y", "unknown", "nothing"] {
        assert_eq!(network.leaf_parts(id), network.walk_to_leaves(id), "{id}");
    }
    assert_eq!(network.leaf_parts("a"), ["d", "f", "unknown"]);
}
