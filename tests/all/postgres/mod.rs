//! The record on a PostgreSQL server: the same contract, no right but INSERT and SELECT, TLS, and what several writers,
//! a restart or a cut line may do to it. Processes that are killed are in `faults`.

mod apart;
mod contract;
mod door;
mod lines;
mod silent;
mod team_night;
mod workspace;

use crate::support::postgres_server::Server;
use saydo::{Address, Head, PgEnv, Postgres, Stored};

fn stored(seq: u64, text: &str) -> Stored {
    Stored {
        signature: seq.is_multiple_of(2).then(|| "ab".repeat(64)),
        ..Stored::new(seq, text.into())
    }
}

/// The events of a chain after a head: each has the hash of the one before, and this beside it.
fn chain(head: &Head, beside: &[&str]) -> Vec<Stored> {
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

fn address(url: &str) -> Address {
    Address::read_url(url, &PgEnv::default()).unwrap()
}

/// A record with tables, and the rights that docs/team.md grants.
fn prepared(server: &Server) -> Address {
    Postgres::migrate_tables(&address(&server.url("owner", "disable"))).unwrap();
    let grants = include_str!("../../../docs/team.md");
    let grants = grants
        .split("```sql\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    assert!(
        server.sql(
            "owner",
            &grants
                .replace("saydo_writer", "writer")
                .replace("CREATE ROLE", "-- CREATE ROLE")
        )
    );
    address(&server.url("writer", "disable"))
}

/// As one line, however it was wrapped.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn set_mode(file: &std::path::Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}
