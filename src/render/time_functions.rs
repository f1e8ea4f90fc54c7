//! Functions of times in expressions: lengths such as `10m`, the next `17:00`, working days. Knows no public holidays.

use chrono::{DateTime, Datelike, Days, NaiveDate, Weekday};
use chrono_tz::Tz;
use minijinja::value::Value as V;
use minijinja::{Environment, Error, ErrorKind};

use crate::domain::base::time::{At, When, is_plausible, resolve_local_time};
use crate::domain::config::schedule::time_of_day;

/// The names of the functions.
pub const FUNCTIONS: [&str; 3] = ["at", "days", "working_days"];

/// Replaces lengths of time by seconds: `as_of + 10m` becomes `as_of + 600`. Text in quotes stays unchanged.
pub fn in_seconds(expression: &str) -> String {
    let mut out = String::with_capacity(expression.len());
    let mut quote: Option<char> = None;
    let mut digits = String::new();
    let mut before = ' ';
    let mut chars = expression.chars().peekable();
    while let Some(c) = chars.next() {
        if quote.is_none() && c.is_ascii_digit() && (!digits.is_empty() || !is_word(before)) {
            digits.push(c);
            before = c;
            continue;
        }
        if !digits.is_empty() {
            let scale = match c {
                's' => Some(1),
                'm' => Some(60),
                'h' => Some(3600),
                'd' => Some(86_400),
                _ => None,
            };
            let is_end = !chars.peek().is_some_and(|n| is_word(*n));
            match (scale.filter(|_| is_end), digits.parse::<i64>()) {
                (Some(scale), Ok(n)) => {
                    out.push_str(&n.saturating_mul(scale).to_string());
                    digits.clear();
                    before = c;
                    continue;
                }
                _ => out.push_str(&std::mem::take(&mut digits)),
            }
        }
        match quote {
            Some(q) if q == c => quote = None,
            None if c == '\'' || c == '"' => quote = Some(c),
            _ => {}
        }
        out.push(c);
        before = c;
    }
    out.push_str(&digits);
    out
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn moment_from_seconds(seconds: i64) -> Result<At, Error> {
    DateTime::from_timestamp(seconds, 0)
        .filter(|t| is_plausible(*t))
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "that is no time"))
}

/// Adds the functions: `at(time, 'HH:MM')` gives the next such time; `days(time, n)` and `working_days(time, n)` give a day.
pub fn add_functions(env: &mut Environment<'_>, zone: Tz) {
    env.add_function("at", move |from: i64, time: String| -> Result<i64, Error> {
        let from = moment_from_seconds(from)?;
        let wanted = time_of_day(&time).ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidOperation,
                format!("\"{time}\" is not a time of day HH:MM"),
            )
        })?;
        let today = from.with_timezone(&zone).date_naive();
        let first = resolve_local_time(zone, today, wanted);
        let next = today.checked_add_days(Days::new(1)).unwrap_or(today);
        let found = if first > from {
            first
        } else {
            resolve_local_time(zone, next, wanted)
        };
        Ok(found.timestamp())
    });
    env.add_function("days", move |from: i64, n: u16| -> Result<String, Error> {
        let day = moment_from_seconds(from)?.with_timezone(&zone).date_naive();
        Ok(days_later(day, n, false)?.to_string())
    });
    env.add_function(
        "working_days",
        move |from: i64, n: u16| -> Result<String, Error> {
            let day = moment_from_seconds(from)?.with_timezone(&zone).date_naive();
            Ok(days_later(day, n, true)?.to_string())
        },
    );
}

fn days_later(from: NaiveDate, n: u16, working: bool) -> Result<NaiveDate, Error> {
    let bad = || Error::new(ErrorKind::InvalidOperation, "that is too many days");
    if n > 3650 {
        return Err(bad());
    }
    let mut day = from;
    let mut left = n;
    while left > 0 {
        day = day.succ_opt().ok_or_else(bad)?;
        if !working || !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
            left -= 1;
        }
    }
    Ok(day)
}

/// Why the result of an expression is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    #[error("\"{0}\" is no day")]
    NoDay(String),
    /// It is neither a day nor seconds, or no year that makes sense.
    #[error("gives no time")]
    NoTime,
}

/// Reads the result of an expression: seconds since 1970, or a day.
///
/// # Errors
/// When the result is neither.
pub fn read_time(value: &V) -> Result<When, TimeError> {
    if let Some(day) = value.as_str() {
        return NaiveDate::parse_from_str(day, "%Y-%m-%d")
            .map(When::Day)
            .map_err(|_| TimeError::NoDay(day.to_owned()));
    }
    value
        .as_i64()
        .and_then(|s| DateTime::from_timestamp(s, 0))
        .filter(|t| is_plausible(*t))
        .map(When::At)
        .ok_or(TimeError::NoTime)
}

#[cfg(test)]
mod tests {
    use super::in_seconds;

    #[test]
    fn lengths_become_seconds_and_nothing_else_changes() {
        assert_eq!(in_seconds("as_of + 10m"), "as_of + 600");
        assert_eq!(
            in_seconds("at(as_of, '17:00') + 2h"),
            "at(as_of, '17:00') + 7200"
        );
        assert_eq!(in_seconds("x1m + 3"), "x1m + 3");
        assert_eq!(
            in_seconds("working_days(as_of, 5)"),
            "working_days(as_of, 5)"
        );
    }
}
