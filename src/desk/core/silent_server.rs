//! A server that took the connection and then said nothing more: the copy takes its place, as for one that cannot be reached.

use std::path::Path;

use crate::desk::core::error::DeskError;
use crate::desk::core::journal::Journal;
use crate::desk::core::snapshot::{Clock, ReadConfig};
use crate::domain::base::time::At;
use crate::store::offline_record::{self, OfflineRecord};
use crate::store::snapshot::StateSnapshot;
use crate::store::{Record, StoreError};

/// Opens a journal on a record; on the copy when the record is on a server that falls silent while it is read. `copied` says that
/// it is a copy: of events up to which number, when it was made, and why.
///
/// # Errors
/// As for opening a journal.
pub(super) fn open_or_copy<C>(
    record: Box<dyn Record>,
    copy: Option<C>,
    own: &Path,
    clock: Clock,
    begun: Option<StateSnapshot>,
    copied: impl FnOnce(u64, Option<At>, StoreError) -> C,
) -> Result<(Journal, Option<C>), DeskError> {
    let at = clock.now;
    let away = match Journal::open_with(record, clock.clone(), ReadConfig::default(), begun) {
        Ok(journal) => return Ok((journal, copy)),
        Err(DeskError::Store(away @ StoreError::Away { .. })) => away,
        Err(other) => return Err(other),
    };
    let Some(record) = OfflineRecord::open(own, at)? else {
        return Err(away.into());
    };
    let (fork, seen) = (record.head()?.seq, offline_record::last_copied_at(own));
    let journal = Journal::open_with(Box::new(record), clock, ReadConfig::default(), None)?;
    Ok((journal, Some(copied(fork, seen, away))))
}
