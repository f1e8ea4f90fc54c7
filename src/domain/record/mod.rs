//! What the record holds: events, their payloads, the bytes of statements. Folds nothing and keeps nothing.

pub mod rendition;
pub mod body;
pub mod statement;
pub mod parcel;
mod payload_group;
pub mod link_event;
pub mod incident_event;
pub mod statement_event;
pub mod promise_event;
pub mod stock_event;
pub mod team_event;
pub mod balance_sheet;
pub mod delivery_event;
pub mod record_event;
pub mod payload;
mod moments;
pub mod event;
