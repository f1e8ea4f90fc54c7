//! Turns the facts of an incident, with the names that its network gives, into reference facts: one function for each
//! field. It judges no text.

use std::collections::BTreeMap;

use chrono::{NaiveDate, Offset};

use crate::check::against::reference_facts::{
    Cause, Known, KnownLink, KnownTime, State, folded, folded_name,
};
use crate::domain::base::time::{At, When};
use crate::domain::base::value::Value;
use crate::domain::facts::fact::{Fact, FactEntry, Facts};
use crate::domain::network::topology::Network;
use crate::domain::speech::gate::owed_corrections;

/// What the facts of a record say, with the names that its network gives.
pub fn from_facts(facts: &Facts, network: Option<&Network>) -> Known {
    Known {
        moments: moments(facts),
        may: promise_dues(facts),
        group: links_down(facts),
        lengths: list_lengths(facts),
        durations: durations(facts),
        shares: shares(facts),
        links: links(facts, network),
        lost: match facts.value("group.capacity_lost") {
            Some(Value::Share(s)) => Some(s.percent()),
            _ => None,
        },
        cause: cause(facts),
        eta: restoration_times(facts),
        next_update: next_updates(facts),
        since: beginnings(facts),
        vouchers: vouchers(facts),
        affected: affected(facts),
        names: house_names(facts, network),
        has_slipped: !owed_corrections(facts).is_empty(),
        sayable: BTreeMap::new(),
        is_closed: false,
    }
}

/// The facts that are known, by path.
fn known_facts(facts: &Facts) -> impl Iterator<Item = (&str, &Fact)> {
    facts.facts.iter().filter_map(|(path, entry)| match entry {
        FactEntry::Known(fact) => Some((path.as_str(), fact)),
        _ => None,
    })
}

fn day(date: NaiveDate, events: &[u64]) -> KnownTime {
    KnownTime {
        date,
        earliest: None,
        time: None,
        offset: None,
        events: events.to_vec(),
    }
}

/// An end of a window.
fn end(facts: &Facts, when: &When, earliest: Option<&When>, events: &[u64]) -> KnownTime {
    let mut time = match when {
        When::At(t) => at(facts, *t, events),
        When::Day(d) => day(*d, events),
    };
    time.earliest = earliest.map(|e| e.local_day(facts.zone));
    time
}

fn at(facts: &Facts, moment: At, events: &[u64]) -> KnownTime {
    let there = moment.with_timezone(&facts.zone);
    KnownTime {
        date: there.date_naive(),
        earliest: None,
        time: Some(there.time()),
        offset: Some(there.offset().fix()),
        events: events.to_vec(),
    }
}

fn moments(facts: &Facts) -> Vec<KnownTime> {
    let mut moments = Vec::new();
    for (_, f) in known_facts(facts) {
        match &f.value {
            Value::Instant(m) => moments.push(at(facts, m.at, &f.events)),
            Value::Date(d) => moments.push(day(*d, &f.events)),
            Value::Window(w) => {
                moments.push(end(facts, &w.latest, w.earliest.as_ref(), &f.events));
                moments.extend(w.earliest.iter().map(|e| end(facts, e, None, &f.events)));
            }
            _ => {}
        }
    }
    moments
}

/// When the promises that may be made now would fall due: `due` of a promise not yet made.
fn promise_dues(facts: &Facts) -> Vec<KnownTime> {
    let dues = known_facts(facts)
        .filter(|(path, _)| path.starts_with("promise.") && path.ends_with(".due"));
    dues.filter_map(|(_, f)| match &f.value {
        Value::Instant(m) => Some(at(facts, m.at, &f.events)),
        Value::Date(d) => Some(day(*d, &f.events)),
        _ => None,
    })
    .collect()
}

/// The links of the group that the incident is about: how many there are, and how many are down.
fn links_down(facts: &Facts) -> Option<(usize, usize)> {
    let count = |path: &str| match facts.value(path) {
        Some(Value::Count(n)) => usize::try_from(*n).ok(),
        Some(Value::List(l)) => Some(l.len()),
        _ => None,
    };
    count("group.total").zip(count("group.down_count"))
}

fn list_lengths(facts: &Facts) -> Vec<usize> {
    known_facts(facts)
        .filter_map(|(_, f)| match &f.value {
            Value::List(l) => Some(l.len()),
            _ => None,
        })
        .collect()
}

/// Each duration in minutes, hours and days: a text may give any of them.
fn durations(facts: &Facts) -> Vec<u64> {
    let mut durations = Vec::new();
    for (_, f) in known_facts(facts) {
        if let Value::Duration(d) = &f.value {
            let minutes = d.as_seconds() / 60;
            let spelled = [minutes, minutes / 60, minutes / 1440];
            durations.extend(spelled.iter().filter_map(|n| u64::try_from(*n).ok()));
        }
    }
    durations
}

fn shares(facts: &Facts) -> Vec<f64> {
    known_facts(facts)
        .filter_map(|(_, f)| match &f.value {
            Value::Share(s) => Some(s.percent()),
            _ => None,
        })
        .collect()
}

