//! Whether a text may be kept: not too long, no character that would hurt a terminal. Knows no language.

use crate::domain::admission::refusal::Refusal;

/// The longest note, title or reason, in bytes.
pub const MAX_NOTE: usize = 4000;

/// Refuses text that would hurt a terminal or is too long; tabs and line ends are fine in notes.
///
/// # Errors
/// When it is too long or has control characters.
pub fn check_text(what: &str, text: &str) -> Result<(), Refusal> {
    if text.len() > MAX_NOTE {
        return Err(Refusal::new(
            format!(
                "the {what} is {} bytes long; at most {MAX_NOTE} are kept",
                text.len()
            ),
            "shorten it, or keep the long text elsewhere and name the place",
        ));
    }
    match text.chars().find(|c| is_harmful(*c)) {
        Some(c) => Err(Refusal::new(
            format!(
                "the {what} has a control character (U+{:04X})",
                u32::from(c)
            ),
            "remove it: notes are plain text",
        )),
        None => Ok(()),
    }
}

/// Control characters, marks that reverse the direction of text, and the private-use range that the
/// renderer uses inside.
pub fn is_harmful(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{E000}'..='\u{F8FF}')
}

/// Refuses a name or reference that is empty or has more than one line.
pub(super) fn check_one_line(what: &str, words: &str) -> Result<(), Refusal> {
    check_given(what, words)?;
    if words.contains(['\n', '\t']) {
        return Err(Refusal::new(
            format!("the {what} has a line break"),
            "give it on one line",
        ));
    }
    Ok(())
}

/// Refuses a text that is empty.
pub(super) fn check_given(what: &str, words: &str) -> Result<(), Refusal> {
    if words.trim().is_empty() {
        return Err(Refusal::new(
            format!("the {what} is empty"),
            "say it in a few words",
        ));
    }
    check_text(what, words)
}

/// Refuses an optional text that would hurt a terminal or is too long.
pub(super) fn check_optional(what: &str, words: Option<&str>) -> Result<(), Refusal> {
    words.map_or(Ok(()), |w| check_text(what, w))
}
