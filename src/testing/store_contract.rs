//! The contract that every store keeps. It opens no store: each is tried where it can be opened, a server by the tests that
//! start programs, which read this file too.

use super::{Appended, Head, Record, Stored};

/// An entry as a store keeps it, every second one with a signature.
pub fn stored(seq: u64, text: &str) -> Stored {
    Stored {
        signature: seq.is_multiple_of(2).then(|| "ab".repeat(64)),
        ..Stored::new(seq, text.into())
    }
}

/// The events of a chain after a head: each has the hash of the one before, and this beside it.
pub fn chain(head: &Head, beside: &[&str]) -> Vec<Stored> {
    let mut prev = head.clone();
    let next = |what: &&str| {
        let event = stored(
            prev.seq + 1,
            &format!("{{\"prev\":\"{}\",{what}}}", prev.hash),
        );
        prev = Head {
            seq: event.seq,
            hash: event.hash.clone(),
        };
        event
    };
    beside.iter().map(next).collect()
}

/// Fills an empty record with three entries, and asks what a writer relies on.
pub fn keep_contract(record: &mut dyn Record) {
    assert_eq!(record.head().unwrap(), Head::empty());
    let first = chain(&Head::empty(), &["\"a\":1", "\"b\":2"]);
    let Appended::Done(head) = record.append(&Head::empty(), &first).unwrap() else {
        panic!("it is empty")
    };
    assert_eq!(
        head,
        Head {
            seq: 2,
            hash: first[1].hash.clone()
        }
    );
    // Who expects an older head is told what came since, and nothing is written.
    let Appended::Moved(since) = record
        .append(&Head::empty(), &chain(&Head::empty(), &["\"c\":3"]))
        .unwrap()
    else {
        panic!("the head has moved")
    };
    assert_eq!(since, first);
    assert_eq!(record.head().unwrap(), head);
    let third = chain(&head, &["\"c\":\"é\""]);
    let Appended::Done(next) = record.append(&head, &third).unwrap() else {
        panic!("it stands")
    };
    assert_eq!(next.seq, 3);
    assert_eq!(record.read_events_after(2).unwrap(), third);
    assert_eq!(record.read_events_after(0).unwrap().len(), 3);
}
