//! Whether an entry may lie ahead of this machine's clock: nothing can come before it afterwards. It reads no clock.

use crate::desk::core::entry::Entry;
use crate::desk::core::error::DeskError;
use crate::desk::core::snapshot::Snapshot;
use crate::domain::admission::refusal::Refusal;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::RecordEvent;

/// An entry may lie so far ahead of this machine's clock.
pub(super) const AHEAD: chrono::Duration = chrono::Duration::minutes(5);

/// A batch that may lie ahead of this machine's clock, with the entry that says why in front of it.
pub(super) fn with_clock_ahead(
    snapshot: &Snapshot,
    because_given: Option<&str>,
    batch: &[Entry],
) -> Result<Vec<Entry>, DeskError> {
    let ahead = snapshot.clock.machine.map(|m| snapshot.clock.now - m);
    let Some(ahead) = ahead.filter(|a| *a > AHEAD && snapshot.clock.given && snapshot.behind == 0)
    else {
        return Ok(batch.to_vec());
    };
    let Some(because) = because_given else {
        return Err(Refusal::new(
            format!(
                "the time given lies {} ahead of this machine's clock; nothing was written",
                ahead_in_words(ahead)
            ),
            "what is recorded, nothing can precede. If it is meant, an administrator adds --clock-ahead --because WHY",
        )
        .into());
    };
    let seconds = u64::try_from(ahead.num_seconds()).unwrap_or_default();
    let because = because.to_owned();
    let allowed = EventPayload::Record(RecordEvent::ClockAheadAllowed { seconds, because });
    snapshot
        .state
        .check_entitled(&snapshot.clock.by, &allowed)?;
    let mut whole = vec![(None, allowed)];
    whole.extend_from_slice(batch);
    Ok(whole)
}

fn ahead_in_words(ahead: chrono::Duration) -> String {
    match (ahead.num_days(), ahead.num_minutes()) {
        (0, minutes) => format!("{minutes} minutes"),
        (days, _) => format!("{days} days"),
    }
}
