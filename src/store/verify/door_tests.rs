//! What is refused at the door, one change of a signed record each; and what it says.

use chrono::Duration;

use super::{Asked, ChainBreak, take_in};
use crate::domain::base::link::Source;
use crate::domain::base::time::At;
use crate::domain::record::event::{Event, GENESIS, Head, VERSION};
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::link_event::{LinkEvent, LinkReported};
use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::RecordEvent;
use crate::domain::record::statement::StatementIssued;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::record::team_event::TeamEvent;
use crate::domain::speech::draft::draft_of;
use crate::domain::state::fold::State;
use crate::store::Stored;
use crate::store::sign::Signer;
use crate::testing::at;

/// An entry before it is chained and signed.
#[derive(Clone)]
struct Entry {
    at: At,
    by: &'static str,
    signs: bool,
    record: Option<&'static str>,
    payload: EventPayload,
}

fn entry(minute: i64, by: &'static str, payload: EventPayload) -> Entry {
    let begin = at("2026-09-12T08:00:00Z");
    Entry {
        at: begin + Duration::minutes(minute),
        by,
        signs: true,
        record: None,
        payload,
    }
}

fn note(text: &str) -> EventPayload {
    EventPayload::Incident(IncidentEvent::NoteTaken { text: text.into() })
}

fn team(event: TeamEvent) -> EventPayload {
    EventPayload::Team(event)
}

fn signer(seed: char) -> Signer {
    let digits: String = std::iter::repeat_n(seed, 64).collect();
    Signer::read_private_key(&format!("saydo-key/1 {digits}")).unwrap()
}

/// Lan administers, Mai approves, both with keys; rights, keys and approval are asked for.
fn signed_record() -> Vec<Entry> {
    let trusted = |person: &str, seed| {
        team(TeamEvent::KeyTrusted {
            person: person.into(),
            key: signer(seed).public,
        })
    };
    let added = |person: &str| {
        team(TeamEvent::PersonAdded {
            person: person.into(),
            name: None,
        })
    };
    let granted = |person: &str, role: &str| {
        team(TeamEvent::RoleGranted {
            person: person.into(),
            role: role.into(),
        })
    };
    let role = |role: &str, rights: &[&str]| {
        team(TeamEvent::RoleDefined {
            role: role.into(),
            may: rights.iter().map(|r| (*r).to_owned()).collect(),
        })
    };
    let mut all = vec![
        entry(0, "lan", note("begun")),
        entry(
            1,
            "lan",
            role("administrator", &["administer", "record", "issue", "draft"]),
        ),
        entry(1, "lan", role("approver", &["approve", "record"])),
        entry(1, "lan", added("lan")),
        entry(1, "lan", added("mai")),
        entry(1, "lan", granted("lan", "administrator")),
        entry(2, "lan", granted("mai", "approver")),
        entry(3, "lan", trusted("lan", '1')),
        entry(4, "lan", trusted("mai", '2')),
        entry(5, "mai", note("one")),
        entry(6, "lan", note("two")),
    ];
    for unsigned in &mut all[..7] {
        unsigned.signs = false;
    }
    all[0].record = Some("0123456789abcdef");
    all
}

fn chained(entries: &[Entry]) -> Vec<Stored> {
    let mut prev = GENESIS.to_owned();
    let mut all = Vec::new();
    for (i, entry) in entries.iter().enumerate() {
        let signer = signer(if entry.by == "mai" { '2' } else { '1' });
        let event = Event {
            v: VERSION.into(),
            record: entry.record.map(str::to_owned),
            seq: i as u64 + 1,
            at: entry.at,
            by: entry.by.into(),
            key: entry.signs.then(|| signer.id.clone()),
            clock_given: false,
            noted: None,
            incident: None,
            prev: prev.clone(),
            payload: entry.payload.clone(),
        };
        let mut stored = Stored::new(event.seq, event.to_canonical_json().unwrap());
        stored.signature = entry.signs.then(|| signer.sign_hash(&stored.hash));
        prev.clone_from(&stored.hash);
        all.push(stored);
    }
    all
}

