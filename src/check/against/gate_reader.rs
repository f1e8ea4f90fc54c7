//! Checks the fixed words of our own drafts with the same verifier as `saydo check`: what a rendition commits to or
//! asserts is verified against the facts that its line was made from. It does not look at how a text is worded.
//!
//! Not looked at: words that a placeholder printed, which the gate has compared with their fact; a commitment of a
//! line that registers a promise; what a line declares under `asserts` or asks the record for in its condition. Always
//! looked at: a time in fixed words, a time or share that the facts contradict, and all of a sentence that somebody wrote by hand.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::against::facts_of_record::from_facts;
use crate::check::against::hand_words::{template_of, words_of_draft};
use crate::check::against::reference_facts::Known;
use crate::check::against::verified_claim::{ClaimKind, Verdict, VerifiedClaim};
use crate::check::against::verify_sentence::read_and_verify;
use crate::check::reading::claims::is_awaited;
use crate::check::reading::promise_classifier::Reading;
use crate::check::reading::sentence::sentences;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::parallel;
use crate::domain::base::phase::Phase;
use crate::domain::network::topology::Network;
use crate::domain::record::rendition::{Placed, Rendition};
use crate::domain::speech::draft::{Draft, DraftLine};
use crate::domain::speech::finding::Finding;
use crate::domain::speech::own_sentences::{EDITED, OWN};

/// The rule under which the gate reports these findings.
pub const READ: &str = "read";

/// A line in its place in a rendition, and what is known of its incident.
struct Place<'a> {
    rendition: &'a Rendition,
    placed: &'a Placed,
    line: &'a DraftLine,
    incident: String,
}

/// Verifies every rendition of a draft. The findings name the line, so that the line is withheld and its fallback said.
pub fn findings(draft: &Draft, network: &Network) -> Vec<Finding> {
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    // By language, each of which has patterns and weights of its own: they are read beside each other.
    let mut places: BTreeMap<Lang, Vec<(usize, Place)>> = BTreeMap::new();
    // Most channels say a line in the same words: they are read once.
    let mut was_read: BTreeSet<(usize, Lang, &str)> = BTreeSet::new();
    // Of a language that is not read, the gate holds structure, printed values and claims alone.
    let read = draft.renditions.iter().filter(|r| r.lang.is_read());
    for rendition in read {
        for placed in &rendition.placed {
            let Some(line) = draft.lines.get(placed.line) else {
                continue;
            };
            let words = rendition.text.get(placed.start..placed.end);
            let words = words.unwrap_or_default();
            if !was_read.insert((placed.line, rendition.lang, words)) {
                continue;
            }
            let facts = draft.facts_of(&line.said);
            let incident = facts.incidents.first().cloned().unwrap_or_default();
            known.entry(incident.clone()).or_insert_with(|| Known {
                reasons_in: Some(Lang::USUAL),
                ..from_facts(facts, Some(network))
            });
            let place = Place {
                rendition,
                placed,
                line,
                incident,
            };
            let places = places.entry(rendition.lang).or_default();
            places.push((was_read.len(), place));
        }
    }
    let places: Vec<Vec<(usize, Place)>> = places.into_values().collect();
    let read = parallel::map_slice(&places, 2, |places| read_places(places, &known));
    let mut found: Vec<(usize, Vec<Finding>)> = read.into_iter().flatten().collect();
    found.sort_by_key(|(order, _)| *order);
    found.into_iter().flat_map(|(_, found)| found).collect()
}

/// Sentences by hand whose words stand beside nothing that is said now: what made them true may be so no more.
pub fn find_strange_words(draft: &Draft, phrases: &[Texts]) -> Vec<Finding> {
    let is_added = |placed: &&Placed| {
        let line = draft.lines.get(placed.line);
        line.is_some_and(|l| l.said.id.starts_with(OWN))
    };
    let mut found: Vec<Finding> = Vec::new();
    for rendition in &draft.renditions {
        for placed in rendition.placed.iter().filter(is_added) {
            let words = words_of_draft(draft, rendition.lang, phrases);
            let strange = words.unknown_in(&template_of(rendition, placed));
            if !strange.is_empty() {
                found.push(Finding {
                    rule: READ.into(),
                    line: Some(placed.line),
                    channel: Some(rendition.channel.clone()),
                    lang: Some(rendition.lang),
                    span: Some((placed.start, placed.end)),
                    what: format!(
                        "no other sentence says it so now ({}): {}",
                        rendition.lang,
                        strange.join(", ")
                    )
                    .into(),
                });
            }
        }
    }
    found
}

