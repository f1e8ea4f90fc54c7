//! A text that somebody edited by hand: what they worded anew or added becomes sentences of their own, each held against the
//! record. Nothing that the text printed is lost by it.

use crate::check::playbook::placeholders::placeholders_of;
use crate::desk::core::incident_facts::playbook_of_incident;
use crate::desk::statement::draft::{DraftReview, draft_statement};
use crate::desk::statement::own_sentence::{HouseWords, entries_of, print_names, try_sentences};
use crate::desk::{DeskError, Journal, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::phase::Phase;
use crate::domain::config::line::{Element, Line};
use crate::domain::config::playbook::Playbook;
use crate::domain::record::rendition::{Placed, Rendition};
use crate::domain::speech::composer::Wanted;
use crate::domain::speech::draft::DraftLine;
use crate::domain::state::incident::OwnSentence;
use std::collections::BTreeMap;

/// Which text is edited: one channel, in all its languages.
#[derive(Debug, Clone, Copy)]
pub struct Edited<'a> {
    pub incident: &'a IncidentId,
    pub audience: &'a str,
    pub channel: &'a str,
}

/// One place at which an edited text differs: the lines that are gone, and the words in their place.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Change {
    gone: Vec<usize>,
    /// The line before it, if there is one.
    after: Option<usize>,
    words: String,
}

/// A place in a text, whatever its language: the lines that are gone there, and the line before it.
type Where = (Vec<usize>, Option<usize>);

/// The text as it would go out now, in a language.
///
/// # Errors
/// When there is no such text, or the gate refuses it.
pub fn text_to_edit(
    snapshot: &Snapshot,
    which: Edited<'_>,
    lang: Lang,
) -> Result<String, DeskError> {
    let review = draft_now(snapshot, which)?;
    Ok(find_rendition(&review, which, lang)?.text.clone())
}

fn draft_now(snapshot: &Snapshot, which: Edited<'_>) -> Result<DraftReview, DeskError> {
    let review = draft_statement(snapshot, which.incident, which.audience, Wanted::default())?;
    match review.findings.is_empty() {
        true => Ok(review),
        false => Err(DeskError::Gate(Box::new(review.draft), review.findings)),
    }
}

fn find_rendition<'a>(
    review: &'a DraftReview,
    which: Edited<'_>,
    lang: Lang,
) -> Result<&'a Rendition, Refusal> {
    let mut all = review.draft.renditions.iter();
    let found = all.find(|r| r.channel == which.channel && r.lang == lang);
    found.ok_or_else(|| {
        Refusal::new(
            format!("there is no text for {} in {lang}", which.channel),
            "channels and languages are those of the workspace and of the audience",
        )
    })
}

/// Records what edited texts of one channel say otherwise. Gives the numbers of the events, none when nothing was changed, and
/// the draft with them.
///
/// # Errors
/// When a fact is lost, a line may not be worded by hand, or the record does not back the new words.
pub fn edit_texts(
    journal: &mut Journal,
    which: Edited<'_>,
    texts: &[(Lang, String)],
) -> Result<(Vec<u64>, DraftReview), DeskError> {
    let review = draft_now(journal, which)?;
    let mut places: BTreeMap<Where, Vec<(Lang, String)>> = BTreeMap::new();
    for (lang, edited) in texts {
        let rendition = find_rendition(&review, which, *lang)?;
        let edited = unfolded(edited);
        if edited.is_empty() {
            let what = format!("the edited text in {lang} is empty; nothing was changed");
            return Err(Refusal::new(what, "give the whole text of the channel, edited").into());
        }
        for change in find_changes(rendition, &edited) {
            let words = (*lang, change.words);
            places
                .entry((change.gone, change.after))
                .or_default()
                .push(words);
        }
    }
    if places.is_empty() {
        return Ok((Vec::new(), review));
    }
    let playbook = playbook_of_incident(journal, which.incident)?;
    let edit = Edit {
        which,
        snapshot: journal,
        playbook: &playbook,
        review: &review,
    };
    let mut sentences = Vec::new();
    for ((gone, after), words) in &places {
        let made = edit.sentence_at(gone, *after, words)?;
        sentences.push(OwnSentence {
            seq: journal.head().seq + 1 + sentences.len() as u64,
            by: journal.clock.by.clone(),
            ..made
        });
    }
    let batch = entries_of(which.incident, &sentences);
    journal.admit_all(&batch)?;
    let tried = try_sentences(journal, which.incident, Some(which.audience), &sentences)?;
    for (lang, edited) in texts {
        check_same_text(find_rendition(&tried, which, *lang)?, edited)?;
    }
    let seen = journal.head().clone();
    let seqs = journal.record_standing("editing", &seen, &batch)?;
    Ok((seqs, tried))
}

