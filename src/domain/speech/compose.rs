//! Choosing lines and putting them into final bytes. A draft is not yet allowed to leave.

use crate::domain::base::value::{Named, Value};
use crate::domain::config::line::{IN_FORCE, Line};
use crate::domain::config::playbook::Playbook;
use crate::domain::config::promise_kind::PromiseKind;
use crate::domain::config::workspace::Workspace;
use crate::domain::facts::evaluator::{ConditionResult, Evaluator, EvaluatorError};
use crate::domain::facts::fact::{FactEntry, Facts};
use crate::domain::facts::missing::MissingFact;
use crate::domain::ledger::offer::needed_evidence;
use crate::domain::record::rendition::SaidLine;
pub use crate::domain::speech::composer::ComposeError;
use crate::domain::speech::composer::{Composer, Wanted};
use crate::domain::speech::draft::{Draft, DraftLine, Part, Texted, Withheld};
use crate::domain::speech::in_force::subject_of_entry;
use crate::domain::speech::layout::drop_unneeded_sums;
use crate::domain::speech::plan::{keep_first_title, leave_one_apology};
use crate::domain::speech::role::Role;
use crate::domain::speech::several;
use crate::domain::speech::short_names::ShortNames;
use crate::languages::phrases::Missing;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// What became of one line for one entry.
enum Outcome {
    Said(Box<DraftLine>),
    Withheld(Vec<MissingFact>),
    Not(BTreeSet<String>),
}

/// The paths that a line has read so far, and those of them that it claims.
struct Read {
    paths: BTreeSet<String>,
    claims: BTreeSet<String>,
}

impl Read {
    fn new(line: &Line) -> Self {
        Read {
            paths: line.each.iter().cloned().collect(),
            claims: BTreeSet::new(),
        }
    }
}

/// Composes what may be said of one incident.
///
/// # Errors
/// When a line of the playbook is malformed.
pub fn compose_draft(
    playbook: &Playbook,
    workspace: &Workspace,
    facts: Facts,
    evaluator: &dyn Evaluator,
    wanted: &Wanted,
) -> Result<Draft, ComposeError> {
    compose_several(vec![Part { playbook, facts }], workspace, evaluator, wanted)
}

/// Composes one text about several incidents: in the order of the elements, what is the same only once.
///
/// # Errors
/// When a line of a playbook is malformed, or there is no incident.
pub fn compose_several(
    mut parts: Vec<Part<'_>>,
    workspace: &Workspace,
    evaluator: &dyn Evaluator,
    wanted: &Wanted,
) -> Result<Draft, ComposeError> {
    let is_several = parts.len() > 1;
    if is_several {
        several::share_earliest_update(&mut parts);
    }
    let short_names = ShortNames::of_parts(&parts);
    let shared = (&RefCell::new(BTreeMap::new()), &short_names);
    let mut lines: Vec<DraftLine> = Vec::new();
    let mut texts: Vec<Texted> = Vec::new();
    let mut withheld: Vec<Withheld> = Vec::new();
    for part in &parts {
        let composer = Composer::new(part, workspace, evaluator, wanted, shared, is_several);
        let (more, said, held) = composer.choose_lines()?;
        lines.extend(more);
        texts.extend(said);
        withheld.extend(held);
    }
    if is_several {
        for i in several::lines_without_subject(&lines, &texts, &parts) {
            let own = parts.iter().find(|p| several::is_of(&lines[i], p));
            if let Some(part) = own {
                Composer::new(part, workspace, evaluator, wanted, shared, is_several)
                    .name_subject(&mut lines[i], &mut texts[i])?;
            }
        }
        (lines, texts) = several::merge_lines(lines, texts, &parts);
        several::drop_repeated(&mut withheld);
    }
    leave_one_apology(&mut lines, &mut texts);
    let mut left_out = Vec::new();
    let mut renditions = match parts.first() {
        Some(part) => Composer::new(part, workspace, evaluator, wanted, shared, is_several)
            .assemble_renditions(&lines, &texts, &mut left_out),
        None => Vec::new(),
    };
    drop_unneeded_sums(&mut lines, &mut renditions);
    let mut all = parts.into_iter().map(|p| p.facts);
    let facts = all.next().ok_or_else(|| ComposeError {
        line: String::new(),
        error: EvaluatorError {
            what: "no incident to speak of".into(),
            range: None,
        },
    })?;
    Ok(Draft {
        facts,
        more: all.collect(),
        lines,
        renditions,
        withheld,
        left_out,
        text: wanted.text.clone(),
        silent_channels: wanted.silent_channels.clone(),
    })
}

