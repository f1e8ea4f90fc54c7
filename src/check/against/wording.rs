//! The rules of wording: they find what should not be said that way, whatever the facts are, and read no facts. Each
//! is a file in `rules/`; a workspace adds its own, or words and exceptions to one of these, as files in its folder
//! `wording/`.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::check::reading::language_files::Spelling;
use crate::check::reading::sentence::sentences;
use crate::check::reading::text::Folded;
use crate::domain::base::lang::Lang;
use crate::domain::base::next_step::{Advice, NextStep};

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
    /// The rule does not speak where this matches.
    #[serde(default)]
    unless: Option<String>,
    /// What may be said instead.
    pub instead: String,
    /// Texts that it finds.
    pub bad: Vec<String>,
    /// Texts on which it stays silent.
    pub good: Vec<String>,
}

/// One rule, in each language that it has words for; in others it does not speak.
#[derive(Debug, Clone, Deserialize)]
pub struct Rule {
    /// It asks for something that a full notice has to have, and speaks when that is missing.
    #[serde(default)]
    pub missing: bool,
    /// What it finds in texts of each language.
    #[serde(flatten)]
    wordings: BTreeMap<Lang, Wording>,
}

impl Rule {
    /// The wording of the rule in one language; none where it has no words for it.
    pub fn of(&self, lang: Lang) -> Option<&Wording> {
        self.wordings.get(&lang)
    }

    /// The wording to explain it by: in this language, else in the usual one, else in any.
    pub fn explained_in(&self, lang: Lang) -> Option<&Wording> {
        let any = || self.wordings.values().next();
        self.of(lang).or_else(|| self.of(Lang::USUAL)).or_else(any)
    }
}

/// Words and exceptions that a workspace adds to a rule, by language.
#[derive(Debug, Deserialize)]
struct Addition {
    adds_to: String,
    #[serde(flatten)]
    more: BTreeMap<Lang, More>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct More {
    /// Phrases that the rule finds too.
    #[serde(default)]
    words: Vec<String>,
    /// The rule does not speak in a sentence with one of these phrases.
    #[serde(default)]
    except: Vec<String>,
    #[serde(default)]
    bad: Vec<String>,
    #[serde(default)]
    good: Vec<String>,
}

/// Why the rules of a workspace cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// A rule of the program does not have the form of a rule.
    #[error("{name}: {error}")]
    Shipped {
        /// The name of the rule.
        name: &'static str,
        /// Where its form is wrong.
        error: serde_yaml::Error,
    },
    /// A file of the workspace does not have the form of a rule, or of an addition to one.
    #[error("wording/{file}.yaml: {error}")]
    Form {
        /// The file without its ending.
        file: String,
        /// Where its form is wrong.
        error: serde_yaml::Error,
    },
    /// A file of the workspace is named as a rule that is there already.
    #[error(
        "wording/{rule}.yaml: there is a rule \"{rule}\" already; write `adds_to: {rule}` with words or exceptions"
    )]
    NameTaken {
        /// The name of the file and of the rule.
        rule: String,
    },
    /// A file adds to a rule that is not there.
    #[error("wording/{file}.yaml: adds_to: there is no rule \"{rule}\"")]
    NoSuchRule {
        /// The file without its ending.
        file: String,
        /// The rule that it names.
        rule: String,
    },
    /// A file adds to a rule in a language that the rule has no words in, or is a rule in no language: it would do nothing.
    #[error(
        "wording/{file}.yaml: rule {rule} has no words in {lang} to add to; write a rule of your own in it"
    )]
    NoWords {
        /// The file without its ending.
        file: String,
        rule: String,
        /// The language, or "any language".
        lang: String,
    },
    /// A pattern does not compile, or grows too large.
    #[error("rule {rule} ({lang}): {}", error.to_string().replace('\n', " "))]
    Pattern {
        /// The name of the rule.
        rule: String,
        /// The language of the pattern.
        lang: Lang,
        /// Where it is wrong.
        error: regex::Error,
    },
    /// A rule does not find one of its own bad examples.
    #[error("rule {rule} ({lang}) does not find: {text}")]
    DoesNotFind {
        /// The name of the rule.
        rule: String,
        /// The language of the example.
        lang: Lang,
        /// The example as the rule has it.
        text: String,
    },
    /// A rule finds one of its own good examples.
    #[error("rule {rule} ({lang}) speaks on a good text: {text}")]
    FindsGood {
        /// The name of the rule.
        rule: String,
        /// The language of the example.
        lang: Lang,
        /// The example as the rule has it.
        text: String,
    },
}

