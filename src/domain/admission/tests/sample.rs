//! A small record with its adopted files, and a way to ask whether an entry may join it. Decides nothing itself.

use std::collections::BTreeMap;

use crate::cli::next_step::write_advice;
use crate::domain::admission::admit::admit_payload;
use crate::domain::base::time::At;
use crate::domain::facts::world::{AdoptedConfig, World};
use crate::domain::record::event::Event;
use crate::domain::record::payload::EventPayload;
use crate::domain::state::fold::State;

/// The moment at which entries ask to be admitted: 15:00 in Hanoi.
pub(super) const NOW: &str = "2026-09-12T08:00:00Z";

const WORKSPACE: &str = "
organisation: { names: { vi: Viễn Đông, en: Far East } }
languages: [vi, en]
zone: Asia/Ho_Chi_Minh
channels: { page: { forms: [say] } }
parties: { smc: { vi: nhà khai thác, en: the operator } }
causes: { fishing: { vi: tàu cá, en: a fishing boat } }
catalogues: { reasons: { weather: { vi: thời tiết, en: the weather } } }
resources:
  vouchers: { names: { vi: phiếu, en: vouchers }, owner: duty-manager }
  generator: { names: { vi: máy phát, en: generator }, owner: duty-manager }
outlets: { status: { kind: folder, folder: out, channels: [page] } }
";

const NETWORK: &str = "
links:
  - { id: AAG, kind: cable, parts: [AAG.S1] }
  - { id: AAG.S1, kind: segment }
  - { id: APG, kind: cable }
regions: [ { id: hue } ]
services: [ { id: dns } ]
";

const PLAYBOOK: &str = "
name: cable
facts:
  customers: { type: count }
  traffic: { type: decimal }
  packet_loss: { type: share }
  sailing: { type: date }
  arrival: { type: instant, sources: [own-check, cable-operator] }
  weather_window: { type: window }
  work_hours: { type: duration }
  ship: { type: state, choices: [loading, sailing] }
  colour: { type: state }
  landing: { type: link }
  landings: { type: list }
  advice: { type: phrase }
";