/// What is said, its texts, and what is withheld.
type Chosen = (Vec<DraftLine>, Vec<Texted>, Vec<Withheld>);

impl<'a> Composer<'a> {
    fn choose_lines(&self) -> Result<Chosen, ComposeError> {
        let mut order: Vec<&Line> = self
            .playbook
            .file
            .lines
            .iter()
            .filter(|l| self.workspace.is_for(&l.audiences, &self.facts.audience))
            .filter(|l| !l.for_several || self.incident.is_some())
            .collect();
        order.sort_by_key(|l| l.element);
        let only_fallback = |line: &Line| {
            line.when.is_none()
                && self
                    .playbook
                    .file
                    .lines
                    .iter()
                    .any(|l| self.playbook.fallback_of(l) == Some(&line.id))
        };
        let mut lines: Vec<(DraftLine, Texted)> = Vec::new();
        let mut withheld: Vec<Withheld> = Vec::new();
        let restates = |line: &Line| line.each.as_deref() == Some(IN_FORCE);
        for line in order.iter().filter(|l| !only_fallback(l) && !restates(l)) {
            self.consider_line(line, &mut lines, &mut withheld)?;
        }
        let called: BTreeSet<String> = withheld.iter().filter_map(|w| w.fallback.clone()).collect();
        for line in order
            .iter()
            .filter(|l| only_fallback(l) && called.contains(&l.id))
        {
            self.consider_line(line, &mut lines, &mut withheld)?;
        }
        // What was promised stands until it is kept, moved or taken back: nothing is said in its place, and it is said
        // again where its own line cannot be.
        let owed = self.kinds_owed();
        lines.retain(|(l, _)| !l.denies.iter().any(|kind| owed.contains(kind)));
        let promised = lines.iter().filter_map(|(l, _)| l.promise.as_ref());
        let said: BTreeSet<_> = promised
            .map(|p| (p.kind.clone(), p.subject.clone()))
            .collect();
        for line in order.iter().filter(|l| restates(l)) {
            let from = lines.len();
            self.consider_line(line, &mut lines, &mut withheld)?;
            let is_said = |l: &DraftLine| {
                let entry = l.said.it.as_ref();
                let kind = entry.and_then(|it| Some((self.kind_of_entry(it)?, it)));
                kind.is_some_and(|(k, it)| said.contains(&(k, subject_of_entry(self.facts, it))))
            };
            let again = lines.split_off(from);
            lines.extend(again.into_iter().filter(|(l, _)| !is_said(l)));
        }
        self.add_built_in_lines(&mut lines)?;
        lines.sort_by_key(|(l, _)| l.said.element);
        keep_first_title(&mut lines, |l| {
            let written = self.playbook.find_line(&l.said.id);
            written.is_some_and(|w| w.for_several)
        });
        let (lines, texts) = lines.into_iter().unzip();
        Ok((lines, texts, withheld))
    }

    pub(super) fn consider_line(
        &self,
        line: &Line,
        lines: &mut Vec<(DraftLine, Texted)>,
        withheld: &mut Vec<Withheld>,
    ) -> Result<(), ComposeError> {
        let entries = match self.entries_of(line) {
            Ok(entries) => entries,
            Err(held) => {
                withheld.extend(held.map(|(reasons, mandatory)| {
                    self.withhold_line(line, None, reasons, mandatory)
                }));
                return Ok(());
            }
        };
        let from = lines.len();
        for it in entries {
            let id = it.as_ref().map(|n| n.id.clone());
            let key = (self.incident.clone(), line.id.clone(), id.clone());
            if let Some(lack) = self.wanted.refused.get(&key) {
                withheld.push(self.withhold_line(line, it, vec![lack.clone()], line.mandatory));
                continue;
            }
            let (outcome, texts) = self.examine_line(line, id.as_deref())?;
            match outcome {
                Outcome::Said(draft) => lines.push((*draft, texts)),
                Outcome::Withheld(reasons) => {
                    withheld.push(self.withhold_line(line, it, reasons, line.mandatory));
                }
                Outcome::Not(reads) => {
                    let reasons = self.lacks_behind(&reads);
                    if !line.not_yet.is_empty() && !reasons.is_empty() {
                        withheld.push(self.withhold_line(line, it, reasons, false));
                    }
                }
            }
        }
        if line.joins && lines.len() > from + 1 {
            for (said, _) in &mut lines[from..] {
                let it = said.said.it.as_deref();
                said.joint = self.render_line(line, it, true, &mut BTreeMap::new())?.ok();
            }
        }
        Ok(())
    }

