//! Records whose bits, order or signatures somebody changed: all of it is found. It starts no program.

use std::path::Path;

use crate::domain::base::digest::sha256;
use crate::domain::record::event::{Event, GENESIS, Head, VERSION};
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::team_event::TeamEvent;
use crate::store::sign::{Signer, key_file};
use crate::store::sqlite::Sqlite;
use crate::store::{Appended, Record, Stored, jsonl, verify};
use crate::testing::chance::is_full;

/// A small record: notes, a team of two, and from the first key on signatures.
fn small(dir: &Path) -> Vec<Stored> {
    let signer = Signer::create_key_file(&key_file(dir, "lan")).unwrap();
    let note = |text: &str| EventPayload::Incident(IncidentEvent::NoteTaken { text: text.into() });
    let payloads = vec![
        note("cáp AAG"),
        EventPayload::Team(TeamEvent::PersonAdded {
            person: "lan".into(),
            name: Some("Nguyễn Lan".into()),
        }),
        EventPayload::Team(TeamEvent::RoleDefined {
            role: "administrator".into(),
            may: vec!["administer".into()],
        }),
        EventPayload::Team(TeamEvent::RoleGranted {
            person: "lan".into(),
            role: "administrator".into(),
        }),
        note("nothing is signed yet"),
        EventPayload::Team(TeamEvent::KeyTrusted {
            person: "lan".into(),
            key: signer.public.clone(),
        }),
        note("signed"),
        note("signed too"),
    ];
    let mut prev = GENESIS.to_owned();
    let mut all = Vec::new();
    let mut signs = false;
    for (i, payload) in payloads.into_iter().enumerate() {
        signs |= matches!(payload, EventPayload::Team(TeamEvent::KeyTrusted { .. }));
        let event = Event {
            v: VERSION.into(),
            record: None,
            seq: i as u64 + 1,
            at: chrono::DateTime::from_timestamp(1_790_000_000 + i as i64, 0).unwrap(),
            by: "lan".into(),
            key: signs.then(|| signer.id.clone()),
            clock_given: false,
            noted: None,
            incident: None,
            prev: prev.clone(),
            payload,
        };
        let bytes = event.to_canonical_json().unwrap();
        prev = sha256(bytes.as_bytes());
        all.push(Stored {
            seq: event.seq,
            signature: signs.then(|| signer.sign_hash(&prev)),
            hash: prev.clone(),
            bytes,
        });
    }
    verify::verify_events(&all).unwrap();
    all
}

#[test]
fn every_flipped_bit_of_an_export_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let events = small(dir.path());
    let text = jsonl::write_json_lines(&events);
    assert!(text.len() <= 32 * 1024);
    let step = if is_full() { 1 } else { 20 };
    let (mut found, mut refused) = (0, 0);
    for bit in (0..text.len() * 8).step_by(step) {
        let mut bytes = text.clone().into_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let read = String::from_utf8(bytes).map_err(|e| e.to_string());
        match read.and_then(|t| jsonl::read_json_lines(&t).map_err(|(_, e)| e)) {
            Err(_) => refused += 1,
            Ok(read) if verify::verify_events(&read).is_err() => found += 1,
            Ok(read) => panic!("bit {bit} was not found: {read:?}"),
        }
    }
    println!(
        "export of {} bytes: {refused} flips not read, {found} found by verify",
        text.len()
    );
}

#[test]
fn every_flipped_bit_of_a_file_is_found_or_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let events = small(dir.path());
    let path = dir.path().join("record.db");
    let mut record = Sqlite::open(&path, true).unwrap();
    assert!(matches!(
        record.append(&Head::empty(), &events).unwrap(),
        Appended::Done(_)
    ));
    drop(record);
    let whole = std::fs::read(&path).unwrap();
    let step = if is_full() { 1 } else { 20 };
    let (mut found, mut refused, mut same) = (0, 0, 0);
    for bit in (0..whole.len() * 8).step_by(step) {
        let mut bytes = whole.clone();
        bytes[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(&path, &bytes).unwrap();
        let opened = Sqlite::open(&path, false);
        match opened.and_then(|r| r.check_storage().and(r.read_events_after(0))) {
            Err(_) => refused += 1,
            Ok(read) if read == events => same += 1,
            Ok(read) if verify::verify_events(&read).is_err() => found += 1,
            // What is cut off at the end no chain tells: the store has to.
            Ok(read) if read.len() < events.len() && events.starts_with(&read) => {
                panic!(
                    "bit {bit} cut {} events off without a word",
                    events.len() - read.len()
                )
            }
            Ok(_) => panic!("bit {bit} was not found"),
        }
    }
    println!(
        "file of {} bytes: {refused} flips refused, {found} found by verify, {same} in free space",
        whole.len()
    );
}

#[test]
fn removed_swapped_inserted_and_stripped_events_are_found() {
    let dir = tempfile::tempdir().unwrap();
    let events = small(dir.path());
    let is_found = |changed: &[Stored]| verify::verify_events(changed).is_err();
    for i in 0..events.len() - 1 {
        let mut removed = events.clone();
        removed.remove(i);
        assert!(is_found(&removed), "{i} removed");
        for (n, e) in removed.iter_mut().enumerate() {
            e.seq = n as u64 + 1;
        }
        assert!(is_found(&removed), "{i} removed, and numbered anew");
        let mut swapped = events.clone();
        swapped.swap(i, i + 1);
        assert!(is_found(&swapped), "{i} swapped");
        let mut twice = events.clone();
        twice.insert(i, events[i].clone());
        assert!(is_found(&twice), "{i} twice");
    }
    for i in 5..events.len() {
        let mut stripped = events.clone();
        stripped[i].signature = None;
        let what = verify::verify_events(&stripped).unwrap_err();
        assert_eq!(
            (what.seq, what.what.contains("stripped")),
            (i as u64 + 1, true),
            "{what:?}"
        );
        let mut other = events.clone();
        other[i]
            .signature
            .clone_from(&events[if i == 5 { 6 } else { 5 }].signature);
        assert!(is_found(&other));
    }
}