impl RuleError {
    /// The whole message, with the step that shows which rules there are.
    pub fn with_step(&self) -> Advice {
        let words = Advice::from(self.to_string());
        match self {
            RuleError::NoSuchRule { .. } => words.then(NextStep::ListWordingRules.after("; see ")),
            _ => words,
        }
    }
}

/// A rule with its patterns compiled for one spelling.
#[derive(Debug)]
struct CompiledRule {
    rule: String,
    missing: bool,
    pattern: Regex,
    unless: Option<Regex>,
}

/// The rules of wording, ready to be used.
#[derive(Debug, Default)]
pub struct Rules {
    rules: BTreeMap<String, Rule>,
    compiled: Vec<(Spelling, Vec<CompiledRule>)>,
}

/// What a compiled pattern may take, in bytes: a workspace writes its own.
const PATTERN_LIMIT: usize = 4 << 20;

impl Rules {
    /// The rules that come with the program.
    pub fn shipped() -> &'static Rules {
        static RULES: OnceLock<Rules> = OnceLock::new();
        // The files are part of the program; a test reads them.
        RULES.get_or_init(|| Rules::of(&[]).unwrap_or_default())
    }

    /// The rules of the program and of a workspace: file name without its ending, and text.
    ///
    /// # Errors
    /// When a file is wrong, or a rule does not read one of its examples as it says.
    pub fn of(files: &[(String, String)]) -> Result<Rules, RuleError> {
        let mut rules: BTreeMap<String, Rule> = BTreeMap::new();
        for (name, text) in SHIPPED {
            let rule = serde_yaml::from_str(text);
            let rule = rule.map_err(|error| RuleError::Shipped { name, error })?;
            rules.insert(name.to_owned(), rule);
        }
        for (name, text) in files {
            take_file(name, text, &mut rules)?;
        }
        let mut compiled: Vec<(Spelling, Vec<CompiledRule>)> = Spelling::of_every_language()
            .map(|s| (s, Vec::new()))
            .collect();
        for (name, rule) in &rules {
            for (spelling, list) in &mut compiled {
                if let Some(wording) = rule.of(spelling.lang) {
                    list.push(compile_rule(name, rule.missing, wording, *spelling)?);
                }
            }
        }
        let rules = Rules { rules, compiled };
        rules.check_examples()?;
        Ok(rules)
    }

    /// Every example has to be read as its rule says.
    fn check_examples(&self) -> Result<(), RuleError> {
        for (name, rule) in &self.rules {
            for lang in Lang::ALL {
                let Some(w) = rule.of(lang) else { continue };
                let speaks = |text: &&String| self.speaks_on(name, rule, text, lang);
                let rule = name.clone();
                if let Some(bad) = w.bad.iter().find(|b| !speaks(b)) {
                    let text = bad.clone();
                    return Err(RuleError::DoesNotFind { rule, lang, text });
                }
                if let Some(good) = w.good.iter().find(speaks) {
                    let text = good.clone();
                    return Err(RuleError::FindsGood { rule, lang, text });
                }
            }
        }
        Ok(())
    }

    fn speaks_on(&self, name: &str, rule: &Rule, text: &str, lang: Lang) -> bool {
        if rule.missing {
            // A line or two is an answer, no notice.
            return sentences(text).len() >= NOTICE && self.missing(text, lang).contains(&name);
        }
        text.lines()
            .any(|l| self.in_sentence(l, lang).iter().any(|(r, ..)| *r == name))
    }

    /// All rules by name.
    pub fn all(&self) -> &BTreeMap<String, Rule> {
        &self.rules
    }

    fn compiled_for(&self, folded: &str, lang: Lang) -> &[CompiledRule] {
        let spelling = Spelling::of_text(folded, lang);
        let found = self.compiled.iter().find(|(s, _)| *s == spelling);
        found.map_or(&[], |(_, rules)| rules.as_slice())
    }

    /// What the rules find in one sentence: the rule and the place in bytes of the sentence.
    pub fn in_sentence(&self, sentence: &str, lang: Lang) -> Vec<(&str, usize, usize)> {
        let folded = Folded::new(sentence);
        let mut found = Vec::new();
        for r in self.compiled_for(&folded.text, lang) {
            if r.missing {
                continue;
            }
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

    /// The rules that ask for something which a full notice lacks.
    pub fn missing(&self, text: &str, lang: Lang) -> Vec<&str> {
        let folded = Folded::new(text);
        self.compiled_for(&folded.text, lang)
            .iter()
            .filter(|r| r.missing && !r.pattern.is_match(&folded.text))
            .map(|r| r.rule.as_str())
            .collect()
    }
}

/// Takes a file of a workspace into the rules: a rule of its own, or words and exceptions for one.
fn take_file(file: &str, text: &str, rules: &mut BTreeMap<String, Rule>) -> Result<(), RuleError> {
    let wrong = |error: serde_yaml::Error| RuleError::Form {
        file: file.to_owned(),
        error,
    };
    let value: serde_yaml::Value = serde_yaml::from_str(text).map_err(wrong)?;
    if value.get("adds_to").is_none() {
        let rule: Rule = serde_yaml::from_str(text).map_err(wrong)?;
        if rule.wordings.is_empty() {
            return Err(no_words(file, file, "any language"));
        }
        return match rules.insert(file.to_owned(), rule) {
            Some(_) => Err(RuleError::NameTaken {
                rule: file.to_owned(),
            }),
            None => Ok(()),
        };
    }
    let more: Addition = serde_yaml::from_str(text).map_err(wrong)?;
    let Some(rule) = rules.get_mut(&more.adds_to) else {
        return Err(RuleError::NoSuchRule {
            file: file.to_owned(),
            rule: more.adds_to,
        });
    };
    for (lang, words) in &more.more {
        let wording = rule.wordings.get_mut(lang);
        let wording = wording.ok_or_else(|| no_words(file, &more.adds_to, lang.tag()))?;
        extend_wording(wording, words);
    }
    Ok(())
}

fn no_words(file: &str, rule: &str, lang: &str) -> RuleError {
    RuleError::NoWords {
        file: file.to_owned(),
        rule: rule.to_owned(),
        lang: lang.to_owned(),
    }
}

fn compile_rule(
    name: &str,
    missing: bool,
    w: &Wording,
    spelling: Spelling,
) -> Result<CompiledRule, RuleError> {
    let compile = |text: &str| {
        RegexBuilder::new(&spelling.spell(text))
            .size_limit(PATTERN_LIMIT)
            .build()
            .map_err(|error| RuleError::Pattern {
                rule: name.to_owned(),
                lang: spelling.lang,
                error,
            })
    };
    Ok(CompiledRule {
        rule: name.to_owned(),
        missing,
        pattern: compile(&w.pattern)?,
        unless: w.unless.as_deref().map(compile).transpose()?,
    })
}

/// Adds the phrases of a workspace to a wording of a rule.
fn extend_wording(wording: &mut Wording, more: &More) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_are_read_and_keep_their_word() {
        let rules = Rules::of(&[]);
        assert!(rules.is_ok(), "{:?}", rules.err());
        assert_eq!(Rules::shipped().all().len(), SHIPPED.len());
    }

    #[test]
    fn every_rule_has_at_least_as_many_good_examples_as_bad_ones() {
        for (name, rule) in Rules::shipped().all() {
            let read = Lang::ALL.into_iter().filter(|l| l.is_read());
            assert!(read.into_iter().all(|l| rule.of(l).is_some()), "{name}");
            for lang in Lang::ALL {
                let Some(w) = rule.of(lang) else { continue };
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
                .map(|e| e.to_string())
                .unwrap_or_default()
        };
        assert!(wrong("vague", "vi: 3").contains("wording/vague.yaml"));
        assert!(wrong("x", "adds_to: nothing").contains("no rule \"nothing\""));
        let unknown = "adds_to: silent-slip\nfr: {words: ['bientôt']}\n";
        assert!(wrong("x", unknown).contains("silent-slip has no words in fr"));
        assert!(wrong("x", "missing: true").contains("no words in any language"));
        assert!(wrong("x", "adds_to: vague\nxx: {words: ['soon']}").contains("wording/x.yaml"));
        assert!(
            wrong("x", "adds_to: vague\nen: {bad: ['All is well.']}").contains("does not find")
        );
    }
}
