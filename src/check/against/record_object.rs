//! Reads a plain record object (section 7 of the corpus guide): all that is known, in a few fields of JSON. What it
//! does not say is not so.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};
use serde::Deserialize;

use crate::check::against::reference_facts::{Cause, Known, KnownLink, KnownTime, State, folded};

/// Why a record object cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RecordObjectError {
    /// Its fields do not have the form of a record object.
    #[error(transparent)]
    Form(#[from] serde_json::Error),
    /// A link is in a state that texts do not speak of.
    #[error("link \"{link}\": \"{state}\" is not up, down, degraded or restored")]
    LinkState {
        /// As the object names the link.
        link: String,
        /// As it is given.
        state: String,
    },
    /// A field for a time holds something else.
    #[error("{field}: \"{text}\" is neither a date nor a time")]
    Time {
        /// `eta` or `next_update`.
        field: &'static str,
        /// As it is given.
        text: String,
    },
}

#[derive(Debug, Deserialize)]
struct RecordObject {
    links: BTreeMap<String, String>,
    #[serde(default)]
    lost_pct: Option<f64>,
    #[serde(default)]
    cause_confirmed: bool,
    #[serde(default)]
    cause: Option<String>,
    #[serde(default)]
    eta: Option<String>,
    #[serde(default)]
    next_update: Option<String>,
    #[serde(default)]
    vouchers: Option<u64>,
}

/// Reads a record object, alone or under `record`.
///
/// # Errors
/// When its form, the state of a link or a time is wrong.
pub fn from_record(value: &serde_json::Value) -> Result<Known, RecordObjectError> {
    let value = value.get("record").unwrap_or(value);
    let object: RecordObject = serde_json::from_value(value.clone())?;
    let links = object.links.iter().map(|(name, state)| link(name, state));
    Ok(Known {
        links: links.collect::<Result<_, _>>()?,
        lost: object.lost_pct,
        cause: match (object.cause_confirmed, &object.cause) {
            (false, _) => Cause::Open,
            (true, None) => Cause::Confirmed(Vec::new()),
            (true, Some(c)) => Cause::Confirmed(vec![folded(c)]),
        },
        eta: times("eta", object.eta)?,
        next_update: times("next_update", object.next_update)?,
        vouchers: object.vouchers,
        is_closed: true,
        ..Known::default()
    })
}

fn link(name: &str, state: &str) -> Result<KnownLink, RecordObjectError> {
    let state = match state {
        "up" => State::Up,
        "restored" => State::Restored,
        "degraded" => State::Degraded,
        "down" => State::Down,
        other => {
            return Err(RecordObjectError::LinkState {
                link: name.to_owned(),
                state: other.to_owned(),
            });
        }
    };
    Ok(KnownLink {
        names: vec![folded(name)],
        state: Some(state),
        events: Vec::new(),
        parent: None,
        is_claimed_up: false,
        is_back: false,
        is_at_risk: false,
        cause: None,
        window: None,
        left: None,
        is_located: false,
        is_open_contact: false,
        is_repairing: false,
        is_possibly_affected: false,
        is_rider: false,
        is_contact: false,
        is_region: false,
    })
}

fn times(field: &'static str, text: Option<String>) -> Result<Vec<KnownTime>, RecordObjectError> {
    let Some(text) = text else {
        return Ok(Vec::new());
    };
    match known_time(&text) {
        Some(time) => Ok(vec![time]),
        None => Err(RecordObjectError::Time { field, text }),
    }
}

fn known_time(text: &str) -> Option<KnownTime> {
    let with = |date: NaiveDate, time: Option<NaiveTime>, offset: Option<FixedOffset>| KnownTime {
        date,
        earliest: None,
        time,
        offset,
        events: Vec::new(),
    };
    if let Ok(d) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(with(d, None, None));
    }
    let padded = if text.ends_with('Z') && text.len() == 17 {
        format!("{}:00Z", &text[..16])
    } else {
        text.to_owned()
    };
    for form in ["%Y-%m-%dT%H:%M:%S%:z", "%Y-%m-%dT%H:%M%:z"] {
        if let Ok(t) = DateTime::parse_from_str(&padded.replace('Z', "+00:00"), form) {
            return Some(with(t.date_naive(), Some(t.time()), Some(*t.offset())));
        }
    }
    for form in ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"] {
        if let Ok(t) = NaiveDateTime::parse_from_str(text, form) {
            return Some(with(t.date(), Some(t.time()), None));
        }
    }
    None
}
