//! Tests of the gate: one draft that passes, and every way to spoil it. Composes nothing from a playbook.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod batch;
mod claims;
mod duties;
mod heard;
mod rows;
mod sample;
mod texts;
mod told;
mod whole;
