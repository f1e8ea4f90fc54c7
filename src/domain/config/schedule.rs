//! When we speak next: the update schedule of the playbook, put on the clock. Reads no clock itself.

use crate::domain::base::time::Period;
use crate::domain::base::time::{At, resolve_local_time, up_to_five_minutes};
use chrono::{Datelike, Duration, NaiveTime, Timelike};
use chrono_tz::Tz;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A time of day written `HH:MM`.
pub fn time_of_day(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}

/// The days of the week as written in an interval.
pub const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The least distance to an update at a time of day.
const LEAST_MINUTES: i64 = 15;

/// The next update after `as_of`, rounded up to five minutes.
pub fn next_update(
    schedule: &UpdateSchedule,
    quiet_hours: Option<&QuietHours>,
    declared: At,
    as_of: At,
    zone: Tz,
) -> At {
    let by_day = by_day(schedule, declared, as_of, zone);
    let Some((from, to)) =
        quiet_hours.and_then(|q| Some((time_of_day(&q.from)?, time_of_day(&q.to)?)))
    else {
        return by_day;
    };
    if !is_within(by_day, from, to, zone) {
        return by_day;
    }
    match schedule.in_quiet_hours {
        Some(every) => up_to_five_minutes(as_of + every.to_duration()),
        None => end_of_quiet(by_day, to, zone),
    }
}

fn by_day(schedule: &UpdateSchedule, declared: At, as_of: At, zone: Tz) -> At {
    let mut end = declared;
    for interval in &schedule.then {
        let next = next_of_interval(interval, as_of, zone);
        match interval.lasts {
            Some(lasts) => {
                end += lasts.to_duration();
                if as_of < end {
                    return next;
                }
            }
            None => return next,
        }
    }
    schedule.then.last().map_or_else(
        || up_to_five_minutes(as_of + schedule.first.to_duration()),
        |interval| next_of_interval(interval, as_of, zone),
    )
}

fn next_of_interval(interval: &UpdateInterval, as_of: At, zone: Tz) -> At {
    if let Some(every) = interval.every {
        return up_to_five_minutes(as_of + every.to_duration().max(Duration::minutes(5)));
    }
    let time = interval
        .at
        .as_deref()
        .and_then(time_of_day)
        .unwrap_or(NaiveTime::MIN);
    let today = as_of.with_timezone(&zone).date_naive();
    (0..15)
        .filter_map(|n| today.checked_add_days(chrono::Days::new(n)))
        .filter(|d| {
            let name = DAYS[d.weekday().num_days_from_monday() as usize];
            interval.days.is_empty() || interval.days.iter().any(|x| x == name)
        })
        .map(|d| resolve_local_time(zone, d, time))
        // A promise to write again in a few minutes is one that nobody can keep.
        .find(|t| *t >= as_of + Duration::minutes(LEAST_MINUTES))
        .unwrap_or(as_of + Duration::days(1))
}

/// True when a moment lies in these local hours; they may go over midnight.
pub fn is_within(at: At, from: NaiveTime, to: NaiveTime, zone: Tz) -> bool {
    let t = at.with_timezone(&zone).time();
    if from <= to {
        from <= t && t < to
    } else {
        t >= from || t < to
    }
}

fn end_of_quiet(at: At, to: NaiveTime, zone: Tz) -> At {
    let there = at.with_timezone(&zone);
    let same_day = there.time().num_seconds_from_midnight() < to.num_seconds_from_midnight();
    let day = if same_day {
        there.date_naive()
    } else {
        there.date_naive().succ_opt().unwrap_or(there.date_naive())
    };
    resolve_local_time(zone, day, to)
}

/// How often we speak for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateInterval {
    /// The distance between statements.
    #[serde(default)]
    pub every: Option<Period>,
    /// Or: daily at this time, `HH:MM`.
    #[serde(default)]
    pub at: Option<String>,
    /// Or: at that time, on these days only (`mon` ... `sun`).
    #[serde(default)]
    pub days: Vec<String>,
    /// For how long after the declaration; without end when absent.
    #[serde(default, rename = "for")]
    pub lasts: Option<Period>,
}

/// When we speak at one severity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateSchedule {
    /// The first notice, after the declaration.
    pub first: Period,
    /// Then, one after the other.
    #[serde(alias = "beats")]
    #[schemars(extend("x-old-name" = "beats"))]
    pub then: Vec<UpdateInterval>,
    /// The distance between statements in quiet hours; none are promised when absent.
    #[serde(default, alias = "night")]
    #[schemars(extend("x-old-name" = "night"))]
    pub in_quiet_hours: Option<Period>,
}

/// Hours in which customers are left in peace, local times `HH:MM`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// The local time at which it begins: `22:00`.
    pub from: String,
    /// The local time at which it ends: `06:00`.
    pub to: String,
}

impl QuietHours {
    /// True when a moment lies in these hours.
    pub fn holds_at(&self, at: At, zone: Tz) -> bool {
        let hours = time_of_day(&self.from).zip(time_of_day(&self.to));
        hours.is_some_and(|(from, to)| is_within(at, from, to, zone))
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod schedule_tests;
