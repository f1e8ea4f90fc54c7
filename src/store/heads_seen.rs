//! The highest head of each record that this user has seen on this machine, in the user's own folder: an older record put in
//! place of a newer one is found by it. A copy of a record in another place is another one: people try things out on copies. It
//! judges nothing and knows no event.

use std::fs::{File, OpenOptions};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::domain::base::digest::sha256;
use crate::domain::base::time::At;
use crate::domain::record::event::Head;
use crate::store::StoreError;
use crate::store::files::{io_error, read_bytes_up_to, write_file};

/// What is kept of one record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadSeen {
    /// The identifier of the record.
    pub record: String,
    /// Where it was: the file, or the address of the server.
    pub place: String,
    /// The last event that was seen.
    pub head: Head,
    /// When the whole record was last verified, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<At>,
    /// This user began the record, here.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub begun: bool,
}

/// The largest file that is read, in bytes.
const MOST: usize = 10_000;

/// Where a record is, and the user's folder in which its head is kept.
#[derive(Debug, Clone)]
pub struct HeadPlace {
    /// The user's configuration folder.
    pub config: PathBuf,
    /// The file of the record, or the address of the server.
    pub place: String,
}

/// The file for one record, locked while this lives.
pub struct HeadFile {
    path: PathBuf,
    seen: Option<HeadSeen>,
    record: String,
    place: String,
    _lock: File,
}

impl HeadFile {
    /// Opens what is kept of a record and locks it.
    ///
    /// # Errors
    /// When the folder cannot be written, or the file is none of ours.
    pub fn open(at: &HeadPlace, record: &str) -> Result<HeadFile, StoreError> {
        let folder = at.config.join("heads");
        std::fs::create_dir_all(&folder).map_err(|e| io_error(&folder, &e))?;
        let name = &sha256(format!("{record}\n{}", at.place).as_bytes())[..24];
        let (path, lock_path) = (
            folder.join(format!("{name}.json")),
            folder.join(format!("{name}.lock")),
        );
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let lock = options
            .open(&lock_path)
            .map_err(|e| io_error(&lock_path, &e))?;
        lock.lock().map_err(|e| io_error(&lock_path, &e))?;
        let seen = match path.is_file() {
            true => {
                let bytes = read_bytes_up_to(&path, MOST)?;
                let read: HeadSeen =
                    serde_json::from_slice(&bytes).map_err(|e| StoreError::Io {
                        path: path.display().to_string(),
                        what: format!("{e}; it says how far this record was seen"),
                    })?;
                Some(read).filter(|s| s.record == record && s.place == at.place)
            }
            false => None,
        };
        Ok(HeadFile {
            path,
            seen,
            record: record.to_owned(),
            place: at.place.clone(),
            _lock: lock,
        })
    }

    /// What was seen so far.
    pub fn seen(&self) -> Option<&HeadSeen> {
        self.seen.as_ref()
    }

    /// Keeps that this user began the record.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep_begun(&mut self, head: &Head) -> Result<(), StoreError> {
        self.write(HeadSeen {
            record: self.record.clone(),
            place: self.place.clone(),
            head: head.clone(),
            verified: None,
            begun: true,
        })
    }

    /// Keeps a head, and when the record was verified as a whole if it was.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn keep(&mut self, head: &Head, verified: Option<At>) -> Result<(), StoreError> {
        let before = self.seen.as_ref();
        let seen = HeadSeen {
            record: self.record.clone(),
            place: self.place.clone(),
            head: head.clone(),
            verified: verified.or(before.and_then(|s| s.verified)),
            begun: before.is_some_and(|s| s.begun),
        };
        if before == Some(&seen) {
            return Ok(());
        }
        self.write(seen)
    }

    fn write(&mut self, seen: HeadSeen) -> Result<(), StoreError> {
        let text = serde_json::to_string(&seen).map_err(|e| StoreError::Io {
            path: self.path.display().to_string(),
            what: e.to_string(),
        })?;
        write_file(&self.path, &text)?;
        self.seen = Some(seen);
        Ok(())
    }
}
