//! Reads the table of faults of `saydo.yaml`: each message at its place. Outlets have a table of their own.

use serde::Deserialize;
use serde_yaml::Value;

use super::Workspace;
use crate::testing::{check_table, expect, overlaid, shown_faults};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// What is written over a workspace without faults.
    with: Value,
    /// PLACE: MESSAGE, in the order in which they are found.
    faults: Vec<String>,
}

const WITHOUT_FAULTS: &str = "
organisation: { names: { vi: Nhà mạng, en: The operator } }
languages: [vi, en]
zone: Asia/Ho_Chi_Minh
channels: { web: { forms: [say] } }
";

#[test]
fn faults_of_a_workspace_are_found_all_at_once() {
    check_table("faults-workspace.yaml", |row: Row| {
        let text: Value = serde_yaml::from_str(WITHOUT_FAULTS).map_err(|e| e.to_string())?;
        let workspace = serde_yaml::from_value(overlaid(text, row.with));
        let workspace: Workspace = workspace.map_err(|e| e.to_string())?;
        expect("faults", shown_faults(&workspace.find_faults()), row.faults)
    });
}
