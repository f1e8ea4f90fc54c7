//! One text about several incidents: what they share is said once.

use std::collections::BTreeSet;

use super::{DraftLine, Part, Texted, Withheld};
use crate::domain::facts::{Entry, Fact};
use crate::domain::playbook::Element;
use crate::domain::value::Value;

/// The next update of all is the earliest of each.
pub(super) fn join(parts: &mut [Part<'_>]) {
    let dues: Vec<(crate::domain::time::At, Fact)> = parts
        .iter()
        .filter_map(|p| match p.facts.entry("next_update") {
            Some(Entry::Known(f)) => match &f.value {
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
        part.facts.put("next_update", fact.clone(), None);
    }
}

/// Lines with the same words are one line; a title for several takes the place of theirs.
pub(super) fn merge(
    lines: Vec<DraftLine>,
    texts: Vec<Texted>,
    parts: &[Part<'_>],
) -> (Vec<DraftLine>, Vec<Texted>) {
    let for_several = |line: &DraftLine| {
        parts.iter().any(|p| {
            p.playbook
                .line(&line.said.id)
                .is_some_and(|l| l.for_several && l.element == Element::Title)
        })
    };
    let has_common_title = lines
        .iter()
        .any(|l| l.said.element == Element::Title && for_several(l));
    // "We cannot offer it" is not said beside the offer itself.
    let offers: Vec<(String, String)> = parts
        .iter()
        .flat_map(|p| p.playbook.file.lines.iter().map(move |l| (p, l)))
        .filter(|(p, l)| {
            let kind = l
                .promise
                .as_ref()
                .and_then(|k| p.playbook.file.promises.get(k));
            kind.is_some_and(|k| !k.uses.is_empty())
        })
        .filter_map(|(p, l)| Some((p.playbook.fallback(l)?.to_owned(), l.id.clone())))
        .filter(|(_, offer)| lines.iter().any(|l| l.said.id == *offer))
        .collect();
    let mut kept: Vec<(DraftLine, Texted)> = Vec::new();
    for (line, said) in lines.into_iter().zip(texts) {
        if line.said.element == Element::Title && has_common_title && !for_several(&line) {
            continue;
        }
        if offers.iter().any(|(instead, _)| *instead == line.said.id) {
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
                first.must |= line.must;
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

/// What is withheld for the same reasons is shown once.
pub(super) fn drop_repeated(withheld: &mut Vec<Withheld>) {
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
