//! Whether an entry about the record itself may enter it. Reads no file: adoption has looked at the text before.

use crate::domain::admission::refusal::Refusal;
use crate::domain::admission::wording::check_text;
use crate::domain::base::next_step::NextStep;
use crate::domain::record::event::Event;
use crate::domain::record::record_event::RecordEvent;
use crate::domain::state::fold::State;

pub(super) fn admit_record(
    state: &State,
    event: &RecordEvent,
    find: &dyn Fn(u64) -> Option<Event>,
) -> Result<(), Refusal> {
    match event {
        RecordEvent::TextAdopted { .. }
        | RecordEvent::Reminded { .. }
        | RecordEvent::HeadWitnessed { .. } => Ok(()),
        RecordEvent::DrillBegun {} if state.statements.is_empty() => Ok(()),
        RecordEvent::DrillBegun {} => Err(Refusal::new(
            "something was issued here already: this record cannot become a drill",
            NextStep::StartDrill.after("a drill has a workspace of its own: "),
        )),
        RecordEvent::ClockDeclaredWrong { because, .. }
        | RecordEvent::ClockAheadAllowed { because, .. }
        | RecordEvent::RecordRepaired { because, .. } => check_text("reason", because),
        RecordEvent::Retracted { seq, because } => {
            check_text("reason", because)?;
            check_retraction(state, *seq, find)
        }
    }
}

fn check_retraction(
    state: &State,
    seq: u64,
    find: &dyn Fn(u64) -> Option<Event>,
) -> Result<(), Refusal> {
    let event = find(seq).ok_or_else(|| {
        Refusal::new(
            format!("there is no event {seq}"),
            NextStep::ListEntries.after("see: "),
        )
    })?;
    if let Some(r) = state.retracted.get(&seq) {
        return Err(Refusal::new(
            format!("event {seq} was already taken back by event {}", r.by),
            "",
        ));
    }
    if event.payload.is_retractable() {
        return Ok(());
    }
    Err(Refusal::new(
        format!(
            "event {seq} ({}) cannot be taken back",
            event.payload.kind()
        ),
        "reports, notes, noted facts, sentences and scope changes can; what was issued is corrected by the next statement",
    ))
}
