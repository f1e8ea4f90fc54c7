//! One entry of the record: an envelope around a payload, chained by hash. Computes no hash and reads no file.

use crate::domain::base::digest::to_canonical_json;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::time::At;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::statement::StatementIssued;
use crate::domain::record::statement_event::StatementEvent;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use thiserror::Error;

/// The version of the format that is written: major.minor. Everything since 1.0 is read.
pub const VERSION: &str = "5.0";

/// The `prev` of the first event.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// Where an entry was first written while the record could not be reached: a side journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfflineOrigin {
    /// When it was noted, UTC.
    pub at: At,
    /// The name of the person who noted it.
    pub by: String,
    /// Its hash in the side journal.
    pub hash: String,
}

/// One entry of the record. The payload is another type only while an entry is being read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event<P = EventPayload> {
    /// The version of the format.
    pub v: String,
    /// The identifier of the record, made at random: in its first event alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// Its number, from 1 without gaps.
    pub seq: u64,
    /// When it was recorded, UTC.
    pub at: At,
    /// The name of the person who recorded it.
    pub by: String,
    /// The key that signed it, by its identifier; the signature stands beside the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// True when the time was given by hand, not read off the clock.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub clock_given: bool,
    /// Where it was first written, when that was a side journal; it joined the record at `at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub noted: Option<OfflineOrigin>,
    /// The incident that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<IncidentId>,
    /// The hash of the entry before.
    pub prev: String,
    /// What the entry says.
    #[serde(rename = "happening")]
    pub payload: P,
}

/// Where the record ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The number of the last event, 0 for an empty record.
    pub seq: u64,
    /// The hash of the last event.
    pub hash: String,
}

impl Head {
    /// The head of a record without events.
    pub fn empty() -> Self {
        Head {
            seq: 0,
            hash: GENESIS.to_owned(),
        }
    }
}

/// Why bytes cannot be read as an event.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum EventError {
    /// A newer program wrote it.
    #[error(
        "event {seq} is of format version {version}, newer than the {VERSION} that this program understands; use a newer saydo"
    )]
    Newer {
        /// The number of the event.
        seq: u64,
        /// The version that it was written in.
        version: String,
    },
    /// A kind that this version does not know.
    #[error(
        "event {seq} is of the kind \"{kind}\", which this program does not know; use a newer saydo"
    )]
    UnknownKind {
        /// The number of the event.
        seq: u64,
        /// The kind that is not known.
        kind: String,
    },
    /// The bytes are not the JSON of an event.
    #[error("event {seq} cannot be read: {why}")]
    Malformed {
        /// Its number, as far as known.
        seq: u64,
        /// What the reader of JSON says.
        why: String,
    },
}

impl Event {
    /// The canonical bytes, which the hash covers.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn to_canonical_json(&self) -> Result<String, EventError> {
        to_canonical_json(self).map_err(|error| EventError::Malformed {
            seq: self.seq,
            why: error.to_string(),
        })
    }

    /// Reads an event; `seq` is its number by its place, for the error.
    ///
    /// # Errors
    /// When it is newer, of an unknown kind, or not an event.
    pub fn parse_at(seq: u64, bytes: &str) -> Result<Event, EventError> {
        match Self::parse(bytes) {
            Ok(e) if is_read(&e.v) => Ok(e),
            Ok(e) => Err(EventError::Newer { seq, version: e.v }),
            Err(error) => Err(Self::why_unreadable(seq, bytes, &error)),
        }
    }

    fn parse(bytes: &str) -> Result<Event, serde_json::Error> {
        // Statements are large and most are never shown, so their renditions stay raw JSON.
        if bytes.contains("\"kind\":\"StatementIssued\"")
            && let Ok(event) = Self::parse_statement(bytes)
        {
            return Ok(event);
        }
        serde_json::from_str(bytes)
    }

    fn parse_statement(bytes: &str) -> Result<Event, serde_json::Error> {
        let raw: Event<&RawValue> = serde_json::from_str(bytes)?;
        let statement = StatementIssued::from_payload_json(raw.payload.get())?;
        let payload = StatementEvent::StatementIssued(statement);
        Ok(raw.with_payload(EventPayload::Statement(payload)))
    }

    /// The JSON of the payload inside the bytes of an event; none when they are not those of an event.
    pub(crate) fn payload_json(bytes: &str) -> Option<&str> {
        let raw: Event<&RawValue> = serde_json::from_str(bytes).ok()?;
        Some(raw.payload.get())
    }

    fn why_unreadable(seq: u64, bytes: &str, error: &serde_json::Error) -> EventError {
        if let Ok(value) = serde_json::from_str::<serde_json::Value>(bytes) {
            if let Some(version) = value["v"].as_str()
                && !is_read(version)
            {
                return EventError::Newer {
                    seq,
                    version: version.chars().take(20).collect(),
                };
            }
            if let Some(kind) = value["happening"]["kind"].as_str()
                && !EventPayload::kinds().any(|known| known == kind)
            {
                return EventError::UnknownKind {
                    seq,
                    kind: kind.chars().take(60).collect(),
                };
            }
        }
        EventError::Malformed {
            seq,
            why: error.to_string(),
        }
    }
}

impl<P> Event<P> {
    fn with_payload<Q>(self, payload: Q) -> Event<Q> {
        Event {
            v: self.v,
            record: self.record,
            seq: self.seq,
            at: self.at,
            by: self.by,
            key: self.key,
            clock_given: self.clock_given,
            noted: self.noted,
            incident: self.incident,
            prev: self.prev,
            payload,
        }
    }
}

/// Majors 2 to 5 added kinds of payloads and changed none.
fn is_read(version: &str) -> bool {
    matches!(version.split('.').next(), Some("1" | "2" | "3" | "4" | "5"))
}
