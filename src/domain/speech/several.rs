//! One text about several incidents: what they share is said once. It chooses no line.

use std::collections::BTreeSet;

use crate::domain::base::lang::Lang;
use crate::domain::base::value::Value;
use crate::domain::config::channel::{Channel, Form};
use crate::domain::config::line::{Element, Line};
use crate::domain::facts::fact::{Fact, FactEntry};
use crate::domain::record::rendition::{Also, Span};
use crate::domain::speech::composer::{ComposeError, Composer};
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
    let place = |line: &DraftLine| place_in_playbook(line, parts);
    let titles = kept.iter().map(|(l, _)| l);
    let titles = titles.filter(|l| l.said.element == Element::Title && for_several(l));
    let first = titles.map(place).min();
    kept.retain(|(l, _)| {
        let is_common = l.said.element == Element::Title && for_several(l);
        !is_common || Some(place(l)) == first
    });
    kept.into_iter().unzip()
}

/// Where a line stands in its playbook: of titles for several, the worst stands first.
fn place_in_playbook(line: &DraftLine, parts: &[Part<'_>]) -> usize {
    let mut places = parts.iter().filter_map(|p| {
        let mut all = p.playbook.file.lines.iter();
        all.position(|l| l.id == line.said.id)
    });
    places.next().unwrap_or(usize::MAX)
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

/// True for a line of this incident of the text.
pub(crate) fn is_of(line: &DraftLine, part: &Part<'_>) -> bool {
    let own = line.said.incident.as_ref();
    own.is_some_and(|i| part.facts.incidents.contains(i))
}

/// The lines that could be read of any of the incidents, and that not all of them have in these words.
pub(crate) fn lines_without_subject(
    lines: &[DraftLine],
    texts: &[Texted],
    parts: &[Part<'_>],
) -> Vec<usize> {
    let words = |i: usize| texts[i].iter().map(|(to, (text, _))| (to, text));
    let is_same = |a: usize, b: usize| {
        lines[a].said.element == lines[b].said.element && words(a).eq(words(b))
    };
    let is_shared = |i: usize| {
        let has = |part: &Part<'_>| {
            (0..lines.len()).any(|other| is_of(&lines[other], part) && is_same(i, other))
        };
        parts.iter().all(has)
    };
    let all = 0..lines.len();
    let unnamed = all.filter(|i| {
        let own = parts.iter().find(|p| is_of(&lines[*i], p));
        own.is_some_and(|part| !has_subject(&lines[*i], part)) && !is_shared(*i)
    });
    unnamed.collect()
}

/// True for a line that says what it is about, or that is about no incident: a greeting, a contact, a warning.
fn has_subject(line: &DraftLine, part: &Part<'_>) -> bool {
    let said = &line.said;
    let is_about_us = |path: &String| {
        path.starts_with("contacts.")
            || matches!(path.as_str(), "as_of" | "org" | "zone" | "next_update")
    };
    let is_ours = !said.claims.is_empty() && said.claims.iter().all(is_about_us);
    let is_general = match said.element {
        Element::Title | Element::Greeting | Element::Apology | Element::Contact => true,
        _ => is_ours,
    };
    let written = part.playbook.find_line(&said.id);
    let is_warning = written.is_some_and(|l| part.playbook.is_safety_line(l));
    let names = |path: &String| match said.reads.get(path) {
        Some(Value::List(all)) => !all.is_empty(),
        Some(Value::Link(named)) => !named.id.starts_with('#'),
        _ => false,
    };
    is_general || is_warning || said.claims.iter().any(names)
}

impl Composer<'_> {
    /// Puts before a line what its incident is about.
    pub(crate) fn name_subject(
        &self,
        line: &mut DraftLine,
        texts: &mut Texted,
    ) -> Result<(), ComposeError> {
        const SCOPE: &str = "scope";
        let Some(fact) = self.facts.known_fact(SCOPE) else {
            return Ok(());
        };
        for ((name, lang), (text, spans)) in texts.iter_mut() {
            let Some(channel) = self.workspace.channels.get(name) else {
                continue;
            };
            let form = written_form(self.playbook.find_line(&line.said.id), channel, *lang);
            let style = self.style_of(channel, form, *lang);
            let named = self
                .evaluator
                .render_template("{{ scope }}", style, self.facts, None)
                .map_err(|error| ComposeError {
                    line: line.said.id.clone(),
                    error,
                })?;
            // A colon is not read aloud, and some gateways refuse it.
            let is_read_aloud = channel.in_words || channel.forbidden.contains(':');
            let before = named.text.clone() + if is_read_aloud { ". " } else { ": " };
            for span in spans.iter_mut() {
                span.start += before.len();
                span.end += before.len();
            }
            spans.insert(
                0,
                Span {
                    path: SCOPE.to_owned(),
                    start: 0,
                    end: named.text.len(),
                },
            );
            text.insert_str(0, &before);
        }
        let said = &mut line.said;
        said.reads.insert(SCOPE.to_owned(), fact.value.clone());
        said.claims.push(SCOPE.to_owned());
        said.claims.sort();
        said.claims.dedup();
        let events = said.events.iter().chain(&fact.events).copied();
        said.events = events.collect::<BTreeSet<u64>>().into_iter().collect();
        Ok(())
    }
}

/// The form in which a line is written for a channel.
fn written_form(line: Option<&Line>, channel: &Channel, lang: Lang) -> Form {
    let form = line.and_then(|l| l.text_for(&channel.forms, lang));
    form.map_or(Form::Say, |(form, _)| form)
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
