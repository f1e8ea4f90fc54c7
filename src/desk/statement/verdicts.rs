//! Whether what was issued still holds, worked out now or taken from a moment ago. It issues nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::desk::core::incident_facts::{derive_facts, playbook_of_incident};
use crate::desk::core::verdict_cache::{CachedVerdict, ROOM, ROOM_FOR_FACTS, is_recent};
use crate::desk::{DeskError, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::parallel;
use crate::domain::base::time::At;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::fact::Facts;
use crate::domain::facts::world::World;
use crate::domain::ledger::all_facts::derive_all_facts;
use crate::domain::record::statement::StatementIssued;
use crate::domain::speech::still_true::{FactsAndPlaybook, Verdict, still_true};
use crate::domain::state::incident::Issued;

/// A verdict for each line of an issued statement, now.
///
/// # Errors
/// When facts cannot be derived.
pub fn judge_statement(snapshot: &Snapshot, issued: &Issued) -> Result<Vec<Verdict>, DeskError> {
    let mut grounds: Vec<FactsAndPlaybook> = Vec::new();
    for incident in &issued.statement.incidents {
        let facts = derive_facts(snapshot, incident, &issued.statement.audience)?;
        grounds.push((facts, playbook_of_incident(snapshot, incident).ok()));
    }
    Ok(still_true(&issued.statement, &grounds, &snapshot.evaluator))
}

/// The same with the facts of one incident to customers at hand.
pub(crate) fn judge_statement_with(
    snapshot: &Snapshot,
    issued: &Issued,
    incident: &str,
    facts: &Facts,
) -> Result<Vec<Verdict>, DeskError> {
    let only = issued.statement.incidents.as_slice() == [incident.to_owned()];
    if !only || issued.statement.audience != facts.audience {
        return judge_statement(snapshot, issued);
    }
    let ground = (facts.clone(), playbook_of_incident(snapshot, incident).ok());
    Ok(still_true(
        &issued.statement,
        &[ground],
        &snapshot.evaluator,
    ))
}

/// So many statements are worth threads.
pub(in crate::desk) const WORTH_THREADS: usize = 16;

fn judge_now(
    world: World<'_>,
    evaluator: &dyn Evaluator,
    issued: &Issued,
    now: At,
) -> Result<CachedVerdict, DeskError> {
    let s = &issued.statement;
    let mut grounds: Vec<FactsAndPlaybook> = Vec::new();
    for incident in &s.incidents {
        let facts = derive_all_facts(world, incident, &s.audience, now, evaluator)?;
        let about = world.state.incidents.get(incident);
        grounds.push((facts, about.and_then(|i| world.books.playbook_of(i))));
    }
    let verdicts = still_true(s, &grounds, evaluator);
    if grounds.is_empty() {
        let what = format!("statement {} speaks of no incident", s.number);
        return Err(Refusal::new(what, "").into());
    }
    Ok(CachedVerdict {
        at: now,
        held: why_held(s, verdicts),
    })
}

/// The facts of an incident as of now or a few seconds ago.
pub(crate) fn recent_facts(
    snapshot: &Snapshot,
    incident: &str,
    audience: &str,
) -> Result<Arc<Facts>, DeskError> {
    let now = snapshot.clock.now;
    let key = (incident.to_owned(), audience.to_owned());
    if let Ok(kept) = snapshot.lately.facts.lock()
        && let Some(facts) = kept.get(&key).filter(|f| is_recent(f.as_of, now))
    {
        return Ok(Arc::clone(facts));
    }
    let facts = Arc::new(derive_facts(snapshot, incident, audience)?);
    if let Ok(mut kept) = snapshot.lately.facts.lock() {
        if kept.len() >= ROOM_FOR_FACTS {
            kept.clear();
        }
        kept.insert(key, Arc::clone(&facts));
    }
    Ok(facts)
}

/// Whether a statement may be said and what its envelope says, now or a few seconds ago.
pub(crate) fn recent_judgement(
    snapshot: &Snapshot,
    number: u32,
) -> Result<CachedVerdict, DeskError> {
    let now = snapshot.clock.now;
    if let Ok(kept) = snapshot.lately.judged.lock()
        && let Some(judged) = kept.get(&number).filter(|j| is_recent(j.at, now))
    {
        return Ok(judged.clone());
    }
    let issued = snapshot.state.find_statement(number);
    let issued =
        issued.ok_or_else(|| Refusal::new(format!("there is no statement {number}"), ""))?;
    let judged = judge_now(snapshot.world()?, &snapshot.evaluator, issued, now)?;
    snapshot.lately.keep(number, &judged);
    Ok(judged)
}

/// The same for many statements ahead of asking for each, on all cores.
pub(crate) fn judge_ahead(snapshot: &Snapshot, numbers: &BTreeSet<u32>) -> Result<(), DeskError> {
    let (world, now, evaluator) = (snapshot.world()?, snapshot.clock.now, &snapshot.evaluator);
    let all = numbers
        .iter()
        .filter_map(|n| snapshot.state.find_statement(*n));
    let all: Vec<&Issued> = all.take(ROOM).collect();
    if all.len() < WORTH_THREADS {
        return Ok(());
    }
    let judged = parallel::map_slice(&all, WORTH_THREADS, |s| judge_now(world, evaluator, s, now));
    for (issued, judged) in all.into_iter().zip(judged) {
        // What goes wrong here goes wrong again where it is asked for, and is said there.
        if let Ok(judged) = judged {
            snapshot.lately.keep(issued.statement.number, &judged);
        }
    }
    Ok(())
}

/// Why a statement may not be said, by the verdicts on its lines.
pub(crate) fn why_held(s: &StatementIssued, verdicts: Vec<Verdict>) -> Option<String> {
    let mut lines = s.lines().iter().zip(verdicts);
    lines.find_map(|(line, verdict)| {
        let what = match verdict {
            Verdict::Holds => return None,
            Verdict::Changed { path, now, .. } => format!("{path} is now {now}"),
            Verdict::Lapsed { path, .. } => format!("{path} has lapsed"),
        };
        let number = s.number;
        Some(format!(
            "statement {number} is no longer true (`{}`: {what})",
            line.id
        ))
    })
}
