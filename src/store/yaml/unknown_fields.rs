//! Reads the names of the fields in a YAML file: which of them the type does not have, and which are written as an earlier
//! version called them. Does not check values, but for words that have another name now.

use std::ops::Range;

use serde_json::Value as Json;

use crate::domain::base::suggest::suggest_nearest;
use crate::store::yaml::source::{OldName, Source, Trouble};

/// The note in the JSON Schema of a field or a word that says what it was called one version ago. Files may use that name
/// until the next version; adopted texts in a record may use it for ever, by serde's `alias`.
pub const OLD_NAME: &str = "x-old-name";

/// Finds all unknown fields at once, each with the nearest known name, by following the paths of the file through the JSON
/// Schema of the type. Old names are noted in the source, and its places stand under the new ones afterwards.
pub fn check_field_names<T: schemars::JsonSchema>(source: &mut Source) -> Vec<Trouble> {
    let schema = schemars::schema_for!(T);
    let root = schema.as_value();
    let mut troubles = Vec::new();
    let mut renamed: Vec<(String, String)> = Vec::new();
    let mut old_names: Vec<OldName> = Vec::new();
    for (place, range) in &source.places {
        let Some(path) = place.strip_suffix("#key") else {
            old_names.extend(find_old_word(root, source, place, range));
            continue;
        };
        let steps = split_path(path);
        let Some((last, above)) = steps.split_last() else {
            continue;
        };
        let Some(at) = descend_all(root, above) else {
            continue;
        };
        let Some(properties) = at["properties"].as_object() else {
            continue;
        };
        if at["additionalProperties"] != Json::Bool(false) || properties.contains_key(last) {
            continue;
        }
        let Some(new) = property_once_called(at, last) else {
            troubles.push(unknown_field(source, path, last, properties));
            continue;
        };
        let new_path = format!("{}{new}", &path[..path.len() - last.len()]);
        if let Some(other) = source.places.get(&format!("{new_path}#key")) {
            let line = source.trouble_in_range(other.clone(), "").line;
            let what = format!(
                "\"{last}\" is the old name of \"{new}\", which stands on line {line}; keep one of them"
            );
            troubles.push(source.trouble_in_range(range.clone(), what));
        }
        renamed.push((path.to_owned(), new_path));
        old_names.push(OldName {
            old: last.clone(),
            new: new.to_owned(),
            range: range.clone(),
        });
    }
    old_names.sort_by_key(|n| n.range.start);
    source.old_names = old_names;
    // The deepest first, so that the paths of those above them still fit.
    renamed.sort_by_key(|(old, _)| std::cmp::Reverse(split_path(old).len()));
    for (old, new) in renamed {
        source.move_places(&old, &new);
    }
    troubles
}

fn unknown_field(
    source: &Source,
    path: &str,
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
    source.trouble_at_path(&format!("{path}#key"), what)
}

/// The field of an object that had this name one version ago.
fn property_once_called<'a>(object: &'a Json, name: &str) -> Option<&'a str> {
    let properties = object["properties"].as_object()?;
    let mut all = properties.iter();
    all.find(|(_, p)| p[OLD_NAME] == name)
        .map(|(new, _)| new.as_str())
}

/// A value that is one of a set of words, and is written as that word was called one version ago.
fn find_old_word(
    root: &Json,
    source: &Source,
    path: &str,
    range: &Range<usize>,
) -> Option<OldName> {
    let node = descend_all(root, &split_path(path))?;
    let words = node["oneOf"].as_array()?;
    let written = source.text.get(range.clone())?.trim();
    let written = written.trim_matches(['"', '\'']);
    let word = words.iter().find(|w| w[OLD_NAME] == written)?;
    Some(OldName {
        old: written.to_owned(),
        new: word["const"].as_str()?.to_owned(),
        range: range.clone(),
    })
}

fn split_path(path: &str) -> Vec<String> {
    let mut steps = Vec::new();
    for piece in path.split('.') {
        let mut rest = piece;
        let head = rest.split('[').next().unwrap_or("");
        if !head.is_empty() {
            steps.push(head.to_owned());
        }
        while let Some(open) = rest.find('[') {
            steps.push("[]".to_owned());
            rest = &rest[open + 1..];
        }
    }
    steps
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
fn descend_all<'a>(root: &'a Json, steps: &[String]) -> Option<&'a Json> {
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
