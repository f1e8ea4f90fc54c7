//! The ledger of promises, and promises made by hand. It issues no statement.

pub mod ledger;
pub mod settle;

pub mod by_hand;

#[cfg(test)]
mod generated_tests;
