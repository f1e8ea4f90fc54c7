//! Reads the table of what was said and the facts of now: whether each line still holds. It issues nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::{FactsAndPlaybook, Verdict, still_true};
use crate::domain::config::line::Element;
use crate::domain::config::playbook::{Playbook, PlaybookFile};
use crate::domain::record::body::StatementBody;
use crate::domain::record::rendition::SaidLine;
use crate::domain::record::statement::StatementIssued;
use crate::testing::{at, check_table, clock, evaluator, expect, facts, numbers, value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// The facts that the line read, as they were.
    said: BTreeMap<String, String>,
    /// Those that it claims; all when left out.
    claims: Option<Vec<String>>,
    /// The entries behind them.
    by: Option<String>,
    it: Option<String>,
    incident: Option<String>,
    /// When the line may be said, by the playbook.
    when: Option<String>,
    element: Option<Element>,
    now: Option<String>,
    #[serde(default)]
    facts: BTreeMap<String, String>,
    /// The facts of a second incident, INC-2.
    second: Option<BTreeMap<String, String>>,
    #[serde(default)]
    no_incident: bool,
    verdict: String,
}

fn statement(row: &Row) -> StatementIssued {
    let reads: BTreeMap<_, _> = row
        .said
        .iter()
        .map(|(p, v)| (p.clone(), value(v)))
        .collect();
    let line = SaidLine {
        id: "line".into(),
        incident: row.incident.clone(),
        it: row.it.clone(),
        element: row.element.unwrap_or(Element::WhatHappened),
        claims: row
            .claims
            .clone()
            .unwrap_or_else(|| reads.keys().cloned().collect()),
        reads,
        asserts: Vec::new(),
        unknown: Vec::new(),
        events: numbers(row.by.as_deref().unwrap_or("1")),
        promise: None,
        promise_number: None,
        also: Vec::new(),
    };
    StatementIssued {
        number: 1,
        audience: "customers".into(),
        incidents: vec!["INC-1".into()],
        as_of: at("10:00"),
        previous: None,
        text: None,
        body: StatementBody::new(vec![line], Vec::new()),
        derivation: None,
        digest: String::new(),
    }
}

fn playbook(row: &Row) -> Option<Arc<Playbook>> {
    let when = row.when.as_ref()?;
    let element =
        serde_json::to_string(&row.element.unwrap_or(Element::WhatHappened)).unwrap_or_default();
    let text = format!(
        "name: p\nlines: [ {{ id: line, element: {element}, purpose: fact, when: {when:?} }} ]"
    );
    let file: PlaybookFile = serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{e}"));
    Some(Arc::new(Playbook::build_on_base(None, &file)))
}

fn shown(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Holds => "holds".into(),
        Verdict::Changed { path, by, now } => {
            let by = by.map_or(String::new(), |by| format!("; by {by}"));
            format!("changed: {path} is {now}{by}")
        }
        Verdict::Lapsed { path, at } => {
            let at = at.map_or(String::new(), |at| format!("; since {}", clock(at)));
            format!("lapsed: {path}{at}")
        }
    }
}

#[test]
fn what_was_said_holds_until_facts_or_time_say_otherwise() {
    check_table("still-true.yaml", |row: Row| {
        let now = at(row.now.as_deref().unwrap_or("12:00"));
        let mut grounds: Vec<FactsAndPlaybook> = Vec::new();
        if !row.no_incident {
            grounds.push((facts(now, &row.facts), playbook(&row)));
        }
        if let Some(second) = &row.second {
            let mut own = facts(now, second);
            own.incidents = vec!["INC-2".into()];
            grounds.push((own, playbook(&row)));
        }
        let verdicts = still_true(&statement(&row), &grounds, evaluator());
        expect(
            "verdicts",
            verdicts.iter().map(shown).collect(),
            vec![row.verdict],
        )
    });
}
