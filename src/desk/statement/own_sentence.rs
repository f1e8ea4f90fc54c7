//! A sentence that somebody writes for one incident: tried on the draft of now, held against the record, and recorded when
//! both let it pass. It words nothing itself.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::against::hand_words::{HandWords, foreign_mark, kinds_of_claims, words_of_draft};
use crate::desk::core::incident_facts::{derive_facts, playbook_with};
use crate::desk::statement::check_text::{
    Ask, Document, Form, Known, check_document, known_of_incident,
};
use crate::desk::statement::draft::{DraftReview, draft_statement, looked, pass_gate};
use crate::desk::{DeskError, Journal, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::next_step::{Advice, NextStep};
use crate::domain::base::phase::Phase;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::config::line::Element;
use crate::domain::config::workspace::BY_HAND;
use crate::domain::network::topology::Network;
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::payload::EventPayload;
use crate::domain::speech::composer::Wanted;
use crate::domain::speech::draft::Part;
use crate::domain::speech::own_sentences::{EDITED, OWN, line_id_of};
use crate::domain::state::incident::OwnSentence;

/// A sentence as it was typed.
#[derive(Debug, Clone)]
pub struct Typed {
    pub texts: Texts,
    pub element: Element,
    /// What its fixed words rest on: expressions over facts.
    pub asserts: Vec<String>,
    pub channels: Vec<String>,
    pub audience: Option<String>,
}

/// Adds a sentence to the notices of an incident. Gives the number of its event and the draft with it.
///
/// # Errors
/// When the record does not back it, the gate refuses it, or the actor may not draft.
pub fn say_sentence(
    journal: &mut Journal,
    incident: &IncidentId,
    typed: &Typed,
) -> Result<(u64, DraftReview), DeskError> {
    let network = &journal.world()?.books.network;
    let name_links = |lang| {
        let text = typed.texts.get(lang).unwrap_or_default();
        print_names(text, lang, network)
    };
    let mut texts = Texts::default();
    for lang in Lang::ALL.iter().filter(|l| typed.texts.get(**l).is_some()) {
        texts.insert(*lang, name_links(*lang));
    }
    let sentence = OwnSentence {
        seq: journal.head().seq + 1,
        by: journal.clock.by.clone(),
        line: None,
        element: typed.element,
        texts,
        phase: phase_now(journal, incident, typed.audience.as_deref())?,
        asserts: typed.asserts.clone(),
        channels: typed.channels.clone(),
        audience: typed.audience.clone(),
        ended: None,
    };
    let sentences = [sentence];
    let batch = entries_of(incident, &sentences);
    journal.admit_all(&batch)?;
    let audience = journal.audience_or_default(typed.audience.as_deref());
    let known = known_of_incident(journal, incident, &audience)?;
    for (lang, text) in typed.texts.iter().filter(|(_, t)| !t.contains("{{")) {
        check_is_backed(text, lang, &known)?;
    }
    let words = HouseWords::of_incident(journal, incident, typed.audience.as_deref())?;
    for (lang, template) in sentences[0].texts.iter() {
        words.check_known(lang, template)?;
    }
    let looked = try_sentences(journal, incident, typed.audience.as_deref(), &sentences)?;
    let seen = journal.head().clone();
    let seqs = journal.record_standing("adding a sentence", &seen, &batch)?;
    Ok((seqs.first().copied().unwrap_or_default(), looked))
}

/// How far the incident is: a sentence written while it is open is none for the time after it.
fn phase_now(
    snapshot: &Snapshot,
    incident: &IncidentId,
    audience: Option<&str>,
) -> Result<Option<String>, DeskError> {
    let audience = snapshot.audience_or_default(audience);
    let facts = derive_facts(snapshot, incident, &audience)?;
    Ok(facts.state_word(Phase::PATH).map(str::to_owned))
}

/// The words that may be used in a sentence by hand: those of what is said now, and those that the workspace lists for it.
pub(super) struct HouseWords(BTreeMap<Lang, HandWords>);

impl HouseWords {
    pub(super) fn of_incident(
        snapshot: &Snapshot,
        incident: &IncidentId,
        audience: Option<&str>,
    ) -> Result<HouseWords, DeskError> {
        let workspace = &snapshot.world()?.books.workspace;
        let audience = snapshot.audience_or_default(audience);
        let draft = draft_statement(snapshot, incident, &audience, Wanted::default())?.draft;
        let phrases = workspace.phrases_by_hand();
        let of_lang = |lang: &Lang| (*lang, words_of_draft(&draft, *lang, &phrases));
        Ok(HouseWords(
            workspace.languages.iter().map(of_lang).collect(),
        ))
    }

    /// Refuses words that the house does not use so: the reader understands those, and not every word of a language.
    pub(super) fn check_known(&self, lang: Lang, template: &str) -> Result<(), Refusal> {
        if let Some(mark) = foreign_mark(template) {
            return Err(Refusal::new(
                format!("the sentence in {lang} has a \"{mark}\""),
                "it is plain text, with placeholders such as {{ links.AAG.since }}",
            ));
        }
        let words = self.0.get(&lang);
        let unknown = words.map(|w| w.unknown_in(template)).unwrap_or_default();
        if unknown.is_empty() {
            return Ok(());
        }
        Err(Refusal::new(
            format!(
                "nothing that is said now says it so ({lang}): {}",
                unknown.join(", ")
            ),
            format!(
                "use the words of what is said now, as it puts them together; more phrases: in saydo.yaml under `catalogues: {BY_HAND}:`, then adopt it"
            ),
        ))
    }

    /// Refuses to drop words of a sentence that is worded anew: what it denies or limits stays so.
    pub(super) fn check_kept(&self, lang: Lang, before: &str, after: &str) -> Result<(), Refusal> {
        let words = self.0.get(&lang);
        let lost = words
            .map(|w| w.lost_from(before, after))
            .unwrap_or_default();
        if lost.is_empty() {
            return Ok(());
        }
        Err(Refusal::new(
            format!(
                "these words are no longer there ({lang}): {}",
                lost.join(", ")
            ),
            "an edit puts a sentence in another order, joins it and makes it kinder; other words for it belong into the playbook",
        ))
    }
}

/// Says a sentence no more.
///
/// # Errors
/// When no such sentence stands, or the actor may not draft.
pub fn end_sentence(
    journal: &mut Journal,
    incident: &IncidentId,
    sentence: u64,
) -> Result<(), DeskError> {
    let ended = EventPayload::Incident(IncidentEvent::SentenceEnded { sentence });
    journal.record(|_| Ok(vec![(Some(incident.clone()), ended.clone())]))?;
    Ok(())
}

/// The payloads that record sentences.
pub(super) fn entries_of(
    incident: &IncidentId,
    sentences: &[OwnSentence],
) -> Vec<(Option<IncidentId>, EventPayload)> {
    let written = |s: &OwnSentence| {
        EventPayload::Incident(IncidentEvent::SentenceWritten {
            line: s.line.clone(),
            element: s.element,
            texts: s.texts.clone(),
            phase: s.phase.clone(),
            asserts: s.asserts.clone(),
            channels: s.channels.clone(),
            audience: s.audience.clone(),
        })
    };
    let all = sentences.iter();
    all.map(|s| (Some(incident.clone()), written(s))).collect()
}

/// The draft of now with these sentences.
///
/// # Errors
/// When one of them may not be said: why, and what may be said instead.
pub(super) fn try_sentences(
    snapshot: &Snapshot,
    incident: &IncidentId,
    audience: Option<&str>,
    sentences: &[OwnSentence],
) -> Result<DraftReview, DeskError> {
    let audience = snapshot.audience_or_default(audience);
    let playbook = playbook_with(snapshot, incident, sentences)?;
    let part = Part {
        playbook: &playbook,
        facts: derive_facts(snapshot, incident, &audience)?,
    };
    let review = looked(pass_gate(snapshot, &[part], Wanted::default()).map_err(unreadable)?);
    let known = known_of_incident(snapshot, incident, &audience)?;
    for sentence in sentences {
        let id = line_id_of(sentence);
        check_is_said(&review, &id)?;
        // What was worded anew in one language keeps the facts of the line.
        if sentence.line.is_none() {
            check_languages_agree(&review, &id, &known)?;
        }
        for rendition in &review.draft.renditions {
            let is_own = |line: usize| review.draft.lines[line].said.id == id;
            for placed in rendition.placed.iter().filter(|p| is_own(p.line)) {
                let text = rendition.text.get(placed.start..placed.end);
                check_is_backed(text.unwrap_or_default(), rendition.lang, &known)?;
            }
        }
    }
    Ok(review)
}

fn is_by_hand(line: &str) -> bool {
    line.starts_with(OWN) || line.starts_with(EDITED)
}

/// A sentence that is no template is the fault of who typed it, not of the playbook.
fn unreadable(error: DeskError) -> DeskError {
    match error {
        DeskError::Compose { error, .. } if is_by_hand(&error.line) => DeskError::NotBacked {
            what: format!("the sentence cannot be read: {}", error.error.what),
            hints: vec![NextStep::ListFacts.after("the facts that there are: ")],
        },
        other => other,
    }
}

/// Refuses a sentence that is in no channel, with what withholds it.
fn check_is_said(review: &DraftReview, id: &str) -> Result<(), DeskError> {
    let draft = &review.draft;
    let line = draft.lines.iter().position(|l| l.said.id == id);
    let placed = draft.renditions.iter().flat_map(|r| &r.placed);
    let is_placed = line.is_some_and(|i| placed.clone().any(|p| p.line == i));
    if is_placed {
        return Ok(());
    }
    let held = draft.withheld.iter().filter(|w| w.line == id);
    let reasons = held.flat_map(|w| &w.reasons);
    let reasons: Vec<Advice> = reasons
        .map(
            |lack| match lack.what.get_or_any(Lang::USUAL).split_once("): ") {
                // The gate names the line, which has no name that anybody gave it.
                Some((line, why)) if line.starts_with("line \"") => why.into(),
                _ => Advice::from(lack),
            },
        )
        .collect();
    let why = match (line, reasons.is_empty()) {
        (Some(_), _) => "no channel of this audience has room or a form for it",
        (None, true) => "what it rests on does not hold now",
        (None, false) => "the record does not back it",
    };
    Err(DeskError::NotBacked {
        what: format!("the sentence may not be said: {why}"),
        hints: reasons,
    })
}

/// Refuses a sentence that claims something in one language and not in another.
fn check_languages_agree(review: &DraftReview, id: &str, known: &Known) -> Result<(), DeskError> {
    let draft = &review.draft;
    let mut kinds: BTreeMap<&str, (Lang, BTreeSet<String>)> = BTreeMap::new();
    for rendition in &draft.renditions {
        let of_it = |line: usize| draft.lines.get(line).is_some_and(|l| l.said.id == id);
        for placed in rendition.placed.iter().filter(|p| of_it(p.line)) {
            let text = rendition.text.get(placed.start..placed.end);
            let own = kinds_of_claims(text.unwrap_or_default(), rendition.lang, known);
            match kinds.get(rendition.channel.as_str()) {
                Some((first, theirs)) if *theirs != own => {
                    let odd = theirs.symmetric_difference(&own).cloned();
                    let odd: Vec<String> = odd.collect();
                    let what = format!(
                        "{first} and {} do not say the same: {}",
                        rendition.lang,
                        odd.join(", ")
                    );
                    let hint = "say in each language exactly what the other says";
                    return Err(Refusal::new(what, hint).into());
                }
                Some(_) => {}
                None => {
                    kinds.insert(&rendition.channel, (rendition.lang, own));
                }
            }
        }
    }
    Ok(())
}

/// Refuses a sentence that the reader finds untrue, unbacked or badly worded, or of which it does not know what it says.
fn check_is_backed(text: &str, lang: Lang, known: &Known) -> Result<(), DeskError> {
    let ask = Ask {
        lang: Some(lang),
        is_short: true,
        ..Ask::default()
    };
    let document = Document::of_text(text.to_owned(), Form::default());
    let checked = check_document(&document, std::slice::from_ref(known), &ask);
    let found = checked.findings.iter().chain(&checked.not_held);
    let hints: Vec<Advice> = found
        .map(|f| {
            let instead = f.instead.as_ref().map(|i| format!(" (instead: {i})"));
            let (words, what) = (&f.excerpt, &f.message);
            format!("\"{words}\": {what}{}", instead.unwrap_or_default()).into()
        })
        .collect();
    match hints.is_empty() {
        true => Ok(()),
        false => Err(DeskError::NotBacked {
            what: format!("the record does not back this sentence ({lang})"),
            hints,
        }),
    }
}

/// The sentence with a placeholder for each name of a link, region or service, so that it prints what they are called.
pub(super) fn print_names(text: &str, lang: Lang, network: &Network) -> String {
    let mut names: Vec<(String, String)> = Vec::new();
    for id in network.all_ids() {
        let placeholder = format!("{{{{ links['{id}'].name }}}}");
        let given = network.names_of(id);
        let aliases = network.find_link(id).map(|l| &l.aliases);
        let aliases = aliases.or_else(|| network.find_rider(id).map(|r| &r.aliases));
        let own = given.get(lang).map(str::to_owned).into_iter();
        let all = own.chain(aliases.into_iter().flatten().cloned());
        names.extend(all.chain([id.to_owned()]).map(|n| (n, placeholder.clone())));
    }
    // "AAG-S1H" before "AAG".
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.chars().count()));
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if rest.starts_with("{{") {
            let end = rest.find("}}").map_or(rest.len(), |i| i + 2);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
            continue;
        }
        let is_inside = out.chars().next_back().is_some_and(char::is_alphanumeric);
        let found = names.iter().find_map(|(name, placeholder)| {
            let end = end_of_name(rest, name).filter(|_| !is_inside)?;
            Some((end, placeholder))
        });
        match found {
            Some((end, placeholder)) => {
                out.push_str(placeholder);
                rest = &rest[end..];
            }
            None => {
                out.push(next);
                rest = &rest[next.len_utf8()..];
            }
        }
    }
    out
}

