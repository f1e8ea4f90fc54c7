//! What a reader sees of a text that is written in Markdown or HTML, or wrapped over lines: its words, with the place of
//! each in the file. It reads no meaning.

use crate::check::reading::language_files::SPELLING;
use crate::check::reading::text::ends_with_any;
use crate::check::reading::{html_text, markdown_text};

/// What a text is written in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Form {
    /// Without markup: every character is text; lines may be wrapped.
    #[default]
    Plain,
    /// Marks and struck words are not text.
    Markdown,
    /// Tags, scripts, comments and struck words are not text.
    Html,
    /// Plain, and each line stands for itself.
    Lines,
}

impl Form {
    /// The form that the ending of a file name stands for.
    pub fn of(file: &str) -> Form {
        let name = file.to_ascii_lowercase();
        if name.ends_with(".html") || name.ends_with(".htm") {
            Form::Html
        } else if name.ends_with(".md") || name.ends_with(".markdown") {
            Form::Markdown
        } else {
            Form::Plain
        }
    }
}

/// The words of a text as they are read, and where each stands in the source. A line feed ends a block.
#[derive(Debug, Clone, Default)]
pub struct ReadableText {
    /// The words.
    pub text: String,
    /// Where a link leads, with the bytes of the link in the source.
    pub link_targets: Vec<(String, usize, usize)>,
    pieces: Vec<Piece>,
}

/// Bytes of the readable text from `at` on, and the bytes of the source that they come from.
#[derive(Debug, Clone, Copy)]
struct Piece {
    at: usize,
    start: usize,
    end: usize,
    /// Byte for byte the same as in the source.
    is_copy: bool,
}

impl ReadableText {
    /// The words of a source in a form.
    pub fn of(source: &str, form: Form) -> ReadableText {
        let mut readable = ReadableText::default();
        match form {
            Form::Lines => readable.copy(source, 0, source.len()),
            Form::Plain => join_wrapped_lines(source, &mut readable),
            Form::Markdown => markdown_text::read_markdown(source, &mut readable),
            Form::Html => html_text::read_html(source, 0, &mut readable),
        }
        readable
    }

    /// Adds bytes of the source as they are.
    pub(super) fn copy(&mut self, source: &str, start: usize, end: usize) {
        self.copy_from(source, start, end, 0);
    }

    /// Adds bytes of a piece that begins at byte `offset` of the file.
    pub(super) fn copy_from(&mut self, piece: &str, start: usize, end: usize, offset: usize) {
        let Some(words) = piece.get(start..end).filter(|w| !w.is_empty()) else {
            return;
        };
        let goes_on = self
            .pieces
            .last()
            .is_some_and(|p| p.is_copy && p.end == offset + start);
        match self.pieces.last_mut() {
            Some(last) if goes_on => last.end = offset + end,
            _ => self.pieces.push(Piece {
                at: self.text.len(),
                start: offset + start,
                end: offset + end,
                is_copy: true,
            }),
        }
        self.text.push_str(words);
    }

    /// Takes words off the end.
    pub(super) fn drop_end(&mut self, words: &str) {
        if self.text.ends_with(words) {
            self.text.truncate(self.text.len() - words.len());
            self.pieces.retain(|p| p.at < self.text.len());
        }
    }

    /// Adds words that stand for other bytes of the source: an entity, a line feed.
    pub(super) fn replace(&mut self, words: &str, start: usize, end: usize) {
        if words.is_empty() {
            return;
        }
        self.pieces.push(Piece {
            at: self.text.len(),
            start,
            end,
            is_copy: false,
        });
        self.text.push_str(words);
    }

    /// Ends a block: what follows belongs to another sentence.
    pub(super) fn end_block(&mut self, at: usize) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.replace("\n", at, at);
        }
    }

    /// The bytes of the source for bytes of the readable text.
    pub fn source_place(&self, start: usize, end: usize) -> (usize, usize) {
        let (first, last) = (
            self.piece_at(start),
            self.piece_at(end.saturating_sub(1).max(start)),
        );
        let from = match first {
            Some(p) if p.is_copy => p.start + (start - p.at),
            Some(p) => p.start,
            None => start,
        };
        let to = match last {
            _ if end <= start => from,
            Some(p) if p.is_copy => (p.start + (end - p.at)).min(p.end.max(p.start)),
            Some(p) => p.end,
            None => end,
        };
        (from, to.max(from))
    }

    fn piece_at(&self, at: usize) -> Option<&Piece> {
        let after = self.pieces.partition_point(|p| p.at <= at);
        self.pieces.get(after.checked_sub(1)?)
    }
}

