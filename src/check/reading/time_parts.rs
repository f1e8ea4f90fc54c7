//! Reads the words of a time into day, month, weekday and clock time. Does not compare them with any other time, and
//! works out no date from "tomorrow".

use chrono::Weekday;
use regex::{Captures, Regex};
use serde::Deserialize;

use crate::check::reading::language_files::{PerLanguage, PerSpelling, Spelling};
use crate::check::reading::month_parts::{MonthPart, MonthParts};
use crate::check::reading::patterns::with_plain_digits;
use crate::check::reading::spelled_times::{
    bare_hour, bare_hour_in_words, weekday_in, with_numbered_days,
};
use crate::check::reading::text::{contains_any, has_word};
use crate::domain::base::lang::Lang;

/// The parts that a text gives of a time; what it leaves out is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// Day of the month.
    pub day: Option<u32>,
    /// First day of the month, where a range of days is given.
    pub first_day: Option<u32>,
    /// From 1 for January.
    pub month: Option<u32>,
    /// The year with all four digits.
    pub year: Option<i32>,
    /// As it is named in the text; it need not fit the date.
    pub weekday: Option<Weekday>,
    /// Hour and minute, in the zone of the text.
    pub clock: Option<(u32, u32)>,
    /// Relative to now: today, tomorrow, in two hours.
    pub relative: bool,
    /// So many days from today: 0 for "this morning", 1 for "tomorrow".
    pub days_from_now: Option<i64>,
    /// The hours of a part of the day that is named: from, and the first one after it.
    pub hours: Option<(u32, u32)>,
    /// A length of time, in minutes.
    pub minutes: Option<i64>,
    /// The days of a part of a month: from 8 to 22 for the middle of it.
    pub days_of_month: Option<(u32, u32)>,
    /// The last day of the month, whichever day that is.
    pub is_month_end: bool,
    /// The clock time is in words without a part of the day: eight may be 08:00 or 20:00.
    pub is_twelve_hour: bool,
}

impl Parts {
    /// It names a moment or a day, not a part of some day or a length alone.
    pub fn is_exact(&self) -> bool {
        let has_day = self.day.is_some() || self.month.is_some() || self.weekday.is_some();
        has_day || self.clock.is_some() || self.is_month_end || self.days_of_month.is_some()
    }
}

/// The file `time_parts.yaml`; what each entry means is said there.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PartWords {
    dates: Vec<DatePattern>,
    month_end: String,
    month_parts: Vec<MonthPart>,
    year: String,
    month_names: Vec<String>,
    weekdays: Vec<String>,
    weekdays_are_short: bool,
    relative: Vec<String>,
    length: String,
    days: Vec<(String, i64)>,
    parts_of_day: Vec<(String, u32, u32)>,
    units: Vec<(String, i64)>,
    numbers: Vec<(String, f64)>,
    past: Vec<String>,
    and_half: Vec<String>,
    range_words: Vec<String>,
    before_hour: Vec<String>,
    clocks: Vec<String>,
    halves: Halves,
    half_past: Vec<String>,
    named_hours: Vec<(String, u32)>,
    hour_words: Vec<String>,
    hour_mark: String,
    hour_words_come_first: bool,
    halves_after_words: Vec<String>,
    around_hours: Vec<String>,
    ordinals: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct DatePattern {
    is: String,
    #[serde(default)]
    complete: bool,
}

/// Words for the parts of a day that say which of two hours a number is.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Halves {
    morning: Vec<String>,
    noon: Vec<String>,
    afternoon: Vec<String>,
    night: Vec<String>,
}

static WORDS: PerLanguage<PartWords> = PerLanguage::new(|f| f.time_parts);

/// The patterns of one language, compiled.
#[derive(Debug)]
struct PartPatterns {
    dates: Vec<(Regex, bool)>,
    month_end: Regex,
    month_parts: MonthParts,
    year: Regex,
    length: Regex,
    clocks: Vec<Regex>,
}

impl PartPatterns {
    fn of(lang: Lang) -> Option<&'static PartPatterns> {
        static ALL: PerSpelling<Option<PartPatterns>> = PerSpelling::new();
        // The patterns are part of the program; a test compiles every one. They hold words with marks and without.
        let spelling = Spelling {
            lang,
            is_plain: false,
        };
        ALL.get_or_build(spelling, |s| PartPatterns::compile(WORDS.of(s.lang)).ok())
            .as_ref()
    }

    fn compile(words: &PartWords) -> Result<PartPatterns, regex::Error> {
        let compile = |pattern: &str| Regex::new(&with_plain_digits(pattern));
        let date = |p: &DatePattern| Ok((compile(&p.is)?, p.complete));
        Ok(PartPatterns {
            dates: words.dates.iter().map(date).collect::<Result<_, _>>()?,
            month_end: compile(&words.month_end)?,
            month_parts: MonthParts::compile(&words.month_parts)?,
            year: compile(&words.year)?,
            length: compile(&words.length)?,
            clocks: words
                .clocks
                .iter()
                .map(|c| compile(c))
                .collect::<Result<_, _>>()?,
        })
    }
}