/// White space is no change.
fn unfolded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where the edited text has other words than the pieces of the rendition, in order.
fn find_changes(rendition: &Rendition, edited: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut open = Change::default();
    let mut rest = edited;
    for placed in rendition.distinct_places() {
        let piece = unfolded(piece_of(rendition, placed));
        match rest.find(&piece).filter(|_| !piece.is_empty()) {
            Some(at) => {
                open.words = rest[..at].trim().to_owned();
                close_change(&mut changes, std::mem::take(&mut open));
                open.after = Some(placed.line);
                rest = &rest[at + piece.len()..];
            }
            None => open.gone.push(placed.line),
        }
    }
    open.words = rest.trim().to_owned();
    close_change(&mut changes, open);
    changes
}

fn close_change(changes: &mut Vec<Change>, change: Change) {
    if !change.gone.is_empty() || !change.words.is_empty() {
        changes.push(change);
    }
}

fn piece_of<'a>(rendition: &'a Rendition, placed: &Placed) -> &'a str {
    let piece = rendition.text.get(placed.start..placed.end);
    piece.unwrap_or_default()
}

/// The text that the record would give is the one that was typed: a line that is said of several things was not worded anew
/// for all of them by one change.
fn check_same_text(rendition: &Rendition, edited: &str) -> Result<(), Refusal> {
    let (made, wanted) = (unfolded(&rendition.text), unfolded(edited));
    if made == wanted {
        return Ok(());
    }
    Err(Refusal::new(
        format!(
            "the text would not be the one that was typed ({}): {made}",
            rendition.lang
        ),
        "word it so that it says the same of everything that the line is said of",
    ))
}

/// An edit of the texts of one channel.
struct Edit<'a> {
    which: Edited<'a>,
    snapshot: &'a Snapshot,
    playbook: &'a Playbook,
    review: &'a DraftReview,
}

