//! Reads the words of a time into day, month, weekday and clock time. Does not compare them with any other time.

use std::sync::OnceLock;

use chrono::Weekday;
use regex::Regex;

use crate::domain::base::lang::Lang;

/// The parts that a text gives of a time; what it leaves out is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// Day of the month.
    pub day: Option<u32>,
    /// For a range of days, the first.
    pub first_day: Option<u32>,
    /// Month.
    pub month: Option<u32>,
    /// Year.
    pub year: Option<i32>,
    /// Day of the week.
    pub weekday: Option<Weekday>,
    /// Time of day.
    pub clock: Option<(u32, u32)>,
    /// Told from now: today, tomorrow, in two hours.
    pub relative: bool,
}

fn regex(slot: usize, text: &str) -> Option<&'static Regex> {
    static ALL: [OnceLock<Option<Regex>>; 12] = [const { OnceLock::new() }; 12];
    ALL[slot].get_or_init(|| Regex::new(text).ok()).as_ref()
}

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const NUMBERS: [&str; 13] = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
];
const VI_NUMBERS: [&str; 13] = [
    "không",
    "một",
    "hai",
    "ba",
    "bốn",
    "năm",
    "sáu",
    "bảy",
    "tám",
    "chín",
    "mười",
    "mười một",
    "mười hai",
];

/// Reads the words of a time.
pub fn parts(words: &str, lang: Lang) -> Parts {
    let mut p = Parts::default();
    date(words, lang, &mut p);
    clock(words, lang, &mut p);
    weekday(words, lang, &mut p);
    let relative: &[&str] = match lang {
        Lang::En => &[
            "today",
            "tonight",
            "tomorrow",
            "overnight",
            "this ",
            "next ",
            "hour",
            "minute",
            "day",
            "week",
            "weekend",
            "soon",
        ],
        Lang::Vi => &[
            "hôm nay",
            "tối nay",
            "đêm nay",
            "chiều nay",
            "sáng nay",
            "trưa nay",
            "mai",
            "tới",
            "nữa",
            "tuần",
            "tiếng",
            "phút",
            "hom nay",
            "toi nay",
            "cuối",
        ],
    };
    let is_length = regex(0, r"\d+ ?(?:giờ|ngày|gio|ngay)(?: nữa| tới| nua| toi)")
        .is_some_and(|r| r.is_match(words));
    let has_day_name = p.weekday.is_some();
    p.relative = p.day.is_none()
        && (relative.iter().any(|r| words.contains(r)) && !has_day_name && p.clock.is_none()
            || relative.iter().take(4).any(|r| words.contains(r))
            || is_length);
    if is_length {
        p.clock = None;
    }
    p
}

fn date(words: &str, lang: Lang, p: &mut Parts) {
    let number = |m: Option<regex::Match<'_>>| m.and_then(|m| m.as_str().parse::<u32>().ok());
    if let Some(c) = regex(1, r"(\d{4})-(\d{2})-(\d{2})").and_then(|r| r.captures(words)) {
        p.year = number(c.get(1)).and_then(|y| i32::try_from(y).ok());
        p.month = number(c.get(2));
        p.day = number(c.get(3));
        return;
    }
    if let Some(c) = regex(
        2,
        r"\b(\d{2})(\d{2})(\d{2})z(?: ?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))?",
    )
    .and_then(|r| r.captures(words))
    {
        p.day = number(c.get(1));
        p.clock = number(c.get(2)).zip(number(c.get(3)));
        p.month = c.get(4).and_then(|m| month(m.as_str()));
        return;
    }
    let named = r"(\d{1,2})(?:st|nd|rd|th)?(?: ?(?:-|to|–) ?(\d{1,2})(?:st|nd|rd|th)?)?(?: of)? (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*";
    if let Some(c) = regex(3, named).and_then(|r| r.captures(words)) {
        let second = number(c.get(2));
        p.day = second.or(number(c.get(1)));
        p.first_day = second.and(number(c.get(1)));
        p.month = c.get(3).and_then(|m| month(m.as_str()));
    } else if let Some(c) = regex(4, r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (?:the )?(\d{1,2})(?:st|nd|rd|th)?").and_then(|r| r.captures(words)) {
        p.month = c.get(1).and_then(|m| month(m.as_str()));
        p.day = number(c.get(2));
    } else if let Some(c) = regex(5, r"(?:(\d{1,2})(?:/\d{1,2})? ?[-–] ?)?(\d{1,2})/(\d{1,2})(?:/(\d{2,4}))?").and_then(|r| r.captures(words)) {
        p.first_day = number(c.get(1));
        p.day = number(c.get(2));
        p.month = number(c.get(3));
    } else if lang == Lang::Vi
        && let Some(c) = regex(6, r"(?:(\d{1,2}) (?:đến|den|-) )?(?:ngày |ngay |mùng |mồng )?(\d{1,2}) (?:tháng|thang) (\d{1,2})").and_then(|r| r.captures(words))
    {
        p.first_day = number(c.get(1));
        p.day = number(c.get(2));
        p.month = number(c.get(3));
    } else if let Some(c) = regex(7, r"(?:ngày|ngay|mùng|the) (\d{1,2})(?:st|nd|rd|th)?\b").and_then(|r| r.captures(words)) {
        p.day = number(c.get(1));
    }
    if let Some(c) = regex(8, r"\b(20\d{2})\b").and_then(|r| r.captures(words)) {
        p.year = number(c.get(1)).and_then(|y| i32::try_from(y).ok());
    }
}

