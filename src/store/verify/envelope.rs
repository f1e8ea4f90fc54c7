//! One event by itself: its number, hash, predecessor, years and form. Asks nothing that needs the events before it folded.

use crate::domain::base::canonical::is_canonical_json;
use crate::domain::base::digest::sha256;
use crate::domain::record::event::Event;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::RecordEvent;
use crate::domain::record::statement::StatementIssued;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::state::fold::State;
use crate::store::Stored;
use crate::store::verify::Asked;
use crate::store::verify::fault::EventFault;

/// Where an event has to fit.
pub(super) struct Place<'a> {
    pub seq: u64,
    /// The hash of the event before it.
    pub prev: &'a str,
    pub stored: &'a Stored,
}

/// Reads an event and checks its number, its hash, the hash of the event before it; in full, its form and digests too.
pub(super) fn read(place: &Place<'_>, asked: Asked) -> Result<Event, EventFault> {
    let (seq, stored) = (place.seq, place.stored);
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
    if event.prev != place.prev {
        return Err(EventFault::Unchained);
    }
    check_text_digest(&event)?;
    if asked == Asked::InFull {
        check_form(&stored.bytes)?;
        check_statement_digest(&event, &stored.bytes)?;
    }
    Ok(event)
}

/// The first event alone names the record, so that no signed event fits into another one.
pub(super) fn check_record(state: &State, event: &Event) -> Result<(), EventFault> {
    match &event.record {
        Some(_) if state.seq > 0 => Err(EventFault::NamesRecord),
        _ => Ok(()),
    }
}

fn check_form(bytes: &str) -> Result<(), EventFault> {
    if !is_canonical_json(bytes) {
        return Err(EventFault::NotCanonical);
    }
    Ok(())
}

fn check_text_digest(event: &Event) -> Result<(), EventFault> {
    match &event.payload {
        EventPayload::Record(RecordEvent::TextAdopted {
            digest, text, name, ..
        }) if sha256(text.as_bytes()) != *digest => Err(EventFault::WrongText(name.clone())),
        _ => Ok(()),
    }
}

fn check_statement_digest(event: &Event, bytes: &str) -> Result<(), EventFault> {
    match &event.payload {
        EventPayload::Statement(StatementEvent::StatementIssued(s))
            if Event::payload_json(bytes)
                .and_then(StatementIssued::digest_of_payload)
                .as_ref()
                != Some(&s.digest) =>
        {
            Err(EventFault::WrongStatement(s.number))
        }
        _ => Ok(()),
    }
}
