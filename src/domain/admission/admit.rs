//! Decides whether a payload may be recorded now: names exist, times are possible, words are ours. Writes nothing; each
//! group of payloads has a file `admit_*`.

use crate::domain::admission::admit_delivery::admit_delivery;
use crate::domain::admission::admit_incident::admit_incident;
use crate::domain::admission::admit_link::admit_link;
use crate::domain::admission::admit_promise::admit_promise;
use crate::domain::admission::admit_record::admit_record;
use crate::domain::admission::admit_statement::admit_statement;
use crate::domain::admission::admit_stock::admit_stock;
use crate::domain::admission::admit_team::admit_team;
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::time::At;
use crate::domain::facts::world::World;
use crate::domain::record::event::Event;
use crate::domain::record::payload::EventPayload;

/// Decides whether a payload may be recorded now. `find` looks an earlier event up by number.
///
/// # Errors
/// The refusal, which says what to do.
pub fn admit_payload(
    world: World<'_>,
    incident: Option<&str>,
    payload: &EventPayload,
    now: At,
    find: &dyn Fn(u64) -> Option<Event>,
) -> Result<(), Refusal> {
    match payload {
        EventPayload::Link(event) => admit_link(world, event, now),
        EventPayload::Incident(event) => admit_incident(world, incident, event, now),
        EventPayload::Statement(event) => admit_statement(event),
        EventPayload::Promise(event) => admit_promise(world, event, now),
        EventPayload::Stock(event) => admit_stock(world, event),
        EventPayload::Team(event) => admit_team(world, event),
        EventPayload::Delivery(event) => admit_delivery(world, event, now),
        EventPayload::Record(event) => admit_record(world.state, event, find),
    }
}
