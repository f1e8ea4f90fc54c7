//! Texts that somebody words by hand: what becomes of each change, and that what passes is what was typed.

use std::collections::BTreeMap;

use chrono::Duration;

use serde::Deserialize;

use super::{Edited, edit_texts, text_to_edit, unfolded};
use crate::desk::DeskError;
use crate::desk::incident::declare::{Declaration, declare_incident};
use crate::desk::incident::report::report_links;
use crate::desk::statement::issue::issue_with_reason;
use crate::desk::statement::own_sentence::{Typed, print_names, say_sentence};
use crate::desk::statement::verdicts::judge_statement;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::link::{LinkState, Source};
use crate::domain::config::line::Element;
use crate::domain::record::link_event::LinkReported;
use crate::domain::speech::still_true::Verdict;
use crate::testing::{check_table, expect, notice, shipped};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    change: BTreeMap<Lang, (String, String)>,
    #[serde(default)]
    wrote: usize,
    refused: Option<String>,
}

#[test]
fn a_text_worded_by_hand_loses_no_fact_and_claims_no_other() {
    check_table("edits.yaml", |row: Row| {
        let mut desk = shipped::desk();
        let declaration = Declaration {
            links: vec![("AAG".into(), Some(LinkState::Down))],
            ..Declaration::new("submarine-cable-disruption")
        };
        let id = declare_incident(&mut desk, &declaration).unwrap();
        let which = Edited {
            incident: &id,
            audience: "customers",
            channel: "web",
        };
        let mut typed = Vec::new();
        for (lang, (from, to)) in &row.change {
            let text = text_to_edit(&desk, which, *lang).unwrap();
            let text = match from.as_str() {
                "" => format!("{text}\n{to}"),
                words if !text.contains(words) => return Err(format!("not in the text: {text}")),
                words => text.replace(words, to),
            };
            typed.push((*lang, text));
        }
        let before = desk.head().seq;
        match (edit_texts(&mut desk, which, &typed), row.refused) {
            (Ok((seqs, review)), None) => {
                expect("sentences", seqs.len(), row.wrote)?;
                for (lang, text) in &typed {
                    let mut all = review.draft.renditions.iter();
                    let made = all.find(|r| r.channel == "web" && r.lang == *lang);
                    let made = made.map(|r| unfolded(&r.text));
                    expect("the text", made, Some(unfolded(text)))?;
                }
                issue_with_reason(&mut desk, notice(std::slice::from_ref(&id)), None, None)
                    .map(|_| ())
                    .map_err(|e| e.to_string())
            }
            (Err(error), Some(wanted)) => {
                expect("events", desk.head().seq, before)?;
                let hints = match &error {
                    DeskError::Refused(r) => r.hint.without_commands(),
                    _ => String::new(),
                };
                let shown = format!("{error} ({hints})");
                match shown.contains(&wanted) {
                    true => Ok(()),
                    false => Err(shown),
                }
            }
            (Ok(_), Some(wanted)) => Err(format!("it passed, and not: {wanted}")),
            (Err(error), None) => Err(error.to_string()),
        }
    });
}

#[test]
fn names_become_what_prints_them_and_nothing_else_does() {
    let network = &shipped::books().network;
    for (typed, lang, wanted) in [
        (
            "The AAG cable is down.",
            Lang::En,
            "{{ links['AAG'].name }} is down.",
        ),
        (
            "Cáp AAG và cáp APG.",
            Lang::Vi,
            "{{ links['AAG'].name }} và {{ links['APG'].name }}.",
        ),
        (
            "AAGX is no name of ours.",
            Lang::En,
            "AAGX is no name of ours.",
        ),
        (
            "{{ links.AAG.since }} in Hue",
            Lang::En,
            "{{ links.AAG.since }} in {{ links['hue'].name }}",
        ),
        ("Hueland", Lang::En, "Hueland"),
        ("{{ broken", Lang::En, "{{ broken"),
        ("", Lang::En, ""),
    ] {
        assert_eq!(print_names(typed, lang, network), wanted, "{typed}");
    }
}

/// Thanks said during an outage are not untrue after it: nobody is told to correct them.
#[test]
fn a_sentence_that_ends_with_its_phase_is_not_untrue() {
    let mut desk = shipped::desk();
    let declaration = Declaration {
        links: vec![("AAG".into(), Some(LinkState::Down))],
        ..Declaration::new("submarine-cable-disruption")
    };
    let id = declare_incident(&mut desk, &declaration).unwrap();
    let typed = Typed {
        texts: Texts::from([
            (Lang::Vi, "Kính mong Quý khách thông cảm."),
            (Lang::En, "Please bear with us."),
        ]),
        element: Element::Action,
        asserts: Vec::new(),
        channels: Vec::new(),
        audience: None,
    };
    let (number, _) = say_sentence(&mut desk, &id, &typed).unwrap();
    issue_with_reason(&mut desk, notice(std::slice::from_ref(&id)), None, None).unwrap();
    desk.set_now(desk.clock.now + Duration::minutes(30));
    let mut up = LinkReported::nothing_new("AAG", &Source::own_check(), desk.clock.now);
    up.state = Some(LinkState::Up);
    report_links(&mut desk, &[up], false).unwrap();
    let issued = desk.state.find_statement(1).unwrap();
    let verdicts = judge_statement(&desk, issued).unwrap();
    let lines = issued.statement.lines().iter().zip(&verdicts);
    let gone: Vec<&str> = lines
        .filter(|(_, v)| **v != Verdict::Holds)
        .map(|(l, _)| l.id.as_str())
        .collect();
    assert!(gone.contains(&"down"), "{gone:?}");
    assert!(
        !gone.contains(&format!("own:{number}").as_str()),
        "{gone:?}"
    );
}
