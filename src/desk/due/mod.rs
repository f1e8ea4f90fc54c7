//! What is due now, from all other rooms of the desk. It does nothing about it.

pub mod due_items;
