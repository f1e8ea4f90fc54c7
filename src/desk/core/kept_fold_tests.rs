//! Going on from a snapshot, at every event of a night and after damage. What commands say with and without one is tried in
//! `tests/all/long.rs`, not here.

use std::path::{Path, PathBuf};

use chrono::Duration;

use crate::desk::Journal;
use crate::desk::core::snapshot::Clock;
use crate::desk::incident::close::close_incident;
use crate::desk::incident::declare::{Declaration, declare_incident};
use crate::desk::incident::report::{reconfirm_links, report_links};
use crate::desk::statement::issue::issue_with_reason;
use crate::domain::base::link::{LinkState, Source, SourceKind};
use crate::domain::base::time::{When, Window};
use crate::domain::record::event::{Event, Head};
use crate::domain::record::link_event::LinkReported;
use crate::domain::state::fold::State;
use crate::store::Stored;
use crate::store::snapshot::{self, RecordLocation, StatementReader};
use crate::store::sqlite::Sqlite;
use crate::testing::{notice, shipped};

/// One incident from its first notice to its end, in a file.
struct Night {
    dir: tempfile::TempDir,
    stored: Vec<Stored>,
}

impl Night {
    fn play() -> Night {
        let dir = tempfile::tempdir().unwrap();
        let record = Sqlite::open(&dir.path().join("record.db"), true).unwrap();
        let mut desk = shipped::open(Box::new(record));
        desk.adopt_shipped_files().unwrap();
        let begin = desk.clock.now;
        let declaration = Declaration {
            links: vec![("AAG".into(), Some(LinkState::Down))],
            ..Declaration::new("submarine-cable-disruption")
        };
        let id = declare_incident(&mut desk, &declaration).unwrap();
        let issue = |desk: &mut Journal| {
            let ids = std::slice::from_ref(&id);
            issue_with_reason(desk, notice(ids), None, None).unwrap();
        };
        issue(&mut desk);
        desk.set_now(begin + Duration::minutes(50));
        let operator = Source {
            kind: SourceKind::CableOperator,
            party: None,
        };
        let day = |n: i64| When::Day((begin + Duration::days(n)).date_naive());
        let mut window = LinkReported::nothing_new("AAG", &operator, desk.clock.now);
        window.window = Some(Window {
            earliest: Some(day(4)),
            latest: day(7),
        });
        report_links(&mut desk, &[window], false).unwrap();
        issue(&mut desk);
        desk.set_now(begin + Duration::minutes(110));
        let mut up = LinkReported::nothing_new("AAG", &Source::own_check(), desk.clock.now);
        up.state = Some(LinkState::Up);
        report_links(&mut desk, &[up], false).unwrap();
        issue(&mut desk);
        desk.set_now(begin + Duration::minutes(220));
        let now = desk.clock.now;
        reconfirm_links(&mut desk, &[], &Source::own_check(), now).unwrap();
        issue(&mut desk);
        close_incident(&mut desk, &id, Some("archive".into())).unwrap();
        let stored = desk.stored().unwrap();
        Night { dir, stored }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn reader(&self) -> StatementReader {
        StatementReader::new(vec![RecordLocation::File(self.path("record.db"))])
    }

    fn read_snapshot(&self, path: &Path) -> Option<snapshot::StateSnapshot> {
        snapshot::read_snapshot(path, self.reader()).ok().flatten()
    }

    /// A snapshot of the whole night, in a file.
    fn write_snapshot(&self) -> (PathBuf, State) {
        let (state, head) = folded(&self.stored);
        let path = self.path("folds/a.fold");
        snapshot::write_snapshot(&path, &state, &head).unwrap();
        (path, state)
    }
}

fn folded(stored: &[Stored]) -> (State, Head) {
    let (mut state, mut head) = (State::default(), Head::empty());
    for s in stored {
        let event = Event::parse_at(s.seq, &s.bytes).unwrap();
        state.apply_owned(event).unwrap();
        head = Head {
            seq: s.seq,
            hash: s.hash.clone(),
        };
    }
    (state, head)
}

/// Going on from a snapshot at any event gives the state that the whole record gives, with all texts.
#[test]
fn a_kept_fold_is_the_fold() {
    let night = Night::play();
    let stored = &night.stored;
    let (whole, head) = folded(stored);
    for n in 1..=stored.len() {
        let path = night.path(&format!("folds/{n}.fold"));
        let (state, at) = folded(&stored[..n]);
        snapshot::write_snapshot(&path, &state, &at).unwrap();
        let begun = night.read_snapshot(&path).unwrap();
        assert_eq!(begun.head, at);
        assert_eq!(begun.state, state, "{n}");
        // A snapshot of a state that came from a snapshot.
        snapshot::write_snapshot(&path, &begun.state, &at).unwrap();
        let again = night.read_snapshot(&path).unwrap();
        let record = Sqlite::open(&night.path("record.db"), false).unwrap();
        let clock = Clock {
            now: whole.at.unwrap(),
            given: true,
            machine: None,
            by: "noc".to_owned(),
        };
        let desk =
            Journal::open_with(Box::new(record), clock, Default::default(), Some(again)).unwrap();
        assert_eq!(desk.head(), &head);
        assert_eq!(desk.state, whole, "{n}");
        assert_eq!(desk.folded, stored.len() - n);
        for (a, b) in desk.state.statements.iter().zip(&whole.statements) {
            let (ours, theirs) = (a.statement.all_renditions(), b.statement.all_renditions());
            assert_eq!(ours.unwrap(), theirs.unwrap());
            assert_eq!(a.statement.lines(), b.statement.lines());
            assert_eq!(a.statement.compute_digest().unwrap(), b.statement.digest);
        }
    }
}

/// A snapshot with one wrong byte, or cut anywhere, counts as absent.
#[test]
fn a_fold_that_is_wrong_is_not_there() {
    let night = Night::play();
    let (path, _) = night.write_snapshot();
    let bytes = std::fs::read(&path).unwrap();
    for n in (0..bytes.len()).step_by(97) {
        let mut other = bytes.clone();
        other[n] ^= 0x20;
        std::fs::write(&path, &other).unwrap();
        assert!(night.read_snapshot(&path).is_none(), "byte {n}");
        std::fs::write(&path, &bytes[..n]).unwrap();
        assert!(night.read_snapshot(&path).is_none(), "{n} bytes");
    }
}

/// A text that the record does not give is an error for the one who asks: never an empty text, and never the end of the
/// program.
#[test]
fn a_text_that_the_record_does_not_give_is_an_error() {
    let night = Night::play();
    let (path, state) = night.write_snapshot();
    let begun = || night.read_snapshot(&path).unwrap().state;
    let (before, other, gone) = (begun(), begun(), begun());
    assert!(before.statements[0].statement.all_renditions().is_ok());
    // Another statement has its place.
    let db = rusqlite::Connection::open(night.path("record.db")).unwrap();
    db.execute_batch("DROP TRIGGER events_stay").unwrap();
    let digest = &state.statements[0].statement.digest;
    let sql = "update events set bytes = replace(bytes, ?1, 'another')";
    db.execute(sql, [digest]).unwrap();
    drop(db);
    let error = other.statements[0].statement.all_renditions().unwrap_err();
    assert!(error.to_string().contains("is another one"), "{error}");
    std::fs::remove_file(night.path("record.db")).unwrap();
    let error = gone.statements[0].statement.all_renditions().unwrap_err();
    assert!(error.to_string().contains("cannot be read"), "{error}");
    assert_eq!(
        gone.statements[0].statement.lines(),
        state.statements[0].statement.lines()
    );
    assert!(before.statements[0].statement.all_renditions().is_ok());
}
