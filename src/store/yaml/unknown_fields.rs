//! Finds the fields of a YAML file that the type does not have. Does not check values.

use serde_json::Value as Json;

use crate::domain::base::suggest::suggest_nearest;
use crate::store::yaml::source::{Source, Trouble};

/// Finds all unknown fields at once, each with the nearest known name, by following the paths of the file through the JSON
/// Schema of the type.
pub fn unknown_fields<T: schemars::JsonSchema>(source: &Source) -> Vec<Trouble> {
    let schema = schemars::schema_for!(T);
    let root = schema.as_value();
    let mut troubles = Vec::new();
    for path in source.places.keys().filter_map(|p| p.strip_suffix("#key")) {
        let steps = split_path(path);
        let Some((last, above)) = steps.split_last() else {
            continue;
        };
        let mut at = root;
        for step in above {
            match descend_to(root, at, step) {
                Some(next) => at = next,
                None => break,
            }
        }
        let at = resolve_reference(root, at);
        let Some(properties) = at["properties"].as_object() else {
            continue;
        };
        if at["additionalProperties"] != Json::Bool(false) || properties.contains_key(last) {
            continue;
        }
        let reached = above
            .iter()
            .try_fold(root, |n, s| descend_to(root, n, s))
            .is_some();
        if reached {
            let near = suggest_nearest(last, properties.keys().map(String::as_str));
            let known: Vec<&str> = properties.keys().map(String::as_str).collect();
            let hint = if near.is_empty() {
                format!("; known: {}", known.join(", "))
            } else {
                near
            };
            troubles.push(source.trouble_at_path(
                &format!("{path}#key"),
                format!("unknown field \"{last}\"{hint}"),
            ));
        }
    }
    troubles
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

fn descend_to<'a>(root: &'a Json, node: &'a Json, step: &str) -> Option<&'a Json> {
    let node = resolve_reference(root, node);
    let next = if step == "[]" {
        &node["items"]
    } else if node["properties"][step].is_null() {
        &node["additionalProperties"]
    } else {
        &node["properties"][step]
    };
    next.is_object().then_some(next)
}
