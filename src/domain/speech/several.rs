//! One text about several incidents: what they share is said once. It chooses no line.

use std::collections::BTreeSet;

use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::facts::fact::{Fact, FactEntry};
use crate::domain::record::rendition::Also;
use crate::domain::speech::draft::{DraftLine, Part, Texted, Withheld};

/// The next update of all is the earliest of each.
pub(crate) fn share_earliest_update(parts: &mut [Part<'_>]) {
    let dues: Vec<(crate::domain::base::time::At, Fact)> = parts
        .iter()
        .filter_map(|p| match p.facts.entry("next_update") {
            Some(FactEntry::Known(f)) => match &f.value {
                Value::Instant(m) => Some((m.at, f.clone())),
                _ => None,
            },
            _ => None,
        })
        .collect();
    let Some((_, earliest)) = dues.iter().min_by_key(|(at, _)| *at) else {
        return;
    };
    let mut fact = earliest.clone();
    fact.events = dues.iter().flat_map(|(_, f)| f.events.clone()).collect();
    for part in parts {
        part.facts.insert_fact("next_update", fact.clone(), None);
    }
}

/// Lines with the same words are one line; a title for several takes the place of theirs.
pub(crate) fn merge_lines(
    lines: Vec<DraftLine>,
    texts: Vec<Texted>,
    parts: &[Part<'_>],
) -> (Vec<DraftLine>, Vec<Texted>) {
    let for_several = |line: &DraftLine| {
        parts.iter().any(|p| {
            p.playbook
                .find_line(&line.said.id)
                .is_some_and(|l| l.for_several && l.element == Element::Title)
        })
    };
    let has_common_title = lines
        .iter()
        .any(|l| l.said.element == Element::Title && for_several(l));
    let silent = unequal_offers(&lines, parts);
    let mut kept: Vec<(DraftLine, Texted)> = Vec::new();
    for (line, said) in lines.into_iter().zip(texts) {
        if line.said.element == Element::Title && has_common_title && !for_several(&line) {
            continue;
        }
        if silent.contains(&line.said.id) {
            continue;
        }
        let words = |t: &Texted| -> Vec<String> { t.values().map(|(w, _)| w.clone()).collect() };
        let same = kept.iter_mut().find(|(k, t)| {
            k.said.element == line.said.element
                && t.keys().eq(said.keys())
                && words(t) == words(&said)
        });
        match same {
            Some((first, _)) => {
                first.mandatory |= line.mandatory;
                join_lines(first, &line);
                let all: BTreeSet<u64> = first
                    .said
                    .events
                    .iter()
                    .chain(&line.said.events)
                    .copied()
                    .collect();
                first.said.events = all.into_iter().collect();
            }
            None => kept.push((line, said)),
        }
    }
    kept.sort_by_key(|(l, _)| l.said.element);
    kept.into_iter().unzip()
}

/// The second line becomes part of the first: its incident, its entry, what it read, what it promises.
fn join_lines(first: &mut DraftLine, line: &DraftLine) {
    // A promise of the statement is one for all of them.
    let own = line
        .promise
        .as_ref()
        .filter(|p| p.per != crate::domain::config::promise_kind::Per::Statement);
    first.also.extend(own.cloned());
    if let Some(incident) = &line.said.incident {
        first.said.also.push(Also {
            incident: incident.clone(),
            it: line.said.it.clone(),
            promise_number: None,
        });
    }
    for (path, value) in &line.said.reads {
        let reads = &mut first.said.reads;
        reads.entry(path.clone()).or_insert_with(|| value.clone());
    }
}

/// Where one incident of the text offers something from a stock and another cannot, the offer names whom it is for;
/// "nothing to announce" beside it would deny what stands.
fn unequal_offers(lines: &[DraftLine], parts: &[Part<'_>]) -> BTreeSet<String> {
    let mut silent = BTreeSet::new();
    let says = |id: &str, part: &Part<'_>| {
        lines.iter().any(|l| {
            l.said.id == id
                && l.said
                    .incident
                    .as_ref()
                    .is_some_and(|i| part.facts.incidents.contains(i))
        })
    };
    for part in parts {
        for line in &part.playbook.file.lines {
            let kinds = &part.playbook.file.promises;
            let kind = line.promise.as_ref().and_then(|k| kinds.get(k));
            let Some(instead) = part.playbook.fallback_of(line) else {
                continue;
            };
            if kind.is_none_or(|k| k.uses.is_empty()) || !says(&line.id, part) {
                continue;
            }
            if parts.iter().any(|other| says(instead, other)) {
                silent.insert(instead.to_owned());
            }
        }
    }
    silent
}

/// What is withheld for the same reasons is shown once.
pub(crate) fn drop_repeated(withheld: &mut Vec<Withheld>) {
    let mut seen: Vec<Withheld> = Vec::new();
    withheld.retain(|w| {
        let bare = Withheld {
            incident: None,
            ..w.clone()
        };
        let is_new = !seen.contains(&bare);
        if is_new {
            seen.push(bare);
        }
        is_new
    });
}
