//! Carrying what was issued to outlets and pages. It never changes a text.

pub mod claim;
pub mod components;
mod current_incidents;
pub mod halt;
mod told_states;
pub(in crate::desk) mod outlet_message;
pub mod outbox;
pub mod plan;
pub(in crate::desk) mod recent;
pub mod recipients;
pub mod road;
pub mod send;
mod side_by_side;
pub mod site;
pub mod credentials;
pub mod site_build;
mod site_components;
pub(in crate::desk) mod site_incident;
pub mod witness;
pub mod site_outline;
