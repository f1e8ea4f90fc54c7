//! The patterns by which texts claim things, from `check/languages/claims.yaml`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

use crate::check::reading::text::unmarked;
use crate::domain::base::lang::Lang;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    en: BTreeMap<String, String>,
    vi: BTreeMap<String, String>,
    causes: Vec<Vec<String>>,
}

/// The patterns of one language.
#[derive(Debug)]
pub struct Patterns {
    by_name: BTreeMap<String, Regex>,
}

fn file() -> &'static Option<File> {
    static FILE: OnceLock<Option<File>> = OnceLock::new();
    // The file is part of the program; a test reads it.
    FILE.get_or_init(|| serde_yaml::from_str(include_str!("../languages/claims.yaml")).ok())
}

impl Patterns {
    /// Those of a language, with or without Vietnamese marks.
    pub fn of(lang: Lang, is_plain: bool) -> &'static Patterns {
        static ALL: [OnceLock<Patterns>; 3] = [OnceLock::new(), OnceLock::new(), OnceLock::new()];
        let slot = match (lang, is_plain) {
            (Lang::En, _) => 0,
            (Lang::Vi, false) => 1,
            (Lang::Vi, true) => 2,
        };
        ALL[slot].get_or_init(|| {
            let texts = file()
                .as_ref()
                .map(|f| if slot == 0 { &f.en } else { &f.vi });
            let by_name = texts
                .into_iter()
                .flatten()
                .filter_map(|(name, text)| {
                    let text = if slot == 2 {
                        unmarked(text)
                    } else {
                        text.clone()
                    };
                    Some((name.clone(), Regex::new(&text).ok()?))
                })
                .collect();
            Patterns { by_name }
        })
    }

    /// True when a text has it.
    pub fn has(&self, name: &str, text: &str) -> bool {
        self.by_name.get(name).is_some_and(|r| r.is_match(text))
    }

    /// Where it stands first.
    pub fn find(&self, name: &str, text: &str) -> Option<(usize, usize)> {
        self.by_name
            .get(name)?
            .find(text)
            .map(|m| (m.start(), m.end()))
    }

    /// Where it stands, each time.
    pub fn all(&self, name: &str, text: &str) -> Vec<(usize, usize)> {
        self.by_name
            .get(name)
            .map(|r| r.find_iter(text).map(|m| (m.start(), m.end())).collect())
            .unwrap_or_default()
    }

    /// How many patterns were read.
    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    /// None were read.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }
}

/// The causes that a text speaks of, by row of the list.
pub fn causes(text: &str) -> Vec<usize> {
    let rows = file()
        .as_ref()
        .map(|f| f.causes.as_slice())
        .unwrap_or_default();
    let has = |word: &String| {
        text.match_indices(word.as_str())
            .any(|(i, w)| crate::check::reading::text::is_whole(text, i, i + w.len()))
    };
    (0..rows.len())
        .filter(|i| rows[*i].iter().any(has))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_are_read() {
        let wanted = file().as_ref().map_or(0, |f| f.en.len());
        assert!(wanted > 20);
        for (lang, plain) in [(Lang::En, false), (Lang::Vi, false), (Lang::Vi, true)] {
            assert_eq!(Patterns::of(lang, plain).len(), wanted, "{lang}");
        }
    }
}
