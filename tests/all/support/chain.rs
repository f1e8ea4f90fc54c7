//! Events of a record as JSON (docs/record.md), changed by a test and chained anew, as somebody would who rewrites a record
//! without keys. It does not check that they fit.

use std::path::Path;

use saydo::{Appended, Head, Record, Sqlite, Stored};
use serde_json::Value;

/// All events of a record in a file.
pub fn read_events(db: &Path) -> Vec<Value> {
    let record = Sqlite::open(db, false).unwrap();
    let stored = record.read_events_after(0).unwrap();
    let event = |s: &Stored| serde_json::from_str(&s.bytes).unwrap();
    stored.iter().map(event).collect()
}

/// Numbers and hashes over changed events, each written in its canonical form. Nobody signs them.
pub fn chain_events(events: Vec<Value>) -> Vec<Stored> {
    let mut prev = Head::empty().hash;
    let mut all = Vec::new();
    for (seq, mut event) in (1..).zip(events) {
        event["seq"] = seq.into();
        event["prev"] = prev.into();
        let next = Stored::new(seq, canonical(&event));
        prev = next.hash.clone();
        all.push(next);
    }
    all
}

/// Writes a new record in the place of the one that is there.
pub fn write_record(db: &Path, events: &[Stored]) -> Head {
    std::fs::remove_file(db).unwrap();
    let mut record = Sqlite::open(db, true).unwrap();
    match record.append(&Head::empty(), events).unwrap() {
        Appended::Done(head) => head,
        Appended::Moved(_) => panic!("it is empty"),
    }
}

/// Gives a changed statement the digest of its content.
pub fn set_digest(statement: &mut Value) {
    let mut bare = statement.clone();
    bare["digest"] = "".into();
    bare.as_object_mut().unwrap().remove("kind");
    statement["digest"] = Stored::new(1, canonical(&bare)).hash.into();
}

fn canonical(value: &Value) -> String {
    serde_json_canonicalizer::to_string(value).unwrap()
}
