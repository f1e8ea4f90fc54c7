//! What an entry of the record says, in eight groups. Decides nothing: whether a payload may enter is for `admission`,
//! what it changes for `state`.

use std::borrow::Cow;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::domain::record::delivery_event::DeliveryEvent;
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::link_event::LinkEvent;
use crate::domain::record::promise_event::PromiseEvent;
use crate::domain::record::record_event::RecordEvent;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::record::stock_event::StockEvent;
use crate::domain::record::team_event::TeamEvent;

/// What one entry of the record says. In JSON an object whose `kind` is the name of the variant inside of the group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum EventPayload {
    /// A report about a link.
    Link(LinkEvent),
    /// A step in the life of an incident.
    Incident(IncidentEvent),
    /// A statement or its approval.
    Statement(StatementEvent),
    /// A step in the life of a promise.
    Promise(PromiseEvent),
    /// An amount of a resource.
    Stock(StockEvent),
    /// A change in the team.
    Team(TeamEvent),
    /// A step of a delivery.
    Delivery(DeliveryEvent),
    /// An entry about the record itself.
    Record(RecordEvent),
}

impl EventPayload {
    const KINDS: [&'static [&'static str]; 8] = [
        LinkEvent::KINDS,
        IncidentEvent::KINDS,
        StatementEvent::KINDS,
        PromiseEvent::KINDS,
        StockEvent::KINDS,
        TeamEvent::KINDS,
        DeliveryEvent::KINDS,
        RecordEvent::KINDS,
    ];

    /// The kinds that this version understands, as they are written in the record.
    pub fn kinds() -> impl Iterator<Item = &'static str> {
        Self::KINDS.into_iter().flatten().copied()
    }

    /// The kind as it is written in the record.
    pub fn kind(&self) -> &'static str {
        match self {
            EventPayload::Link(event) => event.kind(),
            EventPayload::Incident(event) => event.kind(),
            EventPayload::Statement(event) => event.kind(),
            EventPayload::Promise(event) => event.kind(),
            EventPayload::Stock(event) => event.kind(),
            EventPayload::Team(event) => event.kind(),
            EventPayload::Delivery(event) => event.kind(),
            EventPayload::Record(event) => event.kind(),
        }
    }

    /// Reads a payload from its JSON object; `None` for an unknown kind.
    fn from_json(kind: &str, json: &str) -> serde_json::Result<Option<Self>> {
        if let Some(event) = DeliveryEvent::from_json(kind, json)? {
            return Ok(Some(EventPayload::Delivery(event)));
        }
        if let Some(event) = LinkEvent::from_json(kind, json)? {
            return Ok(Some(EventPayload::Link(event)));
        }
        if let Some(event) = IncidentEvent::from_json(kind, json)? {
            return Ok(Some(EventPayload::Incident(event)));
        }
        if let Some(event) = StatementEvent::from_json(kind, json)? {
            return Ok(Some(EventPayload::Statement(event)));
        }
        if let Some(event) = PromiseEvent::from_json(kind, json)? {
            return Ok(Some(EventPayload::Promise(event)));
        }
        if let Some(event) = StockEvent::from_json(kind, json)? {
            return Ok(Some(EventPayload::Stock(event)));
        }
        if let Some(event) = TeamEvent::from_json(kind, json)? {
            return Ok(Some(EventPayload::Team(event)));
        }
        let event = RecordEvent::from_json(kind, json)?;
        Ok(event.map(EventPayload::Record))
    }

    /// True when nothing that is said to customers can rest on it, so that it disturbs no decision made before it.
    pub fn is_aside(&self) -> bool {
        match self {
            EventPayload::Incident(event) => matches!(event, IncidentEvent::NoteTaken { .. }),
            EventPayload::Statement(event) => {
                matches!(event, StatementEvent::DraftSubmitted { .. })
            }
            EventPayload::Promise(event) => matches!(event, PromiseEvent::PromiseAccepted { .. }),
            EventPayload::Team(event) => matches!(
                event,
                TeamEvent::ShiftHandedOver { .. }
                    | TeamEvent::ShiftAccepted { .. }
                    | TeamEvent::PersonAdded { .. }
                    | TeamEvent::RoleGranted { .. }
                    | TeamEvent::KeyTrusted { .. }
            ),
            EventPayload::Record(event) => matches!(event, RecordEvent::Reminded { .. }),
            EventPayload::Delivery(_) => true,
            EventPayload::Link(_) | EventPayload::Stock(_) => false,
        }
    }

    /// True for a step of a delivery, which fits the record whatever came before.
    pub fn is_delivery(&self) -> bool {
        matches!(self, EventPayload::Delivery(_))
    }

    /// True when `retract` may take it back. What was said to customers cannot be unsaid.
    pub fn is_retractable(&self) -> bool {
        match self {
            EventPayload::Link(_) => true,
            EventPayload::Incident(event) => matches!(
                event,
                IncidentEvent::FactNoted { .. }
                    | IncidentEvent::NoteTaken { .. }
                    | IncidentEvent::SentenceWritten { .. }
                    | IncidentEvent::ScopeChanged { .. }
            ),
            _ => false,
        }
    }
}

/// The part of a payload that says how to read the rest.
#[derive(Deserialize)]
struct Tag<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
}

impl<'de> Deserialize<'de> for EventPayload {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        let read = serde_json::from_str::<Tag<'_>>(json.get())
            .and_then(|tag| Ok((Self::from_json(&tag.kind, json.get())?, tag)));
        match read {
            Ok((Some(payload), _)) => Ok(payload),
            Ok((None, tag)) => Err(D::Error::custom(format!("unknown kind `{}`", tag.kind))),
            Err(error) => Err(D::Error::custom(without_place(&error))),
        }
    }
}

/// The error's text without line and column, which count from the beginning of the payload: the reader of the whole
/// event adds its own.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}