/// So many of the first words in `relative` count even beside a clock time or a weekday.
const SURELY_RELATIVE: usize = 4;

/// Reads the words of a time, folded.
pub fn parts(words: &str, lang: Lang) -> Parts {
    let mut p = Parts::default();
    let own = WORDS.of(lang);
    let Some(patterns) = PartPatterns::of(lang) else {
        return p;
    };
    if let Some((days, c)) = patterns.month_parts.find(words) {
        p.days_of_month = Some(days);
        p.month = month_of(&c, own);
    }
    let numbered = with_numbered_days(words, &own.ordinals);
    let words = numbered.as_deref().unwrap_or(words);
    read_date(words, own, patterns, &mut p);
    if p.clock.is_none() {
        p.clock = clock_beside_date(words, own, patterns, p.year);
    }
    let part = own
        .parts_of_day
        .iter()
        .find(|(w, ..)| has_word(words, &[w]));
    p.hours = part.map(|(_, from, to)| (*from, *to));
    let bare = (p.clock.is_none() && p.day.is_none())
        .then(|| {
            bare_hour(words).or_else(|| {
                bare_hour_in_words(words, &own.hour_words, &own.around_hours, &own.parts_of_day)
            })
        })
        .flatten();
    p.clock = p.clock.or(bare.map(|hour| (hour, 0)));
    if let (Some((hour, minute)), Some((from, _))) = (p.clock, p.hours)
        && hour < 12
        && from >= 12
    {
        p.clock = Some((hour + 12, minute));
    }
    p.is_twelve_hour = bare.is_some()
        || p.clock.is_some_and(|(h, _)| (1..12).contains(&h))
            && (!words.bytes().any(|b| b.is_ascii_digit())
                || is_on_the_hour(words, own)
                || !own.hour_words_come_first && contains_any(words, &own.before_hour))
            && !own.parts_of_day.iter().any(|(w, ..)| has_word(words, &[w]));
    p.weekday = weekday_in(words, &own.weekdays, own.weekdays_are_short);
    let has = |word: &str| has_word(words, &[word]);
    p.days_from_now = own.days.iter().find(|(d, _)| has(d)).map(|(_, n)| *n);
    p.minutes = length_of(words, own);
    let is_length = patterns.length.is_match(words);
    let is_surely = own
        .relative
        .iter()
        .take(SURELY_RELATIVE)
        .any(|r| words.contains(r.as_str()));
    let is_alone = p.weekday.is_none() && p.clock.is_none();
    p.relative = p.day.is_none()
        && (contains_any(words, &own.relative) && is_alone || is_surely || is_length);
    if is_length {
        p.clock = None;
    }
    p
}

/// The clock time in words that may hold a date as well.
fn clock_beside_date(
    words: &str,
    own: &PartWords,
    patterns: &PartPatterns,
    year: Option<i32>,
) -> Option<(u32, u32)> {
    // The dots of a date are none of a clock time.
    let date = patterns.dates.iter().find_map(|(r, _)| r.find(words));
    let rest = date.map_or_else(
        || words.to_owned(),
        |d| {
            let blank = " ".repeat(d.len());
            format!("{}{blank}{}", &words[..d.start()], &words[d.end()..])
        },
    );
    let mut written = patterns.clocks.iter().flat_map(|r| r.captures_iter(&rest));
    written
        .find_map(|c| written_clock(&c, own, year))
        .or_else(|| spelled_clock(words, own))
}

/// The length of a time in minutes: "40 minutes", "half an hour", "bốn mươi phút".
fn length_of(words: &str, own: &PartWords) -> Option<i64> {
    let unit = own.units.iter().find_map(|(unit, minutes)| {
        let at = words.find(unit.as_str())?;
        Some((at, *minutes))
    });
    let (at, minutes) = unit?;
    let before = words[..at].trim_end_matches([' ', '-']);
    let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next()?;
    let count = match digits.parse::<u32>() {
        Ok(n) => f64::from(n),
        Err(_) => {
            let named = own
                .numbers
                .iter()
                .filter(|(w, _)| before.ends_with(w.as_str()));
            named.max_by_key(|(w, _)| w.len()).map(|(_, n)| *n)?
        }
    };
    let rest = &words[at..];
    let more = own.and_half.iter().any(|h| rest.contains(h.as_str()));
    let count = if more { count + 0.5 } else { count };
    // Months of minutes are far below the limit of the type.
    Some((count * minutes as f64) as i64)
}

