//! From a text to its sentences, and from a sentence to the times, words and commitments in it. Knows nothing of what
//! is on record: whether a claim is true is decided in `against`.

pub mod language_files;
pub mod markup;
pub mod sentence;
pub mod text;

pub mod time_mentions;
pub mod time_parts;
mod time_patterns;

pub mod features;

pub mod deadline;

pub mod promise_classifier;

pub mod claims;

pub mod patterns;
