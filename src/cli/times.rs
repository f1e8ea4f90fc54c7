//! Times as people type them, in the workspace's zone. It reads no clock: the moment is an argument.

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;

use crate::domain::base::malformed::Malformed;
use crate::domain::base::time::{At, Moment, When, Window, resolve_local_time};

/// Which way a bare `HH:MM` points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Toward {
    /// Something past: the last such time.
    Past,
    /// Something to come: the next such time.
    Future,
    /// Either: the nearest such time.
    Either,
}

const FORMS: &str =
    "use RFC 3339, HH:MM, YYYY-MM-DD, YYYY-MM-DD HH:MM, 20/9, 20/9 14:00, -30m or +2h";

/// A day or an instant as typed.
///
/// # Errors
/// When it is none of the forms; the message lists them.
pub fn parse_when(text: &str, toward: Toward, now: At, zone: Tz) -> Result<When, Malformed> {
    let text = text.trim();
    let bad = || Malformed(format!("\"{text}\" is not a time; {FORMS}"));
    if let Ok(t) = DateTime::parse_from_rfc3339(text) {
        return Ok(When::At(t.with_timezone(&Utc)));
    }
    if text == "now" {
        return Ok(When::At(now));
    }
    if let Some(rest) = text.strip_prefix('-').or_else(|| text.strip_prefix('+')) {
        let period: crate::domain::base::time::Period = rest.parse().map_err(|_| bad())?;
        let sign = if text.starts_with('-') { -1 } else { 1 };
        return Ok(When::At(
            now + Duration::seconds(sign * period.as_seconds()),
        ));
    }
    for form in [
        "%Y-%m-%d %H:%M",
        "%Y-%m-%dT%H:%M",
        "%Y-%m-%d %H:%M:%S",
        "%Y-%m-%dT%H:%M:%S",
    ] {
        if let Ok(t) = NaiveDateTime::parse_from_str(text, form) {
            return Ok(When::At(local_instant(zone, t.date(), t.time())?));
        }
    }
    if let Ok(d) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Ok(When::Day(d));
    }
    if let Some(time) = parse_clock(text) {
        return Ok(When::At(nearest_time(time, toward, now, zone)?));
    }
    let (first, second) = text
        .split_once(' ')
        .map_or((text, None), |(a, b)| (a, Some(b.trim())));
    // `14:00 20/9` and `20/9 14:00` are both written.
    let (date, time) = match second {
        Some(b) if parse_clock(first).is_some() => (b, parse_clock(first)),
        Some(b) => (first, Some(parse_clock(b).ok_or_else(bad)?)),
        None => (first, None),
    };
    let day = day_month(date, toward, now, zone).ok_or_else(bad)?;
    Ok(match time {
        Some(t) => When::At(local_instant(zone, day, t)?),
        None => When::Day(day),
    })
}

fn parse_clock(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}

/// The instant of a local time. One that a change of clocks skips, or that comes twice, is asked about: a guess would
/// be wrong by an hour.
fn local_instant(zone: Tz, date: NaiveDate, time: NaiveTime) -> Result<At, Malformed> {
    let local = date.and_time(time);
    let shown = local.format("%Y-%m-%d %H:%M");
    match zone.from_local_datetime(&local) {
        chrono::LocalResult::Single(t) => Ok(t.with_timezone(&Utc)),
        chrono::LocalResult::Ambiguous(first, second) => Err(Malformed(format!(
            "{shown} comes twice in {zone}, because the clocks change: give {} or {}",
            first.to_rfc3339(),
            second.to_rfc3339()
        ))),
        chrono::LocalResult::None => Err(Malformed(format!(
            "there is no {shown} in {zone}: the clocks skip that hour; give another time, or RFC 3339 with its offset"
        ))),
    }
}

fn nearest_time(time: NaiveTime, toward: Toward, now: At, zone: Tz) -> Result<At, Malformed> {
    let today = now.with_timezone(&zone).date_naive();
    let at = resolve_local_time(zone, today, time);
    let days = match toward {
        Toward::Past if at > now => -1,
        Toward::Future if at <= now => 1,
        Toward::Either if at > now && at - now > Duration::hours(12) => -1,
        Toward::Either if at <= now && now - at > Duration::hours(12) => 1,
        _ => 0,
    };
    let day = today.checked_add_signed(Duration::days(days));
    local_instant(zone, day.unwrap_or(today), time)
}

