//! Who signed an event: from the first trusted key on, every event is signed by a key that its author had at that time.
//! Does not know what the author may do.

use std::collections::BTreeMap;

use crate::domain::base::parallel;
use crate::domain::record::event::Event;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::team_event::TeamEvent;
use crate::domain::state::fold::State;
use crate::domain::team::team_state::key_id;
use crate::store::Stored;
use crate::store::sign::is_signed;
use crate::store::verify::fault::EventFault;

/// So many signatures are worth threads.
const WORTH_THREADS: usize = 16;

/// Whether the signature of each event is of the key that it names. A key is known by its digest, so this needs no order;
/// whether it was in force is asked later.
pub(super) fn check_all(state: &State, read: &[Option<Event>], events: &[Stored]) -> Vec<bool> {
    let known = state
        .team
        .keys
        .iter()
        .map(|(id, k)| (id.clone(), k.public.clone()));
    let new = read.iter().flatten().filter_map(|e| match &e.payload {
        EventPayload::Team(TeamEvent::KeyTrusted { key, .. }) => Some((key_id(key), key.clone())),
        _ => None,
    });
    let publics: BTreeMap<String, String> = known.chain(new).collect();
    let pairs: Vec<(&Option<Event>, &Stored)> = read.iter().zip(events).collect();
    parallel::map_slice(&pairs, WORTH_THREADS, |(event, stored)| {
        let id = event.as_ref().and_then(|e| e.key.as_ref());
        let public = id.and_then(|id| publics.get(id));
        match (public, &stored.signature) {
            (Some(public), Some(signature)) => is_signed(public, &stored.hash, signature),
            _ => false,
        }
    })
}

/// Checks the signature of an event, given whether it is of the key that the event names.
pub(super) fn check(
    state: &State,
    event: &Event,
    stored: &Stored,
    is_of_its_key: bool,
) -> Result<(), EventFault> {
    let team = &state.team;
    match (&event.payload, &event.key) {
        // No key can vouch for the first one, so it signs its own event.
        (EventPayload::Team(TeamEvent::KeyTrusted { person, key }), Some(id))
            if !team.has_keys() =>
        {
            if *person != event.by || key_id(key) != *id {
                return Err(EventFault::FirstKeyOfAnother);
            }
        }
        (_, Some(id)) if !team.has_keys() => {
            return Err(EventFault::KeyTooEarly(id.clone()));
        }
        (_, None) if !team.has_keys() => return Ok(()),
        (_, None) => {
            return Err(EventFault::Unsigned(event.by.clone()));
        }
        (_, Some(id)) => {
            if team.key_of(&event.by, id).is_none() {
                return Err(EventFault::KeyNotInForce {
                    key: id.clone(),
                    by: event.by.clone(),
                });
            }
        }
    }
    match &stored.signature {
        None => Err(EventFault::Stripped),
        Some(_) if is_of_its_key => Ok(()),
        Some(_) => Err(EventFault::WrongSignature),
    }
}
