//! A text as it is searched: composed (NFC), in small letters, with the place of every byte in the original; and tests
//! for words in it. It knows no words of any language.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::canonical_combining_class;

/// A text made comparable, with the place of each of its bytes in the original.
#[derive(Debug, Clone)]
pub struct Folded {
    /// Composed, in small letters, with plain quotes and spaces.
    pub text: String,
    /// For each byte of `text`, and its end, the byte of the original.
    places: Vec<usize>,
}

impl Folded {
    /// Folds a text. A sequence of a letter and its marks is one place.
    pub fn new(original: &str) -> Folded {
        let is_shown = |b: u8| b.is_ascii_whitespace() || !b.is_ascii_control();
        if original.is_ascii() && original.bytes().all(is_shown) {
            return Folded {
                text: original.to_ascii_lowercase(),
                places: (0..=original.len()).collect(),
            };
        }
        let mut text = String::with_capacity(original.len());
        let mut places: Vec<usize> = Vec::with_capacity(original.len() + 1);
        let mut add = |piece: char, at: usize| {
            for c in plain(piece).into_iter().flat_map(char::to_lowercase) {
                let c = plain(c).unwrap_or(c);
                let before = text.len();
                text.push(c);
                places.extend(std::iter::repeat_n(at, text.len() - before));
            }
        };
        let mut chars = original.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if c == ESCAPE && chars.next_if(|(_, n)| *n == '[').is_some() {
                // A sequence that colours a terminal ends with a letter.
                while chars
                    .next_if(|(_, n)| n.is_ascii() && !n.is_ascii_alphabetic())
                    .is_some()
                {}
                chars.next_if(|(_, n)| n.is_ascii_alphabetic());
                continue;
            }
            if c.is_ascii() && chars.peek().is_none_or(|(_, n)| n.is_ascii()) {
                add(c, at);
                continue;
            }
            let start = at;
            let mut end = at + c.len_utf8();
            while let Some((i, n)) = chars.peek().copied() {
                if canonical_combining_class(n) == 0 {
                    break;
                }
                end = i + n.len_utf8();
                chars.next();
            }
            let letters = original[start..end].chars().filter_map(plain);
            for composed in letters.nfc() {
                add(composed, start);
            }
        }
        places.push(original.len());
        Folded { text, places }
    }

    /// Bytes of the original for bytes of the folded text.
    pub fn original(&self, start: usize, end: usize) -> (usize, usize) {
        let at = |i: usize| self.places[i.min(self.places.len() - 1)];
        (at(start), at(end))
    }
}

/// What begins a sequence that a terminal reads and nobody sees.
const ESCAPE: char = '\u{1B}';

/// Quotes, dashes and spaces that people type in many ways; letters that only look like those of our languages; nothing
/// for what nobody sees.
fn plain(c: char) -> Option<char> {
    Some(match c {
        c if c.is_control() && !c.is_whitespace() => return None,
        c if c.is_ascii() => c,
        '\u{2018}' | '\u{2019}' | '\u{02BC}' => '\'',
        '\u{201C}' | '\u{201D}' => '"',
        '\u{2013}' | '\u{2014}' | '\u{2212}' => '-',
        '\u{00A0}' | '\u{2009}' | '\u{202F}' | '\u{3000}' => ' ',
        // Soft hyphens, joiners, marks of direction.
        '\u{00AD}'
        | '\u{034F}'
        | '\u{180E}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}'
        | '\u{FEFF}' => return None,
        '\u{00D0}' => 'Đ',
        '\u{00F0}' => 'đ',
        c if is_of_our_letters(c) => c,
        c => look_alike(c).unwrap_or(c),
    })
}

/// Latin letters with their marks.
fn is_of_our_letters(c: char) -> bool {
    matches!(c, '\u{0080}'..='\u{024F}' | '\u{0300}'..='\u{036F}' | '\u{1E00}'..='\u{1EFF}')
}