/// Wrapped lines of a plain text or a mail become one line, where the second carries the first on.
fn join_wrapped_lines(source: &str, readable: &mut ReadableText) {
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

/// True when a line goes on in the next one.
fn carries_on(line: &str, next: &str, is_first: bool) -> bool {
    let (line, next) = (line.trim(), next.trim());
    if line.is_empty() || next.is_empty() || begins_block(next) {
        return false;
    }
    if line.ends_with(['.', '!', '?', '…', ':', ';', '|']) || begins_heading(line) {
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

/// "Hotline: ...": a line of its own.
fn is_label(line: &str) -> bool {
    line.split_once(':')
        .is_some_and(|(label, rest)| label.split_whitespace().count() <= 3 && rest.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str, form: Form) -> String {
        ReadableText::of(source, form).text
    }

    #[test]
    fn places_lead_back_to_the_source() {
        let html = "<p>C&aacute;p AAG đã <b>khôi</b> phục&nbsp;xong.</p>";
        let read = ReadableText::of(html, Form::Html);
        for (words, source) in [
            ("Cáp", "C&aacute;p"),
            ("khôi phục", "khôi</b> phục"),
            ("xong", "xong"),
        ] {
            let at = read.text.find(words).unwrap_or_default();
            let (a, b) = read.source_place(at, at + words.len());
            assert_eq!(&html[a..b], source);
        }
    }

    #[test]
    fn wrapped_lines_are_joined_and_others_stay_apart() {
        for (source, expected) in [
            (
                "Half of the\ninternational capacity is lost.\n",
                "Half of the international capacity is lost.\n",
            ),
            (
                "The service will not be\n  restored before Monday.",
                "The service will not be restored before Monday.",
            ),
            ("Notice\nAAG is down.", "Notice\nAAG is down."),
            ("AAG: down\nAPG: degraded", "AAG: down\nAPG: degraded"),
            ("- one\n- two", "- one\n- two"),
            ("It is down.\nWe are sorry.", "It is down.\nWe are sorry."),
            (
                "Cáp AAG bị gián đoạn từ\nsáng nay, chúng tôi\nđang kiểm tra.",
                "Cáp AAG bị gián đoạn từ sáng nay, chúng tôi đang kiểm tra.",
            ),
        ] {
            assert_eq!(words(source, Form::Plain), expected);
        }
    }

    #[test]
    fn markup_is_read_as_people_see_it() {
        for (form, source, expected) in [
            (Form::Html, "re<b>stored</b>", "restored"),
            (
                Form::Html,
                "<title>A</title><p>B\nC</p><script>x()</script>",
                "A\nB C\n",
            ),
            (
                Form::Html,
                "<p>not <s>up</s><del>on</del> yet<!-- a > b --></p>",
                "not  yet\n",
            ),
            (Form::Html, "<img alt='All is well'> x", "All is well\n x"),
            (
                Form::Markdown,
                "# Notice\n**Two** links [are](https://example.test/a)\ndown.\n",
                "Notice\nTwo links are down.\n",
            ),
            (
                Form::Markdown,
                "up ~~soon~~ &amp; running",
                "up  & running\n",
            ),
            (
                Form::Markdown,
                "| AAG | up |\n|---|---|\n| APG | down |\n",
                "AAG : up\nAPG : down\n",
            ),
        ] {
            assert_eq!(words(source, form), expected, "{source}");
        }
    }

    #[test]
    fn odd_markup_ends_no_reading() {
        for odd in [
            "<",
            "<<<<",
            "&",
            "a<ấ",
            "<p",
            "](",
            "<!--",
            "&#0;",
            "&#x110000;",
            "~~",
            "```",
        ] {
            for form in [Form::Html, Form::Markdown, Form::Plain] {
                let read = ReadableText::of(odd, form);
                let (a, b) = read.source_place(0, read.text.len());
                assert!(odd.get(a..b).is_some(), "{odd}");
            }
        }
    }
}
