//! Reads the table of faults of outlets: each message at its place. Nothing is sent.

use serde::Deserialize;

use super::Outlet;
use crate::domain::base::lang::Lang;
use crate::testing::{check_table, expect, shown_faults};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    name: Option<String>,
    outlet: Outlet,
    /// PLACE: MESSAGE, in the order in which they are found.
    faults: Vec<String>,
}

#[test]
fn faults_of_an_outlet_are_found_all_at_once() {
    check_table("faults-outlet.yaml", |row: Row| {
        let name = row.name.as_deref().unwrap_or("o");
        let knows_channel = |c: &str| c == "web" || c == "sms";
        let faults = row
            .outlet
            .find_faults(name, &knows_channel, &|l| l == Lang::Vi);
        expect("faults", shown_faults(&faults), row.faults)
    });
}
