//! Whole records: verified, copied, written out and read back; and what was noted apart from them. It folds nothing.

use std::io::{BufRead, ErrorKind};
use std::path::{Path, PathBuf};

use crate::desk::core::location::Location;
use crate::desk::core::record_pages::Pages;
use crate::domain::record::event::Head;
use crate::domain::state::fold::State;
pub use crate::store::disk::doubtful_file_system;
pub use crate::store::jsonl::{JsonLines, LinesError, write_json_lines};
pub use crate::store::memory::Memory;
pub use crate::store::offline_record::{
    keep_copy, read_journal, read_journal_start, retire_journal,
};
pub use crate::store::verify::ChainBreak;
use crate::store::verify::fold_verified;
use crate::store::{Appended, StoreError};
pub use crate::store::{Record, Stored};

/// So many lines are read at once.
const LINES: usize = 1000;

/// What became of a copy.
pub enum CopyOutcome {
    /// The place holds another record; nothing was copied.
    Other,
    /// So many events were copied; the copy ends here. None when it held all of them already.
    Copied(usize, Head),
    /// Somebody else wrote there meanwhile; the copy is not whole.
    Moved,
}

/// The events of a record with their state, when the chain holds.
///
/// # Errors
/// When the store cannot be read.
pub fn verify_record(
    record: &dyn Record,
) -> Result<(Vec<Stored>, Result<State, ChainBreak>), StoreError> {
    record.check_storage()?;
    let stored = record.read_events_after(0)?;
    let verified = fold_verified(&stored);
    Ok((stored, verified))
}

/// Copies a record to another place as far as it was verified, page by page, or brings the copy that is there up to date.
///
/// # Errors
/// When a place cannot be read or written.
pub fn copy_record(
    from: &dyn Record,
    verified: u64,
    place: &Location,
) -> Result<CopyOutcome, StoreError> {
    let mut to = place.create_record()?;
    let known = to.head()?;
    if !begins_with(from, to.as_ref(), known.seq)? {
        return Ok(CopyOutcome::Other);
    }
    let (mut copied, mut head) = (0, known.clone());
    let mut pages = Pages::after(from, known.seq);
    loop {
        let mut page = pages.next_page()?;
        page.retain(|e| e.seq <= verified);
        if page.is_empty() {
            return Ok(CopyOutcome::Copied(copied, head));
        }
        match to.append(&head, &page)? {
            Appended::Done(now) => (copied, head) = (copied + page.len(), now),
            Appended::Moved(_) => return Ok(CopyOutcome::Moved),
        }
    }
}

/// True when a record begins with the first events of another one.
fn begins_with(record: &dyn Record, other: &dyn Record, events: u64) -> Result<bool, StoreError> {
    let (mut own, mut same) = (Vec::new(), 0);
    while same < events {
        let theirs = other.read_page_after(same)?;
        while own.len() < theirs.len() {
            let read = own.last().map_or(same, |e: &Stored| e.seq);
            let more = record.read_page_after(read)?;
            if more.is_empty() {
                return Ok(false);
            }
            own.extend(more);
        }
        let Some(last) = theirs.last() else {
            return Ok(false);
        };
        let rest = own.split_off(theirs.len());
        if own != theirs {
            return Ok(false);
        }
        (own, same) = (rest, last.seq);
    }
    Ok(true)
}

/// A file for a record that is not yet believed, beside its place; it goes unless it is kept.
pub struct NewRecord {
    place: PathBuf,
    path: PathBuf,
    head: Head,
}

impl NewRecord {
    /// Makes the file.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn beside(place: &Path) -> Result<NewRecord, StoreError> {
        let folder = place.parent().filter(|f| !f.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|f| !f.is_dir()) {
            return Err(StoreError::Io {
                path: folder.display().to_string(),
                what: "there is no such folder; make it first".into(),
            });
        }
        let mut name = place.file_name().unwrap_or_default().to_owned();
        name.push(format!(".new-{}", std::process::id()));
        let new = NewRecord {
            place: place.to_owned(),
            path: place.with_file_name(name),
            head: Head::empty(),
        };
        // One of this name was left by a process that was killed: nobody else has our number.
        let _ = std::fs::remove_file(&new.path);
        new.location().create_record()?;
        Ok(new)
    }

    /// Where it is while it is not believed.
    pub fn location(&self) -> Location {
        Location::File(self.path.clone())
    }

    /// Writes exported events into it; gives the head.
    ///
    /// # Errors
    /// The number of the first line that is not an exported event, and why; or that a file cannot be read or written.
    pub fn take_lines(&mut self, lines: impl BufRead) -> Result<Head, LinesError> {
        let mut record = self.location().create_record()?;
        let mut lines = JsonLines::of(lines);
        loop {
            let events = lines.next_events(LINES)?;
            if events.is_empty() {
                return Ok(self.head.clone());
            }
            match record.append(&self.head, &events)? {
                Appended::Done(head) => self.head = head,
                Appended::Moved(_) => {
                    let path = self.path.display().to_string();
                    return Err(StoreError::Busy { path }.into());
                }
            }
        }
    }

    /// Puts it in its place, where there must be nothing.
    ///
    /// # Errors
    /// When there is something, or the file cannot be moved.
    pub fn keep(self) -> std::io::Result<()> {
        match std::fs::hard_link(&self.path, &self.place) {
            Err(e) if e.kind() != ErrorKind::AlreadyExists => {
                // The file system has no links.
                std::fs::rename(&self.path, &self.place)
            }
            linked => linked,
        }
    }
}

impl Drop for NewRecord {
    fn drop(&mut self) {
        // What is left over is only in the way.
        let _ = std::fs::remove_file(&self.path);
    }
}
