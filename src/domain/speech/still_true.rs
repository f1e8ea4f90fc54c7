//! Whether what was issued still holds: one function for status, reminders and quotes. It reads no rendition, only what
//! each line claimed.

use std::sync::Arc;

use crate::domain::base::time::{At, When};
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::config::playbook::Playbook;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::fact::{Fact, FactEntry, Facts};
use crate::domain::facts::history::is_history;
use crate::domain::record::rendition::SaidLine;
use crate::domain::record::statement::StatementIssued;

/// What became of a line that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It may be said again as it stands.
    Holds,
    /// The record says something else now.
    Changed {
        path: String,
        /// The event that changed it, when one did.
        by: Option<u64>,
        /// What the record says now.
        now: String,
    },
    /// Nothing contradicts it, but time has passed over it.
    Lapsed { path: String, at: Option<At> },
}

/// The facts of now about one incident, and how it is run.
pub type FactsAndPlaybook = (Facts, Option<Arc<Playbook>>);

/// A verdict for each line of a statement, against the facts of now: one ground for each incident that it
/// speaks of, in its order.
pub fn still_true(
    statement: &StatementIssued,
    grounds: &[FactsAndPlaybook],
    evaluator: &dyn Evaluator,
) -> Vec<Verdict> {
    let of = |line: &SaidLine| {
        let own = line.incident.as_ref();
        own.and_then(|id| grounds.iter().find(|(f, _)| f.incidents.contains(id)))
            .or_else(|| grounds.first())
    };
    statement
        .lines()
        .iter()
        .map(|line| match of(line) {
            Some((facts, playbook)) => judge_line(line, facts, playbook.as_deref(), evaluator),
            None => Verdict::Holds,
        })
        .collect()
}

fn judge_line(
    line: &SaidLine,
    facts: &Facts,
    playbook: Option<&Playbook>,
    evaluator: &dyn Evaluator,
) -> Verdict {
    let claims = line.claims.iter().filter(|p| !is_history(p));
    let contradiction = claims
        .filter_map(|path| Some((path, line.reads.get(path)?)))
        .find_map(|(path, said)| contradiction_of(line, path, said, facts));
    contradiction
        .or_else(|| state_gone(line, facts))
        .or_else(|| condition_gone(line, facts, playbook, evaluator))
        .unwrap_or(Verdict::Holds)
}

/// The lists of a state: who is in one is in no other, and what was said of it for that is true no more once it has left.
const STATES: [&str; 9] = [
    "down",
    "degraded",
    "unstable",
    "at_risk",
    "planned_down",
    "regions.down",
    "regions.impaired",
    "services.down",
    "services.impaired",
];

/// What the line was said for has left the state that it was said for, whatever else is as it was.
fn state_gone(line: &SaidLine, facts: &Facts) -> Option<Verdict> {
    let it = line.it.as_deref()?;
    let holds = |value: &Value| matches!(value, Value::List(l) if l.iter().any(|n| n.id == it));
    let left = STATES.iter().find_map(|path| {
        let now = facts.known_fact(path)?;
        (holds(line.reads.get(*path)?) && !holds(&now.value)).then_some((*path, now))
    });
    let (path, now) = left?;
    let state = facts
        .known_fact(&format!("links.{it}.state"))
        .unwrap_or(now);
    Some(changed_to(line, path, state))
}

/// Why a claim no longer holds; none while it does.
fn contradiction_of(line: &SaidLine, path: &str, said: &Value, facts: &Facts) -> Option<Verdict> {
    if path == "next_update" {
        return next_update_passed(path, said, facts);
    }
    if path.starts_with("promise.") && !is_due_revised(path, said, facts) {
        return due_passed(path, said, facts);
    }
    match facts.entry(path) {
        Some(FactEntry::Known(f)) if f.value == *said => None,
        Some(FactEntry::Known(f)) => Some(changed_to(line, path, f)),
        Some(FactEntry::Stale { fact, .. }) if fact.value == *said => Some(Verdict::Lapsed {
            path: path.to_owned(),
            at: fact.fresh_until,
        }),
        Some(FactEntry::Stale { fact, .. }) => Some(Verdict::Changed {
            path: path.to_owned(),
            by: None,
            now: fact.value.to_plain_text(),
        }),
        _ => Some(Verdict::Lapsed {
            path: path.to_owned(),
            at: end_of_window(said, facts).filter(|t| *t <= facts.as_of),
        }),
    }
}

