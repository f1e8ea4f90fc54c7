//! Whether a record is one unbroken chain, and where it first is not.

use crate::domain::event::{Event, GENESIS, canonical, sha256};
use crate::domain::happening::Happening;
use crate::domain::state::State;
use crate::store::Stored;

/// The first event that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The event's number, or the number that was expected.
    pub seq: u64,
    /// What is wrong with it.
    pub what: String,
}

/// Checks numbers, hashes, chain, canonical form and fold, from the first event on.
///
/// # Errors
/// The first event that does not fit.
pub fn verify(events: &[Stored]) -> Result<State, Break> {
    let mut prev = GENESIS.to_owned();
    let mut state = State::default();
    for (i, stored) in events.iter().enumerate() {
        let seq = i as u64 + 1;
        let fail = |what: String| Err(Break { seq, what });
        if stored.seq != seq {
            return fail(format!(
                "event {seq} is missing: number {} stands in its place",
                stored.seq
            ));
        }
        if sha256(stored.bytes.as_bytes()) != stored.hash {
            return fail("its content is not what its hash says: it was changed".into());
        }
        let event = match Event::read(seq, &stored.bytes) {
            Ok(event) => event,
            Err(error) => return fail(error.to_string()),
        };
        if event.seq != seq {
            return fail(format!("it says that it is event {}", event.seq));
        }
        if event.prev != prev {
            return fail("it does not follow the event before it: something was removed, inserted or swapped".into());
        }
        let is_canonical = serde_json::from_str::<serde_json::Value>(&stored.bytes)
            .ok()
            .and_then(|v| canonical(&v).ok())
            .is_some_and(|text| text == stored.bytes);
        if !is_canonical {
            return fail("it is not written in canonical form".into());
        }
        if let Err(what) = contents(&event) {
            return fail(what);
        }
        if let Err(misfit) = state.apply(&event) {
            return fail(misfit.to_string());
        }
        prev.clone_from(&stored.hash);
    }
    Ok(state)
}

/// Digests inside of an event.
fn contents(event: &Event) -> Result<(), String> {
    match &event.happening {
        Happening::TextAdopted {
            digest, text, name, ..
        } if sha256(text.as_bytes()) != *digest => Err(format!(
            "the text of \"{name}\" is not what its digest says"
        )),
        Happening::StatementIssued(s) if s.compute_digest().as_ref() != Ok(&s.digest) => Err(
            format!("statement {} is not what its digest says", s.number),
        ),
        _ => Ok(()),
    }
}
