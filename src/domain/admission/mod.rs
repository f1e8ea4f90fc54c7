//! Decides whether a payload may enter the record. Writes nothing.

pub mod refusal;
pub mod wording;
pub mod times;
pub mod names;
mod person_name;
pub mod fact_value;
mod admit_link;
mod admit_incident;
mod admit_statement;
mod admit_promise;
mod admit_stock;
mod admit_team;
pub mod admit_delivery;
mod admit_record;
pub mod admit;
pub mod earlier_window;

#[cfg(test)]
mod tests;
