//! People, roles, keys and approvals, folded from events: who may record what. Checks no signature.

pub mod right;
pub mod team_fault;
pub mod team_state;
mod apply_team;
mod apply_approval;
pub mod needed;
mod link_rights;
mod incident_rights;
mod statement_rights;
mod promise_rights;
mod stock_rights;
mod team_rights;
mod delivery_rights;
mod record_rights;
pub mod rights_needed;
pub mod entitled;
