//! The text of a file of a word processor (`.docx`): it unpacks the parts that hold text, within a bound. It reads no
//! pictures, comments or styles.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::check::reading::document::{Document, DocumentFault, MAX_UNPACKED};
use crate::check::reading::docx_paragraphs::{PlacedLine, read_paragraphs};
use crate::check::reading::text_form::Form;

/// So many headers, footers and notes are read.
const MAX_PARTS: usize = 200;

const SAVE_AGAIN: &str = "open it in a word processor and save it again as .docx";

/// How files of the older kind, and locked ones of the newer, begin.
const COMPOUND_FILE: &[u8] = b"\xD0\xCF\x11\xE0";

/// The paragraphs of a file, with its headers, footers and notes.
///
/// # Errors
/// When it is no such file, is damaged or locked, or unpacks to too much.
pub(super) fn read_docx(bytes: &[u8]) -> Result<Document, DocumentFault> {
    if bytes.starts_with(COMPOUND_FILE) {
        return Err(locked());
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut names: Vec<(u8, String, &str)> = Vec::new();
    for name in archive.file_names().flatten() {
        if let Some((order, what)) = what_part(&name) {
            names.push((order, name.into_owned(), what));
        }
    }
    names.sort();
    if !names.iter().any(|(_, _, what)| what.is_empty()) {
        return Err(DocumentFault::new(
            "this is no Word file: it has no word/document.xml",
            SAVE_AGAIN,
        ));
    }
    if names.len() > MAX_PARTS {
        return Err(DocumentFault::new(
            format!("it has more than {MAX_PARTS} headers, footers and notes"),
            "check its text in parts",
        ));
    }
    let (mut parts, mut left) = (Vec::<Vec<PlacedLine>>::new(), MAX_UNPACKED);
    for (_, name, what) in names {
        let xml = unpack(&mut archive, &name, &mut left)?;
        let read = read_paragraphs(&xml, what)
            .map_err(|e| DocumentFault::new(format!("it is damaged: {name}: {e}"), SAVE_AGAIN))?;
        // The first page and the others often have the same header.
        if !parts.contains(&read) {
            parts.push(read);
        }
    }
    let lines: Vec<PlacedLine> = parts.into_iter().flatten().collect();
    Ok(lay_out(&lines))
}

fn lay_out(lines: &[PlacedLine]) -> Document {
    let mut document = Document::default();
    let text: String = lines.iter().map(|l| format!("{}\n", l.words)).collect();
    document.add_block(&text, Form::Lines, |line| lines[line - 1].place.clone());
    if lines.is_empty() {
        document
            .unread
            .push("it has no text; pictures are not read".into());
    }
    document
}

/// The place of a part in the order of reading, and its name for people; none for a part without text.
fn what_part(name: &str) -> Option<(u8, &'static str)> {
    let numbered = |kind: &str| {
        let rest = name.strip_prefix("word/")?.strip_prefix(kind)?;
        let number = rest.strip_suffix(".xml")?;
        number.bytes().all(|b| b.is_ascii_digit()).then_some(())
    };
    match name {
        "word/document.xml" => Some((1, "")),
        "word/footnotes.xml" => Some((2, "footnotes, ")),
        "word/endnotes.xml" => Some((3, "endnotes, ")),
        _ if numbered("header").is_some() => Some((0, "header, ")),
        _ if numbered("footer").is_some() => Some((4, "footer, ")),
        _ => None,
    }
}

/// Unpacks one part and takes its size off what may still be unpacked.
fn unpack(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    name: &str,
    left: &mut usize,
) -> Result<String, DocumentFault> {
    let part = archive.by_name(name).map_err(damaged)?;
    let mut bytes = Vec::new();
    part.take(*left as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| damaged(ZipError::Io(e)))?;
    *left = left.checked_sub(bytes.len()).ok_or_else(|| {
        DocumentFault::new(
            format!("it unpacks to more than {MAX_UNPACKED} bytes"),
            "check its text in parts",
        )
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        DocumentFault::new(format!("it is damaged: {name} is not UTF-8"), SAVE_AGAIN)
    })?;
    Ok(text.trim_start_matches('\u{FEFF}').to_owned())
}

fn locked() -> DocumentFault {
    DocumentFault::new(
        "it is locked with a password, or an old Word file (.doc)",
        "save it as .docx without a password",
    )
}

fn damaged(error: ZipError) -> DocumentFault {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => locked(),
        other => DocumentFault::new(format!("it cannot be unpacked: {other}"), SAVE_AGAIN),
    }
}
