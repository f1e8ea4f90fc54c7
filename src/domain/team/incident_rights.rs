//! The right that a step of an incident needs. Does not know who has it.

use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::team::needed::{RightNeeded, RightScope, needs_narrowed, needs_whole_right};
use crate::domain::team::right::Right;

pub(super) fn right_for_incident(event: &IncidentEvent) -> Option<RightNeeded<'_>> {
    match event {
        IncidentEvent::NoteTaken { .. } => None,
        IncidentEvent::IncidentDeclared { .. }
        | IncidentEvent::ScopeChanged { .. }
        | IncidentEvent::PlaybookChanged { .. }
        | IncidentEvent::IncidentClosed { .. } => {
            needs_narrowed(Right::Record, RightScope::Word("links"))
        }
        IncidentEvent::FactNoted { .. } => needs_narrowed(Right::Record, RightScope::Word("facts")),
        IncidentEvent::SentenceWritten { .. } | IncidentEvent::SentenceEnded { .. } => {
            needs_whole_right(Right::Draft)
        }
        IncidentEvent::DisclosureSet { path, .. } => {
            needs_narrowed(Right::Disclose, RightScope::Word(path))
        }
    }
}
