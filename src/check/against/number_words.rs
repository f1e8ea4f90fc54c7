//! Numbers in words and in digits, and the file `numbers.yaml` of each language. It does not know what a number
//! counts: see `counts`, `shares` and `commitments`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;
use serde::Deserialize;

use crate::check::reading::language_files::PerLanguage;
use crate::check::reading::text::unmarked;
use crate::domain::base::lang::Lang;

/// The file `numbers.yaml`; what each entry means is said there.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NumberWords {
    words: Vec<String>,
    tens: Vec<String>,
    unit_words: Vec<(String, u64)>,
    tens_mark: String,
    ten_before_unit: String,
    scales: BTreeMap<String, u64>,
    digit_scales: BTreeMap<String, u64>,
    pub n: String,
    pub links: String,
    pub fractions: FractionWords,
    pub counts: Vec<CountWords>,
    pub percent: String,
    pub shares: Vec<(String, f64)>,
    pub no_share_before: Vec<String>,
    pub no_share_before_digit: Vec<String>,
    pub share_of: Vec<String>,
    pub share_joints: Vec<String>,
    pub capacity: Vec<String>,
    pub phrases: Vec<CapacityPhrase>,
    pub more: Vec<String>,
    pub more_begins: Vec<String>,
    pub less: Vec<String>,
    pub about: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FractionWords {
    pub before: Vec<String>,
    pub after: Vec<String>,
    pub in_brackets: bool,
    pub dates_after: Vec<String>,
}

/// One pattern that counts links.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CountWords {
    pub says: CountSays,
    pub is: String,
    /// It counts nothing when it is one of these and no more.
    #[serde(default)]
    pub unless: Vec<String>,
    #[serde(default)]
    pub unless_begins: Vec<String>,
    #[serde(default)]
    pub unless_after: Vec<String>,
    /// Beginnings that mean "of two".
    #[serde(default)]
    pub two_begins: Vec<String>,
    /// The last word of the match is the verb behind the count.
    #[serde(default)]
    pub without_last_word: bool,
}

/// What a pattern of a count says of the numbers in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum CountSays {
    /// So many, of the second number where there is one.
    Some,
    /// None, of the number where there is one.
    None,
    /// All, of the number where there is one.
    All,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CapacityPhrase {
    pub is: String,
    pub lost: Option<f64>,
    pub left: Option<f64>,
}

pub(super) static NUMBERS: PerLanguage<NumberWords> = PerLanguage::new(|f| f.numbers);

/// The value of a number in digits or words; Vietnamese words may lack their marks.
pub(super) fn value_of(word: &str, lang: Lang) -> Option<usize> {
    if let Ok(n) = word.parse() {
        return Some(n);
    }
    let words = &NUMBERS.of(lang).words;
    words.iter().position(|w| w == word || unmarked(w) == word)
}

/// The number in front of a place in a text: "5,000 vouchers", "năm nghìn phiếu".
pub(super) fn number_before(text: &str, at: usize, lang: Lang) -> Option<u64> {
    let from = text[..at]
        .char_indices()
        .rev()
        .nth(48)
        .map_or(0, |(i, _)| i);
    let piece = &text[from..at];
    let words: Vec<&str> = piece
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .filter(|w| !w.is_empty())
        .collect();
    let scale_of = |word: &str| NUMBERS.all().find_map(|n| n.scales.get(word)).copied();
    let scale_at = words
        .iter()
        .rposition(|w| scale_of(w).is_some())
        .filter(|i| {
            i + 4 > words.len() && *i > 0 && !words[i - 1].chars().any(|c| c.is_ascii_digit())
        });
    let Some(scale_at) = scale_at else {
        return number_in_digits(piece);
    };
    number_in_words(&words[..scale_at], lang)?.checked_mul(scale_of(words[scale_at])?)
}

/// A number in digits at the end of a text, with words of at most 28 characters behind it.
static DIGITS: LazyLock<Option<Regex>> = LazyLock::new(|| digits_regex().ok());

fn digits_regex() -> Result<Regex, regex::Error> {
    let scales: Vec<String> = NUMBERS
        .all()
        .flat_map(|n| n.digit_scales.keys().map(|k| regex::escape(k)))
        .collect();
    Regex::new(&format!(
        r"(\d{{1,3}}(?:[., ]\d{{3}})+|\d+)(?: ({})\b)?[^\d]{{0,28}}$",
        scales.join("|")
    ))
}

fn number_in_digits(piece: &str) -> Option<u64> {
    let c = DIGITS.as_ref()?.captures(piece)?;
    let n = c.get(1)?;
    // "A $10 voucher" says what it is worth, not how many there are; "on 5/9" is a day.
    if piece[..n.start()].ends_with(['$', '€', '£', '/', ':']) {
        return None;
    }
    let scale = c.get(2).and_then(|m| {
        NUMBERS
            .all()
            .find_map(|n| n.digit_scales.get(m.as_str()))
            .copied()
    });
    let n: u64 = n.as_str().replace(['.', ',', ' '], "").parse().ok()?;
    n.checked_mul(scale.unwrap_or(1))
}

/// "Five", "twenty-five", "mười lăm", "hai mươi": the number in the last words.
fn number_in_words(words: &[&str], lang: Lang) -> Option<u64> {
    let own = NUMBERS.of(lang);
    match words {
        [.., a, mark, b] if *mark == own.tens_mark => {
            Some(unit_of(a, own, lang)? * 10 + unit_of(b, own, lang)?)
        }
        [.., a, mark] if *mark == own.tens_mark => Some(unit_of(a, own, lang)? * 10),
        [.., ten, b] if *ten == own.ten_before_unit => Some(10 + unit_of(b, own, lang)?),
        [.., word] => match word.split_once('-') {
            Some((a, b)) => Some(tens_of(a, own)? + value_of(b, lang)? as u64),
            None => tens_of(word, own).or_else(|| unit_of(word, own, lang)),
        },
        [] => None,
    }
}

fn tens_of(word: &str, own: &NumberWords) -> Option<u64> {
    let at = own.tens.iter().position(|t| t == word)?;
    Some((at as u64 + 2) * 10)
}

fn unit_of(word: &str, own: &NumberWords, lang: Lang) -> Option<u64> {
    let special = own.unit_words.iter().find(|(w, _)| w == word);
    match special {
        Some((_, n)) => Some(*n),
        None => value_of(word, lang).map(|n| n as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn number_files_are_read_and_the_pattern_of_digits_compiles() {
        NUMBERS.assert_read();
        let error = digits_regex().err();
        assert!(error.is_none(), "digits: {error:?}");
    }

    #[test]
    fn numbers_in_words_and_digits_are_read() {
        for (text, lang, n) in [
            ("we give twenty-five thousand ", Lang::En, Some(25_000)),
            ("we give 5,000 ", Lang::En, Some(5_000)),
            ("a $10 ", Lang::En, None),
            ("tặng năm nghìn ", Lang::Vi, Some(5_000)),
            ("tặng hai mươi lăm nghìn ", Lang::Vi, Some(25_000)),
            ("tặng 3 triệu ", Lang::Vi, Some(3_000_000)),
            ("khoảng 4.200 khách hàng", Lang::Vi, Some(4_200)),
            ("for 20 kids", Lang::En, Some(20)),
            ("for 20 k customers", Lang::En, Some(20_000)),
        ] {
            assert_eq!(number_before(text, text.len(), lang), n, "{text}");
        }
    }
}
