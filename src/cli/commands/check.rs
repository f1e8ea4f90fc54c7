//! `saydo check`

use std::io::Read;

use crate::check::claims::{TextLang, read};
use crate::cli::output::Output;
use crate::cli::trouble::Trouble;
use crate::store::files;

/// Hold any text against the record: what it claims and promises, and whether that is backed
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The text: a file (.md, .html or plain), or - for standard input
    #[arg(value_name = "FILE|-")]
    pub file: Option<String>,
    /// Every sentence as one JSON object a line; needs no workspace
    #[arg(long)]
    pub claims: bool,
    /// With --claims: every line that is not empty is one sentence
    #[arg(long, requires = "claims")]
    pub per_line: bool,
    /// The language of the text: auto, vi or en
    #[arg(long, value_name = "LANG", default_value = "auto", value_parser = ["auto", "vi", "en"])]
    pub text_lang: String,
}

/// The largest text that is read, in bytes.
pub const MAX_TEXT: usize = 64 * 1024 * 1024;

/// The text of a file or of standard input.
///
/// # Errors
/// When it cannot be read, is too large, or is not UTF-8.
pub fn text_of(file: &str) -> Result<String, Trouble> {
    let bytes = if file == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .take(MAX_TEXT as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| Trouble::usage(format!("standard input cannot be read: {e}"), ""))?;
        bytes
    } else {
        files::bytes_up_to(std::path::Path::new(file), MAX_TEXT)?
    };
    if bytes.len() > MAX_TEXT {
        return Err(Trouble::usage(
            format!("{file} is larger than {MAX_TEXT} bytes"),
            "check it in parts",
        ));
    }
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

/// The language that was asked for.
pub fn lang_of(args: &Args) -> TextLang {
    match args.text_lang.as_str() {
        "vi" => TextLang::Is(crate::domain::lang::Lang::Vi),
        "en" => TextLang::Is(crate::domain::lang::Lang::En),
        _ => TextLang::Auto,
    }
}

/// Every sentence, one JSON object a line.
///
/// # Errors
/// When the text cannot be read.
pub fn claims(args: &Args, out: &mut Output) -> Result<u8, Trouble> {
    let file = args.file.as_deref().unwrap_or("-");
    let text = text_of(file)?;
    let mut raw = String::new();
    for sentence in read(&text, lang_of(args), args.per_line) {
        if let Ok(line) = serde_json::to_string(&sentence) {
            raw.push_str(&line);
            raw.push('\n');
        }
    }
    out.raw = Some(raw);
    Ok(0)
}