impl Edit<'_> {
    /// The sentence that a change makes; its number and author are those of whoever records it.
    fn sentence_at(
        &self,
        gone: &[usize],
        after: Option<usize>,
        words: &[(Lang, String)],
    ) -> Result<OwnSentence, DeskError> {
        let lang = words.first().map_or(Lang::USUAL, |(lang, _)| *lang);
        let refused = match gone {
            [] => return self.sentence_beside(after, words),
            [one] => match words.iter().find(|(_, typed)| typed.is_empty()) {
                None => return self.sentence_for(*one, words),
                Some((lang, _)) => Refusal::new(
                    format!(
                        "\"{}\" is gone, and nothing stands in its place",
                        self.words_of(*one, *lang)
                    ),
                    "word it anew; what is never to be said is left out in the playbook (`exclude`)",
                ),
            },
            several => {
                let pieces: Vec<&str> = several.iter().map(|i| self.words_of(*i, lang)).collect();
                Refusal::new(
                    format!(
                        "{} sentences were changed together, from \"{}\" on",
                        pieces.len(),
                        pieces.first().unwrap_or(&"")
                    ),
                    "change one at a time, with a sentence between them left as it is",
                )
            }
        };
        Err(refused.into())
    }

    /// The place of a line in the text of a language.
    fn place_of(&self, line: usize, lang: Lang) -> Option<(&Rendition, &Placed)> {
        let rendition = find_rendition(self.review, self.which, lang).ok()?;
        let placed = rendition.placed.iter().find(|p| p.line == line)?;
        Some((rendition, placed))
    }

    fn words_of(&self, line: usize, lang: Lang) -> &str {
        let place = self.place_of(line, lang);
        place.map_or("", |(rendition, placed)| piece_of(rendition, placed))
    }

    /// A sentence beside the others: in every language, so that all say the same.
    fn sentence_beside(
        &self,
        after: Option<usize>,
        words: &[(Lang, String)],
    ) -> Result<OwnSentence, DeskError> {
        let workspace = &self.snapshot.world()?.books.workspace;
        let has = |lang: &Lang| words.iter().any(|(l, _)| l == lang);
        if let Some(missing) = workspace.languages.iter().find(|l| !has(l)) {
            let typed = words.first().map_or("", |(_, typed)| typed);
            return Err(Refusal::new(
                format!("\"{typed}\" is new, and nothing stands there in {missing}"),
                "add it in every language at once",
            )
            .into());
        }
        let before = after.and_then(|i| self.review.draft.lines.get(i));
        let element = match before.map(|l| l.said.element) {
            None | Some(Element::Title | Element::Greeting | Element::Correction) => {
                Element::WhatHappened
            }
            Some(element) => element,
        };
        let mut texts = Texts::default();
        let house = HouseWords::of_incident(
            self.snapshot,
            self.which.incident,
            Some(self.which.audience),
        )?;
        for (lang, typed) in words {
            let template = self.with_names(typed, *lang)?;
            house.check_known(*lang, &template)?;
            texts.insert(*lang, template);
        }
        let facts = self.review.draft.facts.state_word(Phase::PATH);
        Ok(OwnSentence {
            phase: facts.map(str::to_owned),
            ..self.sentence(None, element, texts)
        })
    }

    /// A sentence in the place of a line.
    fn sentence_for(
        &self,
        line: usize,
        words: &[(Lang, String)],
    ) -> Result<OwnSentence, DeskError> {
        let said = &self.review.draft.lines[line];
        let own = self
            .playbook
            .file
            .lines
            .iter()
            .find(|l| l.id == said.said.id);
        let Some(own) = own.filter(|l| may_be_worded(l, said)) else {
            let lang = words.first().map_or(Lang::USUAL, |(lang, _)| *lang);
            return Err(Refusal::new(
                format!("\"{}\" stays as it is", self.words_of(line, lang)),
                "what is owned up to, what is promised, titles, warnings, the next update and the apology are worded in the playbook",
            )
            .into());
        };
        let workspace = &self.snapshot.world()?.books.workspace;
        let forms = workspace
            .channels
            .get(self.which.channel)
            .map(|c| c.forms.clone());
        let forms = forms.unwrap_or_default();
        let house = HouseWords::of_incident(
            self.snapshot,
            self.which.incident,
            Some(self.which.audience),
        )?;
        let mut texts = Texts::default();
        for lang in &workspace.languages {
            if let Some((_, template)) = own.text_for(&forms, *lang) {
                texts.insert(*lang, template.into_owned());
            }
        }
        for (lang, typed) in words {
            let template = texts.get(*lang).unwrap_or_default().to_owned();
            let printed = self.print_claims(line, *lang, &template, typed)?;
            let printed = self.with_names(&printed, *lang)?;
            house.check_known(*lang, &printed)?;
            house.check_kept(*lang, &template, &printed)?;
            texts.insert(*lang, printed);
        }
        Ok(self.sentence(Some(self.first_id_of(own)), own.element, texts))
    }

    /// The name in the playbook of a line that may have been worded anew before.
    fn first_id_of(&self, line: &Line) -> String {
        let incident = self.snapshot.state.incidents.get(self.which.incident);
        let written = incident.into_iter().flat_map(|i| &i.own_sentences);
        let mut written = written.filter(|s| Some(s.seq) == line.written_by);
        let first = written.find_map(|s| s.line.clone());
        first.unwrap_or_else(|| line.id.clone())
    }

    fn sentence(&self, line: Option<String>, element: Element, texts: Texts) -> OwnSentence {
        OwnSentence {
            seq: 0,
            by: String::new(),
            line,
            element,
            texts,
            phase: None,
            asserts: Vec::new(),
            channels: vec![self.which.channel.to_owned()],
            audience: None,
            ended: None,
        }
    }

    fn with_names(&self, typed: &str, lang: Lang) -> Result<String, DeskError> {
        Ok(print_names(
            typed,
            lang,
            &self.snapshot.world()?.books.network,
        ))
    }

    /// The typed words with the placeholders of the line in the place of what these printed.
    fn print_claims(
        &self,
        line: usize,
        lang: Lang,
        template: &str,
        typed: &str,
    ) -> Result<String, Refusal> {
        let Some((rendition, placed)) = self.place_of(line, lang) else {
            return Ok(typed.to_owned());
        };
        let mut spans = placed.spans.clone();
        spans.sort_by_key(|s| s.start);
        let printing = placeholders_of(template).filter(|p| !p.contains("plural("));
        let printing: Vec<&str> = printing.collect();
        let mut found: Vec<(usize, usize, String)> = Vec::new();
        for (i, span) in spans.iter().enumerate() {
            let value = rendition.text.get(span.start..span.end).unwrap_or_default();
            let is_free = |(at, end): &(usize, usize)| {
                let mut taken = found.iter();
                !taken.any(|(a, b, _)| at < b && a < end)
            };
            let Some((at, end)) = places_of(typed, value).into_iter().find(is_free) else {
                return Err(Refusal::new(
                    format!("\"{value}\" is no longer said ({lang}): an edit loses no fact"),
                    "keep it in the sentence",
                ));
            };
            let placeholder = printing.get(i).filter(|_| printing.len() == spans.len());
            let words = match placeholder {
                Some(placeholder) => format!("{{{{{placeholder}}}}}"),
                None => typed[at..end].to_owned(),
            };
            found.push((at, end, words));
        }
        found.sort();
        let (mut out, mut from) = (String::new(), 0);
        for (at, end, words) in found {
            out.push_str(&typed[from..at]);
            out.push_str(&words);
            from = end;
        }
        Ok(out + &typed[from..])
    }
}

/// Where a printed value stands in a text, also with a capital or without.
fn places_of(text: &str, value: &str) -> Vec<(usize, usize)> {
    let value = unfolded(value);
    let mut letters = value.chars();
    let Some(first) = letters.next() else {
        return Vec::new();
    };
    let others = letters.as_str();
    let starts = text.char_indices().filter(|(at, c)| {
        let after = at + c.len_utf8();
        c.to_lowercase().eq(first.to_lowercase()) && text[after..].starts_with(others)
    });
    let places = starts.map(|(at, c)| (at, at + c.len_utf8() + others.len()));
    places.collect()
}

/// What is told again, owned up to or promised keeps the words of the playbook.
fn may_be_worded(line: &Line, said: &DraftLine) -> bool {
    let is_fixed = matches!(
        line.element,
        Element::Title | Element::Correction | Element::NextUpdate | Element::Apology
    );
    let is_mandatory = line.mandatory && line.written_by.is_none();
    let has_promise = line.promise.is_some() || said.promise.is_some();
    let is_kept = is_fixed || is_mandatory || has_promise || line.is_in_every_text();
    !is_kept && !said.sums_up
}

#[cfg(test)]
#[path = "edit_tests.rs"]
mod edit_tests;
