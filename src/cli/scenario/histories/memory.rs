//! What people were told, channel by channel and language by language, remembered from the bytes of the statements alone;
//! and the faults of a text that forgets it. What is so now it reads from the reports on record, not from facts.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Timelike};
use chrono_tz::Tz;

use crate::cli::scenario::histories::fault::Fault;
use crate::desk::Journal;
use crate::desk::promise::ledger::list_ledger;
use crate::domain::base::lang::Lang;
use crate::domain::base::link::{LinkId, LinkState};
use crate::domain::base::time::{At, When};
use crate::domain::base::value::Value;
use crate::domain::facts::catalogue::entry_path;
use crate::domain::ledger::verdict::PromiseStatus;
use crate::domain::record::link_event::LinkReported;
use crate::domain::record::rendition::{Placed, Rendition, SaidLine};
use crate::domain::record::statement::StatementIssued;

/// What one list of people heard in one language.
#[derive(Debug, Default)]
struct Told {
    /// The repair window of a link: its end, and the statement.
    windows: BTreeMap<LinkId, (When, u32)>,
    /// The confirmed cause on a link, in words.
    causes: BTreeMap<LinkId, String>,
    /// The due time of a promise, by number.
    promises: BTreeMap<u32, When>,
    /// What a promise covers, by number.
    scopes: BTreeMap<u32, BTreeSet<LinkId>>,
    /// How many of these the last text owned up to.
    owned_up: usize,
}

/// What everybody heard in one made-up history, by channel and language.
#[derive(Debug, Default)]
pub(super) struct Memory {
    pub statements: usize,
    /// How often something told was found to hold no more and to be owned up to.
    pub owned_up: usize,
    /// The commands that had an effect.
    pub done: BTreeSet<String>,
    told: BTreeMap<(String, Lang), Told>,
}

/// What a fault is about: the statement and the text.
struct Text<'a> {
    statement: &'a StatementIssued,
    rendition: &'a Rendition,
    zone: Tz,
}

impl Memory {
    /// Holds the statements since the last look against what was told, then remembers them.
    pub(super) fn look(&mut self, journal: &Journal) -> Result<(), Fault> {
        let zone = chrono_tz::Asia::Ho_Chi_Minh;
        for issued in &journal.state.statements[self.statements..] {
            let statement = &issued.statement;
            for rendition in statement.all_renditions().unwrap_or_default() {
                let key = (rendition.channel.clone(), rendition.lang);
                let text = Text {
                    statement,
                    rendition,
                    zone,
                };
                let told = self.told.entry(key).or_default();
                text.hold_windows(journal, told)?;
                text.hold_causes(journal, told)?;
                text.hold_promises(journal, told)?;
                text.hold_scopes(journal, told)?;
                text.hold_warnings(journal)?;
                self.owned_up += told.owned_up;
                told.owned_up = 0;
                text.remember(told);
            }
        }
        self.statements = journal.state.statements.len();
        Ok(())
    }
}

