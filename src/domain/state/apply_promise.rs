//! Folds the steps of promises into the state. Does not judge whether one was kept in time.

use std::sync::Arc;

use crate::domain::base::link::LinkId;
use crate::domain::config::promise_kind::Per;
use crate::domain::record::event::Event;
use crate::domain::record::promise_event::{PromiseEvent, PromiseMade};
use crate::domain::state::fold::State;
use crate::domain::state::promise::{AnnouncedDue, Attestation, Promise, Withdrawal};
use crate::domain::state::replay::ReplayFault;

impl State {
    pub(super) fn apply_promise(
        &mut self,
        event: &Event,
        payload: &PromiseEvent,
    ) -> Result<(), ReplayFault> {
        match payload {
            PromiseEvent::PromiseMade(made) => {
                self.add_promise(event, made);
                Ok(())
            }
            PromiseEvent::PromiseAccepted { number } => {
                let accepted = (event.seq, event.by.clone());
                self.promise_mut(*number)?.accepted.push(accepted);
                Ok(())
            }
            PromiseEvent::PromiseRevised { .. } | PromiseEvent::PromiseCarriedOver { .. } => {
                self.move_due_time(event, payload)
            }
            PromiseEvent::PromiseWithdrawn { .. } | PromiseEvent::PromiseKept { .. } => {
                self.settle_promise(event, payload)
            }
        }
    }

    fn add_promise(&mut self, event: &Event, made: &PromiseMade) {
        let first = AnnouncedDue {
            seq: event.seq,
            at: event.at,
            due: made.due,
            ends: made.ends,
            statement: made.statement,
            because: None,
        };
        let scope = self.scope_when_made(event, made);
        if let Some(id) = &event.incident {
            let place = self.promises.len();
            self.promised.entry(id.clone()).or_default().push(place);
        }
        self.promises.push(Arc::new(Promise {
            seq: event.seq,
            at: event.at,
            by: event.by.clone(),
            incident: event.incident.clone(),
            scope,
            uses: made.uses.clone(),
            made: made.clone(),
            dues: vec![first],
            accepted: Vec::new(),
            attested: None,
            carried_over: None,
            withdrawn: None,
        }));
    }

    /// What a promise covers: what it says, and in an older record the scope of its incident at that event.
    fn scope_when_made(&self, event: &Event, made: &PromiseMade) -> Vec<LinkId> {
        if !made.scope.is_empty() {
            return made.scope.clone();
        }
        let incident = event.incident.as_ref();
        let incident = incident.and_then(|id| self.incidents.get(id));
        match (&made.subject, made.per) {
            (Some(subject), Some(Per::Link | Per::Region) | None) => vec![subject.clone()],
            (None, Some(Per::Incident) | None) => {
                incident.map(|i| i.links_in_scope()).unwrap_or_default()
            }
            _ => Vec::new(),
        }
    }

    /// Takes in a revision or a promise that is carried over; any other payload is passed over.
    fn move_due_time(&mut self, event: &Event, payload: &PromiseEvent) -> Result<(), ReplayFault> {
        match payload {
            PromiseEvent::PromiseRevised {
                number,
                due,
                ends,
                statement,
                because,
                uses,
                scope,
                ..
            } => {
                let promise = self.promise_mut(*number)?;
                promise.dues.push(AnnouncedDue {
                    seq: event.seq,
                    at: event.at,
                    due: *due,
                    ends: *ends,
                    statement: *statement,
                    because: because.clone(),
                });
                if !uses.is_empty() {
                    promise.uses.clone_from(uses);
                }
                if !scope.is_empty() {
                    promise.scope.clone_from(scope);
                }
            }
            PromiseEvent::PromiseCarriedOver {
                number,
                to,
                due,
                ends,
            } => {
                self.join_promise(*number, to);
                let promise = self.promise_mut(*number)?;
                promise.carried_over = Some((event.seq, to.clone()));
                if promise.current_due().due != *due {
                    promise.dues.push(AnnouncedDue {
                        seq: event.seq,
                        at: event.at,
                        due: *due,
                        ends: *ends,
                        statement: None,
                        because: Some(format!("carried over to {to}")),
                    });
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// A promise that is carried over to an incident, by a merge, is one of that incident from then on.
    fn join_promise(&mut self, number: u32, to: &str) {
        let place = self.promises.iter().position(|p| p.made.number == number);
        let (Some(place), true) = (place, self.incidents.contains_key(to)) else {
            return;
        };
        let places = self.promised.entry(to.to_owned()).or_default();
        if !places.contains(&place) {
            places.push(place);
            places.sort_unstable();
        }
    }

    /// Takes in a withdrawal or an attestation, of which the first counts; any other payload is passed over.
    fn settle_promise(&mut self, event: &Event, payload: &PromiseEvent) -> Result<(), ReplayFault> {
        match payload {
            PromiseEvent::PromiseWithdrawn {
                number,
                because,
                statement,
            } => {
                let taken = Withdrawal {
                    seq: event.seq,
                    at: event.at,
                    because: because.clone(),
                    statement: *statement,
                };
                let promise = self.promise_mut(*number)?;
                promise.withdrawn.get_or_insert(Box::new(taken));
            }
            PromiseEvent::PromiseKept {
                number,
                evidence,
                kept_at,
            } => {
                let attested = Attestation {
                    seq: event.seq,
                    at: kept_at.unwrap_or(event.at),
                    by: event.by.clone(),
                    evidence: evidence.clone(),
                };
                let promise = self.promise_mut(*number)?;
                promise.attested.get_or_insert(Box::new(attested));
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn promise_mut(&mut self, number: u32) -> Result<&mut Promise, ReplayFault> {
        let mut all = self.promises.iter_mut();
        all.find(|p| p.made.number == number)
            .map(Arc::make_mut)
            .ok_or(ReplayFault::UnknownPromise(number))
    }
}
