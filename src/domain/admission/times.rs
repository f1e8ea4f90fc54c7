//! Whether a time or window is possible: in the accepted years, and not in the future when it is said to have been.

use crate::domain::admission::refusal::Refusal;
use crate::domain::base::time::{At, When, Window, YEARS, is_plausible, to_rfc3339};

/// How far ahead a time may lie, in seconds: clocks differ a little.
const AHEAD: i64 = 300;

/// Refuses a time that cannot have been yet.
pub(super) fn check_past(what: &str, at: At, now: At) -> Result<(), Refusal> {
    check_plausible(what, at)?;
    if (at - now).num_seconds() > AHEAD {
        return Err(Refusal::new(
            format!(
                "{what} {} lies in the future (now is {})",
                to_rfc3339(at),
                to_rfc3339(now)
            ),
            "give the time at which it was said or seen; HH:MM means the last such time",
        ));
    }
    Ok(())
}

fn check_plausible(what: &str, at: At) -> Result<(), Refusal> {
    if is_plausible(at) {
        return Ok(());
    }
    Err(Refusal::new(
        format!("{what} lies in the year {}", at.format("%Y")),
        format!(
            "years from {} to {} are accepted",
            YEARS.start(),
            YEARS.end()
        ),
    ))
}

/// Refuses a window that ends before it begins or lies outside of the accepted years.
///
/// # Errors
/// When it does.
pub fn check_window(w: &Window, zone: chrono_tz::Tz) -> Result<(), Refusal> {
    for end in w.earliest.iter().chain([&w.latest]) {
        check_plausible("the window", end.begins_at(zone))?;
    }
    if w.is_reversed(zone) {
        let begin = w.earliest.map(|e| e.to_string()).unwrap_or_default();
        return Err(Refusal::new(
            format!("the window ends before it begins: {begin}..{}", w.latest),
            "give EARLIEST..LATEST, for example 20/9..25/9",
        ));
    }
    Ok(())
}

/// Refuses a due time outside of the accepted years.
pub(super) fn check_due_time(due: When, zone: chrono_tz::Tz) -> Result<(), Refusal> {
    check_plausible("the due time", due.begins_at(zone))
}
