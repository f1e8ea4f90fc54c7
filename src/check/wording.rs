//! The rules about wording, from `words/wording.yaml`: they find what should not be said so, whatever the facts are.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

use crate::check::text::{Folded, unmarked};
use crate::domain::lang::Lang;

/// A rule in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Why there is such a rule.
    pub why: String,
    /// What it finds in folded text.
    pattern: String,
    /// What makes it stay silent.
    #[serde(default)]
    unless: Option<String>,
    /// What may be said instead.
    pub instead: String,
    /// Texts that it finds.
    pub bad: Vec<String>,
    /// Texts on which it stays silent.
    pub good: Vec<String>,
}

/// One rule in all languages.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// It speaks of what a whole notice lacks.
    #[serde(default)]
    pub missing: bool,
    /// In Vietnamese.
    pub vi: Wording,
    /// In English.
    pub en: Wording,
}

impl Rule {
    /// In one language.
    pub fn of(&self, lang: Lang) -> &Wording {
        match lang {
            Lang::Vi => &self.vi,
            Lang::En => &self.en,
        }
    }
}

/// All rules by name.
pub fn rules() -> &'static BTreeMap<String, Rule> {
    static RULES: OnceLock<BTreeMap<String, Rule>> = OnceLock::new();
    // The file is part of the program; a test reads it.
    RULES.get_or_init(|| {
        serde_yaml::from_str(include_str!("words/wording.yaml")).unwrap_or_default()
    })
}

#[derive(Debug)]
struct Ready {
    rule: &'static str,
    missing: bool,
    pattern: Regex,
    unless: Option<Regex>,
}

fn ready(lang: Lang, is_plain: bool) -> &'static [Ready] {
    static ALL: [OnceLock<Vec<Ready>>; 3] = [OnceLock::new(), OnceLock::new(), OnceLock::new()];
    let slot = match (lang, is_plain) {
        (Lang::En, _) => 0,
        (Lang::Vi, false) => 1,
        (Lang::Vi, true) => 2,
    };
    ALL[slot].get_or_init(|| {
        let compile = |text: &str| {
            let text = if slot == 2 {
                unmarked(text)
            } else {
                text.to_owned()
            };
            Regex::new(&text).ok()
        };
        rules()
            .iter()
            .filter_map(|(name, rule)| {
                let w = rule.of(lang);
                Some(Ready {
                    rule: name.as_str(),
                    missing: rule.missing,
                    pattern: compile(&w.pattern)?,
                    unless: w.unless.as_deref().and_then(compile),
                })
            })
            .collect()
    })
}

fn is_plain(folded: &str, lang: Lang) -> bool {
    lang == Lang::Vi && folded.is_ascii()
}

/// What the rules find in one sentence: the rule and the place in bytes of the sentence.
pub fn in_sentence(sentence: &str, lang: Lang) -> Vec<(&'static str, usize, usize)> {
    let folded = Folded::new(sentence);
    let mut found = Vec::new();
    for r in ready(lang, is_plain(&folded.text, lang))
        .iter()
        .filter(|r| !r.missing)
    {
        if r.unless.as_ref().is_some_and(|u| u.is_match(&folded.text)) {
            continue;
        }
        if let Some(m) = r.pattern.find(&folded.text) {
            let (a, b) = folded.original(m.start(), m.end());
            found.push((r.rule, a, b));
        }
    }
    found
}

/// What a full notice lacks.
pub fn missing(text: &str, lang: Lang) -> Vec<&'static str> {
    let folded = Folded::new(text);
    ready(lang, is_plain(&folded.text, lang))
        .iter()
        .filter(|r| r.missing && !r.pattern.is_match(&folded.text))
        .map(|r| r.rule)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::checker::{Ask, check};

    #[test]
    fn every_rule_finds_its_bad_examples_and_stays_silent_on_its_good_ones() {
        assert!(rules().len() >= 7);
        for (name, rule) in rules() {
            for lang in Lang::ALL {
                assert!(
                    ready(lang, false).iter().any(|r| r.rule == name),
                    "{name} {lang} is not compiled"
                );
                let w = rule.of(lang);
                assert!(
                    w.good.len() >= w.bad.len().min(2) && !w.bad.is_empty(),
                    "{name} {lang} needs examples"
                );
                let ask = Ask {
                    lang: Some(lang),
                    ..Ask::default()
                };
                for bad in &w.bad {
                    let found = check(bad, None, &ask).findings;
                    assert!(
                        found.iter().any(|f| f.rule == *name),
                        "{name} misses: {bad}"
                    );
                }
                for good in &w.good {
                    let found = check(good, None, &ask).findings;
                    assert!(
                        !found.iter().any(|f| f.rule == *name),
                        "{name} speaks on: {good}"
                    );
                }
            }
        }
    }
}
