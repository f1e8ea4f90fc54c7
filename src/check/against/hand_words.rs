//! Whether a sentence that somebody wrote keeps to what is said now: each word and each fact in it stands beside something beside
//! which a line of the same draft puts it, or an approved phrase. The reader does not understand every word of a language. It
//! does not ask whether the sentence is true.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::against::reference_facts::Known;
use crate::check::against::verified_claim::ClaimKind;
use crate::check::against::verify_sentence::read_and_verify;
use crate::check::reading::language_files::SPELLING;
use crate::check::reading::sentence::sentences;
use crate::check::reading::text::unmarked;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::facts::catalogue::kind_of;
use crate::domain::record::rendition::{Placed, Rendition};
use crate::domain::speech::draft::Draft;

/// How the name of a link, region or service, or a list of them, stands among words.
const NAME: &str = "{name}";

/// What stands beside what in the sentences that may be used, in one language; small words count for nothing.
#[derive(Debug)]
pub struct HandWords {
    pairs: BTreeSet<(String, String)>,
    /// What stands alone between two marks.
    alone: BTreeSet<String>,
    lang: Lang,
}

impl HandWords {
    /// Reads the pairs of these templates and phrases.
    pub fn from_texts<'a>(lang: Lang, texts: impl Iterator<Item = &'a str>) -> HandWords {
        let mut words = HandWords {
            pairs: BTreeSet::new(),
            alone: BTreeSet::new(),
            lang,
        };
        for text in texts {
            for part in words.parts_without_small(text) {
                if let [only] = part.as_slice() {
                    words.alone.insert(only.clone());
                }
                let beside = part.iter().zip(part.iter().skip(1));
                words
                    .pairs
                    .extend(beside.map(|(a, b)| (a.clone(), b.clone())));
            }
        }
        words
    }

    /// What stands beside each other in a template and nowhere else, as it was typed.
    pub fn unknown_in(&self, template: &str) -> Vec<String> {
        let mut unknown = Vec::new();
        for part in self.parts_without_small(template) {
            if let [only] = part.as_slice()
                && !self.alone.contains(only)
            {
                unknown.push(only.clone());
            }
            let beside = part.iter().zip(part.iter().skip(1));
            let strange = beside.filter(|(a, b)| {
                let pair = ((*a).clone(), (*b).clone());
                !self.pairs.contains(&pair)
            });
            unknown.extend(strange.map(|(a, b)| format!("{a} {b}")));
        }
        unknown
    }

    fn parts_without_small(&self, template: &str) -> Vec<Vec<String>> {
        let mut parts = parts_of(template);
        for part in &mut parts {
            part.retain(|word| !self.is_small(word));
        }
        parts
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
                None if word.starts_with('{') || self.is_small(&word) => {}
                None => lost.push(word),
            }
        }
        lost
    }

    fn is_small(&self, word: &str) -> bool {
        let plain = unmarked(word);
        let small = &SPELLING.of(self.lang).small_words;
        small.iter().any(|s| s.trim_end_matches('.') == plain)
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
            let inside = rest[..end].trim_matches(['{', '}']);
            if let Some(part) = parts.last_mut().filter(|_| !inside.contains("plural(")) {
                part.push(printed(inside));
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

/// How a placeholder stands among words: by which fact it prints, of whatever link.
fn printed(inside: &str) -> String {
    let path = inside.split('|').next().unwrap_or_default().trim();
    let path = path.replace("['", ".").replace("']", "");
    let field = |rest: &str| rest.rsplit('.').next().unwrap_or_default().to_owned();
    let path = match path.split_once('.') {
        Some(("links" | "it", rest)) => format!("links.*.{}", field(rest)),
        Some(("promises", rest)) => format!("promises.*.{}", field(rest)),
        _ => path,
    };
    match kind_of(&path) {
        Some("link" | "list") => NAME.to_owned(),
        _ => format!("{{{path}}}"),
    }
}

/// A piece of a rendition as the template that would print it.
pub fn template_of(rendition: &Rendition, placed: &Placed) -> String {
    let mut spans = placed.spans.clone();
    spans.sort_by_key(|s| s.start);
    let (mut template, mut from) = (String::new(), placed.start);
    for span in spans.iter().filter(|s| s.end > s.start) {
        template.push_str(rendition.text.get(from..span.start).unwrap_or_default());
        template.push_str(&format!("{{{{ {} }}}}", span.path));
        from = span.end.max(from);
    }
    template.push_str(rendition.text.get(from..placed.end).unwrap_or_default());
    template
}

/// The words that may be used by hand beside a draft, in one language: those of its own lines, and approved phrases.
pub fn words_of_draft(draft: &Draft, lang: Lang, phrases: &[Texts]) -> HandWords {
    let mut templates: Vec<String> = Vec::new();
    for rendition in draft.renditions.iter().filter(|r| r.lang == lang) {
        let lines = rendition.placed.iter().filter(|p| {
            let line = draft.lines.get(p.line);
            line.is_some_and(|l| !l.said.id.contains(':'))
        });
        templates.extend(lines.map(|p| template_of(rendition, p)));
    }
    let approved = phrases.iter().filter_map(|p| p.get(lang));
    HandWords::from_texts(lang, templates.iter().map(String::as_str).chain(approved))
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
            "{{ links.AAG.name }} has been disrupted since {{ links.AAG.since }}.",
            "We do not yet know the cause.",
            "You can use mobile data for the time being",
        ];
        HandWords::from_texts(Lang::En, texts.into_iter())
    }

    #[test]
    fn words_stand_beside_what_they_stand_beside_in_what_is_said() {
        for (typed, unknown) in [
            (
                "Since {{ links['APG'].since }}, {{ links['APG'].name }} has been disrupted.",
                "",
            ),
            (
                "{{ it.name }} has been fine since {{ it.since }}.",
                "been fine, fine since",
            ),
            (
                "{{ it.name }} has been disrupted until {{ it.since }}.",
                "disrupted until, until {links.*.since}",
            ),
            (
                "{{ it.name }} has been disrupted since {{ next_update }}.",
                "since {next_update}",
            ),
            ("Only {{ it.name }} has been disrupted.", "only {name}"),
            (
                "Three people were hurt.",
                "three people, people were, were hurt",
            ),
            ("Please use mobile data.", ""),
            ("We know the cause.", "we know"),
            ("Thanks.", "thanks"),
            ("", ""),
        ] {
            assert_eq!(words().unknown_in(typed).join(", "), unknown, "{typed}");
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
