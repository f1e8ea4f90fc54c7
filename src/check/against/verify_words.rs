//! The file `verify.yaml` of each language: words that turn, limit or move a claim. It holds the lists only; what they
//! mean for a claim is decided where they are used.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::check::reading::language_files::PerLanguage;
use crate::check::reading::text::{
    contains_any, ends_with_any, has_word, last_word_of, starts_with_any,
};

/// What each list means is said in `languages/en/verify.yaml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VerifyWords {
    pub joints: Vec<String>,
    pub part_joints: Vec<String>,
    /// Where a clause begins that has a subject of its own.
    pub next_clause: Vec<String>,
    pub back: Vec<String>,
    pub back_of_others_after: Vec<String>,
    /// Words after "slow" with which it speaks of no link: "at the latest", "comes to an end".
    pub not_slow_before: Vec<String>,
    pub back_of_others_before: Vec<String>,
    pub back_of_service_before: Vec<String>,
    pub not_begins: Vec<String>,
    pub is_not: Vec<String>,
    pub or: Vec<String>,
    pub open_after: Vec<String>,
    pub so_is: Vec<String>,
    pub scope_ends: Vec<String>,
    pub that: Vec<String>,
    pub owners: Vec<String>,
    pub parts: Vec<String>,
    pub blame: Vec<String>,
    pub cause_names: Vec<String>,
    pub cause_follows: Vec<String>,
    pub when_words: Vec<String>,
    pub apologies: Vec<String>,
    pub cause_strong: Vec<String>,
    pub happened: Vec<String>,
    pub guarantees: Vec<String>,
    pub not_ships: Vec<String>,
    pub same_day: Vec<String>,
    pub lasting: Vec<String>,
    pub of_both: Vec<String>,
    pub some_of: Vec<String>,
    pub many_words: Vec<String>,
    pub greetings: Vec<String>,
    pub since: Vec<String>,
    pub of_all: Vec<String>,
    pub cut_words: Vec<String>,
    pub cut_words_before: Vec<String>,
    pub cut_words_after: Vec<String>,
    pub lengths_after: Vec<String>,
    pub lengths_before: Vec<String>,
    /// Words behind a length between two things that happened, of which no record holds a length.
    pub lengths_between: Vec<String>,
    pub news_of: Vec<String>,
    pub total_after: Vec<String>,
    pub total_before: Vec<String>,
    pub introducing: Vec<String>,
    pub compared: Vec<String>,
    pub reduced: Vec<String>,
    pub reduced_before: Vec<String>,
    pub zones: BTreeMap<String, i32>,
    pub utc: Vec<String>,
}

pub(super) static VERIFY: PerLanguage<VerifyWords> = PerLanguage::new(|f| f.verify);

/// One list of the file.
type List = fn(&VerifyWords) -> &Vec<String>;

/// True when a text contains a word of the list of any language.
pub(super) fn contains(text: &str, list: List) -> bool {
    VERIFY.all().any(|w| contains_any(text, list(w)))
}

/// True when a text begins with a word of the list of any language.
pub(super) fn begins_with(text: &str, list: List) -> bool {
    VERIFY.all().any(|w| starts_with_any(text, list(w)))
}

/// True when a text ends with a word of the list of any language.
pub(super) fn ends_with(text: &str, list: List) -> bool {
    VERIFY.all().any(|w| ends_with_any(text, list(w)))
}

/// True when the last word of a text is one of the list of any language.
pub(super) fn has_last_word(text: &str, list: List) -> bool {
    let text = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    VERIFY.all().any(|w| last_word_of(text, list(w)).is_some())
}

/// True when a text is a word of the list of any language.
pub(super) fn is_one_of(text: &str, list: List) -> bool {
    VERIFY
        .all()
        .any(|w| list(w).iter().any(|word| word == text))
}

/// True when a text has a whole word of the list of any language.
pub(super) fn has_word_of(text: &str, list: List) -> bool {
    VERIFY.all().any(|w| has_word(text, list(w)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_words_around_claims_are_read() {
        VERIFY.assert_read();
    }
}
