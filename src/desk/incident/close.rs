//! Closing an incident, and what stands in the way of it. It settles no promise.

use crate::domain::base::lang::Lang;
use crate::domain::base::next_step::{Advice, NextStep};
use crate::domain::base::phase::Phase;
use std::fmt::Display;

use crate::desk::core::incident_facts::derive_facts;
use crate::desk::promise::ledger::list_open_promises;
use crate::desk::promise::settle::carry_over_all;
use crate::desk::{DeskError, Entry, Journal, Snapshot};
use crate::domain::base::value::Value;
use crate::domain::facts::fact::Facts;
use crate::domain::facts::missing::MissingFact;
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::payload::EventPayload;
use crate::domain::speech::heard_rules::owed_corrections;
use crate::domain::state::told_work::{Arrangement, told_work};
use crate::languages::phrases::Missing;

/// What stands in the way of closing an incident.
///
/// # Errors
/// When facts cannot be derived.
pub fn find_open_ends(snapshot: &Snapshot, incident: &str) -> Result<Vec<MissingFact>, DeskError> {
    let facts = derive_facts(snapshot, incident, snapshot.default_audience())?;
    if facts.phase().is_some_and(Phase::is_over) || is_called_off(snapshot, incident, &facts) {
        return Ok(Vec::new());
    }
    let mut lacks = facts
        .known_fact(Phase::PATH)
        .map(|f| f.lacks.clone())
        .unwrap_or_default();
    if lacks.is_empty() {
        lacks.push(facts.missing_at(Phase::PATH));
    }
    Ok(lacks)
}

/// Announced work that was told to be moved or cancelled, and that left nothing out, has nothing to restore.
fn is_called_off(snapshot: &Snapshot, incident: &str, facts: &Facts) -> bool {
    let Some(own) = snapshot.state.incidents.get(incident) else {
        return false;
    };
    let is_told = |audience: &String| {
        let said = snapshot.state.statements_about(incident, audience);
        let said: Vec<_> = said.map(|s| &s.statement).collect();
        told_work(said.iter().copied(), own).arrangement != Arrangement::Stands
    };
    let audiences = told_audiences(snapshot, incident);
    let is_out = matches!(facts.value("disrupted"), Some(Value::List(l)) if !l.is_empty());
    !is_out && !audiences.is_empty() && audiences.iter().all(is_told)
}

/// The audiences that have heard of an incident.
pub(crate) fn told_audiences(snapshot: &Snapshot, incident: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for s in &snapshot.state.statements {
        let s = &s.statement;
        if s.incidents.iter().any(|i| i == incident) && !all.contains(&s.audience) {
            all.push(s.audience.clone());
        }
    }
    all
}

/// Closes an incident: only when all in its scope is restored, or somebody carries on. Gives what is handed over: what is
/// not restored, and what people heard and have not been told.
///
/// # Errors
/// When something stands in the way.
pub fn close_incident(
    journal: &mut Journal,
    incident: &str,
    handed_over_to: Option<String>,
) -> Result<Vec<Advice>, DeskError> {
    let seen = journal.head().clone();
    if let Some(to) = &handed_over_to {
        crate::domain::admission::wording::check_text("name", to)?;
    }
    let closing = EventPayload::Incident(IncidentEvent::IncidentClosed {
        handed_over_to: handed_over_to.clone(),
    });
    let mut batch: Vec<Entry> = Vec::new();
    if let Some(to) = &handed_over_to {
        batch = carry_over_all(journal, incident, to)?;
    }
    batch.push((Some(incident.to_owned()), closing));
    journal.admit_all(&batch)?;
    let ends = find_open_ends(journal, incident)?;
    let mut hints: Vec<Advice> = ends.iter().map(Advice::from).collect();
    for audience in told_audiences(journal, incident) {
        if let Some(what) = find_untold(&derive_facts(journal, incident, &audience)?) {
            let gaps: [(&str, &dyn Display); 2] = [("audience", &audience), ("what", &what)];
            let missing = Lang::USUAL
                .shipped_words()
                .fill_phrase(Missing::NotTold, &gaps);
            let incident = incident.to_owned();
            let step = if audience == journal.default_audience() {
                NextStep::IssueStatement {
                    incidents: vec![incident],
                }
            } else {
                NextStep::IssueTo { incident, audience }
            };
            hints.push(step.after(format!("{missing}: ")));
        }
    }
    let promises = list_open_promises(journal, incident)?;
    if handed_over_to.is_none() && !(hints.is_empty() && promises.is_empty()) {
        let mut why = Vec::new();
        if !hints.is_empty() {
            why.push("not everything is restored and told".to_owned());
        }
        match promises.len() {
            0 => {}
            1 => why.push("a promise is open".to_owned()),
            n => why.push(format!("{n} promises are open")),
        }
        hints.extend(promises);
        return Err(DeskError::NotYet {
            what: format!("{incident} cannot be closed: {}", why.join(", and ")),
            hints,
        });
    }
    journal.record_standing("closing", &seen, &batch)?;
    Ok(hints)
}

/// What an audience heard that is no longer so, and has not been told.
pub(crate) fn find_untold(facts: &Facts) -> Option<String> {
    let owed = owed_corrections(facts).into_iter();
    let all: Vec<String> = owed.map(|o| o.what).collect();
    (!all.is_empty()).then(|| all.join(", "))
}
