//! What statements leave standing of announced work, line by line. It composes no statement.

use super::{Arrangement, ToldImpact, ToldWork};
use crate::domain::config::line::Element;
use crate::domain::record::rendition::SaidLine;
use crate::domain::record::statement::StatementIssued;
use crate::testing::{said_line, said_statement};

fn line(element: Element, reads: &[(&str, &str)], unknown: &[&str]) -> SaidLine {
    said_line(element, &[], reads, unknown)
}

fn told(newest_first: Vec<Vec<SaidLine>>) -> ToldWork {
    let all: Vec<StatementIssued> = newest_first.into_iter().map(said_statement).collect();
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
