//! What the gate finds wrong with a draft, and where. It looks for nothing.

use crate::domain::base::lang::Lang;
use crate::domain::base::next_step::Advice;
use crate::domain::record::rendition::Rendition;

/// A claim that the record does not back, or a form that may not go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub rule: String,
    /// The line of the draft, counted from 0, when it is about one.
    pub line: Option<usize>,
    pub channel: Option<String>,
    pub lang: Option<Lang>,
    /// Where in that rendition, in bytes.
    pub span: Option<(usize, usize)>,
    /// What is wrong and what would make it right.
    pub what: Advice,
}

pub(super) fn finding_on_line(rule: &str, line: usize, what: impl Into<Advice>) -> Finding {
    Finding {
        rule: rule.into(),
        line: Some(line),
        channel: None,
        lang: None,
        span: None,
        what: what.into(),
    }
}

pub(super) fn finding_on_rendition(rule: &str, r: &Rendition, what: impl Into<Advice>) -> Finding {
    Finding {
        rule: rule.into(),
        line: None,
        channel: Some(r.channel.clone()),
        lang: Some(r.lang),
        span: None,
        what: what.into(),
    }
}
