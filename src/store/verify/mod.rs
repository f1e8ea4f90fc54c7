//! The one door to a record: takes events in, one after the other, and stops before the first that does not fit. Every
//! command reads through it, and `record verify` asks the same and more. Reads no files and repairs nothing.

mod approval;
mod clock;
mod envelope;
mod fault;
mod signature;

use crate::domain::base::parallel;
use crate::domain::record::event::{Event, EventError, Head};
use crate::domain::state::fold::State;
use crate::store::Stored;
use crate::store::verify::fault::EventFault;

/// So many events are worth threads.
const WORTH_THREADS: usize = 256;

/// The first event that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {seq}: {what}")]
pub struct ChainBreak {
    /// The event's number, or the number that was expected.
    pub seq: u64,
    /// What is wrong with it.
    pub what: String,
    /// True when a clock that was wrong explains it.
    pub of_clock: bool,
}

impl ChainBreak {
    pub(crate) fn new(seq: u64, what: String) -> Self {
        let of_clock = false;
        ChainBreak {
            seq,
            what,
            of_clock,
        }
    }

    fn of_fault(seq: u64, fault: &EventFault) -> Self {
        let (what, of_clock) = (fault.to_string(), fault.is_of_clock());
        ChainBreak {
            seq,
            what,
            of_clock,
        }
    }
}

/// How much is asked of each event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// Number, hash, chain, time, record, signature, right, approval: what nothing is believed without.
    AtTheDoor,
    /// Besides, the canonical form and the digests inside: `record verify`, and everything that copies a record.
    InFull,
}

/// Checks numbers, hashes, chain, signatures, rights, approvals, canonical form and fold, from the first event on.
///
/// # Errors
/// The first event that does not fit.
pub fn verify_events(events: &[Stored]) -> Result<(), ChainBreak> {
    fold_verified(events).map(drop)
}

/// The same; gives the state that the events fold to.
///
/// # Errors
/// The first event that does not fit.
pub(crate) fn fold_verified(events: &[Stored]) -> Result<State, ChainBreak> {
    let (mut state, mut head) = (State::default(), Head::empty());
    take_in(&mut state, &mut head, events, Asked::InFull)?;
    Ok(state)
}

/// The events of a record that went through the door, each at the time that counts.
///
/// # Errors
/// When an event cannot be read.
pub(crate) fn read_believed(events: &[Stored]) -> Result<Vec<Event>, EventError> {
    let read = parallel::map_slice(events, WORTH_THREADS, |s| Event::parse_at(s.seq, &s.bytes));
    let mut all: Vec<Option<Event>> = Vec::with_capacity(read.len());
    for event in read {
        all.push(Some(event?));
    }
    clock::set_aside_wrong_times(&State::default(), &mut all, None);
    Ok(all.into_iter().flatten().collect())
}

/// True when one of these events changes how events are read that the state holds already: the whole record has to be read.
pub(crate) fn reaches_back(state: &State, events: &[Stored]) -> bool {
    state.seq > 0 && events.iter().any(|e| e.bytes.contains(clock::DECLARATION))
}

/// Takes events in after those that the state holds. `events` ends where a batch ends, as a store gives them.
///
/// # Errors
/// The first event that does not fit. The state may then hold a part of it: fold those before it again.
pub(crate) fn take_in(
    state: &mut State,
    head: &mut Head,
    events: &[Stored],
    asked: Asked,
) -> Result<(), ChainBreak> {
    take_in_assuming(state, head, events, asked, None)
}

/// The same, as if the clock had been declared wrong from an event on.
pub(crate) fn take_in_assuming(
    state: &mut State,
    head: &mut Head,
    events: &[Stored],
    asked: Asked,
    wrong_from: Option<u64>,
) -> Result<(), ChainBreak> {
    let (mut read, misfit) = read_fitting(head, events, asked);
    clock::set_aside_wrong_times(state, &mut read, wrong_from);
    let signed = signature::check_all(state, &read, events);
    for i in 0..read.len() {
        let seq = head.seq + 1;
        let fail = |fault: EventFault| ChainBreak::of_fault(seq, &fault);
        let Some((event, following)) = read.get_mut(i..).and_then(<[_]>::split_first_mut) else {
            break;
        };
        let Some(event) = event.take() else { break };
        clock::check_times(state, &event).map_err(fail)?;
        envelope::check_record(state, &event).map_err(fail)?;
        signature::check(state, &event, &events[i], signed[i]).map_err(fail)?;
        state
            .check_entitled(&event.by, &event.payload)
            .map_err(|why| fail(why.into()))?;
        approval::check_approval(state, &event, following).map_err(fail)?;
        state
            .apply_owned(event)
            .map_err(|misfit| fail(misfit.into()))?;
        *head = Head {
            seq,
            hash: events[i].hash.clone(),
        };
    }
    misfit.map_or(Ok(()), Err)
}

/// The events up to the first that does not fit by itself, and what is wrong with that one.
fn read_fitting(
    head: &Head,
    events: &[Stored],
    asked: Asked,
) -> (Vec<Option<Event>>, Option<ChainBreak>) {
    let hashes = std::iter::once(&head.hash).chain(events.iter().map(|e| &e.hash));
    let places: Vec<envelope::Place> = (head.seq + 1..)
        .zip(hashes)
        .zip(events)
        .map(|((seq, prev), stored)| envelope::Place { seq, prev, stored })
        .collect();
    let all = parallel::map_slice(&places, WORTH_THREADS, |p| envelope::read(p, asked));
    let mut read = Vec::with_capacity(all.len());
    for (place, event) in places.iter().zip(all) {
        match event {
            Ok(event) => read.push(Some(event)),
            Err(fault) => {
                return (read, Some(ChainBreak::of_fault(place.seq, &fault)));
            }
        }
    }
    (read, None)
}

#[cfg(test)]
mod verify_tests;
#[cfg(test)]
mod door_tests;
