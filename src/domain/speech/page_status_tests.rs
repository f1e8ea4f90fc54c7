//! How far an incident is by what a statement printed, in our words and in those of others. It composes no statement.

use std::collections::BTreeMap;

use super::{PageStatus, phase_by_clock, stated_phase};
use crate::domain::base::time::{When, Window};
use crate::domain::config::line::Element;
use crate::domain::record::rendition::SaidLine;
use crate::domain::state::incident::{Incident, PlaybookRef};
use crate::domain::state::told_work::told_work;
use crate::testing::{ZONE, at, said_line, said_statement};

fn line(claims: &[&str], reads: &[(&str, &str)], unknown: &[&str]) -> SaidLine {
    said_line(Element::WhatHappened, claims, reads, unknown)
}

fn incident(planned: Option<Window>) -> Incident {
    Incident {
        id: "INC-1".into(),
        seq: 1,
        declared_at: at("08:00"),
        since: None,
        title: None,
        planned,
        playbook: PlaybookRef {
            seq: 1,
            name: "p".into(),
            digest: String::new(),
            base: None,
        },
        earlier_playbooks: Vec::new(),
        steps: Vec::new(),
        noted: BTreeMap::new(),
        notes: Vec::new(),
        own_sentences: Vec::new(),
        statements: Vec::new(),
        closed: None,
    }
}

fn status(lines: Vec<SaidLine>) -> PageStatus {
    let (s, i) = (said_statement(lines), incident(None));
    PageStatus::from_statement(&s, &i, stated_phase(&s, &i))
}

/// Who plans a repair has not thereby found the fault, and a fault that is reported is not thereby investigated.
#[test]
fn a_fault_is_as_far_as_lines_print_and_no_further() {
    let rows: [(&[&str], PageStatus); 8] = [
        (&["links.AAG.since"], PageStatus::Open),
        (&["links.AAG.window"], PageStatus::Open),
        (&["work.diagnosing"], PageStatus::Investigating),
        (&["work.located"], PageStatus::Identified),
        (&["work.waiting"], PageStatus::Identified),
        (&["work.repairing"], PageStatus::Identified),
        (&["links.AAG.cause"], PageStatus::Identified),
        (&["work.located_by_guess"], PageStatus::Open),
    ];
    for (claims, wanted) in rows {
        assert_eq!(status(vec![line(claims, &[], &[])]), wanted, "{claims:?}");
    }
}

#[test]
fn only_what_was_restored_is_called_so() {
    let rows = [
        ("restored", PageStatus::Resolved),
        ("restored-here", PageStatus::ResolvedHere),
        ("no-fault", PageStatus::Withdrawn),
        ("under-watch", PageStatus::Monitoring),
        ("open", PageStatus::Open),
    ];
    for (phase, wanted) in rows {
        let found = status(vec![line(&[], &[("phase", phase)], &[])]);
        assert_eq!(found, wanted, "{phase}");
        assert_eq!(
            found.foreign_token() == "resolved",
            matches!(phase, "restored" | "no-fault"),
            "{phase}"
        );
    }
}

fn work_at(lines: Vec<SaidLine>, now: &str) -> PageStatus {
    let window = Window {
        earliest: Some(When::At(at("12:00"))),
        latest: When::At(at("14:00")),
    };
    let (s, i) = (said_statement(lines), incident(Some(window)));
    let told = told_work(std::iter::once(&s), &i);
    PageStatus::from_statement(&s, &i, phase_by_clock(&s, &i, &told, at(now), ZONE))
}

#[test]
fn announced_work_goes_by_the_clock_until_it_is_called_off() {
    let announced = || vec![line(&["planned"], &[], &["arrangement", "work_done"])];
    assert_eq!(work_at(announced(), "11:00"), PageStatus::Scheduled);
    assert_eq!(work_at(announced(), "13:00"), PageStatus::InProgress);
    assert_eq!(work_at(announced(), "15:00"), PageStatus::Overrunning);
    for now in ["11:00", "13:00", "15:00"] {
        let off = |word| vec![line(&["planned"], &[("arrangement", word)], &[])];
        assert_eq!(work_at(off("cancelled"), now), PageStatus::Cancelled);
        assert_eq!(work_at(off("moved"), now), PageStatus::Moved);
        assert_eq!(work_at(off("on"), now), work_at(announced(), now));
    }
}

/// A link that answers does not say that the work on it is done.
#[test]
fn work_is_completed_by_the_word_of_the_crew() {
    let restored = |unknown: &[&str]| vec![line(&[], &[("phase", "restored")], unknown)];
    assert_eq!(
        work_at(restored(&["work_done"]), "15:00"),
        PageStatus::Overrunning
    );
    let done = vec![line(
        &[],
        &[("phase", "restored"), ("work_done", "yes")],
        &[],
    )];
    assert_eq!(work_at(done, "15:00"), PageStatus::Completed);
    // A playbook of somebody's own need not know that word.
    assert_eq!(work_at(restored(&[]), "15:00"), PageStatus::Completed);
}
