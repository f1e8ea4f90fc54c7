//! The words in which people were told something stay what they were: a catalogue that is worded anew later rewords nothing
//! that was told. It tells nothing itself.

use std::sync::Arc;

use crate::domain::base::value::Value;
use crate::domain::facts::fact::{FactEntry, Facts};
use crate::domain::facts::subject::IncidentSubject;
use crate::domain::state::incident::Issued;

/// Facts about a link whose words come from a catalogue by a key on record.
const FROM_CATALOGUES: [&str; 2] = ["cause", "window_reason"];

/// Puts the words that this audience was told in the place of those of now, while nobody has said anything new.
pub(crate) fn keep_told_words(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    let state = ground.world.state;
    if state
        .statements_about(&ground.incident.id, &ground.audience)
        .next()
        .is_none()
    {
        return;
    }
    for link in ground.links_with_parts() {
        for field in FROM_CATALOGUES {
            let path = format!("links.{link}.{field}");
            let Some(Value::Phrase(now)) = facts.value(&path) else {
                continue;
            };
            let Some((seq, words)) = told_phrase(ground, facts, &path) else {
                continue;
            };
            if words == Value::Phrase(now.clone()) {
                continue;
            }
            let entry = Arc::make_mut(&mut facts.facts).get_mut(&path);
            if let Some(FactEntry::Known(fact)) = entry {
                fact.value = words;
                fact.events.push(seq);
            }
        }
    }
}

/// The words in which this audience was last told a fact, if nothing but confirmations was said of it since.
fn told_phrase(ground: &IncidentSubject<'_>, facts: &Facts, path: &str) -> Option<(u64, Value)> {
    let state = ground.world.state;
    let fact = facts.known_fact(path)?;
    let is_told = |issued: &Issued| {
        let mut words = fact.events.iter().filter(|e| **e > issued.seq);
        words.all(|e| state.is_reconfirmation(*e))
    };
    let mut about = state.statements_about(&ground.incident.id, &ground.audience);
    about.find_map(|issued| {
        let mut lines = issued.statement.lines().iter();
        let line = lines.find(|l| l.claims.iter().any(|c| c == path))?;
        let value = line.reads.get(path)?.clone();
        let is_same_run = fact.events.first().is_some_and(|e| line.events.contains(e));
        Some((is_same_run && is_told(issued)).then_some((issued.seq, value)))
    })?
}
