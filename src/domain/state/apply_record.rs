//! Folds adopted files, reminders and retractions into the state. Reads no file.

use std::sync::Arc;

use crate::domain::record::event::Event;
use crate::domain::record::record_event::RecordEvent;
use crate::domain::state::fold::{Adopted, Retraction, State};

impl State {
    pub(super) fn apply_record(&mut self, event: &Event, payload: &RecordEvent) {
        match payload {
            RecordEvent::TextAdopted {
                text_kind,
                name,
                digest,
                text,
            } => {
                self.texts.insert(digest.clone(), text.clone());
                let adopted = Adopted {
                    seq: event.seq,
                    digest: digest.clone(),
                };
                let of_kind = self.adopted.entry(*text_kind).or_default();
                of_kind.insert(name.clone(), adopted);
            }
            RecordEvent::DrillBegun {} => self.is_drill = true,
            RecordEvent::Reminded { keys } => {
                for key in keys {
                    self.reminded.insert(key.clone(), event.at);
                }
            }
            RecordEvent::HeadWitnessed { outlets, .. } => {
                for outlet in outlets {
                    self.witnessed.insert(outlet.clone(), event.at);
                }
            }
            // Their effect is on the order of time and on the store; the door knows it.
            RecordEvent::ClockDeclaredWrong { .. }
            | RecordEvent::ClockAheadAllowed { .. }
            | RecordEvent::RecordRepaired { .. } => {}
            RecordEvent::Retracted { seq, because } => self.retract_entry(*seq, event.seq, because),
        }
    }

    /// Leaves an entry out. Every entry that may be retracted is kept with its number, so nothing else changes.
    fn retract_entry(&mut self, entry: u64, by: u64, because: &str) {
        let link = self
            .links
            .iter()
            .find(|(_, r)| r.iter().any(|r| r.seq == entry))
            .map(|(l, _)| l.clone());
        for reports in self.links.values_mut() {
            if reports.iter().any(|r| r.seq == entry) {
                Arc::make_mut(reports).retain(|r| r.seq != entry);
            }
        }
        for incident in self.incidents.values_mut() {
            incident.steps.retain(|s| s.seq != entry);
            incident.notes.retain(|n| n.seq != entry);
            incident.own_sentences.retain(|s| s.seq != entry);
            for notings in incident.noted.values_mut() {
                notings.retain(|n| n.seq != entry);
            }
        }
        self.notes.retain(|n| n.seq != entry);
        self.retracted.insert(
            entry,
            Retraction {
                by,
                because: because.to_owned(),
                link,
            },
        );
    }
}
