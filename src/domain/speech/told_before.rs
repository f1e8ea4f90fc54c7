//! What of a line people have heard before: a date, a state. It leaves nothing out itself.

use crate::domain::base::time::At;
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::speech::composer::Composer;
use crate::domain::speech::draft::DraftLine;

impl Composer<'_> {
    /// True for a date that was given after this audience was last told something.
    pub(super) fn is_new_date(&self, line: &DraftLine) -> bool {
        let given = line.said.it.as_ref();
        let given = given.and_then(|id| self.moment(&format!("links.{id}.window_said_at")));
        let is_date = line.said.element == Element::Outlook && line.promise.is_some();
        let news = given.zip(self.moment("last_statement_at"));
        is_date && news.is_some_and(|(given, told)| given >= told)
    }

    /// True for the state of a link that has not changed since its date was told, beside the news of that date.
    pub(super) fn is_told_state(&self, line: &DraftLine, beside: &[&DraftLine]) -> bool {
        let Some(id) = line.said.it.as_ref() else {
            return false;
        };
        let told = format!("links.{id}.told_window");
        let since = self.moment(&format!("links.{id}.since"));
        let was_so = since.zip(self.moment(&format!("links.{id}.told_at")));
        let is_news =
            |l: &&DraftLine| l.said.element == Element::Correction && l.said.claims.contains(&told);
        line.said.element == Element::WhatHappened
            && was_so.is_some_and(|(since, told)| since <= told)
            && beside.iter().any(is_news)
    }

    fn moment(&self, path: &str) -> Option<At> {
        match self.facts.value(path) {
            Some(Value::Instant(moment)) => Some(moment.at),
            _ => None,
        }
    }
}
