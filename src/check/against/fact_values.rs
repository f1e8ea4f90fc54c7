//! Single facts of a record as times and states, for the files that turn facts into reference facts. It judges no text.

use chrono::{NaiveDate, Offset};

use crate::check::against::reference_facts::{KnownTime, State};
use crate::domain::base::phase::Phase;
use crate::domain::base::time::{At, When};
use crate::domain::base::value::Value;
use crate::domain::facts::fact::{Fact, FactEntry, Facts};

/// The facts that are known, by path.
pub(super) fn known_facts(facts: &Facts) -> impl Iterator<Item = (&str, &Fact)> {
    facts.facts.iter().filter_map(|(path, entry)| match entry {
        FactEntry::Known(fact) => Some((path.as_str(), fact)),
        _ => None,
    })
}

pub(super) fn day(date: NaiveDate, events: &[u64]) -> KnownTime {
    KnownTime {
        date,
        earliest: None,
        time: None,
        offset: None,
        events: events.to_vec(),
    }
}

/// An end of a window.
pub(super) fn end(
    facts: &Facts,
    when: &When,
    earliest: Option<&When>,
    events: &[u64],
) -> KnownTime {
    let mut time = match when {
        When::At(t) => at(facts, *t, events),
        When::Day(d) => day(*d, events),
    };
    time.earliest = earliest.map(|e| e.local_day(facts.zone));
    time
}

pub(super) fn at(facts: &Facts, moment: At, events: &[u64]) -> KnownTime {
    let there = moment.with_timezone(&facts.zone);
    KnownTime {
        date: there.date_naive(),
        earliest: None,
        time: Some(there.time()),
        offset: Some(there.offset().fix()),
        events: events.to_vec(),
    }
}

pub(super) fn instant(facts: &Facts, path: &str) -> Option<KnownTime> {
    let f = facts.known_fact(path)?;
    match &f.value {
        Value::Instant(m) => Some(at(facts, m.at, &f.events)),
        _ => None,
    }
}

/// The state of a link, region or service, when somebody has reported on it.
pub(super) fn state_of(facts: &Facts, id: &str) -> Option<State> {
    let is_restored = facts.phase().is_some_and(Phase::is_restored);
    match facts.value(&format!("links.{id}.state"))? {
        Value::State(s) => Some(match s.as_str() {
            "up" if is_restored => State::Restored,
            "up" | "at-risk" => State::Up,
            "degraded" | "unstable" => State::Degraded,
            _ => State::Down,
        }),
        _ => None,
    }
}