fn read(events: &[Stored]) -> (State, Head, Result<(), ChainBreak>) {
    let (mut state, mut head) = (State::default(), Head::empty());
    let read = take_in(&mut state, &mut head, events, Asked::AtTheDoor);
    (state, head, read)
}

#[test]
fn a_whole_record_goes_through_the_door() {
    let events = chained(&signed_record());
    let (state, head, read) = read(&events);
    assert_eq!(read, Ok(()));
    assert_eq!(head.seq, 11);
    assert_eq!(state.identity(), Some("0123456789abcdef"));
}

/// What does not fit, by the change, the number of the event and a part of what is said.
#[test]
fn the_first_event_that_does_not_fit_stops_the_reading_before_it() {
    let far: At = "9999-01-01T00:00:00Z".parse().unwrap();
    let mut farther = LinkReported::nothing_new("AAG", &Source::own_check(), far);
    farther.said_at = "+262142-12-31T23:59:59Z".parse().unwrap();
    let report = EventPayload::Link(LinkEvent::LinkReported(farther));
    type Change<'a> = (&'a str, u64, &'a str, Box<dyn Fn(&mut Vec<Entry>)>);
    let changes: Vec<Change<'_>> = vec![
        (
            "nobody signed it",
            12,
            "it is not signed",
            Box::new(|all| {
                let mut forged = entry(7, "lan", note("refund: send your code"));
                forged.signs = false;
                all.push(forged);
            }),
        ),
        (
            "the role may not",
            12,
            "mai",
            Box::new(|all| {
                all.push(entry(
                    7,
                    "mai",
                    team(TeamEvent::PersonAdded {
                        person: "eve".into(),
                        name: None,
                    }),
                ));
            }),
        ),
        (
            "time falls",
            12,
            "before that of the event before it",
            Box::new(|all| {
                all.push(entry(-60 * 24 * 365 * 5, "lan", note("backdated")));
            }),
        ),
        (
            "the year 9999",
            12,
            "lies outside of the years",
            Box::new(move |all| {
                let mut later = entry(7, "lan", note("typo"));
                later.at = far;
                all.push(later);
            }),
        ),
        (
            "an impossible year inside",
            12,
            "lies outside of the years",
            Box::new(move |all| {
                all.push(entry(7, "lan", report.clone()));
            }),
        ),
        (
            "a second identifier",
            12,
            "only the first event names the record",
            Box::new(|all| {
                let mut again = entry(7, "lan", note("again"));
                again.record = Some("another");
                all.push(again);
            }),
        ),
        (
            "a text that is not its digest",
            12,
            "not what its digest says",
            Box::new(|all| {
                all.push(entry(
                    7,
                    "lan",
                    EventPayload::Record(RecordEvent::TextAdopted {
                        text_kind: crate::domain::record::record_event::TextKind::Network,
                        name: "network".into(),
                        digest: "0".into(),
                        text: "links: []".into(),
                    }),
                ));
            }),
        ),
        (
            "a wrong clock from the future",
            12,
            "not before it",
            Box::new(|all| {
                all.push(entry(
                    7,
                    "lan",
                    EventPayload::Record(RecordEvent::ClockDeclaredWrong {
                        from: 12,
                        because: "no".into(),
                    }),
                ));
            }),
        ),
    ];
    for (name, seq, what, change) in changes {
        let mut entries = signed_record();
        change(&mut entries);
        let (_, head, read) = read(&chained(&entries));
        let misfit = read.expect_err(name);
        assert_eq!(misfit.seq, seq, "{name}: {misfit}");
        assert!(misfit.what.contains(what), "{name}: {misfit}");
        assert_eq!(head.seq, seq - 1, "{name}");
    }
}

