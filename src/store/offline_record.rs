//! Works offline: a copy of a server's record to read, and a side journal to write, both in the folder of the workspace. The
//! journal continues the copy with the same chain and signatures; `record rejoin` brings it back. Does not decide when to
//! work offline.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::base::time::At;
use crate::domain::record::event::Head;
use crate::store::sqlite::Sqlite;
use crate::store::{Appended, Record, StoreError, Stored, files};

/// When and after which event the side journal begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalStart {
    /// When the first entry of the side journal was written, UTC.
    pub since: At,
    /// The last event of the record before the journal.
    pub head: Head,
}

/// The path of the copy of a server's record.
pub fn copy_file(own: &Path) -> PathBuf {
    own.join("copy.db")
}

fn journal_file(own: &Path) -> PathBuf {
    own.join("apart.db")
}

fn left_file(own: &Path) -> PathBuf {
    own.join("apart.json")
}

fn seen_file(own: &Path) -> PathBuf {
    own.join("copy.at")
}

/// Reads where the side journal begins; none when there is no journal.
///
/// # Errors
/// When the file exists and cannot be read.
pub fn read_journal_start(own: &Path) -> Result<Option<JournalStart>, StoreError> {
    let path = left_file(own);
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = files::read_bytes(&path)?;
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|e| StoreError::Io {
            path: path.display().to_string(),
            what: format!(
                "{e}; it says where the side journal left the record, and must not be changed"
            ),
        })
}

/// When the copy was last brought up to date, UTC; none when that is not known.
pub fn last_copied_at(own: &Path) -> Option<At> {
    let text = std::fs::read_to_string(seen_file(own)).ok()?;
    chrono::DateTime::parse_from_rfc3339(text.trim())
        .ok()
        .map(|t| t.to_utc())
}

/// Brings the copy up to date with the record.
///
/// # Errors
/// When the copy cannot be written.
pub fn keep_copy(own: &Path, record: &dyn Record, now: At) -> Result<(), StoreError> {
    let path = copy_file(own);
    let mut copy = Sqlite::open(&path, true)?;
    let mut head = copy.head()?;
    let mut rest = record.read_events_after(head.seq.saturating_sub(1))?;
    let goes_on = head.seq == 0 || rest.first().is_some_and(|e| e.hash == head.hash);
    if goes_on && head.seq > 0 {
        rest.remove(0);
    } else if !goes_on {
        // The record lost events, or is another one: what this machine has of it may be the last proof, and stays.
        drop(copy);
        let aside = own.join(format!(
            "copy-{}-{}.db",
            head.seq,
            &head.hash[..8.min(head.hash.len())]
        ));
        std::fs::rename(&path, &aside).map_err(|e| files::io_error(&path, &e))?;
        copy = Sqlite::open(&path, true)?;
        head = Head::empty();
        rest = record.read_events_after(0)?;
    }
    if !rest.is_empty() {
        copy.append(&head, &rest)?;
    }
    // The age of the copy is shown in minutes.
    if !rest.is_empty() || last_copied_at(own).is_none_or(|t| (now - t).num_seconds() >= 60) {
        files::write_file(&seen_file(own), &crate::domain::base::time::to_rfc3339(now))?;
    }
    Ok(())
}

/// The copy of the record on this machine, continued by the side journal.
#[derive(Debug)]
pub struct OfflineRecord {
    own: PathBuf,
    inner: Sqlite,
    now: At,
    /// Where the side journal begins, once it has an entry.
    pub left: Option<JournalStart>,
}

impl OfflineRecord {
    /// Opens the side journal, else the copy; none when this machine has never reached the record.
    ///
    /// # Errors
    /// When a file exists and cannot be read.
    pub fn open(own: &Path, now: At) -> Result<Option<OfflineRecord>, StoreError> {
        let left = read_journal_start(own)?;
        let path = match left {
            Some(_) => journal_file(own),
            None => copy_file(own),
        };
        if left.is_none() && !path.is_file() {
            return Ok(None);
        }
        Ok(Some(OfflineRecord {
            own: own.to_owned(),
            inner: Sqlite::open(&path, false)?,
            now,
            left,
        }))
    }

    /// Starts the side journal with the events of the copy.
    fn start_journal(&mut self) -> Result<(), StoreError> {
        let head = self.inner.head()?;
        let path = journal_file(&self.own);
        // A journal without the file that says where it begins was interrupted before its first entry.
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(files::io_error(&path, &e));
            }
            _ => {}
        }
        let mut journal = Sqlite::open(&path, true)?;
        let events = self.inner.read_events_after(0)?;
        if !events.is_empty() {
            journal.append(&Head::empty(), &events)?;
        }
        let left = JournalStart {
            since: self.now,
            head,
        };
        let text = serde_json::to_string(&left).map_err(|e| StoreError::Io {
            path: left_file(&self.own).display().to_string(),
            what: e.to_string(),
        })?;
        files::write_file(&left_file(&self.own), &text)?;
        self.inner = journal;
        self.left = Some(left);
        Ok(())
    }
}

/// The entries of the side journal, in order.
///
/// # Errors
/// When the journal cannot be read.
pub fn read_journal(own: &Path, left: &JournalStart) -> Result<Vec<Stored>, StoreError> {
    Sqlite::open(&journal_file(own), false)?.read_events_after(left.head.seq)
}

/// Retires the side journal after a rejoin: it is kept as a file named by its start, and no longer used.
///
/// # Errors
/// When the files cannot be moved.
pub fn retire_journal(own: &Path, left: &JournalStart) -> Result<PathBuf, StoreError> {
    let kept = own.join(format!("apart-{}.db", left.since.format("%Y%m%dT%H%M%SZ")));
    let journal = journal_file(own);
    std::fs::copy(&journal, &kept).map_err(|e| files::io_error(&kept, &e))?;
    // Removing this file ends the journal, so it goes first.
    std::fs::remove_file(left_file(own)).map_err(|e| files::io_error(&left_file(own), &e))?;
    std::fs::remove_file(&journal).map_err(|e| files::io_error(&journal, &e))?;
    Ok(kept)
}

impl Record for OfflineRecord {
    fn head(&self) -> Result<Head, StoreError> {
        self.inner.head()
    }

    fn read_events_after(&self, after: u64) -> Result<Vec<Stored>, StoreError> {
        self.inner.read_events_after(after)
    }

    fn read_page_after(&self, after: u64) -> Result<Vec<Stored>, StoreError> {
        self.inner.read_page_after(after)
    }

    fn read_event(&self, seq: u64) -> Result<Option<Stored>, StoreError> {
        self.inner.read_event(seq)
    }

    fn check_storage(&self) -> Result<(), StoreError> {
        self.inner.check_storage()
    }

    fn append(&mut self, expected: &Head, batch: &[Stored]) -> Result<Appended, StoreError> {
        if self.left.is_none() {
            self.start_journal()?;
        }
        self.inner.append(expected, batch)
    }
}
