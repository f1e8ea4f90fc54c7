//! Which texts, names and times any entry may carry. Which entry needs which is in the files beside this one.

use super::sample::*;
use crate::domain::admission::wording::{MAX_NOTE, is_harmful};

#[test]
fn a_text_has_a_length_and_no_control_characters() {
    let note = |text: &str| format!(r#"{{"kind":"NoteTaken","text":"{text}"}}"#);
    let long = "ô".repeat(MAX_NOTE / 2);
    let too_long = format!("{long}o");
    hold_all(&[
        (&note(&long), ""),
        (
            &note(&too_long),
            "the note is 4001 bytes long; at most 4000 are kept -> shorten it, or keep the long text elsewhere and name the place",
        ),
        (&note("one\\n\\ttwo"), ""),
        (
            &note("one\u{202E}two"),
            "the note has a control character (U+202E) -> remove it: notes are plain text",
        ),
    ]);
}

#[test]
fn a_name_is_one_line_and_no_longer_than_a_text() {
    let person = |name: &str| format!(r#"{{"kind":"PersonAdded","person":"{name}"}}"#);
    let long = "o".repeat(4001);
    hold_all(&[
        (
            &person("one\\ntwo"),
            "the name has a line break -> give it on one line",
        ),
        (
            &person("one\\ttwo"),
            "the name has a line break -> give it on one line",
        ),
        (
            &person(&long),
            "the name is 4001 bytes long; at most 4000 are kept -> shorten it, or keep the long text elsewhere and name the place",
        ),
        (&person("Lan Anh"), ""),
    ]);
}

#[test]
fn harmful_characters_are_these_and_no_others() {
    let harmful = [
        '\0',
        '\u{7}',
        '\r',
        '\u{1B}',
        '\u{7F}',
        '\u{9F}',
        '\u{200E}',
        '\u{200F}',
        '\u{202A}',
        '\u{202E}',
        '\u{2066}',
        '\u{2069}',
        '\u{E000}',
        '\u{F8FF}',
        '\u{AD}',
        '\u{61C}',
        '\u{200B}',
        '\u{200C}',
        '\u{2028}',
        '\u{2029}',
        '\u{2060}',
        '\u{206F}',
        '\u{FEFF}',
        '\u{E0041}',
        '\u{F0000}',
        '\u{10FFFF}',
    ];
    let fine = [
        '\n', '\t', ' ', 'ễ', '\u{200D}', '\u{2010}', '\u{202F}', '\u{2065}', '\u{D7FF}',
        '\u{F900}',
    ];
    for c in harmful {
        assert!(is_harmful(c), "U+{:04X}", u32::from(c));
    }
    for c in fine {
        assert!(!is_harmful(c), "U+{:04X}", u32::from(c));
    }
}
