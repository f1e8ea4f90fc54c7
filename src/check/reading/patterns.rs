//! The patterns by which texts claim things, by name, from `patterns.yaml` of each language; and words for causes. It
//! finds places and decides nothing: what a pattern means for a claim is known in `against`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use regex::Regex;

use crate::check::reading::language_files::{PerLanguage, PerSpelling, Spelling};
use crate::check::reading::text::is_whole;

type ByName<T> = BTreeMap<String, T>;

static TEXTS: PerLanguage<ByName<String>> = PerLanguage::new(|f| f.patterns);
static CAUSES: PerLanguage<ByName<Vec<String>>> = PerLanguage::new(|f| f.causes);
static GOODS: PerLanguage<ByName<Vec<String>>> = PerLanguage::new(|f| f.goods);

/// The patterns of one language in one spelling.
#[derive(Debug)]
pub struct Patterns {
    by_name: ByName<LazyPattern>,
}

/// A pattern that is compiled when it is first asked for: most commands read a few sentences.
#[derive(Debug)]
struct LazyPattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl LazyPattern {
    fn new(text: &str) -> LazyPattern {
        LazyPattern {
            text: with_plain_words(text),
            compiled: OnceLock::new(),
        }
    }

    fn regex(&self) -> Option<&Regex> {
        // A test compiles every pattern by name.
        self.compiled
            .get_or_init(|| Regex::new(&self.text).ok())
            .as_ref()
    }
}

/// The letters of a word, as everything that ends none: the class of all letters makes patterns a hundred times larger.
const WORD_LETTER: &str = r#"[^\s.,;:!?()"/-]"#;

/// Spells `\w` in a pattern as [`WORD_LETTER`].
fn with_plain_words(text: &str) -> String {
    text.replace(r"[\w']", WORD_LETTER)
        .replace(r"[\w]", WORD_LETTER)
        .replace(r"[\w\s]", "[^.,;:!?()]")
        .replace(r"\w", WORD_LETTER)
}

impl Patterns {
    /// The patterns of a spelling; those without marks are made from those with marks.
    pub fn of(spelling: Spelling) -> &'static Patterns {
        static ALL: PerSpelling<Patterns> = PerSpelling::new();
        ALL.get_or_build(spelling, |spelling| {
            let texts = TEXTS.of(spelling.lang);
            let by_name = texts
                .iter()
                .map(|(name, text)| (name.clone(), LazyPattern::new(&spelling.spell(text))));
            Patterns {
                by_name: by_name.collect(),
            }
        })
    }

    fn regex(&self, name: &str) -> Option<&Regex> {
        self.by_name.get(name)?.regex()
    }

    /// True when a text matches the pattern.
    pub fn has(&self, name: &str, text: &str) -> bool {
        self.regex(name).is_some_and(|r| r.is_match(text))
    }

    /// The first place in a text that matches, in bytes.
    pub fn find(&self, name: &str, text: &str) -> Option<(usize, usize)> {
        self.regex(name)?.find(text).map(|m| (m.start(), m.end()))
    }

    /// Every place in a text that matches, in bytes.
    pub fn find_all(&self, name: &str, text: &str) -> Vec<(usize, usize)> {
        self.regex(name)
            .map(|r| r.find_iter(text).map(|m| (m.start(), m.end())).collect())
            .unwrap_or_default()
    }
}

/// The causes that a text names in the words of any language.
pub fn causes_in(text: &str) -> BTreeSet<&'static str> {
    named_in(text, &CAUSES).map(|(name, _)| name).collect()
}

/// What a text says that customers get, by the names of `goods.yaml`, in the words of any language.
pub fn goods_in(text: &str) -> BTreeSet<String> {
    goods_with_places(text)
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// True of a name of `goods.yaml`.
pub fn is_good(name: &str) -> bool {
    GOODS.all().any(|g| g.contains_key(name))
}

/// The same, each with the bytes of its first word.
pub fn goods_with_places(text: &str) -> impl Iterator<Item = (&'static str, (usize, usize))> {
    named_in(text, &GOODS)
}

/// The names of which a text has a word, with the bytes of the word that comes first.
fn named_in<'a>(
    text: &'a str,
    lists: &'static PerLanguage<ByName<Vec<String>>>,
) -> impl Iterator<Item = (&'static str, (usize, usize))> + 'a {
    let place = |word: &String| {
        let mut places = text.match_indices(word.as_str());
        let found = places.find(|(i, w)| is_whole(text, *i, i + w.len()))?;
        Some((found.0, found.0 + found.1.len()))
    };
    lists.all().flatten().filter_map(move |(name, words)| {
        let first = words.iter().filter_map(place).min()?;
        Some((name.as_str(), first))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::base::lang::Lang;

    #[test]
    fn every_language_has_every_pattern_and_each_compiles() {
        TEXTS.assert_read();
        CAUSES.assert_read();
        GOODS.assert_read();
        let wanted: Vec<&String> = TEXTS.of(Lang::En).keys().collect();
        assert!(wanted.len() > 20);
        for spelling in Spelling::all() {
            let texts = TEXTS.of(spelling.lang);
            assert_eq!(texts.keys().collect::<Vec<_>>(), wanted, "{spelling:?}");
            for (name, text) in texts {
                let error = Regex::new(&with_plain_words(&spelling.spell(text))).err();
                assert!(error.is_none(), "{spelling:?} {name}: {error:?}");
            }
        }
    }
}
