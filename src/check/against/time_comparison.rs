//! Compares the parts of a time that a text gives with a time on record. Does not find times in texts.

use chrono::{Datelike, Duration, FixedOffset, NaiveDateTime, Timelike};

use crate::check::against::reference_facts::KnownTime;
use crate::check::reading::time_parts::Parts;

/// How the parts compare with a known time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// Every part that is given fits.
    Fits,
    /// A time of day is given that the record does not have.
    NoTimeOfDay,
    /// The day, month, year or weekday is another.
    OtherDay,
    /// The time of day is another.
    OtherTime,
    /// The text gives a time relative to now, which has no date to compare.
    Relative,
}

/// So many days of a window are looked at: one that is longer says nothing about a part of a month.
const DAYS_OF_WINDOW: usize = 100;

/// The end of a month, as people say it.
const LAST_DAYS: (u32, u32) = (24, 31);

/// How far a length of time may be off: so many minutes, or this share of it.
const LENGTH_OFF: i64 = 6;
const LENGTH_OFF_SHARE: f64 = 0.15;

/// Compares a time of a text with a known one. `zone` is the zone that the text names, `now` the moment of reading.
pub fn compare(
    p: &Parts,
    known: &KnownTime,
    zone: Option<FixedOffset>,
    now: Option<NaiveDateTime>,
) -> Compared {
    let known = zone.map_or_else(|| known.clone(), |z| known.shifted(z));
    if is_first_day(p, &known) && p.clock.is_none() {
        return Compared::Fits;
    }
    if p.is_month_end && p.day.is_none() {
        return compare_month_end(p, &known, now);
    }
    if let Some(days) = p.days_of_month.filter(|_| p.day.is_none()) {
        return compare_month_part(p.month.or(now.map(|n| n.month())), days, &known);
    }
    let is_other_date = p.day.is_some_and(|d| d != known.date.day())
        || p.first_day
            .zip(known.earliest)
            .is_some_and(|(first, e)| first != e.day())
        || p.month.is_some_and(|m| m != known.date.month())
        || p.year.is_some_and(|y| y != known.date.year())
        || p.weekday.is_some_and(|w| w != known.date.weekday());
    if is_other_date {
        return Compared::OtherDay;
    }
    let is_dated = p.day.is_some() || p.weekday.is_some();
    if let (Some(days), Some(now), false) = (p.days_from_now, now, is_dated)
        && !covers_day(&known, now + Duration::days(days))
    {
        return Compared::OtherDay;
    }
    let told_from_now = now.is_some() && p.days_from_now.is_some();
    match (p.clock, known.time) {
        (Some(clock), Some(t)) if !is_same_clock(p, clock, (t.hour(), t.minute())) => {
            Compared::OtherTime
        }
        (Some(_), None) => Compared::NoTimeOfDay,
        (Some(_), Some(_)) => Compared::Fits,
        (None, _) => match (p.minutes, p.hours) {
            (Some(minutes), _) if !is_dated && !told_from_now => now
                .map_or(Compared::Relative, |now| {
                    compare_length(minutes, &known, now)
                }),
            (_, Some((from, to))) if told_from_now || is_dated => {
                let is_within = |t: chrono::NaiveTime| (from..to).contains(&t.hour());
                match known.time {
                    Some(t) if !is_within(t) => Compared::OtherTime,
                    _ => Compared::Fits,
                }
            }
            _ if told_from_now => Compared::Fits,
            _ if p.relative || *p == Parts::default() => Compared::Relative,
            _ if !p.is_exact() => Compared::Relative,
            _ => Compared::Fits,
        },
    }
}

/// The first day of a window alone: "the repair begins on 28 September".
fn is_first_day(p: &Parts, known: &KnownTime) -> bool {
    known.earliest.is_some_and(|e| {
        p.first_day.is_none() && p.day == Some(e.day()) && p.month.is_none_or(|m| m == e.month())
    })
}

/// "In mid-October", "in the second week of October": some day of the window on record lies in it.
fn compare_month_part(month: Option<u32>, (from, to): (u32, u32), known: &KnownTime) -> Compared {
    let first = known.earliest.unwrap_or(known.date);
    let days = first.iter_days().take_while(|day| *day <= known.date);
    let mut days = days.take(DAYS_OF_WINDOW);
    let is_in =
        days.any(|d| month.is_none_or(|m| m == d.month()) && (from..=to).contains(&d.day()));
    if is_in {
        Compared::Fits
    } else {
        Compared::OtherDay
    }
}

/// "By the end of September", "by the end of this month": the last day of it.
fn compare_month_end(p: &Parts, known: &KnownTime, now: Option<NaiveDateTime>) -> Compared {
    let is_last = known.date.succ_opt().is_none_or(|next| next.day() == 1);
    let month = p.month.or(now.map(|n| n.month()));
    match (is_last, month) {
        (_, None) => Compared::Relative,
        (true, Some(month)) if month == known.date.month() => Compared::Fits,
        // The end of a month is no single day where the record has a window.
        (_, month) if known.earliest.is_some() => compare_month_part(month, LAST_DAYS, known),
        _ => Compared::OtherDay,
    }
}

/// Eight o'clock without a part of the day is eight in the morning or in the evening.
fn is_same_clock(p: &Parts, (hour, minute): (u32, u32), known: (u32, u32)) -> bool {
    (hour % 24, minute) == known || p.is_twelve_hour && ((hour + 12) % 24, minute) == known
}

fn covers_day(known: &KnownTime, moment: NaiveDateTime) -> bool {
    let day = moment.date();
    known.earliest.unwrap_or(known.date) <= day && day <= known.date
}

/// "In 40 minutes", "for 40 minutes": a moment that far ahead of now, or behind it.
fn compare_length(minutes: i64, known: &KnownTime, now: NaiveDateTime) -> Compared {
    let Some(time) = known.time else {
        let ahead = now + Duration::minutes(minutes);
        let is_same = covers_day(known, ahead);
        return if is_same {
            Compared::Fits
        } else {
            Compared::OtherDay
        };
    };
    let off = (known.date.and_time(time) - now).num_minutes().abs() - minutes;
    let allowed = LENGTH_OFF.max((minutes as f64 * LENGTH_OFF_SHARE) as i64);
    if off.abs() <= allowed {
        Compared::Fits
    } else {
        Compared::OtherTime
    }
}
