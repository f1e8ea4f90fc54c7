//! All integration tests in one program: one link instead of one for each file. It holds no test itself.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

mod architecture;
mod audience;
mod cli;
mod completion;
mod dependencies;
mod derived;
mod desk;
mod faults;
mod forgotten;
mod kits;
mod hooks;
mod ledger;
mod long;
mod mcp;
mod mishaps;
mod notice;
mod packaging;
mod packed;
mod postgres;
mod publish;
mod site;
mod store;
mod texts;
mod translation;
mod trust;
