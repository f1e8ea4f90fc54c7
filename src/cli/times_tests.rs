//! Reads the tables of times as people type them and as they are shown. It asks no clock.

use serde::Deserialize;

use super::{
    Toward, format_length, format_time, parse_moment, parse_time, parse_when, parse_window,
    shown_window, window_toward,
};
use crate::domain::base::malformed::Malformed;
use crate::testing::{ZONE, check_table, expect};

fn instant(text: &str) -> crate::domain::base::time::At {
    let parsed = chrono::DateTime::parse_from_rfc3339(text);
    parsed.unwrap_or_else(|e| panic!("{text}: {e}")).to_utc()
}

fn toward(text: Option<&str>) -> Toward {
    match text {
        None | Some("future") => Toward::Future,
        Some("past") => Toward::Past,
        Some("either") => Toward::Either,
        Some(other) => panic!("\"{other}\" is none of past, future, either"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TypedRow {
    typed: String,
    /// Which way it points: `future` when left out.
    toward: Option<String>,
    /// 12 September 2026, 10:00 in the zone, when left out.
    now: Option<String>,
    zone: Option<String>,
    /// As a day or an instant.
    is: Option<String>,
    /// As a moment, with its `~`.
    moment: Option<String>,
    /// As an instant: a bare day is its beginning.
    begins: Option<String>,
    #[serde(default)]
    refused: bool,
    /// What is said of a time that a change of the clocks skips or repeats.
    asked: Option<String>,
}

#[test]
fn times_are_read_as_people_type_them() {
    check_table("typed-times.yaml", |row: TypedRow| {
        let now = instant(row.now.as_deref().unwrap_or("2026-09-12T10:00:00+07:00"));
        let zone = row
            .zone
            .as_ref()
            .map_or(ZONE, |z| z.parse().unwrap_or_else(|e| panic!("{e}")));
        let toward = toward(row.toward.as_deref());
        if row.refused {
            let wanted = format!(
                "\"{}\" is not a time; use RFC 3339, HH:MM, YYYY-MM-DD, YYYY-MM-DD HH:MM, 20/9, 20/9 14:00, -30m or +2h",
                row.typed.trim()
            );
            return expect(
                "refusal",
                parse_when(&row.typed, toward, now, zone),
                Err(Malformed(wanted)),
            );
        }
        if let Some(wanted) = &row.asked {
            let asked = parse_when(&row.typed, toward, now, zone);
            return expect("question", asked, Err(Malformed(wanted.clone())));
        }
        let local = |t: crate::domain::base::time::At| t.with_timezone(&zone).to_rfc3339();
        if let Some(wanted) = &row.is {
            let got = parse_when(&row.typed, toward, now, zone)?;
            let got = match got {
                crate::domain::base::time::When::At(t) => local(t),
                day => day.to_string(),
            };
            expect("time", got, wanted.clone())?;
        }
        if let Some(wanted) = &row.begins {
            expect(
                "beginning",
                local(parse_time(&row.typed, toward, now, zone)?),
                wanted.clone(),
            )?;
        }
        if let Some(wanted) = &row.moment {
            let got = parse_moment(&row.typed, toward, now, zone)?;
            let about = if got.about { "~" } else { "" };
            expect(
                "moment",
                format!("{about}{}", local(got.at)),
                wanted.clone(),
            )?;
        }
        let asked = row.is.is_some() || row.begins.is_some() || row.moment.is_some();
        asked.then_some(()).ok_or("the row asks for nothing".into())
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WindowRow {
    typed: String,
    toward: Option<String>,
    now: Option<String>,
    is: Option<String>,
    refused: Option<String>,
}

#[test]
fn windows_are_read_as_people_type_them() {
    check_table("typed-windows.yaml", |row: WindowRow| {
        let now = instant(row.now.as_deref().unwrap_or("2026-09-12T10:00:00+07:00"));
        let read = match row.toward.as_deref() {
            None => parse_window(&row.typed, now, ZONE),
            other => window_toward(&row.typed, toward(other), now, ZONE),
        };
        let got = read.map(|w| shown_window(&w, now, ZONE));
        let wanted = match (row.is, row.refused) {
            (Some(is), None) => Ok(is),
            (None, Some(why)) => Err(Malformed(why)),
            _ => return Err("say `is` or `refused`".into()),
        };
        expect("window", got, wanted)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ShownRow {
    seconds: Option<i64>,
    at: Option<String>,
    is: String,
}

#[test]
fn times_are_shown_short() {
    check_table("shown-times.yaml", |row: ShownRow| {
        let now = instant("2026-09-12T10:00:00+07:00");
        let got = match (row.seconds, &row.at) {
            (Some(seconds), None) => format_length(seconds),
            (None, Some(text)) => format_time(instant(text), now, ZONE),
            _ => return Err("say `seconds` or `at`".into()),
        };
        expect("shown", got, row.is)
    });
}
