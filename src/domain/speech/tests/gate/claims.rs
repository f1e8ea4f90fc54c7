//! What a line may claim and promise: the rules value, disclosure, backing, promise. Reads no text.

use super::rows::*;
use super::sample::*;
use crate::domain::base::next_step::{NextStep, ReportWanted};
use crate::domain::base::time::When;
use crate::domain::base::value::Value;
use crate::domain::config::audience::Disclosure;
use crate::domain::facts::fact::Fact;
use crate::domain::facts::missing::MissingFact;
use crate::domain::speech::draft::Draft;

/// Adds a fact that is told to this level, and claims it in the line of the cut.
fn claim_at(draft: &mut Draft, level: Disclosure) {
    let value = Fact::without_source(Value::from_state("fibre")).known_only_to(level);
    draft.facts.insert_fact("links.AAG.fault", value, None);
    claim(draft, CUT, "links.AAG.fault");
}

#[test]
fn the_sample_passes() {
    hold(&[Row {
        name: "the sample",
        change: |_| {},
        findings: &[],
    }]);
}

#[test]
fn claims_are_facts_that_this_audience_may_know() {
    hold(&[
        Row {
            name: "another value than the record's",
            change: |d| {
                let reads = &mut d.lines[CUT].said.reads;
                reads.insert("down".into(), list(&["APG"]));
            },
            findings: &["value | 1 | - | down is AAG in the record"],
        },
        Row {
            name: "a claim without the value that it rests on",
            change: |d| drop(d.lines[CUT].said.reads.remove("since")),
            findings: &["value | 1 | - | since is 2026-09-11T23:10:00Z in the record"],
        },
        Row {
            name: "a fact for staff",
            change: |d| claim_at(d, Disclosure::Staff),
            findings: &["disclosure | 1 | - | customers may not know links.AAG.fault"],
        },
        Row {
            name: "a fact for business customers",
            change: |d| claim_at(d, Disclosure::Business),
            findings: &["disclosure | 1 | - | customers may not know links.AAG.fault"],
        },
        Row {
            name: "a fact for business customers, told to them",
            change: |d| {
                claim_at(d, Disclosure::Business);
                d.facts.may_know = Disclosure::Business;
            },
            findings: &[],
        },
        Row {
            name: "a figure to those who may know bands",
            change: |d| d.lines[SHARE].banded.clear(),
            findings: &[
                "disclosure | 2 | - | group.capacity_left may be told to customers only as a band: write {{ ... | band }}",
            ],
        },
        Row {
            name: "a figure where bands are all that is allowed",
            change: |d| {
                d.lines[SHARE].banded.clear();
                d.facts.may_know = Disclosure::Banded;
            },
            findings: &[
                "disclosure | 2 | - | group.capacity_left may be told to customers only as a band: write {{ ... | band }}",
            ],
        },
        Row {
            name: "a figure to those who may know more than bands",
            change: |d| {
                d.lines[SHARE].banded.clear();
                d.facts.may_know = Disclosure::Business;
            },
            findings: &[],
        },
        Row {
            name: "a fact of another audience in a band is refused all the same",
            change: |d| {
                claim_at(d, Disclosure::Staff);
                d.lines[CUT].banded.insert("links.AAG.fault".into());
            },
            findings: &["disclosure | 1 | - | customers may not know links.AAG.fault"],
        },
    ]);
}

#[test]
fn claims_are_backed_and_fresh() {
    hold(&[
        Row {
            name: "nothing at all",
            change: |d| claim(d, CUT, "links.AAG.cause"),
            findings: &["backing | 1 | - | nothing in the record backs links.AAG.cause"],
        },
        Row {
            name: "unknown, with a command that helps",
            change: |d| {
                let lack = MissingFact::from_untranslated(
                    "nobody said why",
                    NextStep::Report {
                        links: "AAG".into(),
                        what: ReportWanted::Cause,
                    },
                );
                d.facts.insert_missing("links.AAG.cause", lack);
                claim(d, CUT, "links.AAG.cause");
            },
            findings: &[
                "backing | 1 | - | nobody said why: saydo link set AAG --cause KEY --confirmed",
            ],
        },
        Row {
            name: "unknown, and no command helps",
            change: |d| {
                d.facts.insert_missing(
                    "links.AAG.cause",
                    MissingFact::from_untranslated("nobody said why", None),
                );
                claim(d, CUT, "links.AAG.cause");
            },
            findings: &["backing | 1 | - | nobody said why"],
        },
        Row {
            name: "grown old",
            change: |d| {
                let mut old = Fact::without_source(Value::from_state("fibre"));
                old.fresh_until = Some(at("2026-09-12T07:59:59Z"));
                d.facts.insert_fact("links.AAG.fault", old, None);
                claim(d, CUT, "links.AAG.fault");
            },
            findings: &["backing | 1 | - | links.AAG.fault is too old to be said: saydo still"],
        },
        Row {
            name: "two lines, each with its own number",
            change: |d| {
                claim(d, UPDATE, "links.AAG.cause");
                claim(d, SORRY, "links.AAG.work");
            },
            findings: &[
                "backing | 5 | - | nothing in the record backs links.AAG.cause",
                "backing | 6 | - | nothing in the record backs links.AAG.work",
            ],
        },
        Row {
            name: "a line about another incident rests on that incident's facts",
            change: |d| {
                let mut other = no_facts("INC-2");
                put(&mut other, "down", list(&["APG"]));
                d.more.push(other);
                d.lines[CUT].said.incident = Some("INC-2".into());
            },
            findings: &[
                "value | 1 | - | down is APG in the record",
                "backing | 1 | - | nothing in the record backs since",
            ],
        },
    ]);
}

#[test]
fn promises_are_declared_and_not_due_yet() {
    hold(&[
        Row {
            name: "due at this moment",
            change: |d| set_due(d, When::At(at(AS_OF))),
            findings: &[
                "promise | 5 | - | the promise \"next-update\" would be due at 2026-09-12T08:00:00Z, which has passed",
            ],
        },
        Row {
            name: "due a second later",
            change: |d| set_due(d, When::At(at("2026-09-12T08:00:01Z"))),
            findings: &[],
        },
        Row {
            name: "due yesterday",
            change: |d| set_due(d, When::Day("2026-09-11".parse().unwrap())),
            findings: &[
                "promise | 5 | - | the promise \"next-update\" would be due at 2026-09-11, which has passed",
            ],
        },
        Row {
            name: "due today, which ends at midnight in Hanoi",
            change: |d| set_due(d, When::Day("2026-09-12".parse().unwrap())),
            findings: &[],
        },
        Row {
            name: "not declared by the playbook",
            change: |d| d.lines[UPDATE].promise = None,
            findings: &[
                "promise | 5 | - | the playbook declares no promise \"next-update\", or it has no due time",
            ],
        },
        Row {
            name: "a line that promises nothing",
            change: |d| {
                d.lines[UPDATE].promise = None;
                d.lines[UPDATE].said.promise = None;
            },
            findings: &[],
        },
    ]);
}

fn set_due(draft: &mut Draft, due: When) {
    let promise = draft.lines[UPDATE].promise.as_mut();
    promise.unwrap().due = due;
}
