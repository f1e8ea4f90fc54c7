//! Folds drafts, approvals and pre-approvals into the team. Does not know what the statements say.

use crate::domain::record::event::Event;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::team::team_fault::TeamFault;
use crate::domain::team::team_state::{Overridden, PreApproval, Submitted, Team};

impl Team {
    /// Takes in an entry about the approval of statements; statements themselves are passed over.
    ///
    /// # Errors
    /// When it names a draft or a pre-approval that no earlier event made.
    pub fn apply_approval(
        &mut self,
        event: &Event,
        payload: &StatementEvent,
    ) -> Result<(), TeamFault> {
        let (seq, by) = (event.seq, event.by.clone());
        match payload {
            StatementEvent::DraftSubmitted {
                draft,
                audience,
                incidents,
                text,
            } => self.submitted.push(Submitted {
                seq,
                at: event.at,
                by,
                draft: draft.clone(),
                audience: audience.clone(),
                incidents: incidents.clone(),
                text: text.clone(),
                approved: None,
                until: None,
                rejected: None,
            }),
            StatementEvent::StatementApproved { draft, until } => {
                let submitted = self.submission_mut(draft)?;
                submitted.approved = Some((seq, by, event.at));
                submitted.until = *until;
            }
            StatementEvent::StatementRejected { draft, because } => {
                self.submission_mut(draft)?.rejected = Some((seq, by, because.clone()));
            }
            StatementEvent::PreApproved { .. } => self.approve_in_advance(event, payload),
            StatementEvent::PreApprovalUsed { name, statement } => {
                let found = self.in_advance.iter_mut().rev().find(|p| p.name == *name);
                found
                    .ok_or_else(|| TeamFault::UnknownPreApproval(name.clone()))?
                    .used
                    .push(*statement);
            }
            StatementEvent::ApprovalOverridden { statement, because } => {
                self.overridden.push(Overridden {
                    seq,
                    by,
                    statement: *statement,
                    because: because.clone(),
                });
            }
            StatementEvent::StatementIssued(_) => {}
        }
        Ok(())
    }

    fn approve_in_advance(&mut self, event: &Event, payload: &StatementEvent) {
        let StatementEvent::PreApproved {
            name,
            playbook,
            audience,
            first,
            lines,
            channels,
            slots,
            until,
            ..
        } = payload
        else {
            return;
        };
        self.in_advance.push(PreApproval {
            seq: event.seq,
            by: event.by.clone(),
            name: name.clone(),
            playbook: playbook.clone(),
            audience: audience.clone(),
            first: *first,
            lines: lines.clone(),
            channels: channels.clone(),
            slots: slots.clone(),
            until: *until,
            used: Vec::new(),
        });
    }

    fn submission_mut(&mut self, draft: &str) -> Result<&mut Submitted, TeamFault> {
        let mut newest_first = self.submitted.iter_mut().rev();
        newest_first
            .find(|s| s.draft == draft)
            .ok_or_else(|| TeamFault::NotSubmitted(draft.to_owned()))
    }
}
