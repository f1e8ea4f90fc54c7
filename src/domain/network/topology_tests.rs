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
