//! The rules about wording: they find what should not be said so, whatever the facts are. Each is a file in `rules/`;
//! a workspace adds its own, or words and exceptions to one of these, as files in its folder `wording/`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::check::reading::sentence::sentences;
use crate::check::reading::text::{Folded, unmarked};
use crate::domain::base::lang::Lang;

/// The rules that come with the program, by name.
const SHIPPED: [(&str, &str); 8] = [
    ("adopted-plan", include_str!("rules/adopted-plan.yaml")),
    ("ambiguous-time", include_str!("rules/ambiguous-time.yaml")),
    ("guarantee", include_str!("rules/guarantee.yaml")),
    (
        "missing-contact",
        include_str!("rules/missing-contact.yaml"),
    ),
    ("missing-update", include_str!("rules/missing-update.yaml")),
    ("silent-slip", include_str!("rules/silent-slip.yaml")),
    (
        "suspected-cause",
        include_str!("rules/suspected-cause.yaml"),
    ),
    ("vague", include_str!("rules/vague.yaml")),
];

/// The rule that asks for a word about a slip: it speaks only when the record has one.
pub const SILENT_SLIP: &str = "silent-slip";

/// From so many sentences on a text is a notice and has to have what a notice has.
pub const NOTICE: usize = 3;

/// A rule in one language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    /// Why there is such a rule.
    pub why: String,
    /// What it finds in folded text (small letters, NFC, plain quotes and dashes).
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
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// It speaks of what a whole notice lacks, not of what stands in it.
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

    fn of_mut(&mut self, lang: Lang) -> &mut Wording {
        match lang {
            Lang::Vi => &mut self.vi,
            Lang::En => &mut self.en,
        }
    }
}

/// Words and exceptions that a workspace adds to a rule.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Addition {
    adds_to: String,
    #[serde(default)]
    vi: More,
    #[serde(default)]
    en: More,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct More {
    /// Phrases that the rule finds too.
    #[serde(default)]
    words: Vec<String>,
    /// Phrases beside which it stays silent.
    #[serde(default)]
    except: Vec<String>,
    #[serde(default)]
    bad: Vec<String>,
    #[serde(default)]
    good: Vec<String>,
}

#[derive(Debug)]
struct Ready {
    rule: String,
    missing: bool,
    pattern: Regex,
    unless: Option<Regex>,
}

/// Rules, ready to be used.
#[derive(Debug, Default)]
pub struct Rules {
    rules: BTreeMap<String, Rule>,
    /// English; Vietnamese; Vietnamese without marks.
    ready: [Vec<Ready>; 3],
}

fn slot(lang: Lang, is_plain: bool) -> usize {
    match (lang, is_plain) {
        (Lang::En, _) => 0,
        (Lang::Vi, false) => 1,
        (Lang::Vi, true) => 2,
    }
}

fn compile(text: &str, slot: usize) -> Result<Regex, String> {
    let text = if slot == 2 {
        unmarked(text)
    } else {
        text.to_owned()
    };
    RegexBuilder::new(&text)
        .size_limit(4 << 20)
        .build()
        .map_err(|e| e.to_string().replace('\n', " "))
}

