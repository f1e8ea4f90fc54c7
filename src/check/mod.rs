//! Finds claims in texts and verifies them against facts; checks playbooks. Prints nothing, opens no file, and does not
//! know who reads what it finds.
//!
//! The rooms stand in reading order: each uses only rooms above it. The words of each language are data in
//! `languages/`.

pub mod reading;
pub mod against;
pub mod playbook;

#[cfg(test)]
mod reader_tests;
