//! Entries of a record as tables write them: one map an entry, with the fields of docs/record.md. It folds them and checks
//! none of them: admission is not asked.

use serde_yaml::{Mapping, Value};

use super::with_full_times;
use crate::domain::record::event::{Event, GENESIS, VERSION};
use crate::domain::state::fold::State;

/// The fields of the envelope; all others belong to the payload.
const ENVELOPE: [&str; 2] = ["at", "incident"];

/// What the fields of a kind are when a table leaves them out.
const DEFAULTS: &str = "
IncidentDeclared: { incident: INC-1, playbook: p, digest: d }
IncidentClosed: { incident: INC-1 }
FactNoted: { incident: INC-1 }
StatementIssued: { audience: customers, incidents: [INC-1], lines: [], renditions: [], digest: '' }
PromiseMade: { promise: p, audience: customers, owner: ops, by: us }
PromiseKept: { evidence: { text: seen } }
PromiseRevised: { because: weather }
PromiseWithdrawn: { because: weather }
PromiseCarriedOver: { to: shift }
StockSet: { because: counted }
StockAdded: { because: bought }
Retracted: { because: another link }
";

/// The entries of a table as events, numbered from 1.
///
/// What a table seldom says has a default, by kind: [`DEFAULTS`]. `kind` is left out of a report (it has a `link`) and of a
/// confirmation (it has `links` or `facts`). `source` may be a word, and is `monitoring` where it is left out; `said_at` is
/// `at` where it is left out.
fn events(entries: &[Mapping]) -> Vec<Event> {
    let numbered = entries.iter().enumerate();
    numbered.map(|(i, e)| event(i as u64 + 1, e)).collect()
}

/// The fold of the entries of a table.
pub fn folded(entries: &[Mapping]) -> State {
    State::fold_events(&events(entries)).unwrap_or_else(|e| panic!("{e}"))
}

fn event(seq: u64, entry: &Mapping) -> Event {
    let Value::Mapping(mut entry) = with_full_times(Value::Mapping(entry.clone())) else {
        unreachable!("a map stays a map")
    };
    if !entry.contains_key("kind") {
        let kind = match entry.contains_key("link") {
            true => "LinkReported",
            false => "Reconfirmed",
        };
        entry.insert("kind".into(), kind.into());
    }
    add_defaults(&mut entry);
    let mut whole = Mapping::new();
    for field in ENVELOPE {
        if let Some(value) = entry.remove(field) {
            whole.insert(field.into(), value);
        }
    }
    let at = whole.get("at").cloned();
    let at = at.unwrap_or_else(|| panic!("entry {seq} has no `at`"));
    whole.insert("by".into(), "lan".into());
    whole.insert("v".into(), VERSION.into());
    whole.insert("seq".into(), seq.into());
    whole.insert("prev".into(), GENESIS.into());
    complete(&mut entry, &at);
    whole.insert("happening".into(), Value::Mapping(entry.clone()));
    let text = serde_json::to_string(&whole).unwrap_or_else(|e| panic!("entry {seq}: {e}"));
    let event = Event::parse_at(seq, &text).unwrap_or_else(|e| panic!("{e}"));
    refuse_unread(seq, &entry, &event);
    event
}

fn add_defaults(entry: &mut Mapping) {
    let all: Mapping = serde_yaml::from_str(DEFAULTS).unwrap_or_else(|e| panic!("{e}"));
    let own = entry.get("kind").and_then(|kind| all.get(kind));
    for (field, value) in own.and_then(Value::as_mapping).into_iter().flatten() {
        entry.entry(field.clone()).or_insert(value.clone());
    }
}

/// Adds who spoke and when, where a table leaves it out.
fn complete(entry: &mut Mapping, at: &Value) {
    let kind = entry.get("kind").and_then(Value::as_str).unwrap_or("");
    let is_said = matches!(kind, "LinkReported" | "Reconfirmed" | "FactNoted");
    if kind == "StatementIssued" {
        entry.entry("as_of".into()).or_insert(at.clone());
    }
    let kind = entry.get("kind").and_then(Value::as_str).unwrap_or("");
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
    let written = serde_json::to_value(&event.payload).unwrap_or_default();
    for field in entry.keys().filter_map(Value::as_str) {
        assert!(
            written.get(field).is_some(),
            "entry {seq} has a field \"{field}\" that says nothing: it is misspelt, or what is so without it"
        );
    }
}
