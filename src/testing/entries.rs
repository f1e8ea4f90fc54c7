//! Entries of a record as tables write them: one map an entry, with the fields of docs/record.md. It folds them and checks
//! none of them: admission is not asked.

use serde_yaml::{Mapping, Value};

use super::with_full_times;
use crate::domain::record::event::{Event, GENESIS, VERSION};
use crate::domain::state::fold::State;

/// The fields of the envelope; all others belong to the happening.
const ENVELOPE: [&str; 3] = ["at", "by", "incident"];

/// The entries of a table as events, numbered from 1.
///
/// `kind` is left out of a report (it has a `link`) and of a confirmation (it has `links` or `facts`). `source` may be a word, and is
/// `monitoring` where it is left out; `said_at` is `at` where it is left out.
fn events(entries: &[Mapping]) -> Vec<Event> {
    let numbered = entries.iter().enumerate();
    numbered.map(|(i, e)| event(i as u64 + 1, e)).collect()
}

/// The fold of the entries of a table.
pub fn folded(entries: &[Mapping]) -> State {
    State::fold(&events(entries)).unwrap_or_else(|e| panic!("{e}"))
}

fn event(seq: u64, entry: &Mapping) -> Event {
    let Value::Mapping(mut entry) = with_full_times(Value::Mapping(entry.clone())) else {
        unreachable!("a map stays a map")
    };
    let mut whole = Mapping::new();
    for field in ENVELOPE {
        if let Some(value) = entry.remove(field) {
            whole.insert(field.into(), value);
        }
    }
    let at = whole.get("at").cloned();
    let at = at.unwrap_or_else(|| panic!("entry {seq} has no `at`"));
    whole.entry("by".into()).or_insert_with(|| "lan".into());
    whole.insert("v".into(), VERSION.into());
    whole.insert("seq".into(), seq.into());
    whole.insert("prev".into(), GENESIS.into());
    complete(&mut entry, &at);
    whole.insert("happening".into(), Value::Mapping(entry.clone()));
    let text = serde_json::to_string(&whole).unwrap_or_else(|e| panic!("entry {seq}: {e}"));
    let event = Event::read(seq, &text).unwrap_or_else(|e| panic!("{e}"));
    refuse_unread(seq, &entry, &event);
    event
}

/// Adds what a table may leave out.
fn complete(entry: &mut Mapping, at: &Value) {
    if !entry.contains_key("kind") {
        let kind = if entry.contains_key("link") {
            "LinkReported"
        } else {
            "Reconfirmed"
        };
        entry.insert("kind".into(), kind.into());
    }
    let kind = entry.get("kind").and_then(Value::as_str).unwrap_or("");
    let is_said = matches!(kind, "LinkReported" | "Reconfirmed" | "FactNoted");
    let has_source = is_said || kind.starts_with("Stock");
    if is_said {
        entry.entry("said_at".into()).or_insert(at.clone());
    }
    if has_source {
        let source = entry.remove("source").unwrap_or("monitoring".into());
        let source = match source {
            Value::String(kind) => {
                let kind = Mapping::from_iter([("kind".into(), Value::String(kind))]);
                Value::Mapping(kind)
            }
            other => other,
        };
        entry.insert("source".into(), source);
    }
}

/// Events ignore fields that they do not know, so that older programs read newer records. In a table such a field is misspelt.
fn refuse_unread(seq: u64, entry: &Mapping, event: &Event) {
    let written = serde_json::to_value(&event.happening).unwrap_or_default();
    for field in entry.keys().filter_map(Value::as_str) {
        assert!(
            written.get(field).is_some(),
            "entry {seq} has a field \"{field}\" that says nothing: it is misspelt, or what is so without it"
        );
    }
}
