//! An incident and what was reported, noted and issued about it. Folds nothing.

use crate::domain::base::incident::IncidentId;
use crate::domain::base::link::{LinkId, Source};
use crate::domain::base::time::{At, Moment, Window};
use crate::domain::base::value::Value;
use crate::domain::record::link_event::LinkReported;
use crate::domain::record::statement::StatementIssued;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One report about a link, or (`again`) the confirmation that what stands still does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The event.
    pub seq: u64,
    /// When it was recorded.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub at: At,
    /// Nothing new: confirms what stands.
    pub again: bool,
    /// What was said.
    pub said: LinkReported,
}

/// One noting of a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Noting {
    /// The event.
    pub seq: u64,
    /// Nothing new: confirms what stands.
    pub again: bool,
    /// The value; none is "no longer known".
    pub value: Option<Value>,
    /// Who says so.
    pub source: Source,
    /// When they said it.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub said_at: At,
}

/// A note, never sayable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The event.
    pub seq: u64,
    /// When.
    pub at: At,
    /// By whom.
    pub by: String,
    /// The text.
    pub text: String,
}

/// A change of scope; the declaration is the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeStep {
    /// The event.
    pub seq: u64,
    /// Joined.
    pub added: Vec<LinkId>,
    /// Left.
    pub removed: Vec<LinkId>,
}

/// The playbook that an incident is run by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pinned {
    /// The event that pinned it.
    pub seq: u64,
    /// By name.
    pub name: String,
    /// The digest of its text.
    pub digest: String,
    /// The digest of its base.
    pub base: Option<String>,
}

/// How an incident ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// The event.
    pub seq: u64,
    /// When.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub at: At,
    /// Who carries on what is left.
    pub handed_over_to: Option<String>,
}

/// One declared outage with its scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// Its identifier.
    pub id: IncidentId,
    /// The event that declared it.
    pub seq: u64,
    /// When it was declared.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub declared_at: At,
    /// When it began, if that was said.
    pub since: Option<Moment>,
    /// For staff.
    pub title: Option<String>,
    /// Announced work.
    pub planned: Option<Window>,
    /// The playbook.
    pub playbook: Pinned,
    /// How the scope came to be.
    pub steps: Vec<ScopeStep>,
    /// Noted facts, each with every value it had.
    pub noted: BTreeMap<String, Vec<Noting>>,
    /// Notes.
    pub notes: Vec<Note>,
    /// The numbers of the statements that speak of it.
    pub statements: Vec<u32>,
    /// How it ended.
    pub closed: Option<Closing>,
}

impl Incident {
    /// The links in scope, in the order in which they joined.
    pub fn scope(&self) -> Vec<LinkId> {
        let mut scope: Vec<LinkId> = Vec::new();
        for step in &self.steps {
            scope.retain(|l| !step.removed.contains(l));
            for link in &step.added {
                if !scope.contains(link) {
                    scope.push(link.clone());
                }
            }
        }
        scope
    }

    /// The events by which a link came into scope.
    pub fn scope_events(&self, link: &str) -> Vec<u64> {
        self.steps
            .iter()
            .filter(|s| s.added.iter().any(|l| l == link))
            .map(|s| s.seq)
            .collect()
    }

    /// Not closed.
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }
}

/// A statement in the record, with the event that issued it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The event.
    pub seq: u64,
    /// When it was recorded.
    pub at: At,
    /// By whom.
    pub by: String,
    /// What was said.
    pub statement: StatementIssued,
}
