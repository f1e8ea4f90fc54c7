//! A claim of a sentence with what the facts say of it. It looks for no claim and judges none.

use serde::Serialize;

use crate::check::against::reason;
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
