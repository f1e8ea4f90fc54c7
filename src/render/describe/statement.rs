//! Statements and their approval in one line each. Does not repeat what a statement says.

use crate::domain::record::statement_event::StatementEvent;

pub(super) fn describe_statement(event: &StatementEvent) -> String {
    match event {
        StatementEvent::StatementIssued(s) => {
            format!("issued statement {} to {}", s.number, s.audience)
        }
        StatementEvent::DraftSubmitted { draft, .. } => {
            format!("draft {draft} submitted for approval")
        }
        StatementEvent::StatementApproved { draft, .. } => format!("draft {draft} approved"),
        StatementEvent::StatementRejected { draft, because } => {
            format!("draft {draft} rejected: {because}")
        }
        StatementEvent::PreApproved {
            name,
            playbook,
            because,
            ..
        } => format!("approved in advance, {name}: {playbook} ({because})"),
        StatementEvent::PreApprovalUsed { name, statement } => {
            format!("statement {statement} went out as approved in advance ({name})")
        }
        StatementEvent::ApprovalOverridden { statement, because } => {
            format!("statement {statement} went out WITHOUT APPROVAL: {because}")
        }
    }
}
