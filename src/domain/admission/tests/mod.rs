//! Tests of admission: for each kind of entry one that is taken, and each refusal with its exact words. Writes no record.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod accepted;
mod delivery;
mod facts;
mod incident;
mod link;
mod promise;
mod sample;
mod stock;
mod team;
mod words;
