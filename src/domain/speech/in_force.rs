//! Which promises stand while a text is composed, and what denies them. It says none of them.

use std::collections::BTreeSet;

use crate::domain::base::value::Value;
use crate::domain::config::line::{IN_FORCE, Line};
use crate::domain::facts::catalogue::entry_path;
use crate::domain::facts::fact::Facts;
use crate::domain::speech::composer::Composer;

/// The link or region that the promise under this mark in a list is about.
pub(super) fn subject_of_entry(facts: &Facts, mark: &str) -> Option<String> {
    match facts.value(&format!("{}.subject", entry_path(mark))) {
        Some(Value::Link(named)) => Some(named.id.clone()),
        _ => None,
    }
}

impl Composer<'_> {
    /// The kind of the promise that stands in a list of promises under this mark.
    pub(super) fn kind_of_entry(&self, mark: &str) -> Option<String> {
        let path = format!("{}.kind", entry_path(mark));
        self.facts.state_word(&path).map(str::to_owned)
    }

    /// The kinds of promise that this audience was given and that are owed to it: in force, or missed and not kept since.
    pub(super) fn kinds_owed(&self) -> BTreeSet<String> {
        let marks_in = |path: &str| match self.facts.value(path) {
            Some(Value::List(all)) => all.iter().map(|n| n.id.clone()).collect(),
            _ => Vec::new(),
        };
        let is_kept = |mark: &String| {
            let path = format!("{}.kept_at", entry_path(mark));
            self.facts.known_fact(&path).is_some()
        };
        let missed = marks_in("promises.missed").into_iter();
        let owed = missed.filter(|m| !is_kept(m)).chain(marks_in(IN_FORCE));
        owed.filter_map(|mark| self.kind_of_entry(&mark)).collect()
    }

    /// The kinds of promise in whose place a line is said.
    pub(super) fn kinds_denied_by(&self, line: &Line) -> Vec<String> {
        let all = self.playbook.file.lines.iter();
        let mut kinds: Vec<String> = all
            .filter(|l| self.playbook.fallback_of(l) == Some(&line.id))
            .filter_map(|l| l.promise.clone())
            .collect();
        kinds.sort();
        kinds.dedup();
        kinds
    }
}
