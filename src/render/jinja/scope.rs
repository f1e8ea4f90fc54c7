//! Facts as objects that expressions and templates can read, with a trace of what was read, printed and missing. Evaluates
//! nothing itself.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use minijinja::value::{Enumerator, Object, ObjectRepr, Value as V};

use crate::domain::base::lang::Lang;
use crate::domain::base::time::Window;
use crate::domain::base::value::Value;
use crate::domain::facts::catalogue;
use crate::domain::facts::fact::{FactEntry, Facts};
use crate::render::format::Shape;
use crate::render::time_functions;

/// Whether a condition, a due time or a text is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// A condition: facts are compared as numbers, words and lists.
    Condition,
    /// A due time: as a condition, and functions of times may be called.
    DueTime,
    /// A text: facts are printed.
    Text,
}

/// What one evaluation read, and what was missing.
#[derive(Debug, Default)]
pub(super) struct Trace {
    pub(super) reads: BTreeSet<String>,
    pub(super) lacking: BTreeSet<String>,
    pub(super) asked: BTreeSet<String>,
    pub(super) printed: Vec<(String, bool)>,
    pub(super) wrong: Option<String>,
}

#[derive(Debug)]
pub(super) struct Reading {
    pub(super) facts: Facts,
    pub(super) it: Option<String>,
    mode: Mode,
    pub(super) trace: Mutex<Trace>,
}

impl Reading {
    /// Prepares an evaluation over facts; `it` is the entry that a line with `each` is about.
    pub(super) fn new(facts: &Facts, it: Option<&str>, mode: Mode) -> Arc<Reading> {
        Arc::new(Reading {
            facts: facts.clone(),
            it: it.map(str::to_owned),
            mode,
            trace: Mutex::default(),
        })
    }

    pub(super) fn note_in_trace(&self, f: impl FnOnce(&mut Trace)) {
        f(&mut self.trace.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// The root of the facts, or a path that has facts below it and is none itself.
#[derive(Debug)]
struct Branch {
    path: String,
    reading: Arc<Reading>,
}

/// A fact that a template may print.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) path: String,
    pub(super) shape: Shape,
    pub(super) reading: Arc<Reading>,
}

/// A fact that the record does not back, or that is too old.
#[derive(Debug)]
pub(super) struct Nothing {
    pub(super) path: String,
    pub(super) is_stale: bool,
    pub(super) reading: Arc<Reading>,
}

/// A list of identifiers in a condition.
#[derive(Debug)]
struct Ids(Vec<String>);

/// A window in a condition, in seconds since 1970.
#[derive(Debug)]
struct Ends {
    earliest: Option<i64>,
    latest: i64,
}

impl Object for Ids {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }
    fn get_value(self: &Arc<Self>, key: &V) -> Option<V> {
        if key.as_str() == Some("count") {
            return Some(V::from(self.0.len()));
        }
        self.0.get(key.as_usize()?).map(|id| V::from(id.as_str()))
    }
    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.0.len())
    }
}

impl Object for Ends {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }
    fn get_value(self: &Arc<Self>, key: &V) -> Option<V> {
        match key.as_str()? {
            "earliest" => self.earliest.map(V::from),
            "latest" => Some(V::from(self.latest)),
            _ => None,
        }
    }
}

impl Object for Nothing {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }
    fn is_true(self: &Arc<Self>) -> bool {
        false
    }
    fn get_value(self: &Arc<Self>, _: &V) -> Option<V> {
        Some(V::from_dyn_object(self.clone()))
    }
}

impl Object for Leaf {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }
    fn get_value(self: &Arc<Self>, key: &V) -> Option<V> {
        let name = key.as_str()?;
        // A fact may have facts below it (`contacts.hotline.spoken`).
        let below = format!("{}.{name}", self.path);
        if self.reading.facts.entry(&below).is_some() {
            return Some(look_up(&self.reading, below));
        }
        if name == "count" && matches!(self.reading.facts.value(&self.path), Some(Value::List(_))) {
            return Some(V::from_object(Leaf {
                path: self.path.clone(),
                shape: Shape::Count,
                reading: self.reading.clone(),
            }));
        }
        self.reading.note_in_trace(|t| {
            t.wrong = Some(format!("{} has nothing called \"{name}\"", self.path))
        });
        None
    }
}

