//! A promise as the record tells it, and steps of stock. Judges nothing: the ledger does.

use crate::domain::base::incident::IncidentId;
use crate::domain::base::link::{LinkId, Source};
use crate::domain::base::time::{At, When};
use crate::domain::record::promise_event::{Evidence, PromiseMade, Reserved};
use serde::{Deserialize, Serialize};

/// An entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The number of the event that made it.
    pub seq: u64,
    /// When it was made.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub at: At,
    /// The name of the person who made it.
    pub by: String,
    /// The incident that it belongs to, if any.
    pub incident: Option<IncidentId>,
    /// The terms that were frozen when it was made.
    pub made: PromiseMade,
    /// The links, regions and services that it covers, as it was made or widened; none when it is about no incident.
    pub scope: Vec<LinkId>,
    /// The resources that it reserves now.
    pub uses: Vec<Reserved>,
    /// The due times, the first to the last, each with the event and statement that said it.
    pub dues: Vec<AnnouncedDue>,
    /// Who accepted it, each with the number of the event.
    pub accepted: Vec<(u64, String)>,
    /// How it was attested as kept, if it was.
    pub attested: Option<Box<Attestation>>,
    /// When it outlived its incident: the number of the event, and who keeps it.
    pub carried_over: Option<(u64, String)>,
    /// How it was taken back, if it was.
    pub withdrawn: Option<Box<Withdrawal>>,
}

impl Promise {
    /// The due time that counts now.
    pub fn current_due(&self) -> &AnnouncedDue {
        // A promise is made with a due time, so the list is never empty.
        &self.dues[self.dues.len() - 1]
    }

    /// The due time that its audience was told last.
    pub fn last_told_due(&self) -> Option<&AnnouncedDue> {
        self.dues.iter().rev().find(|d| d.statement.is_some())
    }

    /// The role or person that keeps it.
    pub fn keeper_name(&self) -> &str {
        self.carried_over
            .as_ref()
            .map_or(&self.made.owner, |(_, to)| to)
    }

    /// The person who accepted it last.
    pub fn last_acceptor(&self) -> Option<&str> {
        self.accepted.last().map(|(_, who)| who.as_str())
    }
}

/// How a promise was attested as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attestation {
    /// The number of the event.
    pub seq: u64,
    /// When it was kept, UTC.
    pub at: At,
    /// The name of the person who attested it.
    pub by: String,
    /// What shows that it was kept.
    pub evidence: Evidence,
}

/// How a promise was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// The number of the event.
    pub seq: u64,
    /// When it was recorded, UTC.
    pub at: At,
    /// The reason that was given.
    pub because: String,
    /// The statement that said so.
    pub statement: Option<u32>,
}

/// A due time as it was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnouncedDue {
    /// The number of the event.
    pub seq: u64,
    /// When that was recorded.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub at: At,
    /// The due time as it was said.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub due: When,
    /// The instant at which the due time has passed, when the event says so.
    #[serde(with = "crate::domain::base::time::in_numbers::or_none")]
    pub ends: Option<At>,
    /// The statement that said it; none when nobody has been told.
    pub statement: Option<u32>,
    /// The reason why it was moved.
    pub because: Option<String>,
}

/// A change of the stock of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockStep {
    /// The number of the event.
    pub seq: u64,
    /// When it was recorded, UTC.
    pub at: At,
    /// The name of the person who recorded it.
    pub by: String,
    /// True when the amount replaces what there was, false when it is added.
    pub anew: bool,
    /// The amount in the resource's own unit.
    pub amount: u64,
    pub source: Source,
    /// The reason that was given.
    pub because: String,
}
