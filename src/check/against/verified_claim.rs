//! A claim of a sentence with what the facts say of it. It looks for no claim and judges none.

use std::fmt;

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

/// What a claim is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClaimKind {
    /// That something works, does not, or works again.
    State,
    /// How many links are in a state.
    Count,
    /// How much capacity is lost or left.
    Share,
    /// By what something failed.
    Cause,
    /// When service is back.
    RestorationTime,
    /// When there is news again.
    NextUpdate,
    /// When a promise falls due.
    Due,
    /// When something began, or when work begins; and any time of no other kind.
    Start,
    /// What customers get or are spared.
    Goods,
    /// How many vouchers or credits somebody gets.
    Vouchers,
    /// Who or what is not affected.
    Unaffected,
    /// How many customers are affected, or which.
    Customers,
    /// What is done about it.
    Work,
    /// Whom to call or where to read.
    Contact,
    /// Something that somebody will do: the sentence promises it.
    Commitment,
    /// Where something is: a ship, a fault.
    Place,
    /// Who is said to vouch for it.
    Source,
    /// The whole sentence, which may be said now as it is.
    Said,
}

impl ClaimKind {
    /// As it is written in JSON and in messages.
    pub fn token(self) -> &'static str {
        let key = self.reason_key();
        key.strip_prefix("claim-").unwrap_or(key)
    }

    /// Under which `reasons.yaml` of each language has its name.
    pub(super) fn reason_key(self) -> &'static str {
        match self {
            ClaimKind::State => "claim-state",
            ClaimKind::Count => "claim-count",
            ClaimKind::Share => "claim-share",
            ClaimKind::Cause => "claim-cause",
            ClaimKind::RestorationTime => "claim-restoration-time",
            ClaimKind::NextUpdate => "claim-next-update",
            ClaimKind::Due => "claim-due",
            ClaimKind::Start => "claim-start",
            ClaimKind::Goods => "claim-goods",
            ClaimKind::Vouchers => "claim-vouchers",
            ClaimKind::Unaffected => "claim-unaffected",
            ClaimKind::Customers => "claim-customers",
            ClaimKind::Work => "claim-work",
            ClaimKind::Contact => "claim-contact",
            ClaimKind::Commitment => "claim-commitment",
            ClaimKind::Place => "claim-place",
            ClaimKind::Source => "claim-source",
            ClaimKind::Said => "claim-said",
        }
    }
}

impl fmt::Display for ClaimKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.token())
    }
}

/// One claim of a sentence with what the facts say of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VerifiedClaim {
    pub claim: ClaimKind,
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
            claim: ClaimKind::Said,
            verdict: Verdict::Consistent,
            start: 0,
            end: length,
            what: reason::in_words("said-now", lang).to_owned(),
            events: events.to_vec(),
        }
    }
}