impl Text<'_> {
    fn fault(&self, kind: &str, what: String) -> Fault {
        let r = self.rendition;
        Fault {
            kind: kind.into(),
            what: format!(
                "statement {} on {} {}: {what}\n{}",
                self.statement.number, r.channel, r.lang, r.text
            ),
        }
    }

    /// A told window is the one on record, was kept, is printed again, or one of several that are said in sum.
    fn hold_windows(&self, journal: &Journal, told: &mut Told) -> Result<(), Fault> {
        for (link, (end, number)) in told.windows.clone() {
            if !self.is_about_link(journal, &link) || has_reported_kin(journal, &link) {
                continue;
            }
            let record = current_window(journal, &link);
            let is_kept = record.back.is_some_and(|b| b <= end.ends_at(self.zone));
            let is_so = record.back.is_none()
                && record.window == Some(end)
                && self.statement.as_of < end.ends_at(self.zone);
            if is_kept || is_so {
                if is_kept {
                    told.windows.remove(&link);
                }
                continue;
            }
            if !self.prints(end, &format!("links.{link}.told_window")) && !self.says_in_sum() {
                let what = format!(
                    "{link} was told for {end} in statement {number}; on record is {record:?}"
                );
                return Err(self.fault("a told window is forgotten", what));
            }
            told.windows.remove(&link);
            told.owned_up += 1;
        }
        Ok(())
    }

    fn hold_causes(&self, journal: &Journal, told: &mut Told) -> Result<(), Fault> {
        for (link, cause) in told.causes.clone() {
            if !self.is_about_link(journal, &link) {
                continue;
            }
            let now = confirmed_cause(journal, &link);
            let words = now.and_then(|key| {
                let books = journal.books.as_ref()?;
                let texts = books.workspace.causes.get(&key)?;
                texts.get(self.rendition.lang).map(str::to_owned)
            });
            if words.as_ref().is_none_or(|w| *w == cause) {
                continue;
            }
            if !self.says_in_sum()
                && !self.rendition.text.contains(&cause)
                && !self.prints_path(&format!("links.{link}.told_cause"))
            {
                let what =
                    format!("{link} was told with the cause \"{cause}\", now it is {words:?}");
                return Err(self.fault("a told cause is forgotten", what));
            }
            told.causes.remove(&link);
            told.owned_up += 1;
        }
        Ok(())
    }

    /// A promise that was told and stands is in every whole text about its incident; one that does not is owned up to.
    fn hold_promises(&self, journal: &Journal, told: &mut Told) -> Result<(), Fault> {
        let ledger = list_ledger(journal).map_err(|e| self.fault("trouble", e.to_string()))?;
        for entry in ledger {
            let number = entry.promise.made.number;
            let Some(due) = told.promises.get(&number).copied() else {
                continue;
            };
            let about = entry.promise.incident.as_ref();
            if !about.is_some_and(|i| self.statement.incidents.contains(i)) {
                continue;
            }
            let is_printed = self.prints(
                due,
                &format!("{}.told_due", entry_path(&format!("#{number}"))),
            );
            let is_whole = matches!(self.rendition.channel.as_str(), "web" | "email");
            let now = entry.promise.current_due().due;
            // Moved only after its time had passed, it is broken in the ledger; people hold the new time, which is still to come.
            let zone = journal.books.as_ref().map(|b| b.workspace.zone);
            let is_to_come = zone.is_some_and(|zone| now.ends_at(zone) > journal.clock.now);
            // Seen to be done by the time that people were told, it is kept for them, whatever it was moved from or to.
            let kept = entry.promise.attested.as_ref().map(|a| a.at);
            let is_kept = kept
                .zip(zone)
                .is_some_and(|(at, zone)| at <= due.ends_at(zone));
            let standing = match entry.standing {
                _ if is_kept => PromiseStatus::Kept,
                PromiseStatus::Broken if now == due && is_to_come => PromiseStatus::Open,
                standing => standing,
            };
            match standing {
                PromiseStatus::Open if now == due && is_whole && !is_printed => {
                    let what = format!(
                        "promise {number} ({}) stands for {due}",
                        entry.promise.made.promise
                    );
                    return Err(self.fault("a promise in force is not said", what));
                }
                PromiseStatus::Open if now == due => {}
                PromiseStatus::Kept => {
                    told.promises.remove(&number);
                }
                _ if is_printed || self.says_in_sum() => {
                    told.promises.remove(&number);
                    told.owned_up += 1;
                }
                status => {
                    let what = format!(
                        "promise {number} ({}), told for {due}, is {status:?} and due {now}",
                        entry.promise.made.promise
                    );
                    return Err(self.fault("a changed promise is not owned up to", what));
                }
            }
        }
        Ok(())
    }

    /// What a promise covers is what it was made for, with what was noted since of all that the incident was about: nothing
    /// falls out of it because a link left the incident, and nothing gets into it because one joined.
    fn hold_scopes(&self, journal: &Journal, told: &mut Told) -> Result<(), Fault> {
        for placed in &self.rendition.placed {
            let Some(line) = self.statement.lines().get(placed.line) else {
                continue;
            };
            let mark = line.it.as_deref().and_then(|it| it.strip_prefix('#'));
            let number = line.promise_number.or(mark.and_then(|m| m.parse().ok()));
            let mut spans = placed.spans.iter().filter(|s| s.path.ends_with(".scope"));
            let scope = spans.find_map(|s| line.reads.get(&s.path));
            let (Some(number), Some(Value::List(all))) = (number, scope) else {
                continue;
            };
            let now: BTreeSet<LinkId> = all.iter().map(|n| n.id.clone()).collect();
            let Some(before) = told.scopes.insert(number, now.clone()) else {
                continue;
            };
            let mut allowed = before.clone();
            allowed.extend(noted_scopes(journal, number));
            if !before.is_subset(&now) || !now.is_subset(&allowed) {
                let what = format!("promise {number} was for {before:?}, and is said for {now:?}");
                return Err(self.fault("a promise is narrowed or widened", what));
            }
        }
        Ok(())
    }

    /// While somebody has noted danger and nobody that it is over, every text warns.
    fn hold_warnings(&self, journal: &Journal) -> Result<(), Fault> {
        for id in &self.statement.incidents {
            let incident = journal.state.incidents.get(id);
            let noted = incident.and_then(|i| i.noted.get("danger"));
            let last = noted.and_then(|all| all.iter().rev().find(|n| !n.again));
            let is_danger = last.is_some_and(|n| n.value == Some(Value::State("yes".into())));
            let mut said = self.rendition.placed.iter();
            let warns = said.any(|p| {
                let line = self.statement.lines().get(p.line);
                line.is_some_and(|l| l.id == "safety")
            });
            if is_danger && !warns {
                return Err(self.fault("a warning is lost", format!("{id} has danger")));
            }
        }
        Ok(())
    }

    /// Adds what this text tells.
    fn remember(&self, told: &mut Told) {
        for placed in &self.rendition.placed {
            let Some(line) = self.statement.lines().get(placed.line) else {
                continue;
            };
            self.remember_line(line, placed, told);
        }
    }

    fn remember_line(&self, line: &SaidLine, placed: &Placed, told: &mut Told) {
        for span in placed.spans.iter().filter(|s| s.path.ends_with(".due")) {
            if let (Some(number), Some(value)) = (line.promise_number, line.reads.get(&span.path))
                && let Some(due) = due_in(value)
            {
                told.promises.insert(number, due);
            }
        }
        for span in &placed.spans {
            let Some(link) = span.path.strip_prefix("links.") else {
                continue;
            };
            match line.reads.get(&span.path) {
                Some(Value::Window(w)) => {
                    if let Some(link) = link.strip_suffix(".window") {
                        let value = (w.latest, self.statement.number);
                        told.windows.insert(link.to_owned(), value);
                    }
                }
                Some(Value::Phrase(cause)) => {
                    if let (Some(link), Some(cause)) =
                        (link.strip_suffix(".cause"), cause.get(self.rendition.lang))
                    {
                        told.causes.insert(link.to_owned(), cause.to_owned());
                    }
                }
                _ => {}
            }
        }
    }

    /// True when the statement is about an incident that has, or had, this link in its scope.
    fn is_about_link(&self, journal: &Journal, link: &LinkId) -> bool {
        let state = &journal.state;
        let mut all = self.statement.incidents.iter();
        all.any(|id| {
            let incident = state.incidents.get(id);
            incident.is_some_and(|i| i.steps.iter().any(|s| s.added.contains(link)))
        })
    }

    /// True when the text has this time in the form of its language, or the program marked it so.
    fn prints(&self, when: When, path: &str) -> bool {
        self.prints_path(path)
            || forms_of(when, self.zone)
                .iter()
                .any(|f| has_word(&self.rendition.text, f))
    }

    fn prints_path(&self, path: &str) -> bool {
        let mut spans = self.rendition.placed.iter().flat_map(|p| &p.spans);
        spans.any(|s| s.path == path)
    }

    fn says_in_sum(&self) -> bool {
        let mut lines = self.rendition.placed.iter();
        lines.any(|p| {
            self.statement
                .lines()
                .get(p.line)
                .is_some_and(|l| matches!(l.id.as_str(), "changed-dates" | "owed-in-sum"))
        })
    }
}

