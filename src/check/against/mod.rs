//! Verifies claims of a text against reference facts, and finds wording that may not be used whatever the facts are.
//! Reads no record and chooses no line: the facts and the texts come from the caller.

pub mod facts_of_record;
pub mod record_object;
pub mod reference_facts;
pub mod time_comparison;

pub mod claim_verifier;

mod number_words;
mod verify_words;

mod counts;

mod states;

mod count_claims;

mod shares;

mod cause;

mod times;

mod commitments;

pub mod verify;

pub mod gate_reader;

pub mod literals;

pub mod quote;

pub mod wording;

mod allowances;
pub mod checker;
pub mod findings;
mod instead;
