//! The change of shift: the promises that go along, and the next shift taking it on. It settles none of them.

use crate::desk::promise::ledger::list_ledger;
use crate::desk::{DeskError, Journal};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::next_step::NextStep;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::team_event::TeamEvent;

/// Hands the shift over, with every promise that is owed. Gives the event.
///
/// # Errors
/// When the name is empty.
pub fn hand_shift_over(journal: &mut Journal, to: &str) -> Result<u64, DeskError> {
    let seqs = journal.record(|snapshot| {
        let promises = list_ledger(snapshot)?
            .iter()
            .filter(|e| e.is_owed(&snapshot.state))
            .map(|e| e.promise.made.number)
            .collect();
        let handed = EventPayload::Team(TeamEvent::ShiftHandedOver {
            to: to.to_owned(),
            promises,
        });
        Ok(vec![(None, handed)])
    })?;
    Ok(seqs.first().copied().unwrap_or_default())
}

/// Takes on the shift that was handed over last. Gives how many promises came along.
///
/// # Errors
/// When none waits, or it was handed to somebody else.
pub fn take_shift_on(journal: &mut Journal) -> Result<usize, DeskError> {
    let taken = std::cell::Cell::new(0);
    journal.record(|snapshot| {
        let waiting = snapshot
            .state
            .handovers
            .iter()
            .rev()
            .find(|h| h.accepted.is_none());
        let Some(h) = waiting else {
            return Err(Refusal::new(
                "no shift waits to be taken on",
                NextStep::HandOver.after("hand one over: "),
            )
            .into());
        };
        if !h.to.eq_ignore_ascii_case(&snapshot.clock.by) {
            return Err(DeskError::NotBacked {
                what: format!(
                    "the shift was handed to {}, and you are {}",
                    h.to, snapshot.clock.by
                ),
                hints: vec![
                    NextStep::AcceptShiftAs {
                        person: h.to.clone(),
                    }
                    .after("act as the one who takes it on: "),
                ],
            });
        }
        taken.set(h.promises.len());
        Ok(vec![(
            None,
            EventPayload::Team(TeamEvent::ShiftAccepted { handover: h.seq }),
        )])
    })?;
    Ok(taken.get())
}
