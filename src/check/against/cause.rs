//! What a sentence says of the cause: that it is open, known, guessed, or which one it is. It knows no cause by name:
//! the words are data of the languages.

use std::collections::BTreeSet;

use crate::check::against::claim_verifier::{ClaimVerifier, Verdict};
use crate::check::against::reference_facts::Cause;
use crate::check::against::verify_words;
use crate::check::reading::patterns::causes_in;

impl ClaimVerifier<'_> {
    pub(super) fn verify_cause(&mut self) {
        let confirmed = match &self.known.cause {
            Cause::Open => None,
            Cause::Confirmed(words) => Some(words.as_slice()),
        };
        let named = causes_in(self.text);
        if let Some(place) = self.words.find("cause_open", self.text) {
            self.add_cause(
                place,
                Verdict::Consistent,
                Verdict::Contradicts,
                confirmed.is_some(),
            );
            if !self.words.has("cause_guess", self.text) {
                return;
            }
        }
        if let Some(place) = self.guess_at_cause() {
            self.add_unsupported("cause", place, "a guess at the cause");
            return;
        }
        let says_cause = self.words.find("cause_said", self.text);
        if let Some(place) = self.words.find("cause_known", self.text) {
            self.add_cause(
                place,
                Verdict::Contradicts,
                Verdict::Consistent,
                confirmed.is_some(),
            );
            let rest = &self.text[place.1..];
            let says_which = rest.contains(':')
                || verify_words::begins_with(rest.trim_start(), |v| &v.cause_follows);
            if says_which || (!named.is_empty() && says_cause.is_none()) {
                return self.verify_named_cause(&named, confirmed, place);
            }
        }
        match says_cause {
            Some(place) if self.names_cause(&named) => {
                self.verify_named_cause(&named, confirmed, place)
            }
            Some(_) => {}
            // "An anchor dragged across the sea bed" with nothing that says "caused".
            None if !named.is_empty() && verify_words::contains(self.text, |v| &v.happened) => {
                self.verify_named_cause(&named, confirmed, (0, self.text.len()))
            }
            None => {}
        }
    }

    /// Adds that the cause is open or known, with the verdicts for a record without and with a confirmed cause.
    fn add_cause(
        &mut self,
        place: (usize, usize),
        when_open: Verdict,
        when_confirmed: Verdict,
        is_confirmed: bool,
    ) {
        let (verdict, what) = if is_confirmed {
            (when_confirmed, "the cause is confirmed")
        } else {
            (when_open, "the cause is not confirmed")
        };
        self.add("cause", verdict, place, what.into(), Vec::new());
    }

    /// Where the sentence guesses at a cause: "may have been", together with words that give or blame one.
    fn guess_at_cause(&self) -> Option<(usize, usize)> {
        let is_given = self.words.has("cause_said", self.text);
        let is_blamed =
            || !causes_in(self.text).is_empty() && verify_words::contains(self.text, |v| &v.blame);
        self.words
            .find("cause_guess", self.text)
            .filter(|_| is_given || is_blamed())
    }

    /// "For the trouble caused" and "do" have many other uses: something has to be named as the cause.
    fn names_cause(&self, named: &BTreeSet<&str>) -> bool {
        !named.is_empty()
            || verify_words::contains(self.text, |v| &v.cause_strong)
                && !verify_words::contains(self.text, |v| &v.apologies)
    }

    fn verify_named_cause(
        &mut self,
        named: &BTreeSet<&str>,
        confirmed: Option<&[String]>,
        place: (usize, usize),
    ) {
        let (verdict, what) = match confirmed {
            None => (
                Verdict::Contradicts,
                "the cause is not confirmed".to_owned(),
            ),
            Some([]) => (
                Verdict::Unsupported,
                "a cause is confirmed, and the record does not say which".to_owned(),
            ),
            Some(words @ [first, ..]) => {
                let is_same = words.iter().any(|w| {
                    self.text.contains(w.as_str()) || causes_in(w).iter().any(|c| named.contains(c))
                });
                if is_same {
                    (Verdict::Consistent, format!("the cause is {first}"))
                } else {
                    (
                        Verdict::Contradicts,
                        format!("the cause on record is {first}"),
                    )
                }
            }
        };
        self.add("cause", verdict, place, what, Vec::new());
    }
}
