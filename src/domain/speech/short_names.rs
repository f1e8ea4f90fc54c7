//! A text names a link in full once, and is short after that. It chooses no line and no other word.

use std::ops::Range;

use crate::domain::base::lang::Lang;
use crate::domain::base::unaccented::without_marks;
use crate::domain::base::value::{Named, Value};
use crate::domain::config::channel::{Channel, Form};
use crate::domain::facts::fact::{FactEntry, Facts};
use crate::domain::record::rendition::Placed;
use crate::domain::speech::draft::Part;

/// So many bytes stand between two names of a list at most: a comma, "and".
const LIST_JOINT: usize = 6;

/// The links with a short name: as they are named first, and after that.
#[derive(Debug, Default)]
pub(crate) struct ShortNames(Vec<(Named, Named)>);

impl ShortNames {
    pub(crate) fn of_parts(parts: &[Part<'_>]) -> ShortNames {
        let mut all: Vec<(Named, Named)> = Vec::new();
        for part in parts {
            all.extend(pairs_of(&part.facts));
        }
        all.sort();
        all.dedup();
        ShortNames(all)
    }

    /// Puts the short name in the place of each full one that follows another, from this byte of the text on.
    pub(crate) fn shorten(
        &self,
        text: &mut String,
        placed: &mut [Placed],
        (from, lang): (usize, Lang),
        channel: &Channel,
    ) {
        let is_plain = channel.forms.first() == Some(&Form::Unaccented);
        let spelled = |named: &Named| -> Option<String> {
            let name = named.names.get(lang)?;
            Some(match is_plain {
                true => without_marks(name, lang).into_owned(),
                false => name.to_owned(),
            })
        };
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (full, short) in &self.0 {
            pairs.extend(spelled(full).zip(spelled(short)));
        }
        // A name that holds another is looked for first.
        pairs.sort_by_key(|(full, _)| std::cmp::Reverse(full.len()));
        let mut found: Vec<Mention<'_>> = Vec::new();
        for (full, short) in &pairs {
            let is_free = |p: &Range<usize>| {
                let mut taken = found.iter().map(|m| &m.place);
                !taken.any(|t| p.start < t.end && t.start < p.end)
            };
            let own: Vec<Range<usize>> = places_of(full, text, from)
                .into_iter()
                .filter(is_free)
                .collect();
            let mentions = own.into_iter().enumerate();
            found.extend(mentions.map(|(i, place)| Mention {
                place,
                short,
                is_later: i > 0,
            }));
        }
        found.sort_by_key(|m| m.place.start);
        let mut later: Vec<(Range<usize>, &str)> = Vec::new();
        // Names of one list are all in full or all short.
        for list in found.chunk_by(|a, b| text[a.place.end..b.place.start].len() <= LIST_JOINT) {
            if list.iter().any(|m| m.is_later) {
                later.extend(list.iter().map(|m| (m.place.clone(), m.short)));
            }
        }
        later.sort_by_key(|(place, _)| std::cmp::Reverse(place.start));
        for (place, short) in later {
            put(text, placed, place, short);
        }
    }
}

/// A place where a link with a short name is named in full.
struct Mention<'n> {
    place: Range<usize>,
    short: &'n str,
    /// The text has named it before.
    is_later: bool,
}

fn pairs_of(facts: &Facts) -> Vec<(Named, Named)> {
    let known = facts.facts.iter().filter_map(|(path, entry)| match entry {
        FactEntry::Known(fact) => Some((path.strip_suffix(".short_name")?, &fact.value)),
        _ => None,
    });
    let pairs = known.filter_map(|(link, short)| {
        let full = facts.value(&format!("{link}.name"))?;
        match (full, short) {
            (Value::Link(full), Value::Link(short)) => Some((full.clone(), short.clone())),
            _ => None,
        }
    });
    pairs.collect()
}

/// Where a name stands as whole words; at the beginning of a sentence with a capital letter.
fn places_of(name: &str, text: &str, from: usize) -> Vec<Range<usize>> {
    let capital = capitalised(name);
    let spellings = [name, capital.as_str()];
    let mut found: Vec<Range<usize>> = Vec::new();
    for spelling in &spellings[..1 + usize::from(capital != name)] {
        let places = text.match_indices(spelling).filter(|(at, _)| *at >= from);
        found.extend(places.map(|(at, n)| at..at + n.len()));
    }
    found.retain(|p| {
        let before = text[..p.start].chars().next_back();
        let after = text[p.end..].chars().next();
        ![before, after]
            .into_iter()
            .flatten()
            .any(char::is_alphanumeric)
    });
    found.sort_by_key(|p| p.start);
    found
}

fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// Replaces some bytes of a text, and moves what is placed in it.
fn put(text: &mut String, placed: &mut [Placed], place: Range<usize>, short: &str) {
    let begins_lower = short.chars().next().is_some_and(char::is_lowercase);
    let is_capital = text[place.clone()]
        .chars()
        .next()
        .is_some_and(char::is_uppercase);
    let short = match begins_lower && is_capital {
        true => capitalised(short),
        false => short.to_owned(),
    };
    let moved = |at: usize| match at {
        at if at <= place.start => at,
        at if at < place.end => (place.start + short.len()).min(at),
        at => at - place.len() + short.len(),
    };
    for line in placed {
        (line.start, line.end) = (moved(line.start), moved(line.end));
        for span in &mut line.spans {
            (span.start, span.end) = (moved(span.start), moved(span.end));
        }
    }
    text.replace_range(place, &short);
}
