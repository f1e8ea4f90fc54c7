//! From facts to a statement: lines are chosen, composed, checked by the gate. Sends nothing.

pub mod role;
pub mod draft;
pub mod slot;
pub mod shown_state;
pub mod page_status;
pub mod several;
mod short_names;
pub mod composer;
mod plan;
mod joined;
pub mod layout;
pub mod pledge;
mod in_force;
mod line_texts;
pub mod own_sentences;
pub mod compose;
mod compose_built_in;
pub mod finding;
pub mod heard_rules;
pub mod gate;
pub mod issuing;
pub mod still_true;
mod told_before;
pub mod situation;
pub mod points;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod removal_tests;