fn number(c: &Captures<'_>, group: &str) -> Option<u32> {
    c.name(group)?.as_str().parse().ok()
}

fn read_date(words: &str, own: &PartWords, patterns: &PartPatterns, p: &mut Parts) {
    let found = patterns
        .dates
        .iter()
        .find_map(|(r, complete)| Some((r.captures(words)?, *complete)));
    if let Some((c, complete)) = found {
        let (c, first) = last_of_range(words, c, own, patterns);
        let until = number(&c, "until");
        p.day = until.or(number(&c, "day"));
        p.first_day = first
            .or(number(&c, "from"))
            .or(until.and(number(&c, "day")));
        p.month = month_of(&c, own);
        p.clock = number(&c, "hour").zip(number(&c, "minute"));
        if complete {
            p.year = number(&c, "year").and_then(|y| i32::try_from(y).ok());
            return;
        }
    }
    if p.day.is_none()
        && let Some(c) = patterns.month_end.captures(words)
    {
        p.is_month_end = true;
        p.month = p.month.or_else(|| month_of(&c, own));
    }
    if let Some(c) = patterns.year.captures(words) {
        p.year = number(&c, "year").and_then(|y| i32::try_from(y).ok());
    }
}

/// Of "28 September to 2 October" the last date, and the first day. A last date that is a range itself is taken alone.
fn last_of_range<'w>(
    words: &'w str,
    first: Captures<'w>,
    own: &PartWords,
    patterns: &PartPatterns,
) -> (Captures<'w>, Option<u32>) {
    let all = patterns
        .dates
        .iter()
        .map(|(r, _)| r.captures_iter(words).collect::<Vec<_>>());
    let several = all
        .into_iter()
        .find(|found| !found.is_empty())
        .unwrap_or_default();
    let places = |c: &Captures<'_>| c.get(0).map_or((0, 0), |m| (m.start(), m.end()));
    match several.into_iter().last() {
        Some(last) if places(&last).0 > places(&first).1 => {
            let between = words[places(&first).1..places(&last).0].trim();
            let is_range = own.range_words.iter().any(|w| w == between);
            let is_window = number(&last, "until").or(number(&last, "from")).is_some();
            let day = number(&first, "day").filter(|_| !is_window);
            if is_range { (last, day) } else { (first, None) }
        }
        _ => (first, None),
    }
}

fn month_of(c: &Captures<'_>, own: &PartWords) -> Option<u32> {
    number(c, "month").or_else(|| month_named(c.name("month_name")?.as_str(), own))
}

fn month_named(word: &str, own: &PartWords) -> Option<u32> {
    own.month_names
        .iter()
        .position(|m| word.starts_with(m.as_str()))
        .and_then(|i| u32::try_from(i + 1).ok())
}

/// The hour of the day for an hour on a clock of twelve, by the word for the part of the day.
fn hour_of_day(hour: u32, half: Option<&str>) -> u32 {
    let is = |list: fn(&Halves) -> &Vec<String>| {
        half.is_some_and(|half| {
            WORDS
                .all()
                .any(|w| list(&w.halves).iter().any(|word| word == half))
        })
    };
    match hour {
        12 if is(|h| &h.morning) => 0,
        h if h < 12 && is(|h| &h.afternoon) => h + 12,
        h if (6..12).contains(&h) && is(|h| &h.night) => h + 12,
        h if h < 3 && is(|h| &h.noon) => h + 12,
        h => h,
    }
}

/// A clock time in digits. Four digits alone are a year where none is given elsewhere and no hour has their value.
fn written_clock(c: &Captures<'_>, own: &PartWords, year: Option<i32>) -> Option<(u32, u32)> {
    for (hour, minute) in [("hour_2", "minute_2"), ("hour_3", "minute_3")] {
        if c.name(hour).is_some() {
            return number(c, hour).zip(number(c, minute));
        }
    }
    if c.name("bare_hour").is_some() {
        return number(c, "bare_hour")
            .zip(number(c, "bare_minute"))
            .filter(|(h, m)| year.is_none() && *h < 25 && *m < 60);
    }
    let minute = match c.name("minute").map(|m| m.as_str()) {
        Some(m) if own.half_past.iter().any(|w| w == m) => 30,
        Some(m) => m
            .split(' ')
            .next()
            .and_then(|m| m.parse().ok())
            .unwrap_or(0),
        None => 0,
    };
    let half = c.name("half").map(|m| m.as_str().replace('.', ""));
    if let Some(less) = number(c, "less").filter(|m| (1..60).contains(m)) {
        let hour = hour_of_day(number(c, "hour")?, half.as_deref());
        return Some(((hour + 23) % 24, 60 - less));
    }
    Some((hour_of_day(number(c, "hour")?, half.as_deref()), minute))
}

