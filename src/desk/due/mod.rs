//! What is due now, from all other rooms of the desk. It does nothing about it.

mod deliveries;
mod groundless;
mod notices;
mod undeclared;
pub mod due_items;
mod incidents;
pub mod item;
mod promises;
