//! Holding a sentence against what is known: backed, contradicted, or nothing says so.

use serde::Serialize;

mod cause;
mod number;
mod rest;
mod states;
mod times;

use crate::check::features::{Parsed, parse};
use crate::check::known::Known;
use crate::check::patterns::Patterns;
use crate::check::reader::{Reading, read_parsed};
use crate::check::text::is_whole;
use crate::domain::lang::Lang;

/// How a claim stands against what is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything follows from it.
    Consistent,
    /// Nothing says so.
    Unsupported,
    /// It says something else.
    Contradicts,
}

/// One claim of a sentence, held.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Held {
    /// What it claims: `state`, `count`, `share`, `cause`, `restoration-time`, `next-update`, `vouchers`, `start`,
    /// `commitment`, `place`.
    pub claim: &'static str,
    /// How it stands.
    pub verdict: Verdict,
    /// Where, in bytes of the sentence.
    pub start: usize,
    /// To, exclusive.
    pub end: usize,
    /// What is known instead, or that nothing is.
    pub what: String,
    /// The events that say so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<u64>,
}

impl Held {
    /// The whole sentence is one that the tool says now.
    pub fn said_now(length: usize, events: &[u64]) -> Held {
        Held {
            claim: "said",
            verdict: Verdict::Consistent,
            start: 0,
            end: length,
            what: "this is what may be said now".into(),
            events: events.to_vec(),
        }
    }
}

/// Reads one sentence and holds it.
pub fn hold_read(sentence: &str, lang: Lang, known: &Known) -> (Reading, Vec<Held>) {
    let parsed = parse(sentence, lang);
    let reading = read_parsed(&parsed, sentence);
    let held = hold(&parsed, &reading, sentence, known);
    (reading, held)
}

/// Holds one sentence that was taken apart and read.
pub fn hold(parsed: &Parsed, reading: &Reading, sentence: &str, known: &Known) -> Vec<Held> {
    let mut holder = Holder {
        text: &parsed.folded.text,
        p: parsed,
        known,
        words: Patterns::of(parsed.lang, parsed.is_plain),
        held: Vec::new(),
    };
    holder.states();
    holder.shares();
    holder.cause();
    holder.times(reading);
    holder.vouchers();
    holder.rest(sentence, reading);
    let mut held = holder.held;
    for h in &mut held {
        (h.start, h.end) = parsed.folded.original(h.start, h.end);
    }
    held.sort_by_key(|h| h.start);
    held
}

/// The worst of some verdicts.
pub fn worst<'a>(held: impl IntoIterator<Item = &'a Held>) -> Verdict {
    held.into_iter()
        .map(|h| h.verdict)
        .max()
        .unwrap_or(Verdict::Consistent)
}

struct Holder<'a> {
    text: &'a str,
    p: &'a Parsed,
    known: &'a Known,
    words: &'static Patterns,
    held: Vec<Held>,
}

/// A number that counts links.
#[derive(Debug, Clone, Copy)]
struct Count {
    start: usize,
    end: usize,
    /// How many; none is all.
    n: Option<usize>,
    /// Of how many.
    of: Option<usize>,
    /// "None".
    is_none: bool,
}

impl Holder<'_> {
    fn add(
        &mut self,
        claim: &'static str,
        verdict: Verdict,
        place: (usize, usize),
        what: String,
        events: Vec<u64>,
    ) {
        self.held.push(Held {
            claim,
            verdict,
            start: place.0,
            end: place.1,
            what,
            events,
        });
    }

    fn lang(&self) -> Lang {
        self.p.lang
    }
}

fn regex_free_has(text: &str, words: &[&str]) -> bool {
    words.iter().any(|w| {
        text.match_indices(w)
            .any(|(i, w)| is_whole(text, i, i + w.len()))
    })
}
