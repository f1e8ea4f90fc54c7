//! Processes that fight for the last of a resource, or tick at the same moment: each thing happens once. Histories by chance
//! are in `src/desk/promise/generated_tests.rs`.

use std::process::{Command, Stdio};

/// Sixty-four processes that fight for the last ten units make exactly ten promises.
#[test]
fn the_last_ten_are_promised_ten_times() {
    let dir = tempfile::tempdir().unwrap();
    let saydo = |folder: &std::path::Path, args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_saydo"));
        command
            .args(args)
            .current_dir(folder)
            // By the clock, four hours on may be another day, with another ten.
            .env("SAYDO_NOW", "2020-03-03 10:00")
            .env_remove("SAYDO_WORKSPACE")
            .env("SAYDO_ACTOR", "agent")
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    };
    let isp = dir.path().join("isp");
    for args in [
        &["init", "isp"][..],
        &["declare", "backbone-cut", "--link", "BB-NS=down"],
        &[
            "resource",
            "set",
            "agent-calls",
            "10",
            "--because",
            "ten agents",
        ],
    ] {
        let folder = if args[0] == "init" { dir.path() } else { &isp };
        assert!(saydo(folder, args).status().unwrap().success(), "{args:?}");
    }
    let due = "+4h";
    let children: Vec<_> = (0..64)
        .map(|i| {
            let case = format!("T-{i}");
            saydo(
                &isp,
                &["promise", "make", "callback", "--case", &case, "--due", due],
            )
            .spawn()
            .unwrap()
        })
        .collect();
    let codes: Vec<Option<i32>> = children
        .into_iter()
        .map(|mut c| c.wait().unwrap().code())
        .collect();
    let made = codes.iter().filter(|c| **c == Some(0)).count();
    let refused = codes.iter().filter(|c| **c == Some(1)).count();
    assert_eq!((made, refused), (10, 54), "{codes:?}");
    let out = Command::new(env!("CARGO_BIN_EXE_saydo"))
        .args(["resource", "list", "--json"])
        .current_dir(&isp)
        .env("SAYDO_NOW", "2020-03-03 10:00")
        .output()
        .unwrap();
    let all: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let calls = all["resources"]
        .as_array()
        .unwrap()
        .iter()
        .find(|r| r["resource"] == "agent-calls")
        .unwrap();
    assert_eq!(calls["left"], 0, "{calls}");
    assert_eq!(calls["reserved"], 10, "{calls}");
}

/// Two `tick`s at once say a thing once between them; both exit with 1.
#[test]
fn two_ticks_at_once_say_it_once() {
    let dir = tempfile::tempdir().unwrap();
    let isp = dir.path().join("isp");
    let saydo = |folder: &std::path::Path, args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_saydo"));
        command
            .args(args)
            .current_dir(folder)
            .env_remove("SAYDO_WORKSPACE")
            .env("SAYDO_NOW", "2026-09-12T09:00:00+07:00")
            .stderr(Stdio::null());
        command
    };
    for (folder, args) in [
        (dir.path(), &["init", "isp"][..]),
        (&isp, &["declare", "backbone-cut", "--link", "BB-NS=down"]),
        (&isp, &["statement", "issue"]),
    ] {
        assert!(
            saydo(folder, args).output().unwrap().status.success(),
            "{args:?}"
        );
    }
    let late = |args: &[&str]| {
        let mut command = saydo(&isp, args);
        command.env("SAYDO_NOW", "2026-09-12T12:00:00+07:00");
        command
    };
    let both: Vec<_> = (0..2)
        .map(|_| late(&["tick"]).stdout(Stdio::piped()).spawn().unwrap())
        .collect();
    let mut overdue = 0;
    for child in both {
        let out = child.wait_with_output().unwrap();
        assert_eq!(out.status.code(), Some(1));
        overdue += String::from_utf8_lossy(&out.stdout)
            .matches("overdue:")
            .count();
    }
    assert_eq!(overdue, 1);
    let quiet = late(&["tick"]).output().unwrap();
    assert_eq!(quiet.status.code(), Some(1));
    assert!(quiet.stdout.is_empty());
}
