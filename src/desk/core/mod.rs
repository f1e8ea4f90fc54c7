//! The record opened and written, the adopted files, the team: what every other room of the desk stands on. It says and
//! promises nothing.

pub mod adopt;
pub(crate) mod apart_share;
mod clock_ahead;
pub mod doubt;
pub mod entry;
pub mod error;
pub mod head_seen;
pub mod incident_facts;
pub mod journal;
pub mod playbooks_in_force;
mod reading;
pub mod rejoin;
pub mod repair;
pub mod seal;
pub mod shipped;
pub mod snapshot;
pub mod team;
pub(crate) mod verdict_cache;
pub mod keys;
pub mod location;
mod silent_server;
pub mod record_pages;
pub mod record_copies;
pub mod translation;
pub mod workspace_files;
pub mod describe;

#[cfg(test)]
mod kept_fold_tests;
