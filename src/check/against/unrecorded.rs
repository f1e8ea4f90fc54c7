//! Claims of kinds for which a record holds no fact: faults of before, measured speeds, money that is said to be paid out
//! already, numbers of money for nothing in particular. It verifies no claim that a fact could back.

use crate::check::against::sentence_under_check::SentenceUnderCheck;
use crate::check::against::verified_claim::ClaimKind;
use crate::check::reading::promise_classifier::Reading;

/// A kind of such claims: the pattern of its words, what is claimed, and why it is not backed.
const KINDS: [(&str, ClaimKind, &str); 4] = [
    ("fault_before", ClaimKind::Count, "no-earlier-fault"),
    ("measured", ClaimKind::State, "not-measured"),
    ("data_safe", ClaimKind::Unaffected, "no-check-of-data"),
    ("paid_out", ClaimKind::Goods, "not-paid-out"),
];

/// Words that leave open, forbid or generalize what the sentence says.
const OPEN: [&str; 6] = [
    "possibly",
    "generic",
    "goods_open",
    "not_to_say",
    "prohibits",
    "untrue",
];

impl SentenceUnderCheck<'_> {
    pub(super) fn verify_unrecorded(&mut self, reading: &Reading) {
        let is_open = OPEN.iter().any(|name| self.words.has(name, self.text));
        if self.known.is_closed || self.is_question() || is_open {
            return;
        }
        for (name, claim, why) in KINDS {
            let Some(place) = self.words.find(name, self.text) else {
                continue;
            };
            let is_safety = name == "data_safe";
            let is_denied = !is_safety && self.words.has("denied", &self.text[..place.1]);
            if !is_denied && !self.is_in_effect(place) && !self.is_of_capacity(place) {
                self.add_unsupported(claim, place, why);
            }
        }
        let money = self.words.find("money_given", self.text);
        let is_told = reading.promise || self.words.has("gives", self.text);
        if let Some(place) = money.filter(|_| is_told && !self.is_about_payment()) {
            self.add_unsupported(ClaimKind::Goods, place, "goods-amount");
        }
    }

    /// The number stands in the effect on record.
    fn is_in_effect(&self, (start, end): (usize, usize)) -> bool {
        let of_words = |words: &str| -> Vec<String> {
            let numbers = words.split(|c: char| !c.is_ascii_digit());
            numbers
                .filter(|n| !n.is_empty())
                .map(str::to_owned)
                .collect()
        };
        let said = of_words(&self.text[start..end]);
        let mut effects = self.known.effect_words.iter();
        !said.is_empty() && effects.any(|e| said.iter().all(|n| of_words(e).contains(n)))
    }

    /// Shares of capacity are held against the record elsewhere.
    fn is_of_capacity(&self, (start, end): (usize, usize)) -> bool {
        let rest = self.text.get(end..).unwrap_or_default();
        let next = rest.split([',', ';', '.']).next().unwrap_or_default();
        self.words.has("capacity", &self.text[start..end]) || self.words.has("capacity", next)
    }
}
