//! Reads the table of whose word counts: who may set and who may renew what. Reports are judged in `reported_tests.rs`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Word, may_renew, may_set};
use crate::domain::base::link::{LinkState, SourceKind};
use crate::testing::{check_table, expect, file};

/// Sources with spaces between them, in the order of [`SourceKind::ALL`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    sets: String,
    renews: String,
}

fn sources(may: impl Fn(SourceKind) -> bool) -> String {
    let all = SourceKind::ALL.iter().filter(|k| may(**k));
    let all: Vec<&str> = all.map(|k| k.token()).collect();
    all.join(" ")
}

/// The table with the name of each row, which [`check_table`] does not hand on.
fn rows() -> BTreeMap<String, Row> {
    let text = std::fs::read_to_string(file("tests/tables/authority.yaml"));
    let text = text.unwrap_or_else(|e| panic!("{e}"));
    serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn a_source_sets_and_renews_what_is_its_to_say() {
    // That every row can be read.
    check_table("authority.yaml", |_: Row| Ok(()));
    let mut rows = rows();
    for word in Word::ALL {
        let label = word.label();
        let row = rows.remove(label);
        let row = row.unwrap_or_else(|| panic!("no row is named \"{label}\""));
        assert_eq!(sources(|k| may_set(k, word)), row.sets, "sets {label}");
        assert_eq!(
            sources(|k| may_renew(k, word)),
            row.renews,
            "renews {label}"
        );
    }
    let rest: Vec<&String> = rows.keys().collect();
    assert!(rest.is_empty(), "rows of no word: {rest:?}");
}

#[test]
fn a_word_is_of_the_state_it_sets() -> Result<(), String> {
    for state in LinkState::ALL {
        let wanted = match state {
            LinkState::Up => Word::Up,
            _ => Word::Trouble,
        };
        expect(state.token(), Word::of_state(*state), wanted)?;
    }
    Ok(())
}

#[test]
fn work_and_windows_are_of_those_who_spoke_of_them() -> Result<(), String> {
    for kind in SourceKind::ALL {
        let (work, window) = match kind {
            SourceKind::CableOperator => (Word::OperatorWork, Word::OperatorWindow),
            _ => (Word::OurWork, Word::OurWindow),
        };
        expect(kind.token(), Word::of_work(*kind), work)?;
        expect(kind.token(), Word::of_window(*kind), window)?;
    }
    Ok(())
}
