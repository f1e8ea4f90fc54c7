//! Expressions and templates by minijinja, over facts that note what is read.
//!
//! A line's text may print facts and nothing else: `{{ path }}` or `{{ path | filter }}`. Choosing is done
//! by `when`, repeating by `each`; so a text has no loops and its length has a bound.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chrono_tz::Tz;
use minijinja::value::{Enumerator, Object, ObjectRepr, Value as V};
use minijinja::{Environment, Error, ErrorKind, OutputSpanKind, UndefinedBehavior};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::domain::base::lang::Lang;
use crate::domain::base::time::{When, Window};
use crate::domain::base::value::Value;
use crate::domain::config::channel::Channel;
use crate::domain::facts::catalogue as names;
use crate::domain::facts::evaluator::{Claim, Measure, Spoken, Style, Tested, Voice, VoiceError};
use crate::domain::facts::fact::{Entry, Facts};
use crate::render::form::{self, Setting, Shape};
use crate::render::length;
use crate::render::reckoning;

/// Steps that one expression or text may take: far above any real one, reached in a fraction of a millisecond.
const FUEL: u64 = 20_000;

/// The longest expression or text of a line, in bytes.
pub const MAX_TEMPLATE: usize = 4_000;

/// The voice of the product: minijinja over facts.
#[derive(Debug, Default, Clone, Copy)]
pub struct Jinja;

/// What one evaluation read, and what it lacked.
#[derive(Debug, Default)]
struct Trace {
    reads: BTreeSet<String>,
    lacking: BTreeSet<String>,
    asked: BTreeSet<String>,
    printed: Vec<(String, bool)>,
    wrong: Option<String>,
}

#[derive(Debug)]
struct Reading {
    facts: Facts,
    it: Option<String>,
    printing: bool,
    reckons: bool,
    trace: Mutex<Trace>,
}

