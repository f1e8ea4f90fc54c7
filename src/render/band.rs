//! Public figures in bands, so that not every percent makes a new text.

use crate::domain::base::decimal::Share;
use crate::domain::base::lang::Lang;

/// The bands: the share in tenths of a percent that stands for each, and its words.
const BANDS: [(u16, &str, &str); 11] = [
    (100, "khoảng một phần mười", "about a tenth"),
    (200, "khoảng một phần năm", "about a fifth"),
    (250, "khoảng một phần tư", "about a quarter"),
    (333, "khoảng một phần ba", "about a third"),
    (400, "khoảng hai phần năm", "about two fifths"),
    (500, "khoảng một nửa", "about half"),
    (600, "khoảng ba phần năm", "about three fifths"),
    (667, "khoảng hai phần ba", "about two thirds"),
    (750, "khoảng ba phần tư", "about three quarters"),
    (800, "khoảng bốn phần năm", "about four fifths"),
    (900, "khoảng chín phần mười", "about nine tenths"),
];

/// The words of the nearest band. Nothing and all are said as such; under 5 % and over 95 % have words of
/// their own.
pub fn words(share: Share, lang: Lang) -> &'static str {
    let pick = |vi, en| match lang {
        Lang::Vi => vi,
        Lang::En => en,
    };
    match share.permille() {
        0 => return pick("không có phần nào", "none"),
        1000 => return pick("toàn bộ", "all"),
        1..=49 => return pick("một phần rất nhỏ", "a very small part"),
        951..=999 => return pick("gần như toàn bộ", "nearly all"),
        _ => {}
    }
    let nearest = BANDS
        .iter()
        .min_by_key(|(at, ..)| at.abs_diff(share.permille()));
    nearest.map_or("", |(_, vi, en)| pick(vi, en))
}

/// The longest words in a language, to bound a text.
pub fn longest(lang: Lang) -> &'static str {
    match lang {
        Lang::Vi => "khoảng chín phần mười",
        Lang::En => "about three quarters",
    }
}
