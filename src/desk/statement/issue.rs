//! Issuing a statement. It does not decide what may be said.

use crate::desk::core::incident_facts::playbooks_for;
use crate::desk::statement::draft::{compose_named, draft_parts, pass_gate};
use crate::desk::statement::matter::Matter;
use crate::desk::statement::release::{Release, check_keeps_to, find_release};
use crate::desk::{DeskError, Entry, Journal};
use crate::domain::base::incident::IncidentId;
use crate::domain::base::next_step::NextStep;
use crate::domain::config::promise_kind::NEXT_STATEMENT;
use crate::domain::ledger::verdict::judge_promise;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::promise_event::PromiseEvent;
use crate::domain::speech::draft::{DigestError, SilentChannel};
use crate::domain::speech::gate::Statement;
use crate::domain::speech::heard_rules::{is_anything_wrong, owed_corrections};
use crate::domain::state::promise::Promise;

/// Refuses a draft that promises a time which has passed since it was made.
fn check_not_passed(journal: &Journal, statement: &Statement) -> Result<(), DeskError> {
    let draft = statement.draft();
    let promises = draft
        .lines
        .iter()
        .flat_map(|l| l.promise.iter().chain(&l.also));
    let zone = draft.facts.zone;
    let now = journal.clock.now;
    let Some(passed) = promises.into_iter().find(|p| p.due.ends_at(zone) <= now) else {
        return Ok(());
    };
    Err(DeskError::NotBacked {
        what: format!(
            "this draft promises \"{}\" by {}, which has passed",
            passed.kind,
            journal.local_time(passed.due.ends_at(zone))
        ),
        hints: vec![
            NextStep::DraftStatement {
                incidents: draft.incident_ids(),
            }
            .after("look at what may be said now: "),
        ],
    })
}

/// Refuses to tell of new trouble under an incident that is closed: no page shows it and nobody keeps its promises. What
/// has to be put right after closing is said there.
fn check_not_over(journal: &Journal, statement: &Statement) -> Result<(), DeskError> {
    for facts in statement.draft().all_facts() {
        let incidents = facts.incidents.iter();
        let mut closed = incidents.filter(|id| {
            let found = journal.state.incidents.get(*id);
            found.is_some_and(|i| !i.is_open())
        });
        let Some(id) = closed.next() else {
            continue;
        };
        if is_anything_wrong(facts) && owed_corrections(facts).is_empty() {
            return Err(DeskError::NotBacked {
                what: format!("{id} is closed, and there is trouble again"),
                hints: vec![
                    NextStep::DeclareIncident.after("declare it as an incident of its own: "),
                ],
            });
        }
    }
    Ok(())
}

/// What a statement appends. The next update that it promises counts once it is at the outlets that are for it.
fn entries_to_append(
    journal: &Journal,
    audience: &str,
    payloads: Vec<(IncidentId, EventPayload)>,
) -> Vec<Entry> {
    let promised: Vec<String> = journal
        .all_outlets()
        .filter(|(_, o)| o.counts_as_update && o.audience == audience)
        .map(|(name, _)| name.clone())
        .collect();
    payloads
        .into_iter()
        .map(|(incident, mut h)| {
            if let EventPayload::Promise(PromiseEvent::PromiseMade(made)) = &mut h
                && made.kept_when.as_deref() == Some(NEXT_STATEMENT)
            {
                made.visible_at.clone_from(&promised);
            }
            (Some(incident), h)
        })
        .collect()
}

/// A statement that was issued.
#[derive(Debug, Clone)]
pub struct Issuance {
    pub number: u32,
    /// The channels that could not hold what had to be said, and said nothing.
    pub silent_channels: Vec<SilentChannel>,
}

/// Issues what may be said now, or exactly the draft named.
///
/// # Errors
/// When the gate refuses, the draft is no longer what would be said, or the record has moved.
pub fn issue_with_reason(
    journal: &mut Journal,
    matter: Matter<'_>,
    digest: Option<&str>,
    because: Option<&str>,
) -> Result<Issuance, DeskError> {
    let Matter {
        incidents,
        audience,
        text,
    } = matter;
    let seen = journal.head().clone();
    let release = find_release(journal, matter, digest, because)?;
    let digest = match &release {
        Release::Approved(name) => Some(name.as_str()),
        _ => digest,
    };
    let statement = match digest {
        Some(name) => compose_named(journal, matter, name)?,
        None => {
            let playbooks = playbooks_for(journal, incidents, text)?;
            let parts = draft_parts(journal, incidents, &playbooks, audience, journal.clock.now)?;
            pass_gate(journal, &parts, release.wanted_draft(text))?
                .map_err(|failed| DeskError::Gate(Box::new(failed.draft), failed.findings))?
        }
    };
    check_keeps_to(journal, &release, &statement)?;
    check_not_passed(journal, &statement)?;
    check_not_over(journal, &statement)?;
    let silent_channels = statement.draft().silent_channels.clone();
    let as_of = statement.draft().facts.as_of;
    let world = journal.world()?;
    let is_open = |p: &Promise| {
        let entry = judge_promise(world, &journal.evaluator, as_of, p);
        entry.kept.is_none()
    };
    let payloads = statement
        .into_payloads(&journal.state, &is_open)
        .map_err(DigestError::from)?;
    let mut batch = entries_to_append(journal, audience, payloads);
    let number = journal.state.statements.len() as u32 + 1;
    let first = incidents.first();
    batch.extend(first.and_then(|i| release.release_entry(i, number)));
    journal.record_standing("issuing", &seen, &batch)?;
    let last = journal.state.statements.last();
    Ok(Issuance {
        number: last.map_or(0, |s| s.statement.number),
        silent_channels,
    })
}
