//! How far this user has seen a record on this machine, and when it was verified as a whole. It finds an older record in place
//! of a newer one; it repairs nothing.

use chrono::Duration;

use crate::desk::core::doubt::Doubt;
use crate::desk::core::error::DeskError;
use crate::desk::core::journal::Journal;
use crate::domain::base::time::At;
use crate::store::heads_seen::HeadFile;
pub use crate::store::heads_seen::HeadPlace;
use crate::store::verify::verify_events;

/// How long a verified record is believed by its snapshot alone.
const VERIFIED_FOR: Duration = Duration::hours(24);

/// Holds the end of the record against the highest one that this user has seen here, and keeps it. A folder that cannot be
/// written hinders nobody: the record is then only as safe as its place.
pub(super) fn check_head_seen(journal: &mut Journal, place: &HeadPlace) -> Result<(), DeskError> {
    let Some(record) = journal.state.identity().map(str::to_owned) else {
        return Ok(());
    };
    let Ok(mut file) = HeadFile::open(place, &record) else {
        return Ok(());
    };
    journal.begun_here = file.seen().is_some_and(|s| s.begun);
    let mut now = journal.head().clone();
    if let Some(seen) = file.seen().map(|s| s.head.clone()) {
        if journal.doubt.is_some() {
            return Ok(());
        }
        if seen.seq > now.seq {
            // Another command may have written since the record was read.
            journal.catch_up()?;
            now = journal.head().clone();
        }
        if seen.seq > now.seq {
            let (seen, now) = (seen.seq, now.seq);
            journal.cast_doubt(Doubt::Lost { seen, now });
            return Ok(());
        }
        if !journal.holds(&seen)? {
            journal.cast_doubt(Doubt::Forked { seq: seen.seq });
            return Ok(());
        }
    }
    let _ = file.keep(&now, None);
    Ok(())
}

/// Keeps how far the record goes after a command.
pub(super) fn keep_head_seen(journal: &Journal, place: &HeadPlace) {
    if let (Some(record), None) = (journal.state.identity(), &journal.doubt)
        && let Ok(mut file) = HeadFile::open(place, record)
    {
        let head = journal.head();
        if file.seen().is_none() && journal.new_id.as_deref() == Some(record) {
            let _ = file.keep_begun(head);
        } else if file.seen().is_none_or(|s| s.head.seq <= head.seq) {
            let _ = file.keep(head, None);
        }
    }
}

/// Verifies the whole record once a day: between, what a snapshot holds of it vouches for itself.
///
/// # Errors
/// When the record cannot be read, or an event of it does not fit.
pub fn verify_daily(journal: &mut Journal, place: &HeadPlace, now: At) -> Result<(), DeskError> {
    journal.check_trusted()?;
    let Some(record) = journal.state.identity().map(str::to_owned) else {
        return Ok(());
    };
    let Ok(mut file) = HeadFile::open(place, &record) else {
        return Ok(());
    };
    let verified = file.seen().and_then(|s| s.verified);
    if verified.is_some_and(|t| t <= now && now - t < VERIFIED_FOR) {
        return Ok(());
    }
    if let Err(misfit) = verify_events(&journal.stored()?) {
        journal.cast_doubt(Doubt::Misfit(misfit));
    }
    journal.check_trusted()?;
    let _ = file.keep(journal.head(), Some(now));
    Ok(())
}
