//! Long records: what is kept so that they need not be read again changes nothing that is said, shown or refused.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::support::chain::{chain_events, read_events, write_record};
use crate::support::many;
use crate::support::play::{Play, files};

/// One incident from its first notice to its end.
fn one() -> Play {
    let p = Play::at("2020-03-01 00:10", "");
    for (now, args) in [
        (
            "2020-03-01 00:20",
            vec![
                "declare",
                "submarine-cable-disruption",
                "--link",
                "AAG=down",
            ],
        ),
        ("2020-03-01 00:30", vec!["statement", "issue"]),
        (
            "2020-03-01 01:20",
            vec![
                "link",
                "set",
                "AAG",
                "--window",
                "2020-03-05..2020-03-08",
                "--source",
                "cable-operator",
            ],
        ),
        ("2020-03-01 01:30", vec!["statement", "issue"]),
        (
            "2020-03-01 02:20",
            vec!["link", "set", "AAG", "up", "--source", "own-check"],
        ),
        ("2020-03-01 02:30", vec!["statement", "issue"]),
        ("2020-03-01 04:00", vec!["still"]),
        ("2020-03-01 04:10", vec!["statement", "issue"]),
        (
            "2020-03-01 04:20",
            vec!["close", "INC-1", "--handed-over-to", "archive"],
        ),
    ] {
        p.now.set(now);
        p.ok(&args);
    }
    p
}

/// So many of it, a day apart, that a page of the past is full and a snapshot of the record is written.
const MANY: u32 = 160;

fn long() -> Play {
    let p = one();
    let (events, _) = many::repeat(&p.path(".saydo/record.db"), MANY, false);
    assert!(events > 2000, "{events}");
    forget_heads(&p);
    p.now.set("2021-01-01 10:00");
    p
}

/// Exchanging a record is an alarm; here only the snapshot is looked at.
fn forget_heads(p: &Play) {
    std::fs::remove_dir_all(p.path("config/heads")).unwrap();
}

fn kept(p: &Play) -> Option<PathBuf> {
    let found = std::fs::read_dir(p.path("config/folds")).ok()?;
    found.flatten().map(|e| e.path()).next()
}

/// A record with other events is read by a command, which keeps the fold of it; then ours is there again.
fn keep_fold_of(p: &Play, other: Vec<Value>) {
    let (db, fold) = (p.path(".saydo/record.db"), kept(p).unwrap());
    let ours = std::fs::read(&db).unwrap();
    std::fs::remove_file(&fold).unwrap();
    write_record(&db, &chain_events(other));
    forget_heads(p);
    p.ok(&["status"]);
    assert!(fold.exists(), "the fold of the other record is kept");
    std::fs::write(&db, ours).unwrap();
    forget_heads(p);
}

/// When a snapshot is damaged, the record is read, and a new snapshot is written.
#[test]
fn a_damaged_body_is_read_from_the_record() {
    let p = long();
    let show = ["--json", "statement", "show", "200"];
    p.ok(&["status"]);
    let right = p.ok(&show);
    let fold = kept(&p).unwrap();
    let mut bytes = std::fs::read(&fold).unwrap();
    let all = bytes.len();
    for n in (all / 5..all / 2).step_by(50) {
        bytes[n] ^= 0x20;
    }
    std::fs::write(&fold, &bytes).unwrap();
    assert_eq!(p.run(&show), (0, right.clone()));
    assert_ne!(std::fs::read(&fold).unwrap(), bytes, "written anew");
    assert_eq!(p.run(&show), (0, right));
}

/// Anything but a file in its place is nothing: a pipe is not waited for.
#[cfg(unix)]
#[test]
fn a_pipe_in_its_place_is_not_waited_for() {
    let p = long();
    p.ok(&["status"]);
    let fold = kept(&p).unwrap();
    std::fs::remove_file(&fold).unwrap();
    let made = std::process::Command::new("mkfifo").arg(&fold).status();
    assert!(made.unwrap().success());
    p.ok(&["status"]);
}

