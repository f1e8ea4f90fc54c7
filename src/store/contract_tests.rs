//! The stores of one machine keep the contract (`testing/store_contract.rs`), and changes of an export are found. A server
//! keeps it in `tests/all/postgres/contract.rs`; no process is started here.

use crate::desk::core::adopt::adopt_files;
use crate::desk::core::shipped::shipped_files;
use crate::desk::incident::report::take_note;
use crate::domain::record::event::Head;
use crate::store::memory::Memory;
use crate::store::sqlite::Sqlite;
use crate::store::{Record, Stored, jsonl, verify};
use crate::testing::shipped;
use crate::testing::store_contract::{keep_contract, stored};

#[test]
fn memory_keeps_the_contract() {
    keep_contract(&mut Memory::default());
}

#[test]
fn sqlite_keeps_the_contract() {
    let dir = tempfile::tempdir().unwrap();
    keep_contract(&mut Sqlite::open(&dir.path().join("record.db"), true).unwrap());
}

#[test]
fn sqlite_refuses_other_files_and_newer_ones() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("record.db");
    assert!(
        Sqlite::open(&path, false).is_err(),
        "a missing record is not made by looking"
    );
    std::fs::write(
        &path,
        "not a database at all, but long enough to be looked at as if it were one",
    )
    .unwrap();
    assert!(Sqlite::open(&path, false).is_err());
    std::fs::remove_file(&path).unwrap();
    drop(Sqlite::open(&path, true).unwrap());
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.pragma_update(None, "user_version", 99).unwrap();
    assert!(
        Sqlite::open(&path, false)
            .unwrap_err()
            .to_string()
            .contains("newer")
    );
    assert!(
        raw.execute("UPDATE events SET bytes = 'x'", []).is_ok(),
        "there are no rows to refuse"
    );
}

#[test]
fn rows_are_neither_changed_nor_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("record.db");
    let mut record = Sqlite::open(&path, true).unwrap();
    record.append(&Head::empty(), &[stored(1, "{}")]).unwrap();
    let raw = rusqlite::Connection::open(&path).unwrap();
    assert!(raw.execute("UPDATE events SET bytes = 'x'", []).is_err());
    assert!(raw.execute("DELETE FROM events", []).is_err());
}

#[test]
fn every_changed_bit_of_an_export_is_found() {
    let mut desk = shipped::bare();
    let files = shipped_files();
    let small: Vec<_> = files
        .into_iter()
        .filter(|f| !f.path.contains("playbooks/"))
        .collect();
    adopt_files(&mut desk, &small).unwrap();
    for i in 0..5 {
        take_note(&mut desk, None, &format!("note {i}")).unwrap();
    }
    let events = desk.stored().unwrap();
    let text = jsonl::write_json_lines(&events);
    assert_eq!(jsonl::read_json_lines(&text).unwrap(), events);
    assert!(verify::verify_events(&events).is_ok());
    let notes: Vec<Stored> = events[2..].to_vec();
    let tail = jsonl::write_json_lines(&notes);
    let head = jsonl::write_json_lines(&events[..2]);
    for byte in 0..tail.len() {
        for bit in 0..8 {
            let mut bytes = tail.clone().into_bytes();
            bytes[byte] ^= 1 << bit;
            let Ok(changed) = String::from_utf8(bytes) else {
                continue;
            };
            let found = match jsonl::read_json_lines(&format!("{head}{changed}")) {
                Err(_) => true,
                Ok(read) => verify::verify_events(&read).is_err(),
            };
            assert!(
                found,
                "bit {bit} of byte {byte} was changed unseen: {changed}"
            );
        }
    }
    // Removed, swapped, inserted, cut.
    let mut fewer = events.clone();
    fewer.remove(3);
    assert_eq!(verify::verify_events(&fewer).unwrap_err().seq, 4);
    let mut swapped = events.clone();
    swapped.swap(3, 4);
    assert_eq!(verify::verify_events(&swapped).unwrap_err().seq, 4);
    let mut doubled = events.clone();
    doubled.insert(3, events[3].clone());
    assert!(verify::verify_events(&doubled).is_err());
    assert!(jsonl::read_json_lines(&text[..text.len() - 1]).is_err());
}
