//! Reads the table of schedules: intervals, days, quiet hours and clock changes, and when the next update is. It speaks of no incident.

use chrono::DateTime;
use serde::Deserialize;

use super::{QuietHours, UpdateSchedule, is_within, next_update, time_of_day};
use crate::testing::{check_table, expect};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    schedule: UpdateSchedule,
    quiet_hours: Option<QuietHours>,
    /// When the incident was declared; at the beginning of the hour asked for when left out.
    declared: Option<String>,
    as_of: String,
    zone: Option<String>,
    next: String,
}

fn instant(text: &str) -> DateTime<chrono::FixedOffset> {
    DateTime::parse_from_rfc3339(text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

#[test]
fn the_next_update_follows_from_the_schedule() {
    check_table("schedules.yaml", |row: Row| {
        let zone = row.zone.as_deref().unwrap_or("Asia/Ho_Chi_Minh").parse();
        let zone: chrono_tz::Tz = zone.unwrap_or_else(|e| panic!("{e}"));
        let as_of = instant(&row.as_of).to_utc();
        let declared = row
            .declared
            .as_deref()
            .map_or(as_of, |d| instant(d).to_utc());
        let next = next_update(
            &row.schedule,
            row.quiet_hours.as_ref(),
            declared,
            as_of,
            zone,
        );
        // The offset is a part of what is compared: in the hour that a change of the clock repeats it tells which one is meant.
        let next = next.with_timezone(&zone).to_rfc3339();
        expect("next update", next, instant(&row.next).to_rfc3339())
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HoursRow {
    from: String,
    to: String,
    at: String,
    within: bool,
}

#[test]
fn hours_include_their_beginning_and_not_their_end() {
    check_table("hours.yaml", |row: HoursRow| {
        let hours = (time_of_day(&row.from), time_of_day(&row.to));
        let got = match hours {
            (Some(from), Some(to)) => {
                let at = instant(&format!("2026-09-12T{}+07:00", row.at)).to_utc();
                is_within(at, from, to, crate::testing::ZONE)
            }
            _ => return Err(format!("{} or {} is no time of day", row.from, row.to)),
        };
        expect("within", got, row.within)
    });
}

#[test]
fn a_time_of_day_has_hours_and_minutes() {
    for text in ["24:00", "7", "07:60", "", "soon", "07:00:00"] {
        assert!(time_of_day(text).is_none(), "{text}");
    }
    assert!(time_of_day("07:00").is_some());
}
