//! The gate: the only place where a draft becomes a statement. It reads every rendition, structure and
//! words, and trusts nothing but the facts.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::Lang;
use crate::domain::base::time::When;
use crate::domain::base::value::Value;
use crate::domain::config::audience::Disclosure;
use crate::domain::config::line::Element;
use crate::domain::config::promise_kind::Per;
use crate::domain::config::workspace::Workspace;
use crate::domain::facts::catalogue::entry_path;
use crate::domain::facts::evaluator::Voice;
use crate::domain::facts::fact::{Entry, Facts};
use crate::domain::record::body::StatementBody;
use crate::domain::record::payload::{Happening, PromiseMade};
use crate::domain::record::rendition::Rendition;
use crate::domain::record::statement::StatementIssued;
use crate::domain::speech::draft::{Draft, DraftLine};
use crate::domain::state::fold::State;
use crate::domain::state::promise::Promise;

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
    workspace: &Workspace,
    voice: &dyn Voice,
    reader: Reader<'_>,
) -> Result<Statement, Box<Failed>> {
    let mut findings = Vec::new();
    for (i, line) in draft.lines.iter().enumerate() {
        let facts = draft.facts_of(&line.said);
        backed(facts, i, line, &mut findings);
        promised(facts, i, line, &mut findings);
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
fn promised(facts: &Facts, i: usize, line: &DraftLine, findings: &mut Vec<Finding>) {
    let Some(kind) = &line.said.promise else {
        return;
    };
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
            format!("the playbook declares no promise \"{kind}\", or it has no due time"),
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
    for facts in draft.all_facts() {
        for (path, what) in owed(facts) {
            for r in &draft.renditions {
                let there = r.placed.iter().any(|p| {
                    draft.lines.get(p.line).is_some_and(|l| {
                        l.said.element == Element::Correction
                            && facts.incidents.iter().any(|i| l.said.is_about(i))
                            && l.said.reads.contains_key(&path)
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
}

/// What has to be owned up to: the fact that a correction reads, and what it is about.
pub fn owed(facts: &Facts) -> Vec<(String, String)> {
    let named = |path: &str| match facts.value(path) {
        Some(Value::List(l)) => l.clone(),
        _ => Vec::new(),
    };
    let mut owed: Vec<(String, String)> = Vec::new();
    for n in ["slipped", "passed", "withdrawn"]
        .iter()
        .flat_map(|p| named(p))
    {
        owed.push((
            format!("links.{}.told_window", n.id),
            format!("the repair window of {} that was told", n.id),
        ));
    }
    for n in ["promises.slipped", "promises.missed", "promises.withdrawn"]
        .iter()
        .flat_map(|p| named(p))
    {
        owed.push((
            format!("{}.told_due", entry_path(&n.id)),
            format!("promise {} ({})", n.id, n.names.any(Lang::En)),
        ));
    }
    if matches!(facts.value("corrections"), Some(Value::Count(n)) if *n > 0) {
        owed.push(("corrections".into(), "something wrong that was told".into()));
    }
    if facts.known("late_update").is_some() {
        owed.push((
            "late_update".into(),
            "the update that was promised and is late".into(),
        ));
    }
    owed
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

    /// The statement and its promises as happenings of one batch, each with its incident, numbered for this
    /// state; `is_open` says of a promise in the ledger whether it is still to be kept.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn into_happenings(
        self,
        state: &State,
        is_open: &dyn Fn(&Promise) -> bool,
    ) -> Result<Vec<(IncidentId, Happening)>, String> {
        let number = state.statements.len() as u32 + 1;
        let incidents = self.draft.incidents();
        let incident = incidents.first().cloned().unwrap_or_default();
        let audience = self.draft.facts.audience.clone();
        let previous = state
            .said(&incident, &audience)
            .next()
            .map(|s| s.statement.number);
        let mut next = state.next_promise();
        let mut after: Vec<(IncidentId, Happening)> = Vec::new();
        for facts in self.draft.all_facts() {
            let id = facts.incidents.first().cloned().unwrap_or_default();
            for happening in told_of_others(&self.draft, facts, state, number) {
                after.push((id.clone(), happening));
            }
        }
        let mut lines = Vec::new();
        for mut line in self.draft.lines {
            let own = line.promise.iter().map(|p| (p, None));
            let others = line.also.iter().enumerate().map(|(i, p)| (p, Some(i)));
            for (p, which) in own.chain(others) {
                let about = match which {
                    None => line.said.incident.as_ref().unwrap_or(&incident),
                    Some(i) => line.said.also.get(i).map_or(&incident, |a| &a.incident),
                }
                .clone();
                let about = &about;
                let open = state.promises.iter().find(|o| {
                    p.per != Per::Statement
                        && is_same(o, about, &audience, &p.kind, p.subject.as_deref())
                        && is_open(o)
                });
                let number_of_it = Some(open.map_or(next, |o| o.made.number));
                match which {
                    None => line.said.promise_number = number_of_it,
                    Some(i) => {
                        if let Some(a) = line.said.also.get_mut(i) {
                            a.promise_number = number_of_it;
                        }
                    }
                }
                let zone = self.draft.facts.zone;
                match open {
                    Some(o)
                        if o.told().map(|d| d.due) == Some(p.due)
                            && o.due().due == p.due
                            && p.uses.is_empty() => {}
                    Some(o) => after.push((
                        about.clone(),
                        Happening::PromiseRevised {
                            number: o.made.number,
                            due: p.due,
                            ends: Some(p.due.ends(zone)),
                            statement: Some(number),
                            because: None,
                            evidence: None,
                            uses: p.uses.clone(),
                        },
                    )),
                    None => {
                        let made = PromiseMade {
                            number: next,
                            promise: p.kind.clone(),
                            subject: p.subject.clone(),
                            per: Some(p.per),
                            audience: audience.clone(),
                            owner: p.owner.clone(),
                            by: p.by,
                            due: p.due,
                            ends: Some(p.due.ends(zone)),
                            statement: Some(number),
                            names: p.names.clone(),
                            uses: p.uses.clone(),
                            visible_at: Vec::new(),
                            kept_when: Some(p.kept_when.clone()),
                            grace: p.grace,
                            of_window: p.of_window,
                            evidence: line.said.events.clone(),
                            note: None,
                        };
                        after.push((about.clone(), Happening::PromiseMade(made)));
                        next += 1;
                    }
                }
            }
            lines.push(line.said);
        }
        let mut statement = StatementIssued {
            number,
            audience,
            incidents,
            as_of: self.draft.facts.as_of,
            previous,
            body: StatementBody::new(lines, self.draft.renditions),
            digest: String::new(),
        };
        statement.digest = statement.compute_digest()?;
        let mut batch = vec![(incident, Happening::StatementIssued(statement))];
        batch.extend(after);
        Ok(batch)
    }
}

/// What a statement tells of promises made before, besides those that its lines make: a window that was
/// withdrawn, and a new time that a correction names.
fn told_of_others(draft: &Draft, facts: &Facts, state: &State, number: u32) -> Vec<Happening> {
    let id = facts.incidents.first().cloned().unwrap_or_default();
    let mut told = Vec::new();
    if let Some(Value::List(gone)) = facts.value("withdrawn") {
        for named in gone {
            let open = state
                .promises
                .iter()
                .filter(|o| o.withdrawn.is_none() && o.made.subject.as_deref() == Some(&named.id))
                .filter(|o| o.made.of_window || o.made.per.is_none())
                .filter(|o| {
                    o.incident.as_deref() == Some(&id) && o.made.audience == facts.audience
                });
            told.extend(open.map(|o| Happening::PromiseWithdrawn {
                number: o.made.number,
                because: format!("the repair window of {} was withdrawn", named.id),
                statement: Some(number),
            }));
        }
    }
    let Some(Value::List(slipped)) = facts.value("promises.slipped") else {
        return told;
    };
    for named in slipped {
        let says = |l: &DraftLine| {
            l.said.element == Element::Correction
                && l.said.is_for(&named.id)
                && l.said
                    .reads
                    .contains_key(&format!("{}.due", entry_path(&named.id)))
        };
        let promise = named
            .id
            .strip_prefix('#')
            .and_then(|n| n.parse().ok())
            .and_then(|n| state.promise_no(n));
        let due = match facts.value(&format!("{}.due", entry_path(&named.id))) {
            Some(Value::Instant(m)) => When::At(m.at),
            Some(Value::Date(d)) => When::Day(*d),
            _ => continue,
        };
        // A line of this statement that makes the promise anew says it too, and revises it.
        let is_made_anew = |p: &Promise| {
            draft.lines.iter().any(|l| {
                l.said.is_about(&id)
                    && l.promise.iter().chain(&l.also).any(|d| {
                        d.kind == p.made.promise && d.subject == p.made.subject && d.due == due
                    })
            })
        };
        if let Some(p) = promise
            && draft.lines.iter().any(says)
            && !is_made_anew(p)
        {
            told.push(Happening::PromiseRevised {
                number: p.made.number,
                due,
                ends: Some(due.ends(facts.zone)),
                statement: Some(number),
                because: p.due().because.clone(),
                evidence: None,
                uses: Vec::new(),
            });
        }
    }
    told
}

fn is_same(
    open: &Promise,
    incident: &str,
    audience: &str,
    kind: &str,
    subject: Option<&str>,
) -> bool {
    open.withdrawn.is_none()
        && open.made.promise == kind
        && open.incident.as_deref() == Some(incident)
        && open.made.subject.as_deref() == subject
        && open.made.audience == audience
}
