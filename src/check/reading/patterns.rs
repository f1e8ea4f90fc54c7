//! The patterns by which texts claim things, by name, from `patterns.yaml` of each language; and words for causes. It
//! finds places and decides nothing: what a pattern means for a claim is known in `against`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

use aho_corasick::AhoCorasick;
use regex::Regex;

use crate::check::reading::language_files::{PerLanguage, PerSpelling, Spelling};
use crate::check::reading::text::{is_whole, unmarked};

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
    /// The same without word boundaries, which finds more.
    loose: OnceLock<Option<Regex>>,
}

impl LazyPattern {
    fn new(text: &str) -> LazyPattern {
        LazyPattern {
            text: with_plain_words(text),
            compiled: OnceLock::new(),
            loose: OnceLock::new(),
        }
    }

    /// False when a text surely has no match. Word boundaries beside letters with marks are slow to look for, so most
    /// texts are passed over without them.
    fn may_match(&self, text: &str) -> bool {
        if text.is_ascii() || !self.text.contains(BOUNDARY) {
            return true;
        }
        let loose = self
            .loose
            .get_or_init(|| Regex::new(&self.text.replace(BOUNDARY, "")).ok());
        loose.as_ref().is_none_or(|r| r.is_match(text))
    }

    fn regex(&self) -> Option<&Regex> {
        // A test compiles every pattern by name.
        self.compiled
            .get_or_init(|| Regex::new(&self.text).ok())
            .as_ref()
    }
}

/// A word boundary in a pattern.
const BOUNDARY: &str = r"\b";

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

    /// The pattern, when it may match the text.
    fn regex_for(&self, name: &str, text: &str) -> Option<&Regex> {
        let pattern = self.by_name.get(name)?;
        if pattern.may_match(text) {
            pattern.regex()
        } else {
            None
        }
    }

    /// True when a text matches the pattern.
    pub fn has(&self, name: &str, text: &str) -> bool {
        self.regex_for(name, text).is_some_and(|r| r.is_match(text))
    }

    /// The first place in a text that matches, in bytes.
    pub fn find(&self, name: &str, text: &str) -> Option<(usize, usize)> {
        self.regex_for(name, text)?
            .find(text)
            .map(|m| (m.start(), m.end()))
    }

    /// Every place in a text that matches, in bytes.
    pub fn find_all(&self, name: &str, text: &str) -> Vec<(usize, usize)> {
        self.regex_for(name, text)
            .map(|r| r.find_iter(text).map(|m| (m.start(), m.end())).collect())
            .unwrap_or_default()
    }
}

/// Finds the words of all names in one pass, in the words of any language.
struct NameFinder {
    finder: AhoCorasick,
    /// The name of each word.
    names: Vec<&'static str>,
}

impl NameFinder {
    fn of(lists: &'static PerLanguage<ByName<Vec<String>>>) -> Option<NameFinder> {
        let words = || lists.all().flatten();
        // Several words are told apart without their marks too.
        let spelled = |w: &String| {
            let plain = unmarked(w);
            let is_other = w.contains(' ') && plain != *w;
            [Some(w.clone()), is_other.then_some(plain)]
        };
        let all = words().flat_map(|(name, list)| {
            let all = list.iter().flat_map(spelled).flatten();
            all.map(|w| (w, name.as_str()))
        });
        let (words, names): (Vec<String>, Vec<&'static str>) = all.unzip();
        // Only a list that is too large to hold fails; a test builds both.
        let finder = AhoCorasick::new(words).ok()?;
        Some(NameFinder { finder, names })
    }

    /// The names of which a text has a word, each with the bytes of the word that comes first.
    fn find_in(&self, text: &str) -> BTreeMap<&'static str, (usize, usize)> {
        let mut found: BTreeMap<&'static str, (usize, usize)> = BTreeMap::new();
        for m in self.finder.find_overlapping_iter(text) {
            let place = (m.start(), m.end());
            if is_whole(text, place.0, place.1) {
                let name = self.names[m.pattern().as_usize()];
                let first = found.entry(name).or_insert(place);
                *first = (*first).min(place);
            }
        }
        found
    }
}

static CAUSE_FINDER: LazyLock<Option<NameFinder>> = LazyLock::new(|| NameFinder::of(&CAUSES));
static GOODS_FINDER: LazyLock<Option<NameFinder>> = LazyLock::new(|| NameFinder::of(&GOODS));

/// The causes that a text names in the words of any language.
pub fn causes_in(text: &str) -> BTreeSet<&'static str> {
    let found = CAUSE_FINDER.as_ref().map(|f| f.find_in(text));
    found.into_iter().flatten().map(|(name, _)| name).collect()
}

/// What a text says that customers get, by the names of `goods.yaml`, in the words of any language.
pub fn goods_in(text: &str) -> BTreeSet<String> {
    goods_with_places(text)
        .map(|(name, _)| name.to_owned())
        .collect()
}

/// The same, each with the bytes of its first word.
pub fn goods_with_places(text: &str) -> impl Iterator<Item = (&'static str, (usize, usize))> {
    let found = GOODS_FINDER.as_ref().map(|f| f.find_in(text));
    found.into_iter().flatten()
}

/// True of a name of `goods.yaml`.
pub fn is_good(name: &str) -> bool {
    GOODS.all().any(|g| g.contains_key(name))
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
        assert!(CAUSE_FINDER.is_some() && GOODS_FINDER.is_some());
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
