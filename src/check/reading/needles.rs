//! Texts of which one stands in whatever a pattern matches, by the name of the pattern, from `needles.tsv` of each language.
//! Most sentences have none of them, so most patterns are never compiled. A test writes the files; this works none out.

use std::borrow::Cow;

use memchr::memmem;

use crate::check::reading::language_files::{Spelling, files_of};

/// What a match of one pattern has at least one of. Empty when nothing is known of its matches.
#[derive(Debug, Default)]
pub(super) struct Needles(Vec<Cow<'static, str>>);

impl Needles {
    /// The needles of every pattern that has some, with its name.
    pub fn of_patterns(spelling: Spelling) -> impl Iterator<Item = (&'static str, Needles)> {
        let rows = files_of(spelling.lang).needles.lines();
        rows.filter_map(move |row| {
            let (name, needles) = row.split_once('\t')?;
            let spelled = needles.split('\t').map(|n| spelling.spell(n));
            Some((name, Needles(spelled.collect())))
        })
    }

    /// False when a text surely has no match.
    pub fn may_stand_in(&self, text: &str) -> bool {
        self.0.is_empty()
            || self
                .0
                .iter()
                .any(|n| memmem::find(text.as_bytes(), n.as_bytes()).is_some())
    }
}

#[cfg(test)]
#[path = "needles_tests.rs"]
mod tests;
