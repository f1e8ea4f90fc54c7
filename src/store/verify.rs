//! Checks that a record is one unbroken, signed and approved chain, and finds the first event that is not. Reads no files and
//! repairs nothing.

use crate::domain::base::digest::{sha256, to_canonical_json};
use crate::domain::record::event::{Event, EventError, GENESIS};
use crate::domain::speech::draft::draft_of;
use std::collections::BTreeMap;

use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::RecordEvent;
use crate::domain::record::statement::StatementIssued;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::record::team_event::TeamEvent;
use crate::domain::speech::slot::find_value_outside;
use crate::domain::state::fold::State;
use crate::domain::team::team_state::key_id;
use crate::store::Stored;
use crate::store::sign::is_signed;

/// The first event that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {seq}: {what}")]
pub struct ChainBreak {
    /// The event's number, or the number that was expected.
    pub seq: u64,
    /// What is wrong with it.
    pub what: String,
}

/// What is wrong with one event by itself, its signature or its place in the chain.
#[derive(Debug, thiserror::Error)]
enum EventFault {
    #[error("event {seq} is missing: number {found} stands in its place")]
    Missing { seq: u64, found: u64 },
    #[error("its content is not what its hash says: it was changed")]
    Changed,
    #[error(transparent)]
    Unreadable(#[from] EventError),
    #[error("it says that it is event {0}")]
    OtherNumber(u64),
    #[error("it does not follow the event before it: something was removed, inserted or swapped")]
    Unchained,
    #[error("it is not written in canonical form")]
    NotCanonical,
    /// The first key is trusted by somebody else than its owner.
    #[error("the first key is not of the one who trusts it")]
    FirstKeyOfAnother,
    #[error("it names the key {0}, and no key is trusted yet")]
    KeyTooEarly(String),
    #[error("it is not signed: it says that {0} wrote it, and names no key")]
    Unsigned(String),
    #[error("the key {key} was not in force for {by} at that time")]
    KeyNotInForce { key: String, by: String },
    #[error("its signature is missing: it was stripped")]
    Stripped,
    #[error("its signature is not of the key that it names")]
    WrongSignature,
    #[error("the text of \"{0}\" is not what its digest says")]
    WrongText(String),
    #[error("statement {0} is not what its digest says")]
    WrongStatement(u32),
}

/// Checks numbers, hashes, chain, canonical form and fold, from the first event on.
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
    let mut prev = GENESIS.to_owned();
    let mut state = State::default();
    let mut without: BTreeMap<u32, u64> = BTreeMap::new();
    for (i, stored) in events.iter().enumerate() {
        let seq = i as u64 + 1;
        let fail = |what: String| ChainBreak { seq, what };
        let at_fault = |fault: EventFault| fail(fault.to_string());
        let event = read_linked_event(seq, &prev, stored).map_err(at_fault)?;
        check_digests(&event).map_err(at_fault)?;
        check_signature(&state, &event, stored).map_err(at_fault)?;
        state
            .check_entitled(&event.by, &event.payload)
            .map_err(|why| fail(why.to_string()))?;
        note_approval(&mut without, &state, &event);
        state
            .apply_event(&event)
            .map_err(|misfit| fail(misfit.to_string()))?;
        prev.clone_from(&stored.hash);
    }
    if let Some((number, seq)) = without.into_iter().next() {
        return Err(ChainBreak {
            seq,
            what: format!(
                "statement {number} went out without the approval that the rules asked for"
            ),
        });
    }
    Ok(state)
}

/// Reads an event and checks its number, its hash, the hash of the event before it, and its canonical form.
fn read_linked_event(seq: u64, prev: &str, stored: &Stored) -> Result<Event, EventFault> {
    if stored.seq != seq {
        return Err(EventFault::Missing {
            seq,
            found: stored.seq,
        });
    }
    if sha256(stored.bytes.as_bytes()) != stored.hash {
        return Err(EventFault::Changed);
    }
    let event = Event::parse_at(seq, &stored.bytes)?;
    if event.seq != seq {
        return Err(EventFault::OtherNumber(event.seq));
    }
    if event.prev != prev {
        return Err(EventFault::Unchained);
    }
    let is_canonical = serde_json::from_str::<serde_json::Value>(&stored.bytes)
        .ok()
        .and_then(|v| to_canonical_json(&v).ok())
        .is_some_and(|text| text == stored.bytes);
    if !is_canonical {
        return Err(EventFault::NotCanonical);
    }
    Ok(event)
}

