//! What things are and what follows from what. Reads no clock, no file, no environment: time and identity
//! are arguments.
//!
//! The rooms stand in reading order: each uses only rooms above it.

pub mod base;
pub mod config;
pub mod record;
pub mod delivery;
pub mod team;
pub mod state;
pub mod network;
pub mod facts;
pub mod ledger;
pub mod admission;
pub mod speech;
pub mod review;
