//! The text as one: the rules for-each and empty. What people heard before is in `heard`.

use super::rows::*;
use super::sample::*;
use crate::domain::base::lang::Lang;
use crate::domain::config::line::Element;
use crate::domain::speech::draft::Draft;

/// A line that gives a date or cause of AAG on the page, and the list of those without.
fn give(draft: &mut Draft, element: Element, field: &str, without: &str, others: &[&str]) {
    let path = format!("links.AAG.{field}");
    put(&mut draft.facts, &path, instant("2026-09-13T07:00:00Z"));
    put(&mut draft.facts, without, list(others));
    let own = line(&draft.facts, "given", element, &[&path]);
    add(draft, own, &["page"]);
}

/// Says of which it is not known, on the page.
fn name_others(draft: &mut Draft, element: Element, without: &str) {
    let own = line(&draft.facts, "others", element, &[without]);
    add(draft, own, &["page"]);
}

/// Owns up to the window of APG, on the page.
fn correct_apg(draft: &mut Draft, it: &str) {
    let mut own = line(&draft.facts, "other", Element::Correction, &[]);
    own.said.it = Some(it.into());
    add(draft, own, &["page"]);
}

static NO_DATE: [&str; 2] = [
    "for-each | - | page vi | it gives a date for one link and says nothing of APG",
    "for-each | - | page en | it gives a date for one link and says nothing of APG",
];

#[test]
fn a_date_for_one_leaves_no_other_open() {
    hold(&[
        Row {
            name: "there is no other",
            change: |d| give(d, Element::Outlook, "window", "no_window", &[]),
            findings: &[],
        },
        Row {
            name: "another is named as without",
            change: |d| {
                give(d, Element::Outlook, "window", "no_window", &["APG"]);
                name_others(d, Element::Outlook, "no_window");
            },
            findings: &[],
        },
        Row {
            name: "another is not named",
            change: |d| give(d, Element::Outlook, "window", "no_window", &["APG"]),
            findings: &NO_DATE,
        },
        Row {
            name: "another is named in a line about another incident",
            change: |d| {
                give(d, Element::Outlook, "window", "no_window", &["APG"]);
                name_others(d, Element::Outlook, "no_window");
                d.lines[ADDED + 1].said.incident = Some("INC-2".into());
            },
            findings: &NO_DATE,
        },
        Row {
            name: "another is without a cause",
            change: |d| {
                give(d, Element::Outlook, "window", "no_window", &["APG"]);
                put(&mut d.facts, "without_cause", list(&["APG"]));
                name_others(d, Element::Outlook, "without_cause");
            },
            findings: &NO_DATE,
        },
        Row {
            name: "a correction speaks of the other",
            change: |d| {
                give(d, Element::Outlook, "window", "no_window", &["APG"]);
                correct_apg(d, "APG");
            },
            findings: &[],
        },
        Row {
            name: "a correction speaks of one of two others",
            change: |d| {
                give(d, Element::Outlook, "window", "no_window", &["SMW", "APG"]);
                correct_apg(d, "SMW");
            },
            findings: &NO_DATE,
        },
        Row {
            name: "no date is given",
            change: |d| put(&mut d.facts, "no_window", list(&["APG"])),
            findings: &[],
        },
        Row {
            name: "what is given is no date of a repair",
            change: |d| give(d, Element::Action, "window", "no_window", &["APG"]),
            findings: &[],
        },
    ]);
}

static NO_CAUSE: [&str; 2] = [
    "for-each | - | page vi | it gives a cause for one link and says nothing of APG",
    "for-each | - | page en | it gives a cause for one link and says nothing of APG",
];

#[test]
fn a_cause_for_one_leaves_no_other_open() {
    hold(&[
        Row {
            name: "another is named as without",
            change: |d| {
                give(d, Element::Cause, "cause", "without_cause", &["APG"]);
                name_others(d, Element::Cause, "without_cause");
            },
            findings: &[],
        },
        Row {
            name: "another is not named",
            change: |d| give(d, Element::Cause, "cause", "without_cause", &["APG"]),
            findings: &NO_CAUSE,
        },
        Row {
            name: "another is without a date",
            change: |d| {
                give(d, Element::Cause, "cause", "without_cause", &["APG"]);
                put(&mut d.facts, "no_window", list(&["APG"]));
                name_others(d, Element::Cause, "no_window");
            },
            findings: &NO_CAUSE,
        },
        Row {
            name: "a cause that is told of what happened",
            change: |d| give(d, Element::WhatHappened, "cause", "without_cause", &["APG"]),
            findings: &[],
        },
    ]);
}

/// Turns every line that says what happened into another.
fn say_nothing(draft: &mut Draft, instead: Element) {
    draft.lines[CUT].said.element = instead;
    draft.lines[WINDOW].said.element = Element::Outlook;
    put(&mut draft.facts, "slipped", list(&[]));
}

#[test]
fn a_text_says_what_happened() {
    hold(&[
        Row {
            name: "it greets, and is sorry",
            change: |d| say_nothing(d, Element::Outlook),
            findings: &[
                "empty | - | page vi | it does not say what happened",
                "empty | - | page en | it does not say what happened",
                "empty | - | sms vi | it does not say what happened",
                "empty | - | sms en | it does not say what happened",
                "empty | - | voice vi | it does not say what happened",
                "empty | - | voice en | it does not say what happened",
            ],
        },
        Row {
            name: "nothing is wrong, and it greets",
            change: |d| {
                say_nothing(d, Element::Outlook);
                put(&mut d.facts, "troubled", list(&[]));
            },
            findings: &[],
        },
        Row {
            name: "it says who is affected",
            change: |d| say_nothing(d, Element::Affected),
            findings: &[],
        },
        Row {
            name: "it owns up to something",
            change: |d| say_nothing(d, Element::Correction),
            findings: &[],
        },
        Row {
            name: "one text alone says nothing of it",
            change: |d| {
                say_nothing(d, Element::Affected);
                d.lines[CUT].mandatory = false;
                for lang in [Lang::Vi, Lang::En] {
                    leave_out(d, "sms", lang, CUT);
                }
            },
            findings: &[
                "empty | - | sms vi | it does not say what happened",
                "empty | - | sms en | it does not say what happened",
            ],
        },
    ]);
}
