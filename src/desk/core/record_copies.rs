//! Whole records: verified, copied, written out and read back; and what was noted apart from them. It folds nothing.

use crate::desk::core::error::DeskError;
use crate::desk::core::location::Location;
use crate::domain::record::event::Head;
use crate::domain::state::fold::State;
pub use crate::store::disk::doubtful_file_system;
pub use crate::store::jsonl::{read_json_lines, write_json_lines};
pub use crate::store::memory::Memory;
pub use crate::store::offline_record::{
    keep_copy, read_journal, read_journal_start, retire_journal,
};
use crate::store::verify::fold_verified;
pub use crate::store::verify::{ChainBreak, verify_events};
use crate::store::{Appended, StoreError};
pub use crate::store::{Record, Stored};

/// What became of a copy.
pub enum CopyOutcome {
    /// The place holds another record; nothing was copied.
    Other,
    /// So many events were copied; the copy ends here. None when it held all of them already.
    Copied(usize, Head),
    /// Somebody else wrote there meanwhile; nothing was copied.
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

/// Copies verified events to another place, or brings the copy that is there up to date.
///
/// # Errors
/// When the other place cannot be read or written.
pub fn copy_events(events: &[Stored], place: &Location) -> Result<CopyOutcome, StoreError> {
    let all = events.len();
    let mut to = place.create_record()?;
    let head = to.head()?;
    let known = usize::try_from(head.seq).unwrap_or(usize::MAX);
    let is_prefix = all >= known && to.read_events_after(0)? == events[..known];
    if !is_prefix {
        return Ok(CopyOutcome::Other);
    }
    let rest = &events[known.min(all)..];
    if rest.is_empty() {
        return Ok(CopyOutcome::Copied(0, head));
    }
    Ok(match to.append(&head, rest)? {
        Appended::Done(head) => CopyOutcome::Copied(rest.len(), head),
        Appended::Moved(_) => CopyOutcome::Moved,
    })
}

/// Writes events into a new record. None when somebody else wrote there meanwhile.
///
/// # Errors
/// When it cannot be made.
pub fn import_record(to: &Location, events: &[Stored]) -> Result<Option<Head>, DeskError> {
    let mut record = to.create_record()?;
    Ok(match record.append(&Head::empty(), events)? {
        Appended::Done(head) => Some(head),
        Appended::Moved(_) => None,
    })
}
