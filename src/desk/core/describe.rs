//! An entry of the record in one line for staff. It does not say whether the entry still counts.

pub use crate::render::describe::describe_payload;
