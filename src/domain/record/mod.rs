//! What the record holds: events, their payloads, the bytes of statements. Folds nothing and keeps nothing.

pub mod rendition;
pub mod body;
pub mod statement;
pub mod parcel;
pub mod payload;
pub mod event;
