//! Whether what was issued still holds: one function for status, reminders and quotes.

use std::sync::Arc;

use crate::domain::base::time::{At, When};
use crate::domain::base::value::Value;
use crate::domain::config::playbook::Playbook;
use crate::domain::facts::evaluator::Voice;
use crate::domain::facts::fact::{Entry, Facts};
use crate::domain::record::rendition::SaidLine;
use crate::domain::record::statement::StatementIssued;

/// What became of a line that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It may be said again as it stands.
    Holds,
    /// The record says something else now.
    Changed {
        /// The fact.
        path: String,
        /// The event that changed it, when one did.
        by: Option<u64>,
        /// What the record says now.
        now: String,
    },
    /// Nothing contradicts it, but time has passed over it.
    Lapsed {
        /// The fact.
        path: String,
        /// Since when.
        at: Option<At>,
    },
}

/// The facts of now about one incident, and how it is run.
pub type Ground = (Facts, Option<Arc<Playbook>>);

/// A verdict for each line of a statement, against the facts of now: one ground for each incident that it
/// speaks of, in its order.
pub fn still_true(
    statement: &StatementIssued,
    grounds: &[Ground],
    voice: &dyn Voice,
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
            Some((facts, playbook)) => verdict(line, facts, playbook.as_deref(), voice),
            None => Verdict::Holds,
        })
        .collect()
}

/// What a statement says of its own moment and of the past stays true.
fn is_history(path: &str) -> bool {
    path.contains(".told_")
        || matches!(
            path,
            "as_of"
                | "late_update"
                | "corrections"
                | "corrected"
                | "corrected_statement_at"
                | "last_statement"
                | "last_statement_at"
                | "slipped"
                | "passed"
                | "withdrawn"
                | "promises.slipped"
                | "promises.missed"
                | "promises.withdrawn"
        )
        || path.starts_with("promises.")
}

fn verdict(
    line: &SaidLine,
    facts: &Facts,
    playbook: Option<&Playbook>,
    voice: &dyn Voice,
) -> Verdict {
    for path in line.claims.iter().filter(|p| !is_history(p)) {
        let Some(said) = line.reads.get(path) else {
            continue;
        };
        if path == "next_update" {
            if let Value::Instant(m) = said
                && m.at < facts.as_of
            {
                return Verdict::Lapsed {
                    path: path.clone(),
                    at: Some(m.at),
                };
            }
            continue;
        }
        // A due time stays said when its promise has been kept; it is another only when it was revised.
        if path.starts_with("promise.") {
            let has_passed = match said {
                Value::Instant(m) => m.at < facts.as_of,
                Value::Date(d) => When::Day(*d).ends(facts.zone) <= facts.as_of,
                _ => false,
            };
            let is_open = facts.known(&path.replace(".due", ".told_due")).is_some();
            match facts.known(path) {
                Some(f) if is_open && f.value != *said => {}
                _ if has_passed => {
                    return Verdict::Lapsed {
                        path: path.clone(),
                        at: None,
                    };
                }
                _ => continue,
            }
        }
        match facts.entry(path) {
            Some(Entry::Known(f)) if f.value == *said => {}
            Some(Entry::Known(f)) => {
                let by = f
                    .events
                    .iter()
                    .rev()
                    .find(|e| !line.events.contains(e))
                    .copied();
                return Verdict::Changed {
                    path: path.clone(),
                    by,
                    now: f.value.plain(),
                };
            }
            Some(Entry::Stale { fact, .. }) if fact.value == *said => {
                return Verdict::Lapsed {
                    path: path.clone(),
                    at: fact.fresh_until,
                };
            }
            Some(Entry::Stale { fact, .. }) => {
                return Verdict::Changed {
                    path: path.clone(),
                    by: None,
                    now: fact.value.plain(),
                };
            }
            _ => {
                let at = match said {
                    Value::Window(w) => {
                        Some(w.latest.ends(facts.zone)).filter(|t| *t <= facts.as_of)
                    }
                    _ => None,
                };
                return Verdict::Lapsed {
                    path: path.clone(),
                    at,
                };
            }
        }
    }
    let template = playbook
        .and_then(|p| p.line(&line.id))
        .filter(|l| l.element != crate::domain::config::line::Element::Correction);
    if let Some(when) = template.and_then(|l| l.when.as_ref())
        && let Ok(tested) = voice.test(when, facts, line.it.as_deref())
        && tested.truth != Some(true)
    {
        let path = tested
            .missing
            .iter()
            .chain(&tested.reads)
            .find(|p| changed(p, line, facts));
        let path = path
            .or(tested.reads.iter().next())
            .cloned()
            .unwrap_or_default();
        return match facts.known(&path) {
            Some(f) => Verdict::Changed {
                by: f
                    .events
                    .iter()
                    .rev()
                    .find(|e| !line.events.contains(e))
                    .copied(),
                now: f.value.plain(),
                path,
            },
            None => Verdict::Lapsed { path, at: None },
        };
    }
    Verdict::Holds
}

fn changed(path: &str, line: &SaidLine, facts: &Facts) -> bool {
    match (line.reads.get(path), facts.value(path)) {
        (Some(a), Some(b)) => a != b,
        (None, None) => false,
        _ => true,
    }
}