/// Where a name ends that stands at the beginning of a text as a word, in capitals or not.
fn end_of_name(text: &str, name: &str) -> Option<usize> {
    let mut end = 0;
    let mut own = text.chars();
    for wanted in name.chars() {
        let next = own.next()?;
        if !next.to_lowercase().eq(wanted.to_lowercase()) {
            return None;
        }
        end += next.len_utf8();
    }
    let is_whole = own.next().is_none_or(|c| !c.is_alphanumeric());
    (is_whole && end > 0).then_some(end)
}

/// Reads the element that somebody typed.
///
/// # Errors
/// When there is none of that name, or a sentence by hand may not stand there.
pub fn read_element(typed: &str) -> Result<Element, String> {
    const OPEN: [(&str, Element); 6] = [
        ("what-happened", Element::WhatHappened),
        ("affected", Element::Affected),
        ("cause", Element::Cause),
        ("action", Element::Action),
        ("advice", Element::Advice),
        ("contact", Element::Contact),
    ];
    let found = OPEN.iter().find(|(name, _)| *name == typed);
    found.map(|(_, element)| *element).ok_or_else(|| {
        let names = OPEN.map(|(name, _)| name);
        let near = suggest_nearest(typed, names.into_iter());
        format!(
            "\"{typed}\" is no place for a sentence{near}; places: {}",
            names.join(", ")
        )
    })
}
