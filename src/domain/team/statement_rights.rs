//! The right that a statement or its approval needs. Does not know who has it.

use crate::domain::record::statement_event::StatementEvent;
use crate::domain::team::needed::{RightNeeded, needs};
use crate::domain::team::right::Right;

pub(super) fn right_for_statement(event: &StatementEvent) -> Option<RightNeeded<'static>> {
    match event {
        StatementEvent::PreApprovalUsed { .. } => None,
        StatementEvent::StatementIssued(_) => needs(Right::Issue),
        StatementEvent::DraftSubmitted { .. } => needs(Right::Draft),
        StatementEvent::StatementApproved { .. }
        | StatementEvent::StatementRejected { .. }
        | StatementEvent::PreApproved { .. } => needs(Right::Approve),
        StatementEvent::ApprovalOverridden { .. } => needs(Right::Override),
    }
}