/// What the incident of a promise was about whenever something was noted since it was made.
fn noted_scopes(journal: &Journal, number: u32) -> BTreeSet<LinkId> {
    let promise = journal.state.promise_no(number);
    let incident = promise.and_then(|p| journal.state.incidents.get(p.incident.as_ref()?));
    let noted = incident.iter().flat_map(|i| i.noted.values().flatten());
    let since = noted.filter(|n| promise.is_some_and(|p| n.seq > p.seq));
    since.flat_map(|n| n.scope.iter().cloned()).collect()
}

/// The due time that a line printed.
fn due_in(value: &Value) -> Option<When> {
    match value {
        Value::Instant(moment) => Some(When::At(moment.at)),
        Value::Date(date) => Some(When::Day(*date)),
        _ => None,
    }
}

/// What the reports on a link say of its repair.
#[derive(Debug)]
struct RepairOnRecord {
    window: Option<When>,
    /// Since when it is up.
    back: Option<At>,
}

fn current_window(journal: &Journal, link: &LinkId) -> RepairOnRecord {
    let mut now = RepairOnRecord {
        window: None,
        back: None,
    };
    // Dates given while it works are for what comes next; those from before it came back end with that.
    let mut is_of_before = false;
    for r in reports_in_order(journal, link) {
        if let Some(state) = r.state {
            let is_up = state == LinkState::Up && is_our_word(r);
            if now.back.is_some() && !is_up && is_of_before {
                now.window = None;
            }
            is_of_before |= is_up && now.back.is_none();
            now.back = is_up.then(|| now.back.unwrap_or(r.since.map_or(r.said_at, |s| s.at)));
        }
        if r.window_withdrawn {
            now.window = None;
        }
        is_of_before &= r.window.is_none();
        now.window = r.window.map(|w| w.latest).or(now.window);
    }
    now
}

