//! The patterns by which texts claim things, by name, from `patterns.yaml` of each language; and words for causes. It
//! finds places and decides nothing: what a pattern means for a claim is known in `against`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, OnceLock};

use aho_corasick::AhoCorasick;
use regex::Regex;
use regex_automata::nfa::thompson::backtrack::BoundedBacktracker;

use crate::check::reading::language_files::{PerLanguage, PerSpelling, Spelling};
use crate::check::reading::needles::Needles;
use crate::check::reading::text::{find_words, is_whole, unmarked};

type ByName<T> = BTreeMap<String, T>;

pub(super) static PATTERN_TEXTS: PerLanguage<ByName<String>> = PerLanguage::new(|f| f.patterns);
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
    needles: Needles,
    /// For the first sentences: made in half the time of the others, and slower.
    short: OnceLock<Option<BoundedBacktracker>>,
    /// How many times the pattern was looked for.
    uses: AtomicU32,
    compiled: OnceLock<Option<Regex>>,
    /// The same without word boundaries, which finds more.
    loose: OnceLock<Option<Regex>>,
}

impl LazyPattern {
    fn new(text: &str) -> LazyPattern {
        LazyPattern {
            text: with_plain_words(text),
            needles: Needles::default(),
            short: OnceLock::new(),
            uses: AtomicU32::new(0),
            compiled: OnceLock::new(),
            loose: OnceLock::new(),
        }
    }

    /// The first matches in a text, in bytes, none in another.
    fn find(&self, text: &str, most: usize) -> Vec<(usize, usize)> {
        if !self.needles.may_stand_in(text) {
            return Vec::new();
        }
        let is_used_little = self.uses.fetch_add(1, Ordering::Relaxed) < FEW_USES;
        if is_used_little && let Some(found) = self.find_in_short(text, most) {
            return found;
        }
        let regex = self.may_match_long(text).then(|| self.regex());
        let matches = regex.flatten().map(|r| r.find_iter(text).take(most));
        let places = matches.map(|found| found.map(|m| (m.start(), m.end())).collect());
        places.unwrap_or_default()
    }

    /// The same for a text that is short enough, else nothing.
    fn find_in_short(&self, text: &str, most: usize) -> Option<Vec<(usize, usize)>> {
        // A test compiles every pattern by name.
        let build = || BoundedBacktracker::new(&self.text).ok();
        let short = self.short.get_or_init(build).as_ref()?;
        let mut cache = short.create_cache();
        let found = short.try_find_iter(&mut cache, text).take(most);
        found
            .map(|m| m.ok().map(|m| (m.start(), m.end())))
            .collect()
    }

    /// False when a text surely has no match. Word boundaries beside letters with marks are slow to look for, so most
    /// texts are passed over without them.
    fn may_match_long(&self, text: &str) -> bool {
        if text.is_ascii() || !self.text.contains(BOUNDARY) {
            return true;
        }
        let loose = self
            .loose
            .get_or_init(|| Regex::new(&self.text.replace(BOUNDARY, "")).ok());
        loose.as_ref().is_none_or(|r| r.is_match(text))
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled
            .get_or_init(|| Regex::new(&self.text).ok())
            .as_ref()
    }
}

/// From so many uses on the fast automaton is worth its making.
const FEW_USES: u32 = 64;

/// A word boundary in a pattern.
const BOUNDARY: &str = r"\b";

/// The letters of a word, as everything that ends none: the class of all letters makes patterns a hundred times larger.
const WORD_LETTER: &str = r#"[^\s.,;:!?()"/-]"#;

/// Spells `\d` in a pattern as the ten digits that folded texts have: those of all scripts make it ten times larger.
pub fn with_plain_digits(text: &str) -> String {
    text.replace(r"\d", "[0-9]")
}

/// The same, with `\w` as [`WORD_LETTER`].
pub(super) fn with_plain_words(text: &str) -> String {
    with_plain_digits(text)
        .replace(r"[\w']", WORD_LETTER)
        .replace(r"[\w]", WORD_LETTER)
        .replace(r"[\w\s]", "[^.,;:!?()]")
        .replace(r"\w", WORD_LETTER)
}

impl Patterns {
    /// The patterns of a spelling; those without marks are made from those with marks.
    pub fn of(spelling: Spelling) -> &'static Patterns {
        static ALL: PerSpelling<Patterns> = PerSpelling::new();
        ALL.get_or_build(spelling, |spelling| {
            let texts = PATTERN_TEXTS.of(spelling.lang);
            let by_name = texts
                .iter()
                .map(|(name, text)| (name.clone(), LazyPattern::new(&spelling.spell(text))));
            let mut by_name: ByName<LazyPattern> = by_name.collect();
            for (name, needles) in Needles::of_patterns(spelling) {
                if let Some(pattern) = by_name.get_mut(name) {
                    pattern.needles = needles;
                }
            }
            Patterns { by_name }
        })
    }

    /// True when a text matches the pattern.
    pub fn has(&self, name: &str, text: &str) -> bool {
        self.find(name, text).is_some()
    }

    /// The first place in a text that matches, in bytes.
    pub fn find(&self, name: &str, text: &str) -> Option<(usize, usize)> {
        self.by_name.get(name)?.find(text, 1).first().copied()
    }

    /// Every place in a text that matches, in bytes.
    pub fn find_all(&self, name: &str, text: &str) -> Vec<(usize, usize)> {
        let pattern = self.by_name.get(name);
        pattern
            .map(|p| p.find(text, usize::MAX))
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
        let finder = find_words(&words)?;
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
    causes_with_places(text).map(|(name, _)| name).collect()
}

/// The same, each with the bytes of its first word.
pub fn causes_with_places(text: &str) -> impl Iterator<Item = (&'static str, (usize, usize))> {
    let found = CAUSE_FINDER.as_ref().map(|f| f.find_in(text));
    found.into_iter().flatten()
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
        PATTERN_TEXTS.assert_read();
        CAUSES.assert_read();
        GOODS.assert_read();
        assert!(CAUSE_FINDER.is_some() && GOODS_FINDER.is_some());
        let wanted: Vec<&String> = PATTERN_TEXTS.of(Lang::En).keys().collect();
        assert!(wanted.len() > 20);
        for spelling in Spelling::all() {
            let texts = PATTERN_TEXTS.of(spelling.lang);
            assert_eq!(texts.keys().collect::<Vec<_>>(), wanted, "{spelling:?}");
            for (name, text) in texts {
                let error = Regex::new(&with_plain_words(&spelling.spell(text))).err();
                assert!(error.is_none(), "{spelling:?} {name}: {error:?}");
            }
        }
    }
}
