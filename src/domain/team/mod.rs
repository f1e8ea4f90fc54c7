//! People, roles, keys and approvals, folded from events: who may record what. Checks no signature.

pub mod team_state;
