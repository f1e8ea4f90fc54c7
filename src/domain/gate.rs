//! The gate: the only place where a draft becomes a statement. It reads every rendition, structure and
//! words, and trusts nothing but the facts.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::draft::{Draft, DraftLine};
use crate::domain::facts::{Entry, Facts};
use crate::domain::happening::Happening;
use crate::domain::issued::{Rendition, StatementIssued};
use crate::domain::lang::Lang;
use crate::domain::playbook::{Element, Per, Playbook};
use crate::domain::state::{Promise, State};
use crate::domain::value::Value;
use crate::domain::voice::Voice;
use crate::domain::workspace::{Disclosure, Workspace};

/// A claim that the record does not back, or a form that may not go out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule.
    pub rule: String,
    /// The line of the draft, counted from 0, when it is about one.
    pub line: Option<usize>,
    /// The channel.
    pub channel: Option<String>,
    /// The language.
    pub lang: Option<Lang>,
    /// Where in that rendition, in bytes.
    pub span: Option<(usize, usize)>,
    /// What is wrong and what would make it right.
    pub what: String,
}

/// Reads the words of every rendition against the facts; lent to the gate by `check`.
pub type Reader<'a> = &'a dyn Fn(&Draft) -> Vec<Finding>;

/// A draft that passed: the same bytes, and what follows from saying them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    draft: Draft,
}

/// A draft that did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    /// The draft.
    pub draft: Draft,
    /// Everything that is wrong with it.
    pub findings: Vec<Finding>,
}

/// Passes a draft or says everything that is wrong with it.
///
/// # Errors
/// The findings, when there is one.
pub fn pass(
    draft: Draft,
    playbook: &Playbook,
    workspace: &Workspace,
    voice: &dyn Voice,
    reader: Reader<'_>,
) -> Result<Statement, Box<Failed>> {
    let mut findings = Vec::new();
    for (i, line) in draft.lines.iter().enumerate() {
        backed(&draft.facts, i, line, &mut findings);
        promised(&draft.facts, playbook, i, line, &mut findings);
    }
    texts_say_what_facts_say(&draft, &mut findings);
    equal_claims(&draft, &mut findings);
    owned_up(&draft, &mut findings);
    must_be_there(&draft, &mut findings);
    for rendition in &draft.renditions {
        if let Some(channel) = workspace.channels.get(&rendition.channel)
            && let Some(trouble) = voice
                .measure(channel, rendition.lang, &rendition.text)
                .trouble
        {
            findings.push(whole("length", rendition, trouble));
        }
    }
    findings.extend(reader(&draft));
    if draft.renditions.is_empty() {
        findings.push(Finding {
            rule: "empty".into(),
            line: None,
            channel: None,
            lang: None,
            span: None,
            what: "there is nothing that may be said".into(),
        });
    }
    if findings.is_empty() {
        Ok(Statement { draft })
    } else {
        Err(Box::new(Failed { draft, findings }))
    }
}

fn about(rule: &str, line: usize, what: String) -> Finding {
    Finding {
        rule: rule.into(),
        line: Some(line),
        channel: None,
        lang: None,
        span: None,
        what,
    }
}

fn whole(rule: &str, r: &Rendition, what: String) -> Finding {
    Finding {
        rule: rule.into(),
        line: None,
        channel: Some(r.channel.clone()),
        lang: Some(r.lang),
        span: None,
        what,
    }
}

/// Every claim is a fact of this moment, fresh, and this audience may know it.
fn backed(facts: &Facts, i: usize, line: &DraftLine, findings: &mut Vec<Finding>) {
    for path in &line.said.claims {
        match facts.entry(path) {
            Some(Entry::Known(fact)) => {
                if line.said.reads.get(path) != Some(&fact.value) {
                    findings.push(about(
                        "value",
                        i,
                        format!("{path} is {} in the record", fact.value.plain()),
                    ));
                }
                let is_figure = !line.banded.contains(path);
                let allowed = match fact.disclosure {
                    Disclosure::Banded => facts.may_know > Disclosure::Banded || !is_figure,
                    level => level <= facts.may_know,
                };
                if !allowed {
                    let what = if fact.disclosure == Disclosure::Banded {
                        format!(
                            "{path} may be told to {} only as a band: write {{{{ ... | band }}}}",
                            facts.audience
                        )
                    } else {
                        format!("{} may not know {path}", facts.audience)
                    };
                    findings.push(about("disclosure", i, what));
                }
            }
            Some(Entry::Stale { lack, .. } | Entry::Unknown { lack }) => {
                let hint = if lack.command.is_empty() {
                    String::new()
                } else {
                    format!(": {}", lack.command)
                };
                findings.push(about(
                    "backing",
                    i,
                    format!("{}{hint}", lack.what.any(Lang::En)),
                ));
            }
            None => findings.push(about(
                "backing",
                i,
                format!("nothing in the record backs {path}"),
            )),
        }
    }
}

