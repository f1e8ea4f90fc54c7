//! The order of time in a record: no event is older than the one before it, but after an entry that declares a clock wrong.
//! What a wrong clock wrote counts as written when it went wrong. Reads no clock.

use crate::domain::base::time::{At, is_plausible, to_rfc3339};
use crate::domain::record::event::Event;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::RecordEvent;
use crate::domain::state::fold::State;
use crate::store::verify::fault::EventFault;

/// What the bytes of an entry have that declares a clock wrong.
pub(super) const DECLARATION: &str = "\"kind\":\"ClockDeclaredWrong\"";

/// An event is of a year of the record, with all times in it, and not older than what the state holds.
pub(super) fn check_times(state: &State, event: &Event) -> Result<(), EventFault> {
    let implausible = match is_plausible(event.at) {
        true => event.payload.find_implausible_time(),
        false => Some(to_rfc3339(event.at)),
    };
    if let Some(time) = implausible {
        return Err(EventFault::WrongYear(time));
    }
    if let Some((seq, from)) = declared_range(event)
        && !(2..seq).contains(&from)
    {
        return Err(EventFault::ClockOfTheFuture(from));
    }
    if state.at.is_some_and(|last| event.at < last) {
        return Err(EventFault::TimeFalls);
    }
    Ok(())
}

/// Gives the events of a wrong clock the time of the last event before it. Where that one is in the state already, the
/// whole record has to be read, which its reader does: [`super::reaches_back`].
pub(super) fn set_aside_wrong_times(
    state: &State,
    read: &mut [Option<Event>],
    wrong_from: Option<u64>,
) {
    let first = state.seq + 1;
    let declared: Vec<(u64, u64)> = read.iter().flatten().filter_map(declared_range).collect();
    let assumed = wrong_from.map(|from| (u64::MAX, from));
    for (seq, from) in declared.into_iter().chain(assumed) {
        let at_floor = |floor: At, event: &mut Event| {
            event.at = floor;
            event.payload.say_not_after(floor);
        };
        let before = from.checked_sub(1 + first);
        let floor = match before.and_then(|i| usize::try_from(i).ok()) {
            Some(i) => read.get(i).and_then(|e| e.as_ref()).map(|e| e.at),
            None => state.at,
        };
        let Some(floor) = floor else { continue };
        for event in read.iter_mut().flatten() {
            if (from..seq).contains(&event.seq) {
                at_floor(floor, event);
            }
        }
    }
}

/// The number of the event, and of the first that a wrong clock wrote.
fn declared_range(event: &Event) -> Option<(u64, u64)> {
    match &event.payload {
        EventPayload::Record(RecordEvent::ClockDeclaredWrong { from, .. }) => {
            Some((event.seq, *from))
        }
        _ => None,
    }
}
