//! The patterns by which texts claim things, by name, from `patterns.yaml` of each language; and words for causes. It
//! finds places and decides nothing: what a pattern means for a claim is known in `against`.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use crate::check::reading::language_files::{PerLanguage, PerSpelling, Spelling};
use crate::check::reading::text::is_whole;

type ByName<T> = BTreeMap<String, T>;

static TEXTS: PerLanguage<ByName<String>> = PerLanguage::new(|f| f.patterns);
static CAUSES: PerLanguage<ByName<Vec<String>>> = PerLanguage::new(|f| f.causes);

/// The patterns of one language in one spelling.
#[derive(Debug)]
pub struct Patterns {
    by_name: ByName<Regex>,
}

impl Patterns {
    /// The patterns of a spelling; those without marks are made from those with marks.
    pub fn of(spelling: Spelling) -> &'static Patterns {
        static ALL: PerSpelling<Patterns> = PerSpelling::new();
        ALL.get_or_build(spelling, |spelling| {
            let texts = TEXTS.of(spelling.lang);
            let by_name = texts.iter().filter_map(|(name, text)| {
                // A test compiles every pattern by name.
                Some((name.clone(), Regex::new(&spelling.spell(text)).ok()?))
            });
            Patterns {
                by_name: by_name.collect(),
            }
        })
    }

    /// True when a text matches the pattern.
    pub fn has(&self, name: &str, text: &str) -> bool {
        self.by_name.get(name).is_some_and(|r| r.is_match(text))
    }

    /// The first place in a text that matches, in bytes.
    pub fn find(&self, name: &str, text: &str) -> Option<(usize, usize)> {
        self.by_name
            .get(name)?
            .find(text)
            .map(|m| (m.start(), m.end()))
    }

    /// Every place in a text that matches, in bytes.
    pub fn find_all(&self, name: &str, text: &str) -> Vec<(usize, usize)> {
        self.by_name
            .get(name)
            .map(|r| r.find_iter(text).map(|m| (m.start(), m.end())).collect())
            .unwrap_or_default()
    }
}

/// The causes that a text names in the words of any language.
pub fn causes_in(text: &str) -> BTreeSet<&'static str> {
    let has = |word: &String| {
        text.match_indices(word.as_str())
            .any(|(i, w)| is_whole(text, i, i + w.len()))
    };
    CAUSES
        .all()
        .flatten()
        .filter(|(_, words)| words.iter().any(has))
        .map(|(cause, _)| cause.as_str())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::base::lang::Lang;

    #[test]
    fn every_language_has_every_pattern_and_each_compiles() {
        TEXTS.assert_read();
        CAUSES.assert_read();
        let wanted: Vec<&String> = TEXTS.of(Lang::En).keys().collect();
        assert!(wanted.len() > 20);
        for spelling in Spelling::all() {
            let texts = TEXTS.of(spelling.lang);
            assert_eq!(texts.keys().collect::<Vec<_>>(), wanted, "{spelling:?}");
            for (name, text) in texts {
                let error = Regex::new(&spelling.spell(text)).err();
                assert!(error.is_none(), "{spelling:?} {name}: {error:?}");
            }
        }
    }
}
