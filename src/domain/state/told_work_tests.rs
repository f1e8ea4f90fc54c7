//! What statements leave standing of announced work, line by line. It composes no statement.

use std::collections::BTreeMap;

use super::{Arrangement, ToldImpact, ToldWork};
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::record::body::StatementBody;
use crate::domain::record::rendition::SaidLine;
use crate::domain::record::statement::StatementIssued;
use crate::testing::at;

fn line(element: Element, reads: &[(&str, &str)], unknown: &[&str]) -> SaidLine {
    let read = |(path, word): &(&str, &str)| ((*path).to_owned(), Value::from_state(word));
    SaidLine {
        id: "line".into(),
        incident: None,
        it: None,
        element,
        reads: reads.iter().map(read).collect::<BTreeMap<_, _>>(),
        claims: Vec::new(),
        asserts: Vec::new(),
        unknown: unknown.iter().map(|u| (*u).to_owned()).collect(),
        events: Vec::new(),
        promise: None,
        promise_number: None,
        also: Vec::new(),
    }
}

fn statement(lines: Vec<SaidLine>) -> StatementIssued {
    StatementIssued {
        number: 1,
        audience: "customers".into(),
        incidents: vec!["INC-1".into()],
        as_of: at("10:00"),
        previous: None,
        body: StatementBody::new(lines, Vec::new()),
        digest: String::new(),
    }
}

fn told(newest_first: Vec<Vec<SaidLine>>) -> ToldWork {
    let all: Vec<StatementIssued> = newest_first.into_iter().map(statement).collect();
    ToldWork::from_statements(all.iter(), "INC-1")
}

#[test]
fn the_newest_word_on_the_arrangement_stands() {
    let cancelled = || {
        vec![line(
            Element::Correction,
            &[("arrangement", "cancelled")],
            &[],
        )]
    };
    let silent = || vec![line(Element::Contact, &[], &[])];
    let unknown = || vec![line(Element::Title, &[], &["arrangement"])];
    assert_eq!(
        told(vec![silent(), cancelled()]).arrangement,
        Arrangement::Cancelled
    );
    assert_eq!(
        told(vec![unknown(), cancelled()]).arrangement,
        Arrangement::Stands
    );
    let on = vec![line(Element::Title, &[("arrangement", "on")], &[])];
    assert_eq!(told(vec![on, cancelled()]).arrangement, Arrangement::Stands);
    assert_eq!(told(vec![silent()]).arrangement, Arrangement::Stands);
}

#[test]
fn an_impact_is_told_only_by_a_sentence_about_it() {
    let affected = |word| vec![line(Element::Affected, &[("impact", word)], &[])];
    let advice = vec![line(Element::Advice, &[("impact", "full")], &[])];
    let after_all = || vec![line(Element::Correction, &[("impact", "none")], &[])];
    assert_eq!(
        told(vec![affected("none")]).impact,
        Some(ToldImpact::Nothing)
    );
    assert_eq!(
        told(vec![affected("short")]).impact,
        Some(ToldImpact::Short)
    );
    assert_eq!(
        told(vec![affected("full"), affected("none")]).impact,
        Some(ToldImpact::Full)
    );
    assert_eq!(told(vec![advice]).impact, None);
    assert_eq!(
        told(vec![after_all(), affected("none")]).impact,
        Some(ToldImpact::AfterAll)
    );
}

#[test]
fn that_the_work_is_done_is_the_word_of_the_newest_statement_that_looked() {
    let done = || vec![line(Element::Title, &[("work_done", "yes")], &[])];
    let unknown = || vec![line(Element::Title, &[], &["work_done"])];
    assert_eq!(told(vec![done(), unknown()]).is_done, Some(true));
    assert_eq!(told(vec![unknown(), done()]).is_done, Some(false));
    assert_eq!(
        told(vec![vec![line(Element::Contact, &[], &[])]]).is_done,
        None
    );
}
