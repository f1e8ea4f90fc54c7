//! A record with many incidents, made by repeating a real one.

use std::path::Path;

use saydo::domain::base::digest::sha256;
use saydo::domain::record::event::{Event, GENESIS, Head};
use saydo::domain::record::link_event::LinkEvent;
use saydo::domain::record::payload::EventPayload;
use saydo::domain::record::promise_event::PromiseEvent;
use saydo::domain::record::statement_event::StatementEvent;
use saydo::store::sqlite::Sqlite;
use saydo::store::{Appended, Record, Stored};

/// Numbers of one incident, moved on to those of another.
fn moved(event: &Event, n: u32, statements: u32, promises: u32, days: i64) -> Event {
    let mut e = event.clone();
    let (id, by) = (format!("INC-{n}"), chrono::Duration::days(days));
    e.at += by;
    e.incident = e.incident.map(|_| id.clone());
    match &mut e.payload {
        EventPayload::Statement(StatementEvent::StatementIssued(s)) => {
            s.number += statements;
            s.previous = s.previous.map(|p| p + statements);
            s.incidents = vec![id];
            s.as_of += by;
            let mut lines = s.lines().to_vec();
            for line in &mut lines {
                line.promise_number = line.promise_number.map(|p| p + promises);
            }
            let renditions = s.all_renditions().unwrap().into_iter().cloned().collect();
            s.body = saydo::domain::record::body::StatementBody::new(lines, renditions);
            s.digest = s.compute_digest().unwrap();
        }
        EventPayload::Promise(PromiseEvent::PromiseMade(p)) => {
            p.number += promises;
            p.statement = p.statement.map(|s| s + statements);
            p.ends = p.ends.map(|t| t + by);
            if let saydo::domain::base::time::When::At(t) = &mut p.due {
                *t += by;
            }
        }
        EventPayload::Promise(PromiseEvent::PromiseRevised {
            number, statement, ..
        })
        | EventPayload::Promise(PromiseEvent::PromiseWithdrawn {
            number, statement, ..
        }) => {
            *number += promises;
            *statement = statement.map(|s| s + statements);
        }
        EventPayload::Link(LinkEvent::LinkReported(r)) => r.said_at += by,
        _ => {}
    }
    e
}

/// Makes a record of many incidents of one of a single incident; gives the numbers of its events and statements. Past ones
/// follow each other by a day; those that are open are so at the same time.
pub fn repeat(db: &Path, incidents: u32, is_open: bool) -> (u64, u32) {
    let small: Vec<Event> = {
        let all = Sqlite::open(db, false)
            .unwrap()
            .read_events_after(0)
            .unwrap();
        all.iter()
            .map(|s| Event::parse_at(s.seq, &s.bytes).unwrap())
            .collect()
    };
    let (base, one): (Vec<Event>, Vec<Event>) =
        small.into_iter().partition(|e| e.incident.is_none());
    let count =
        |f: &dyn Fn(&EventPayload) -> bool| one.iter().filter(|e| f(&e.payload)).count() as u32;
    let statements = count(&|h| {
        matches!(
            h,
            EventPayload::Statement(StatementEvent::StatementIssued(_))
        )
    });
    let promises = count(&|h| matches!(h, EventPayload::Promise(PromiseEvent::PromiseMade(_))));
    let mut all: Vec<Event> = base;
    for n in 1..=incidents {
        for e in &one {
            // What is open at the same time rests on one report about the link, as it does in life.
            if is_open
                && n > 1
                && matches!(e.payload, EventPayload::Link(LinkEvent::LinkReported(_)))
            {
                continue;
            }
            all.push(moved(
                e,
                n,
                (n - 1) * statements,
                (n - 1) * promises,
                if is_open { 0 } else { i64::from(n) },
            ));
        }
    }
    std::fs::remove_file(db).unwrap();
    let mut record = Sqlite::open(db, true).unwrap();
    let (mut prev, mut stored) = (GENESIS.to_owned(), Vec::new());
    for (i, mut e) in all.into_iter().enumerate() {
        e.seq = i as u64 + 1;
        e.prev = prev;
        let bytes = e.to_canonical_json().unwrap();
        prev = sha256(bytes.as_bytes());
        stored.push(Stored {
            seq: e.seq,
            hash: prev.clone(),
            bytes,
            signature: None,
        });
    }
    let Appended::Done(head) = record.append(&Head::empty(), &stored).unwrap() else {
        panic!("it is empty")
    };
    (head.seq, statements * incidents)
}
