//! One sentence under verification: its text, the facts, and the claims verified so far. It looks for no claim itself:
//! each kind of claim has a file of its own beside this one.

use serde::Serialize;

use crate::check::against::reason::{self, Reason};
use crate::check::against::reference_facts::Known;
use crate::check::reading::features::Parsed;
use crate::check::reading::patterns::Patterns;
use crate::domain::base::lang::Lang;

/// What the facts say of a claim; the later, the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The claim follows from the facts.
    Consistent,
    /// The sentence says something that could be held against a record, and it was not understood.
    NotHeld,
    /// The facts say nothing about the claim.
    Unsupported,
    /// The facts say something else.
    Contradicts,
}

/// One claim of a sentence with what the facts say of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VerifiedClaim {
    /// What it claims: `state`, `count`, `share`, `cause`, `restoration-time`, `next-update`, `due`, `start`, `goods`,
    /// `vouchers`, `unaffected`, `customers`, `work`, `contact`, `commitment`, `place`, or `said` for a sentence that may
    /// be said now as a whole.
    pub claim: &'static str,
    /// What the facts say of it.
    pub verdict: Verdict,
    /// First byte in the sentence.
    pub start: usize,
    /// First byte behind it.
    pub end: usize,
    /// What is known instead, or that nothing is.
    pub what: String,
    /// The events that say so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<u64>,
}

impl VerifiedClaim {
    /// The whole sentence, `length` bytes, is one that the tool says now.
    pub fn said_now(length: usize, events: &[u64], lang: Lang) -> VerifiedClaim {
        VerifiedClaim {
            claim: "said",
            verdict: Verdict::Consistent,
            start: 0,
            end: length,
            what: reason::in_words("said-now", lang).to_owned(),
            events: events.to_vec(),
        }
    }
}

pub(super) struct ClaimVerifier<'a> {
    /// The folded text of the sentence; places are bytes of it.
    pub(super) text: &'a str,
    pub(super) p: &'a Parsed,
    pub(super) known: &'a Known,
    pub(super) words: &'static Patterns,
    /// Which link the sentence before was about, for "it" and "this cable".
    pub(super) antecedent: Option<usize>,
    /// The claims verified so far.
    pub(super) claims: Vec<VerifiedClaim>,
}

impl ClaimVerifier<'_> {
    pub(super) fn add(
        &mut self,
        claim: &'static str,
        verdict: Verdict,
        place: (usize, usize),
        what: &Reason,
        events: Vec<u64>,
    ) {
        let what = what.in_words(self.known.reasons_in.unwrap_or(self.lang()));
        self.claims.push(VerifiedClaim {
            claim,
            verdict,
            start: place.0,
            end: place.1,
            what,
            events,
        });
    }

    /// Adds a claim of which the facts say nothing.
    pub(super) fn add_unsupported(
        &mut self,
        claim: &'static str,
        place: (usize, usize),
        what: &'static str,
    ) {
        let what = Reason::plain(what);
        self.add(claim, Verdict::Unsupported, place, &what, Vec::new());
    }

    /// "Do not tell callers that it is back": what must not be said is not said.
    pub(super) fn forbids_to_say(&self) -> bool {
        self.words.has("not_to_say", self.text)
    }

    /// A question claims nothing, in quotes or not.
    pub(super) fn is_question(&self) -> bool {
        let end = self
            .text
            .trim_end_matches([' ', '"', '\'', ')', '*', '_', '-', '>']);
        // "When APG will be back to normal", alone, is one of the things that are not known.
        let is_open = || self.words.has("indirect_question", self.text);
        !self.known.is_closed && (end.ends_with('?') || is_open())
    }

    pub(super) fn lang(&self) -> Lang {
        self.p.spelling.lang
    }
}
