//! Reads the table of talking points: points of a playbook, facts, and what was said, and the sheet for one role.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml::Value;

use super::{LastSaid, Sheet, Talk, compose_sheet};
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::config::line::Element;
use crate::domain::config::playbook::{Playbook, PlaybookFile};
use crate::domain::facts::fact::Facts;
use crate::domain::facts::missing::MissingFact;
use crate::domain::record::body::StatementBody;
use crate::domain::record::rendition::{Placed, Rendition, SaidLine};
use crate::domain::record::statement::StatementIssued;
use crate::domain::speech::draft::{Draft, Withheld};
use crate::domain::speech::still_true::Verdict;
use crate::testing::{at, check_table, evaluator, expect, facts, value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// `points:` of a playbook.
    #[serde(default)]
    points: Vec<Value>,
    /// `promises:` of a playbook.
    promises: Option<Value>,
    #[serde(default)]
    facts: BTreeMap<String, String>,
    /// The facts of a second incident under the same playbook.
    second: Option<BTreeMap<String, String>>,
    role: Option<String>,
    #[serde(default)]
    withheld: Vec<WithheldRow>,
    /// The last statement, line by line.
    said: Option<Vec<SaidRow>>,
    /// By section, those without entries left out.
    #[serde(default)]
    sheet: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    no_longer_true: Vec<String>,
    /// What is malformed.
    refused: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithheldRow {
    line: String,
    not_yet: Option<String>,
    it: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SaidRow {
    id: String,
    text: String,
    element: Option<Element>,
    #[serde(default)]
    changed: bool,
}

fn playbook(row: &Row) -> Result<Playbook, String> {
    let promises = row
        .promises
        .clone()
        .unwrap_or_else(|| Value::Mapping(Default::default()));
    let whole = [
        (Value::from("name"), Value::from("p")),
        ("points".into(), Value::Sequence(row.points.clone())),
        ("promises".into(), promises),
    ];
    let file = serde_yaml::from_value::<PlaybookFile>(Value::Mapping(whole.into_iter().collect()));
    Ok(Playbook::build_on_base(
        None,
        &file.map_err(|e| e.to_string())?,
    ))
}

fn draft(row: &Row) -> Draft {
    let english = |text: &str| {
        let mut texts = Texts::default();
        texts.insert(Lang::En, text.to_owned());
        texts
    };
    let withheld = row.withheld.iter().map(|w| Withheld {
        incident: None,
        line: w.line.clone(),
        it: w.it.as_ref().map(|id| match value(&format!("link {id}")) {
            crate::domain::base::value::Value::Link(named) => named,
            other => panic!("{other:?} is no link"),
        }),
        not_yet: w.not_yet.as_deref().map(english).unwrap_or_default(),
        reasons: vec![MissingFact::from_untranslated(
            &format!("{} is missing", w.line),
            None,
        )],
        mandatory: false,
        fallback: None,
    });
    let second = row.second.as_ref().map(|s| Facts {
        incidents: vec!["INC-2".into()],
        ..facts(at("12:00"), s)
    });
    Draft {
        facts: facts(at("12:00"), &row.facts),
        more: second.into_iter().collect(),
        lines: Vec::new(),
        renditions: Vec::new(),
        withheld: withheld.collect(),
        left_out: Vec::new(),
        text: None,
        silent_channels: Vec::new(),
    }
}

/// The statement on the web, and beside it the first line alone by SMS.
fn statement(rows: &[SaidRow]) -> StatementIssued {
    let line = |row: &SaidRow| SaidLine {
        id: row.id.clone(),
        incident: None,
        it: None,
        element: row.element.unwrap_or(Element::WhatHappened),
        reads: BTreeMap::new(),
        claims: Vec::new(),
        asserts: Vec::new(),
        unknown: Vec::new(),
        events: Vec::new(),
        promise: None,
        promise_number: None,
        also: Vec::new(),
    };
    let rendition = |channel: &str, rows: &[SaidRow]| {
        let (mut text, mut placed) = (String::new(), Vec::new());
        for (line, row) in rows.iter().enumerate() {
            let start = text.len();
            text.push_str(&row.text);
            let (end, spans) = (text.len(), Vec::new());
            placed.push(Placed {
                line,
                start,
                end,
                spans,
            });
            text.push(' ');
        }
        let (channel, lang) = (channel.to_owned(), Lang::En);
        Rendition {
            channel,
            lang,
            text,
            placed,
            not_read: false,
        }
    };
    let first = &rows[..rows.len().min(1)];
    let renditions = vec![rendition("sms", first), rendition("web", rows)];
    StatementIssued {
        number: 4,
        audience: "customers".into(),
        incidents: vec!["INC-1".into()],
        as_of: at("11:15"),
        previous: None,
        text: None,
        body: StatementBody::new(rows.iter().map(line).collect(), renditions),
        derivation: None,
        digest: String::new(),
    }
}

fn shown(talk: &Talk) -> String {
    let say = talk.say.get_or_any(Lang::En);
    let question = match talk.question.get_or_any(Lang::En) {
        "" => String::new(),
        asked => format!(" (asked: {asked})"),
    };
    let because: Vec<&str> = talk
        .because
        .iter()
        .map(|l| l.what.get_or_any(Lang::En))
        .collect();
    let because = match because.is_empty() {
        true => String::new(),
        false => format!(" (because {})", because.join(", ")),
    };
    format!("{} {}: {say}{question}{because}", talk.number, talk.id)
}

fn compose(row: &Row) -> Result<Result<Sheet, String>, String> {
    let playbook = playbook(row)?;
    let draft = draft(row);
    let playbooks = vec![playbook; 1 + draft.more.len()];
    let said = row.said.as_deref().map(|rows| {
        let verdict = |r: &SaidRow| match r.changed {
            true => Verdict::Lapsed {
                path: "state".into(),
                at: None,
            },
            false => Verdict::Holds,
        };
        (
            statement(rows),
            rows.iter().map(verdict).collect::<Vec<_>>(),
        )
    });
    let last = said.as_ref().map(|(statement, verdicts)| LastSaid {
        statement,
        renditions: statement.all_renditions().unwrap(),
        verdicts,
    });
    let role = row.role.as_deref().unwrap_or("call-centre");
    let made = compose_sheet(
        &playbooks,
        &draft,
        last.as_ref(),
        evaluator(),
        &[Lang::En],
        role,
    );
    Ok(made.map_err(|e| format!("{}: {}", e.line, e.error)))
}

#[test]
fn the_sheet_of_a_role_follows_from_points_and_facts() {
    check_table("talking-points.yaml", |row: Row| {
        let made = match (compose(&row)?, row.refused) {
            (Ok(made), None) => made,
            (got, wanted) => return expect("refusal", got.err(), wanted),
        };
        let sections = made.sections.iter().filter(|(_, talks)| !talks.is_empty());
        let sections =
            sections.map(|(name, talks)| (name.clone(), talks.iter().map(shown).collect()));
        expect("sheet", sections.collect(), row.sheet)?;
        expect("no longer true", made.no_longer_true, row.no_longer_true)?;
        let statement = row.said.map(|_| (4, 45));
        expect("statement and minutes since", made.statement, statement)
    });
}
