//! The names that keys of JSON output had one version ago: they are printed beside the new ones until the next version, which
//! takes this file out. It touches no format of the record: what is printed as it is recorded has no row here.

use serde_json::Value as Json;

/// The place of an object (`*` is each entry of a list), the name of a key in it, and its name one version ago. What is deeper
/// comes first, so that a part under an old name has its old keys too.
const OLD_KEYS: &[(&str, &str, &str)] = &[
    // What publishing did, and would do.
    ("published.*", "needs_attention", "stuck"),
    ("published.*", "withheld", "held"),
    ("published.*", "errors", "troubles"),
    ("not_sent.*", "reason", "because"),
    ("plans.*.due.*", "retry_at", "again"),
    ("plans.*.due.*", "reason", "because"),
    ("plans.*.superseded.*", "retry_at", "again"),
    ("plans.*.superseded.*", "reason", "because"),
    ("plans.*.withheld.*.0", "retry_at", "again"),
    ("plans.*.withheld.*.0", "reason", "because"),
    ("plans.*", "withheld", "held"),
    ("plans.*", "undelivered_to", "unreached"),
    ("items.*", "retry_at", "again"),
    ("items.*", "reason", "because"),
    ("item", "retry_at", "again"),
    ("item", "reason", "because"),
    // Who was told by hand.
    ("", "recipient", "whom"),
    ("", "method", "by"),
    ("waiting.*", "recipient", "whom"),
    // Drafts, and approving them.
    ("withheld.*", "mandatory", "must"),
    ("draft.withheld.*", "mandatory", "must"),
    ("", "omitted_lines", "left_out"),
    ("draft", "omitted_lines", "left_out"),
    ("approved_in_advance.*", "allowed_values", "slots"),
    // Promises and what they use.
    ("dues.*", "reason", "because"),
    ("withdrawn", "reason", "because"),
    ("promises.*.dues.*", "reason", "because"),
    ("promises.*.withdrawn", "reason", "because"),
    ("resources.*", "owner", "raised_by"),
    // The rest.
    ("", "reason", "because"),
    ("", "errors", "troubles"),
    ("", "rights", "may"),
    ("roles.*", "rights", "may"),
    ("", "offline_since", "apart_since"),
];

/// Adds the old names to the output of a command, each with the value of the new one.
pub fn add_old_keys(value: &mut Json) {
    for (place, new, old) in OLD_KEYS {
        let steps: Vec<&str> = place.split('.').filter(|s| !s.is_empty()).collect();
        add_old_key(value, &steps, new, old);
    }
}

fn add_old_key(value: &mut Json, place: &[&str], new: &str, old: &str) {
    match (place, value) {
        ([], Json::Object(map)) => {
            if let Some(said) = map.get(new).cloned() {
                map.entry(old).or_insert(said);
            }
        }
        (["*", rest @ ..], Json::Array(all)) => {
            for entry in all {
                add_old_key(entry, rest, new, old);
            }
        }
        ([step, rest @ ..], Json::Array(all)) => {
            let entry = step.parse().ok().and_then(|n: usize| all.get_mut(n));
            if let Some(entry) = entry {
                add_old_key(entry, rest, new, old);
            }
        }
        ([step, rest @ ..], Json::Object(map)) => {
            if let Some(part) = map.get_mut(*step) {
                add_old_key(part, rest, new, old);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
#[path = "old_names_tests.rs"]
mod old_names_tests;
