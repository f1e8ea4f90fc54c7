//! Verifies claims of a text against reference facts, and finds wording that may not be used whatever the facts are.
//! Reads no record and chooses no line: the facts and the texts come from the caller.

// What texts are verified against.
pub mod reference_facts;
pub mod facts_of_record;
pub mod record_object;
pub mod known_json;

// One sentence.
mod reason;
pub mod verified_claim;
mod fact_values;
pub mod told_times;
mod sentence_under_check;
mod verify_words;
mod named_services;
mod number_words;
mod counts;
mod sources;
mod state_words;
mod state_in_front;
mod told_returns;
mod states;
mod service_states;
mod denied_reports;
mod denied_wholes;
mod moved_plans;
mod lengths;
mod count_claims;
mod shares;
mod cause;
mod goods;
mod customers;
mod work;
mod unrecorded;
mod contacts;
pub mod time_comparison;
mod time_topics;
mod zones;
mod times;
mod time_kinds;
mod commitments;
pub mod verify_sentence;

// Our own drafts.
pub mod hand_words;
pub mod gate_reader;
pub mod literals;

// Texts of others.
pub mod wording;
pub mod findings;
mod instead;
pub mod checker;
pub mod quote;
