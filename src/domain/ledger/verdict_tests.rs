//! Reads the table of the ledger: what was promised and what happened since, and the verdict on each promise. It makes no promise.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml::Mapping;

use super::{JudgedPromise, judge_promises};
use crate::domain::facts::world::World;
use crate::domain::state::fold::State;
use crate::testing::{
    NetworkRow, at, books, check_table, clock, evaluator, expect, folded, listed,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    workspace: Option<Mapping>,
    #[serde(default)]
    network: NetworkRow,
    entries: Vec<Mapping>,
    now: String,
    /// Of every promise, by number.
    verdicts: BTreeMap<u32, String>,
}

fn shown(entry: &JudgedPromise<'_>, state: &State) -> String {
    let kept = entry.kept.as_ref().map_or(String::new(), |k| {
        format!(" {} by {}", clock(k.at), listed(&k.events))
    });
    let owed = if entry.is_owed(state) { "; owed" } else { "" };
    let (standing, ends) = (entry.standing.token(), clock(entry.ends));
    format!("{standing}{kept}; ends {ends}; {}{owed}", entry.why)
}

#[test]
fn verdicts_follow_from_the_record_and_the_clock() {
    check_table("verdicts.yaml", |row: Row| {
        let books = books(row.workspace.as_ref(), &row.network);
        let state = folded(&row.entries);
        let world = World {
            state: &state,
            books: &books,
            condition: None,
        };
        let entries = judge_promises(world, evaluator(), at(&row.now), &|_| true);
        let shown = entries
            .iter()
            .map(|e| (e.promise.made.number, shown(e, &state)));
        expect("verdicts", shown.collect(), row.verdicts)
    });
}
