//! Values in the forms of each language, by the Unicode locale data. It decides nothing about what may be said.

use std::cell::OnceCell;
use std::fmt::Display;

use chrono::{DateTime, Datelike, NaiveDate, Timelike};
use chrono_tz::Tz;
use icu_calendar::{Date, Gregorian};
use icu_datetime::FixedCalendarDateTimeFormatter;
use icu_datetime::fieldsets::{MD, YMD};
use icu_decimal::DecimalFormatter;
use icu_list::ListFormatter;
use icu_list::options::ListFormatterOptions;
use icu_locale_core::Locale;
use thiserror::Error;

use crate::domain::base::decimal::{Decimal, Share};
use crate::domain::base::lang::Lang;
use crate::domain::base::terms;
use crate::domain::base::time::{At, Moment, Period, When, Window};
use crate::domain::base::unaccented::without_marks;
use crate::domain::base::value::{Named, Value};
use crate::domain::facts::evaluator::Style;
use crate::languages::fill_gaps;
use crate::languages::phrases::{Number, Time};
use crate::render::approximate_share;

/// How a placeholder asks for its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    /// The form without a filter.
    #[default]
    Usual,
    /// Only the time of day.
    Time,
    /// Only the day, in the zone of the text.
    Date,
    /// A share in words.
    Band,
    /// How many entries a list has.
    Count,
}

