//! Reads the table of old names, and holds it against the marks in the code, so that no old name is forgotten. What the
//! fields mean is tested elsewhere.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::Value as Json;

use super::OLD_NAME;
use crate::domain::config::playbook::PlaybookFile;
use crate::domain::config::workspace::Workspace;
use crate::domain::network::topology::Network;
use crate::store::files;
use crate::store::yaml::{Source, Trouble};
use crate::testing::{check_table, expect, file};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Playbook,
    Workspace,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    r#in: Kind,
    was: String,
    now: String,
    old: String,
    new: String,
}

const WORKSPACE: &str = "organisation: { names: { vi: ABC, en: ABC } }
languages: [vi, en]
zone: Asia/Ho_Chi_Minh
";

/// The file of a row, whole.
fn whole_text(kind: Kind, part: &str) -> String {
    match kind {
        Kind::Playbook => format!("name: x\n{part}\n"),
        Kind::Workspace if part.starts_with("channels:") => format!("{WORKSPACE}{part}\n"),
        Kind::Workspace => format!("{WORKSPACE}channels: {{ web: {{ forms: [say] }} }}\n{part}\n"),
    }
}

/// What a file says, and what is remarked on it.
fn read_text(kind: Kind, text: &str) -> Result<(String, Option<String>), String> {
    let shown = |all: Vec<Trouble>| all.iter().map(|t| format!("{t}; ")).collect::<String>();
    let remark = |source: Source| source.remark_on_old_names().map(|t| t.to_string());
    let name = "a.yaml";
    match kind {
        Kind::Playbook => files::read_playbook(name, text.as_bytes())
            .map(|(read, source)| (format!("{read:?}"), remark(source))),
        Kind::Workspace => files::read_workspace(name, text.as_bytes())
            .map(|(read, source)| (format!("{read:?}"), remark(source))),
    }
    .map_err(shown)
}

/// What a text says that is in the record.
fn read_adopted(kind: Kind, text: &str) -> Result<String, String> {
    match kind {
        Kind::Playbook => serde_yaml::from_str::<PlaybookFile>(text).map(|f| format!("{f:?}")),
        Kind::Workspace => serde_yaml::from_str::<Workspace>(text).map(|f| format!("{f:?}")),
    }
    .map_err(|e| e.to_string())
}

#[test]
fn old_names_are_read_as_the_new_ones() {
    check_table("old-names.yaml", |row: Row| {
        let (old, new) = (
            whole_text(row.r#in, &row.old),
            whole_text(row.r#in, &row.new),
        );
        let (was, remark) = read_text(row.r#in, &old)?;
        let (is, none) = read_text(row.r#in, &new)?;
        expect("the same", was, is)?;
        expect("remarks on new names", none, None)?;
        let wanted = format!("\"{}\" is now \"{}\"", row.was, row.now);
        let remark = remark.unwrap_or_default();
        expect("the remark on the old name", remark.contains(&wanted), true)?;
        expect(
            "as adopted",
            read_adopted(row.r#in, &old),
            read_adopted(row.r#in, &new),
        )
    });
}

/// The pairs of old and new names that are marked in a schema.
fn marked_names(schema: &Json) -> BTreeSet<(String, String)> {
    let mut found = BTreeSet::new();
    let mut left = vec![schema];
    while let Some(node) = left.pop() {
        for (name, property) in node["properties"].as_object().into_iter().flatten() {
            if let Some(old) = property[OLD_NAME].as_str() {
                found.insert((old.to_owned(), name.clone()));
            }
        }
        if let (Some(old), Some(new)) = (node[OLD_NAME].as_str(), node["const"].as_str()) {
            found.insert((old.to_owned(), new.to_owned()));
        }
        match node {
            Json::Object(map) => left.extend(map.values()),
            Json::Array(all) => left.extend(all),
            _ => {}
        }
    }
    found
}

#[test]
fn every_old_name_has_a_row() {
    let text = std::fs::read_to_string(file("tests/tables/old-names.yaml")).unwrap_or_default();
    let rows: std::collections::BTreeMap<String, Row> =
        serde_yaml::from_str(&text).unwrap_or_default();
    let schemas = [
        (Kind::Playbook, schemars::schema_for!(PlaybookFile)),
        (Kind::Workspace, schemars::schema_for!(Workspace)),
    ];
    for (kind, schema) in schemas {
        let rows = rows.values().filter(|r| r.r#in == kind);
        let rows: BTreeSet<(String, String)> =
            rows.map(|r| (r.was.clone(), r.now.clone())).collect();
        assert_eq!(rows, marked_names(schema.as_value()), "{kind:?}");
    }
    let network = schemars::schema_for!(Network);
    assert_eq!(marked_names(network.as_value()), BTreeSet::new());
}

/// Serde's alias lets a record be read, the mark lets a file be read: one without the other is a mistake.
#[test]
fn every_alias_is_marked_and_every_mark_has_its_alias() {
    for folder in ["src/domain/config", "src/domain/network"] {
        let entries = std::fs::read_dir(file(folder)).into_iter().flatten();
        for path in entries.filter_map(|e| e.ok().map(|e| e.path())) {
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            let names = |before: &str| -> Vec<String> {
                let parts = text.split(before).skip(1);
                parts
                    .map(|p| p.split('"').next().unwrap_or("").to_owned())
                    .collect()
            };
            let (aliases, marks) = (names("alias = \""), names("\"x-old-name\" = \""));
            assert_eq!(aliases, marks, "{}", path.display());
        }
    }
}

#[test]
fn both_names_of_a_field_at_once_are_refused_at_the_old_one() {
    let text = "name: x\nquiet_hours: { from: '22:30', to: '06:30' }\nquiet: { from: '22:30', to: '06:30' }\n";
    let found = files::read_playbook("a.yaml", text.as_bytes()).unwrap_err();
    let found: Vec<String> = found.iter().map(Trouble::to_string).collect();
    let wanted = "a.yaml:3:1: \"quiet\" is the old name of \"quiet_hours\", which stands on line 2; keep one of them";
    assert_eq!(found, [wanted]);
}

#[test]
fn what_is_wrong_below_an_old_name_has_its_place() {
    let text = format!(
        "{WORKSPACE}channels: {{ web: {{ forms: [say] }} }}\noutlets:\n  o:\n    kind: folder\n    folder: out\n    \
         channels: [web]\n    quiet:\n      from: morning\n      to: '06:00'\n"
    );
    let found = files::read_workspace("a.yaml", text.as_bytes()).unwrap_err();
    let found: Vec<String> = found.iter().map(Trouble::to_string).collect();
    let wanted = "a.yaml:11:13: \"morning\" is no time of day: 22:00";
    assert_eq!(found, [wanted]);
}