/// Notes statements that were issued without approval, until a later event of the same batch explains them. The values are
/// the numbers of the events.
fn note_approval(without: &mut BTreeMap<u32, u64>, state: &State, event: &Event) {
    match &event.payload {
        EventPayload::Statement(StatementEvent::StatementIssued(s)) if !is_approved(state, s) => {
            without.insert(s.number, event.seq);
        }
        EventPayload::Statement(StatementEvent::PreApprovalUsed { statement, name })
            if is_within(state, event, name, *statement) =>
        {
            without.remove(statement);
        }
        EventPayload::Statement(StatementEvent::ApprovalOverridden { statement, .. }) => {
            without.remove(statement);
        }
        _ => {}
    }
}

/// True when the rules ask for no approval, or exactly these bytes were approved.
fn is_approved(state: &State, s: &StatementIssued) -> bool {
    let team = &state.team;
    if !team.rules.approval {
        return true;
    }
    let Ok(draft) = draft_of(s) else {
        return false;
    };
    team.find_submission(&draft).is_some_and(|d| {
        d.audience == s.audience
            && d.rejected.is_none()
            && d.approved
                .as_ref()
                .is_some_and(|(_, by, _)| !team.rules.four_eyes || *by != d.by)
    })
}

/// True when a statement keeps to what was approved in advance under this name.
fn is_within(state: &State, event: &Event, name: &str, number: u32) -> bool {
    let (Some(p), Some(said)) = (
        state.team.find_pre_approval(name),
        state.find_statement(number),
    ) else {
        return false;
    };
    let s = &said.statement;
    let is_under = s.incidents.iter().all(|i| {
        let incident = state.incidents.get(i);
        incident.is_some_and(|i| i.playbook.name == p.playbook)
    });
    let fits = |list: &[String], one: &str| list.is_empty() || list.iter().any(|x| x == one);
    is_under
        && s.incidents.len() == 1
        && event.at < p.until
        && s.audience == p.audience
        && (!p.first || s.previous.is_none())
        && (!state.team.rules.four_eyes || p.by != event.by)
        && s.lines()
            .iter()
            .all(|l| fits(&p.lines, &l.id) && find_value_outside(&p.slots, l).is_none())
        && s.body
            .addresses()
            .iter()
            .all(|(channel, _)| fits(&p.channels, channel))
}

/// Checks the signature: from the first trusted key on, every event is signed by a key that its author had at that time.
fn check_signature(state: &State, event: &Event, stored: &Stored) -> Result<(), EventFault> {
    let team = &state.team;
    let public = match (&event.payload, &event.key) {
        // No key can vouch for the first one, so it signs its own event.
        (EventPayload::Team(TeamEvent::KeyTrusted { person, key }), Some(id))
            if !team.has_keys() =>
        {
            if *person != event.by || key_id(key) != *id {
                return Err(EventFault::FirstKeyOfAnother);
            }
            key.clone()
        }
        _ if !team.has_keys() => {
            return match &event.key {
                Some(id) => Err(EventFault::KeyTooEarly(id.clone())),
                None => Ok(()),
            };
        }
        (_, None) => {
            return Err(EventFault::Unsigned(event.by.clone()));
        }
        (_, Some(id)) => match team.key_of(&event.by, id) {
            Some(key) => key.public.clone(),
            None => {
                return Err(EventFault::KeyNotInForce {
                    key: id.clone(),
                    by: event.by.clone(),
                });
            }
        },
    };
    match &stored.signature {
        None => Err(EventFault::Stripped),
        Some(s) if is_signed(&public, &stored.hash, s) => Ok(()),
        Some(_) => Err(EventFault::WrongSignature),
    }
}

/// Checks the digests inside an event.
fn check_digests(event: &Event) -> Result<(), EventFault> {
    match &event.payload {
        EventPayload::Record(RecordEvent::TextAdopted {
            digest, text, name, ..
        }) if sha256(text.as_bytes()) != *digest => Err(EventFault::WrongText(name.clone())),
        EventPayload::Statement(StatementEvent::StatementIssued(s))
            if s.compute_digest().as_ref() != Ok(&s.digest) =>
        {
            Err(EventFault::WrongStatement(s.number))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
#[path = "verify_tests.rs"]
mod verify_tests;
