//! Values, names, time and languages that every other room uses. Knows nothing of incidents and uses no room.

pub mod malformed;
pub mod time;
pub mod decimal;
pub mod lang;
pub(crate) mod scalar;
pub mod link;
pub mod incident;
pub mod value;
pub mod terms;
pub mod canonical;
pub mod digest;
pub mod suggest;
pub mod fault;
pub mod next_step;
pub mod phase;
pub mod parallel;
pub mod unaccented;
pub mod xml_reference;
