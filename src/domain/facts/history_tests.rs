//! Reads the table of what people heard: statements and what happened since, and what is owed to them. It words nothing.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml::Mapping;

use crate::domain::base::value::Value;
use crate::domain::facts::fact::Facts;
use crate::domain::facts::reported::derive_reported_facts;
use crate::domain::facts::world::World;
use crate::domain::state::heard::told_links_out_of_scope;
use crate::testing::{NetworkRow, at, books, check_table, evaluator, expect, folded};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    #[serde(default)]
    network: NetworkRow,
    entries: Vec<Mapping>,
    now: String,
    /// By list, the links that are owed a word; all lists that are not empty.
    #[serde(default)]
    owed: BTreeMap<String, String>,
    /// Facts by path, in plain text; `none` when there is none.
    #[serde(default)]
    facts: BTreeMap<String, String>,
    /// Links that left the scope and that people hold for broken.
    #[serde(default)]
    left: String,
}

const WORKSPACE: &str = "
causes:
  anchor: { vi: anchor, en: anchor }
  fishing: { vi: fishing, en: fishing }
";

/// Every list of what is owed a word.
const LISTS: [&str; 10] = [
    "slipped",
    "passed",
    "withdrawn",
    "dropped",
    "missed",
    "mistold",
    "unconfirmed",
    "unrestored",
    "recaused",
    "corrected",
];

fn owed(facts: &Facts) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    for path in LISTS {
        if let Some(Value::List(named)) = facts.value(path)
            && !named.is_empty()
        {
            let ids: Vec<&str> = named.iter().map(|n| n.id.as_str()).collect();
            all.insert(path.to_owned(), ids.join(" "));
        }
    }
    if let Some(Value::Count(n)) = facts.value("corrections")
        && *n > 0
    {
        all.insert("corrections".to_owned(), n.to_string());
    }
    all
}

fn check(row: Row) -> Result<(), String> {
    let workspace: Mapping = serde_yaml::from_str(WORKSPACE).map_err(|e| e.to_string())?;
    let books = books(Some(&workspace), &row.network);
    let state = folded(&row.entries);
    let world = World {
        state: &state,
        books: &books,
        condition: None,
    };
    let now = at(&row.now);
    let facts = derive_reported_facts(world, "INC-1", "customers", now, evaluator());
    let facts = facts.map_err(|e| e.to_string())?;
    expect("what is owed", owed(&facts), row.owed)?;
    for (path, wanted) in row.facts {
        let got = facts
            .value(&path)
            .map_or("none".to_owned(), Value::to_plain_text);
        expect(&path, got, wanted)?;
    }
    let incident = state.incidents.get("INC-1").ok_or("no incident")?;
    let left = told_links_out_of_scope(&state, incident, "customers");
    expect("links that left", left.join(" "), row.left)
}

#[test]
fn what_is_owed_follows_from_what_was_said_and_happened_since() {
    check_table("heard.yaml", check);
}
