//! An incident and what was reported, noted and issued about it. Folds nothing.

use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::Texts;
use crate::domain::base::link::{LinkId, Source};
use crate::domain::base::time::{At, Moment, Window};
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::record::link_event::LinkReported;
use crate::domain::record::statement::StatementIssued;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A report about a link; `again` marks a reconfirmation without new information.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The number of the event.
    pub seq: u64,
    /// When it was recorded.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub at: At,
    /// True for a reconfirmation without new information.
    pub again: bool,
    pub said: LinkReported,
}

/// A fact as staff noted it once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactReport {
    /// The number of the event.
    pub seq: u64,
    /// True for a reconfirmation without new information.
    pub again: bool,
    /// The value; none is "no longer known".
    pub value: Option<Value>,
    pub source: Source,
    /// When they said it, UTC.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub said_at: At,
    /// The links that the incident was about when it was noted.
    pub scope: Vec<LinkId>,
}

/// A note for staff, which no statement can quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The number of the event.
    pub seq: u64,
    /// When it was recorded, UTC.
    pub at: At,
    /// The name of the person who recorded it.
    pub by: String,
    pub text: String,
}

/// What the lines of sentences beside the others are called, before the number of their event. No line of a playbook may have a
/// colon in its name.
pub const OWN: &str = "own:";

/// What the lines are called that somebody worded anew.
pub const EDITED: &str = "edited:";

/// A sentence that somebody wrote for this incident, beside the lines of the playbook or in the place of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnSentence {
    /// The number of the event that wrote it.
    pub seq: u64,
    /// The name of the person who wrote it.
    pub by: String,
    /// The line in whose place it stands; none for a sentence beside the others.
    pub line: Option<String>,
    /// What it does in a statement, which decides its place.
    pub element: Element,
    /// The sentence per language, with placeholders.
    pub texts: Texts,
    /// How far the incident was when it was written.
    pub phase: Option<String>,
    /// What its fixed words rest on.
    pub asserts: Vec<String>,
    /// Only in these channels; in all that take whole sentences when empty.
    pub channels: Vec<String>,
    /// Only to this audience; to all when absent.
    pub audience: Option<String>,
    /// The number of the event since which it is said no more.
    pub ended: Option<u64>,
}

/// A change of scope; the declaration is the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeStep {
    /// The number of the event.
    pub seq: u64,
    /// The links that joined.
    pub added: Vec<LinkId>,
    /// The links that left.
    pub removed: Vec<LinkId>,
}

/// A playbook at the version that an incident uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaybookRef {
    /// The number of the event that set it.
    pub seq: u64,
    pub name: String,
    /// The digest of its text.
    pub digest: String,
    /// The digest of the text of its base.
    pub base: Option<String>,
}

/// How an incident ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// The number of the event.
    pub seq: u64,
    /// When it was recorded, UTC.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub at: At,
    /// Who carries on what is left.
    pub handed_over_to: Option<String>,
}

/// One declared outage with its scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    /// The identifier that the declaration gave it.
    pub id: IncidentId,
    /// The number of the event that declared it.
    pub seq: u64,
    /// The time of the event that declared it, UTC.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub declared_at: At,
    /// When it began, if that was said.
    pub since: Option<Moment>,
    /// What staff call it.
    pub title: Option<String>,
    /// The window of work that was announced beforehand.
    pub planned: Option<Window>,
    /// The playbook that is in force for it.
    pub playbook: PlaybookRef,
    /// Those that were in force for it before.
    pub earlier_playbooks: Vec<PlaybookRef>,
    /// The changes of its scope, the declaration first.
    pub steps: Vec<ScopeStep>,
    /// Noted facts, each with every value it had.
    pub noted: BTreeMap<String, Vec<FactReport>>,
    /// Notes for staff, in the order of the record.
    pub notes: Vec<Note>,
    /// Sentences that somebody wrote for it, in the order of the record.
    pub own_sentences: Vec<OwnSentence>,
    /// The numbers of the statements that speak of it.
    pub statements: Vec<u32>,
    /// How it was closed, if it was.
    pub closed: Option<Closing>,
}

impl Incident {
    /// True while somebody still works on it: it is open, or was handed over.
    pub fn is_unfinished(&self) -> bool {
        let closed = self.closed.as_ref();
        closed.is_none_or(|c| c.handed_over_to.is_some())
    }

    /// The links in scope, in the order in which they joined.
    pub fn links_in_scope(&self) -> Vec<LinkId> {
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

    /// The numbers of the events by which a link came into scope.
    pub fn scope_events(&self, link: &str) -> Vec<u64> {
        self.steps
            .iter()
            .filter(|s| s.added.iter().any(|l| l == link))
            .map(|s| s.seq)
            .collect()
    }

    /// The digests of all texts by which it is or was run, bases among them.
    pub fn playbook_digests(&self) -> impl Iterator<Item = &String> {
        let all = std::iter::once(&self.playbook).chain(&self.earlier_playbooks);
        all.flat_map(|p| std::iter::once(&p.digest).chain(&p.base))
    }

    /// True while no entry has closed it.
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }
}

/// A statement in the record, with the event that issued it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issued {
    /// The number of the event.
    pub seq: u64,
    /// When it was recorded.
    pub at: At,
    /// The name of the person who issued it.
    pub by: String,
    pub statement: StatementIssued,
}