/// `20/9` is the 20th of September: of the year that makes it nearest in the direction.
fn day_month(text: &str, toward: Toward, now: At, zone: Tz) -> Option<NaiveDate> {
    let mut parts = text.split('/');
    let day: u32 = parts.next()?.parse().ok()?;
    let month: u32 = parts.next()?.parse().ok()?;
    let year: Option<i32> = match parts.next() {
        Some(y) => Some(y.parse().ok()?),
        None => None,
    };
    if parts.next().is_some() {
        return None;
    }
    if let Some(year) = year {
        return NaiveDate::from_ymd_opt(year, month, day);
    }
    let today = now.with_timezone(&zone).date_naive();
    let this = NaiveDate::from_ymd_opt(today.year(), month, day);
    // Half a year decides: "2/1" typed in December is next January.
    match (toward, this) {
        (Toward::Future, Some(d)) if d < today - Duration::days(180) => {
            NaiveDate::from_ymd_opt(today.year() + 1, month, day)
        }
        (Toward::Past, Some(d)) if d > today => {
            NaiveDate::from_ymd_opt(today.year() - 1, month, day)
        }
        (_, found) => found,
    }
}

/// An instant as typed; a bare day is its beginning.
///
/// # Errors
/// When it is none of the forms.
pub fn parse_time(text: &str, toward: Toward, now: At, zone: Tz) -> Result<At, Malformed> {
    Ok(parse_when(text, toward, now, zone)?.begins_at(zone))
}

/// A moment in the past, `~` before it when only approximately known.
///
/// # Errors
/// When it is none of the forms.
pub fn parse_moment(text: &str, toward: Toward, now: At, zone: Tz) -> Result<Moment, Malformed> {
    let (about, rest) = match text.trim().strip_prefix('~') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    Ok(Moment {
        at: parse_time(rest, toward, now, zone)?,
        about,
    })
}

/// `EARLIEST..LATEST`, or `..LATEST`.
///
/// # Errors
/// When it is not of that form.
pub fn parse_window(text: &str, now: At, zone: Tz) -> Result<Window, Malformed> {
    window_toward(text, Toward::Future, now, zone)
}

/// The same for a window that may lie around now: hours in which something was measured.
///
/// # Errors
/// When it is not of that form.
pub fn window_toward(text: &str, toward: Toward, now: At, zone: Tz) -> Result<Window, Malformed> {
    let Some((from, to)) = text.split_once("..") else {
        return Err(Malformed(format!(
            "\"{text}\" is not a window; use EARLIEST..LATEST, for example 20/9..25/9"
        )));
    };
    let earliest = match from.trim() {
        "" => None,
        from => Some(parse_when(from, toward, now, zone)?),
    };
    let mut latest = parse_when(to, toward, now, zone)?;
    if let (Some(When::At(start)), Some(time)) = (earliest, parse_clock(to.trim())) {
        // `01:00..05:00` is one night.
        latest = When::At(nearest_time(time, Toward::Future, start, zone)?);
    }
    if let (Some(When::Day(start)), When::Day(end)) = (earliest, latest)
        && to.matches('/').count() == 1
        && end < start
        && (start - end).num_days() > 180
    {
        // `28/12..4/1` runs into the next year.
        latest = NaiveDate::from_ymd_opt(end.year() + 1, end.month(), end.day())
            .map_or(latest, When::Day);
    }
    Ok(Window { earliest, latest })
}

/// A moment for the eye, local: `12/09 21:40`, with the year when it is not this one.
pub fn format_time(at: At, now: At, zone: Tz) -> String {
    let (there, here) = (at.with_timezone(&zone), now.with_timezone(&zone));
    if there.year() == here.year() {
        there.format("%d/%m %H:%M").to_string()
    } else {
        there.format("%d/%m/%Y %H:%M").to_string()
    }
}

