//! What may enter is asked at the door: one row of somebody with the right INSERT stops nobody. Older tables are read and written
//! as they are.

use super::{address, chain, prepared};
use crate::support::postgres_server::Server;
use saydo::{Appended, Head, Postgres, Record, Stored};

/// The SQL of a row whose hash fits.
fn row(seq: &str, bytes: &str) -> String {
    format!(
        "INSERT INTO saydo_events (seq, bytes, hash) SELECT {seq}, b, encode(sha256(convert_to(b, 'UTF8')), 'hex') FROM (SELECT {bytes} AS b) x"
    )
}

fn append(record: &mut Postgres, head: &Head, batch: &[Stored]) -> Head {
    match record.append(head, batch).unwrap() {
        Appended::Done(head) => head,
        Appended::Moved(_) => panic!("nobody else writes"),
    }
}

#[test]
fn a_row_that_does_not_go_on_from_the_record_is_refused() {
    let Some(server) = Server::shared() else {
        return;
    };
    let at = prepared(&server);
    let mut record = Postgres::open(&at).unwrap();
    let first = chain(&Head::empty(), &["\"n\":1", "\"n\":2", "\"n\":3"]);
    let head = append(&mut record, &Head::empty(), &first);
    let prev = &head.hash;
    let good = format!("'{{\"prev\":\"{prev}\"}}'");
    let max = "9223372036854775807";
    for no in [
        "INSERT INTO saydo_events VALUES (4, 'garbage', 'x')".to_owned(),
        format!("INSERT INTO saydo_events VALUES (4, {good}, repeat('a', 64))"),
        row("4", "'garbage'"),
        row("4", "'{}'"),
        row("4", &format!("'{{\"prev\":\"{}\"}}'", first[0].hash)),
        row(
            "4",
            &format!("'{{\"prev\":\"{prev}\",\"x\":\"' || repeat('x', 17000000) || '\"}}'"),
        ),
        row("5", &good),
        row(max, &good),
        row("3", &good),
        row("0", &good),
        // A table of the same name that comes first on the search path deceives nobody.
        format!(
            "CREATE TEMP TABLE saydo_events (seq bigint, bytes text, hash text); INSERT INTO saydo_events VALUES (8, '', '{prev}'); {}",
            row("9", &good).replace("INTO saydo_events", "INTO public.saydo_events")
        ),
    ] {
        assert!(!server.sql("writer", &no), "the writer may: {no}");
    }
    assert_eq!(record.read_events_after(0).unwrap(), first);
    // What the door refuses of ours is an error and not a record that has moved.
    assert!(
        record
            .append(&head, &[Stored::new(4, "{}".into())])
            .is_err()
    );
    append(&mut record, &head, &chain(&head, &["\"n\":4"]));
    assert!(server.sql(
        "writer",
        &row(
            "5",
            "(SELECT '{\"prev\":\"' || hash || '\"}' FROM saydo_events WHERE seq = 4)"
        )
    ));
    assert_eq!(record.head().unwrap().seq, 5);
}

#[test]
fn a_long_batch_passes_the_door_at_once() {
    let Some(server) = Server::shared() else {
        return;
    };
    let at = prepared(&server);
    let mut record = Postgres::open(&at).unwrap();
    let texts: Vec<String> = (0..20_000)
        .map(|n| format!("\"n\":{n},\"t\":\"{}\"", "x".repeat(200)))
        .collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let began = std::time::Instant::now();
    let all = chain(&Head::empty(), &texts);
    append(&mut record, &Head::empty(), &all);
    let written = began.elapsed();
    let read = record.read_events_after(0).unwrap();
    println!(
        "{} events: written in {written:?}, read in {:?}",
        read.len(),
        began.elapsed() - written
    );
    assert!(read == all, "what is read is not what was written");
}

/// The tables as a program before this one made them.
#[test]
fn older_tables_are_read_and_written_until_they_are_brought_up_to_date() {
    let Some(server) = Server::shared() else {
        return;
    };
    let at = prepared(&server);
    let older = "DROP TRIGGER saydo_next ON saydo_events; DROP FUNCTION saydo_next; ALTER TABLE saydo_events DROP CONSTRAINT saydo_hash, DROP CONSTRAINT saydo_length; DELETE FROM saydo_layout WHERE version = 2";
    assert!(server.sql("owner", older));
    let mut record = Postgres::open(&at).unwrap();
    let first = chain(&Head::empty(), &["\"n\":1"]);
    let head = append(&mut record, &Head::empty(), &first);
    append(&mut record, &head, &chain(&head, &["\"n\":2"]));
    // Rows that nobody could have written: what is before them is read, and they do not fit.
    assert!(server.sql("writer", "INSERT INTO saydo_events VALUES (3, repeat('x', 50000000), repeat('y', 5000000), repeat('z', 5000000))"));
    assert!(server.sql(
        "writer",
        "INSERT INTO saydo_events VALUES (9223372036854775807, 'garbage', 'x')"
    ));
    let all = record.read_events_after(0).unwrap();
    assert_eq!(all.len(), 4);
    assert_eq!(all[0], first[0]);
    assert!(
        all[2].bytes.is_empty() && all[2].hash.len() == 64,
        "{:?}",
        all[2].hash
    );
    assert_eq!(record.read_event(3).unwrap().unwrap(), all[2]);
    // The door does not look at what is there already, but at what comes.
    assert!(server.sql("owner", "DELETE FROM saydo_events WHERE seq > 2"));
    assert!(server.sql(
        "writer",
        "INSERT INTO saydo_events VALUES (3, 'garbage', 'x')"
    ));
    let steps = Postgres::migrate_tables(&address(&server.url("owner", "disable"))).unwrap();
    assert_eq!(steps, 1);
    assert!(!server.sql(
        "writer",
        "INSERT INTO saydo_events VALUES (4, 'garbage', 'x')"
    ));
    assert!(server.sql("owner", "DELETE FROM saydo_events WHERE seq > 2"));
    let head = record.head().unwrap();
    append(&mut record, &head, &chain(&head, &["\"n\":3"]));
}
