//! When a promise falls due: what a fact says, or what an expression gives at that moment. It makes no promise.

use std::collections::BTreeSet;

use crate::domain::base::time::{When, up_to_five_minutes};
use crate::domain::base::value::Value;
use crate::domain::facts::catalogue::kind_of;
use crate::domain::facts::catalogue::resolve_path;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::fact::Facts;
use crate::domain::facts::missing::MissingFact;

/// A due time with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DueTime {
    /// A fact says it.
    Fact { path: String, due: When },
    /// An expression gives it.
    Reckoned {
        /// The time, rounded up to five minutes.
        due: When,
        /// The facts that it was reckoned from.
        reads: BTreeSet<String>,
    },
}

impl DueTime {
    /// Reads `due:` of a kind of promise; `it` is the link or region that it is about.
    ///
    /// # Errors
    /// What is missing, for staff.
    pub fn read_due(
        text: &str,
        facts: &Facts,
        it: Option<&str>,
        evaluator: &dyn Evaluator,
    ) -> Result<DueTime, MissingFact> {
        let text = text.trim();
        if is_path(text) {
            let path = resolve_path(text.strip_suffix(".latest").unwrap_or(text), it);
            let due = match facts.value(&path) {
                Some(Value::Window(w)) => w.latest,
                Some(Value::Instant(m)) => When::At(m.at),
                Some(Value::Date(d)) => When::Day(*d),
                Some(other) => {
                    let what = format!("{path} is {} and no time", other.type_name());
                    return Err(MissingFact::from_untranslated(&what, None));
                }
                None => return Err(facts.missing_at(&path)),
            };
            return Ok(DueTime::Fact { path, due });
        }
        match evaluator.evaluate_time(text, facts, it) {
            Ok((Some(due), reads)) => {
                let due = match due {
                    When::At(at) => When::At(up_to_five_minutes(at)),
                    day => day,
                };
                Ok(DueTime::Reckoned { due, reads })
            }
            Ok((None, missing)) => {
                let first = missing.iter().next().cloned().unwrap_or_default();
                Err(facts.missing_at(&first))
            }
            Err(error) => {
                let what = format!("due `{text}`: {error}");
                Err(MissingFact::from_untranslated(&what, None))
            }
        }
    }
}

/// True when `due:` names a fact alone.
pub fn is_path(text: &str) -> bool {
    let is_name = text
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
        && text.chars().next().is_some_and(|c| c.is_ascii_alphabetic());
    is_name && (kind_of(text).is_some() || !text.contains('-'))
}

#[cfg(test)]
#[path = "due_tests.rs"]
mod due_tests;
