//! Counts of links in a text: "two of our four cables", "cả ba tuyến". It does not know whether a count is true: that
//! is decided in `count_claims`.

use std::sync::OnceLock;

use regex::{Captures, Match, Regex};

use crate::check::against::number_words::{CountSays, CountWords, NUMBERS, NumberWords, value_of};
use crate::check::reading::language_files::{PerSpelling, Spelling};
use crate::check::reading::patterns::with_plain_digits;
use crate::check::reading::text::{ends_with_any, starts_with_any};
use crate::domain::base::lang::Lang;

/// A number that counts links.
#[derive(Debug, Clone, Copy)]
pub(super) struct Count {
    /// Bytes of the folded text.
    pub start: usize,
    pub end: usize,
    /// How many; none means all of them.
    pub n: Option<usize>,
    /// The whole that the number is a part of, where the text gives it.
    pub of: Option<usize>,
    /// The text says that there are none.
    pub is_none: bool,
}

/// The patterns of one language, each with the words that limit it.
type CountPatterns = Vec<(Regex, &'static CountWords)>;

fn patterns_of(lang: Lang) -> &'static CountPatterns {
    static ALL: PerSpelling<CountPatterns> = PerSpelling::new();
    // The patterns hold words with marks and without.
    let spelling = Spelling {
        lang,
        is_plain: false,
    };
    ALL.get_or_build(spelling, |s| {
        let own = NUMBERS.of(s.lang);
        // A test compiles every pattern.
        let compile = |c: &'static CountWords| {
            Some((Regex::new(&with_plain_digits(&filled(c, own))).ok()?, c))
        };
        own.counts.iter().filter_map(compile).collect()
    })
}

/// A pattern with the words for numbers and links put in.
fn filled(count: &CountWords, own: &NumberWords) -> String {
    count
        .is
        .replace("{n}", &own.n)
        .replace("{links}", &own.links)
}

/// A fraction like "2/4".
fn fraction() -> Option<&'static Regex> {
    static FRACTION: OnceLock<Option<Regex>> = OnceLock::new();
    FRACTION
        .get_or_init(|| Regex::new(FRACTION_PATTERN).ok())
        .as_ref()
}

const FRACTION_PATTERN: &str = r"\b(\d{1,2}) ?/ ?(\d{1,2})\b";

/// The counts of links in a folded text, in order. Where two overlap, the first that was found stays.
pub(super) fn counts_in(text: &str, lang: Lang) -> Vec<Count> {
    let own = NUMBERS.of(lang);
    let mut found: Vec<Count> = Vec::new();
    let mut add = |count: Count| {
        if !found
            .iter()
            .any(|c: &Count| count.start < c.end && c.start < count.end)
        {
            found.push(count);
        }
    };
    fraction()
        .into_iter()
        .flat_map(|r| r.captures_iter(text))
        .filter_map(|c| fraction_count(text, &c, own))
        .for_each(&mut add);
    for (regex, words) in patterns_of(lang) {
        regex
            .captures_iter(text)
            .filter_map(|c| worded_count(text, &c, words, lang))
            .for_each(&mut add);
    }
    found.sort_by_key(|c| c.start);
    found
}

/// 5/12 is a date unless links follow; after "ngày" it is one all the same.
fn fraction_count(text: &str, c: &Captures<'_>, own: &NumberWords) -> Option<Count> {
    let all = c.get(0)?;
    let number = |i: usize| c.get(i).and_then(|m| m.as_str().parse::<usize>().ok());
    let (n, of) = (number(1), number(2));
    let (before, next) = (&text[..all.start()], text[all.end()..].trim_start());
    let words = &own.fractions;
    let is_of_links = starts_with_any(next, &words.before)
        || ends_with_any(before.trim_end(), &words.after)
        || words.in_brackets && next.starts_with(')') && before.ends_with('(');
    let is_date = ends_with_any(before.trim_end(), &words.dates_after);
    (is_of_links && !is_date && n <= of).then_some(Count {
        start: all.start(),
        end: all.end(),
        n,
        of,
        is_none: false,
    })
}

fn worded_count(text: &str, c: &Captures<'_>, words: &CountWords, lang: Lang) -> Option<Count> {
    let all = c.get(0)?;
    let own = all.as_str();
    let is_other_use = words.unless.iter().any(|w| w == own.trim())
        || starts_with_any(own, &words.unless_begins)
        || ends_with_any(text[..all.start()].trim_end(), &words.unless_after);
    if is_other_use {
        return None;
    }
    let mut numbers = c
        .iter()
        .skip(1)
        .flatten()
        .filter_map(|m| value_of(m.as_str(), lang));
    let (n, of) = match words.says {
        CountSays::Some => (Some(numbers.next()?), numbers.next()),
        CountSays::None => (Some(0), numbers.next()),
        CountSays::All if starts_with_any(own, &words.two_begins) => (None, Some(2)),
        CountSays::All => (None, numbers.next()),
    };
    Some(Count {
        start: all.start(),
        end: end_of(all, words),
        n,
        of,
        is_none: words.says == CountSays::None,
    })
}

fn end_of(all: Match<'_>, words: &CountWords) -> usize {
    if !words.without_last_word {
        return all.end();
    }
    let length = all.as_str().rfind(' ').unwrap_or(all.len());
    all.start() + length.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::reading::language_files::read_languages;

    #[test]
    fn every_pattern_of_a_count_compiles() {
        assert!(Regex::new(FRACTION_PATTERN).is_ok());
        for lang in read_languages() {
            let own = NUMBERS.of(lang);
            assert!(!own.counts.is_empty(), "{lang}");
            for count in &own.counts {
                let error = Regex::new(&filled(count, own)).err();
                assert!(error.is_none(), "{lang} {}: {error:?}", count.is);
            }
        }
    }
}
