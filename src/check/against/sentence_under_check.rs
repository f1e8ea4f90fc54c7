//! One sentence while its claims are verified: its text, the facts, and the claims found so far. It looks for no claim
//! itself: each kind of claim has a file of its own beside this one.

use crate::check::against::reason::Reason;
use crate::check::against::reference_facts::Known;
use crate::check::against::verified_claim::{ClaimKind, Verdict, VerifiedClaim};
use crate::check::reading::features::Parsed;
use crate::check::reading::patterns::Patterns;
use crate::domain::base::lang::Lang;

pub(super) struct SentenceUnderCheck<'a> {
    /// The folded text of the sentence; places are bytes of it.
    pub(super) text: &'a str,
    pub(super) p: &'a Parsed,
    pub(super) known: &'a Known,
    pub(super) words: &'static Patterns,
    /// Which link the sentence before was about, for "it" and "this cable".
    pub(super) antecedent: Option<usize>,
    /// Bytes that the text only quotes or reports to deny them.
    pub(super) denied: Vec<(usize, usize)>,
    /// The claims verified so far.
    pub(super) claims: Vec<VerifiedClaim>,
}

impl SentenceUnderCheck<'_> {
    pub(super) fn add(
        &mut self,
        claim: ClaimKind,
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
        claim: ClaimKind,
        place: (usize, usize),
        what: &'static str,
    ) {
        let what = Reason::plain(what);
        self.add(claim, Verdict::Unsupported, place, &what, Vec::new());
    }

    /// The claims by their place in the sentence as it was written.
    pub(super) fn into_claims(self, parsed: &Parsed) -> Vec<VerifiedClaim> {
        let mut claims = self.claims;
        for claim in &mut claims {
            (claim.start, claim.end) = parsed.folded.original(claim.start, claim.end);
        }
        claims.sort_by_key(|c| c.start);
        claims
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
