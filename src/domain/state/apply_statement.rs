//! Folds issued statements into the state, and hands their approval to the team. Checks no digest.

use std::sync::Arc;

use crate::domain::base::time::At;
use crate::domain::record::event::Event;
use crate::domain::record::statement::StatementIssued;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::state::fold::State;
use crate::domain::state::incident::Issued;
use crate::domain::state::replay::ReplayFault;

impl State {
    pub(super) fn apply_statement(
        &mut self,
        event: &Event,
        payload: &StatementEvent,
    ) -> Result<(), ReplayFault> {
        match payload {
            StatementEvent::StatementIssued(statement) => {
                self.add_statement(event.seq, event.at, &event.by, statement.clone())
            }
            StatementEvent::DraftSubmitted { .. }
            | StatementEvent::StatementApproved { .. }
            | StatementEvent::StatementRejected { .. }
            | StatementEvent::PreApproved { .. }
            | StatementEvent::PreApprovalUsed { .. }
            | StatementEvent::ApprovalOverridden { .. } => {
                Ok(self.team.apply_approval(event, payload)?)
            }
        }
    }

    pub(super) fn add_statement(
        &mut self,
        seq: u64,
        at: At,
        by: &str,
        statement: StatementIssued,
    ) -> Result<(), ReplayFault> {
        for id in &statement.incidents {
            let incident = self.incidents.get_mut(id);
            let incident = incident.ok_or_else(|| ReplayFault::UnknownIncident(id.clone()))?;
            incident.statements.push(statement.number);
        }
        let place = self.statements.len();
        for link in statement.links_with_window() {
            self.windows_told.entry(link).or_default().push(place);
        }
        self.statements.push(Arc::new(Issued {
            seq,
            at,
            by: by.to_owned(),
            statement,
        }));
        Ok(())
    }
}