/// A promise is of a declared kind, and is not already due.
fn promised(
    facts: &Facts,
    playbook: &Playbook,
    i: usize,
    line: &DraftLine,
    findings: &mut Vec<Finding>,
) {
    let Some(kind) = &line.said.promise else {
        return;
    };
    if !playbook.file.promises.contains_key(kind) {
        return findings.push(about(
            "promise",
            i,
            format!("the playbook declares no promise \"{kind}\""),
        ));
    }
    match &line.promise {
        Some(p) if p.due.ends(facts.zone) <= facts.as_of => {
            findings.push(about(
                "promise",
                i,
                format!(
                    "the promise \"{kind}\" would be due at {}, which has passed",
                    p.due
                ),
            ));
        }
        Some(_) => {}
        None => findings.push(about(
            "promise",
            i,
            format!("the promise \"{kind}\" has no due time"),
        )),
    }
}

/// Every placed claim belongs to its line and lies inside it.
fn texts_say_what_facts_say(draft: &Draft, findings: &mut Vec<Finding>) {
    for r in &draft.renditions {
        for placed in &r.placed {
            let Some(line) = draft.lines.get(placed.line) else {
                findings.push(whole(
                    "structure",
                    r,
                    "a text that belongs to no line".into(),
                ));
                continue;
            };
            for span in &placed.spans {
                let inside =
                    placed.start <= span.start && span.start <= span.end && span.end <= placed.end;
                if !inside || r.text.get(span.start..span.end).is_none() {
                    findings.push(about(
                        "structure",
                        placed.line,
                        format!("{} stands outside of its line", span.path),
                    ));
                }
                if !line.said.claims.contains(&span.path) {
                    findings.push(about(
                        "structure",
                        placed.line,
                        format!("{} is printed and not claimed", span.path),
                    ));
                }
            }
        }
    }
}

/// All languages of one channel carry equal claims; a channel's claims are a subset of the longest one's.
fn equal_claims(draft: &Draft, findings: &mut Vec<Finding>) {
    let printed = |r: &Rendition, line: usize| -> BTreeSet<String> {
        // Our own name and that of our zone are no claims about the incident.
        let placed = r.placed.iter().filter(|p| p.line == line);
        let claims = placed.flat_map(|p| {
            p.spans
                .iter()
                .map(|s| s.path.trim_end_matches(".spoken").to_owned())
        });
        claims.filter(|p| p != "org" && p != "zone").collect()
    };
    let mut by_channel: BTreeMap<&str, Vec<&Rendition>> = BTreeMap::new();
    for r in &draft.renditions {
        by_channel.entry(&r.channel).or_default().push(r);
    }
    for (channel, renditions) in &by_channel {
        let Some(first) = renditions.first() else {
            continue;
        };
        for other in &renditions[1..] {
            for line in 0..draft.lines.len() {
                let (a, b) = (printed(first, line), printed(other, line));
                let has = |r: &Rendition| r.placed.iter().any(|p| p.line == line);
                if a != b || has(first) != has(other) {
                    let odd: Vec<&String> = a.symmetric_difference(&b).collect();
                    findings.push(about(
                        "languages",
                        line,
                        format!(
                            "on {channel}, {} and {} do not say the same: {odd:?}",
                            first.lang, other.lang
                        ),
                    ));
                }
            }
        }
    }
    let Some(widest) = draft.renditions.iter().max_by_key(|r| r.placed.len()) else {
        return;
    };
    for r in &draft.renditions {
        for p in &r.placed {
            let full = printed(widest, p.line);
            let is_there = widest.placed.iter().any(|w| w.line == p.line);
            // A contact or address may have another form when read aloud.
            let extra: Vec<&str> = p
                .spans
                .iter()
                .map(|s| s.path.as_str())
                .filter(|s| {
                    is_there
                        && *s != "org"
                        && *s != "zone"
                        && !full.contains(s.trim_end_matches(".spoken"))
                })
                .collect();
            if !extra.is_empty() {
                findings.push(about(
                    "channels",
                    p.line,
                    format!("{} says more than {}: {extra:?}", r.channel, widest.channel),
                ));
            }
        }
    }
}