    /// What the line is said for: once, or for each entry of its list. Where there is nothing to say it for, the
    /// reasons (none: nobody asks) and whether it must be said.
    #[allow(clippy::type_complexity)]
    fn entries_of(
        &self,
        line: &Line,
    ) -> Result<Vec<Option<Named>>, Option<(Vec<MissingFact>, bool)>> {
        let Some(path) = &line.each else {
            return Ok(vec![None]);
        };
        let Some(FactEntry::Known(fact)) = self.facts.entry(path) else {
            return Err(Some((vec![self.facts.missing_at(path)], line.mandatory)));
        };
        match &fact.value {
            Value::List(list) if list.is_empty() => {
                let is_asked = !line.not_yet.is_empty() && !fact.lacks.is_empty();
                Err(is_asked.then(|| (fact.lacks.clone(), false)))
            }
            Value::List(list) => Ok(list.iter().cloned().map(Some).collect()),
            _ => Ok(Vec::new()),
        }
    }

    fn withhold_line(
        &self,
        line: &Line,
        it: Option<Named>,
        reasons: Vec<MissingFact>,
        mandatory: bool,
    ) -> Withheld {
        Withheld {
            incident: self.incident.clone(),
            line: line.id.clone(),
            it,
            not_yet: line.not_yet.clone(),
            reasons,
            mandatory,
            fallback: self.playbook.fallback_of(line).map(str::to_owned),
        }
    }

