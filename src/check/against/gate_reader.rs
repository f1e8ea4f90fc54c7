//! The same eyes for our own texts: what a rendition commits to or asserts in fixed words is held against the facts
//! that its line was made from.
//!
//! What stands in a placeholder's span is matched: the gate has compared it with its fact. So is a commitment of a
//! line that registers a promise, what a line declares under `asserts`, and what it has asked the record for in its
//! condition; but never a time in fixed words, nor a time or share that the facts contradict.

use std::collections::BTreeMap;

use crate::check::against::claim_verifier::{Verdict, VerifiedClaim};
use crate::check::against::facts_of_record::from_facts;
use crate::check::against::reference_facts::Known;
use crate::check::against::verify::hold_read;
use crate::check::reading::claims::is_awaited;
use crate::check::reading::promise_classifier::Reading;
use crate::check::reading::sentence::sentences;
use crate::domain::draft::{Draft, DraftLine};
use crate::domain::gate::Finding;
use crate::domain::issued::{Placed, Rendition};
use crate::domain::lang::Lang;
use crate::domain::network::Network;

/// The rule under which the gate names what these eyes find.
pub const READ: &str = "read";

/// Holds every rendition of a draft; the findings name the line, so that it is withheld and its fallback said.
pub fn findings(draft: &Draft, network: &Network) -> Vec<Finding> {
    let mut known: BTreeMap<String, Known> = BTreeMap::new();
    let mut found = Vec::new();
    for r in &draft.renditions {
        for placed in &r.placed {
            let Some(line) = draft.lines.get(placed.line) else {
                continue;
            };
            let facts = draft.facts_of(&line.said);
            let about = facts.incidents.first().cloned().unwrap_or_default();
            let known = known
                .entry(about)
                .or_insert_with(|| from_facts(facts, Some(network)));
            found.extend(in_place(r, placed, line, known));
        }
    }
    found
}

fn in_place(r: &Rendition, placed: &Placed, line: &DraftLine, known: &Known) -> Vec<Finding> {
    let Some(text) = r.text.get(placed.start..placed.end) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for s in sentences(text) {
        let (reading, held) = hold_read(&text[s.start..s.end], r.lang, known);
        for h in held {
            let (start, end) = (
                placed.start + s.start + h.start,
                placed.start + s.start + h.end,
            );
            if is_matched(
                &h,
                placed,
                (start, end),
                line,
                has_time(&text[s.start..s.end], &reading, r.lang),
            ) {
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
                ),
            });
        }
    }
    found
}

/// It falls due at a time that stands in it; "at peak" and "in the evening" are none that anybody waits for.
fn has_time(sentence: &str, reading: &Reading, lang: Lang) -> bool {
    let due = reading.due.and_then(|(a, b)| sentence.get(a..b));
    due.is_some_and(|d| is_awaited(d, lang))
}

fn is_matched(
    h: &VerifiedClaim,
    placed: &Placed,
    (start, end): (usize, usize),
    line: &DraftLine,
    has_time: bool,
) -> bool {
    let is_printed = placed.spans.iter().any(|s| s.start < end && start < s.end);
    let is_declared = !line.said.asserts.is_empty() || has_read(line, h.claim);
    match (h.verdict, h.claim) {
        (Verdict::Consistent, _) => true,
        _ if is_printed => true,
        // Which links or causes such words are about is what the line has asked the record for.
        (Verdict::Contradicts, "state" | "count" | "cause") => is_declared,
        (Verdict::Contradicts, _) => false,
        // A time in fixed words is never declared: it is wrong when it is read tomorrow.
        _ if has_time => line.promise.is_some(),
        _ => line.promise.is_some() || is_declared,
    }
}

/// The line asked the record for what such a claim is about, and was said because of the answer.
fn has_read(line: &DraftLine, claim: &str) -> bool {
    let topics: &[&str] = match claim {
        "state" | "count" => &[".state", "group.", "phase", "back_since", ".claimed_up"],
        "share" => &["lost", "left"],
        "cause" => &["cause"],
        "vouchers" => &["promise."],
        _ => return false,
    };
    let said = &line.said;
    said.reads
        .keys()
        .chain(&said.claims)
        .chain(&said.unknown)
        .any(|p| topics.iter().any(|t| p.contains(t)))
}
