//! A file as it is checked: its text, what a reader sees of it, and the names of places in it where lines of the file are
//! no help. It opens no file.

use crate::check::reading::readable_text::ReadableText;
use crate::check::reading::text_form::{Form, read_as};

/// So much may come out of a file that packs its text, in bytes.
pub(super) const MAX_UNPACKED: usize = 64 * 1024 * 1024;

/// Why a file has no text that can be read, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFault {
    /// What is wrong, to stand behind the name of the file.
    pub what: String,
    pub hint: &'static str,
}

impl DocumentFault {
    pub(super) fn new(what: impl Into<String>, hint: &'static str) -> DocumentFault {
        DocumentFault {
            what: what.into(),
            hint,
        }
    }
}

/// A text with what is known of the file that it came from.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// What places are bytes of: the file itself, or the text that was taken out of it.
    pub text: String,
    /// What a reader sees of the text.
    pub readable: ReadableText,
    /// What of the file was not read.
    pub unread: Vec<String>,
    /// For each line of a text that was taken out of a file, where people find it there; else empty.
    line_places: Vec<String>,
}

impl Document {
    /// A text that is the file itself.
    pub fn of_text(text: String, form: Form) -> Document {
        Document {
            readable: read_as(&text, form),
            text,
            ..Document::default()
        }
    }

    /// Adds a block of text; `place_of` names the place of each of its lines, counted from 1.
    pub(super) fn add_block(&mut self, text: &str, form: Form, place_of: impl Fn(usize) -> String) {
        self.add_read_block(text, read_as(text, form), place_of);
    }

    /// The same for a block that was read already.
    pub(super) fn add_read_block(
        &mut self,
        text: &str,
        readable: ReadableText,
        place_of: impl Fn(usize) -> String,
    ) {
        self.readable.append(readable, self.text.len());
        self.text.push_str(text);
        if !text.ends_with('\n') {
            self.readable.end_block(self.text.len());
            self.text.push('\n');
        }
        let lines = text.split_terminator('\n').count();
        self.line_places.extend((1..=lines).map(place_of));
    }

    /// Where people find a line of the text in the file; none where the line itself says it.
    pub fn place_of_line(&self, line: usize) -> Option<&str> {
        let at = line.checked_sub(1)?;
        let last = self.line_places.last();
        self.line_places.get(at).or(last).map(String::as_str)
    }

    /// The same, each line of the text for itself.
    pub fn by_lines(mut self) -> Document {
        self.readable = read_as(&self.text, Form::Lines);
        self
    }
}
