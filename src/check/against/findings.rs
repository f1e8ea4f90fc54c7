//! Findings in a text, each with its line and column. It places what the checker has found and finds nothing itself.

use serde::Serialize;

use crate::check::reading::document::Document;

/// A place in a text on which a rule speaks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The rule, by its name.
    pub rule: String,
    /// What is wrong, in English.
    pub message: String,
    /// First byte in the text as it was given, or as it was taken out of its file, in UTF-8.
    pub start: usize,
    /// First byte behind it.
    pub end: usize,
    /// The line of the first byte, counted from 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// Where people find the line in the file, when the text was taken out of a mail or a Word file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The words at the place, at most 200 characters.
    pub excerpt: String,
    /// What may be said instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instead: Option<String>,
    /// The events that say otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<u64>,
}

/// Line starts, to turn bytes into lines and columns.
struct Lines<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl Lines<'_> {
    fn of(text: &str) -> Lines<'_> {
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(i, _)| i + 1))
            .collect();
        Lines { text, starts }
    }

    fn place(&self, at: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|s| *s <= at).max(1);
        let from = self.starts[line - 1];
        // A line of megabytes is not counted through for every finding in it.
        let near = at.min(from + 4096);
        let near = (from..=near)
            .rev()
            .find(|i| self.text.is_char_boundary(*i))
            .unwrap_or(from);
        let column = self.text[from..near].chars().count() + 1 + (at - near);
        (line, column)
    }
}

/// How much of a text a finding quotes, in characters.
const EXCERPT: usize = 200;

/// What is found in one text.
pub(super) struct Findings<'a> {
    document: &'a Document,
    lines: Lines<'a>,
    found: Vec<Finding>,
}

/// A place in a text with what a rule says of it.
pub(super) struct Found<'a> {
    pub rule: &'a str,
    pub message: String,
    /// First byte of the text, and the first behind it.
    pub place: (usize, usize),
    pub instead: Option<String>,
    pub events: Vec<u64>,
}

impl<'a> Findings<'a> {
    pub fn new(document: &'a Document) -> Findings<'a> {
        Findings {
            document,
            lines: Lines::of(&document.text),
            found: Vec::new(),
        }
    }

    pub fn add(&mut self, found: Found<'_>) {
        let (start, end) = found.place;
        let (line, column) = self.lines.place(start);
        let words = self.document.text.get(start..end).unwrap_or_default();
        self.found.push(Finding {
            rule: found.rule.to_owned(),
            message: found.message,
            start,
            end,
            line,
            column,
            place: self.document.place_of_line(line).map(str::to_owned),
            excerpt: words.chars().take(EXCERPT).collect(),
            instead: found.instead,
            events: found.events,
        });
    }

    pub fn into_list(self) -> Vec<Finding> {
        self.found
    }
}
