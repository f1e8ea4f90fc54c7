//! The stop key: nothing more leaves until it is lifted. It cannot call back what has left.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::desk::publishing::outbox::list_outbox;
use crate::desk::publishing::recipients::People;
use crate::desk::{DeskError, Journal, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::next_step::NextStep;
use crate::domain::delivery::deliveries::{DeliveryStatus, Halt};
use crate::domain::record::delivery_event::DeliveryEvent;
use crate::domain::record::payload::EventPayload;

/// How far a statement had come at an outlet that has not sent all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    pub outlet: String,
    pub statement: u32,
    /// How many texts are there.
    pub delivered: usize,
    /// How many were handed over and not yet answered for: they may arrive.
    pub in_flight: usize,
    /// How many have not left.
    pub waiting: usize,
}

/// Stops everything: a sender that is at work claims nothing more. Gives the number of the entry.
///
/// # Errors
/// When it is stopped already, or the record cannot be written.
pub fn halt_sending(journal: &mut Journal, because: &str) -> Result<Option<u64>, DeskError> {
    write(journal, |halted| match halted {
        Some(halt) => Err(Refusal::new(
            format!(
                "everything is stopped already, by {}: {}",
                halt.by, halt.because
            ),
            NextStep::LiftHalt.after("to send again: "),
        )),
        None => Ok(DeliveryEvent::SendingHalted {
            because: because.to_owned(),
        }),
    })
}

/// Lets texts leave again.
///
/// # Errors
/// When nothing is stopped, or the record cannot be written.
pub fn lift_halt(journal: &mut Journal, because: &str) -> Result<Option<u64>, DeskError> {
    write(journal, |halted| match halted {
        Some(_) => Ok(DeliveryEvent::SendingResumed {
            because: because.to_owned(),
        }),
        None => Err(Refusal::new("nothing is stopped", "")),
    })
}

fn write(
    journal: &mut Journal,
    next: impl Fn(Option<&Halt>) -> Result<DeliveryEvent, Refusal>,
) -> Result<Option<u64>, DeskError> {
    let seqs = journal.record(|snapshot| {
        let event = next(snapshot.state.deliveries.halted.as_ref());
        let event = event.map_err(DeskError::NotAllowed)?;
        Ok(vec![(None, EventPayload::Delivery(event))])
    })?;
    Ok(seqs.last().copied())
}

/// What has begun to leave, or waits to: how many have it already.
pub fn list_progress(snapshot: &Snapshot, people: &People) -> Vec<Progress> {
    let mut all: BTreeMap<(String, u32), Progress> = BTreeMap::new();
    for item in list_outbox(snapshot, people) {
        let key = (item.outlet.clone(), item.parcel.statement);
        let progress = all.entry(key).or_insert_with(|| Progress {
            outlet: item.outlet.clone(),
            statement: item.parcel.statement,
            ..Progress::default()
        });
        match item.standing {
            DeliveryStatus::Delivered { .. } => progress.delivered += 1,
            DeliveryStatus::InFlight { .. } => progress.in_flight += 1,
            _ if item.overtaken || item.standing.is_settled() => {}
            _ => progress.waiting += 1,
        }
    }
    let is_open = |p: &Progress| p.in_flight + p.waiting > 0;
    all.into_values().filter(is_open).collect()
}
