//! How expressions are tested and templates are rendered, as a trait. Nothing is rendered here: `render` does that.

use std::collections::BTreeSet;

use thiserror::Error;

use crate::domain::base::lang::Lang;
use crate::domain::base::time::When;
use crate::domain::config::channel::Channel;
use crate::domain::facts::fact::Facts;

/// How a text is to be formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    pub lang: Lang,
    /// Dates and times in words, for reading aloud.
    pub in_words: bool,
    /// The channel carries no colon: a time read aloud has none.
    pub no_colon: bool,
    /// The most names in a list before "and N others".
    pub max_names: usize,
    /// The entry that a line is said for is one of several that its sentence names: words are in the plural.
    pub names_several: bool,
    /// Every value in its longest form, to bound a text.
    pub longest: bool,
    /// Vietnamese marks left out of names and phrases.
    pub plain: bool,
    /// A hyphen where print has a dash: what the GSM alphabet has.
    pub hyphen: bool,
    /// A moment of the day that the text speaks of is printed without its date: the text is read on that day, or has it
    /// in its greeting.
    pub leaves_out_today: bool,
}

/// The outcome of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionResult {
    /// Holds, does not hold, or (none) cannot be told for want of a fact.
    pub truth: Option<bool>,
    /// The facts that were looked at.
    pub reads: BTreeSet<String>,
    /// Those of them that are unknown or stale.
    pub missing: BTreeSet<String>,
}

/// A value printed in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    pub path: String,
    /// The first byte in the text.
    pub start: usize,
    pub end: usize,
    /// It was printed as a band ("about a third"), not as a figure.
    pub banded: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedText {
    pub text: String,
    pub claims: Vec<Claim>,
    /// The facts that were wanted and are unknown or stale; the text is then not to be used.
    pub missing: BTreeSet<String>,
}

/// What is wrong with an expression or a template.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("{what}")]
pub struct EvaluatorError {
    /// What is wrong.
    pub what: String,
    /// Where in the text, in bytes, when known.
    pub range: Option<(usize, usize)>,
}

/// Tests expressions and renders templates over facts.
pub trait Evaluator: Sync {
    /// Tests a condition; `it` is the link that `it` stands for.
    ///
    /// # Errors
    /// When the expression is malformed, names something that cannot be a fact, or works too long.
    fn test_condition(
        &self,
        expression: &str,
        facts: &Facts,
        it: Option<&str>,
    ) -> Result<ConditionResult, EvaluatorError>;

    /// Reckons a time, such as `as_of + 10m`, `at(as_of, '17:00')` or `working_days(as_of, 5)`: with the facts
    /// that it was reckoned from, or none with those that are missing.
    ///
    /// # Errors
    /// When the expression is malformed or gives no time.
    fn evaluate_time(
        &self,
        expression: &str,
        facts: &Facts,
        it: Option<&str>,
    ) -> Result<(Option<When>, BTreeSet<String>), EvaluatorError>;

    /// Renders a template.
    ///
    /// # Errors
    /// When the template is malformed, names something that cannot be a fact, or works too long.
    fn render_template(
        &self,
        template: &str,
        style: Style,
        facts: &Facts,
        it: Option<&str>,
    ) -> Result<RenderedText, EvaluatorError>;

    /// The names of facts that an expression (or a template) reads, found without running it.
    ///
    /// # Errors
    /// When it is malformed.
    fn list_names(&self, text: &str, is_template: bool)
    -> Result<BTreeSet<String>, EvaluatorError>;

    /// Names as a list of the language.
    fn join_names(&self, names: &[String], lang: Lang) -> String;

    /// How long a text is on a channel, and whether it fits.
    fn measure_text(&self, channel: &Channel, lang: Lang, text: &str) -> Measure;
}

/// The length of a text on a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// In words: `142 characters, 1 part (GSM-7)`.
    pub what: String,
    /// Why it may not go out like this, if it may not.
    pub trouble: Option<String>,
}
