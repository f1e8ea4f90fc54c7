//! When the shared record cannot be reached: a copy of it to read, and a side journal to write, both in the workspace's
//! own folder. The journal goes on from the copy, chained and signed as the record is; `record rejoin` brings it in.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::base::time::At;
use crate::domain::record::event::Head;
use crate::store::sqlite::Sqlite;
use crate::store::{Appended, Record, StoreError, Stored, files};

/// Where the journal left the record, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// When the first entry was noted apart.
    pub since: At,
    /// The last event of the record that the journal knows.
    pub head: Head,
}

/// The copy of the record of a server.
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

/// Where the journal left the record; none when there is no journal.
///
/// # Errors
/// When the file is there and cannot be read.
pub fn left(own: &Path) -> Result<Option<Left>, StoreError> {
    let path = left_file(own);
    if !path.is_file() {
        return Ok(None);
    }
    let bytes = files::bytes(&path)?;
    serde_json::from_slice(&bytes)
        .map(Some)
        .map_err(|e| StoreError::Io {
            path: path.display().to_string(),
            what: format!(
                "{e}; it says where the side journal left the record, and must not be changed"
            ),
        })
}

/// When the copy was last brought up to date.
pub fn seen(own: &Path) -> Option<At> {
    let text = std::fs::read_to_string(seen_file(own)).ok()?;
    chrono::DateTime::parse_from_rfc3339(text.trim())
        .ok()
        .map(|t| t.to_utc())
}

/// Brings the copy up to date after the record was reached.
///
/// # Errors
/// When the copy cannot be written.
pub fn keep_copy(own: &Path, record: &dyn Record, now: At) -> Result<(), StoreError> {
    let path = copy_file(own);
    let mut copy = Sqlite::open(&path, true)?;
    let mut head = copy.head()?;
    let mut rest = record.events(head.seq.saturating_sub(1))?;
    let goes_on = head.seq == 0 || rest.first().is_some_and(|e| e.hash == head.hash);
    if goes_on && head.seq > 0 {
        rest.remove(0);
    } else if !goes_on {
        // It is of another record: begin anew.
        drop(copy);
        std::fs::remove_file(&path).map_err(|e| files::io(&path, &e))?;
        copy = Sqlite::open(&path, true)?;
        head = Head::empty();
        rest = record.events(0)?;
    }
    if !rest.is_empty() {
        copy.append(&head, &rest)?;
    }
    // Once a minute is often enough to know its age.
    if !rest.is_empty() || seen(own).is_none_or(|t| (now - t).num_seconds() >= 60) {
        files::write(&seen_file(own), &crate::domain::base::time::rfc3339(now))?;
    }
    Ok(())
}

/// The record as this machine last knew it, with what was noted here since.
#[derive(Debug)]
pub struct Apart {
    own: PathBuf,
    inner: Sqlite,
    now: At,
    /// Where the journal left the record, once something is noted apart.
    pub left: Option<Left>,
}

impl Apart {
    /// Opens the journal, else the copy; none when this machine never reached the record.
    ///
    /// # Errors
    /// When a file is there and cannot be read.
    pub fn open(own: &Path, now: At) -> Result<Option<Apart>, StoreError> {
        let left = left(own)?;
        let path = match left {
            Some(_) => journal_file(own),
            None => copy_file(own),
        };
        if left.is_none() && !path.is_file() {
            return Ok(None);
        }
        Ok(Some(Apart {
            own: own.to_owned(),
            inner: Sqlite::open(&path, false)?,
            now,
            left,
        }))
    }

    /// The first entry apart: the journal begins as the copy stands.
    fn leave(&mut self) -> Result<(), StoreError> {
        let head = self.inner.head()?;
        let path = journal_file(&self.own);
        // A journal without the file that says where it left is one that never began.
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(files::io(&path, &e)),
            _ => {}
        }
        let mut journal = Sqlite::open(&path, true)?;
        let events = self.inner.events(0)?;
        if !events.is_empty() {
            journal.append(&Head::empty(), &events)?;
        }
        let left = Left {
            since: self.now,
            head,
        };
        let text = serde_json::to_string(&left).map_err(|e| StoreError::Io {
            path: left_file(&self.own).display().to_string(),
            what: e.to_string(),
        })?;
        files::write(&left_file(&self.own), &text)?;
        self.inner = journal;
        self.left = Some(left);
        Ok(())
    }
}

/// What was noted apart, in order.
///
/// # Errors
/// When the journal cannot be read.
pub fn noted(own: &Path, left: &Left) -> Result<Vec<Stored>, StoreError> {
    Sqlite::open(&journal_file(own), false)?.events(left.head.seq)
}

/// The journal is settled: it is kept beside, under the time at which it left, and no longer used.
///
/// # Errors
/// When the files cannot be moved.
pub fn settle(own: &Path, left: &Left) -> Result<PathBuf, StoreError> {
    let kept = own.join(format!("apart-{}.db", left.since.format("%Y%m%dT%H%M%SZ")));
    let journal = journal_file(own);
    std::fs::copy(&journal, &kept).map_err(|e| files::io(&kept, &e))?;
    // From here on the journal is no more: its beginning goes first.
    std::fs::remove_file(left_file(own)).map_err(|e| files::io(&left_file(own), &e))?;
    std::fs::remove_file(&journal).map_err(|e| files::io(&journal, &e))?;
    Ok(kept)
}

impl Record for Apart {
    fn head(&self) -> Result<Head, StoreError> {
        self.inner.head()
    }

    fn events(&self, after: u64) -> Result<Vec<Stored>, StoreError> {
        self.inner.events(after)
    }

    fn event(&self, seq: u64) -> Result<Option<Stored>, StoreError> {
        self.inner.event(seq)
    }

    fn sound(&self) -> Result<(), StoreError> {
        self.inner.sound()
    }

    fn append(&mut self, expected: &Head, batch: &[Stored]) -> Result<Appended, StoreError> {
        if self.left.is_none() {
            self.leave()?;
        }
        self.inner.append(expected, batch)
    }
}
