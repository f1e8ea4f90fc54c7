//! Carrying what was issued to outlets and pages. It never changes a text.

pub mod components;
pub mod outbox;
pub mod plan;
pub mod send;
pub mod site;
