//! Disks that are full, clocks that differ, links that lead away: said, and nothing half-written. It changes no record from
//! outside.

use std::path::Path;

use super::{ok, run, start, workspace};
use crate::support::chain::{chain_events, read_events};
use crate::support::postgres_server::saydo;
use saydo::verify_events;

/// A disk that is full, a folder that may only be read, a file that somebody holds: exit 2, a clear word, nothing half-written.
#[test]
fn a_disk_that_refuses_is_said_and_nothing_is_half_written() {
    use std::process::Command;
    let dir = tempfile::tempdir().unwrap();
    workspace(dir.path(), None);
    let ws = dir.path().join("ws");
    let log = |ws: &Path| {
        let out = saydo(ws).args(["log", "a note"]).output().unwrap();
        (
            out.status.code(),
            String::from_utf8_lossy(&out.stderr)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        )
    };
    let sound = |ws: &Path| {
        let out = saydo(ws).args(["record", "verify"]).output().unwrap();
        assert!(out.status.success(), "{out:?}");
    };
    // A limit on the size of files: the write in the middle of a commit fails.
    let limited = Command::new("bash")
        .args(["-c", "trap '' XFSZ; ulimit -f 100; exec \"$0\" log x"])
        .arg(env!("CARGO_BIN_EXE_saydo"))
        .current_dir(&ws)
        .env("SAYDO_ACTOR", "chief")
        .output()
        .unwrap();
    assert_eq!(limited.status.code(), Some(2), "{limited:?}");
    assert!(
        String::from_utf8_lossy(&limited.stderr).contains("nothing"),
        "{limited:?}"
    );
    sound(&ws);
    // Somebody holds the file, as a backup does; when they let go, it goes on.
    let holder = rusqlite::Connection::open(ws.join(".saydo/record.db")).unwrap();
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let waiting = start(&ws, &["log", "waited"]);
    holder.execute_batch("COMMIT").unwrap();
    assert!(waiting.wait_with_output().unwrap().status.success());
    // A small disk of its own, where this machine lets us make one.
    let small = dir.path().join("small");
    std::fs::create_dir(&small).unwrap();
    let mount = |options: &str| {
        let done = Command::new("mount")
            .args(["-t", "tmpfs", "-o", options, "tmpfs"])
            .arg(&small)
            .output();
        done.is_ok_and(|o| o.status.success())
    };
    if !mount("size=3m") {
        eprintln!(
            "skipped: the full and the read-only disk, as this machine lets nobody mount one"
        );
        return;
    }
    let done = std::panic::catch_unwind(|| {
        let out = saydo(&small).args(["init", "ws"]).output().unwrap();
        assert!(out.status.success(), "{out:?}");
        let ws = small.join("ws");
        let fill = small.join("fill");
        let _ = std::fs::write(&fill, vec![0_u8; 4 << 20]);
        let (code, words) = log(&ws);
        assert_eq!(code, Some(2));
        assert!(
            words.contains("the disk is full; nothing was written"),
            "{words}"
        );
        sound(&ws);
        std::fs::remove_file(&fill).unwrap();
        assert_eq!(log(&ws).0, Some(0));
        assert!(mount("remount,ro"));
        let (code, words) = log(&ws);
        assert_eq!(code, Some(2));
        assert!(words.contains("read-only"), "{words}");
        sound(&ws);
    });
    let _ = Command::new("umount").arg("-l").arg(&small).output();
    if let Err(e) = done {
        std::panic::resume_unwind(e);
    }
}

/// Two machines whose clocks differ by minutes: the order is the record's, and who is off is told.
#[test]
fn clocks_that_differ_are_said_and_change_no_order() {
    let dir = tempfile::tempdir().unwrap();
    let ws = workspace(dir.path(), None);
    let log = |now: &str, text: &str| {
        let out = saydo(&ws)
            .env("SAYDO_NOW", now)
            .args(["log", text])
            .output()
            .unwrap();
        assert!(out.status.success(), "{out:?}");
        String::from_utf8_lossy(&out.stderr).into_owned()
    };
    assert!(!log("2026-11-24 20:10", "first").contains("behind"));
    let said = log("2026-11-24 20:04", "second");
    assert!(said.contains("6m behind the record"), "{said}");
    // A minute is no news; a jump of days ahead is believed, and said afterwards to those behind.
    let said = log("2026-11-24 20:09:30", "third");
    assert!(!said.contains("behind"), "{said}");
    log("2026-11-27 09:00", "a jump");
    let said = log("2026-11-24 20:12", "back again");
    assert!(said.contains("behind the record"), "{said}");
    let events = read_events(&ws.join(".saydo/record.db"));
    verify_events(&chain_events(events.clone())).unwrap();
    let notes = events
        .iter()
        .filter(|e| e["happening"]["kind"] == "NoteTaken");
    let texts: Vec<_> = notes.clone().map(|e| &e["happening"]["text"]).collect();
    assert_eq!(texts, ["first", "second", "third", "a jump", "back again"]);
    let times: Vec<_> = notes.map(|e| e["at"].as_str()).collect();
    assert!(times.is_sorted(), "{times:?}");
}

/// What is made is for its owner alone, and what is linked away is neither followed out nor written over.
#[test]
fn what_is_made_is_private_and_links_lead_nowhere() {
    use std::os::unix::fs::{MetadataExt, symlink};
    let dir = tempfile::tempdir().unwrap();
    let ws = workspace(dir.path(), None);
    ok(&ws, &["key", "new"]);
    ok(&ws, &["record", "copy", "--to", "copy.db"]);
    for made in [".saydo/record.db", "copy.db", "config/chief.key"] {
        let mode = std::fs::metadata(ws.join(made)).unwrap().mode() & 0o777;
        assert_eq!(mode, 0o600, "{made} is of mode {mode:o}");
    }
    // A link in the place of a file that is written: the link is replaced, what it points to stays.
    let other = dir.path().join("other");
    std::fs::write(&other, "of somebody else").unwrap();
    symlink(&other, ws.join("out.jsonl")).unwrap();
    let out = run(&ws, &["record", "export", "out.jsonl"]);
    assert_eq!(
        std::fs::read(&other).unwrap(),
        b"of somebody else",
        "{out:?}"
    );
    // A device without end in the place of a file is refused, not read without end.
    std::fs::remove_file(ws.join("network.yaml")).unwrap();
    symlink("/dev/zero", ws.join("network.yaml")).unwrap();
    let out = run(&ws, &["adopt"]);
    assert_eq!(out.status.code(), Some(2), "{out:?}");
    // A secret on the command line is refused where an address is wanted, and never repeated.
    let out = run(&ws, &["record", "copy", "--to", "postgresx://u:geheim@h/x"]);
    let text = format!("{out:?}");
    assert!(!text.contains("geheim"), "{text}");
}
