//! The ways back to a record on which something may rest again, for an administrator: what does not fit is cut off and kept
//! aside, and a clock that was wrong is declared so. Either is an entry of the record.

use std::path::{Path, PathBuf};

use crate::desk::core::doubt::Doubt;
use crate::desk::core::error::DeskError;
use crate::desk::core::journal::Journal;
use crate::domain::admission::refusal::Refusal;
use crate::domain::admission::wording::check_text;
use crate::domain::base::digest::sha256;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::RecordEvent;
use crate::store::Stored;
use crate::store::files::write_file;
use crate::store::heads_seen::{HeadFile, HeadPlace};
use crate::store::jsonl::write_json_lines;

/// What a repair would cut off, or has cut off.
pub struct Cut {
    /// The number of the first event that is, or will be, left out.
    pub from: u64,
    /// The events that are in the record and do not fit, or follow one that does not.
    pub events: Vec<Stored>,
    /// How many events are known to be lost besides.
    pub lost: u64,
}

/// What would be cut off from a record that is in doubt; none when all of it fits.
///
/// # Errors
/// When the record cannot be read.
pub fn find_cut(journal: &Journal) -> Result<Option<Cut>, DeskError> {
    let from = journal.head().seq + 1;
    let lost = match &journal.doubt {
        None | Some(Doubt::Ahead { .. }) => return Ok(None),
        Some(Doubt::Misfit(_)) => 0,
        Some(Doubt::Lost { seen, now }) => seen - now,
        Some(Doubt::Forked { seq }) => (journal.head().seq + 1).saturating_sub(*seq),
    };
    let stored = journal.stored()?;
    let events = stored.into_iter().skip_while(|s| s.seq < from).collect();
    Ok(Some(Cut { from, events, lost }))
}

/// Cuts off what does not fit, after keeping it in a file of the folder `own`, and records it. Gives that file.
///
/// # Errors
/// When the actor is no administrator, or the record or the file cannot be written.
pub fn repair_record(
    journal: &mut Journal,
    cut: &Cut,
    because: &str,
    own: &Path,
    place: Option<&HeadPlace>,
) -> Result<Option<PathBuf>, DeskError> {
    check_text("reason", because)?;
    let lines = write_json_lines(&cut.events);
    let entry = EventPayload::Record(RecordEvent::RecordRepaired {
        from: cut.from,
        dropped: cut.events.len() as u64 + cut.lost,
        digest: (!cut.events.is_empty()).then(|| sha256(lines.as_bytes())),
        because: because.to_owned(),
    });
    let batch = [(None, entry)];
    journal.admit_all(&batch)?;
    // A missing key must not be found out after the cut.
    journal.signer_for(&batch)?;
    let kept = match cut.events.is_empty() {
        true => None,
        false => {
            let name = format!(
                "cut-{}-{}.jsonl",
                journal.clock.now.format("%Y%m%dT%H%M%SZ"),
                cut.from
            );
            let path = own.join(name);
            write_file(&path, &lines)?;
            Some(path)
        }
    };
    if !cut.events.is_empty() {
        journal.cut_off()?;
    }
    journal.set_doubt_aside();
    journal.record(|_| Ok(batch.to_vec()))?;
    if let (Some(place), Some(record)) = (place, journal.state.identity()) {
        HeadFile::open(place, record)?.keep(journal.head(), None)?;
    }
    Ok(kept)
}

/// Declares the clock wrong from an event on. The journal was opened as if it had been.
///
/// # Errors
/// When the actor is no administrator, the number is none of the record, or the record does not fit for another reason.
pub fn declare_wrong_clock(
    journal: &mut Journal,
    from: u64,
    because: &str,
) -> Result<u64, DeskError> {
    journal.check_trusted()?;
    if from < 2 || from > journal.head().seq {
        return Err(Refusal::new(
            format!(
                "the clock can be declared wrong from event 2 to {} on",
                journal.head().seq
            ),
            "",
        )
        .into());
    }
    let because = because.to_owned();
    let entry = EventPayload::Record(RecordEvent::ClockDeclaredWrong { from, because });
    let done = journal.record(|_| Ok(vec![(None, entry.clone())]))?;
    Ok(done.first().copied().unwrap_or_default())
}