fn links(facts: &Facts, network: Option<&Network>) -> Vec<KnownLink> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, f) in known_facts(facts) {
        let id = path
            .strip_prefix("links.")
            .and_then(|rest| rest.strip_suffix(".name"));
        if let (Some(id), Value::Link(n)) = (id, &f.value) {
            let all = names.entry(id.to_owned()).or_default();
            all.extend(n.names.values().cloned());
        }
    }
    for l in network.into_iter().flat_map(|n| &n.links) {
        let all = names.entry(l.id.clone()).or_default();
        all.extend(l.names.values().cloned());
        all.extend(l.aliases.iter().cloned());
    }
    names
        .into_iter()
        .map(|(id, names)| link(facts, &id, names))
        .collect()
}

fn cause(facts: &Facts) -> Cause {
    let mut words = Vec::new();
    for (path, f) in known_facts(facts) {
        if path.starts_with("links.")
            && path.ends_with(".cause")
            && let Value::Phrase(t) = &f.value
        {
            words.extend(t.values().map(|c| folded(c)));
        }
    }
    if words.is_empty() {
        Cause::Open
    } else {
        Cause::Confirmed(words)
    }
}

/// The ends of the repair windows.
fn restoration_times(facts: &Facts) -> Vec<KnownTime> {
    let windows = known_facts(facts)
        .filter(|(path, _)| path.starts_with("links.") && path.ends_with(".window"));
    windows
        .filter_map(|(_, f)| match &f.value {
            Value::Window(w) => Some(end(facts, &w.latest, w.earliest.as_ref(), &f.events)),
            _ => None,
        })
        .collect()
}

fn instant(facts: &Facts, path: &str) -> Option<KnownTime> {
    let f = facts.known_fact(path)?;
    match &f.value {
        Value::Instant(m) => Some(at(facts, m.at, &f.events)),
        _ => None,
    }
}

/// A promised update counts before the one that the update schedule would give.
fn next_updates(facts: &Facts) -> Vec<KnownTime> {
    instant(facts, "promised_update")
        .or_else(|| instant(facts, "next_update"))
        .into_iter()
        .collect()
}

fn beginnings(facts: &Facts) -> Vec<KnownTime> {
    let mut since: Vec<KnownTime> = instant(facts, "since").into_iter().collect();
    for (path, f) in known_facts(facts) {
        if let Value::Instant(m) = &f.value
            && path.starts_with("links.")
            && path.ends_with("since")
        {
            since.push(at(facts, m.at, &f.events));
        }
    }
    since.extend(instant(facts, "as_of"));
    since.extend(instant(facts, "back_since"));
    since
}

fn vouchers(facts: &Facts) -> Option<u64> {
    let mut held = known_facts(facts).filter(|(path, _)| path.ends_with(".held"));
    held.find_map(|(_, f)| match f.value {
        Value::Count(n) => Some(n),
        _ => None,
    })
}

fn affected(facts: &Facts) -> Vec<String> {
    let mut affected = Vec::new();
    for path in ["regions.affected", "services.affected"] {
        if let Some(Value::List(l)) = facts.value(path) {
            affected.extend(l.iter().flat_map(|n| n.names.values().map(|x| folded(x))));
        }
    }
    affected
}

/// The name of the house, and those of its regions and services.
fn house_names(facts: &Facts, network: Option<&Network>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    if let Some(Value::Phrase(t)) = facts.value("org") {
        names.extend(t.values().map(|x| folded(x)));
    }
    if let Some(network) = network {
        for r in network.regions.iter().chain(&network.services) {
            names.extend(r.names.values().map(|x| folded(x)));
            names.extend(r.aliases.iter().map(|x| folded(x)));
        }
    }
    names
}

fn link(facts: &Facts, id: &str, more: Vec<String>) -> KnownLink {
    let fact = facts.known_fact(&format!("links.{id}.state"));
    let phase = facts.state_word("phase").unwrap_or("");
    let state = fact.and_then(|f| match &f.value {
        Value::State(s) => Some(match s.as_str() {
            "up" if phase.starts_with("restored") => State::Restored,
            "up" | "at-risk" => State::Up,
            "degraded" | "unstable" => State::Degraded,
            _ => State::Down,
        }),
        _ => None,
    });
    // "international" is a word as well as an identifier, "AAG" is only a name.
    let is_name = id
        .chars()
        .any(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let mut names: Vec<String> = is_name
        .then(|| id.to_owned())
        .into_iter()
        .chain(more)
        .map(|n| folded_name(&n))
        .filter(|n| n.chars().count() >= 2)
        .collect();
    names.sort_by_key(|n| std::cmp::Reverse(n.len()));
    names.dedup();
    KnownLink {
        names,
        state,
        events: fact.map(|f| f.events.clone()).unwrap_or_default(),
        parent: match facts.value(&format!("links.{id}.parent")) {
            Some(Value::Link(n)) => n.names.values().next().map(|n| folded_name(n)),
            _ => None,
        },
        is_claimed_up: facts
            .known_fact(&format!("links.{id}.claimed_up_at"))
            .is_some(),
    }
}
