//! What `saydo check` reads: texts, and facts from a file. It finds nothing in them.

use std::io::Read;
use std::path::Path;

use serde_json::Value as Json;

use crate::cli::trouble::Trouble;
use crate::desk::core::workspace_files::read_bytes_up_to;
use crate::desk::statement::check_text::{Document, FileKind, Form, Known, KnownError};
use crate::domain::facts::fact::FORMAT;

/// The largest text that is read, in bytes.
const MAX_TEXT: usize = 64 * 1024 * 1024;

/// A file or standard input, as it is to be checked; `form` is asked for, or `auto`.
///
/// # Errors
/// When it cannot be read, is too large, or is not what its kind asks for.
pub(super) fn read_document(file: &str, form: &str) -> Result<Document, Trouble> {
    let kind = FileKind::find_named(form).unwrap_or_else(|| FileKind::of(file));
    match kind {
        FileKind::Text(form) => Ok(Document::of_text(read_text(file)?, form)),
        FileKind::Packed(packing) => packing
            .take_out(&read_input(file)?)
            .map_err(|e| Trouble::usage(format!("{file}: {}", e.what), e.hint)),
    }
}

/// A text at hand in the form that is asked for.
pub(super) fn read_at_hand(text: &str, form: &str) -> Document {
    let form = match FileKind::find_named(form) {
        Some(FileKind::Text(form)) => form,
        _ => Form::Plain,
    };
    Document::of_text(text.to_owned(), form)
}

/// The text of a file or of standard input.
///
/// # Errors
/// When it cannot be read, is too large, or is not UTF-8.
pub(super) fn read_text(file: &str) -> Result<String, Trouble> {
    let bytes = read_input(file)?;
    let bytes = bytes
        .strip_prefix(b"\xEF\xBB\xBF")
        .map_or(bytes.clone(), <[u8]>::to_vec);
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = e.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
        Trouble::usage(
            format!("{file}:{line}: the text is not UTF-8 (byte {at})"),
            "save it as UTF-8",
        )
    })
}

/// The bytes of a file or of standard input.
fn read_input(file: &str) -> Result<Vec<u8>, Trouble> {
    let bytes = if file == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .take(MAX_TEXT as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| Trouble::usage(format!("standard input cannot be read: {e}"), ""))?;
        bytes
    } else {
        read_bytes_up_to(Path::new(file), MAX_TEXT)?
    };
    if bytes.len() > MAX_TEXT {
        return Err(Trouble::usage(
            format!("{file} is larger than {MAX_TEXT} bytes"),
            "check it in parts",
        ));
    }
    Ok(bytes)
}

/// Facts from a file.
pub(super) fn read_facts(file: &Path) -> Result<Known, Trouble> {
    let name = file.display();
    let bytes = read_bytes_up_to(file, MAX_TEXT)?;
    let value: Json = serde_json::from_slice(&bytes).map_err(|e| {
        Trouble::usage(
            format!("{name}:{}:{}: this is no JSON: {e}", e.line(), e.column()),
            "give the output of: saydo fact list --json",
        )
    })?;
    Known::from_json(value).map_err(|e| {
        let hint = match e {
            KnownError::Facts(_) => "see: docs/facts.md".to_owned(),
            KnownError::Format(_) => {
                format!("known: {FORMAT}, or a record object with \"links\"")
            }
            KnownError::Record(_) => {
                "a record object has links, lost_pct, cause_confirmed, eta, next_update, vouchers"
                    .to_owned()
            }
        };
        Trouble::usage(format!("{name}: {e}"), hint)
    })
}
