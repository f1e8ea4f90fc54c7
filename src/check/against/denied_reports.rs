//! Words of others that a text quotes or reports only to deny them: "AAG is back"? It isn't. What they claim is turned
//! round. It verifies no claim itself.

use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::verified_claim::{ClaimKind, Verdict, VerifiedClaim};
use crate::check::reading::features::Parsed;
use crate::check::reading::patterns::Patterns;

/// What stands around a sentence, as far as it says how the sentence is meant.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around<'a> {
    /// Which link the sentence before was about, for "it" and "this cable".
    pub antecedent: Option<usize>,
    /// The sentence behind it begins with a denial.
    pub is_denied_next: bool,
    /// The folded text of the sentence before, when that is a question.
    pub question_before: Option<&'a str>,
}

/// True of a sentence that begins with a denial of what was said before it: "It isn't.", "That is not true:".
pub(super) fn begins_with_denial(parsed: &Parsed) -> bool {
    Patterns::of(parsed.spelling).has("denies_before", &parsed.folded.text)
}

/// Marks of quotation as they are after folding, and those that folding leaves.
const QUOTES: [char; 5] = ['"', '\u{201c}', '\u{201d}', '«', '»'];

/// Words that are given as words are no more than so many.
const WORDS_AS_WORDS: usize = 5;

impl SentenceUnderCheck<'_> {
    /// The bytes that are denied as a whole, behind them or in the next sentence.
    pub(super) fn find_denied(&self, is_denied_next: bool) -> Vec<(usize, usize)> {
        if self.known.is_closed {
            return Vec::new();
        }
        let quoted = self.quoted();
        let denied_here = |range: &&(usize, usize)| {
            let rest = self.text[range.1..].trim_start_matches(QUOTES);
            let mut clauses = rest.split([';', ':', ',', '–', '—']);
            clauses.any(|clause| self.words.has("denies_before", clause))
        };
        let mut denied: Vec<(usize, usize)> = quoted.iter().filter(denied_here).copied().collect();
        // Without their marks the words for "say" are other words.
        let is_reported = || !self.p.spelling.is_plain && self.words.has("reported", self.text);
        let is_denied_here = || self.words.has("denied_at_end", self.text);
        if denied.is_empty() && (is_denied_next || is_denied_here()) && is_reported() {
            denied.push((0, self.text.len()));
        } else if denied.is_empty() && is_denied_next {
            denied = quoted;
        }
        denied
    }

    /// Our wording is "back", never "resolved": quoted words that are given as words.
    pub(super) fn is_given_as_words(&self, (start, end): (usize, usize)) -> bool {
        let mut quoted = self.quoted().into_iter();
        quoted.any(|(a, b)| {
            let is_short = self.text[a..b].split_whitespace().count() <= WORDS_AS_WORDS;
            a <= start && end <= b && is_short && self.words.has("of_wording", &self.text[..a])
        })
    }

    /// The sentence is about words to use.
    pub(super) fn gives_words(&self) -> bool {
        self.quoted()
            .iter()
            .any(|range| self.is_given_as_words(*range))
    }

    /// What stands between quotation marks.
    fn quoted(&self) -> Vec<(usize, usize)> {
        let marks: Vec<usize> = self.text.match_indices(QUOTES).map(|(i, _)| i).collect();
        let pairs = marks.chunks_exact(2);
        pairs.map(|pair| (pair[0], pair[1])).collect()
    }

    /// Turns round what is claimed in words that are denied: what the record contradicts is rightly denied.
    pub(super) fn turn_denied(&mut self, denied: &[(usize, usize)], is_denied_next: bool) {
        let is_in = |c: &VerifiedClaim| denied.iter().any(|(a, b)| c.start < *b && *a < c.end);
        let claims = std::mem::take(&mut self.claims);
        // A rumour that is wrong in one thing is rightly denied, whatever it has right.
        let is_wrong = |c: &VerifiedClaim| is_in(c) && c.verdict != Verdict::Consistent;
        let has_wrong = claims.iter().any(is_wrong);
        let kinds = [ClaimKind::State, ClaimKind::Share, ClaimKind::Count];
        for mut claim in claims {
            if is_in(&claim) {
                claim.verdict = match claim.verdict {
                    Verdict::Consistent
                        if !has_wrong && is_denied_next && kinds.contains(&claim.claim) =>
                    {
                        Verdict::Contradicts
                    }
                    _ => Verdict::Consistent,
                };
            }
            self.claims.push(claim);
        }
    }

    /// "Will I notice any of it? Not at all.": the answer claims that nothing is felt.
    pub(super) fn verify_answer(&mut self, question: Option<&str>) {
        let Some(question) = question.filter(|_| !self.known.is_closed) else {
            return;
        };
        let place = (0, self.text.len());
        if self.words.has("plain_no", self.text) && self.words.has("asks_felt", question) {
            self.add_unsupported(ClaimKind::Unaffected, place, "unaffected-unknown");
        } else if self.words.has("plain_yes", self.text) && self.words.has("asks_back", question) {
            self.verify_restoration(place);
        }
    }
}
