//! The right that a statement or its approval needs. Does not know who has it.

use crate::domain::record::statement_event::StatementEvent;
use crate::domain::team::needed::{RightNeeded, needs_whole_right};
use crate::domain::team::right::Right;

pub(super) fn right_for_statement(event: &StatementEvent) -> Option<RightNeeded<'static>> {
    match event {
        StatementEvent::PreApprovalUsed { .. } => None,
        StatementEvent::StatementIssued(_) => needs_whole_right(Right::Issue),
        StatementEvent::DraftSubmitted { .. } => needs_whole_right(Right::Draft),
        StatementEvent::StatementApproved { .. }
        | StatementEvent::StatementRejected { .. }
        | StatementEvent::PreApproved { .. } => needs_whole_right(Right::Approve),
        StatementEvent::ApprovalOverridden { .. } => needs_whole_right(Right::Override),
    }
}