/// The plain letter or digit that a sign of another script or width looks like.
fn look_alike(c: char) -> Option<char> {
    let only = |letters: &mut dyn Iterator<Item = char>| {
        let first = letters.next().filter(char::is_ascii)?;
        letters.next().is_none().then_some(first)
    };
    let composed = only(&mut std::iter::once(c).nfkc());
    composed.or_else(|| {
        let mut buffer = [0; 4];
        let same = unicode_security::confusable_detection::skeleton(c.encode_utf8(&mut buffer));
        only(&mut same.collect::<Vec<char>>().into_iter()).filter(|_| c.is_alphabetic())
    })
}

/// A text without the marks on its letters: `đã khôi phục` becomes `da khoi phuc`.
pub fn unmarked(text: &str) -> String {
    text.nfd()
        .filter(|c| canonical_combining_class(*c) == 0)
        .map(|c| match c {
            'đ' => 'd',
            'Đ' => 'D',
            c => c,
        })
        .collect()
}

/// The beginning of the letter in which a byte of a text lies, or the end of the text.
pub fn char_start(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at)
        .rev()
        .find(|i| text.is_char_boundary(*i))
        .unwrap_or(0)
}

/// An automaton that finds all of these words in one pass; none when there are too many of them. It is built in little time
/// and not the fastest to run: most commands read a few sentences.
pub fn find_words(words: &[String]) -> Option<AhoCorasick> {
    let builder = &mut AhoCorasick::builder();
    let builder = builder.kind(Some(AhoCorasickKind::ContiguousNFA));
    builder.build(words).ok()
}

/// True when the bytes from `start` to `end` are whole words.
pub fn is_whole(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

/// True when a text has one of some words as whole words.
pub fn has_word<W: AsRef<str>>(text: &str, words: &[W]) -> bool {
    words.iter().any(|w| {
        text.match_indices(w.as_ref())
            .any(|(i, w)| is_whole(text, i, i + w.len()))
    })
}

/// True when a text contains one of some words, also as a part of a longer word.
pub fn contains_any(text: &str, words: &[String]) -> bool {
    words.iter().any(|w| text.contains(w.as_str()))
}

/// True when a text begins with one of some words, also as a part of a longer word.
pub fn starts_with_any(text: &str, words: &[String]) -> bool {
    words.iter().any(|w| text.starts_with(w.as_str()))
}

/// True when a text ends with one of some words, also as a part of a longer word.
pub fn ends_with_any(text: &str, words: &[String]) -> bool {
    words.iter().any(|w| text.ends_with(w.as_str()))
}

/// The first of some words with which a text ends, as a whole word.
pub fn last_word_of<'a>(text: &str, words: &'a [String]) -> Option<&'a str> {
    words.iter().map(String::as_str).find(|w| {
        text.strip_suffix(w)
            .is_some_and(|before| !before.ends_with(char::is_alphanumeric))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decomposed_letters_keep_their_place() {
        let original: String = "Mạng đã KHÔI phục".nfd().collect();
        let folded = Folded::new(&original);
        assert_eq!(folded.text, "mạng đã khôi phục");
        let at = folded.text.find("khôi").unwrap_or_default();
        let (from, to) = folded.original(at, at + "khôi".len());
        assert_eq!(original[from..to].nfc().collect::<String>(), "KHÔI");
    }

    #[test]
    fn what_nobody_sees_hides_no_word() {
        for text in [
            "AAG is \u{1B}[31mback\u{1B}[0m",
            "AAG\u{7} is ba\u{AD}ck",
            "ААG is b\u{200B}ack",
            "ＡＡＧ is back",
        ] {
            assert_eq!(Folded::new(text).text, "aag is back", "{text:?}");
        }
    }

    #[test]
    fn marks_are_taken_off() {
        assert_eq!(unmarked("đã khôi phục"), "da khoi phuc");
    }
}
