//! Old keys of JSON, old commands and old options: each works as the new one, and stands in docs/renamed.md. What commands do
//! is tested elsewhere.

use clap::{CommandFactory, Parser};
use serde_json::{Value as Json, json};

use super::{OLD_KEYS, add_old_keys};
use crate::cli::Cli;
use crate::testing::file;

/// An output that has a value under a key at a place.
fn nested(place: &str, key: &str) -> Json {
    let mut value = json!({ key: ["x"] });
    for step in place.split('.').rev().filter(|s| !s.is_empty()) {
        value = match step {
            "*" | "0" => json!([value]),
            name => json!({ name: value }),
        };
    }
    value
}

fn found<'a>(value: &'a Json, place: &str, key: &str) -> Option<&'a Json> {
    let steps = place.split('.').filter(|s| !s.is_empty());
    let end = steps.fold(value, |v, step| match step {
        "*" | "0" => &v[0],
        name => &v[name],
    });
    end.get(key)
}

fn renamed_page() -> String {
    std::fs::read_to_string(file("docs/renamed.md")).unwrap_or_default()
}

#[test]
fn every_old_key_stands_beside_the_new_one_and_is_documented() {
    let page = renamed_page();
    for (place, new, old) in OLD_KEYS {
        let mut value = nested(place, new);
        add_old_keys(&mut value);
        let (is, was) = (found(&value, place, new), found(&value, place, old));
        assert!(is.is_some() && is == was, "{place}: {old}: {value}");
        let row = page.lines().any(|line| {
            let mut cells = line.rsplit(" | ");
            let is_new = cells
                .next()
                .is_some_and(|c| c.contains(&format!("`{new}`")));
            is_new
                && cells
                    .next()
                    .is_some_and(|c| c.contains(&format!("`{old}`")))
        });
        assert!(row, "docs/renamed.md does not say that `{old}` is `{new}`");
    }
}

#[test]
fn a_part_under_its_old_name_has_its_old_keys() {
    let item = json!([{ "reason": "closed", "retry_at": "now" }, "why"]);
    let mut value = json!({ "plans": [{ "withheld": [item] }] });
    add_old_keys(&mut value);
    assert_eq!(value["plans"][0]["held"][0][0]["because"], "closed");
    assert_eq!(value["plans"][0]["held"], value["plans"][0]["withheld"]);
}

#[test]
fn entries_of_the_record_keep_their_names() {
    let events = json!({ "events": [{ "reason": "a", "payload": { "errors": 1, "rights": [], "dues": [{ "reason": "b" }] } }] });
    let mut value = events.clone();
    add_old_keys(&mut value);
    assert_eq!(value, events);
}

/// Words as they were typed one version ago, and as they are typed now.
const OLD_COMMANDS: &[(&str, &str)] = &[
    ("points --role sales", "talking-points --role sales"),
    ("use INC-1", "switch INC-1"),
    ("escalate several-cables", "change-playbook several-cables"),
    ("told Lan --of 3", "told Lan --people 3"),
    (
        "statement preapprove night p --slot a=1..2 --until 31/12 --because x",
        "statement preapprove night p --allow-value a=1..2 --until 31/12 --because x",
    ),
];

#[test]
fn old_commands_and_options_are_read_as_the_new_ones() {
    let page = renamed_page();
    for (old, new) in OLD_COMMANDS {
        let parsed = |words: &str| {
            let words = std::iter::once("saydo").chain(words.split(' '));
            Cli::try_parse_from(words).map(|cli| format!("{cli:?}"))
        };
        let (was, is) = (parsed(old).unwrap(), parsed(new).unwrap());
        assert_eq!(was, is, "{old}");
        let olds = old.split(' ').filter(|w| !new.split(' ').any(|n| n == *w));
        for word in olds {
            assert!(
                page.contains(&format!("`{word}")),
                "docs/renamed.md: {word}"
            );
        }
    }
}

#[test]
fn old_commands_are_in_no_help() {
    let program = Cli::command();
    let shown = |word: &str| program.get_subcommands().any(|c| c.get_name() == word);
    for (old, new) in OLD_COMMANDS {
        let first = |words: &str| words.split(' ').next().unwrap_or_default().to_owned();
        if first(old) != first(new) {
            assert!(!shown(&first(old)) && shown(&first(new)), "{old}");
        }
    }
}
