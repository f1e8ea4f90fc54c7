//! Says the built-in lines when a playbook has no words for what happened, or none to own up. It decides when, not in which
//! words: those are in `config/built_in_lines.yaml`.

use crate::domain::base::value::Value;
use crate::domain::config::built_in_lines::built_in_lines;
use crate::domain::config::line::{Element, Line};
use crate::domain::speech::composer::ComposeError;
use crate::domain::speech::composer::Composer;
use crate::domain::speech::draft::{DraftLine, Texted};
use crate::domain::speech::heard_rules::{is_anything_wrong, owed_corrections};

/// True for a line that says what is broken, or who is known to be affected now.
pub(super) fn says_what_is_so(line: &DraftLine) -> bool {
    let is_possible = |c: &String| c.ends_with(".possible");
    match line.said.element {
        Element::WhatHappened => true,
        Element::Affected => !line.said.claims.iter().any(is_possible),
        _ => false,
    }
}

impl Composer<'_> {
    /// The built-in lines, where those of the playbook do not do.
    pub(super) fn add_built_in_lines(
        &self,
        lines: &mut Vec<(DraftLine, Texted)>,
    ) -> Result<(), ComposeError> {
        self.add_owed_lines(lines)?;
        self.add_least_notice(lines)?;
        self.add_counting_lines(lines)
    }

    /// The lines of the least notice, where a channel would hear nothing of what happened from the lines chosen.
    fn add_least_notice(&self, lines: &mut Vec<(DraftLine, Texted)>) -> Result<(), ComposeError> {
        // A text beside the notice need not tell what happened: the notice does.
        let is_beside = self.wanted.text.is_some();
        if is_beside || !is_anything_wrong(self.facts) || self.says_everywhere(lines) {
            return Ok(());
        }
        let from = lines.len();
        let telling = built_in_lines()
            .iter()
            .filter(|l| l.element != Element::Correction && !l.sums_up);
        for line in telling {
            let is_own = self.playbook.file.lines.iter().any(|l| l.id == line.id);
            if !is_own {
                // What it cannot say is withheld by the lines of the playbook already.
                self.consider_line(line, lines, &mut Vec::new())?;
            }
        }
        for (line, _) in &mut lines[from..] {
            line.is_least = true;
        }
        Ok(())
    }

    /// Lines that count what is broken, for a channel that has no room to name each.
    fn add_counting_lines(&self, lines: &mut Vec<(DraftLine, Texted)>) -> Result<(), ComposeError> {
        let counting = built_in_lines().iter();
        let from = lines.len();
        for line in counting.filter(|l| l.sums_up && l.element == Element::WhatHappened) {
            self.consider_line(line, lines, &mut Vec::new())?;
        }
        let mut counting = lines.split_off(from);
        counting.retain(|(sum, _)| lines.iter().filter(|(l, _)| sum.counts(l)).count() > 1);
        for (line, _) in &mut counting {
            line.is_least = true;
        }
        lines.extend(counting);
        Ok(())
    }

    /// Lines that own up to what was told and holds no more, where the playbook has none for it.
    fn add_owed_lines(&self, lines: &mut Vec<(DraftLine, Texted)>) -> Result<(), ComposeError> {
        let is_printed = |lines: &[(DraftLine, Texted)], path: &String| {
            let mut corrections = lines.iter().map(|(l, _)| &l.said);
            corrections.any(|l| l.element == Element::Correction && l.claims.contains(path))
        };
        let owed = owed_corrections(self.facts).into_iter().map(|o| o.printed);
        let owed: Vec<String> = owed.filter(|path| !is_printed(lines, path)).collect();
        let corrected = match self.facts.value("corrected") {
            Some(Value::List(all)) => all.len(),
            _ => 0,
        };
        let voided = owed.iter().any(|path| path.ends_with(".quote"));
        let is_many = voided || owed_corrections(self.facts).len() + corrected > 1;
        let owning_up = built_in_lines().iter();
        let owning_up = owning_up.filter(|l| l.element == Element::Correction);
        let (in_sum, one_by_one): (Vec<&Line>, Vec<&Line>) = owning_up.partition(|l| l.sums_up);
        for line in in_sum.into_iter().filter(|_| is_many) {
            let from = lines.len();
            self.consider_line(line, lines, &mut Vec::new())?;
            for (line, _) in &mut lines[from..] {
                line.is_least = true;
            }
        }
        for line in one_by_one {
            let from = lines.len();
            self.consider_line(line, lines, &mut Vec::new())?;
            let mut more = lines.split_off(from);
            more.retain(|(l, _)| l.said.claims.iter().any(|c| owed.contains(c)));
            lines.extend(more);
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
