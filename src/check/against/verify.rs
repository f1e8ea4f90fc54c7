//! Verifies one sentence: every claim in it is backed, contradicted, or not mentioned by the facts. Does not read
//! whole texts and applies no rule of wording.

use crate::check::against::claim_verifier::{ClaimVerifier, Verdict, VerifiedClaim};
use crate::check::against::reference_facts::Known;
use crate::check::reading::features::{Parsed, parse};
use crate::check::reading::patterns::Patterns;
use crate::check::reading::promise_classifier::{Reading, read_parsed};
use crate::domain::base::lang::Lang;

/// Reads one sentence and verifies its claims.
pub fn hold_read(sentence: &str, lang: Lang, known: &Known) -> (Reading, Vec<VerifiedClaim>) {
    let parsed = parse(sentence, lang);
    let reading = read_parsed(&parsed, sentence);
    let claims = hold(&parsed, &reading, sentence, known);
    (reading, claims)
}

/// Verifies the claims of a sentence that was parsed and read; in the order in which they stand in it.
pub fn hold(
    parsed: &Parsed,
    reading: &Reading,
    sentence: &str,
    known: &Known,
) -> Vec<VerifiedClaim> {
    let mut verifier = ClaimVerifier {
        text: &parsed.folded.text,
        p: parsed,
        known,
        words: Patterns::of(parsed.spelling),
        claims: Vec::new(),
    };
    if !known.is_closed && verifier.forbids_to_say() {
        return Vec::new();
    }
    let links = verifier.link_claims();
    verifier.verify_states(&links);
    verifier.verify_counts(&links);
    verifier.verify_service_as_a_whole(&links);
    verifier.verify_shares(&links);
    verifier.verify_cause(&links);
    verifier.verify_times(&links, reading);
    verifier.verify_vouchers();
    verifier.verify_goods(reading);
    verifier.verify_customers(&links);
    verifier.verify_work();
    verifier.verify_contacts();
    verifier.verify_place();
    // Last: a commitment is judged by what was found of the times and states in it.
    verifier.verify_commitment(sentence, reading);
    let mut claims = verifier.claims;
    for claim in &mut claims {
        (claim.start, claim.end) = parsed.folded.original(claim.start, claim.end);
    }
    claims.sort_by_key(|c| c.start);
    claims
}

/// The worst verdict of some claims.
pub fn worst<'a>(claims: impl IntoIterator<Item = &'a VerifiedClaim>) -> Verdict {
    claims
        .into_iter()
        .map(|c| c.verdict)
        .max()
        .unwrap_or(Verdict::Consistent)
}
