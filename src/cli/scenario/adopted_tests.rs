//! What was told stays told when the workspace is adopted anew or the playbook changes: words, channels, the page and the
//! calendar. Commands are typed on a record in memory.

use chrono::{DateTime, Duration, Utc};

use crate::cli::scenario::stage::{Ran, Stage};
use crate::desk::core::shipped::WORKSPACE;
use crate::desk::core::workspace_files::Adoptable;
use crate::desk::publishing::site::build_view;
use crate::desk::publishing::site_outline::outline_incidents;
use crate::domain::base::lang::Lang;
use crate::domain::record::record_event::TextKind;
use crate::render::site::calendar::insert_calendar;
use crate::render::site::view::{SiteView, Tree};

/// Somebody at work on a record, minute by minute.
struct Desk {
    stage: Stage,
    now: DateTime<Utc>,
}

impl Desk {
    fn open() -> Desk {
        let now = DateTime::from_timestamp(1_606_219_200, 0).unwrap();
        let stage = Stage::with_shipped_files(now);
        Desk { stage, now }
    }

    fn type_in(&mut self, command: &str) -> Ran {
        self.now += Duration::minutes(1);
        self.stage.run_at(self.now, command)
    }

    /// Types commands that have to be done.
    fn does(&mut self, commands: &[&str]) {
        for command in commands {
            let ran = self.type_in(command);
            assert_eq!(ran.code, 0, "{command}: {}", ran.output);
        }
    }

    /// Adopts the shipped workspace with other words in one place.
    fn adopts(&mut self, old: &str, new: &str) {
        let [workspace, _] = WORKSPACE else {
            panic!("a workspace and a network are shipped")
        };
        assert!(
            workspace.text.contains(old),
            "{old} is not in the workspace"
        );
        self.now += Duration::minutes(1);
        let file = Adoptable {
            kind: TextKind::Workspace,
            name: "workspace".into(),
            path: workspace.path.into(),
            bytes: workspace.text.replacen(old, new, 1).into_bytes(),
        };
        let adopted = self.stage.adopt_at(self.now, file);
        adopted.unwrap_or_else(|t| panic!("{}", t.to_text()));
    }

    /// The last statement in a channel, in English; none when it has none there.
    fn last_text(&mut self, channel: &str) -> Option<String> {
        let found = self.stage.with_journal(|journal, _| {
            let last = journal.state.statements.last();
            let said = last.and_then(|s| s.statement.find_rendition(channel, Lang::En).unwrap());
            Ok(said.map(|r| r.text.clone()))
        });
        found.unwrap_or_else(|t| panic!("{}", t.to_text()))
    }

    /// Looks at what the site shows.
    fn site<T>(&mut self, look: impl Fn(&SiteView) -> T) -> T {
        let now = self.now;
        self.stage.session.machine = now;
        let seen = self.stage.with_journal(|journal, _| {
            let snapshot = journal.snapshot();
            let outlines = outline_incidents(snapshot, "customers", None).unwrap();
            let view = build_view(snapshot, outlines, None, &|_, _| None).unwrap();
            Ok(look(&view))
        });
        seen.unwrap_or_else(|t| panic!("{}", t.to_text()))
    }
}

fn calendar_of(view: &SiteView) -> String {
    let mut tree = Tree::new();
    insert_calendar(view, &mut tree);
    let bytes = tree.remove("calendar.ics").unwrap();
    // Long lines are folded.
    String::from_utf8(bytes).unwrap().replace("\r\n ", "")
}