fn read_places(
    places: &[(usize, Place<'_>)],
    known: &BTreeMap<String, Known>,
) -> Vec<(usize, Vec<Finding>)> {
    let read = places.iter().filter_map(|(order, p)| {
        let known = known.get(&p.incident)?;
        Some((*order, in_place(p.rendition, p.placed, p.line, known)))
    });
    read.collect()
}

fn in_place(r: &Rendition, placed: &Placed, line: &DraftLine, known: &Known) -> Vec<Finding> {
    let Some(text) = r.text.get(placed.start..placed.end) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for s in sentences(text) {
        let (reading, held) = read_and_verify(&text[s.start..s.end], r.lang, known);
        for h in held {
            let (start, end) = (
                placed.start + s.start + h.start,
                placed.start + s.start + h.end,
            );
            let shape = Shape {
                has_time: has_time(&text[s.start..s.end], &reading, r.lang),
                repeats_promise: repeats_promise(
                    placed,
                    line,
                    (placed.start + s.start, placed.start + s.end),
                ),
            };
            let is_printed = r.is_printed(placed, start, end);
            let is_backed = || is_matched(&h, is_printed, line, shape);
            if may_stand(line, h.verdict, is_backed) {
                continue;
            }
            let words: String = r
                .text
                .get(start..end)
                .unwrap_or_default()
                .chars()
                .take(120)
                .collect();
            found.push(Finding {
                rule: READ.into(),
                line: Some(placed.line),
                channel: Some(r.channel.clone()),
                lang: Some(r.lang),
                span: Some((start, end)),
                what: format!(
                    "line \"{}\" ({}, {}): \"{words}\" is {}: {}. Print the fact instead, declare it under `asserts`, or make the line a `promise`",
                    line.said.id,
                    r.channel,
                    r.lang,
                    match h.verdict {
                        Verdict::Contradicts => "not what the record says",
                        _ => "backed by nothing on record",
                    },
                    h.what
                )
                .into(),
            });
        }
    }
    found
}

/// No condition of a playbook guards a sentence that somebody added: all of it is held. A line that was worded anew keeps its
/// conditions, and contradicts nothing.
fn may_stand(line: &DraftLine, verdict: Verdict, is_backed: impl FnOnce() -> bool) -> bool {
    let is_added = line.said.id.starts_with(OWN);
    let is_edited = line.said.id.starts_with(EDITED);
    match verdict {
        Verdict::Consistent if is_added || is_edited => true,
        Verdict::Contradicts if is_edited => false,
        _ => !is_added && is_backed(),
    }
}

/// True when the sentence names a time that readers wait for; "at peak" and "in the evening" are none.
fn has_time(sentence: &str, reading: &Reading, lang: Lang) -> bool {
    let due = reading.due.and_then(|(a, b)| sentence.get(a..b));
    due.is_some_and(|d| is_awaited(d, lang))
}

fn is_matched(h: &VerifiedClaim, is_printed: bool, line: &DraftLine, shape: Shape) -> bool {
    let is_promise = line.promise.is_some() || shape.repeats_promise;
    let is_declared = !line.said.asserts.is_empty() || has_read(line, h.claim);
    match (h.verdict, h.claim) {
        (Verdict::Consistent, _) => true,
        _ if is_printed => true,
        // Which links or causes such words are about is what the line has asked the record for.
        (Verdict::Contradicts, ClaimKind::State | ClaimKind::Count | ClaimKind::Cause) => {
            is_declared
        }
        (Verdict::Contradicts, _) => false,
        // A time in fixed words is never declared: it is wrong when it is read tomorrow.
        _ if shape.has_time && h.claim != ClaimKind::Goods => is_promise,
        _ => is_promise || is_declared,
    }
}

/// What a sentence of a line is, beside its claims.
#[derive(Clone, Copy)]
struct Shape {
    /// It names a time that readers wait for.
    has_time: bool,
    /// It says again a promise that people hold, and prints its time.
    repeats_promise: bool,
}

/// True when a sentence of a line about promises in force prints the time of one.
fn repeats_promise(placed: &Placed, line: &DraftLine, (start, end): (usize, usize)) -> bool {
    let is_told = |path: &str| path.starts_with("promises.") && path.ends_with(".told_due");
    let mut spans = placed.spans.iter();
    line.said.reads.contains_key("promises.in_force")
        && spans.any(|s| is_told(&s.path) && start <= s.start && s.end <= end)
}

/// True when the condition or the text of the line asks the record for what the claim is about.
fn has_read(line: &DraftLine, claim: ClaimKind) -> bool {
    let topics: &[&str] = match claim {
        ClaimKind::State | ClaimKind::Count => &[
            ".state",
            "group.",
            Phase::PATH,
            "back_since",
            "links_back_since",
            "stable_since",
            ".claimed_up",
        ],
        ClaimKind::Share => &["lost", "left"],
        ClaimKind::Cause => &["cause"],
        ClaimKind::Vouchers | ClaimKind::Goods | ClaimKind::Due => &["promise"],
        // Work and who is affected are facts that a playbook has noted, by names of its own.
        ClaimKind::Work | ClaimKind::Customers | ClaimKind::Unaffected => {
            return reads_more_than_phase(line);
        }
        _ => return false,
    };
    let said = &line.said;
    said.reads
        .keys()
        .chain(&said.claims)
        .chain(&said.unknown)
        .any(|p| topics.iter().any(|t| p.contains(t)))
}

/// True when the line asks the record for something beyond how far the incident is.
fn reads_more_than_phase(line: &DraftLine) -> bool {
    line.said
        .reads
        .keys()
        .any(|path| path != Phase::PATH && path != "as_of")
}
