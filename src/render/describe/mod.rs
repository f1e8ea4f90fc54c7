//! One line of English for what an entry of the record says, for staff. Says nothing to customers; each group of payloads
//! has a file here.

mod link;
mod incident;
mod statement;
mod promise;
mod stock;
mod team;
mod delivery;
mod record;

use crate::domain::record::payload::EventPayload;

/// One line about what an entry of the record says.
pub fn describe_payload(payload: &EventPayload) -> String {
    match payload {
        EventPayload::Link(event) => link::describe_link(event),
        EventPayload::Incident(event) => incident::describe_incident(event),
        EventPayload::Statement(event) => statement::describe_statement(event),
        EventPayload::Promise(event) => promise::describe_promise(event),
        EventPayload::Stock(event) => stock::describe_stock(event),
        EventPayload::Team(event) => team::describe_team(event),
        EventPayload::Delivery(event) => delivery::describe_delivery(event),
        EventPayload::Record(event) => record::describe_record(event),
    }
}
