//! Lines that are approved in advance. It does not decide whether a statement keeps to them.

use std::collections::BTreeMap;

use crate::desk::core::playbooks_in_force::find_playbook_in_force;
use crate::desk::{DeskError, Journal, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::next_step::{Advice, NextStep};
use crate::domain::base::time::At;
use crate::domain::config::playbook::Playbook;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::speech::slot;
use crate::store::files;

/// What is approved in advance.
#[derive(Debug, Clone)]
pub struct InAdvance {
    /// By which it is called.
    pub name: String,
    /// For incidents under this playbook.
    pub playbook: String,
    pub audience: String,
    /// Only the first statement on an incident.
    pub first: bool,
    /// Only these lines; any when empty.
    pub lines: Vec<String>,
    /// On these channels; all when empty.
    pub channels: Vec<String>,
    /// The values that were foreseen, by path.
    pub slots: BTreeMap<String, String>,
    pub until: At,
    pub because: String,
}

/// Approves lines in advance.
///
/// # Errors
/// When the playbook, a line, a channel or the audience does not exist, the time has passed, or the actor may not.
pub fn approve_in_advance(journal: &mut Journal, what: &InAdvance) -> Result<(), DeskError> {
    let (_, base, own) = find_playbook_in_force(journal, &what.playbook)?;
    let refuse = |what: String, hint: Advice| Err(Refusal::new(what, hint).into());
    if what.until <= journal.clock.now {
        return refuse(
            format!("{} has passed", journal.local_time(what.until)),
            "give a time to come: --until".into(),
        );
    }
    let workspace = &journal.world()?.books.workspace;
    if let Some(wrong) = what
        .channels
        .iter()
        .find(|c| !workspace.channels.contains_key(*c))
    {
        return refuse(
            format!("there is no channel \"{wrong}\""),
            "see saydo.yaml".into(),
        );
    }
    if !workspace.audiences.contains_key(&what.audience) {
        return refuse(
            format!("there is no audience \"{}\"", what.audience),
            "see saydo.yaml".into(),
        );
    }
    let base = base
        .and_then(|digest| journal.state.texts.get(&digest))
        .map(|text| files::adopted_playbook(text).map_err(DeskError::Files))
        .transpose()?;
    let whole = Playbook::build_on_base(base.as_ref(), &own);
    if let Some(wrong) = what.lines.iter().find(|l| whole.find_line(l).is_none()) {
        return refuse(
            format!("the playbook {} has no line \"{wrong}\"", what.playbook),
            NextStep::ShowPlaybook.after("see: "),
        );
    }
    check_slots_printed(journal, &whole, &what.slots)?;
    let approved = EventPayload::Statement(StatementEvent::PreApproved {
        name: what.name.clone(),
        playbook: what.playbook.clone(),
        audience: what.audience.clone(),
        first: what.first,
        lines: what.lines.clone(),
        channels: what.channels.clone(),
        slots: what.slots.clone(),
        until: what.until,
        because: what.because.clone(),
    });
    journal.record(|_| Ok(vec![(None, approved.clone())]))?;
    Ok(())
}

/// A range for something that no line prints would restrict nothing.
fn check_slots_printed(
    snapshot: &Snapshot,
    playbook: &Playbook,
    slots: &BTreeMap<String, String>,
) -> Result<(), DeskError> {
    let mut printed: Vec<String> = Vec::new();
    for line in &playbook.file.lines {
        for text in line.say.values().chain(&line.asserts) {
            let is_template = !line.asserts.contains(text);
            printed.extend(
                snapshot
                    .evaluator
                    .list_names(text, is_template)
                    .unwrap_or_default(),
            );
        }
    }
    printed.sort_unstable();
    printed.dedup();
    for (path, range) in slots {
        if let Some(fault) = slot::find_range_fault(range) {
            return Err(Refusal::new(
                format!("--allow-value {path}: {fault}"),
                "alternatives by comma, each a value or FROM..TO: 1..2, 10%..50%, AAG,APG",
            )
            .into());
        }
        if !slot::is_printed(path, &printed) {
            return Err(Refusal::new(
                format!("no line of {} prints \"{path}\"", playbook.name()),
                format!("they print: {}", printed.join(", ")),
            )
            .into());
        }
    }
    Ok(())
}
