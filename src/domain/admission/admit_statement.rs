//! Whether the approval of a statement may enter the record. It does not read the statement: that is the gate.

use crate::domain::admission::refusal::Refusal;
use crate::domain::admission::wording::{check_given, check_one_line};
use crate::domain::record::statement_event::StatementEvent;

pub(super) fn admit_statement(event: &StatementEvent) -> Result<(), Refusal> {
    match event {
        StatementEvent::StatementIssued(_)
        | StatementEvent::DraftSubmitted { .. }
        | StatementEvent::StatementApproved { .. }
        | StatementEvent::PreApprovalUsed { .. } => Ok(()),
        StatementEvent::StatementRejected { because, .. }
        | StatementEvent::ApprovalOverridden { because, .. } => check_given("reason", because),
        StatementEvent::PreApproved { name, because, .. } => {
            check_one_line("name", name)?;
            check_given("reason", because)
        }
    }
}
