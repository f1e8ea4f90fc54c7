//! Texts put into a folder, by a person and by cron. It does not look at what else is in that folder.

use crate::support::play::{Play, SECRET, declared};

/// Cron may not publish, or a list is missing: what is due is said all the same, and the exit code tells.
#[test]
fn a_tick_that_cannot_publish_still_says_what_is_due() {
    let mut p = Play::made("2026-11-24 20:00", "", &["--team"]);
    p.secret = Some(SECRET.into());
    p.write_outlets("  files: { kind: folder, folder: out, channels: [web] }\n");
    p.ok(&["adopt"]);
    p.ok(&["person", "add", "cron", "--role", "operations"]);
    p.ok(&[
        "declare",
        "submarine-cable-disruption",
        "--link",
        "AAG=down",
    ]);
    p.ok(&["statement", "issue", "--override", "--because", "night"]);
    p.now.set("2026-11-24 20:10");
    let (code, said) = p.run(&["--as", "cron", "tick", "--publish"]);
    assert_eq!(
        (
            code,
            said.contains("unpublished: files") && said.contains("nothing was published")
        ),
        (1, true),
        "{said}"
    );
    // With the right, a clock that was behind is a remark and no reason for an exit code.
    let p = Play::new("  files: { kind: folder, folder: out, channels: [web] }\n");
    declared(&p);
    p.now.set("2026-11-24 19:55");
    let (code, said) = p.run(&["tick", "--publish"]);
    assert_eq!(
        (code, said.contains("behind the record")),
        (0, true),
        "{said}"
    );
}