fn month(word: &str) -> Option<u32> {
    MONTHS
        .iter()
        .position(|m| word.starts_with(m))
        .and_then(|i| u32::try_from(i + 1).ok())
}

fn clock(words: &str, lang: Lang, p: &mut Parts) {
    if p.clock.is_some() {
        return;
    }
    let number = |m: Option<regex::Match<'_>>| m.and_then(|m| m.as_str().parse::<u32>().ok());
    let with_half = |h: u32, m: u32, half: Option<&str>| -> (u32, u32) {
        let pm = matches!(
            half,
            Some(
                "pm" | "p.m" | "p.m." | "chiều" | "tối" | "chieu" | "toi" | "evening" | "afternoon"
            )
        );
        let night = matches!(half, Some("đêm" | "khuya" | "dem"));
        let noon = matches!(half, Some("trưa" | "trua"));
        let am = matches!(
            half,
            Some("am" | "a.m" | "a.m." | "sáng" | "sang" | "morning")
        );
        let h = match h {
            12 if am => 0,
            h if pm && h < 12 => h + 12,
            h if night && (6..12).contains(&h) => h + 12,
            h if noon && h < 3 => h + 12,
            h => h,
        };
        (h, m)
    };
    match lang {
        Lang::En => {
            // As it is spelled for a voice: "4 30 p m", "10 oh 5 a m".
            if let Some(c) = regex(11, r"\b(\d{1,2})(?: (?:oh )?(\d{1,2}))? ([ap]) m\b").and_then(|r| r.captures(words)) {
                let half = if c.get(3).is_some_and(|m| m.as_str() == "p") { "pm" } else { "am" };
                p.clock = number(c.get(1)).map(|h| with_half(h, number(c.get(2)).unwrap_or(0), Some(half)));
            } else if let Some(c) = regex(9, r"\b(\d{1,2})(?:[:.](\d{2}))? ?(a\.?m\.?|p\.?m\.?)\b|\b(\d{1,2}):(\d{2})\b|\b(\d{2})(\d{2}) ?(?:z|hrs|hours|utc|gmt|local)\b|\b(\d{2})(\d{2})\b").and_then(|r| r.captures(words)) {
                if c.get(3).is_some() {
                    let half = c.get(3).map(|m| m.as_str().replace('.', ""));
                    p.clock = number(c.get(1)).map(|h| with_half(h, number(c.get(2)).unwrap_or(0), half.as_deref()));
                } else if c.get(4).is_some() {
                    p.clock = number(c.get(4)).zip(number(c.get(5)));
                } else if c.get(6).is_some() {
                    p.clock = number(c.get(6)).zip(number(c.get(7)));
                } else if p.year.is_none() {
                    p.clock = number(c.get(8)).zip(number(c.get(9))).filter(|(h, m)| *h < 25 && *m < 60);
                }
            } else if words.contains("noon") || words.contains("midday") {
                p.clock = Some((12, 0));
            } else if words.contains("midnight") {
                p.clock = Some((0, 0));
            } else if let Some(h) = NUMBERS.iter().position(|n| words.starts_with(&format!("{n} o'clock"))) {
                p.clock = u32::try_from(h).ok().map(|h| (h, 0));
            }
        }
        Lang::Vi => {
            let pattern = r"(\d{1,2}) ?(?:giờ|gio|h|g|:)(?: ?(\d{2}|\d phút|\d phut|rưỡi|ruoi))?(?: ?(?:phút|p))?(?: (sáng|trưa|chiều|tối|đêm|khuya|sang|trua|chieu|toi|dem))?";
            if let Some(c) = regex(10, pattern).and_then(|r| r.captures(words)) {
                let minutes = match c.get(2).map(|m| m.as_str()) {
                    Some("rưỡi" | "ruoi") => 30,
                    Some(m) => m
                        .split(' ')
                        .next()
                        .and_then(|m| m.parse().ok())
                        .unwrap_or(0),
                    None => 0,
                };
                p.clock =
                    number(c.get(1)).map(|h| with_half(h, minutes, c.get(3).map(|m| m.as_str())));
            } else {
                for (h, word) in VI_NUMBERS.iter().enumerate().rev() {
                    if let Some(rest) = words.split(&format!("{word} giờ")).nth(1) {
                        let half = ["sáng", "trưa", "chiều", "tối", "đêm"]
                            .into_iter()
                            .find(|x| rest.contains(x));
                        p.clock = u32::try_from(h).ok().map(|h| with_half(h, 0, half));
                        break;
                    }
                }
                if words.contains("nửa đêm") {
                    p.clock = Some((0, 0));
                }
            }
        }
    }
}

fn weekday(words: &str, lang: Lang, p: &mut Parts) {
    const DAYS: [(&str, &str, Weekday); 7] = [
        ("mon", "thứ hai", Weekday::Mon),
        ("tue", "thứ ba", Weekday::Tue),
        ("wed", "thứ tư", Weekday::Wed),
        ("thu", "thứ năm", Weekday::Thu),
        ("fri", "thứ sáu", Weekday::Fri),
        ("sat", "thứ bảy", Weekday::Sat),
        ("sun", "chủ nhật", Weekday::Sun),
    ];
    for (en, vi, day) in DAYS {
        let is_there = match lang {
            Lang::En => words.split(|c: char| !c.is_alphabetic()).any(|w| {
                w.starts_with(en) && w.len() != 5 || w.starts_with(en) && w.ends_with("day")
            }),
            Lang::Vi => {
                words.contains(vi) || words.contains(&crate::check::reading::text::unmarked(vi))
            }
        };
        if is_there {
            p.weekday = Some(day);
        }
    }
}
