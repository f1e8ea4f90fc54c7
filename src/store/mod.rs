//! Keeps events in order and brings workspace files in. Judges no event and changes no written one.

pub mod apart;
pub mod disk;
pub mod files;
pub mod jsonl;
pub mod memory;
pub mod postgres;
pub mod sign;
pub mod snapshot;
pub mod sqlite;
pub mod verify;
pub mod yaml;

use thiserror::Error;

use crate::domain::record::event::Head;

/// An event as it is kept: canonical bytes and their hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its number.
    pub seq: u64,
    /// Its canonical JSON.
    pub bytes: String,
    /// SHA-256 of the bytes.
    pub hash: String,
    /// The signature over the hash, in hexadecimal, when the record has keys.
    pub signature: Option<String>,
}

/// What became of an append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// All of the batch is in the record, which now ends here.
    Done(Head),
    /// Nothing was written: somebody else wrote these first.
    Moved(Vec<Stored>),
}

/// Why the store cannot do it.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The file cannot be read or written.
    #[error("{path}: {what}")]
    Io {
        /// The file or folder.
        path: String,
        /// What happened.
        what: String,
    },
    /// Somebody else holds the record for too long.
    #[error("{path}: the record is locked by another process; nothing was written. Try again")]
    Busy {
        /// The file.
        path: String,
    },
    /// The server cannot be reached.
    #[error("{path}: the record cannot be reached: {what}")]
    Away {
        /// The server.
        path: String,
        /// What happened.
        what: String,
    },
    /// Written by a newer program.
    #[error(
        "{path}: the record's layout is version {found}, newer than the {known} that this program knows; use a newer saydo"
    )]
    Newer {
        /// The file.
        path: String,
        /// The version found.
        found: i64,
        /// The version known.
        known: i64,
    },
}

/// A record: an append-only sequence of events with one head.
pub trait Record {
    /// Where it ends.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn head(&self) -> Result<Head, StoreError>;

    /// The events after a number, in order; 0 gives all.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn events(&self, after: u64) -> Result<Vec<Stored>, StoreError>;

    /// One event by its number; none when there is no such event.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn event(&self, seq: u64) -> Result<Option<Stored>, StoreError>;

    /// Whether the store itself is whole: what a chain cannot tell, such as events that were lost at its end.
    ///
    /// # Errors
    /// When it is damaged.
    fn sound(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Appends a batch, all or none, if the record still ends where expected.
    ///
    /// # Errors
    /// When the store cannot be written; nothing is then in the record.
    fn append(&mut self, expected: &Head, batch: &[Stored]) -> Result<Appended, StoreError>;
}
