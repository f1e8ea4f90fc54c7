//! Verifies one sentence: every claim in it is backed, contradicted, or not mentioned by the facts. Does not read
//! whole texts and applies no rule of wording.

use crate::check::against::claim_verifier::{Held, Holder, Verdict};
use crate::check::against::reference_facts::Known;
use crate::check::reading::features::{Parsed, parse};
use crate::check::reading::patterns::Patterns;
use crate::check::reading::promise_classifier::{Reading, read_parsed};
use crate::domain::base::lang::Lang;

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
