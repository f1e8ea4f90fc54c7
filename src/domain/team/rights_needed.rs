//! Which right recording a payload needs. Does not know who has it; each group of payloads has a file `*_rights`.

use crate::domain::record::payload::EventPayload;
use crate::domain::team::delivery_rights::right_for_delivery;
use crate::domain::team::incident_rights::right_for_incident;
use crate::domain::team::link_rights::right_for_link;
use crate::domain::team::needed::RightNeeded;
use crate::domain::team::promise_rights::right_for_promise;
use crate::domain::team::record_rights::right_for_record;
use crate::domain::team::statement_rights::right_for_statement;
use crate::domain::team::stock_rights::right_for_stock;
use crate::domain::team::team_rights::right_for_team;

/// The right that recording this needs; `None` when anybody on the team may.
pub fn right_needed(payload: &EventPayload) -> Option<RightNeeded<'_>> {
    match payload {
        EventPayload::Link(event) => right_for_link(event),
        EventPayload::Incident(event) => right_for_incident(event),
        EventPayload::Statement(event) => right_for_statement(event),
        EventPayload::Promise(event) => right_for_promise(event),
        EventPayload::Stock(event) => right_for_stock(event),
        EventPayload::Team(event) => right_for_team(event),
        EventPayload::Delivery(event) => right_for_delivery(event),
        EventPayload::Record(event) => right_for_record(event),
    }
}
