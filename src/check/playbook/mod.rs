//! Checks a playbook before it is adopted: its file, its texts, and what it says in the situations of its test matrix.
//! Does not compose statements itself and does not decide whether a playbook is adopted.

pub mod homograph;
pub mod situation;

pub mod lint;
mod promises;
