//! Exceptions that a text makes for itself: `saydo: allow RULE because REASON`. It finds them and counts their use; it
//! knows no rule.

use serde::Serialize;

use crate::check::against::findings::Finding;

/// An exception that a text makes: `saydo: allow RULE because ...`, on the line before or the same line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Allowed {
    /// The rule that it silences.
    pub rule: String,
    /// The reason given; empty when there is none, and then it silences nothing.
    pub because: String,
    /// The line of the exception, counted from 1.
    pub line: usize,
    /// How many findings it took away.
    pub used: usize,
}

/// What begins an exception.
const MARK: &str = "saydo: allow ";

impl Allowed {
    /// It has a reason, and the finding is of its rule, on its line or the next.
    fn covers(&self, finding: &Finding) -> bool {
        let is_near = self.line == finding.line || self.line + 1 == finding.line;
        self.rule == finding.rule && !self.because.is_empty() && is_near
    }
}

/// Takes away the findings that a text allows, and counts them.
pub(super) fn take_allowed(findings: &mut Vec<Finding>, allowed: &mut [Allowed]) {
    findings.retain(|f| match allowed.iter_mut().find(|a| a.covers(f)) {
        Some(a) => {
            a.used += 1;
            false
        }
        None => true,
    });
}

/// The exceptions of a text, and the text with blanks in their place: every other byte stays where it is.
pub(super) fn allowances(text: &str) -> (String, Vec<Allowed>) {
    let mut kept = String::with_capacity(text.len());
    let mut found = Vec::new();
    for (n, line) in text.split_inclusive('\n').enumerate() {
        let Some(at) = line.find(MARK) else {
            kept.push_str(line);
            continue;
        };
        let words = &line[at + MARK.len()..];
        let comment_end = words.find("-->");
        let words = words[..comment_end.unwrap_or(words.len())].trim();
        let (rule, because) = words.split_once(" because ").unwrap_or((words, ""));
        found.push(Allowed {
            rule: rule.trim().to_owned(),
            because: because.trim().to_owned(),
            line: n + 1,
            used: 0,
        });
        let from = line[..at].rfind("<!--").unwrap_or(at);
        let to = match comment_end {
            Some(i) => at + MARK.len() + i + "-->".len(),
            None => line.trim_end_matches(['\n', '\r']).len(),
        };
        kept.push_str(&line[..from]);
        kept.extend(std::iter::repeat_n(' ', to.saturating_sub(from)));
        kept.push_str(&line[to..]);
    }
    (kept, found)
}
