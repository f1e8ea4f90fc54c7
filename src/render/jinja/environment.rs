//! The environments of expressions and templates: their limits, tests and filters. Knows no line and no playbook.

use std::borrow::Cow;
use std::sync::OnceLock;

use chrono_tz::Tz;
use minijinja::value::{Kwargs, Value as V};
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};

use crate::domain::facts::evaluator::Style;
use crate::render::format::{self, Setting, Shape};
use crate::render::jinja::plural::{self, Word};
use crate::render::jinja::scope::{Leaf, Nothing};
use crate::render::time_functions;

/// The most steps of one expression or text: far more than a real one takes, used up in a fraction of a millisecond.
const FUEL: u64 = 20_000;

/// False for a missing fact, which is noted as asked for; none for a value.
fn ask_for_missing(value: &V) -> Option<bool> {
    let nothing = value.downcast_object_ref::<Nothing>()?;
    // A fact that is too old is neither known nor unknown until a person confirms it.
    if !nothing.is_stale {
        nothing.reading.note_in_trace(|t| {
            t.asked.insert(nothing.path.clone());
        });
    }
    Some(false)
}

fn is_known(value: &V) -> bool {
    ask_for_missing(value).unwrap_or(!value.is_undefined())
}

/// The same fact, to be printed in another shape.
fn reshape_fact(value: &V, shape: Shape) -> Result<V, Error> {
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

/// Builds an environment; with a style, for texts: placeholders print facts in that style.
pub(super) fn make_environment<'a>(style: Option<Style>) -> Environment<'a> {
    let mut env = Environment::empty();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    env.set_fuel(Some(FUEL));
    env.set_recursion_limit(40);
    env.add_test("known", |v: &V| is_known(v));
    env.add_test("unknown", |v: &V| !is_known(v));
    env.add_filter("time", |v: &V| reshape_fact(v, Shape::Time));
    env.add_filter("date", |v: &V| reshape_fact(v, Shape::Date));
    env.add_filter("band", |v: &V| reshape_fact(v, Shape::Band));
    env.add_filter("count", |v: &V| reshape_fact(v, Shape::Count));
    if let Some(style) = style {
        env.add_filter("plural", move |v: &V, words: Kwargs| {
            plural::choose_word(v, &words, style)
        });
        env.set_formatter(move |out, _, value| match print_fact(value, style)? {
            Some(text) => out.write_str(&text).map_err(Error::from),
            None => Ok(()),
        });
    }
    env
}

/// The text of a placeholder, noted in the trace; none for a missing fact.
fn print_fact(value: &V, style: Style) -> Result<Option<String>, Error> {
    let invalid = |what: String| Error::new(ErrorKind::InvalidOperation, what);
    if value.downcast_object_ref::<Nothing>().is_some() {
        return Ok(None);
    }
    if let Some(word) = value.downcast_object_ref::<Word>() {
        // It is no fact: its place among the placeholders is kept, and claims nothing.
        word.reading
            .note_in_trace(|t| t.printed.push((String::new(), false)));
        return Ok(Some(word.text.clone()));
    }
    let leaf = value
        .downcast_object_ref::<Leaf>()
        .ok_or_else(|| invalid("a placeholder prints a fact, nothing else".into()))?;
    let facts = &leaf.reading.facts;
    let may_grow = !leaf.path.ends_with(".parts_back") && !leaf.path.ends_with(".parts_out");
    // The moment of the text itself keeps its date, on which the others lean; so do what was told, beside dates, and the end
    // of what may have begun on another day.
    let is_anchor = matches!(
        leaf.path.as_str(),
        "as_of" | "back_since" | "links_back_since"
    ) || leaf.path.contains("told_");
    // When we speak again is soon, whatever the text has of a date.
    let leaves_out_today = style.leaves_out_today && !is_anchor || leaf.path == "next_update";
    let setting = Setting {
        style: Style {
            leaves_out_today,
            ..style
        },
        zone: facts.zone,
        as_of: facts.as_of,
        may_grow,
    };
    let fact = facts
        .known_fact(&leaf.path)
        .ok_or_else(|| Error::new(ErrorKind::UndefinedError, "fact lost"))?;
    let text = format::format_value(&fact.value, leaf.shape, setting)
        .map_err(|e| invalid(format!("{}: {e}", leaf.path)))?;
    if text.is_empty() {
        return Err(invalid(format!("{} is an empty text", leaf.path)));
    }
    let banded = leaf.shape == Shape::Band;
    leaf.reading
        .note_in_trace(|t| t.printed.push((leaf.path.clone(), banded)));
    Ok(Some(text))
}

/// The environment of conditions, made once.
pub(super) fn condition_environment() -> &'static Environment<'static> {
    static MADE: OnceLock<Environment<'static>> = OnceLock::new();
    MADE.get_or_init(|| make_environment(None))
}

/// The environment of due times. A workspace has one zone, so the first one asked for is kept.
pub(super) fn due_time_environment(zone: Tz) -> Cow<'static, Environment<'static>> {
    static MADE: OnceLock<(Tz, Environment<'static>)> = OnceLock::new();
    let make = || {
        let mut env = make_environment(None);
        time_functions::add_functions(&mut env, zone);
        env
    };
    match MADE.get_or_init(|| (zone, make())) {
        (own, env) if *own == zone => Cow::Borrowed(env),
        _ => Cow::Owned(make()),
    }
}
