//! The facts of an incident and the playbook that it is run by. It derives nothing itself.

use std::sync::Arc;

use crate::desk::{DeskError, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::base::time::At;
use crate::domain::config::further_text::FurtherText;
use crate::domain::config::playbook::Playbook;
use crate::domain::facts::fact::Facts;
use crate::domain::facts::subject::DeriveError;
use crate::domain::ledger::all_facts::derive_all_facts;
use crate::domain::speech::own_sentences::with_own_sentences;
use crate::domain::state::incident::OwnSentence;

/// The facts of an incident now.
///
/// # Errors
/// When the incident or audience does not exist.
pub fn derive_facts(
    snapshot: &Snapshot,
    incident: &str,
    audience: &str,
) -> Result<Facts, DeskError> {
    derive_facts_at(snapshot, incident, audience, snapshot.clock.now)
}

/// The facts of an incident as the record now has them, for another moment.
///
/// # Errors
/// When the incident or audience does not exist.
pub fn derive_facts_at(
    snapshot: &Snapshot,
    incident: &str,
    audience: &str,
    as_of: At,
) -> Result<Facts, DeskError> {
    Ok(derive_all_facts(
        snapshot.world()?,
        incident,
        audience,
        as_of,
        &snapshot.evaluator,
    )?)
}

/// The playbook that an incident is run by, with the sentences that somebody wrote for it.
///
/// # Errors
/// When the incident does not exist.
pub fn playbook_of_incident(
    snapshot: &Snapshot,
    incident: &str,
) -> Result<Arc<Playbook>, DeskError> {
    playbook_with(snapshot, incident, &[])
}

/// The same, with further sentences.
///
/// # Errors
/// When the incident does not exist.
pub(in crate::desk) fn playbook_with(
    snapshot: &Snapshot,
    incident: &str,
    more: &[OwnSentence],
) -> Result<Arc<Playbook>, DeskError> {
    let world = snapshot.world()?;
    let found = world
        .state
        .incidents
        .get(incident)
        .ok_or_else(|| DeriveError::NoIncident(incident.to_owned()))?;
    let playbook = world.books.playbook_of(found);
    let playbook = playbook.ok_or_else(|| DeriveError::NoPlaybook(found.playbook.name.clone()))?;
    let written = found.own_sentences.iter().chain(more);
    let written: Vec<&OwnSentence> = written.filter(|s| s.ended.is_none()).collect();
    if written.is_empty() {
        return Ok(playbook);
    }
    let said = found.statements.iter().rev();
    let mut said = said.filter_map(|n| world.state.find_statement(*n));
    let last = said.find(|s| s.statement.text.is_none());
    Ok(Arc::new(with_own_sentences(
        Arc::unwrap_or_clone(playbook),
        &written,
        &world.books.workspace,
        last.map_or(0, |s| s.seq),
    )))
}

/// The playbooks of incidents, in their order, as they are for the notice or for the text beside it of this name.
///
/// # Errors
/// When an incident does not exist, or its playbook has no such text.
pub fn playbooks_for(
    snapshot: &Snapshot,
    incidents: &[IncidentId],
    text: Option<&str>,
) -> Result<Vec<Playbook>, DeskError> {
    let narrowed = |playbook: Arc<Playbook>| match text {
        None => Ok((*playbook).clone()),
        Some(name) => Ok(playbook.for_text(find_text(&playbook, name)?)),
    };
    let all = incidents.iter().map(|i| playbook_of_incident(snapshot, i));
    all.map(|p| p.and_then(narrowed)).collect()
}

/// A text beside the notice, by name.
///
/// # Errors
/// When the playbook has none of that name: those that it has.
pub fn find_text<'a>(playbook: &'a Playbook, name: &str) -> Result<&'a FurtherText, DeskError> {
    let texts = &playbook.file.texts;
    texts.get(name).ok_or_else(|| {
        let known: Vec<&str> = texts.keys().map(String::as_str).collect();
        let near = suggest_nearest(name, known.iter().copied());
        let hint = match known.is_empty() {
            true => "it has none: write it under `texts` there".to_owned(),
            false => format!("it has: {}", known.join(", ")),
        };
        Refusal::new(
            format!("playbook {} has no text \"{name}\"{near}", playbook.name()),
            hint,
        )
        .into()
    })
}