#[test]
fn a_cause_stays_in_the_words_in_which_it_was_told() {
    let mut desk = Desk::open();
    desk.does(&[
        "declare submarine-cable-disruption --link AAG=down --source monitoring",
        "link set AAG --cause anchor --confirmed --source field-team",
        "statement issue",
    ]);
    desk.adopts(
        "en: a ship's anchor that damaged the cable",
        "en: something damaged the cable",
    );
    desk.does(&["statement issue"]);
    let text = desk.last_text("web").unwrap();
    assert!(
        text.contains("a ship's anchor that damaged the cable"),
        "{text}"
    );
    assert!(!text.contains("something damaged"), "{text}");
    // A new word is told in the words of now, and the old one is owned up to.
    desk.does(&[
        "link set AAG --cause typhoon --confirmed --source field-team",
        "statement issue",
        "link set AAG --cause anchor --confirmed --source field-team",
        "statement issue",
    ]);
    let text = desk.last_text("web").unwrap();
    assert!(text.contains("something damaged the cable"), "{text}");
}

#[test]
fn a_channel_that_is_too_small_keeps_no_other_from_speaking() {
    let mut desk = Desk::open();
    desk.does(&[
        "declare submarine-cable-disruption --link AAG=down --source monitoring",
        "link set AAG --window 2020-12-01..2020-12-01 --source cable-operator",
        "statement issue",
    ]);
    desk.adopts(
        "[push, short]\n    max_characters: 300",
        "[push, short]\n    max_characters: 60",
    );
    desk.does(&["link set AAG --window 2020-12-04..2020-12-04 --source cable-operator"]);
    let ran = desk.type_in("statement issue");
    assert_eq!(ran.code, 0, "{}", ran.output);
    assert!(
        ran.output.contains("nothing goes to push"),
        "{}",
        ran.output
    );
    assert_eq!(desk.last_text("push"), None);
    assert!(desk.last_text("sms").is_some());
    // What it was told it owes still, and says when there is room again.
    desk.adopts(
        "[push, short]\n    max_characters: 300",
        "[push, short]\n    max_characters: 500",
    );
    desk.does(&["statement issue"]);
    let text = desk.last_text("push").unwrap();
    assert!(text.contains("1 December"), "{text}");
}

#[test]
fn the_page_takes_back_a_promise_when_people_are_told() {
    let mut desk = Desk::open();
    desk.does(&[
        "declare submarine-cable-disruption --link AAG=down --source monitoring",
        "fact note reroute_by=\"2020-11-25 12:00\"",
        "statement issue",
        "promise withdraw 1 --because \"no route\"",
    ]);
    let standing = |view: &SiteView| view.incidents[0].promises[0].standing.clone();
    assert_eq!(desk.site(standing), "open");
    desk.does(&["statement issue"]);
    assert_eq!(desk.site(standing), "withdrawn");
}

#[test]
fn work_that_fails_has_an_impact_and_becomes_an_outage() {
    let mut desk = Desk::open();
    desk.does(&[
        "declare planned-work --link IA --window \"2020-11-24 19:00..2020-11-24 23:00\"",
        "fact note impact=none",
        "statement issue",
    ]);
    assert!(
        desk.site(calendar_of)
            .contains("X-MAINTNOTE-IMPACT:NO-IMPACT")
    );
    desk.does(&["link set IA down --source monitoring", "statement issue"]);
    let calendar = desk.site(calendar_of);
    assert!(calendar.contains("X-MAINTNOTE-IMPACT:OUTAGE"), "{calendar}");
    assert!(!calendar.contains("NO-IMPACT"), "{calendar}");
    desk.does(&[
        "change-playbook submarine-cable-disruption",
        "statement issue",
    ]);
    let text = desk.last_text("web").unwrap();
    assert!(
        text.starts_with("Notice about a submarine cable disruption"),
        "{text}"
    );
    assert!(
        text.contains("we wrote: “We do not expect service to be interrupted."),
        "{text}"
    );
    assert!(text.contains("We do not yet know the cause."), "{text}");
    assert!(!text.contains("maintenance window"), "{text}");
    let status = desk.site(|view| {
        let incident = &view.incidents[0];
        (incident.planned.is_none(), incident.status.token())
    });
    assert_eq!(status, (true, "open"));
}