impl Reading {
    fn note(&self, f: impl FnOnce(&mut Trace)) {
        f(&mut self.trace.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// A place among the facts: the root, or a path that is not a fact itself.
#[derive(Debug)]
struct Branch {
    path: String,
    reading: Arc<Reading>,
}

/// A fact, as a template prints it.
#[derive(Debug)]
struct Leaf {
    path: String,
    shape: Shape,
    reading: Arc<Reading>,
}

/// A fact that nothing backs, or that has grown old.
#[derive(Debug)]
struct Nothing {
    path: String,
    is_stale: bool,
    reading: Arc<Reading>,
}

/// A list of identifiers, as a condition sees it.
#[derive(Debug)]
struct Ids(Vec<String>);

/// A window, as a condition sees it: seconds since 1970.
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
        self.reading
            .note(|t| t.wrong = Some(format!("{} has nothing called \"{name}\"", self.path)));
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
                Some(id) => Some(branch(&self.reading, names::entry_path(id))),
                None => {
                    self.reading.note(|t| {
                        t.wrong = Some("`it` stands for an entry only in a line with `each`".into())
                    });
                    None
                }
            };
        }
        // The functions of due times are not facts.
        if self.path.is_empty() && self.reading.reckons && reckoning::FUNCTIONS.contains(&name) {
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

fn branch(reading: &Arc<Reading>, path: String) -> V {
    V::from_object(Branch {
        path,
        reading: reading.clone(),
    })
}

/// What stands at a path: a fact, a branch, nothing yet, or a name that no fact can have.
fn look_up(reading: &Arc<Reading>, path: String) -> V {
    let known = match reading.facts.entry(&path) {
        Some(Entry::Known(fact)) => Some(fact.value.clone()),
        Some(Entry::Stale { .. } | Entry::Unknown { .. }) => None,
        None if reading.facts.has_below(&path)
            || (names::kind_of(&path).is_none() && names::is_branch(&path)) =>
        {
            return branch(reading, path);
        }
        None if names::kind_of(&path).is_some() => None,
        None => {
            let near = crate::domain::base::suggest::nearest(
                &path,
                names::NAMES
                    .iter()
                    .map(|n| n.path)
                    .chain(reading.facts.facts.keys().map(String::as_str)),
            );
            reading.note(|t| t.wrong = Some(format!("there is no fact \"{path}\"{near}")));
            return V::UNDEFINED;
        }
    };
    reading.note(|t| {
        t.reads.insert(path.clone());
    });
    match known {
        Some(_) if reading.printing => V::from_object(Leaf {
            path,
            shape: Shape::Usual,
            reading: reading.clone(),
        }),
        Some(value) => native(&value, reading),
        None => {
            let is_stale = matches!(reading.facts.entry(&path), Some(Entry::Stale { .. }));
            reading.note(|t| {
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

/// The value as conditions compare it: shares in percent, times in seconds since 1970, links by identifier.
fn native(value: &Value, reading: &Reading) -> V {
    let zone = reading.facts.zone;
    match value {
        Value::Count(n) => V::from(*n),
        Value::Decimal(d) => V::from(d.as_f64()),
        Value::Share(s) => V::from(s.percent()),
        Value::Date(d) => V::from(
            crate::domain::base::time::When::Day(*d)
                .begins(zone)
                .timestamp(),
        ),
        Value::Instant(m) => V::from(m.at.timestamp()),
        Value::Window(Window { earliest, latest }) => V::from_object(Ends {
            earliest: earliest.map(|e| e.begins(zone).timestamp()),
            latest: latest.ends(zone).timestamp(),
        }),
        Value::Duration(p) => V::from(p.as_seconds()),
        Value::State(s) => V::from(s.as_str()),
        Value::Link(n) => V::from(n.id.as_str()),
        Value::List(l) => V::from_object(Ids(l.iter().map(|n| n.id.clone()).collect())),
        Value::Phrase(t) => V::from(t.any(Lang::En)),
    }
}

fn ask(value: &V) -> Option<bool> {
    let nothing = value.downcast_object_ref::<Nothing>()?;
    // What has only grown old is neither known nor unknown: it has to be confirmed first.
    if !nothing.is_stale {
        nothing.reading.note(|t| {
            t.asked.insert(nothing.path.clone());
        });
    }
    Some(false)
}

fn is_known(value: &V) -> bool {
    ask(value).unwrap_or(!value.is_undefined())
}

fn shaped(value: &V, shape: Shape) -> Result<V, Error> {
    if value.downcast_object_ref::<Nothing>().is_some() {
        return Ok(value.clone());
    }
    let leaf = value.downcast_object_ref::<Leaf>().ok_or_else(|| {
        Error::new(
            ErrorKind::InvalidOperation,
            "time, date, band and count take a fact",
        )
    })?;
    Ok(V::from_object(Leaf {
        path: leaf.path.clone(),
        shape,
        reading: leaf.reading.clone(),
    }))
}

fn environment<'a>(style: Option<Style>) -> Environment<'a> {
    let mut env = Environment::empty();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(FUEL));
    env.set_recursion_limit(40);
    env.add_test("known", |v: &V| is_known(v));
    env.add_test("unknown", |v: &V| !is_known(v));
    env.add_filter("time", |v: &V| shaped(v, Shape::Time));
    env.add_filter("date", |v: &V| shaped(v, Shape::Date));
    env.add_filter("band", |v: &V| shaped(v, Shape::Band));
    env.add_filter("count", |v: &V| shaped(v, Shape::Count));
    if let Some(style) = style {
        env.set_formatter(move |out, _, value| {
            if value.downcast_object_ref::<Nothing>().is_some() {
                return Ok(());
            }
            let leaf = value.downcast_object_ref::<Leaf>().ok_or_else(|| {
                Error::new(
                    ErrorKind::InvalidOperation,
                    "a placeholder prints a fact, nothing else",
                )
            })?;
            let facts = &leaf.reading.facts;
            let may_grow =
                !leaf.path.ends_with(".parts_back") && !leaf.path.ends_with(".parts_out");
            let setting = Setting {
                style,
                zone: facts.zone,
                as_of: facts.as_of,
                may_grow,
            };
            let fact = facts
                .known(&leaf.path)
                .ok_or_else(|| Error::new(ErrorKind::UndefinedError, "fact lost"))?;
            let text = form::say(&fact.value, leaf.shape, setting).map_err(|e| {
                Error::new(ErrorKind::InvalidOperation, format!("{}: {e}", leaf.path))
            })?;
            if text.is_empty() {
                return Err(Error::new(
                    ErrorKind::InvalidOperation,
                    format!("{} is an empty text", leaf.path),
                ));
            }
            let banded = leaf.shape == Shape::Band;
            leaf.reading
                .note(|t| t.printed.push((leaf.path.clone(), banded)));
            out.write_str(&text).map_err(Error::from)
        });
    }
    env
}

/// The environment of conditions.
fn plain() -> &'static Environment<'static> {
    static MADE: OnceLock<Environment<'static>> = OnceLock::new();
    MADE.get_or_init(|| environment(None))
}

/// The environment of due times. A workspace has one zone, so the first that is asked for is kept.
fn reckoning(zone: Tz) -> Cow<'static, Environment<'static>> {
    static MADE: OnceLock<(Tz, Environment<'static>)> = OnceLock::new();
    let make = || {
        let mut env = environment(None);
        reckoning::add(&mut env, zone);
        env
    };
    match MADE.get_or_init(|| (zone, make())) {
        (own, env) if *own == zone => Cow::Borrowed(env),
        _ => Cow::Owned(make()),
    }
}

fn explain(error: &Error, reading: &Reading) -> VoiceError {
    let wrong = reading
        .trace
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .wrong
        .clone();
    let what = wrong.unwrap_or_else(|| match error.kind() {
        ErrorKind::OutOfFuel => "works too long: an expression is a short condition".to_owned(),
        _ => match error.detail() {
            Some(detail) => detail.to_owned(),
            None => error.kind().to_string(),
        },
    });
    VoiceError {
        what,
        range: error.range().map(|r| (r.start, r.end)),
    }
}

fn reading(facts: &Facts, it: Option<&str>, printing: bool) -> Arc<Reading> {
    Arc::new(Reading {
        facts: facts.clone(),
        it: it.map(str::to_owned),
        printing,
        reckons: false,
        trace: Mutex::default(),
    })
}

fn bounded(text: &str) -> Result<(), VoiceError> {
    if text.len() > MAX_TEMPLATE {
        return Err(VoiceError {
            what: format!(
                "is {} bytes long, at most {MAX_TEMPLATE} are read",
                text.len()
            ),
            range: None,
        });
    }
    Ok(())
}

impl Voice for Jinja {
    fn test(
        &self,
        expression: &str,
        facts: &Facts,
        it: Option<&str>,
    ) -> Result<Tested, VoiceError> {
        bounded(expression)?;
        let reading = reading(facts, it, false);
        let env = plain();
        let value = env
            .compile_expression(expression)
            .and_then(|e| e.eval(branch(&reading, String::new())))
            .map_err(|e| (e, &reading));
        let mut trace = reading.trace.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(what) = trace.wrong.take() {
            return Err(VoiceError { what, range: None });
        }
        let missing: BTreeSet<String> = trace.lacking.difference(&trace.asked).cloned().collect();
        let reads = std::mem::take(&mut trace.reads);
        drop(trace);
        let truth = match value {
            // An operation on something unknown has no outcome; it is not an error of the playbook.
            _ if !missing.is_empty() => None,
            Ok(v) => Some(v.is_true()),
            Err((error, reading)) => return Err(explain(&error, reading)),
        };
        Ok(Tested {
            truth,
            reads,
            missing,
        })
    }

    fn time(
        &self,
        expression: &str,
        facts: &Facts,
        it: Option<&str>,
    ) -> Result<(Option<When>, BTreeSet<String>), VoiceError> {
        bounded(expression)?;
        let reading = Arc::new(Reading {
            facts: facts.clone(),
            it: it.map(str::to_owned),
            printing: false,
            reckons: true,
            trace: Mutex::default(),
        });
        let env = reckoning(facts.zone);
        let value = env
            .compile_expression(&reckoning::in_seconds(expression))
            .and_then(|e| e.eval(branch(&reading, String::new())));
        let trace = reading.trace.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(what) = &trace.wrong {
            return Err(VoiceError {
                what: what.clone(),
                range: None,
            });
        }
        let missing: BTreeSet<String> = trace.lacking.difference(&trace.asked).cloned().collect();
        if !missing.is_empty() {
            return Ok((None, missing));
        }
        let reads = trace.reads.clone();
        drop(trace);
        let value = value.map_err(|e| explain(&e, &reading))?;
        let due = reckoning::when(&value).map_err(|what| VoiceError { what, range: None })?;
        Ok((Some(due), reads))
    }

    fn render(
        &self,
        template: &str,
        style: Style,
        facts: &Facts,
        it: Option<&str>,
    ) -> Result<Spoken, VoiceError> {
        bounded(template)?;
        if let Some(at) = template.find("{%") {
            return Err(VoiceError {
                what: "a text has no {% ... %}: choose with `when`, repeat with `each`".into(),
                range: Some((at, at + 2)),
            });
        }
        let flat: String = template.split_whitespace().collect::<Vec<_>>().join(" ");
        let flat = if is_nfc(&flat) {
            flat
        } else {
            flat.nfc().collect()
        };
        let reading = reading(facts, it, true);
        let env = environment(Some(style));
        let made = env
            .template_from_str(&flat)
            .and_then(|t| t.render_with_spans(branch(&reading, String::new())))
            .map_err(|e| explain(&e, &reading));
        let trace = reading.trace.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(what) = &trace.wrong {
            return Err(VoiceError {
                what: what.clone(),
                range: None,
            });
        }
        if !trace.lacking.is_empty() {
            return Ok(Spoken {
                text: String::new(),
                claims: Vec::new(),
                missing: trace.lacking.clone(),
            });
        }
        let (mut text, spans) = made?;
        let placed = spans
            .iter()
            .filter(|s| s.kind() == OutputSpanKind::Expression);
        let claims: Vec<Claim> = trace
            .printed
            .iter()
            .zip(placed)
            .map(|((path, banded), span)| Claim {
                path: path.clone(),
                start: span.output_range().start,
                end: span.output_range().end,
                banded: *banded,
            })
            .collect();
        capitalise(&mut text, &claims);
        Ok(Spoken {
            text,
            claims,
            missing: BTreeSet::new(),
        })
    }

    fn names(&self, text: &str, is_template: bool) -> Result<BTreeSet<String>, VoiceError> {
        bounded(text)?;
        let env = plain();
        let wrong = |error: Error| VoiceError {
            what: error
                .detail()
                .map_or_else(|| error.kind().to_string(), str::to_owned),
            range: error.range().map(|r| (r.start, r.end)),
        };
        let found = if is_template {
            env.template_from_str(text)
                .map_err(wrong)?
                .undeclared_variables(true)
        } else {
            env.compile_expression(&reckoning::in_seconds(text))
                .map_err(wrong)?
                .undeclared_variables(true)
        };
        Ok(found.into_iter().collect())
    }

    fn measure(&self, channel: &Channel, lang: Lang, text: &str) -> Measure {
        length::measure(channel, lang, text)
    }
}

/// A name that begins a sentence begins with a capital letter. Offsets stay: a letter that would change
/// its length is left as it is.
fn capitalise(text: &mut String, claims: &[Claim]) {
    // An address is written as it is.
    for claim in claims.iter().filter(|c| !c.path.starts_with("contacts.")) {
        let before = &text[..claim.start];
        let begins = before.trim_end().is_empty() || before.trim_end().ends_with(['.', '!', '?']);
        let Some(first) = text[claim.start..]
            .chars()
            .next()
            .filter(|c| begins && c.is_lowercase())
        else {
            continue;
        };
        let upper: String = first.to_uppercase().collect();
        if upper.len() == first.len_utf8() {
            text.replace_range(claim.start..claim.start + first.len_utf8(), &upper);
        }
    }
}
