//! The right that an entry about the record itself needs. Does not know who has it.

use crate::domain::record::record_event::RecordEvent;
use crate::domain::team::needed::{RightNeeded, RightScope, needs_narrowed, needs_whole_right};
use crate::domain::team::right::Right;

pub(super) fn right_for_record(event: &RecordEvent) -> Option<RightNeeded<'static>> {
    match event {
        RecordEvent::Reminded { .. } | RecordEvent::HeadWitnessed { .. } => None,
        RecordEvent::TextAdopted { .. }
        | RecordEvent::DrillBegun {}
        | RecordEvent::ClockDeclaredWrong { .. }
        | RecordEvent::ClockAheadAllowed { .. }
        | RecordEvent::RecordRepaired { .. } => needs_whole_right(Right::Administer),
        RecordEvent::Retracted { .. } => needs_narrowed(Right::Record, RightScope::Word("links")),
    }
}
