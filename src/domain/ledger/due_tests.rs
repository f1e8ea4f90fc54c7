//! Reads the table of due times: `due:` of a kind of promise and facts, and when that falls due. It makes no promise.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{DueTime, is_path};
use crate::domain::base::time::When;
use crate::testing::{at, check_table, clock, evaluator, expect, facts};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    due: String,
    now: Option<String>,
    it: Option<String>,
    #[serde(default)]
    facts: BTreeMap<String, String>,
    is: Option<String>,
    refused: Option<String>,
}

fn time(due: When) -> String {
    match due {
        When::At(at) => clock(at),
        day => day.to_string(),
    }
}

#[test]
fn due_times_are_facts_or_reckoned_from_them() {
    check_table("due-times.yaml", |row: Row| {
        let facts = facts(at(row.now.as_deref().unwrap_or("12:00")), &row.facts);
        let (got, refused) =
            match DueTime::read_due(&row.due, &facts, row.it.as_deref(), evaluator()) {
                Ok(DueTime::Fact { path, due }) => {
                    (Some(format!("{}, as {path} says", time(due))), None)
                }
                Ok(DueTime::Reckoned { due, reads }) => {
                    let reads: Vec<String> = reads.into_iter().collect();
                    (
                        Some(format!("{}, reckoned from {}", time(due), reads.join(" "))),
                        None,
                    )
                }
                Err(lack) => (
                    None,
                    Some(
                        lack.what
                            .get_or_any(crate::domain::base::lang::Lang::En)
                            .to_owned(),
                    ),
                ),
            };
        expect("due", (got, refused), (row.is, row.refused))
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PathRow {
    text: String,
    names_a_fact: bool,
}

#[test]
fn a_due_time_names_a_fact_or_is_an_expression() {
    check_table("due-paths.yaml", |row: PathRow| {
        expect(&row.text, is_path(&row.text), row.names_a_fact)
    });
}
