//! Joins the lines of a plain text or a mail that were wrapped in the middle of a sentence. It does not cut sentences.

use crate::check::reading::language_files::SPELLING;
use crate::check::reading::readable_text::ReadableText;
use crate::check::reading::text::ends_with_any;

/// Wrapped lines of a plain text or a mail become one line, where the second carries the first on.
pub(super) fn join_wrapped_lines(source: &str, readable: &mut ReadableText) {
    // Where the line begins, and where what is still to be read of it begins.
    let (mut at, mut from) = (0, 0);
    let mut is_first = true;
    let mut lines = source.split_inclusive('\n').peekable();
    while let Some(line) = lines.next() {
        let words = line.trim_end();
        let (end, next_line) = ((at + words.len()).max(from), at + line.len());
        readable.copy(source, from, end);
        let next = lines.peek().copied().unwrap_or_default();
        if carries_on(words, next, is_first) {
            from = next_line + next.len() - next.trim_start().len();
            readable.replace(" ", end, from);
            is_first = false;
        } else {
            readable.copy(source, end, next_line);
            from = next_line;
            is_first = words.trim().is_empty();
        }
        at = next_line;
    }
}

/// From so many characters on a line was wrapped by its width.
const WRAPPED_WIDTH: usize = 45;

/// A first line of at most so many words without a mark inside is a heading.
const HEADING_WORDS: usize = 8;

/// A label in front of a colon has at most so many words.
const LABEL_WORDS: usize = 4;

/// True when a line goes on in the next one.
fn carries_on(line: &str, next: &str, is_first: bool) -> bool {
    let (line, next) = (line.trim(), next.trim());
    if line.is_empty() || next.is_empty() || begins_block(next) {
        return false;
    }
    if line.ends_with(['.', '!', '?', '…', ':', ';', '|']) || begins_heading(line) {
        return false;
    }
    if is_label(next) && next.starts_with(char::is_uppercase)
        || is_stamped(line) && is_stamped(next)
    {
        return false;
    }
    let begins_small = next.chars().next().is_some_and(char::is_lowercase);
    if begins_small || line.ends_with(',') || line.chars().count() >= WRAPPED_WIDTH {
        return true;
    }
    let lower = line.to_lowercase();
    if SPELLING.all().any(|s| ends_with_any(&lower, &s.unfinished)) {
        return true;
    }
    let is_heading =
        is_first && line.split_whitespace().count() <= HEADING_WORDS && !line.contains(',');
    !is_heading && !is_label(next) && next.ends_with(['.', '!', '?'])
}

fn begins_heading(line: &str) -> bool {
    line.starts_with(['#', '|', '='])
}

/// "- item", "2. item", "> quote", "| cell": not the rest of a sentence.
fn begins_block(line: &str) -> bool {
    let after_number = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = after_number.len() < line.len()
        && after_number.starts_with(['.', ')'])
        && after_number[1..].starts_with(' ');
    is_numbered
        || line.starts_with(['#', '|', '>', '•', '=', '_'])
        || ["- ", "* ", "+ ", "– ", "— "]
            .iter()
            .any(|m| line.starts_with(m))
        || line.starts_with("---")
}

/// "20:50 router up": a line of a log begins with its time.
fn is_stamped(line: &str) -> bool {
    let digits = line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':' || c == '.');
    let stamp = &line[..line.len() - digits.len()];
    stamp.len() >= 4 && stamp.contains([':', '.']) && digits.starts_with([' ', '\t'])
}

/// "Hotline: ...": a line of its own.
fn is_label(line: &str) -> bool {
    line.split_once(':').is_some_and(|(label, rest)| {
        label.split_whitespace().count() <= LABEL_WORDS && rest.starts_with(' ')
    })
}
