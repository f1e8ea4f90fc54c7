//! Reads the names of the fields in a YAML file: which of them the type does not have, and which are written as an earlier
//! version called them. Does not check values, but for words that have another name now.

use std::ops::Range;

use serde_json::Value as Json;

use crate::domain::base::suggest::suggest_nearest;
use crate::store::yaml::places::{NodeId, Step};
use crate::store::yaml::source::{OldName, Source, Trouble};

/// The note in the JSON Schema of a field or a word that says what it was called one version ago. Files may use that name
/// until the next version; adopted texts in a record may use it for ever, by serde's `alias`.
pub const OLD_NAME: &str = "x-old-name";

/// So many troubles are told; more of them help nobody.
const MOST_TROUBLES: usize = 50;

/// Finds all unknown fields at once, each with the nearest known name, by following the paths of the file through the JSON
/// Schema of the type. Old names are noted in the source, and its places stand under the new ones afterwards.
pub fn check_field_names<T: schemars::JsonSchema>(source: &mut Source) -> Vec<Trouble> {
    let schema = schemars::schema_for!(T);
    let root = schema.as_value();
    let mut troubles = Vec::new();
    let mut renamed: Vec<(NodeId, &str)> = Vec::new();
    let mut old_names: Vec<OldName> = Vec::new();
    for node in source.places.all() {
        let steps = names_of(&source.places.steps_to(node));
        old_names.extend(find_old_word(root, source, node, &steps));
        let (Some(range), Some((last, above))) = (source.places.key_of(node), steps.split_last())
        else {
            continue;
        };
        let Some(at) = descend_all(root, above) else {
            continue;
        };
        let Some(properties) = at["properties"].as_object() else {
            continue;
        };
        if at["additionalProperties"] != Json::Bool(false) || properties.contains_key(*last) {
            continue;
        }
        let Some(new) = property_once_called(at, last) else {
            if troubles.len() < MOST_TROUBLES {
                troubles.push(unknown_field(source, range, last, properties));
            }
            continue;
        };
        let path = source.places.path_of(node);
        let beside = format!("{}{new}", &path[..path.len() - last.len()]);
        let other = source.places.find(&beside);
        if let Some(other) = other.and_then(|n| source.places.key_of(n)) {
            let line = source.trouble_in_range(other, "").line;
            let what = format!(
                "\"{last}\" is the old name of \"{new}\", which stands on line {line}; keep one of them"
            );
            troubles.push(source.trouble_in_range(range.clone(), what));
        }
        renamed.push((node, new));
        old_names.push(OldName {
            old: (*last).to_owned(),
            new: new.to_owned(),
            range,
        });
    }
    old_names.sort_by_key(|n| n.range.start);
    source.old_names = old_names;
    for (node, new) in renamed {
        source.places.rename_key(node, new);
    }
    troubles
}

fn unknown_field(
    source: &Source,
    range: Range<usize>,
    name: &str,
    properties: &serde_json::Map<String, Json>,
) -> Trouble {
    let known: Vec<&str> = properties.keys().map(String::as_str).collect();
    let near = suggest_nearest(name, known.iter().copied());
    let hint = if near.is_empty() {
        format!("; known: {}", known.join(", "))
    } else {
        near
    };
    let what = format!("unknown field \"{name}\"{hint}");
    source.trouble_in_range(range, what)
}

/// The field of an object that had this name one version ago.
fn property_once_called<'a>(object: &'a Json, name: &str) -> Option<&'a str> {
    let properties = object["properties"].as_object()?;
    let mut all = properties.iter();
    all.find(|(_, p)| p[OLD_NAME] == name)
        .map(|(new, _)| new.as_str())
}

/// A value that is one of a set of words, and is written as that word was called one version ago.
fn find_old_word(root: &Json, source: &Source, node: NodeId, steps: &[&str]) -> Option<OldName> {
    let range = source.places.value_of(node)?;
    let words = descend_all(root, steps)?["oneOf"].as_array()?;
    let written = source.text.get(range.clone())?.trim();
    let written = written.trim_matches(['"', '\'']);
    let word = words.iter().find(|w| w[OLD_NAME] == written)?;
    Some(OldName {
        old: written.to_owned(),
        new: word["const"].as_str()?.to_owned(),
        range,
    })
}

/// The steps by the names that a schema has for them.
fn names_of<'a>(steps: &[Step<'a>]) -> Vec<&'a str> {
    let name = |step: &Step<'a>| match step {
        Step::Key(key) => *key,
        Step::Element(_) => "[]",
    };
    steps.iter().map(name).collect()
}

fn resolve_reference<'a>(root: &'a Json, node: &'a Json) -> &'a Json {
    let mut node = node;
    for _ in 0..8 {
        if let Some(name) = node["$ref"]
            .as_str()
            .and_then(|r| r.strip_prefix("#/$defs/"))
        {
            node = &root["$defs"][name];
        } else if let Some(choices) = node["anyOf"].as_array() {
            match choices.iter().find(|c| c["type"] != "null") {
                Some(choice) => node = choice,
                None => break,
            }
        } else {
            break;
        }
    }
    node
}

/// What the schema says of a path; none when the path leads to something that it does not describe.
fn descend_all<'a>(root: &'a Json, steps: &[&str]) -> Option<&'a Json> {
    let mut all = steps.iter();
    let end = all.try_fold(root, |n, step| descend_to(root, n, step))?;
    Some(resolve_reference(root, end))
}

fn descend_to<'a>(root: &'a Json, node: &'a Json, step: &str) -> Option<&'a Json> {
    let node = resolve_reference(root, node);
    let next = if step == "[]" {
        &node["items"]
    } else if let Some(new) = property_once_called(node, step) {
        &node["properties"][new]
    } else if node["properties"][step].is_null() {
        &node["additionalProperties"]
    } else {
        &node["properties"][step]
    };
    next.is_object().then_some(next)
}

#[cfg(test)]
#[path = "old_names_tests.rs"]
mod old_names_tests;
