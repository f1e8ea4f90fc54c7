//! The names that facts can have. A name that is not here is a typing error in a playbook.

pub use crate::domain::facts::fact_names::NAMES;

/// The type of the fact at a path, when the path can be one. `it` stands for a link; `groups.X` is like `group`.
pub fn kind_of(path: &str) -> Option<&'static str> {
    // `it` is a link, a sentence in a list of sentences, or a promise in a list of promises.
    let mut normal = match path.strip_prefix("it.") {
        Some(rest) => {
            let is_name = |path: &String| NAMES.iter().any(|n| n.path == *path);
            let above = ["links", "said", "promises"].map(|root| format!("{root}.*.{rest}"));
            let [.., last] = &above;
            above.iter().find(|p| is_name(p)).unwrap_or(last).clone()
        }
        None => path.to_owned(),
    };
    if let Some(rest) = normal.strip_prefix("groups.")
        && let Some((_, attribute)) = rest.rsplit_once('.')
    {
        normal = format!("group.{attribute}");
    }
    NAMES
        .iter()
        .find(|n| matches_pattern(n.path, &normal))
        .map(|n| n.kind)
}

fn matches_pattern(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == path,
        Some((before, after)) => {
            path.len() > before.len() + after.len()
                && path.starts_with(before)
                && path.ends_with(after)
                && (after.is_empty() || !path[before.len()..path.len() - after.len()].is_empty())
                && (!after.is_empty() || !path.ends_with(".spoken"))
        }
    }
}

/// Where the facts about an entry of a list lie: a link by its identifier, a promise by `#` and its number, a sentence by
/// `@`, its statement and its place there.
pub fn entry_path(id: &str) -> String {
    if let Some(place) = id.strip_prefix('@') {
        return format!("said.{place}");
    }
    match id.strip_prefix('#') {
        Some(number) => format!("promises.{number}"),
        None => format!("links.{id}"),
    }
}

/// True when facts can lie below this path: `links`, `links.AAG`, `group`, `regions`, `contacts`.
pub fn is_branch(path: &str) -> bool {
    matches!(
        path,
        "links"
            | "group"
            | "groups"
            | "regions"
            | "services"
            | "contacts"
            | "work"
            | "it"
            | "promise"
            | "promises"
            | "noted"
            | "said"
    ) || path
        .strip_prefix("promise.")
        .or_else(|| path.strip_prefix("promises."))
        .or_else(|| path.strip_prefix("noted."))
        .or_else(|| path.strip_prefix("said."))
        .is_some_and(|r| kind_of(path).is_none() && !r.is_empty())
        || path
            .strip_prefix("links.")
            .is_some_and(|r| kind_of(path).is_none() && !r.is_empty())
        || path
            .strip_prefix("groups.")
            .is_some_and(|r| !r.contains('.'))
}

/// The path that a playbook writes, with `it` put in.
pub fn resolve_path(path: &str, it: Option<&str>) -> String {
    match (path.strip_prefix("it."), it) {
        (Some(rest), Some(id)) => format!("{}.{rest}", entry_path(id)),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
#[path = "catalogue_tests.rs"]
mod catalogue_tests;
