//! saydo: outage communications that say only what the record backs.
//!
//! The rooms and the arrows between them are described in `ARCHITECTURE.md`.

pub mod check;
pub mod cli;
pub mod desk;
pub mod domain;
pub mod languages;
pub mod publish;
pub mod render;
pub mod store;
#[cfg(test)]
mod testing;
