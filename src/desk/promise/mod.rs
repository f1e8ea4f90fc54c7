//! The ledger of promises, and promises made by hand. It issues no statement.

pub mod by_hand;