/// Why a value has no such form, with the type that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ShapeError {
    #[error("band takes a share, not a {0}")]
    Band(&'static str),
    #[error("count takes a list, not a {0}")]
    Count(&'static str),
    #[error("time takes an instant, not a {0}")]
    Time(&'static str),
    #[error("date takes an instant or a date, not a {0}")]
    Date(&'static str),
    /// A phrase of a catalogue lacks this language.
    #[error("there is no text in \"{0}\"")]
    MissingText(Lang),
}

/// Everything besides the value that its form depends on.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The form of the text.
    pub style: Style,
    /// The zone of local times.
    pub zone: Tz,
    /// The moment that the text speaks of: its year goes without saying.
    pub as_of: At,
    /// A list may become as long as lists get; the parts of one link do not.
    pub may_grow: bool,
}

pub(super) fn locale_of(lang: Lang) -> Locale {
    let tag = lang.shipped_words().phrase_text(Number::UnicodeLocale);
    tag.parse().unwrap_or(Locale::UNKNOWN)
}

/// The value in words, or why it has no such form.
///
/// # Errors
/// When the shape does not fit the type.
pub fn format_value(value: &Value, shape: Shape, setting: Setting) -> Result<String, ShapeError> {
    let text = format_with_marks(value, shape, setting)?;
    Ok(match setting.style {
        style if style.plain => without_marks(&text, style.lang).into_owned(),
        // A dash is not in the GSM alphabet, and cannot be read aloud.
        style if style.hyphen => text.replace(['–', '—'], "-"),
        style if style.in_words => text.replace(['–', '—'], " "),
        _ => text,
    })
}

fn format_with_marks(value: &Value, shape: Shape, setting: Setting) -> Result<String, ShapeError> {
    let lang = setting.style.lang;
    if setting.style.longest
        && let Some(text) = longest_form(value, shape, setting)
    {
        return Ok(text);
    }
    Ok(match (value, shape) {
        (Value::Share(s), Shape::Band) => approximate_share::share_in_words(*s, lang).to_owned(),
        (_, Shape::Band) => return Err(ShapeError::Band(value.type_name())),
        (Value::List(l), Shape::Count) => format_number(l.len() as i64 * 1000, lang),
        (_, Shape::Count) => {
            return Err(ShapeError::Count(value.type_name()));
        }
        (Value::Instant(m), Shape::Time) => {
            format_clock(m.at.with_timezone(&setting.zone), setting.style)
        }
        (Value::Instant(m), Shape::Date) => {
            format_day(m.at.with_timezone(&setting.zone).date_naive(), setting)
        }
        (Value::Date(d), Shape::Date) => format_day(*d, setting),
        (_, Shape::Time) => {
            return Err(ShapeError::Time(value.type_name()));
        }
        (_, Shape::Date) => {
            return Err(ShapeError::Date(value.type_name()));
        }
        (Value::Count(n), _) => format_number((*n).min(1 << 50) as i64 * 1000, lang),
        (Value::Decimal(d), _) => format_number(d.thousandths(), lang),
        (Value::Share(s), _) => format_share(*s, setting.style),
        (Value::Date(d), _) => format_on_day(*d, setting),
        (Value::Instant(m), _) => format_instant(*m, setting),
        (Value::Window(w), _) => format_window(w, setting),
        (Value::Duration(p), _) => format_duration(*p, lang),
        (Value::State(s), _) => terms::words_for_state(s, lang).to_owned(),
        (Value::Link(n), _) => n.names.get_or_any(lang).to_owned(),
        (Value::List(l), _) => format_list(l, setting.style),
        (Value::Phrase(t), _) => match t.get(lang) {
            Some(text) => text.to_owned(),
            None => return Err(ShapeError::MissingText(lang)),
        },
    })
}

/// The longest form that a type can take, to bound a text by day. None where the value itself is the bound.
fn longest_form(value: &Value, shape: Shape, setting: Setting) -> Option<String> {
    let lang = setting.style.lang;
    let date = NaiveDate::from_ymd_opt(2030, 12, 28)?;
    let year_less = Setting {
        as_of: crate::domain::base::time::resolve_local_time(
            setting.zone,
            date,
            chrono::NaiveTime::MIN,
        ),
        ..setting
    };
    let at = crate::domain::base::time::resolve_local_time(
        setting.zone,
        date,
        chrono::NaiveTime::from_hms_opt(22, 55, 0)?,
    );
    match (value, shape) {
        (Value::Share(_), Shape::Band) => {
            Some(approximate_share::longest_share_words(lang).to_owned())
        }
        (Value::Share(_), _) => Some(format_share(Share::from_permille(885), setting.style)),
        (Value::Instant(m), Shape::Usual) => {
            Some(format_instant(Moment { at, about: m.about }, year_less))
        }
        (Value::Instant(_) | Value::Date(_), Shape::Date) => Some(format_day(date, year_less)),
        (
            Value::Window(Window {
                earliest: Some(_), ..
            }),
            _,
        ) => {
            let from = NaiveDate::from_ymd_opt(2030, 11, 28)?;
            Some(format_window(
                &Window {
                    earliest: Some(When::Day(from)),
                    latest: When::Day(date),
                },
                year_less,
            ))
        }
        (Value::List(l), Shape::Usual) if !l.is_empty() && setting.may_grow => {
            let widest = l
                .iter()
                .max_by_key(|n| n.names.get_or_any(lang).chars().count())?;
            let many = vec![widest.clone(); setting.style.max_names + 99];
            Some(format_list(&many, setting.style))
        }
        _ => None,
    }
}

fn to_text(parts: impl Display) -> String {
    parts.to_string()
}

/// A number given in thousandths.
fn format_number(thousandths: i64, lang: Lang) -> String {
    let mut decimal = fixed_decimal::Decimal::from(thousandths);
    decimal.multiply_pow10(-3);
    decimal.trim_end();
    match DecimalFormatter::try_new((&locale_of(lang)).into(), Default::default()) {
        Ok(f) => to_text(f.format(&decimal)),
        Err(_) => Decimal::from_thousandths(thousandths).to_string(),
    }
}

fn format_share(s: Share, style: Style) -> String {
    let figure = format_number(i64::from(s.permille()) * 100, style.lang);
    if style.in_words {
        let words = style.lang.shipped_words();
        return words.fill_phrase(Number::ShareInWords, &[("figure", &figure)]);
    }
    format!("{figure}%")
}

fn format_clock(there: DateTime<Tz>, style: Style) -> String {
    let (h, m) = (there.hour(), there.minute());
    let words = style.lang.shipped_words();
    if !style.in_words {
        let (hh, mm) = (format!("{h:02}"), format!("{m:02}"));
        return words.fill_phrase(Time::Clock, &[("h", &h), ("hh", &hh), ("mm", &mm)]);
    }
    let half = words.phrase_text(if h < 12 {
        Time::BeforeNoon
    } else {
        Time::AfterNoon
    });
    let hour = if h % 12 == 0 { 12 } else { h % 12 };
    let form = match m {
        0 => Time::HourInWords,
        1..=9 => Time::HourAndFewInWords,
        _ => Time::HourAndMinutesInWords,
    };
    let mm = format!("{m:02}");
    let read = words.fill_phrase(
        form,
        &[
            ("h", &h),
            ("hour", &hour),
            ("m", &m),
            ("mm", &mm),
            ("half", &half),
        ],
    );
    match style.no_colon {
        true => read.replace(':', " "),
        false => read,
    }
}

fn gregorian_date(d: NaiveDate) -> Option<Date<Gregorian>> {
    Date::try_new_gregorian(d.year(), d.month() as u8, d.day() as u8).ok()
}

/// A day, with its year only when that is not the year spoken of.
fn format_day(d: NaiveDate, setting: Setting) -> String {
    let this_year = d.year() == setting.as_of.with_timezone(&setting.zone).year();
    format_day_with(d, setting.style, this_year)
}

thread_local! {
    // Long dates by language, without and with the year. Made once: a page has dozens of them.
    static SHORT: [OnceCell<Option<FixedCalendarDateTimeFormatter<Gregorian, MD>>>; Lang::ALL.len()] =
        const { [const { OnceCell::new() }; Lang::ALL.len()] };
    static LONG: [OnceCell<Option<FixedCalendarDateTimeFormatter<Gregorian, YMD>>>; Lang::ALL.len()] =
        const { [const { OnceCell::new() }; Lang::ALL.len()] };
}

/// A day as it stands in a sentence.
fn format_on_day(d: NaiveDate, setting: Setting) -> String {
    let words = setting.style.lang.shipped_words();
    words.fill_phrase(Time::OnDay, &[("date", &format_day(d, setting))])
}

fn format_day_with(d: NaiveDate, style: Style, this_year: bool) -> String {
    let form = style
        .lang
        .shipped_words()
        .phrase_text(match (style.in_words, this_year) {
            (true, true) => Time::DayInWords,
            (true, false) => Time::DayYearInWords,
            (false, true) => Time::Day,
            (false, false) => Time::DayYear,
        });
    let long = match form.contains("{long}") {
        true => long_date(d, style.lang, this_year),
        false => String::new(),
    };
    let (day, month, year) = (d.day(), d.month(), d.year());
    fill_gaps(
        form,
        &[
            ("day", &day),
            ("month", &month),
            ("year", &year),
            ("long", &long),
        ],
    )
}

/// The long form of the Unicode locale data.
fn long_date(d: NaiveDate, lang: Lang, this_year: bool) -> String {
    let formatted = gregorian_date(d).and_then(|date| {
        let prefs = (&locale_of(lang)).into();
        if this_year {
            let made = || FixedCalendarDateTimeFormatter::try_new(prefs, MD::long()).ok();
            SHORT.with(|f| {
                let made = f[lang.index()].get_or_init(made).as_ref();
                Some(to_text(made?.format(&date)))
            })
        } else {
            let made = || FixedCalendarDateTimeFormatter::try_new(prefs, YMD::long()).ok();
            LONG.with(|f| {
                let made = f[lang.index()].get_or_init(made).as_ref();
                Some(to_text(made?.format(&date)))
            })
        }
    });
    match formatted {
        Some(text) if d.day() == 1 => text.replacen('1', &day_of_month(d, lang), 1),
        Some(text) => text,
        None => d.to_string(),
    }
}

/// The number of a day, as the language writes it: the first of a month may have a form of its own.
fn day_of_month(d: NaiveDate, lang: Lang) -> String {
    match d.day() {
        1 => lang.shipped_words().phrase_text(Time::FirstDay).to_owned(),
        day => day.to_string(),
    }
}

fn format_instant(m: Moment, setting: Setting) -> String {
    let there = m.at.with_timezone(&setting.zone);
    let time = format_clock(there, setting.style);
    let date = format_day(there.date_naive(), setting);
    let words = setting.style.lang.shipped_words();
    let about = match m.about {
        true => words.phrase_text(Time::About),
        false => "",
    };
    let is_today = there.date_naive() == setting.as_of.with_timezone(&setting.zone).date_naive();
    let phrase = match setting.style.leaves_out_today && is_today {
        true => Time::AtToday,
        false => Time::At,
    };
    words.fill_phrase(
        phrase,
        &[("about", &about), ("time", &time), ("date", &date)],
    )
}

fn format_end(w: When, setting: Setting) -> String {
    match w {
        When::Day(d) => format_on_day(d, setting),
        When::At(t) => format_instant(Moment::exact(t), setting),
    }
}

fn format_window(w: &Window, mut setting: Setting) -> String {
    // Two ends, of which one has a date and the other none, could be of one day or two.
    setting.style.leaves_out_today = false;
    let (lang, zone) = (setting.style.lang, setting.zone);
    let words = lang.shipped_words();
    let latest = format_end(w.latest, setting);
    let Some(earliest) = w.earliest else {
        return words.fill_phrase(Time::ByLatest, &[("latest", &latest)]);
    };
    let dash = match setting.style.in_words {
        false if setting.style.hyphen => "-",
        false => "–",
        true => words.phrase_text(Time::DashInWords),
    };
    let (first, last) = (earliest.local_day(zone), w.latest.local_day(zone));
    let days = |first: &dyn Display, last: &dyn Display| {
        words.fill_phrase(
            Time::Days,
            &[("first", first), ("dash", &dash), ("last", last)],
        )
    };
    match (earliest, w.latest) {
        (When::Day(a), When::Day(b)) if a == b => latest,
        (When::Day(a), When::Day(b)) if a.month() == b.month() && a.year() == b.year() => {
            days(&day_of_month(a, lang), &format_day(b, setting))
        }
        (When::Day(a), When::Day(b)) => {
            // Both years or none: half a date is another date.
            let as_of = setting.as_of.with_timezone(&zone).year();
            let this_year = a.year() == as_of && b.year() == as_of;
            let (a, b) = (
                format_day_with(a, setting.style, this_year),
                format_day_with(b, setting.style, this_year),
            );
            days(&a, &b)
        }
        (When::At(a), When::At(b)) if first == last => {
            let times = (
                format_clock(a.with_timezone(&zone), setting.style),
                format_clock(b.with_timezone(&zone), setting.style),
            );
            words.fill_phrase(
                Time::Between,
                &[
                    ("first", &times.0),
                    ("dash", &dash),
                    ("last", &times.1),
                    ("date", &format_day(last, setting)),
                ],
            )
        }
        _ => {
            let first = format_end(earliest, setting);
            words.fill_phrase(Time::FromTo, &[("first", &first), ("last", &latest)])
        }
    }
}

fn format_duration(p: Period, lang: Lang) -> String {
    let minutes = p.as_seconds() / 60;
    let (days, hours, rest) = (minutes / 1440, minutes % 1440 / 60, minutes % 60);
    let unit = |n: i64, one, many| {
        let form = if n == 1 { one } else { many };
        lang.shipped_words().fill_phrase(form, &[("n", &n)])
    };
    let mut parts = Vec::new();
    if days > 0 {
        parts.push(unit(days, Time::DaysOne, Time::DaysMany));
    }
    if hours > 0 {
        parts.push(unit(hours, Time::HoursOne, Time::HoursMany));
    }
    if rest > 0 || parts.is_empty() {
        parts.push(unit(rest, Time::MinutesOne, Time::MinutesMany));
    }
    parts.join(" ")
}

fn format_list(names: &[Named], style: Style) -> String {
    let lang = style.lang;
    let mut shown: Vec<String> = names
        .iter()
        .take(style.max_names)
        .map(|n| n.names.get_or_any(lang).to_owned())
        .collect();
    let rest = names.len().saturating_sub(style.max_names);
    if rest > 0 {
        let form = if rest == 1 {
            Number::OthersOne
        } else {
            Number::OthersMany
        };
        shown.push(lang.shipped_words().fill_phrase(form, &[("n", &rest)]));
    }
    join_list(&shown, lang)
}

/// Names as a list of the language: "a, b and c".
pub(crate) fn join_list(names: &[String], lang: Lang) -> String {
    match ListFormatter::try_new_and((&locale_of(lang)).into(), ListFormatterOptions::default()) {
        Ok(f) => to_text(f.format(names.iter())),
        Err(_) => names.join(", "),
    }
}
