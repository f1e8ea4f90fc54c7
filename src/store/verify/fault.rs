//! What can be wrong with one event by itself, its signature or its place in the chain. Finds none of it.

use crate::domain::base::time::YEARS;
use crate::domain::record::event::EventError;
use crate::domain::state::replay::ReplayError;
use crate::domain::team::entitled::NotEntitled;

/// What is wrong with an event.
#[derive(Debug, thiserror::Error)]
pub(super) enum EventFault {
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
    #[error("only the first event names the record")]
    NamesRecord,
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
    #[error("a time in it, {0}, lies outside of the years from {first} to {last}", first = YEARS.start(), last = YEARS.end())]
    WrongYear(String),
    #[error("its time is before that of the event before it")]
    TimeFalls,
    #[error("it declares the clock wrong from event {0} on, which is not before it")]
    ClockOfTheFuture(u64),
    #[error(transparent)]
    NotEntitled(#[from] NotEntitled),
    #[error("statement {number} went out without the approval that the rules asked for: {why}")]
    NotApproved { number: u32, why: &'static str },
    #[error(transparent)]
    DoesNotFold(#[from] ReplayError),
}

impl EventFault {
    /// True when a clock that was wrong explains it.
    pub(super) fn is_of_clock(&self) -> bool {
        matches!(self, EventFault::WrongYear(_) | EventFault::TimeFalls)
    }
}