impl Rules {
    /// Those that come with the program.
    pub fn shipped() -> &'static Rules {
        static RULES: OnceLock<Rules> = OnceLock::new();
        // The files are part of the program; a test reads them.
        RULES.get_or_init(|| Rules::of(&[]).unwrap_or_default())
    }

    /// Those of the program and of a workspace: file name without its ending, and text.
    ///
    /// # Errors
    /// What is wrong with a file, by its name; an example that the rule does not read as it says is wrong too.
    pub fn of(files: &[(String, String)]) -> Result<Rules, String> {
        let mut rules: BTreeMap<String, Rule> = BTreeMap::new();
        for (name, text) in SHIPPED {
            let rule = serde_yaml::from_str(text).map_err(|e| format!("{name}: {e}"))?;
            rules.insert(name.to_owned(), rule);
        }
        for (name, text) in files {
            let wrong = |e: String| format!("wording/{name}.yaml: {e}");
            let value: serde_yaml::Value =
                serde_yaml::from_str(text).map_err(|e| wrong(e.to_string()))?;
            if value.get("adds_to").is_none() {
                let rule = serde_yaml::from_str(text).map_err(|e| wrong(e.to_string()))?;
                if rules.insert(name.clone(), rule).is_some() {
                    return Err(wrong(format!(
                        "there is a rule \"{name}\" already; write `adds_to: {name}` with words or exceptions"
                    )));
                }
                continue;
            }
            let more: Addition = serde_yaml::from_str(text).map_err(|e| wrong(e.to_string()))?;
            let Some(rule) = rules.get_mut(&more.adds_to) else {
                return Err(wrong(format!(
                    "adds_to: there is no rule \"{}\"; see saydo check --rules",
                    more.adds_to
                )));
            };
            add(rule.of_mut(Lang::Vi), &more.vi);
            add(rule.of_mut(Lang::En), &more.en);
        }
        let mut ready: [Vec<Ready>; 3] = Default::default();
        for (name, rule) in &rules {
            for (i, lang) in [(0, Lang::En), (1, Lang::Vi), (2, Lang::Vi)] {
                let w = rule.of(lang);
                let wrong = |e: String| format!("rule {name} ({lang}): {e}");
                let unless = w.unless.as_deref().map(|u| compile(u, i));
                ready[i].push(Ready {
                    rule: name.clone(),
                    missing: rule.missing,
                    pattern: compile(&w.pattern, i).map_err(wrong)?,
                    unless: unless.transpose().map_err(wrong)?,
                });
            }
        }
        let rules = Rules { rules, ready };
        rules.keep_their_word()?;
        Ok(rules)
    }

    /// Every example is read as it says.
    fn keep_their_word(&self) -> Result<(), String> {
        for (name, rule) in &self.rules {
            for lang in Lang::ALL {
                let w = rule.of(lang);
                let speaks = |text: &String| {
                    if rule.missing {
                        // A line or two is an answer, no notice.
                        sentences(text).len() >= NOTICE
                            && self.missing(text, lang).contains(&name.as_str())
                    } else {
                        text.lines()
                            .any(|l| self.in_sentence(l, lang).iter().any(|(r, ..)| r == name))
                    }
                };
                if let Some(bad) = w.bad.iter().find(|b| !speaks(b)) {
                    return Err(format!("rule {name} ({lang}) does not find: {bad}"));
                }
                if let Some(good) = w.good.iter().find(|g| speaks(g)) {
                    return Err(format!(
                        "rule {name} ({lang}) speaks on a good text: {good}"
                    ));
                }
            }
        }
        Ok(())
    }

    /// All of them by name.
    pub fn all(&self) -> &BTreeMap<String, Rule> {
        &self.rules
    }

    /// What they find in one sentence: the rule and the place in bytes of the sentence.
    pub fn in_sentence(&self, sentence: &str, lang: Lang) -> Vec<(&str, usize, usize)> {
        let folded = Folded::new(sentence);
        let mut found = Vec::new();
        for r in self.ready[slot(lang, is_plain(&folded.text, lang))]
            .iter()
            .filter(|r| !r.missing)
        {
            let Some(m) = r.pattern.find(&folded.text) else {
                continue;
            };
            if !r.unless.as_ref().is_some_and(|u| u.is_match(&folded.text)) {
                let (a, b) = folded.original(m.start(), m.end());
                found.push((r.rule.as_str(), a, b));
            }
        }
        found
    }

    /// What a full notice lacks.
    pub fn missing(&self, text: &str, lang: Lang) -> Vec<&str> {
        let folded = Folded::new(text);
        self.ready[slot(lang, is_plain(&folded.text, lang))]
            .iter()
            .filter(|r| r.missing && !r.pattern.is_match(&folded.text))
            .map(|r| r.rule.as_str())
            .collect()
    }
}

