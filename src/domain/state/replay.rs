//! Why an event cannot be folded after those before it. Repairs nothing.

use thiserror::Error;

use crate::domain::base::incident::IncidentId;
use crate::domain::team::team_fault::TeamFault;

/// An event that does not fit the events before it.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("event {seq} ({kind}) does not fit the record: {why}")]
pub struct ReplayError {
    /// The number of the event.
    pub seq: u64,
    /// The kind of its payload.
    pub kind: &'static str,
    /// What it names that no earlier event made.
    pub why: ReplayFault,
}

/// What an event names that no earlier event made.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum ReplayFault {
    /// The payload belongs to an incident, and the envelope names none.
    #[error("it names no incident")]
    NoIncidentNamed,
    /// No earlier event declared this incident.
    #[error("there is no incident {0}")]
    UnknownIncident(IncidentId),
    /// An earlier event declared the same incident.
    #[error("incident {0} was declared before")]
    DeclaredBefore(IncidentId),
    /// No earlier event made the promise of this number.
    #[error("there is no promise {0}")]
    UnknownPromise(u32),
    /// The event of this number handed over no shift.
    #[error("event {0} handed no shift over")]
    NoHandover(u64),
    /// It does not fit the team.
    #[error(transparent)]
    Team(#[from] TeamFault),
}
