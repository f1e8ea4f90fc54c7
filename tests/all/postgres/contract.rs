//! The contract of every store (`src/testing/store_contract.rs`), with the rights of docs/team.md alone, over TLS, and with
//! many writers. The other stores are in `store`.

use super::store_contract::keep_contract;
use super::{address, prepared, set_mode, stored};
use crate::support::postgres_server::Server;
use saydo::{Address, Appended, Head, PgEnv, Postgres, Record, StoreError};

#[test]
fn it_keeps_the_contract_with_insert_and_select_alone() {
    let Some(server) = Server::shared() else {
        return;
    };
    // Two that make the tables at once: both succeed, one makes them.
    let made: Vec<usize> = std::thread::scope(|s| {
        let work: Vec<_> = (0..4)
            .map(|_| {
                s.spawn(|| {
                    Postgres::migrate_tables(&address(&server.url("owner", "disable"))).unwrap()
                })
            })
            .collect();
        work.into_iter().map(|w| w.join().unwrap()).collect()
    });
    assert_eq!(
        made.iter().filter(|steps| **steps > 0).count(),
        1,
        "{made:?}"
    );
    let at = prepared(&server);
    let mut record = Postgres::open(&at).unwrap();
    keep_contract(&mut record);
    let kept = record.read_events_after(0).unwrap();
    // The role that writes can change and remove nothing.
    for no in [
        "UPDATE saydo_events SET bytes = 'x'",
        "DELETE FROM saydo_events",
        "TRUNCATE saydo_events",
        "DROP TABLE saydo_events",
        "UPDATE saydo_layout SET version = 9",
        "ALTER TABLE saydo_events ADD COLUMN x text",
    ] {
        assert!(!server.sql("writer", no), "the writer may: {no}");
    }
    assert_eq!(record.read_events_after(0).unwrap(), kept);
    // A program that is older than the tables refuses with a clear word.
    assert!(server.sql("owner", "INSERT INTO saydo_layout (version) VALUES (99)"));
    let Err(e) = Postgres::open(&at) else {
        panic!("it is newer")
    };
    assert!(e.to_string().contains("newer"), "{e}");
}

#[test]
fn tls_is_checked_and_passwords_come_from_the_file() {
    let Some(server) = Server::shared() else {
        return;
    };
    prepared(&server);
    let root = server.root_certificate();
    let checked = format!(
        "{}&sslrootcert={}",
        server.url("writer", "verify-full"),
        root.display()
    );
    Postgres::open(&address(&checked)).unwrap();
    // A court that nobody here trusts.
    let Err(e) = Postgres::open(&address(&server.url("writer", "require"))) else {
        panic!("the certificate is of nobody")
    };
    assert!(
        matches!(e, StoreError::Io { .. }),
        "a wrong set-up is not a server that is away: {e}"
    );
    // A name that the certificate does not carry.
    let other = checked.replace("localhost", "127.0.0.1");
    assert!(Postgres::open(&address(&other)).is_err());
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("pass");
    std::fs::write(
        &file,
        format!(
            "# ours\nlocalhost:{}:{}:writer:w\n",
            server.port, server.database
        ),
    )
    .unwrap();
    let around = PgEnv {
        password: None,
        pass_file: Some(file.clone()),
    };
    let url = format!(
        "postgres://writer@localhost:{}/{}?sslmode=disable",
        server.port, server.database
    );
    set_mode(&file, 0o644);
    let Err(e) = Address::read_url(&url, &around).and_then(|a| Postgres::open(&a)) else {
        panic!("a password file that others may read is not used")
    };
    assert!(
        e.to_string().contains("PGPASSFILE") || matches!(e, StoreError::Away { .. }),
        "{e}"
    );
    set_mode(&file, 0o600);
    Postgres::open(&Address::read_url(&url, &around).unwrap()).unwrap();
}

#[test]
fn many_writers_make_one_unbroken_chain() {
    let Some(server) = Server::shared() else {
        return;
    };
    let at = prepared(&server);
    let (writers, each) = if std::env::var_os("SAYDO_FAULTS").is_some() {
        (32, 200)
    } else {
        (8, 25)
    };
    std::thread::scope(|s| {
        for w in 0..writers {
            let at = at.clone();
            s.spawn(move || {
                let mut record = Postgres::open(&at).unwrap();
                let mut head = record.head().unwrap();
                for n in 0..each {
                    loop {
                        let text = format!("{{\"n\":{n},\"prev\":\"{}\",\"w\":{w}}}", head.hash);
                        match record
                            .append(&head, &[stored(head.seq + 1, &text)])
                            .unwrap()
                        {
                            Appended::Done(h) => {
                                head = h;
                                break;
                            }
                            Appended::Moved(others) => {
                                let last = others.last().expect("what moved it");
                                head = Head {
                                    seq: last.seq,
                                    hash: last.hash.clone(),
                                };
                            }
                        }
                    }
                }
            });
        }
    });
    let all = Postgres::open(&at).unwrap().read_events_after(0).unwrap();
    assert_eq!(all.len(), writers * each);
    let mut prev = Head::empty().hash;
    for (i, e) in all.iter().enumerate() {
        assert_eq!(e.seq, i as u64 + 1);
        assert!(e.bytes.contains(&prev), "event {} does not follow", e.seq);
        prev.clone_from(&e.hash);
    }
    for w in 0..writers {
        let mine = all
            .iter()
            .filter(|e| e.bytes.contains(&format!("\"w\":{w}}}")))
            .count();
        assert_eq!(mine, each, "writer {w}");
    }
    println!("{} events by {writers} writers: one chain", all.len());
}
