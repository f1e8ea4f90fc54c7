//! Finds claims in text and holds them against facts. Prints nothing and does not know who reads the finding.

pub mod checker;
pub mod claims;
pub mod clockface;
pub mod deadline;
pub mod eyes;
pub mod features;
pub mod hold;
pub mod homograph;
pub mod known;
pub mod lint;
pub mod markup;
pub mod moments;
pub mod patterns;
pub mod quote;
pub mod reader;
pub mod sentence;
pub mod situation;
pub mod text;
pub mod wording;
pub mod words;
