//! The gate: the only place where a draft becomes a statement. It reads every rendition, structure and
//! words, and trusts nothing but the facts.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::base::lang::Lang;
use crate::domain::base::next_step::Advice;
use crate::domain::config::audience::Disclosure;
use crate::domain::config::channel::Channel;
use crate::domain::config::workspace::Workspace;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::fact::{FactEntry, Facts};
use crate::domain::record::rendition::Rendition;
use crate::domain::speech::draft::{Draft, DraftLine};
use crate::domain::speech::finding::{Finding, finding_on_line, finding_on_rendition};
use crate::domain::speech::heard_rules::{keeps_its_word, owns_up, says_in_sum, speaks_of_each};

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
    pub draft: Draft,
    /// Everything that is wrong with it.
    pub findings: Vec<Finding>,
}

/// Passes a draft or says everything that is wrong with it.
///
/// # Errors
/// The findings, when there is one.
pub fn pass_gate(
    draft: Draft,
    workspace: &Workspace,
    evaluator: &dyn Evaluator,
    reader: Reader<'_>,
) -> Result<Statement, Box<Failed>> {
    let mut findings = Vec::new();
    for (i, line) in draft.lines.iter().enumerate() {
        let facts = draft.facts_of(&line.said);
        check_backed(facts, i, line, &mut findings);
        check_promise(facts, i, line, &mut findings);
    }
    findings.extend(check_structure(&draft));
    for rendition in &draft.renditions {
        let channel = workspace.channels.get(&rendition.channel);
        let is_whole = channel.is_none_or(Channel::takes_whole);
        owns_up(&draft, rendition, is_whole, &mut findings);
        keeps_its_word(&draft, rendition, is_whole, &mut findings);
        speaks_of_each(&draft, rendition, &mut findings);
    }
    must_be_there(&draft, &mut findings);
    for rendition in &draft.renditions {
        if let Some(channel) = workspace.channels.get(&rendition.channel)
            && let Some(trouble) = evaluator
                .measure_text(channel, rendition.lang, &rendition.text)
                .trouble
        {
            findings.push(finding_on_rendition("length", rendition, trouble));
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

/// What is wrong with the structure of a draft, whatever the facts are.
pub fn check_structure(draft: &Draft) -> Vec<Finding> {
    let mut findings = Vec::new();
    texts_say_what_facts_say(draft, &mut findings);
    languages_claim_the_same(draft, &mut findings);
    channels_claim_no_more(draft, &mut findings);
    findings
}

/// The claims of a draft that are not facts of its moment.
pub fn check_claims(draft: &Draft) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (i, line) in draft.lines.iter().enumerate() {
        check_backed(draft.facts_of(&line.said), i, line, &mut findings);
    }
    findings
}

/// Every claim is a fact of this moment, fresh, and this audience may know it.
fn check_backed(facts: &Facts, i: usize, line: &DraftLine, findings: &mut Vec<Finding>) {
    for path in &line.said.claims {
        match facts.entry(path) {
            Some(FactEntry::Known(fact)) => {
                if line.said.reads.get(path) != Some(&fact.value) {
                    findings.push(finding_on_line(
                        "value",
                        i,
                        format!("{path} is {} in the record", fact.value.to_plain_text()),
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
                    findings.push(finding_on_line("disclosure", i, what));
                }
            }
            Some(FactEntry::Stale { lack, .. } | FactEntry::Unknown { lack }) => {
                findings.push(finding_on_line("backing", i, lack));
            }
            None => findings.push(finding_on_line(
                "backing",
                i,
                format!("nothing in the record backs {path}"),
            )),
        }
    }
}

/// A promise is of a declared kind, and is not already due.
fn check_promise(facts: &Facts, i: usize, line: &DraftLine, findings: &mut Vec<Finding>) {
    let Some(kind) = &line.said.promise else {
        return;
    };
    match &line.promise {
        Some(p) if p.due.ends_at(facts.zone) <= facts.as_of => {
            findings.push(finding_on_line(
                "promise",
                i,
                format!(
                    "the promise \"{kind}\" would be due at {}, which has passed",
                    p.due
                ),
            ));
        }
        Some(_) => {}
        None => findings.push(finding_on_line(
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
                findings.push(finding_on_rendition(
                    "structure",
                    r,
                    "a text that belongs to no line",
                ));
                continue;
            };
            for span in &placed.spans {
                let inside =
                    placed.start <= span.start && span.start <= span.end && span.end <= placed.end;
                if !inside || r.text.get(span.start..span.end).is_none() {
                    findings.push(finding_on_line(
                        "structure",
                        placed.line,
                        format!("{} stands outside of its line", span.path),
                    ));
                }
                if !line.said.claims.contains(&span.path) {
                    findings.push(finding_on_line(
                        "structure",
                        placed.line,
                        format!("{} is printed and not claimed", span.path),
                    ));
                }
            }
        }
    }
}

/// The claims that a rendition prints for a line. Our own name and that of our zone are no claims about the incident;
/// a contact or address may have another form when read aloud.
fn printed_claims(r: &Rendition, line: usize) -> BTreeSet<&str> {
    let placed = r.placed.iter().filter(|p| p.line == line);
    let paths = placed.flat_map(|p| p.spans.iter().map(|s| s.path.trim_end_matches(".spoken")));
    paths.filter(|p| *p != "org" && *p != "zone").collect()
}

fn has_line(r: &Rendition, line: usize) -> bool {
    r.placed.iter().any(|p| p.line == line)
}

/// All languages of one channel carry equal claims.
fn languages_claim_the_same(draft: &Draft, findings: &mut Vec<Finding>) {
    let mut by_channel: BTreeMap<&str, Vec<&Rendition>> = BTreeMap::new();
    for r in &draft.renditions {
        by_channel.entry(&r.channel).or_default().push(r);
    }
    for (channel, renditions) in &by_channel {
        let Some((first, others)) = renditions.split_first() else {
            continue;
        };
        for other in others {
            for line in 0..draft.lines.len() {
                let (a, b) = (printed_claims(first, line), printed_claims(other, line));
                if a == b && has_line(first, line) == has_line(other, line) {
                    continue;
                }
                let odd: Vec<_> = a.symmetric_difference(&b).collect();
                let what = format!(
                    "on {channel}, {} and {} do not say the same: {odd:?}",
                    first.lang, other.lang
                );
                findings.push(finding_on_line("languages", line, what));
            }
        }
    }
}

/// The claims of each channel are a subset of those of the longest one.
fn channels_claim_no_more(draft: &Draft, findings: &mut Vec<Finding>) {
    let Some(widest) = draft.renditions.iter().max_by_key(|r| r.placed.len()) else {
        return;
    };
    for r in &draft.renditions {
        for p in r.placed.iter().filter(|p| has_line(widest, p.line)) {
            let full = printed_claims(widest, p.line);
            let paths = p.spans.iter().map(|s| s.path.as_str());
            let is_extra = |s: &&str| {
                *s != "org" && *s != "zone" && !full.contains(s.trim_end_matches(".spoken"))
            };
            let extra: Vec<&str> = paths.filter(is_extra).collect();
            if !extra.is_empty() {
                let what = format!("{} says more than {}: {extra:?}", r.channel, widest.channel);
                findings.push(finding_on_line("channels", p.line, what));
            }
        }
    }
}

/// A line that must be there is in every channel; one that must and cannot stops the statement.
fn must_be_there(draft: &Draft, findings: &mut Vec<Finding>) {
    for held in draft.withheld.iter().filter(|w| w.mandatory) {
        let mut what = Advice::from(format!("line \"{}\" must be said and cannot: ", held.line));
        for (i, lack) in held.reasons.iter().enumerate() {
            let reason = lack.what.get_or_any(Lang::USUAL);
            what = what.then(if i == 0 { "" } else { "; " }).then(reason);
            if let Some(step) = &lack.step {
                what = what.then(step.clone().after(" (")).then(")");
            }
        }
        findings.push(Finding {
            rule: "must".into(),
            line: None,
            channel: None,
            lang: None,
            span: None,
            what,
        });
    }
    for (i, line) in draft.lines.iter().enumerate().filter(|(_, l)| l.mandatory) {
        for r in &draft.renditions {
            let mut said = r.placed.iter().filter_map(|p| draft.lines.get(p.line));
            let is_counted = said.any(|sum| sum.counts(line));
            let is_summed_up = is_counted || line.is_one_of_many() && says_in_sum(draft, r);
            if !is_summed_up && !r.placed.iter().any(|p| p.line == i) {
                findings.push(finding_on_rendition(
                    "must",
                    r,
                    format!("line \"{}\" must be in every channel and has no form for {} in each language: add `short`, `unaccented` or `spoken`, or put the incident under the newer text of its playbook", line.said.id, r.channel),
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

    /// The draft, to be recorded as it is.
    pub(crate) fn into_draft(self) -> Draft {
        self.draft
    }
}