fn next_update_passed(path: &str, said: &Value, facts: &Facts) -> Option<Verdict> {
    let Value::Instant(m) = said else { return None };
    (m.at < facts.as_of).then(|| Verdict::Lapsed {
        path: path.to_owned(),
        at: Some(m.at),
    })
}

/// A due time stays said when its promise has been kept; it is another only when it was revised.
fn is_due_revised(path: &str, said: &Value, facts: &Facts) -> bool {
    let told = path.replace(".due", ".told_due");
    let now = facts.known_fact(path);
    facts.known_fact(&told).is_some() && now.is_some_and(|f| f.value != *said)
}

fn due_passed(path: &str, said: &Value, facts: &Facts) -> Option<Verdict> {
    let has_passed = match said {
        Value::Instant(m) => m.at < facts.as_of,
        Value::Date(d) => When::Day(*d).ends_at(facts.zone) <= facts.as_of,
        _ => false,
    };
    has_passed.then(|| Verdict::Lapsed {
        path: path.to_owned(),
        at: None,
    })
}

fn end_of_window(said: &Value, facts: &Facts) -> Option<At> {
    match said {
        Value::Window(w) => Some(w.latest.ends_at(facts.zone)),
        _ => None,
    }
}

fn changed_to(line: &SaidLine, path: &str, now: &Fact) -> Verdict {
    let mut newest = now.events.iter().rev();
    Verdict::Changed {
        path: path.to_owned(),
        by: newest.find(|e| !line.events.contains(e)).copied(),
        now: now.value.to_plain_text(),
    }
}

/// The condition of the line, where it no longer holds. A correction is said once and has none.
fn condition_gone(
    line: &SaidLine,
    facts: &Facts,
    playbook: Option<&Playbook>,
    evaluator: &dyn Evaluator,
) -> Option<Verdict> {
    let template = playbook.and_then(|p| p.find_line(&line.id));
    // A sentence by hand ends with the phase that it was written in, and is not untrue by that: its claims are asked.
    let template = template.filter(|l| l.element != Element::Correction && l.written_by.is_none());
    let when = template.and_then(|l| l.when.as_ref())?;
    let tested = evaluator
        .test_condition(when, facts, line.it.as_deref())
        .ok()?;
    if tested.truth == Some(true) {
        return None;
    }
    let read = tested.missing.iter().chain(&tested.reads);
    let changed: Vec<&String> = read.filter(|p| has_changed(p, line, facts)).collect();
    // News of what was told before, as in a title, is no news once it has been said: that makes nothing untrue.
    let is_told = |p: &&&String| is_history(p) && **p != "as_of";
    if !changed.is_empty() && changed.iter().all(|p| is_told(&p)) {
        return None;
    }
    let path = changed.first().copied();
    let path = path.or(tested.reads.iter().next()).cloned();
    let path = path.unwrap_or_default();
    Some(match facts.known_fact(&path) {
        Some(fact) => changed_to(line, &path, fact),
        None => Verdict::Lapsed { path, at: None },
    })
}

fn has_changed(path: &str, line: &SaidLine, facts: &Facts) -> bool {
    match (line.reads.get(path), facts.value(path)) {
        (Some(a), Some(b)) => a != b,
        (None, None) => false,
        _ => true,
    }
}

#[cfg(test)]
#[path = "still_true_tests.rs"]
mod still_true_tests;
