//! Stores the events of a record in order, and reads workspace files. Judges no event and never changes a written one.

pub mod offline_record;
pub mod disk;
pub mod files;
pub mod heads_seen;
pub mod jsonl;
pub mod memory;
pub mod own_file;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(not(feature = "postgres"))]
#[path = "no_postgres.rs"]
pub mod postgres;
pub mod server_url;
pub mod sign;
pub mod snapshot;
pub mod sqlite;
pub mod verify;
pub mod xliff;
pub mod yaml;

use thiserror::Error;

use crate::domain::base::digest::sha256;
use crate::domain::base::next_step::{Advice, NextStep};
use crate::domain::record::event::Head;

/// An event as it is stored: canonical bytes and their hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The number of the event, from 1 without gaps.
    pub seq: u64,
    /// Canonical JSON (RFC 8785).
    pub bytes: String,
    /// SHA-256 of the bytes.
    pub hash: String,
    /// The signature over the hash, in hexadecimal, when the record has keys.
    pub signature: Option<String>,
}

impl Stored {
    /// An event that nobody has signed: the hash is that of the bytes.
    pub fn new(seq: u64, bytes: String) -> Stored {
        Stored {
            seq,
            hash: sha256(bytes.as_bytes()),
            bytes,
            signature: None,
        }
    }
}

/// The outcome of an append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// The whole batch is in the record, which now ends at this head.
    Done(Head),
    /// Nothing was written, because another writer appended these events first.
    Moved(Vec<Stored>),
}

/// Why the store cannot read or write.
#[derive(Debug, Error)]
pub enum StoreError {
    /// A file or server cannot be read or written.
    #[error("{path}: {what}")]
    Io {
        /// The file or folder.
        path: String,
        /// What went wrong, as a lowercase fragment.
        what: String,
    },
    /// The record is missing, damaged or not made yet, and a step may mend it.
    #[error("{path}: {what}")]
    Unusable {
        /// The file of the record, or the address of its server.
        path: String,
        /// What is the matter, as a lowercase fragment.
        what: String,
        /// The step, with the words that join it to what is the matter.
        step: Advice,
    },
    /// Another process held the lock of the record for too long.
    #[error("{path}: the record is locked by another process; nothing was written. Try again")]
    Busy {
        /// The file of the record.
        path: String,
    },
    /// The server cannot be reached; trying again later may help.
    #[error("{path}: the record cannot be reached: {what}")]
    Away {
        /// The address of the server, without a password.
        path: String,
        /// What went wrong, as a lowercase fragment.
        what: String,
    },
    /// A newer program wrote the record.
    #[error(
        "{path}: the record's layout is version {found}, newer than the {known} that this program knows; use a newer saydo"
    )]
    Newer {
        /// The file of the record.
        path: String,
        /// The version of the layout in the file.
        found: i64,
        /// The newest version that this program reads.
        known: i64,
    },
}

impl StoreError {
    /// The whole message, with the step that may mend it.
    pub fn with_step(&self) -> Advice {
        let words = Advice::from(self.to_string());
        match self {
            StoreError::Unusable { step, .. } => words.then(step.clone()),
            _ => words,
        }
    }

    /// A damaged file: it is restored from a copy, or from an export.
    fn damaged(path: String, what: String) -> Self {
        StoreError::Unusable {
            path,
            what: format!("{what}; restore it from a copy"),
            step: NextStep::ImportRecord
                .after(" (an export can be read back: ")
                .then(")"),
        }
    }
}

/// An append-only sequence of events with one head.
pub trait Record {
    /// The number and the hash of the last event.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn head(&self) -> Result<Head, StoreError>;

    /// The events after a number, in order; 0 gives all.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn read_events_after(&self, after: u64) -> Result<Vec<Stored>, StoreError>;

    /// Some of the events after a number, in order; none only when there are none. For a record that is too long for memory.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn read_page_after(&self, after: u64) -> Result<Vec<Stored>, StoreError> {
        self.read_events_after(after)
    }

    /// One event by its number; none when there is no such event.
    ///
    /// # Errors
    /// When the store cannot be read.
    fn read_event(&self, seq: u64) -> Result<Option<Stored>, StoreError>;

    /// Checks the storage itself. It finds what the hash chain cannot, such as events lost at the end.
    ///
    /// # Errors
    /// When the storage is damaged.
    fn check_storage(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Removes all events after a number, which do not fit the record. They are kept elsewhere first.
    ///
    /// # Errors
    /// When the store cannot be written, or never removes anything.
    fn cut_after(&mut self, seq: u64) -> Result<(), StoreError> {
        Err(StoreError::Io {
            path: format!("event {}", seq + 1),
            what: "nothing is ever removed from this record".into(),
        })
    }

    /// Appends the whole batch or nothing, if the record still ends at `expected`.
    ///
    /// # Errors
    /// When the store cannot be written; nothing was appended then.
    fn append(&mut self, expected: &Head, batch: &[Stored]) -> Result<Appended, StoreError>;
}

#[cfg(test)]
mod changed_bits_tests;
#[cfg(test)]
mod contract_tests;
