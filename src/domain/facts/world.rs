//! The adopted files, read: what every decision rests on besides the events. It reads no file itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::domain::config::playbook::{Playbook, PlaybookFile};
use crate::domain::config::workspace::Workspace;
use crate::domain::network::health::Condition;
use crate::domain::network::topology::Network;
use crate::domain::state::fold::State;
use crate::domain::state::incident::{Incident, PlaybookRef};

/// The workspace, the network and the playbooks in force or pinned by an incident.
#[derive(Debug, Clone)]
pub struct AdoptedConfig {
    /// Who we are and how we speak.
    pub workspace: Workspace,
    pub network: Network,
    /// Playbook files by the digest of their text.
    pub files: BTreeMap<String, PlaybookFile>,
    /// Playbooks with their bases worked in.
    pub built: Built,
}

/// Playbooks by the digests of their text and their base's: what a digest names never changes.
#[derive(Debug, Default)]
pub struct Built(Mutex<BTreeMap<Digests, Arc<Playbook>>>);

/// The digest of a playbook's text, and of its base's.
type Digests = (String, Option<String>);

impl Clone for Built {
    fn clone(&self) -> Self {
        Built::default()
    }
}

impl AdoptedConfig {
    /// The playbook that an incident is run by, with its base worked in.
    pub fn find_playbook(&self, pinned: &PlaybookRef) -> Option<Arc<Playbook>> {
        let key = (pinned.digest.clone(), pinned.base.clone());
        let known = self.built.0.lock().ok();
        if let Some(built) = known.as_ref().and_then(|k| k.get(&key)) {
            return Some(Arc::clone(built));
        }
        let own = self.files.get(&pinned.digest)?;
        let base = match &pinned.base {
            Some(digest) => Some(self.files.get(digest)?),
            None => None,
        };
        let built = Arc::new(Playbook::build_on_base(base, own));
        if let Some(mut known) = known {
            known.insert(key, Arc::clone(&built));
        }
        Some(built)
    }
}

impl AdoptedConfig {
    /// The playbook that an incident is run by now, with the warnings of those that it was run by before.
    pub fn playbook_of(&self, incident: &Incident) -> Option<Arc<Playbook>> {
        let now = self.find_playbook(&incident.playbook)?;
        let mut whole = Arc::clone(&now);
        for earlier in incident.earlier_playbooks.iter().rev() {
            let Some(earlier) = self.find_playbook(earlier) else {
                continue;
            };
            if !earlier.safety_facts().is_empty() {
                let own = Arc::unwrap_or_clone(whole);
                whole = Arc::new(own.with_warnings_of(&earlier));
            }
        }
        Some(whole)
    }
}

/// The folded record and the adopted texts, read: all that facts are derived from.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    pub state: &'a State,
    pub books: &'a AdoptedConfig,
    /// The network as reported, when it was worked out already.
    pub condition: Option<&'a Condition>,
}
