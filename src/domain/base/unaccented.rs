//! Texts without their marks, for channels that lack the letters: letter by letter, as the language says. It makes no sentence;
//! where marks carry meaning, playbooks hold this form written by hand.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::domain::base::lang::Lang;
use crate::languages::phrases::Number;

/// True when a text of the language may lose its marks letter by letter and still says the same.
pub fn is_made_by_letters(lang: Lang) -> bool {
    lang.shipped_words().phrase_text(Number::Unaccented) == "by letters"
}

/// The text without marks, but for the letters that the language keeps.
pub fn without_marks(text: &str, lang: Lang) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let kept = lang.shipped_words().phrase_text(Number::UnaccentedKeeps);
    let mut plain = String::with_capacity(text.len());
    for letter in text.nfc() {
        match letter {
            kept_letter if kept.contains(kept_letter) => plain.push(kept_letter),
            'đ' => plain.push('d'),
            'Đ' => plain.push('D'),
            'œ' => plain.push_str("oe"),
            'Œ' => plain.push_str("OE"),
            '–' | '—' => plain.push('-'),
            '’' => plain.push('\''),
            '«' | '»' | '“' | '”' => plain.push('"'),
            '\u{a0}' | '\u{202f}' => plain.push(' '),
            other => plain.extend(
                std::iter::once(other)
                    .nfd()
                    .filter(|c| !is_combining_mark(*c)),
            ),
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_keeps_its_letters() {
        let french = "fr".parse().unwrap_or(Lang::USUAL);
        let says = [
            (Lang::Vi, "Đường dây – phân đoạn", "Duong day - phan doan"),
            (Lang::En, "a café – “open”", "a cafe - \"open\""),
            (
                french,
                "Le câble coupé, être à l’œuvre",
                "Le cable coupé, etre à l'oeuvre",
            ),
        ];
        for (lang, text, plain) in says {
            assert_eq!(without_marks(text, lang), plain);
        }
        assert!(is_made_by_letters(french) && !is_made_by_letters(Lang::Vi));
    }
}
