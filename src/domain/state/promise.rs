//! A promise as the record tells it, and steps of stock. Judges nothing: verdicts are of the ledger.

use crate::domain::base::incident::IncidentId;
use crate::domain::base::link::Source;
use crate::domain::base::time::{At, When};
use crate::domain::record::promise_event::{Evidence, PromiseMade, Reserved};
use serde::{Deserialize, Serialize};

/// An entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The event that made it.
    pub seq: u64,
    /// When it was made.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub at: At,
    /// By whom.
    pub by: String,
    /// The incident.
    pub incident: Option<IncidentId>,
    /// As it was made.
    pub made: PromiseMade,
    /// What it uses now.
    pub uses: Vec<Reserved>,
    /// The due times, the first to the last, each with the event and statement that said it.
    pub dues: Vec<Due>,
    /// Who took it upon themselves, each with the event.
    pub accepted: Vec<(u64, String)>,
    /// Attested as kept.
    pub attested: Option<Box<Attested>>,
    /// It outlived its incident: the event, and who keeps it.
    pub carried_over: Option<(u64, String)>,
    /// Taken back.
    pub withdrawn: Option<Box<Taken>>,
}

impl Promise {
    /// The due time that stands.
    pub fn due(&self) -> &Due {
        // A promise is made with a due time, so the list is never empty.
        &self.dues[self.dues.len() - 1]
    }

    /// The due time that its audience was told last.
    pub fn told(&self) -> Option<&Due> {
        self.dues.iter().rev().find(|d| d.statement.is_some())
    }

    /// The role or person that keeps it.
    pub fn keeper(&self) -> &str {
        self.carried_over
            .as_ref()
            .map_or(&self.made.owner, |(_, to)| to)
    }

    /// Who took it upon themselves last.
    pub fn holder(&self) -> Option<&str> {
        self.accepted.last().map(|(_, who)| who.as_str())
    }
}

/// How a promise was attested as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attested {
    /// The event.
    pub seq: u64,
    /// When it was kept.
    pub at: At,
    /// By whom it was attested.
    pub by: String,
    /// What shows it.
    pub evidence: Evidence,
}

/// How a promise was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taken {
    /// The event.
    pub seq: u64,
    /// When.
    pub at: At,
    /// Why.
    pub because: String,
    /// The statement that said so.
    pub statement: Option<u32>,
}

/// A due time as it was said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// The event.
    pub seq: u64,
    /// When that was recorded.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub at: At,
    /// The time.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub due: When,
    /// The instant at which that has passed, when the event says so.
    #[serde(with = "crate::domain::base::time::in_numbers::or_none")]
    pub ends: Option<At>,
    /// The statement that said it; none when nobody has been told.
    pub statement: Option<u32>,
    /// Why it was moved.
    pub because: Option<String>,
}

/// A change of the stock of a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockStep {
    /// The event.
    pub seq: u64,
    /// When.
    pub at: At,
    /// By whom.
    pub by: String,
    /// It is set anew, not added to.
    pub anew: bool,
    /// How much.
    pub amount: u64,
    /// Who says so.
    pub source: Source,
    /// Why.
    pub because: String,
}
