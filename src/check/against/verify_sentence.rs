//! Verifies one sentence: every claim in it is backed, contradicted, or not mentioned by the facts. Does not read
//! whole texts and applies no rule of wording.

use crate::check::against::denied_reports::Around;
use crate::check::against::reference_facts::Known;
use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::verified_claim::{Verdict, VerifiedClaim};
use crate::check::reading::features::{Parsed, parse};
use crate::check::reading::patterns::Patterns;
use crate::check::reading::promise_classifier::{Reading, read_parsed};
use crate::check::reading::text::is_whole;
use crate::domain::base::lang::Lang;

/// Reads one sentence and verifies its claims.
pub fn read_and_verify(sentence: &str, lang: Lang, known: &Known) -> (Reading, Vec<VerifiedClaim>) {
    let parsed = parse(sentence, lang);
    let reading = read_parsed(&parsed, sentence);
    let claims = verify_claims(&parsed, &reading, sentence, known, Around::default());
    (reading, claims)
}

/// The link that a sentence is about, for a pronoun in the next one: the only one it names, or else the one before.
pub fn antecedent_after(parsed: &Parsed, known: &Known, before: Option<usize>) -> Option<usize> {
    let text = &parsed.folded.text;
    let is_named = |name: &String| {
        let name = parsed.spelling.spell(name);
        text.match_indices(name.as_ref())
            .any(|(i, n)| is_whole(text, i, i + n.len()))
    };
    let links = known
        .links
        .iter()
        .enumerate()
        .filter(|(_, l)| !l.is_rider || l.is_contact);
    let mut named = links
        .filter(|(_, l)| l.names.iter().any(is_named))
        .map(|(i, _)| i);
    match (named.next(), named.next()) {
        (Some(only), None) => Some(only),
        (None, _) => before,
        _ => None,
    }
}

/// Verifies the claims of a sentence that was parsed and read; in the order in which they stand in it.
pub fn verify_claims(
    parsed: &Parsed,
    reading: &Reading,
    sentence: &str,
    known: &Known,
    around: Around<'_>,
) -> Vec<VerifiedClaim> {
    let mut verifier = SentenceUnderCheck {
        text: &parsed.folded.text,
        p: parsed,
        known,
        words: Patterns::of(parsed.spelling),
        antecedent: around.antecedent,
        denied: Vec::new(),
        claims: Vec::new(),
    };
    verifier.denied = verifier.find_denied(around.is_denied_next);
    let links = verifier.link_claims();
    if !known.is_closed && verifier.forbids_to_say() {
        verifier.verify_unsaid(&links);
        return verifier.into_claims(parsed);
    }
    verifier.verify_states(&links);
    verifier.verify_regions(&links);
    verifier.verify_named_services(&links);
    verifier.verify_counts(&links);
    verifier.verify_service_as_a_whole(&links);
    verifier.verify_shares(&links);
    verifier.verify_cause(&links);
    verifier.verify_times(&links, reading);
    verifier.verify_vouchers();
    verifier.verify_goods(reading);
    verifier.verify_customers(&links);
    verifier.verify_total_loss(&links);
    verifier.verify_work();
    verifier.verify_unrecorded(reading);
    verifier.verify_denied_wholes(&links);
    verifier.verify_sources();
    verifier.verify_hotline();
    verifier.verify_contacts();
    verifier.verify_place();
    verifier.verify_answer(around.question_before);
    // Last: a commitment is judged by what was found of the times and states in it.
    verifier.verify_commitment(sentence, reading);
    let denied = std::mem::take(&mut verifier.denied);
    verifier.turn_denied(&denied, around.is_denied_next);
    verifier.into_claims(parsed)
}

/// The verdict on a sentence: the worst of its claims; without any, whether it says something that was not understood.
pub fn verdict_on_sentence(parsed: &Parsed, reading: &Reading, held: &[VerifiedClaim]) -> Verdict {
    if held.is_empty() && has_checkable_shape(parsed, reading) {
        Verdict::NotHeld
    } else {
        worst_verdict(held)
    }
}

/// Classes of words by which a sentence speaks of service, of what works, of what does not, or of money.
const CHECKABLE: [&str; 4] = ["service", "back", "harm", "pay"];

/// It states something, and by its words something that a record could hold: no courtesy, advice or question.
fn has_checkable_shape(parsed: &Parsed, reading: &Reading) -> bool {
    let words = Patterns::of(parsed.spelling);
    let text = &parsed.folded.text;
    let states = ["fact", "ongoing", "promise"].contains(&reading.label.as_str());
    let is_question = text.trim_end().ends_with('?');
    let has_words = || {
        let has_class = |class: &str| parsed.classes.iter().any(|(c, ..)| c == class);
        let patterns = [
            "down",
            "degraded",
            "restored",
            "up",
            "unaffected",
            "links",
            "capacity",
        ];
        let has_digit = text.bytes().any(|b| b.is_ascii_digit());
        let has_class = CHECKABLE.iter().any(|c| has_class(c));
        has_class || has_digit || patterns.iter().any(|p| words.has(p, text))
    };
    states && !is_question && !words.has("not_to_say", text) && has_words()
}

/// The claims that hold against none of several sets of facts: a sentence about two incidents is backed by either.
pub fn claims_of_any(of_each: Vec<Vec<VerifiedClaim>>) -> Vec<VerifiedClaim> {
    let mut rest = of_each.into_iter();
    let mut kept = rest.next().unwrap_or_default();
    for other in rest {
        kept = kept
            .into_iter()
            .filter_map(|claim| better_of(claim, &other))
            .collect();
    }
    kept
}

/// The better verdict on a claim; nothing where the other facts find nothing wrong with its words.
fn better_of(claim: VerifiedClaim, other: &[VerifiedClaim]) -> Option<VerifiedClaim> {
    let overlaps = |c: &&VerifiedClaim| c.start < claim.end && claim.start < c.end;
    let same = other.iter().filter(overlaps).min_by_key(|c| c.verdict);
    match same {
        Some(same) if same.verdict < claim.verdict => Some(same.clone()),
        Some(_) => Some(claim),
        None => (claim.verdict == Verdict::Consistent).then_some(claim),
    }
}

/// The worst verdict of some claims.
pub fn worst_verdict<'a>(claims: impl IntoIterator<Item = &'a VerifiedClaim>) -> Verdict {
    claims
        .into_iter()
        .map(|c| c.verdict)
        .max()
        .unwrap_or(Verdict::Consistent)
}
