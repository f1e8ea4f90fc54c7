//! Folds shifts into the state, and hands everything else about the team to the team. Decides no right.

use crate::domain::record::event::Event;
use crate::domain::record::team_event::TeamEvent;
use crate::domain::state::fold::{Handover, State};
use crate::domain::state::replay::ReplayFault;

impl State {
    pub(super) fn apply_team(
        &mut self,
        event: &Event,
        payload: &TeamEvent,
    ) -> Result<(), ReplayFault> {
        match payload {
            TeamEvent::ShiftHandedOver { to, promises } => {
                self.handovers.push(Handover {
                    seq: event.seq,
                    at: event.at,
                    from: event.by.clone(),
                    to: to.clone(),
                    promises: promises.clone(),
                    accepted: None,
                });
                Ok(())
            }
            TeamEvent::ShiftAccepted { handover } => self.accept_shift(event, *handover),
            TeamEvent::PersonAdded { .. }
            | TeamEvent::RoleDefined { .. }
            | TeamEvent::RoleGranted { .. }
            | TeamEvent::RoleRevoked { .. }
            | TeamEvent::KeyTrusted { .. }
            | TeamEvent::KeyRevoked { .. }
            | TeamEvent::TeamRulesSet { .. } => Ok(self.team.apply_team(event, payload)?),
        }
    }

    /// Whoever took over the shift answers for its promises from now on.
    fn accept_shift(&mut self, event: &Event, handover: u64) -> Result<(), ReplayFault> {
        let handed = self.handovers.iter_mut().find(|h| h.seq == handover);
        let handed = handed.ok_or(ReplayFault::NoHandover(handover))?;
        handed.accepted = Some((event.seq, event.at, event.by.clone()));
        for number in handed.promises.clone() {
            let accepted = (event.seq, event.by.clone());
            self.promise_mut(number)?.accepted.push(accepted);
        }
        Ok(())
    }
}
