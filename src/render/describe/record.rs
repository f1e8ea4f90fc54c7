//! Entries about the record itself in one line each. Does not repeat the text of an adopted file.

use crate::domain::base::time::Period;
use crate::domain::record::record_event::RecordEvent;

/// A length of time in days when it has some, else in minutes.
fn in_whole_units(seconds: u64) -> Period {
    let unit = if seconds >= 2 * 86_400 { 86_400 } else { 60 };
    Period::from_seconds(i64::try_from(seconds - seconds % unit).unwrap_or_default())
}

pub(super) fn describe_record(event: &RecordEvent) -> String {
    match event {
        RecordEvent::TextAdopted {
            text_kind, name, ..
        } => format!("adopted {} {name}", text_kind.token()),
        RecordEvent::DrillBegun {} => "this record is a drill".into(),
        RecordEvent::Reminded { keys } => format!("reminded of {}", keys.join(", ")),
        RecordEvent::ClockDeclaredWrong { from, because } => {
            format!("the clock was wrong from #{from} on: {because}")
        }
        RecordEvent::ClockAheadAllowed { seconds, because } => format!(
            "the next entry lies {} ahead of the machine's clock: {because}",
            in_whole_units(*seconds)
        ),
        RecordEvent::RecordRepaired {
            from,
            dropped,
            because,
            ..
        } => format!("left out {dropped} from #{from} on: {because}"),
        RecordEvent::HeadWitnessed {
            events, outlets, ..
        } => format!("the head #{events} went to {}", outlets.join(", ")),
        RecordEvent::Retracted { seq, because } => format!("took back #{seq}: {because}"),
    }
}
