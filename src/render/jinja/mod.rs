//! Expressions and templates of playbooks by minijinja. Decides nothing about what may be said.

pub mod environment;
pub mod evaluator;
mod plural;
pub mod scope;

pub use evaluator::JinjaEvaluator;
