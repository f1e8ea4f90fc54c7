//! Faults, counted: processes killed at random moments, many at the same moment, disks that refuse. A twentieth runs by
//! `cargo test`; `SAYDO_FAULTS=1 cargo test --release --test all faults:: -- --nocapture` runs all. Faults of those to whom we publish are in `publish::faults`, flipped bits in library tests.

mod approval;
mod at_once;
mod killed;
mod surroundings;

use std::path::Path;
use std::process::{Child, Output, Stdio};

use crate::support::postgres_server::{Server, saydo};
use saydo::{Address, PgEnv, Record, verify_events};

fn run(dir: &Path, args: &[&str]) -> Output {
    saydo(dir)
        .args(args)
        .env("PGPASSWORD", "o")
        .output()
        .unwrap()
}

fn ok(dir: &Path, args: &[&str]) -> String {
    let out = run(dir, args);
    assert!(out.status.success(), "{args:?}: {out:?}");
    String::from_utf8_lossy(&out.stdout).into_owned()
}

fn start(dir: &Path, args: &[&str]) -> Child {
    saydo(dir)
        .args(args)
        .env("PGPASSWORD", "o")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn workspace(dir: &Path, record: Option<&str>) -> std::path::PathBuf {
    let mut args = vec!["init", "ws"];
    args.extend(record.iter().flat_map(|url| ["--record", *url]));
    ok(dir, &args);
    let ws = dir.join("ws");
    ok(
        &ws,
        &[
            "declare",
            "submarine-cable-disruption",
            "--link",
            "AAG=down",
        ],
    );
    ws
}

fn without_password(server: &Server) -> String {
    server.url("owner", "disable").replace("owner:o@", "owner@")
}

/// Every note that was asked for is there once, in one chain.
fn holds_once(record: &dyn Record, notes: usize) {
    let all = record.read_events_after(0).unwrap();
    verify_events(&all).unwrap();
    for n in 0..notes {
        let mark = format!("\"text\":\"note {n}.\"");
        let found = all.iter().filter(|e| e.bytes.contains(&mark)).count();
        assert_eq!(found, 1, "note {n}");
    }
}

fn owner(server: &Server) -> Address {
    Address::read_url(&server.url("owner", "disable"), &PgEnv::default()).unwrap()
}
