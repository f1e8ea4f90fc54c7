//! Two incidents that turned out to be one: the links of one join the other, which goes on. It does not tell anybody.

use crate::desk::core::incident_facts::derive_facts;
use crate::desk::incident::close::{find_untold, told_audiences};
use crate::desk::promise::settle::carry_over_all;
use crate::desk::{DeskError, Entry, Journal};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::link::LinkId;
use crate::domain::base::next_step::NextStep;
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::payload::EventPayload;

/// Merges one incident into another: its links join that one, its promises are carried over, and it is closed as handed over.
/// Gives the links that joined.
///
/// # Errors
/// When one of them is not open, both are the same, or people who heard of the first are owed a word on it that they would not
/// get under the other.
pub fn merge_incident(
    journal: &mut Journal,
    incident: &str,
    into: &str,
) -> Result<Vec<LinkId>, DeskError> {
    let seen = journal.head().clone();
    let own = open_scope(journal, incident)?;
    let others = open_scope(journal, into)?;
    if incident == into {
        return Err(Refusal::new(format!("{incident} is one incident already"), "").into());
    }
    for audience in told_audiences(journal, incident) {
        if let Some(what) = find_untold(&derive_facts(journal, incident, &audience)?) {
            return Err(DeskError::NotYet {
                what: format!("{audience} heard of {incident} what is not so any more: {what}"),
                hints: vec![
                    NextStep::IssueTo {
                        incident: incident.to_owned(),
                        audience,
                    }
                    .after("tell them first: "),
                ],
            });
        }
    }
    let added: Vec<LinkId> = own.into_iter().filter(|l| !others.contains(l)).collect();
    let mut batch: Vec<Entry> = Vec::new();
    if !added.is_empty() {
        let joined = IncidentEvent::ScopeChanged {
            added: added.clone(),
            removed: Vec::new(),
        };
        batch.push((Some(into.to_owned()), EventPayload::Incident(joined)));
    }
    batch.extend(carry_over_all(journal, incident, into)?);
    let closing = IncidentEvent::IncidentClosed {
        handed_over_to: Some(into.to_owned()),
    };
    batch.push((Some(incident.to_owned()), EventPayload::Incident(closing)));
    journal.record_standing("merging", &seen, &batch)?;
    Ok(added)
}

fn open_scope(journal: &Journal, id: &str) -> Result<Vec<LinkId>, DeskError> {
    match journal.state.incidents.get(id).filter(|i| i.is_open()) {
        Some(incident) => Ok(incident.links_in_scope()),
        None => Err(Refusal::new(
            format!("{id} is no open incident"),
            NextStep::ShowStatus.after("see: "),
        )
        .into()),
    }
}
