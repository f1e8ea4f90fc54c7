//! Finds claims in text and holds them against facts. Prints nothing and does not know who reads the finding.

pub mod homograph;
pub mod lint;
pub mod situation;
pub mod words;
