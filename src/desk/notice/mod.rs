//! Notices to everybody affected: one person, one notice. A plan puts every person of the base into one place, sending carries it out.
//! It drafts nothing: only texts that were issued go.

mod base_blocks;
mod base_rows;
mod block_people;
mod cells;
mod digests;
pub mod estimate;
mod json_lines;
pub mod ledger;
pub mod lookup;
mod partitions;
mod person_part;
mod placing;
pub mod planning;
pub mod sending;
mod turns;
