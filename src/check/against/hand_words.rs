//! Whether a sentence that somebody wrote keeps to words that are known: the reader understands what the house says, and not
//! every word of a language. It does not ask whether the sentence is true.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::against::reference_facts::Known;
use crate::check::against::verified_claim::ClaimKind;
use crate::check::against::verify_sentence::read_and_verify;
use crate::check::reading::language_files::SPELLING;
use crate::check::reading::sentence::sentences;
use crate::check::reading::text::unmarked;
use crate::domain::base::lang::Lang;

/// What a placeholder prints stands beside words as any other word does.
const PRINTED: &str = "{}";

/// The pairs of words that stand beside each other in what the house says, in one language.
#[derive(Debug, Default)]
pub struct HandWords {
    pairs: BTreeSet<(String, String)>,
    lang: Option<Lang>,
}

impl HandWords {
    /// Reads the pairs of these templates and phrases.
    pub fn from_texts<'a>(lang: Lang, texts: impl Iterator<Item = &'a str>) -> HandWords {
        let mut pairs = BTreeSet::new();
        for text in texts {
            for part in parts_of(text) {
                let beside = part.iter().zip(part.iter().skip(1));
                pairs.extend(beside.map(|(a, b)| (a.clone(), b.clone())));
            }
        }
        HandWords {
            pairs,
            lang: Some(lang),
        }
    }

    /// The words of a template that stand beside no word beside which the house puts them. Small words may stand anywhere.
    pub fn unknown_in(&self, template: &str) -> Vec<String> {
        let mut unknown = Vec::new();
        for part in parts_of(template) {
            for (i, word) in part.iter().enumerate() {
                let before = i.checked_sub(1).map(|b| (part[b].clone(), word.clone()));
                let after = part.get(i + 1).map(|next| (word.clone(), next.clone()));
                let mut pairs = before.iter().chain(&after);
                let is_known = pairs.any(|pair| self.pairs.contains(pair));
                if word != PRINTED && !is_known && !self.is_small(word) && !unknown.contains(word) {
                    unknown.push(word.clone());
                }
            }
        }
        unknown
    }

    /// The words of a template that another does not have as often: what it says, denies or limits is no longer said.
    pub fn lost_from(&self, before: &str, after: &str) -> Vec<String> {
        let mut left: BTreeMap<String, usize> = BTreeMap::new();
        for word in parts_of(after).into_iter().flatten() {
            *left.entry(word).or_default() += 1;
        }
        let mut lost = Vec::new();
        for word in parts_of(before).into_iter().flatten() {
            match left.get_mut(&word).filter(|n| **n > 0) {
                Some(n) => *n -= 1,
                None if word == PRINTED || self.is_small(&word) => {}
                None => lost.push(word),
            }
        }
        lost
    }

    fn is_small(&self, word: &str) -> bool {
        let plain = unmarked(word);
        let small = self.lang.map(|lang| &SPELLING.of(lang).small_words);
        small.is_some_and(|all| all.iter().any(|s| s.trim_end_matches('.') == plain))
    }
}

/// The words of a template between its marks, in small letters; a placeholder is one word.
fn parts_of(template: &str) -> Vec<Vec<String>> {
    let mut parts = vec![Vec::new()];
    let mut word = String::new();
    let mut rest = template;
    let end_word = |word: &mut String, parts: &mut Vec<Vec<String>>| {
        let ended = std::mem::take(word);
        if let Some(part) = parts.last_mut().filter(|_| !ended.is_empty()) {
            part.push(ended);
        }
    };
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("{{") {
            end_word(&mut word, &mut parts);
            let end = rest.find("}}").map_or(rest.len(), |i| i + 2);
            let is_choice = rest[..end].contains("plural(");
            if let Some(part) = parts.last_mut().filter(|_| !is_choice) {
                part.push(PRINTED.to_owned());
            }
            rest = &rest[end..];
            continue;
        }
        rest = &rest[c.len_utf8()..];
        match c {
            _ if c.is_alphanumeric() || c == '\'' => word.extend(c.to_lowercase()),
            _ => {
                end_word(&mut word, &mut parts);
                if !c.is_whitespace() {
                    parts.push(Vec::new());
                }
            }
        }
    }
    end_word(&mut word, &mut parts);
    parts
}

/// What a template has beside words, placeholders and common marks, so that it could be more than a sentence; none when it
/// has nothing of that kind.
pub fn foreign_mark(template: &str) -> Option<char> {
    let mut outside = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once("{{") {
        outside.push_str(before);
        rest = after.split_once("}}").map_or("{", |(_, rest)| rest);
    }
    outside.push_str(rest);
    outside.chars().find(|c| "{}<>`\\|".contains(*c))
}

/// The kinds of claim that a text makes, by what the reader finds in it.
pub fn kinds_of_claims(text: &str, lang: Lang, known: &Known) -> BTreeSet<String> {
    let name = |kind: ClaimKind| serde_json::to_string(&kind).unwrap_or_default();
    let all = sentences(text).into_iter();
    all.flat_map(|s| read_and_verify(&text[s.start..s.end], lang, known).1)
        .map(|claim| name(claim.claim))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> HandWords {
        let texts = [
            "{{ it.name }} has been disrupted since {{ it.since }}.",
            "We do not yet know the cause.",
            "You can use mobile data for the time being",
        ];
        HandWords::from_texts(Lang::En, texts.into_iter())
    }

    #[test]
    fn words_are_known_beside_the_words_that_they_stand_beside() {
        for (typed, unknown) in [
            ("Since {{ x }}, {{ y }} has been disrupted.", ""),
            ("{{ y }} has been fine since {{ x }}.", "fine"),
            ("{{ y }} has been disrupted until {{ x }}.", "until"),
            ("Only {{ y }} has been disrupted.", "only"),
            ("Three people were hurt.", "three people were hurt"),
            ("Please use mobile data.", ""),
            ("We know the cause.", "we"),
            ("", ""),
        ] {
            assert_eq!(words().unknown_in(typed).join(" "), unknown, "{typed}");
        }
    }

    #[test]
    fn what_is_denied_or_limited_stays_so() {
        let before = "We do not yet know the cause.";
        assert_eq!(
            words().lost_from(before, "We know the cause."),
            ["do", "not", "yet"]
        );
        assert!(
            words()
                .lost_from(before, "The cause we do not know yet.")
                .is_empty()
        );
    }

    #[test]
    fn a_sentence_is_no_markup_and_no_template() {
        for (typed, found) in [
            ("It is {{ a.b }}.", None),
            ("{# a #}x", Some('{')),
            ("<b>x</b>", Some('<')),
            ("{{ a", Some('{')),
            ("a } b", Some('}')),
        ] {
            assert_eq!(foreign_mark(typed), found, "{typed}");
        }
    }
}
