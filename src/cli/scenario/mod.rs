//! Scenario files: timed steps of commands and what is expected after them, run on a temporary record. No scenario
//! touches the workspace it is started in.

pub mod file;
mod expect;
pub mod stage;
#[cfg(test)]
mod histories;
#[cfg(test)]
mod adopted_tests;
#[cfg(test)]
mod extreme_values_tests;
