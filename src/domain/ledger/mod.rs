//! Promises: what is due, what was kept, what stock is left, and the facts about them. Makes no promise.

pub mod due;
mod changed_dates;
pub mod kept;
pub mod verdict;
pub mod stock;
pub mod tally;
pub mod offer_refusal;
pub mod offer;
mod promise_scope;
mod own_ends;
pub mod promise_facts;
pub mod owed_facts;
pub mod all_facts;