fn add(wording: &mut Wording, more: &More) {
    let phrases = |list: &[String]| -> Option<String> {
        let all: Vec<String> = list
            .iter()
            .filter(|w| !w.trim().is_empty())
            .map(|w| regex::escape(Folded::new(w.trim()).text.as_str()))
            .collect();
        (!all.is_empty()).then(|| format!("\\b(?:{})\\b", all.join("|")))
    };
    if let Some(words) = phrases(&more.words) {
        wording.pattern = format!("(?:{})|{words}", wording.pattern);
    }
    if let Some(words) = phrases(&more.except) {
        wording.unless = Some(match &wording.unless {
            Some(u) => format!("(?:{u})|{words}"),
            None => words,
        });
    }
    wording.bad.extend(more.bad.iter().cloned());
    wording.good.extend(more.good.iter().cloned());
}

fn is_plain(folded: &str, lang: Lang) -> bool {
    lang == Lang::Vi && folded.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::against::checker::{Ask, check};

    #[test]
    fn the_rules_are_read_and_keep_their_word() {
        assert_eq!(Rules::of(&[]).map(|r| r.all().len()), Ok(SHIPPED.len()));
    }

    #[test]
    fn every_rule_has_at_least_as_many_good_examples_as_bad_ones() {
        for (name, rule) in Rules::shipped().all() {
            for lang in Lang::ALL {
                let w = rule.of(lang);
                assert!(
                    w.bad.len() >= 2 && w.good.len() >= w.bad.len(),
                    "{name} {lang}: {} bad, {} good",
                    w.bad.len(),
                    w.good.len()
                );
            }
        }
    }

    #[test]
    fn examples_are_found_in_the_whole_check_too() {
        for (name, rule) in Rules::shipped().all() {
            for lang in Lang::ALL.into_iter().filter(|_| name != SILENT_SLIP) {
                let w = rule.of(lang);
                let ask = Ask {
                    lang: Some(lang),
                    ..Ask::default()
                };
                let finds = |text: &str| {
                    let found = check(text, None, &ask).findings;
                    found.iter().any(|f| f.rule == *name)
                };
                assert!(w.bad.iter().all(|b| finds(b)), "{name} {lang}");
                assert!(!w.good.iter().any(|g| finds(g)), "{name} {lang}");
            }
        }
    }

    #[test]
    fn a_workspace_adds_words_exceptions_and_rules() {
        let own = "vi: {why: w, pattern: 'trăm phần trăm', instead: i, bad: [Xong trăm phần trăm.], good: [Xong.]}\n\
                   en: {why: w, pattern: 'rock solid', instead: i, bad: [We are rock solid.], good: [We are back.]}\n";
        let more = "adds_to: vague\nen: {words: ['in a jiffy'], except: ['fire drill'], bad: ['Back in a jiffy.'], good: ['Shortly, a fire drill.']}\n";
        let files = [
            ("boast".to_owned(), own.to_owned()),
            ("our-vague".to_owned(), more.to_owned()),
        ];
        let rules = Rules::of(&files).unwrap_or_default();
        let found = |text: &str| -> Vec<String> {
            let all = rules.in_sentence(text, Lang::En);
            all.iter().map(|(r, ..)| (*r).to_owned()).collect()
        };
        assert_eq!(found("Back in a jiffy."), ["vague"]);
        assert_eq!(found("Our network is ROCK solid."), ["boast"]);
        assert!(found("A fire drill starts shortly.").is_empty());
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_with_its_name() {
        let wrong = |name: &str, text: &str| {
            Rules::of(&[(name.to_owned(), text.to_owned())])
                .err()
                .unwrap_or_default()
        };
        assert!(wrong("vague", "vi: 3").contains("wording/vague.yaml"));
        assert!(wrong("x", "adds_to: nothing").contains("no rule \"nothing\""));
        assert!(
            wrong("x", "adds_to: vague\nen: {bad: ['All is well.']}").contains("does not find")
        );
    }
}