/// A date that this audience heard and that slipped, passed or was withdrawn, and a mistake that it
/// heard, are owned up to, in every channel.
fn owned_up(draft: &Draft, findings: &mut Vec<Finding>) {
    let ids = |path: &str| match draft.facts.value(path) {
        Some(Value::List(l)) => l.iter().map(|n| n.id.clone()).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    let mut owed: Vec<(String, String)> = Vec::new();
    for id in ["slipped", "passed", "withdrawn"]
        .iter()
        .flat_map(|p| ids(p))
    {
        owed.push((
            format!("links.{id}.told_window"),
            format!("the repair window of {id} that was told"),
        ));
    }
    if matches!(draft.facts.value("corrections"), Some(Value::Count(n)) if *n > 0) {
        owed.push(("corrections".into(), "something wrong that was told".into()));
    }
    for (path, what) in owed {
        for r in &draft.renditions {
            let there = r.placed.iter().any(|p| {
                draft.lines.get(p.line).is_some_and(|l| {
                    l.said.element == Element::Correction && l.said.reads.contains_key(&path)
                })
            });
            if !there {
                findings.push(whole(
                    "owning-up",
                    r,
                    format!("no line owns up to {what}: the playbook needs a line with `element: correction` for {} that reads {path}", r.channel),
                ));
            }
        }
    }
}

/// A line that must be there is in every channel; one that must and cannot stops the statement.
fn must_be_there(draft: &Draft, findings: &mut Vec<Finding>) {
    for held in draft.withheld.iter().filter(|w| w.must) {
        let why: Vec<String> = held
            .reasons
            .iter()
            .map(|l| {
                let command = if l.command.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", l.command)
                };
                format!("{}{command}", l.what.any(Lang::En))
            })
            .collect();
        findings.push(Finding {
            rule: "must".into(),
            line: None,
            channel: None,
            lang: None,
            span: None,
            what: format!(
                "line \"{}\" must be said and cannot: {}",
                held.line,
                why.join("; ")
            ),
        });
    }
    for (i, line) in draft.lines.iter().enumerate().filter(|(_, l)| l.must) {
        for r in &draft.renditions {
            if !r.placed.iter().any(|p| p.line == i) {
                findings.push(whole(
                    "must",
                    r,
                    format!("line \"{}\" must be in every channel and has no form for {}: add `short`, `plain` or `spoken`", line.said.id, r.channel),
                ));
            }
        }
    }
}

impl Statement {
    /// The draft that passed.
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The statement and its promises as happenings of one batch, numbered for this state.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn into_happenings(self, state: &State) -> Result<Vec<Happening>, String> {
        let facts = self.draft.facts;
        let number = state.statements.len() as u32 + 1;
        let incident = facts.incidents.first().cloned().unwrap_or_default();
        let previous = state
            .said(&incident, &facts.audience)
            .next()
            .map(|s| s.statement.number);
        let mut next = state.promises.iter().map(|p| p.number).max().unwrap_or(0) + 1;
        let mut after = Vec::new();
        let mut lines = Vec::new();
        for mut line in self.draft.lines {
            if let Some(p) = &line.promise {
                let open = state.promises.iter().find(|o| {
                    p.per != Per::Statement
                        && is_same(o, &facts, &incident, &p.kind, p.subject.as_deref())
                });
                line.said.promise_number = Some(open.map_or(next, |o| o.number));
                match open {
                    Some(o) if o.dues.last().map(|d| d.due) == Some(p.due) => {}
                    Some(o) => after.push(Happening::PromiseRevised {
                        number: o.number,
                        due: p.due,
                        statement: number,
                    }),
                    None => {
                        after.push(Happening::PromiseMade {
                            number: next,
                            promise: p.kind.clone(),
                            subject: p.subject.clone(),
                            audience: facts.audience.clone(),
                            owner: p.owner.clone(),
                            by: p.by,
                            due: p.due,
                            statement: number,
                        });
                        next += 1;
                    }
                }
            }
            lines.push(line.said);
        }
        if let Some(Value::List(gone)) = facts.value("withdrawn") {
            for named in gone {
                let open = state
                    .promises
                    .iter()
                    .filter(|o| o.withdrawn.is_none() && o.subject.as_deref() == Some(&named.id))
                    .filter(|o| {
                        o.incident.as_deref() == Some(&incident) && o.audience == facts.audience
                    });
                after.extend(open.map(|o| Happening::PromiseWithdrawn {
                    number: o.number,
                    because: format!("the repair window of {} was withdrawn", named.id),
                    statement: Some(number),
                }));
            }
        }
        let mut statement = StatementIssued {
            number,
            audience: facts.audience.clone(),
            incidents: facts.incidents.clone(),
            as_of: facts.as_of,
            previous,
            lines,
            renditions: self.draft.renditions,
            digest: String::new(),
        };
        statement.digest = statement.compute_digest()?;
        let mut batch = vec![Happening::StatementIssued(statement)];
        batch.extend(after);
        Ok(batch)
    }
}

fn is_same(
    open: &Promise,
    facts: &Facts,
    incident: &str,
    kind: &str,
    subject: Option<&str>,
) -> bool {
    open.withdrawn.is_none()
        && open.kind == kind
        && open.incident.as_deref() == Some(incident)
        && open.subject.as_deref() == subject
        && open.audience == facts.audience
}