#[test]
fn signed_events_of_one_record_do_not_fit_another() {
    let one = chained(&signed_record());
    let mut other = signed_record();
    other[0].record = Some("fedcba9876543210");
    let other = chained(&other);
    let mut mixed = other[..9].to_vec();
    mixed.extend_from_slice(&one[9..]);
    let (_, head, read) = read(&mixed);
    assert_eq!(read.unwrap_err().seq, 10);
    assert_eq!(head.seq, 9);
}

#[test]
fn a_clock_that_was_wrong_is_set_aside_and_the_record_goes_on() {
    let mut entries = signed_record();
    let mut wrong = entry(0, "mai", note("typo in the year"));
    wrong.at = "9999-01-01T00:00:00Z".parse().unwrap();
    entries.push(wrong);
    let last = entries[10].at;
    let declared = EventPayload::Record(RecordEvent::ClockDeclaredWrong {
        from: 12,
        because: "the year was wrong".into(),
    });
    entries.push(entry(7, "lan", declared.clone()));
    entries.push(entry(8, "lan", note("goes on")));
    let (state, head, whole) = read(&chained(&entries));
    assert_eq!(whole, Ok(()));
    assert_eq!(head.seq, 14);
    assert_eq!(state.at, Some(last + Duration::minutes(2)));
    assert!(state.notes.iter().any(|n| n.seq == 12 && n.at == last));
    // Only an administrator may; without that entry, the year does not fit.
    entries[12] = entry(7, "mai", declared);
    let forged = chained(&entries);
    assert_eq!(read(&forged).2.unwrap_err().seq, 13);
    assert_eq!(read(&forged[..12]).2.unwrap_err().seq, 12);
}

/// The same words, approved once, go out once and in time.
#[test]
fn an_approval_is_used_once_and_in_time() {
    let mut entries = signed_record();
    let mut rules = entry(7, "lan", note(""));
    rules.payload = team(TeamEvent::TeamRulesSet {
        approval: true,
        four_eyes: true,
        lasts: None,
    });
    entries.push(rules);
    let said = |number: u32| -> StatementIssued {
        let text = format!(
            r#"{{"number":{number},"audience":"customers","incidents":[],"as_of":"2026-09-12T08:08:00Z","lines":[],"renditions":[],"digest":""}}"#
        );
        serde_json::from_str(&text).unwrap()
    };
    let statement = |event: StatementEvent| EventPayload::Statement(event);
    let draft = draft_of(&said(1)).unwrap();
    entries.push(entry(
        8,
        "lan",
        statement(StatementEvent::DraftSubmitted {
            draft: draft.clone(),
            audience: "customers".into(),
            text: None,
            incidents: Vec::new(),
        }),
    ));
    let ends = entries[0].at + Duration::minutes(100);
    entries.push(entry(
        9,
        "mai",
        statement(StatementEvent::StatementApproved {
            draft,
            until: Some(ends),
        }),
    ));
    let issue = |minute, number| {
        entry(
            minute,
            "lan",
            statement(StatementEvent::StatementIssued(said(number))),
        )
    };
    let try_with = |more: &[Entry]| {
        let mut all = entries.clone();
        all.extend_from_slice(more);
        read(&chained(&all)).2
    };
    assert_eq!(try_with(&[issue(10, 1)]), Ok(()));
    let twice = try_with(&[issue(10, 1), issue(11, 2)]).unwrap_err();
    assert!(
        twice.seq == 16 && twice.what.contains("had been used"),
        "{twice}"
    );
    let late = try_with(&[issue(101, 1)]).unwrap_err();
    assert!(late.seq == 15 && late.what.contains("had lapsed"), "{late}");
    // An override stands beside it, in the same batch; a later one explains nothing.
    let over = |minute| {
        entry(
            minute,
            "lan",
            statement(StatementEvent::ApprovalOverridden {
                statement: 1,
                because: "night".into(),
            }),
        )
    };
    let later = try_with(&[issue(101, 1), over(102)]).unwrap_err();
    assert_eq!(later.seq, 15, "{later}");
}
