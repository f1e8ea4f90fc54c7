//! The record on a PostgreSQL server: the same contract, no right but INSERT and SELECT, TLS, and what several writers,
//! a restart or a cut line may do to it. Processes that are killed are in `faults`.

mod apart;
mod contract;
mod door;
mod lines;
mod silent;
#[path = "../../../src/testing/store_contract.rs"]
mod store_contract;
mod team_night;
mod workspace;

use crate::support::postgres_server::Server;
use saydo::{Address, Appended, Head, PgEnv, Postgres, Record, Stored};
use store_contract::{chain, stored};

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
