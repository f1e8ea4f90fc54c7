//! Public figures in bands, so that not every percent makes a new text. It has no words: they stand in the files of
//! each language.

use crate::domain::base::decimal::Share;
use crate::domain::base::lang::Lang;
use crate::languages::Subject;

/// The bands by the permille that stands for each, which is also the key of its words.
const BANDS: [(u16, &str); 11] = [
    (100, "100"),
    (200, "200"),
    (250, "250"),
    (333, "333"),
    (400, "400"),
    (500, "500"),
    (600, "600"),
    (667, "667"),
    (750, "750"),
    (800, "800"),
    (900, "900"),
];

/// The words of the nearest band. Nothing and all are said as such; under 5 % and over 95 % have words of
/// their own.
pub fn share_in_words(share: Share, lang: Lang) -> &'static str {
    let key = match share.permille() {
        0 => "nothing",
        1000 => "all",
        1..=49 => "very_small",
        951..=999 => "nearly_all",
        permille => {
            let nearest = BANDS.iter().min_by_key(|(at, _)| at.abs_diff(permille));
            nearest.map_or("", |(_, key)| key)
        }
    };
    lang.shipped_words()
        .find_word(Subject::Bands, key)
        .unwrap_or("")
}

/// The longest words in a language, to bound a text.
pub fn longest_share_words(lang: Lang) -> &'static str {
    let all = lang
        .shipped_words()
        .all_words(Subject::Bands)
        .map(|(_, text)| text);
    all.max_by_key(|text| text.chars().count()).unwrap_or("")
}