/// A clock time in words: "noon", "nine o'clock", "chín giờ sáng".
fn spelled_clock(words: &str, own: &PartWords) -> Option<(u32, u32)> {
    let named = own.named_hours.iter().find(|(n, _)| has_word(words, &[n]));
    if let Some((_, hour)) = named {
        return Some((*hour, 0));
    }
    for (hour, word) in own.hour_words.iter().enumerate().rev() {
        let mark = format!("{word}{}", own.hour_mark);
        let place = words.find(&mark).filter(|at| {
            !own.hour_words_come_first
                || !words[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '-')
        });
        if let Some(rest) = place.map(|at| &words[at + mark.len()..]) {
            let half = own
                .halves_after_words
                .iter()
                .find(|half| rest.contains(half.as_str()));
            let hour = u32::try_from(hour).ok()?;
            let rest = rest.trim_start();
            if let Some(less) = own
                .before_hour
                .iter()
                .find_map(|b| rest.strip_prefix(b.trim()))
            {
                let minute = spelled_minute(less.trim_start(), own);
                let hour = hour_of_day(hour, half.map(String::as_str));
                return Some(((hour + 23) % 24, 60 - minute.clamp(1, 59)));
            }
            let minute = spelled_minute(rest, own);
            return Some((hour_of_day(hour, half.map(String::as_str)), minute));
        }
    }
    clock_around_hour(words, own)
}

/// The minutes behind an hour in words: "chín giờ hai mươi", "chín giờ rưỡi".
fn spelled_minute(rest: &str, own: &PartWords) -> u32 {
    if own.half_past.iter().any(|h| rest.starts_with(h.as_str())) {
        return 30;
    }
    let named = own
        .numbers
        .iter()
        .filter(|(w, _)| rest.starts_with(w.as_str()));
    let minute = named.max_by_key(|(w, _)| w.len()).map(|(_, n)| *n as u32);
    minute.filter(|m| *m < 60).unwrap_or(0)
}

/// "8 o'clock": an hour of a clock of twelve, in digits.
fn is_on_the_hour(words: &str, own: &PartWords) -> bool {
    let mark = own.hour_mark.trim();
    own.hour_words_come_first && !mark.is_empty() && words.ends_with(mark)
}

/// "Twenty past nine", "quarter to ten", "nine twenty".
fn clock_around_hour(words: &str, own: &PartWords) -> Option<(u32, u32)> {
    let hour_of = |rest: &str| {
        let word = rest.split_whitespace().next()?;
        let named = own.hour_words.iter().position(|w| w == word);
        let hour = named
            .and_then(|n| u32::try_from(n).ok())
            .or(word.parse().ok())?;
        let half = own.parts_of_day.iter().find(|(w, ..)| has_word(rest, &[w]));
        Some(hour_of_day(hour, half.map(|(w, ..)| w.as_str())))
    };
    let minute_of = |before: &str| {
        let named = own
            .numbers
            .iter()
            .filter(|(w, _)| before.ends_with(w.as_str()));
        named.max_by_key(|(w, _)| w.len()).map(|(_, n)| {
            if *n < 1.0 {
                (*n * 60.0) as u32
            } else {
                *n as u32
            }
        })
    };
    for (marks, is_past) in [(&own.past, true), (&own.before_hour, false)] {
        for mark in marks {
            let Some((before, rest)) = words.split_once(mark.as_str()) else {
                continue;
            };
            if let (Some(minute), Some(hour)) = (minute_of(before), hour_of(rest)) {
                return Some(if is_past {
                    (hour, minute)
                } else {
                    ((hour + 23) % 24, 60 - minute)
                });
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::reading::language_files::read_languages;

    #[test]
    fn every_pattern_of_every_language_compiles() {
        WORDS.assert_read();
        for lang in read_languages() {
            let words = WORDS.of(lang);
            let dates = words.dates.iter().map(|d| &d.is);
            for text in
                dates
                    .chain(&words.clocks)
                    .chain([&words.year, &words.length, &words.month_end])
            {
                let error = Regex::new(text).err();
                assert!(error.is_none(), "{lang} {text}: {error:?}");
            }
            assert_eq!(words.weekdays.len(), 7, "{lang}");
            assert_eq!(words.month_names.len(), 12, "{lang}");
        }
    }
}
