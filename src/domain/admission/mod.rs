//! Decides whether a payload may enter the record. Writes nothing.

pub mod admit;
pub mod earlier_window;