    /// What the facts at these paths still lack.
    fn lacks_behind<'p>(&self, paths: impl IntoIterator<Item = &'p String>) -> Vec<MissingFact> {
        let facts = paths.into_iter().filter_map(|p| self.facts.known_fact(p));
        facts.flat_map(|f| f.lacks.clone()).collect()
    }

    fn examine_line(
        &self,
        line: &Line,
        it: Option<&str>,
    ) -> Result<(Outcome, Texted), ComposeError> {
        let mut read = Read::new(line);
        let not_said = |outcome: Outcome| Ok((outcome, Texted::new()));
        if self.is_settled(line) {
            return not_said(Outcome::Not(read.paths));
        }
        if let Some(when) = &line.when {
            let tested = self.test_condition(line, when, it)?;
            read.paths.extend(tested.reads);
            match tested.truth {
                Some(true) => {}
                Some(false) => return not_said(Outcome::Not(read.paths)),
                None => return not_said(Outcome::Withheld(self.missing_facts(&tested.missing))),
            }
        }
        if let Err(reasons) = self.hold_evidence(line, it, &mut read)? {
            return not_said(Outcome::Withheld(reasons));
        }
        let promise = match (&line.promise, self.promise_kind(line)) {
            (Some(name), Some(kind)) => match self.draft_promise(name, kind, it, &mut read.paths) {
                Ok(promise) => Some(promise),
                Err(lacks) => return not_said(Outcome::Withheld(lacks)),
            },
            _ => None,
        };
        let mut banded: BTreeMap<String, bool> = BTreeMap::new();
        let texts = match self.render_line(line, it, false, &mut banded)? {
            Ok(texts) => texts,
            Err(missing) => return not_said(Outcome::Withheld(self.missing_facts(&missing))),
        };
        read.claims.extend(banded.keys().cloned());
        read.paths.extend(banded.keys().cloned());
        for used in promise.iter().flat_map(|p| &p.uses) {
            let mut taken = self.taken.borrow_mut();
            *taken.entry(used.resource.clone()).or_default() += used.amount;
        }
        let is_banded = |(path, banded): (String, bool)| banded.then_some(path);
        let said = DraftLine {
            said: self.said_line(line, it, read),
            promise,
            also: Vec::new(),
            // Who words a line anew does so for one channel.
            mandatory: line.mandatory && line.written_by.is_none(),
            sums_up: line.sums_up,
            role: Role::of_line(line),
            is_untold: self.facts.known_fact("last_statement").is_none(),
            is_least: false,
            joint: None,
            denies: self.kinds_denied_by(line),
            banded: banded.into_iter().filter_map(is_banded).collect(),
        };
        Ok((Outcome::Said(Box::new(said)), texts))
    }

    /// What was promised and kept, or taken back, is not promised again by itself.
    fn is_settled(&self, line: &Line) -> bool {
        line.promise.as_ref().is_some_and(|kind| {
            let path = format!("promise.{kind}.settled");
            self.facts.known_fact(&path).is_some()
        })
    }

    fn test_condition(
        &self,
        line: &Line,
        expression: &str,
        it: Option<&str>,
    ) -> Result<ConditionResult, ComposeError> {
        let tested = self.evaluator.test_condition(expression, self.facts, it);
        tested.map_err(|error| ComposeError {
            line: line.id.clone(),
            error,
        })
    }

    fn promise_kind(&self, line: &Line) -> Option<&'a PromiseKind> {
        self.playbook.file.promises.get(line.promise.as_ref()?)
    }

    /// Tests what the line asserts and what its promise needs; the reasons when one does not hold or cannot be told.
    fn hold_evidence(
        &self,
        line: &Line,
        it: Option<&str>,
        read: &mut Read,
    ) -> Result<Result<(), Vec<MissingFact>>, ComposeError> {
        let resources = &self.workspace.resources;
        let evidence = self
            .promise_kind(line)
            .map(|k| needed_evidence(k, resources));
        for expression in line.asserts.iter().chain(evidence.unwrap_or_default()) {
            let tested = self.test_condition(line, expression, it)?;
            read.paths.extend(tested.reads.iter().cloned());
            match tested.truth {
                Some(true) if line.asserts.contains(expression) => read.claims.extend(tested.reads),
                Some(true) => {}
                Some(false) => {
                    let mut reasons = self.lacks_behind(&tested.reads);
                    if reasons.is_empty() {
                        reasons.push(MissingFact::from_phrase(
                            Missing::DoesNotHold,
                            &[("condition", &expression)],
                            None,
                        ));
                    }
                    return Ok(Err(reasons));
                }
                None => return Ok(Err(self.missing_facts(&tested.missing))),
            }
        }
        Ok(Ok(()))
    }

    /// The line as it will stand in the record, with every event that it rests on.
    fn said_line(&self, line: &Line, it: Option<&str>, read: Read) -> SaidLine {
        let (mut values, mut events) = (BTreeMap::new(), BTreeSet::new());
        let mut unknown = BTreeSet::new();
        for path in read.paths {
            match self.facts.entry(&path) {
                Some(FactEntry::Known(f)) => {
                    values.insert(path, f.value.clone());
                    events.extend(f.events.iter().copied());
                }
                _ => {
                    events.extend(self.facts.missing_at(&path).events);
                    unknown.insert(path);
                }
            }
        }
        // A sentence that somebody wrote rests on their having written it.
        events.extend(line.written_by);
        // Every line cites the declaration: without it the incident does not exist.
        if let Some(declared) = self.facts.known_fact("declared_at") {
            events.extend(declared.events.iter().copied());
        }
        let claims = read.claims.into_iter();
        SaidLine {
            id: line.id.clone(),
            incident: self.incident.clone(),
            it: it.map(str::to_owned),
            element: line.element,
            reads: values,
            claims: claims.filter(|c| !unknown.contains(c)).collect(),
            asserts: line.asserts.clone(),
            unknown: unknown.into_iter().collect(),
            events: events.into_iter().collect(),
            promise: line.promise.clone(),
            promise_number: None,
            also: Vec::new(),
        }
    }
}