fn confirmed_cause(journal: &Journal, link: &LinkId) -> Option<String> {
    let reports = reports_in_order(journal, link);
    let mut confirmed = reports
        .iter()
        .filter(|r| r.confirmed && is_word_on_cause(r));
    confirmed.next_back().and_then(|r| r.cause.clone())
}

fn is_our_word(r: &LinkReported) -> bool {
    use crate::domain::base::link::SourceKind;
    matches!(
        r.source.kind,
        SourceKind::OwnCheck | SourceKind::Monitoring | SourceKind::FieldTeam
    )
}

fn is_word_on_cause(r: &LinkReported) -> bool {
    use crate::domain::base::link::SourceKind;
    is_our_word(r) && r.source.kind != SourceKind::Monitoring
        || r.source.kind == SourceKind::CableOperator
}

fn reports_in_order<'a>(journal: &'a Journal, link: &LinkId) -> Vec<&'a LinkReported> {
    let all = journal.state.reports_on(link).iter();
    all.map(|r| &r.said).collect()
}

/// True when a part or the whole of a link was reported on as well: its state follows from more than its own reports.
fn has_reported_kin(journal: &Journal, link: &LinkId) -> bool {
    let Some(books) = journal.books.as_ref() else {
        return false;
    };
    let network = &books.network;
    let is_kin = |id: &LinkId| network.has_leaf(id, link) || network.has_leaf(link, id);
    let mut all = network.links.iter().map(|l| &l.id).filter(|id| *id != link);
    all.any(|id| is_kin(id) && !journal.state.reports_on(id).is_empty())
}

/// A time in the forms in which texts print it.
fn forms_of(when: When, zone: Tz) -> Vec<String> {
    match when {
        When::Day(date) => {
            let (day, month) = (date.day(), date.month());
            vec![
                format!("{day}/{month}"),
                format!("{day} {}", date.format("%B")),
                format!("{day} tháng {month}"),
            ]
        }
        When::At(at) => {
            let local = at.with_timezone(&zone);
            let (h, m) = (local.hour(), local.minute());
            vec![
                local.format("%H:%M").to_string(),
                format!("{h} giờ {m} phút"),
                format!("{h} giờ"),
                local.format("%-I:%M %p").to_string(),
            ]
        }
    }
}

/// True when the text has the word, not as part of a longer number.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        !is_digit(text[..at].chars().next_back())
            && !is_digit(text[at + word.len()..].chars().next())
    })
}
