//! What is said when a playbook has no words for what happened: the least notice. It decides when, not in which words.

use crate::domain::base::value::Value;
use crate::domain::config::least_notice::least_notice;
use crate::domain::config::line::Element;
use crate::domain::facts::fact::Facts;
use crate::domain::speech::compose::ComposeError;
use crate::domain::speech::composer::Composer;
use crate::domain::speech::draft::{DraftLine, Texted};

/// Lists of what does not work as it should; a text about these says what happened.
const WRONG: [&str; 3] = ["troubled", "regions.affected", "services.affected"];

/// True when something in this incident does not work as it should.
pub(super) fn is_anything_wrong(facts: &Facts) -> bool {
    let is_full =
        |path: &&str| matches!(facts.value(path), Some(Value::List(all)) if !all.is_empty());
    WRONG.iter().any(|path| is_full(&path))
}

/// True for a line that says what is broken or who is affected now.
pub(super) fn says_what_is_so(line: &DraftLine) -> bool {
    matches!(line.said.element, Element::WhatHappened | Element::Affected)
}

impl Composer<'_> {
    /// The lines of the least notice, where a channel would hear nothing of what happened from the lines chosen.
    pub(super) fn add_least_notice(
        &self,
        lines: &mut Vec<(DraftLine, Texted)>,
    ) -> Result<(), ComposeError> {
        if !is_anything_wrong(self.facts) || self.says_everywhere(lines) {
            return Ok(());
        }
        let is_dated = lines.iter().any(|(l, _)| l.said.element == Element::Since);
        let from = lines.len();
        for line in least_notice() {
            let is_own = self.playbook.file.lines.iter().any(|l| l.id == line.id);
            let is_said_already = is_dated && line.element == Element::Since;
            if !is_own && !is_said_already {
                // What it cannot say is withheld by the lines of the playbook already.
                self.consider_line(line, lines, &mut Vec::new())?;
            }
        }
        for (line, _) in &mut lines[from..] {
            line.is_least = true;
        }
        Ok(())
    }

    /// True when every channel has, in every language, a line that says what is so.
    fn says_everywhere(&self, lines: &[(DraftLine, Texted)]) -> bool {
        let channels = self.wanted_channels();
        channels.iter().all(|(name, _)| {
            self.wanted_langs().iter().all(|lang| {
                let key = ((*name).clone(), *lang);
                let mut telling = lines.iter().filter(|(l, _)| says_what_is_so(l));
                telling.any(|(_, texts)| texts.contains_key(&key))
            })
        })
    }
}