/// The record that entries ask to join: the incident of each entry (none when empty), and what happened. Numbered from 1.
pub(super) const RECORD: &[(&str, &str)] = &[
    (
        "INC-1",
        r#"{"kind":"IncidentDeclared","playbook":"cable","digest":"p","scope":["AAG","APG"]}"#,
    ),
    (
        "INC-2",
        r#"{"kind":"IncidentDeclared","playbook":"cable","digest":"p","scope":["APG"]}"#,
    ),
    ("INC-2", r#"{"kind":"IncidentClosed"}"#),
    (
        "INC-3",
        r#"{"kind":"IncidentDeclared","playbook":"power","digest":"lost","scope":["hue"]}"#,
    ),
    (
        "",
        r#"{"kind":"LinkReported","link":"AAG","state":"down","source":{"kind":"own-check"},"said_at":"2026-09-12T00:30:00Z"}"#,
    ),
    ("INC-1", r#"{"kind":"NoteTaken","text":"called the ship"}"#),
    (
        "INC-1",
        r#"{"kind":"Retracted","seq":6,"because":"another ship"}"#,
    ),
    (
        "INC-1",
        r#"{"kind":"StatementIssued","number":1,"audience":"customers","incidents":["INC-1"],"as_of":"2026-09-12T01:00:00Z","lines":[],"renditions":[],"digest":"d"}"#,
    ),
    (
        "INC-1",
        r#"{"kind":"PromiseMade","number":1,"promise":"refund","audience":"customers","owner":"billing","by":"us","due":"2026-09-12"}"#,
    ),
    (
        "INC-1",
        r#"{"kind":"PromiseMade","number":2,"promise":"visit","audience":"customers","owner":"billing","by":"us","due":"2026-09-12"}"#,
    ),
    (
        "INC-1",
        r#"{"kind":"PromiseKept","number":2,"evidence":{"text":"a photo"}}"#,
    ),
    (
        "INC-1",
        r#"{"kind":"PromiseMade","number":3,"promise":"call","audience":"customers","owner":"billing","by":"us","due":"2026-09-12"}"#,
    ),
    (
        "INC-1",
        r#"{"kind":"PromiseWithdrawn","number":3,"because":"a mistake"}"#,
    ),
    (
        "",
        r#"{"kind":"ShiftHandedOver","to":"minh","promises":[]}"#,
    ),
    ("", r#"{"kind":"ShiftAccepted","handover":14}"#),
    (
        "",
        r#"{"kind":"ShiftHandedOver","to":"minh","promises":[]}"#,
    ),
    ("", r#"{"kind":"PersonAdded","person":"lan"}"#),
    (
        "",
        r#"{"kind":"RoleDefined","role":"operations","may":["record"]}"#,
    ),
    (
        "",
        r#"{"kind":"DeliveryClaimed","outlet":"status","until":"2026-09-12T09:00:00Z","parcels":[{"key":"k1","statement":1,"channel":"page"}]}"#,
    ),
    (
        "INC-1",
        r#"{"kind":"SentenceWritten","element":"advice","texts":{"vi":"Xin chờ.","en":"Please wait."}}"#,
    ),
    (
        "",
        r#"{"kind":"NoticePlanned","plan":1,"base":"d","sheet":{"rows":1,"unreadable":0,"persons":1,"buckets":{"told":1}},"cells":[],"root":"r"}"#,
    ),
];

/// A role with the right to administer, held by Lan: from here on rights count.
pub(super) const TEAM: &[(&str, &str)] = &[
    (
        "",
        r#"{"kind":"RoleDefined","role":"administrator","may":["administer"]}"#,
    ),
    (
        "",
        r#"{"kind":"RoleGranted","person":"lan","role":"administrator"}"#,
    ),
];

pub(super) fn at(text: &str) -> At {
    text.parse().unwrap()
}

pub(super) fn books() -> AdoptedConfig {
    let playbook = serde_yaml::from_str(PLAYBOOK).unwrap();
    AdoptedConfig {
        workspace: serde_yaml::from_str(WORKSPACE).unwrap(),
        network: serde_yaml::from_str(NETWORK).unwrap(),
        files: BTreeMap::from([("p".to_owned(), playbook)]),
        built: Default::default(),
    }
}

fn read_payload(payload: &str) -> EventPayload {
    serde_json::from_str(payload).unwrap_or_else(|e| panic!("{e}: {payload}"))
}

fn events(entries: &[(&str, &str)]) -> Vec<Event> {
    let event = |(i, (incident, payload)): (usize, &(&str, &str))| Event {
        v: "5.0".into(),
        record: None,
        seq: i as u64 + 1,
        at: at("2026-09-12T01:00:00Z"),
        by: "lan".into(),
        key: None,
        clock_given: false,
        noted: None,
        incident: Some((*incident).to_owned()).filter(|i| !i.is_empty()),
        prev: String::new(),
        payload: read_payload(payload),
    };
    entries.iter().enumerate().map(event).collect()
}

/// Whether an entry may join this record now: nothing, or `what is wrong -> what to do`.
pub(super) fn ask_in(
    entries: &[(&str, &str)],
    books: &AdoptedConfig,
    incident: &str,
    payload: &str,
) -> String {
    let events = events(entries);
    let state = State::fold_events(&events).unwrap();
    let world = World {
        state: &state,
        books,
        condition: None,
    };
    let incident = Some(incident).filter(|i| !i.is_empty());
    let find = |seq| events.iter().find(|e| e.seq == seq).cloned();
    match admit_payload(world, incident, &read_payload(payload), at(NOW), &find) {
        Ok(()) => String::new(),
        Err(refusal) => format!("{} -> {}", refusal.what, write_advice(&refusal.hint)),
    }
}

/// Rows of incident, payload and answer, asked of the sample record; an empty answer is "yes".
pub(super) fn hold(rows: &[(&str, &str, &str)]) {
    let books = books();
    for (incident, payload, answer) in rows {
        assert_eq!(
            ask_in(RECORD, &books, incident, payload),
            *answer,
            "{payload}"
        );
    }
}

/// Rows of payload and answer, on INC-1.
pub(super) fn hold_all(rows: &[(&str, &str)]) {
    let rows: Vec<_> = rows.iter().map(|(p, a)| ("INC-1", *p, *a)).collect();
    hold(&rows);
}
