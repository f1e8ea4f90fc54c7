//! What may be said now: typed facts with the events behind them, derived from reports. Knows no promise's verdict.

mod fact_names;
pub mod catalogue;
pub mod missing;
pub mod fact;
pub mod evaluator;
pub mod world;
pub mod subject;
pub mod workspace_facts;
mod failures;
pub mod links;
pub mod link_lists;
pub mod groups;
pub mod phase;
pub mod noted;
mod unrestored;
mod voided;
mod left_work;
mod told_words;
pub mod history;
pub mod severity;
pub mod reported;
