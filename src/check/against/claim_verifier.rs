//! One sentence under verification: its text, the facts, and the claims verified so far. Which claims are looked for,
//! and how each is verified, stands in the files beside this one.

use serde::Serialize;

use crate::check::against::reference_facts::Known;
use crate::check::reading::features::Parsed;
use crate::check::reading::patterns::Patterns;
use crate::domain::base::lang::Lang;

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

pub(super) struct Holder<'a> {
    pub(super) text: &'a str,
    pub(super) p: &'a Parsed,
    pub(super) known: &'a Known,
    pub(super) words: &'static Patterns,
    pub(super) held: Vec<Held>,
}

impl Holder<'_> {
    pub(super) fn add(
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

    pub(super) fn lang(&self) -> Lang {
        self.p.lang
    }
}
