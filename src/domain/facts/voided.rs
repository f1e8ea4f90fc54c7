//! Sentences that people were told by a fact that staff noted, and that hold no more: the fact was emptied, or it is one
//! that stands and has another value. It words nothing.

use std::collections::BTreeMap;

use crate::domain::base::lang::Texts;
use crate::domain::base::time::Moment;
use crate::domain::base::value::{Named, Value};
use crate::domain::config::noted_fact::NotedFact;
use crate::domain::facts::catalogue::entry_path;
use crate::domain::facts::fact::{Fact, FactEntry, Facts};
use crate::domain::facts::subject::IncidentSubject;
use crate::domain::state::told_notes::{ToldNote, told_notes};

pub(crate) fn insert_voided(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    let (state, reach) = (ground.world.state, ground.reach());
    let playbook = &ground.playbook;
    let warnings = playbook.safety_facts();
    let mut list: Vec<Named> = Vec::new();
    let mut all = ground.incident_events();
    let of_work = facts_of_ended_work(ground);
    let is_noted =
        |name: &str| playbook.file.facts.contains_key(name) || of_work.contains_key(name);
    for (name, declared) in playbook.file.facts.iter().chain(&of_work) {
        // Warnings end by the word of who may end them.
        if !ground.incident.noted.contains_key(name) || warnings.contains(name) {
            continue;
        }
        let told = told_notes(
            state,
            &ground.incident.id,
            &ground.audience,
            name,
            &is_noted,
            &reach,
        );
        for told in told {
            let Some(by) = taken_back_by(ground, facts, name, declared, &told) else {
                continue;
            };
            let mark = told.mark();
            let events = [&by[..], &[told.issued.seq]].concat();
            if list.iter().any(|n| n.id == mark)
                || !insert_told(ground, facts, name, &told, &events)
            {
                continue;
            }
            all.extend(events);
            list.push(Named {
                id: mark,
                names: declared.ask.clone(),
            });
        }
    }
    facts.insert_fact("voided", Fact::from_events(Value::List(list), &all), None);
}

/// The facts of announced work that has become an outage: what was told by them stands no more.
fn facts_of_ended_work(ground: &IncidentSubject<'_>) -> BTreeMap<String, NotedFact> {
    let mut all = BTreeMap::new();
    if ground.playbook.file.planned == Some(true) {
        return all;
    }
    for earlier in &ground.incident.earlier_playbooks {
        let Some(earlier) = ground.world.books.find_playbook(earlier) else {
            continue;
        };
        if earlier.file.planned == Some(true) {
            let stands = earlier.file.facts.iter().filter(|(_, f)| f.stands);
            all.extend(stands.map(|(n, f)| (n.clone(), f.clone())));
        }
    }
    all.retain(|name, _| !ground.playbook.file.facts.contains_key(name));
    all
}

/// The events that take back what was told of a noted fact; none while it stands.
fn taken_back_by(
    ground: &IncidentSubject<'_>,
    facts: &Facts,
    name: &str,
    declared: &NotedFact,
    told: &ToldNote<'_>,
) -> Option<Vec<u64>> {
    let now = match facts.entry(name) {
        Some(FactEntry::Known(fact) | FactEntry::Stale { fact, .. }) => Some(fact),
        _ => None,
    };
    if let Some(fact) = now {
        let is_other = fact.value != told.value && declared.is_overturned_by(&fact.value);
        return is_other.then(|| fact.events.clone());
    }
    if !ground.playbook.file.facts.contains_key(name) {
        return Some(vec![ground.incident.playbook.seq, ground.incident.seq]);
    }
    if declared.over_when_emptied {
        return None;
    }
    // Emptied: somebody said that it is no longer known. An entry that was taken back is owned up to by itself.
    let notings = ground.incident.noted.get(name)?.iter().filter(|n| !n.again);
    let last = notings.max_by_key(|n| (n.said_at, n.seq))?;
    let is_emptied = last.value.is_none() && last.seq > told.issued.seq;
    is_emptied.then(|| vec![last.seq, ground.incident.seq])
}

/// The facts about one sentence; false when the record cannot be read.
fn insert_told(
    ground: &IncidentSubject<'_>,
    facts: &mut Facts,
    name: &str,
    told: &ToldNote<'_>,
    events: &[u64],
) -> bool {
    let Some(quote) = quote_of(ground, told) else {
        return false;
    };
    let path = entry_path(&told.mark());
    let statement = &told.issued.statement;
    let mut values = vec![
        ("quote", Value::Phrase(quote)),
        ("told_at", Value::Instant(Moment::exact(statement.as_of))),
        ("fact", Value::from_state(name)),
    ];
    if let Value::Window(window) = told.value {
        values.push(("window", Value::Window(window)));
    }
    for (field, value) in values {
        facts.insert_fact(
            format!("{path}.{field}"),
            Fact::from_events(value, events),
            None,
        );
    }
    true
}

/// The sentence in every language, in its longest written form; where it was not told in a language, in another. Words that
/// were only read aloud are quoted where nothing was written.
fn quote_of(ground: &IncidentSubject<'_>, told: &ToldNote<'_>) -> Option<Texts> {
    let channels = &ground.world.books.workspace.channels;
    let mut quote = Texts::default();
    let mut ranks = BTreeMap::new();
    for rendition in told.issued.statement.all_renditions().ok()? {
        let mut placed = rendition.placed.iter();
        let place = placed.find(|p| p.line == told.line);
        let said = place.and_then(|p| rendition.text.get(p.start..p.end));
        let Some(said) = said else { continue };
        let is_spoken = channels.get(&rendition.channel).is_some_and(|c| c.in_words);
        let rank = (!is_spoken, said.len());
        if ranks.get(&rendition.lang).is_none_or(|best| *best < rank) {
            ranks.insert(rendition.lang, rank);
            quote.insert(rendition.lang, said.to_owned());
        }
    }
    if quote.is_empty() {
        return None;
    }
    for lang in &ground.world.books.workspace.languages {
        if quote.get(*lang).is_none() {
            let other = quote.get_or_any(*lang).to_owned();
            quote.insert(*lang, other);
        }
    }
    Some(quote)
}
