//! Entries about the record itself in one line each. Does not repeat the text of an adopted file.

use crate::domain::base::time::Period;
use crate::domain::record::record_event::RecordEvent;

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
            Period::from_seconds(i64::try_from(*seconds - seconds % 60).unwrap_or_default())
        ),
        RecordEvent::RecordRepaired {
            from,
            dropped,
            because,
            ..
        } => format!("left out {dropped} from #{from} on: {because}"),
        RecordEvent::Retracted { seq, because } => format!("took back #{seq}: {because}"),
    }
}
