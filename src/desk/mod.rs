//! Puts the steps in order: open, decide, append; derive, compose, gate, issue. Parses no arguments, prints
//! nothing, and holds no rule of its own.
//!
//! A room uses only the rooms above it here; statement and promise do not know each other, nor do publishing and incident:
//! core ◀ {statement, promise} ◀ {publishing, incident} ◀ notice ◀ due ◀ screen. An incident is closed only when its promises are settled, and
//! what goes out is judged as a statement first; hence statement and promise are below.

pub mod core;
pub mod statement;

pub mod promise;

#[cfg(feature = "cli")]
pub mod publishing;

pub mod incident;

#[cfg(feature = "cli")]
pub mod notice;

#[cfg(feature = "cli")]
pub mod due;

#[cfg(feature = "serve")]
pub mod screen;

pub use self::core::entry::Entry;
pub use self::core::error::DeskError;
pub use self::core::journal::Journal;
pub use self::core::snapshot::{Clock, Snapshot};
pub(crate) use self::core::snapshot::{ReadConfig, format_moment};
