//! What facts are derived from: one incident, its playbook, the reported network, a moment. Derives nothing.

use crate::domain::base::lang::Texts;
use crate::domain::base::link::LinkId;
use crate::domain::base::time::{At, Period};
use crate::domain::base::value::Named;
use crate::domain::config::audience::Disclosure;
use crate::domain::config::playbook::Playbook;
use crate::domain::facts::evaluator::EvaluatorError;
use crate::domain::facts::world::World;
use crate::domain::network::health::Condition;
use crate::domain::state::incident::Incident;
use crate::domain::state::reach::Reach;
use std::borrow::Cow;
use std::sync::Arc;
use thiserror::Error;

/// Why facts cannot be derived.
#[derive(Debug, Error)]
pub enum DeriveError {
    /// No such incident.
    #[error("there is no incident \"{0}\"")]
    NoIncident(String),
    /// The playbook that it is run by is not in the record.
    #[error("the playbook \"{0}\" that the incident is run by is not in the record")]
    NoPlaybook(String),
    /// No such audience.
    #[error("there is no audience \"{0}\" in saydo.yaml")]
    NoAudience(String),
    /// A rule of the playbook cannot be worked out.
    #[error("severity rule \"{rule}\": {error}")]
    Rule { rule: String, error: EvaluatorError },
}

/// What derivation works with; made once per incident.
pub(crate) struct IncidentSubject<'a> {
    pub world: World<'a>,
    pub incident: &'a Incident,
    pub playbook: Arc<Playbook>,
    pub condition: Cow<'a, Condition>,
    pub scope: Vec<LinkId>,
    /// The number of the entry that declared it, or the first of those that were handed over to it.
    pub first_declared: u64,
    pub as_of: At,
    pub audience: String,
}

/// The limits used when neither playbook nor base sets one.
const UP: Period = Period::from_minutes(60);

const SHARE: Period = Period::from_minutes(120);

const WORK: Period = Period::from_minutes(12 * 60);

const WINDOW: Period = Period::from_minutes(48 * 60);

pub(crate) const NOTED: Period = Period::from_minutes(60);

impl IncidentSubject<'_> {
    pub(crate) fn limit_up(&self) -> Period {
        self.playbook.file.freshness.up.unwrap_or(UP)
    }
    pub(crate) fn limit_share(&self) -> Period {
        self.playbook.file.freshness.share.unwrap_or(SHARE)
    }
    pub(crate) fn limit_work(&self) -> Period {
        self.playbook.file.freshness.work.unwrap_or(WORK)
    }
    pub(crate) fn limit_window(&self) -> Period {
        self.playbook.file.freshness.window.unwrap_or(WINDOW)
    }

    /// The channels and languages in which the audience is written to now.
    pub(crate) fn reach(&self) -> Reach {
        Reach::of_audience(&self.world.books.workspace, &self.audience)
    }

    pub(crate) fn named_link(&self, id: &str) -> Named {
        Named {
            id: id.to_owned(),
            names: self.world.books.network.names_of(id),
        }
    }

    /// The links in scope, each followed by its parts, none twice.
    pub(crate) fn links_with_parts(&self) -> Vec<LinkId> {
        let mut all: Vec<LinkId> = Vec::new();
        for id in &self.scope {
            for member in std::iter::once(id.clone()).chain(self.world.books.network.leaf_parts(id))
            {
                if !all.contains(&member) {
                    all.push(member);
                }
            }
        }
        all
    }

    /// The events by which a link, or the whole that it is a part of, came into scope.
    pub(crate) fn why_in_scope(&self, id: &str) -> Vec<u64> {
        let network = &self.world.books.network;
        let holders = self
            .scope
            .iter()
            .filter(|s| *s == id || network.leaf_parts(s).iter().any(|l| l == id));
        holders
            .flat_map(|s| self.incident.scope_events(s))
            .collect()
    }

    pub(crate) fn party_names(&self, key: &str) -> Option<Texts> {
        self.world.books.workspace.parties.get(key).cloned()
    }

    /// Every event by which the incident exists and is run: the ground of all that is said of it.
    pub(crate) fn incident_events(&self) -> Vec<u64> {
        let mut events = vec![self.incident.seq, self.incident.playbook.seq];
        events.sort_unstable();
        events.dedup();
        events
    }

    /// What the team or else the playbook says of who may know a fact, else what is usual for it.
    pub(crate) fn disclosure_of(&self, path: &str, usual: Disclosure) -> Disclosure {
        let set = self.world.state.disclosure_of(&self.incident.id, path);
        set.or_else(|| self.playbook.disclosure_of(path))
            .unwrap_or(usual)
    }

    pub(crate) fn zone(&self) -> chrono_tz::Tz {
        self.world.books.workspace.zone
    }
}
