//! What folding the whole record gives. Derives no fact and judges no promise.

pub mod incident;
pub mod promise;
pub mod replay;
pub mod fold;
mod apply_link;
mod apply_incident;
mod apply_statement;
mod apply_promise;
mod apply_stock;
mod apply_team;
mod apply_record;
pub mod queries;
pub mod past;
pub mod reach;
pub mod heard;
pub mod told_notes;
pub mod told_work;
