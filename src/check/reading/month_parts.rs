//! Parts of a month that a text names: "mid-October", "the last week of September", "giữa tháng 10". It does not read days.

use regex::{Captures, Regex};
use serde::Deserialize;

/// Words for a part of a month, and its days: the pattern may name the month (`month`, `month_name`).
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MonthPart {
    pub(super) is: String,
    from: u32,
    to: u32,
}

/// The patterns of one language, compiled, each with the first and the last day that it may mean.
#[derive(Debug)]
pub(super) struct MonthParts(Vec<(Regex, (u32, u32))>);

impl MonthParts {
    pub(super) fn compile(words: &[MonthPart]) -> Result<MonthParts, regex::Error> {
        let one = |part: &MonthPart| Ok((Regex::new(&part.is)?, (part.from, part.to)));
        words
            .iter()
            .map(one)
            .collect::<Result<_, _>>()
            .map(MonthParts)
    }

    /// The days of the part that is named first, and the groups of its pattern.
    pub(super) fn find<'w>(&self, words: &'w str) -> Option<((u32, u32), Captures<'w>)> {
        let found = |(pattern, days): &(Regex, (u32, u32))| Some((*days, pattern.captures(words)?));
        self.0.iter().find_map(found)
    }
}
