//! The record opened and written, the adopted files, the team: what every other room of the desk stands on. It says and
//! promises nothing.

pub mod adopt;
pub mod desk;
pub mod rejoin;
pub mod shipped;
pub mod team;
pub(crate) mod verdict_cache;
