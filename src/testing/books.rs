//! The files of a workspace as tables need them: one channel, one zone, one playbook. It adopts nothing.

use std::collections::BTreeMap;

use serde_yaml::{Mapping, Value};

use super::{NetworkRow, overlaid};
use crate::domain::config::workspace::Workspace;
use crate::domain::facts::world::{AdoptedConfig, Built};

const WORKSPACE: &str = "
organisation: { names: { vi: A, en: A } }
languages: [vi, en]
zone: Asia/Ho_Chi_Minh
channels: { web: { forms: [say] } }
";

/// The playbook `p` of the digest `d`, by which incidents of tables are run. Staff note whether it is `ready`.
const PLAYBOOK: &str = "
name: p
severity: [ { level: S2 } ]
update_schedule: { S2: { first: 20m, then: [ { every: 1h } ] } }
quiet_hours: { from: '22:30', to: '06:30' }
facts: { ready: { type: state, choices: ['yes', 'no'], lasts: true } }
lines: []
";

/// The files of a row: what it writes over the workspace, and its network.
pub fn books(workspace: Option<&Mapping>, network: &NetworkRow) -> AdoptedConfig {
    let below: Value = serde_yaml::from_str(WORKSPACE).unwrap_or_default();
    let above = Value::Mapping(workspace.cloned().unwrap_or_default());
    let read = serde_yaml::from_value(overlaid(below, above));
    let workspace: Workspace = read.unwrap_or_else(|e| panic!("the workspace: {e}"));
    let playbook = serde_yaml::from_str(PLAYBOOK).unwrap_or_else(|e| panic!("{e}"));
    AdoptedConfig {
        workspace,
        network: network.network(),
        files: BTreeMap::from([("d".to_owned(), playbook)]),
        built: Built::default(),
    }
}
