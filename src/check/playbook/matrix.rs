//! Plays the test matrix of a playbook and reports what is wrong with what would be said, and which lines are never
//! said. How a situation is played is known in `situation`.

use std::collections::BTreeSet;

use crate::check::playbook::linter::Linter;
use crate::check::playbook::situation::{Played, Unplayable, play};
use crate::domain::base::next_step::Advice;
use crate::domain::base::parallel;
use crate::domain::config::situation::Situation;
use crate::domain::speech::draft::Draft;
use crate::domain::speech::finding::Finding;

/// How many cases are worth more than one thread.
const WORTH_THREADS: usize = 2;

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
        let cases: Vec<(&Situation, bool)> = situations
            .iter()
            .flat_map(|s| [(s, false), (s, true)])
            .collect();
        let played = self.play_all(&cases);
        for ((situation, longest), played) in cases.into_iter().zip(played) {
            self.report_played(situation, longest, played, &mut result);
        }
        if result.skipped.is_empty() {
            self.check_all_said(&result.said);
        }
        result.skipped
    }

    /// Each case by itself, on all cores: none knows of another.
    fn play_all(&self, cases: &[(&Situation, bool)]) -> Vec<Result<Played, Unplayable>> {
        let (subject, books, voice) = (self.subject, self.books, self.voice);
        parallel::map_slice(cases, WORTH_THREADS, |(situation, longest)| {
            play(
                situation,
                subject.whole,
                subject.pinned,
                books,
                voice,
                &self.reader,
                *longest,
            )
        })
    }

    fn report_played(
        &mut self,
        situation: &Situation,
        longest: bool,
        played: Result<Played, Unplayable>,
        result: &mut MatrixResult,
    ) {
        let own = &self.subject.file.situations;
        let own = own.iter().position(|s| s.name == situation.name);
        let path = own.map_or("situations".to_owned(), |i| format!("situations[{i}]"));
        match played {
            Ok(played) => {
                let notice = (&played.draft, played.findings.as_slice());
                let texts = played.texts.iter();
                let texts = texts.map(|(_, draft, findings)| (draft, findings.as_slice()));
                for (draft, findings) in std::iter::once(notice).chain(texts) {
                    let said = draft.lines.iter().map(|l| l.said.id.clone());
                    result.said.extend(said);
                    let which = (path.as_str(), situation.name.as_str());
                    self.report_findings(which, draft, findings, longest, result);
                }
            }
            // What cannot be played at all was reported the first time.
            Err(_) if longest => {}
            Err(Unplayable::NotHere(why)) => result.skipped.push((situation.name.clone(), why)),
            Err(Unplayable::Wrong { step, what }) => {
                let in_situation =
                    |what| Advice::from(format!("situation \"{}\": ", situation.name)).then(what);
                let (at, what) = match (self.line_named_in(&what.without_commands()), own, step) {
                    // A line that cannot be worked out fails in every situation; once is enough.
                    (Some(at), ..) => (at, what),
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
    fn line_named_in(&self, what: &str) -> Option<String> {
        let id = what.strip_prefix("line \"")?.split('"').next()?;
        self.place_of_line(id)
    }

    fn place_of_line(&self, id: &str) -> Option<String> {
        let mut all = self.subject.file.all_lines();
        all.find(|(_, l)| l.id == id).map(|(place, _)| place)
    }

    /// What the gate would say of a situation. Lengths count only with every value at its longest, everything else only
    /// without.
    fn report_findings(
        &mut self,
        (path, name): (&str, &str),
        draft: &Draft,
        findings: &[Finding],
        longest: bool,
        result: &mut MatrixResult,
    ) {
        for finding in findings {
            if longest != (finding.rule == "length") {
                continue;
            }
            let line = finding.line.and_then(|i| draft.lines.get(i));
            let place = line.and_then(|l| self.place_of_line(&l.said.id));
            let at = place.unwrap_or(path.to_owned());
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
        let all = &self.subject.whole;
        let texts = self.subject.file.texts.iter();
        let of_others: BTreeSet<String> = texts
            .filter(|(_, text)| text.usual_audience(&self.books.workspace).is_none())
            .map(|(name, _)| format!("texts.{name}."))
            .collect();
        for (place, line) in self.subject.file.all_lines() {
            if of_others.iter().any(|text| place.starts_with(text)) {
                continue;
            }
            let mut others = all.all_lines();
            let is_only_fallback =
                line.when.is_none() && others.any(|l| l.fallback.as_deref() == Some(&line.id));
            if !said.contains(&line.id) && !is_only_fallback {
                let what = format!(
                    "line \"{}\" is said in no situation of the test matrix: its condition is never true, or a situation is missing",
                    line.id
                );
                self.fault(format!("{place}.id"), what);
            }
        }
    }
}
