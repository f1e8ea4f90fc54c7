//! A workspace whose record is on a server, and its copies in files. The server stays up.

use super::{prepared, set_mode};
use crate::support::postgres_server::{Server, saydo};

#[test]
fn a_workspace_on_a_server_and_its_copies_verify_alike() {
    let Some(server) = Server::shared() else {
        return;
    };
    prepared(&server);
    let dir = tempfile::tempdir().unwrap();
    let pass = dir.path().join("pass");
    std::fs::write(
        &pass,
        format!(
            "*:{}:*:owner:o\n*:{}:*:writer:w\n",
            server.port, server.port
        ),
    )
    .unwrap();
    set_mode(&pass, 0o600);
    let url = format!(
        "postgres://writer@localhost:{}/{}?sslmode=disable",
        server.port, server.database
    );
    let run = |args: &[&str]| {
        let out = saydo(dir.path())
            .env("PGPASSFILE", &pass)
            .args(args)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&out.stdout).into_owned()
            + &String::from_utf8_lossy(&out.stderr);
        assert!(!text.contains(":w@"), "{text}");
        (out.status.code(), text)
    };
    let owner = format!(
        "postgres://owner@localhost:{}/{}?sslmode=disable",
        server.port, server.database
    );
    assert_eq!(run(&["record", "init", &owner]).0, Some(0));
    let made = run(&["init", "ws", "--team", "--record", &url]);
    assert_eq!(made.0, Some(0), "{}", made.1);
    let ws = |args: &[&str]| {
        let mut all = vec!["--workspace", "ws"];
        all.extend(args);
        run(&all)
    };
    assert_eq!(ws(&["key", "new"]).0, Some(0));
    assert_eq!(
        ws(&[
            "declare",
            "submarine-cable-disruption",
            "--link",
            "AAG=down"
        ])
        .0,
        Some(0)
    );
    assert_eq!(
        ws(&["statement", "issue", "--override", "--because", "night"]).0,
        Some(0)
    );
    let verified = ws(&["record", "verify"]);
    assert_eq!(verified.0, Some(0), "{}", verified.1);
    assert_eq!(ws(&["record", "copy", "--to", "copy.db"]).0, Some(0));
    assert!(server.sql("owner", "CREATE SCHEMA other"));
    let back = format!("{owner}&options=-csearch_path%3Dother");
    assert_eq!(run(&["record", "init", &back]).0, Some(0));
    let from_file = |args: &[&str]| {
        let mut all = vec!["--workspace", "ws"];
        all.extend(args);
        let out = saydo(dir.path())
            .env("PGPASSFILE", &pass)
            .env("SAYDO_RECORD", dir.path().join("copy.db"))
            .args(all)
            .output()
            .unwrap();
        (
            out.status.code(),
            String::from_utf8_lossy(&out.stdout).into_owned()
                + &String::from_utf8_lossy(&out.stderr),
        )
    };
    assert_eq!(from_file(&["record", "verify"]), verified);
    let copied = from_file(&["record", "copy", "--to", &back]);
    assert_eq!(copied.0, Some(0), "{}", copied.1);
    assert_eq!(
        from_file(&["record", "copy", "--to", &back]).0,
        Some(0),
        "a second time: nothing to do"
    );
    let export = ws(&["record", "export"]).1;
    assert_eq!(from_file(&["record", "export"]).1, export);
    // A second workspace joins the same record.
    let joined = run(&["init", "second", "--record", &url]);
    assert_eq!(joined.0, Some(0), "{}", joined.1);
    assert!(
        run(&["--workspace", "second", "status"])
            .1
            .contains("INC-1")
    );
}
