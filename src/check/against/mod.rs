//! Verifies claims of a text against reference facts, and finds wording that may not be used whatever the facts are.
//! Reads no record and chooses no line: the facts and the texts come from the caller.

pub mod reference_facts;
pub mod time_comparison;

pub mod claim_verifier;

mod number;

mod states;

mod cause;

mod times;

mod commitments;

pub mod verify;

pub mod gate_reader;

pub mod literals;

pub mod quote;

pub mod wording;

pub mod checker;
