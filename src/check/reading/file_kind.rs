//! What a file is, and the way from its bytes to its text. It opens no file.

use crate::check::reading::document::{Document, DocumentFault};
use crate::check::reading::docx_text::read_docx;
use crate::check::reading::mail_text::read_mail;
use crate::check::reading::text_form::Form;

/// What a file is, for the way to its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Text(Form),
    /// A file out of which the text is taken.
    Packed(Packing),
}

/// How a text is packed in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// A mail (`.eml`), with its parts and their encodings.
    Mail,
    /// A file of a word processor (`.docx`).
    Docx,
}

impl FileKind {
    /// The names by which a kind is asked for.
    pub const NAMES: [&'static str; 5] = ["plain", "markdown", "html", "eml", "docx"];

    /// The kind that the ending of a file name stands for.
    pub fn of(file: &str) -> FileKind {
        let name = file.to_ascii_lowercase();
        if name.ends_with(".eml") {
            FileKind::Packed(Packing::Mail)
        } else if name.ends_with(".docx") {
            FileKind::Packed(Packing::Docx)
        } else {
            FileKind::Text(Form::of(file))
        }
    }

    /// The kind of a name; none when there is no such name.
    pub fn find_named(name: &str) -> Option<FileKind> {
        Some(match name {
            "plain" => FileKind::Text(Form::Plain),
            "markdown" => FileKind::Text(Form::Markdown),
            "html" => FileKind::Text(Form::Html),
            "eml" => FileKind::Packed(Packing::Mail),
            "docx" => FileKind::Packed(Packing::Docx),
            _ => return None,
        })
    }
}

impl Packing {
    /// The text in a mail or in a file of a word processor.
    ///
    /// # Errors
    /// When there is none, or it is damaged, locked or too large.
    pub fn take_out(self, bytes: &[u8]) -> Result<Document, DocumentFault> {
        match self {
            Packing::Docx => read_docx(bytes),
            Packing::Mail => read_mail(bytes),
        }
    }
}