/// A description of an entry with its moments in local time: the record has them in UTC.
pub fn with_local_times(text: &str, now: At, zone: Tz) -> String {
    const LENGTH: usize = "2026-01-01T00:00:00Z".len();
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = rest.find('Z') {
        let (before, after) = rest.split_at(found + 1);
        let start = before.len().checked_sub(LENGTH);
        let moment = start.and_then(|s| Some((s, before.get(s..)?)));
        let read = moment.and_then(|(s, m)| Some((s, DateTime::parse_from_rfc3339(m).ok()?)));
        match read {
            Some((s, at)) => {
                shown.push_str(&before[..s]);
                shown.push_str(&format_time(at.with_timezone(&Utc), now, zone));
            }
            None => shown.push_str(before),
        }
        rest = after;
    }
    shown + rest
}

/// A window for the eye.
pub fn shown_window(w: &Window, now: At, zone: Tz) -> String {
    let end = |w: When| match w {
        When::Day(d) if d.year() == now.with_timezone(&zone).year() => {
            d.format("%d/%m").to_string()
        }
        When::Day(d) => d.format("%d/%m/%Y").to_string(),
        When::At(t) => format_time(t, now, zone),
    };
    match w.earliest {
        Some(e) => format!("{}..{}", end(e), end(w.latest)),
        None => format!("..{}", end(w.latest)),
    }
}

/// How long ago, or in how long: `2h05`, `35m`, `3d`.
pub fn format_length(seconds: i64) -> String {
    let s = seconds.unsigned_abs();
    match s {
        0..=59 => format!("{s}s"),
        60..=3599 => format!("{}m", s / 60),
        3600..=172_799 => format!("{}h{:02}", s / 3600, s % 3600 / 60),
        _ => format!("{}d", s / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> At {
        DateTime::parse_from_rfc3339("2026-09-12T00:10:00+07:00")
            .map(|t| t.with_timezone(&Utc))
            .unwrap_or_default()
    }
    const ZONE: Tz = chrono_tz::Asia::Ho_Chi_Minh;

    #[test]
    fn a_bare_time_points_back_or_ahead() {
        let yesterday = parse_time("23:50", Toward::Past, now(), ZONE).map(|t| t.to_rfc3339());
        assert_eq!(yesterday.as_deref(), Ok("2026-09-11T16:50:00+00:00"));
        let tonight = parse_time("23:50", Toward::Future, now(), ZONE).map(|t| t.to_rfc3339());
        assert_eq!(tonight.as_deref(), Ok("2026-09-12T16:50:00+00:00"));
    }

    #[test]
    fn moments_of_the_record_are_shown_in_local_time() {
        let shown = |text| with_local_times(text, now(), ZONE);
        assert_eq!(
            shown("promise 1: due 2026-09-12T03:00:00Z, Z 2025-12-31T18:00:00Z"),
            "promise 1: due 12/09 10:00, Z 01/01 01:00"
        );
        for same in ["AZ", "ở đây Z", "2026-99-12T03:00:00Z", "2026-09-12"] {
            assert_eq!(shown(same), same);
        }
    }

    #[test]
    fn days_and_months_find_their_year() {
        let d = |text, toward| parse_when(text, toward, now(), ZONE).map(|w| w.to_string());
        assert_eq!(d("20/9", Toward::Future).as_deref(), Ok("2026-09-20"));
        assert_eq!(d("2/1", Toward::Future).as_deref(), Ok("2027-01-02"));
        assert_eq!(d("20/9", Toward::Past).as_deref(), Ok("2025-09-20"));
        assert!(d("31/2", Toward::Future).is_err());
        assert!(d("soon", Toward::Future).is_err());
    }

    #[test]
    fn windows_run_over_the_night_and_the_year() {
        let w = |text| parse_window(text, now(), ZONE).map(|w| shown_window(&w, now(), ZONE));
        assert_eq!(w("20/9..25/9").as_deref(), Ok("20/09..25/09"));
        assert_eq!(w("23:00..05:00").as_deref(), Ok("12/09 23:00..13/09 05:00"));
        assert_eq!(w("28/12..4/1").as_deref(), Ok("28/12..04/01/2027"));
        assert!(w("20/9").is_err());
    }
}

#[cfg(test)]
#[path = "times_tests.rs"]
mod times_tests;
