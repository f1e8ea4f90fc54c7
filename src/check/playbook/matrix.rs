//! Plays the test matrix of a playbook and reports what is wrong with what would be said, and which lines are never
//! said. How a situation is played is known in `situation`.

use std::collections::BTreeSet;

use crate::check::playbook::linter::Linter;
use crate::check::playbook::situation::{Played, Unplayable, play};
use crate::domain::base::next_step::Advice;
use crate::domain::config::situation::Situation;

/// What the situations played so far have shown.
#[derive(Default)]
struct MatrixResult {
    /// The identifiers of the lines that are said in some situation.
    said: BTreeSet<String>,
    /// Faults by place and text: one that shows in every situation is reported once.
    reported: BTreeSet<(String, Advice)>,
    /// Situations that this network cannot play, each with the reason.
    skipped: Vec<(String, String)>,
}

impl Linter<'_> {
    /// Plays every situation, once as it is and once with every value at its longest. Gives the situations that this
    /// network cannot play, each with the reason.
    pub(super) fn check_matrix(&mut self) -> Vec<(String, String)> {
        let situations = &self.subject.whole.file.situations;
        if situations.is_empty() {
            self.fault(
                "situations",
                "a test matrix is needed: at least nothing known, windows known, restored",
            );
        }
        let mut result = MatrixResult::default();
        for situation in situations {
            for longest in [false, true] {
                self.check_situation(situation, longest, &mut result);
            }
        }
        if result.skipped.is_empty() {
            self.check_all_said(&result.said);
        }
        result.skipped
    }

    fn check_situation(&mut self, situation: &Situation, longest: bool, result: &mut MatrixResult) {
        let own = &self.subject.file.situations;
        let own = own.iter().position(|s| s.name == situation.name);
        let path = own.map_or("situations".to_owned(), |i| format!("situations[{i}]"));
        let played = play(
            situation,
            self.subject.whole,
            self.subject.pinned,
            self.books,
            self.voice,
            &self.reader,
            longest,
        );
        match played {
            Ok(played) => {
                let said = played.draft.lines.iter().map(|l| l.said.id.clone());
                result.said.extend(said);
                self.report_findings(&path, &situation.name, &played, longest, result);
            }
            // What cannot be played at all was reported the first time.
            Err(_) if longest => {}
            Err(Unplayable::NotHere(why)) => result.skipped.push((situation.name.clone(), why)),
            Err(Unplayable::Wrong { step, what }) => {
                let in_situation =
                    |what| Advice::from(format!("situation \"{}\": ", situation.name)).then(what);
                let (at, what) = match (self.line_named_in(&what.without_commands()), own, step) {
                    // A line that cannot be worked out fails in every situation; once is enough.
                    (Some(i), ..) => (format!("lines[{i}]"), what),
                    (None, Some(_), Some(s)) => (format!("{path}.steps[{s}]"), in_situation(what)),
                    _ => (path, in_situation(what)),
                };
                if result.reported.insert((at.clone(), what.clone())) {
                    self.fault(at, what);
                }
            }
        }
    }

    /// Which line of the file a message begins with: `line "ID"`.
    fn line_named_in(&self, what: &str) -> Option<usize> {
        let id = what.strip_prefix("line \"")?.split('"').next()?;
        self.index_of_line(id)
    }

    fn index_of_line(&self, id: &str) -> Option<usize> {
        self.subject.file.lines.iter().position(|l| l.id == id)
    }

    /// What the gate would say of a situation. Lengths count only with every value at its longest, everything else only
    /// without.
    fn report_findings(
        &mut self,
        path: &str,
        name: &str,
        played: &Played,
        longest: bool,
        result: &mut MatrixResult,
    ) {
        for finding in &played.findings {
            if longest != (finding.rule == "length") {
                continue;
            }
            let line = finding.line.and_then(|i| played.draft.lines.get(i));
            let index = line.and_then(|l| self.index_of_line(&l.said.id));
            let at = index.map_or(path.to_owned(), |i| format!("lines[{i}]"));
            let place = match (&finding.channel, finding.lang) {
                (Some(c), Some(l)) => format!(" ({c}, {l})"),
                _ => String::new(),
            };
            let how = if longest {
                ", with every value at its longest"
            } else {
                ""
            };
            let what = Advice::from(format!("situation \"{name}\"{place}{how}: "))
                .then(finding.what.clone());
            if result.reported.insert((at.clone(), finding.what.clone())) {
                self.fault(at, what);
            }
        }
    }

    /// Every line has to be said in some situation, except those that only replace others.
    fn check_all_said(&mut self, said: &BTreeSet<String>) {
        let all = &self.subject.whole.file.lines;
        for (i, line) in self.subject.file.lines.iter().enumerate() {
            let is_only_fallback =
                line.when.is_none() && all.iter().any(|l| l.fallback.as_deref() == Some(&line.id));
            if !said.contains(&line.id) && !is_only_fallback {
                let what = format!(
                    "line \"{}\" is said in no situation of the test matrix: its condition is never true, or a situation is missing",
                    line.id
                );
                self.fault(format!("lines[{i}].id"), what);
            }
        }
    }
}
