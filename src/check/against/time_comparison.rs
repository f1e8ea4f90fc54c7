//! Compares the parts of a time that a text gives with a time on record. Does not find times in texts.

use chrono::{Datelike, FixedOffset, Timelike};

use crate::check::against::reference_facts::KnownTime;
use crate::check::reading::time_parts::Parts;

/// How the parts compare with a known time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compared {
    /// Every part that is given fits.
    Fits,
    /// A part is given that the record does not have.
    More(&'static str),
    /// A part is another.
    Differs(&'static str),
    /// The text gives a time relative to now, which has no date to compare.
    Relative,
}

/// Compares a time of a text with a known one. `zone` is the zone that the text names.
pub fn compare(p: &Parts, known: &KnownTime, zone: Option<FixedOffset>) -> Compared {
    let known = match zone {
        Some(z) => known.shifted(z),
        None => known.clone(),
    };
    if let Some(d) = p.day
        && d != known.date.day()
    {
        return Compared::Differs("day");
    }
    if let (Some(first), Some(e)) = (p.first_day, known.earliest)
        && first != e.day()
    {
        return Compared::Differs("first day");
    }
    if let Some(m) = p.month
        && m != known.date.month()
    {
        return Compared::Differs("month");
    }
    if let Some(y) = p.year
        && y != known.date.year()
    {
        return Compared::Differs("year");
    }
    if let Some(w) = p.weekday
        && w != known.date.weekday()
    {
        return Compared::Differs("weekday");
    }
    match (p.clock, known.time) {
        (Some((h, m)), Some(t)) if (h % 24, m) != (t.hour(), t.minute()) => {
            Compared::Differs("time")
        }
        (Some(_), None) => Compared::More("time of day"),
        _ if p.relative => Compared::Relative,
        _ if *p == Parts::default() => Compared::Relative,
        _ => Compared::Fits,
    }
}