impl Object for Branch {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }
    fn is_true(self: &Arc<Self>) -> bool {
        true
    }
    fn get_value(self: &Arc<Self>, key: &V) -> Option<V> {
        let name = key.as_str()?;
        if self.path.is_empty() && name == "it" {
            return match &self.reading.it {
                Some(id) => Some(make_branch(&self.reading, catalogue::entry_path(id))),
                None => {
                    self.reading.note_in_trace(|t| {
                        t.wrong = Some("`it` stands for an entry only in a line with `each`".into())
                    });
                    None
                }
            };
        }
        // Undefined here lets the engine find the function.
        if self.path.is_empty()
            && self.reading.mode == Mode::DueTime
            && time_functions::FUNCTIONS.contains(&name)
        {
            return None;
        }
        let path = if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        };
        Some(look_up(&self.reading, path))
    }
}

pub(super) fn make_branch(reading: &Arc<Reading>, path: String) -> V {
    V::from_object(Branch {
        path,
        reading: reading.clone(),
    })
}

/// Finds a path: a fact, a branch, a missing fact, or undefined for a name that no fact can have.
fn look_up(reading: &Arc<Reading>, path: String) -> V {
    let known = match reading.facts.entry(&path) {
        Some(FactEntry::Known(fact)) => Some(fact.value.clone()),
        Some(FactEntry::Stale { .. } | FactEntry::Unknown { .. }) => None,
        None if reading.facts.has_below(&path)
            || (catalogue::kind_of(&path).is_none() && catalogue::is_branch(&path)) =>
        {
            return make_branch(reading, path);
        }
        None if catalogue::kind_of(&path).is_some() => None,
        None => {
            let near = crate::domain::base::suggest::suggest_nearest(
                &path,
                catalogue::NAMES
                    .iter()
                    .map(|n| n.path)
                    .chain(reading.facts.facts.keys().map(String::as_str)),
            );
            reading.note_in_trace(|t| t.wrong = Some(format!("there is no fact \"{path}\"{near}")));
            return V::UNDEFINED;
        }
    };
    reading.note_in_trace(|t| {
        t.reads.insert(path.clone());
    });
    match known {
        Some(_) if reading.mode == Mode::Text => V::from_object(Leaf {
            path,
            shape: Shape::Usual,
            reading: reading.clone(),
        }),
        Some(value) => comparable_value(&value, reading),
        None => {
            let is_stale = matches!(reading.facts.entry(&path), Some(FactEntry::Stale { .. }));
            reading.note_in_trace(|t| {
                t.lacking.insert(path.clone());
            });
            V::from_object(Nothing {
                path,
                is_stale,
                reading: reading.clone(),
            })
        }
    }
}

/// Turns a value into what conditions compare: shares in percent, times in seconds since 1970, links by identifier.
fn comparable_value(value: &Value, reading: &Reading) -> V {
    let zone = reading.facts.zone;
    match value {
        Value::Count(n) => V::from(*n),
        Value::Decimal(d) => V::from(d.as_f64()),
        Value::Share(s) => V::from(s.percent()),
        Value::Date(d) => V::from(
            crate::domain::base::time::When::Day(*d)
                .begins_at(zone)
                .timestamp(),
        ),
        Value::Instant(m) => V::from(m.at.timestamp()),
        Value::Window(Window { earliest, latest }) => V::from_object(Ends {
            earliest: earliest.map(|e| e.begins_at(zone).timestamp()),
            latest: latest.ends_at(zone).timestamp(),
        }),
        Value::Duration(p) => V::from(p.as_seconds()),
        Value::State(s) => V::from(s.as_str()),
        Value::Link(n) => V::from(n.id.as_str()),
        Value::List(l) => V::from_object(Ids(l.iter().map(|n| n.id.clone()).collect())),
        Value::Phrase(t) => V::from(t.get_or_any(Lang::USUAL)),
    }
}
