//! Whether a text may be kept: not too long, no character that would hurt a terminal. Knows no language.

use unicode_normalization::char::is_combining_mark;

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
    if let Some(c) = text.chars().find(|c| is_harmful(*c)) {
        return Err(Refusal::new(
            format!(
                "the {what} has a control character (U+{:04X})",
                u32::from(c)
            ),
            "remove it: notes are plain text",
        ));
    }
    if has_pile_of_marks(text) {
        return Err(Refusal::new(
            format!("the {what} has more than {MARKS} marks on one letter"),
            "remove them: notes are plain text",
        ));
    }
    Ok(())
}

/// Control characters, marks of direction, characters that nobody sees, other ends of lines, tags, and private use, which the
/// renderer needs inside.
pub fn is_harmful(c: char) -> bool {
    (c.is_control() && !matches!(c, '\n' | '\t'))
        || matches!(c,
            '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200C}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}'
            | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E000}'..='\u{F8FF}' | '\u{E0000}'..='\u{E007F}' | '\u{F0000}'..='\u{10FFFF}')
}

/// More marks than this on one letter are no writing.
const MARKS: usize = 4;

fn has_pile_of_marks(text: &str) -> bool {
    let mut run = 0;
    text.chars().any(|c| {
        run = if is_combining_mark(c) { run + 1 } else { 0 };
        run > MARKS
    })
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
