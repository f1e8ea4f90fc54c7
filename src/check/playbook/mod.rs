//! Checks a playbook before it is adopted: its file, its texts, and what it says in the situations of its test matrix.
//! Does not compose statements itself and does not decide whether a playbook is adopted.

// How a situation is played.
mod player;
mod situation_links;
mod situation_values;
pub mod situation;

// What is checked, part by part.
pub mod homograph;
pub mod values;
pub(crate) mod placeholders;
mod linter;
mod head;
mod lines;
mod texts;
mod points;
mod promises;
mod matrix;
pub mod lint;

#[cfg(test)]
mod texts_tests;
#[cfg(test)]
mod renderings_tests;
#[cfg(test)]
mod form_tests;
