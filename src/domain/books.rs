//! The adopted texts, read: what every decision rests on besides the events.

use std::collections::BTreeMap;

use crate::domain::network::Network;
use crate::domain::playbook::{Playbook, PlaybookFile};
use crate::domain::state::{Pinned, State};
use crate::domain::whole::Condition;
use crate::domain::workspace::Workspace;

/// The workspace, the network and the playbooks in force or pinned by an incident.
#[derive(Debug, Clone)]
pub struct Books {
    /// Who we are and how we speak.
    pub workspace: Workspace,
    /// What can fail.
    pub network: Network,
    /// Playbook files by the digest of their text.
    pub files: BTreeMap<String, PlaybookFile>,
}

impl Books {
    /// The playbook that an incident is run by, with its base worked in.
    pub fn playbook(&self, pinned: &Pinned) -> Option<Playbook> {
        let own = self.files.get(&pinned.digest)?;
        let base = match &pinned.base {
            Some(digest) => Some(self.files.get(digest)?),
            None => None,
        };
        Some(Playbook::build(base, own))
    }
}

/// The folded record and the adopted texts, read: all that facts are derived from.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// The fold.
    pub state: &'a State,
    /// The texts.
    pub books: &'a Books,
    /// The network as reported, when it was worked out already.
    pub condition: Option<&'a Condition>,
}
