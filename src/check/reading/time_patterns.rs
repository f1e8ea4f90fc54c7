//! The patterns of times of each language, from `times.yaml`: one automaton for each spelling. It does not decide
//! which matches are times, and which belong together (`time_mentions`).

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};
use serde::Deserialize;

use crate::check::reading::language_files::{PerLanguage, PerSpelling, Spelling};
use crate::check::reading::patterns::with_plain_digits;

/// What kind of time it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A time of day on the clock.
    Clock,
    /// A part of a day, week, month or year.
    Part,
    /// A day by its name.
    Day,
    /// A day of the calendar, with or without its year.
    Date,
    /// A month or year alone.
    Month,
    /// A billing cycle, which customers name and no clock shows.
    Bill,
    /// A length of time.
    Span,
    /// A time that comes again and again, such as "every hour".
    Rhythm,
    /// A number alone where a time is expected: "by 6".
    Bare,
}

impl Kind {
    /// The name of the kind as the features of the classifier spell it.
    pub fn token(self) -> &'static str {
        match self {
            Kind::Clock => "clock",
            Kind::Part => "part",
            Kind::Day => "day",
            Kind::Date => "date",
            Kind::Month => "month",
            Kind::Bill => "bill",
            Kind::Span => "span",
            Kind::Rhythm => "rhythm",
            Kind::Bare => "bare",
        }
    }
}

/// Words that look like a time and are none.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct NoTime {
    /// The words, as a whole.
    pub words: Vec<String>,
    /// Beginnings of such words.
    pub beginnings: Vec<String>,
    /// It is none only in front of these; where neither this nor `after` is given, it is never a time.
    pub before: Vec<String>,
    /// It is none only behind these.
    pub after: Vec<String>,
}

/// When a number without a unit is a time of day.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BareNumbers {
    /// It is one behind these words.
    pub after: Vec<String>,
    /// Words that may follow it; before any other word it counts something.
    pub not_counted: Vec<String>,
}

/// What `times.yaml` of a language says: its ways to write a time.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TimeWords {
    parts: BTreeMap<String, String>,
    patterns: Vec<Pattern>,
    approximators: Vec<String>,
    after: Vec<String>,
    /// Words between two pieces of one time.
    pub joiners: Vec<String>,
    /// Words between the ends of a range.
    pub range_joiners: Vec<String>,
    /// Range joiners that also stand between times of different kinds.
    pub both_joiners: Vec<String>,
    pub no_times: Vec<NoTime>,
    /// None: a bare number is never a time in this language.
    #[serde(default)]
    pub bare_numbers: Option<BareNumbers>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pattern {
    kind: Kind,
    is: String,
}

pub(super) static TIMES: PerLanguage<TimeWords> = PerLanguage::new(|f| f.times);

/// What the automaton of one spelling may grow to, in bytes. With the usual limit it is thrown away and
/// built again while a text is searched.
const DFA_LIMIT: usize = 32 << 20;

/// What stands beside a word. The class of all letters would make the automaton ten times larger.
const NO_LETTER: &str = r"[^0-9A-Za-z_\u{C0}-\u{24F}\u{300}-\u{36F}\u{1E00}-\u{1EFF}]";

/// How deep the parts of a pattern may be nested.
const PART_DEPTH: usize = 3;

/// The patterns of one spelling.
#[derive(Debug)]
pub(super) struct TimePatterns {
    /// Group `i + 1` is the pattern of the kind `kinds[i]`.
    pub regex: Regex,
    pub kinds: Vec<Kind>,
    /// "About" and its like, which belong to the time behind them.
    pub approximators: Vec<String>,
    /// "At the latest" and its like, which belong to the time in front of them.
    pub after: Vec<String>,
}

impl TimePatterns {
    /// The patterns of a spelling, built when it is first asked for.
    pub fn of(spelling: Spelling) -> Option<&'static TimePatterns> {
        static ALL: PerSpelling<Option<TimePatterns>> = PerSpelling::new();
        // The patterns are part of the program; a test builds every spelling.
        ALL.get_or_build(spelling, |s| TimePatterns::build(s).ok())
            .as_ref()
    }

    fn build(spelling: Spelling) -> Result<TimePatterns, regex::Error> {
        let file = TIMES.of(spelling.lang);
        let spell = |words: &String| spelling.spell(words).into_owned();
        let all: Vec<String> = file
            .patterns
            .iter()
            .map(|p| format!("({})", spell(&file.with_parts(&p.is))))
            .collect();
        let all = with_plain_digits(&all.join("|"));
        // Whole words, by taking one character before and after: a Unicode `\b` would be slow on Vietnamese letters.
        let regex = RegexBuilder::new(&format!("(?:^|{NO_LETTER})(?:{all})(?:{NO_LETTER}|$)"))
            .dfa_size_limit(DFA_LIMIT)
            .build()?;
        Ok(TimePatterns {
            regex,
            kinds: file.patterns.iter().map(|p| p.kind).collect(),
            approximators: file.approximators.iter().map(spell).collect(),
            after: file.after.iter().map(spell).collect(),
        })
    }
}

impl TimeWords {
    /// A pattern with the parts that it names by `{name}` put in.
    fn with_parts(&self, pattern: &str) -> String {
        let mut whole = pattern.to_owned();
        for _ in 0..PART_DEPTH {
            for (name, part) in &self.parts {
                whole = whole.replace(&format!("{{{name}}}"), part);
            }
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_of_every_spelling_compiles() {
        TIMES.assert_read();
        for spelling in Spelling::all() {
            let file = TIMES.of(spelling.lang);
            for pattern in &file.patterns {
                let error = Regex::new(&spelling.spell(&file.with_parts(&pattern.is))).err();
                assert!(error.is_none(), "{spelling:?} {}: {error:?}", pattern.is);
            }
            let error = TimePatterns::build(spelling).err();
            assert!(error.is_none(), "{spelling:?}: {error:?}");
        }
    }
}