/// A command says the same whether the fold is there, is not, is damaged, or is of another record.
#[test]
fn commands_say_the_same_with_and_without_it() {
    let p = long();
    let asked: [&[&str]; 4] = [
        &["status"],
        &["--json", "promise", "list", "--all"],
        &["--json", "statement", "show", "17"],
        &["report", "INC-9"],
    ];
    let all = |p: &Play| asked.map(|a| p.run(a));
    assert!(kept(&p).is_none());
    let first = all(&p);
    let fold = kept(&p).expect("a long record is worth keeping its fold");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&fold).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{mode:o}");
    }
    assert_eq!(all(&p), first);
    let whole = std::fs::read(&fold).unwrap();
    std::fs::write(&fold, &whole[..whole.len() / 2]).unwrap();
    assert_eq!(all(&p), first);
    let size = std::fs::metadata(&fold).unwrap().len();
    assert!(size > whole.len() as u64 / 2, "it was made anew");

    // One of a record that shares its beginning with ours and went another way.
    let ours = read_events(&p.path(".saydo/record.db"));
    let is_declared = |e: &Value| e["happening"]["kind"] == "IncidentDeclared";
    let at = 2000 + ours[2000..].iter().position(is_declared).unwrap();
    let mut other = ours[..=at].to_vec();
    other[at]["happening"] = json!({ "kind": "NoteTaken", "text": "no incident" });
    other[at]["incident"] = "INC-1".into();
    keep_fold_of(&p, other);
    assert_eq!(all(&p), first);
    // And one that is further than ours.
    let mut further = ours.clone();
    further.extend(ours.last().cloned().map(|mut e| {
        e["happening"] = json!({ "kind": "NoteTaken", "text": "later" });
        e
    }));
    keep_fold_of(&p, further);
    assert_eq!(all(&p), first);
}

/// What is in the record counts, whatever is kept beside it.
#[test]
fn verifying_reads_the_record_itself() {
    let p = long();
    p.ok(&["status"]);
    assert!(kept(&p).is_some());
    p.ok(&["record", "verify"]);
    let db = rusqlite::Connection::open(p.path(".saydo/record.db")).unwrap();
    db.execute_batch("DROP TRIGGER events_stay").unwrap();
    let done = db
        .execute(
            "update events set bytes = replace(bytes, 'AAG', 'APG') where seq = 900",
            [],
        )
        .unwrap();
    assert_eq!(done, 1);
    drop(db);
    let (code, text) = p.run(&["record", "verify"]);
    assert_ne!(code, 0, "{text}");
}

/// A page that was brought up to date is the page that would have been made of nothing, byte for byte: whatever changed.
#[test]
fn a_site_brought_up_to_date_is_the_site_built_anew() {
    let p = long();
    let mut n = 0;
    let mut same = |what: &str| {
        p.ok(&["site", "build", "kept", "--staff", "kept-staff"]);
        n += 1;
        let (new, staff) = (format!("new{n}"), format!("staff{n}"));
        p.ok(&["site", "build", &new, "--staff", &staff]);
        let (a, b) = (files(&p.path("kept")), files(&p.path(&new)));
        let names =
            |t: &std::collections::BTreeMap<String, Vec<u8>>| t.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&a), names(&b), "{what}");
        for (name, bytes) in &a {
            assert!(bytes == &b[name], "{what}: {name}");
        }
        assert!(
            files(&p.path("kept-staff")) == files(&p.path(&staff)),
            "{what}"
        );
    };
    same("first");
    same("nothing");
    p.now.set("2021-01-01 10:10");
    p.ok(&["declare", "core-failure", "--link", "DNS=down"]);
    same("declared");
    let id = format!("INC-{}", MANY + 1);
    p.ok(&["statement", "issue", &id]);
    same("said");
    p.now.set("2021-01-01 10:20");
    p.ok(&["link", "set", "DNS", "up", "--source", "own-check"]);
    p.ok(&["statement", "issue", &id]);
    same("up");
    p.now.set("2021-01-01 12:00");
    p.ok(&["still"]);
    p.ok(&["statement", "issue", &id]);
    p.ok(&["close", &id]);
    same("closed: one more of the past");
    // What was known of a past one turns out to have been wrong.
    let events = read_events(&p.path(".saydo/record.db"));
    let is_it = |e: &&Value| e["incident"] == "INC-40" && e["happening"]["kind"] == "LinkReported";
    let seq = events.iter().find(is_it).unwrap()["seq"].to_string();
    p.now.set("2021-01-01 12:30");
    p.ok(&["retract", &seq, "--because", "another cable"]);
    same("retracted");
    // A page that somebody took away or changed in size.
    std::fs::remove_file(p.path("kept/incidents/INC-7.html")).unwrap();
    std::fs::write(p.path("kept/en/incidents/INC-8.html"), "x").unwrap();
    same("damaged");
    // Names that are adopted anew show on every page.
    let file = p.path("saydo.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(
        &file,
        text.replace("names: { vi: ABC, en: ABC }", "names: { vi: XYZ, en: XYZ }"),
    )
    .unwrap();
    p.ok(&["adopt"]);
    same("adopted");
}
