//! Rows of a table of refusals, and the changes that several of them make. Holds no row itself.

use super::sample::*;
use crate::domain::base::lang::Lang;
use crate::domain::record::rendition::{Placed, Span};
use crate::domain::speech::draft::{Draft, DraftLine};

/// A way to change the sample, and every finding that follows: none when it still passes.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) change: fn(&mut Draft),
    pub(super) findings: &'static [&'static str],
}

pub(super) fn hold(rows: &[Row]) {
    for row in rows {
        let mut draft = draft();
        (row.change)(&mut draft);
        let given = draft.clone();
        match pass_draft(draft) {
            Ok(statement) => {
                assert!(row.findings.is_empty(), "{} passes", row.name);
                assert_eq!(*statement.draft(), given, "{}", row.name);
            }
            Err(failed) => {
                let found: Vec<String> = failed.findings.iter().map(in_words).collect();
                assert_eq!(found, row.findings, "{}", row.name);
                assert_eq!(failed.draft, given, "{}", row.name);
            }
        }
    }
}

/// Makes a line claim a fact, without printing it.
pub(super) fn claim(draft: &mut Draft, line: usize, path: &str) {
    let value = draft.facts.value(path).cloned();
    let said = &mut draft.lines[line].said;
    said.claims.push(path.into());
    said.reads.extend(value.map(|v| (path.to_owned(), v)));
}

pub(super) fn unprint(draft: &mut Draft, channel: &str, lang: Lang, line: usize) {
    place(text_of(draft, channel, lang), line).spans.clear();
}

pub(super) fn leave_out(draft: &mut Draft, channel: &str, lang: Lang, line: usize) {
    text_of(draft, channel, lang)
        .placed
        .retain(|p| p.line != line);
}

/// Prints a fact in a line of one text, on its first two bytes.
pub(super) fn print(draft: &mut Draft, channel: &str, lang: Lang, line: usize, path: &str) {
    let own = place(text_of(draft, channel, lang), line);
    own.spans.push(Span {
        path: path.into(),
        start: own.start,
        end: own.start + 2,
    });
}

/// The place of the line that a test adds to the sample.
pub(super) const ADDED: usize = 7;

/// Adds a line on these channels, in every language, that prints all that it claims, on its first two bytes.
pub(super) fn add(draft: &mut Draft, new: DraftLine, channels: &[&str]) {
    let claims = new.said.claims.clone();
    draft.lines.push(new);
    let number = draft.lines.len() - 1;
    for channel in channels {
        for lang in [Lang::Vi, Lang::En] {
            text_of(draft, channel, lang).placed.push(Placed {
                line: number,
                start: 0,
                end: 2,
                spans: Vec::new(),
            });
            for path in &claims {
                print(draft, channel, lang, number, path);
            }
        }
    }
}
