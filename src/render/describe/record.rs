//! Entries about the record itself in one line each. Does not repeat the text of an adopted file.

use crate::domain::record::record_event::RecordEvent;

pub(super) fn describe_record(event: &RecordEvent) -> String {
    match event {
        RecordEvent::TextAdopted {
            text_kind, name, ..
        } => format!("adopted {} {name}", text_kind.token()),
        RecordEvent::DrillBegun {} => "this record is a drill".into(),
        RecordEvent::Reminded { keys } => format!("reminded of {}", keys.join(", ")),
        RecordEvent::Retracted { seq, because } => format!("took back #{seq}: {because}"),
    }
}
