//! What several processes at once may do to a record in a file. The contract that every store keeps is held by library tests
//! (`src/store/contract_tests.rs`), not here.

use std::process::Command;

fn saydo(dir: &std::path::Path, args: &[&str]) -> std::process::Output {
    Command::new(env!("CARGO_BIN_EXE_saydo"))
        .args(args)
        .current_dir(dir)
        .env_remove("SAYDO_NOW")
        .env("SAYDO_ACTOR", "test")
        .output()
        .unwrap()
}

/// A workspace with one open incident; made once and copied, because `init` checks every playbook.
fn workspace() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let ws = dir.path().join("ws");
    let made = saydo(dir.path(), &["init", "ws"]);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    assert!(
        saydo(
            &ws,
            &[
                "declare",
                "submarine-cable-disruption",
                "--link",
                "AAG=down"
            ]
        )
        .status
        .success()
    );
    dir
}

#[test]
fn processes_at_once_make_one_unbroken_chain_and_one_notice() {
    let dir = workspace();
    let ws = dir.path().join("ws");
    let notes: Vec<_> = (0..8)
        .map(|i| {
            let ws = ws.clone();
            std::thread::spawn(move || {
                (0..5).all(|j| {
                    saydo(&ws, &["log", &format!("note {i} {j}")])
                        .status
                        .success()
                })
            })
        })
        .collect();
    assert!(notes.into_iter().all(|t| t.join().unwrap()));
    let verified = saydo(&ws, &["record", "verify", "--json"]);
    let text = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert!(
        verified.status.success() && text.contains("\"ok\": true"),
        "{text}"
    );
    let listed = saydo(&ws, &["record", "list"]);
    assert_eq!(
        String::from_utf8_lossy(&listed.stdout)
            .matches("note: note")
            .count(),
        40
    );
    // Exactly the draft that was seen is issued: of several who issue it, each either does or is told why not.
    let draft = saydo(&ws, &["statement", "draft", "--json"]);
    let draft: serde_json::Value = serde_json::from_slice(&draft.stdout).unwrap();
    let digest = draft["digest"].as_str().unwrap().to_owned();
    let issuers: Vec<_> = (0..6)
        .map(|_| {
            let (ws, digest) = (ws.clone(), digest.clone());
            std::thread::spawn(move || saydo(&ws, &["statement", "issue", "--draft", &digest]))
        })
        .collect();
    let outputs: Vec<_> = issuers.into_iter().map(|t| t.join().unwrap()).collect();
    let done = outputs
        .iter()
        .filter(|o| o.status.code() == Some(0))
        .count();
    assert_eq!(
        done,
        1,
        "{:?}",
        outputs
            .iter()
            .map(|o| String::from_utf8_lossy(&o.stderr).into_owned())
            .collect::<Vec<_>>()
    );
    assert!(
        outputs
            .iter()
            .all(|o| matches!(o.status.code(), Some(0 | 1)))
    );
}
