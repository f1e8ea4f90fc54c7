//! What is due now, for cron: the worst first, each with the command that does it. Says a thing once, then again
//! after a while; what was said is an event, appended before it is printed.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use chrono::Duration;
use serde::Serialize;

use crate::desk::promise::by_hand::{command_for, words};
use crate::desk::publishing::outbox::People;
use crate::desk::{Desk, DeskError};
use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;
use crate::domain::base::value::Value;
use crate::domain::config::outlet::OutletKind;
use crate::domain::config::promise_kind::Per;
use crate::domain::delivery::deliveries::Standing;
use crate::domain::facts::fact::{Entry, Facts};
use crate::domain::ledger::verdict::Standing as Kept;
use crate::domain::record::parcel::Outcome;
use crate::domain::record::payload::Happening;
use crate::domain::speech::still_true::Verdict;
use crate::domain::state::incident::Incident;

/// One thing that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DueItem {
    /// How bad, 100 the worst.
    pub rank: u8,
    /// What kind of thing: `overdue`, `untrue`, `first-notice`, `due-soon`, `next-update`, `work-over`, `rollback`,
    /// `soaked`, `stale`, `handover`, `untold`, `approval`, `undelivered`, `unpublished`, `by-hand`, `can-close`.
    pub kind: &'static str,
    /// Its name: the same thing has the same.
    pub key: String,
    /// The incident.
    pub incident: Option<String>,
    /// In words.
    pub what: String,
    /// The command that does it.
    pub command: String,
}

/// What a `tick` found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Everything that is due, the worst first.
    pub due: Vec<DueItem>,
    /// Those that are said now: not said before, or long ago.
    pub said: Vec<DueItem>,
}

/// What is not where it should be: rank, kind, outlet, statement.
type Left = (u8, &'static str, String, u32);

fn ago(from: At, to: At) -> String {
    let minutes = (to - from).num_minutes();
    match minutes {
        m if m < 120 => format!("{m} min"),
        m if m < 48 * 60 => format!("{} h {} min", m / 60, m % 60),
        m => format!("{} days", m / (24 * 60)),
    }
}

impl Desk {
    /// A moment for the eye, in the workspace's zone.
    pub(crate) fn local(&self, at: At) -> String {
        let zone = self
            .books
            .as_ref()
            .map_or(chrono_tz::Tz::UTC, |b| b.workspace.zone);
        at.with_timezone(&zone).format("%d/%m %H:%M").to_string()
    }

    /// Finds what is due and appends what is said now.
    ///
    /// # Errors
    /// When the record cannot be read or written.
    pub fn tick(&mut self, within: Duration, remind_every: Duration) -> Result<Ticked, DeskError> {
        let found = RefCell::new(Ticked::default());
        self.record(|desk| {
            let due = desk.due_items(within)?;
            let is_new = |item: &DueItem| {
                let last = desk.state.reminded.get(&item.key);
                last.is_none_or(|at| desk.clock.now - *at >= remind_every)
            };
            let said: Vec<DueItem> = due.iter().filter(|i| is_new(i)).cloned().collect();
            let keys: Vec<String> = said.iter().map(|i| i.key.clone()).collect();
            found.replace(Ticked { due, said });
            if keys.is_empty() {
                return Ok(Vec::new());
            }
            Ok(vec![(None, Happening::Reminded { keys })])
        })?;
        Ok(found.into_inner())
    }

    /// Everything that is due, the worst first.
    ///
    /// # Errors
    /// When facts cannot be derived.
    pub fn due_items(&self, within: Duration) -> Result<Vec<DueItem>, DeskError> {
        if self.books.is_none() {
            return Ok(Vec::new());
        }
        let mut items = Vec::new();
        self.promises_due(within, &mut items)?;
        for incident in self.state.open() {
            self.incident_due(incident, within, &mut items)?;
        }
        // A later shift takes the place of one that nobody took on.
        let waiting = self.state.handovers.last().filter(|h| h.accepted.is_none());
        if let Some(h) = waiting
            && self.clock.now - h.at >= Duration::minutes(15)
        {
            items.push(DueItem {
                rank: 30,
                kind: "handover",
                key: format!("handover:{}", h.seq),
                incident: None,
                what: format!(
                    "the shift that {} handed to {} {} ago is not taken on",
                    h.from,
                    h.to,
                    ago(h.at, self.clock.now)
                ),
                command: "saydo handover --accept".into(),
            });
        }
        for s in self.pending() {
            items.push(DueItem {
                rank: 75,
                kind: "approval",
                key: format!("approval:{}", s.draft),
                incident: s.incidents.first().cloned(),
                what: format!(
                    "a draft of {} has waited for approval for {}",
                    s.by,
                    ago(s.at, self.clock.now)
                ),
                command: format!("saydo statement approve {}", s.draft),
            });
        }
        self.undelivered(&mut items)?;
        items.sort_by(|a, b| b.rank.cmp(&a.rank).then_with(|| a.key.cmp(&b.key)));
        let mut seen = BTreeSet::new();
        items.retain(|i| seen.insert(i.key.clone()));
        Ok(items)
    }

    /// What left for an outlet and is not there, what waits for somebody who publishes, who is to be told by hand.
    fn undelivered(&self, items: &mut Vec<DueItem>) -> Result<(), DeskError> {
        let now = self.clock.now;
        if self.state.is_drill {
            return Ok(());
        }
        let mut found: BTreeMap<Left, (usize, String, String)> = BTreeMap::new();
        for item in self.outbox(&People::new()) {
            let by_hand = self.outlet(&item.outlet)?.kind == OutletKind::ByHand;
            let n = item.parcel.statement;
            let whom = item.parcel.to.clone().filter(|_| by_hand);
            let (rank, kind, what, command) = match &item.standing {
                Standing::Stuck { outcome, because } => {
                    let word = match outcome {
                        Outcome::Unclear => "may or may not have arrived",
                        _ => "did not arrive",
                    };
                    let command = format!("saydo outbox list --outlet {}", item.outlet);
                    (88, "undelivered", format!("{word}: {because}"), command)
                }
                _ if item.overtaken || item.standing.is_settled() => continue,
                Standing::Waiting if by_hand => {
                    let command = format!("saydo told {}", whom.as_deref().unwrap_or(&item.outlet));
                    (58, "by-hand", "to be told by hand".to_owned(), command)
                }
                Standing::Failed { because, tries, .. } if *tries > 2 => {
                    let what = format!("failed {tries} times: {because}");
                    (86, "undelivered", what, "saydo publish".to_owned())
                }
                Standing::Waiting | Standing::Expired
                    if now - item.issued_at >= Duration::minutes(5) =>
                {
                    let what = format!("waits for {}", ago(item.issued_at, now));
                    (72, "unpublished", what, "saydo publish".to_owned())
                }
                _ => continue,
            };
            let entry = found
                .entry((rank, kind, item.outlet.clone(), n))
                .or_insert((0, what, command));
            entry.0 += 1;
        }
        // Many people one by one: somebody has to say that they are sent to.
        let zone = self.world()?.books.workspace.zone;
        for (name, outlet) in self.outlets().filter(|(_, o)| o.is_mass()) {
            for s in self.unbegun(name, outlet) {
                let n = s.statement.number;
                let is_fresh = now - s.at < Duration::minutes(5);
                let is_quiet = outlet.is_quiet(now, zone) && !self.is_safety(n)?;
                if is_fresh || is_quiet {
                    continue;
                }
                let what = format!("waits for {} for somebody to send it", ago(s.at, now));
                let command = format!("saydo publish --outlet {name}");
                found.insert((72, "unpublished", name.clone(), n), (1, what, command));
            }
        }
        for ((rank, kind, outlet, n), (count, what, command)) in found {
            let many = if count > 1 {
                format!(" ({count} texts)")
            } else {
                String::new()
            };
            items.push(DueItem {
                rank,
                kind,
                key: format!("{kind}:{outlet}:{n}"),
                incident: self
                    .state
                    .statement(n)
                    .and_then(|s| s.statement.incidents.first().cloned()),
                what: format!("{outlet}: statement {n}{many} {what}"),
                command,
            });
        }
        Ok(())
    }

    fn promises_due(&self, within: Duration, items: &mut Vec<DueItem>) -> Result<(), DeskError> {
        let now = self.clock.now;
        for entry in self.ledger()? {
            if !entry.is_owed(&self.state) {
                continue;
            }
            let p = entry.promise;
            let n = p.made.number;
            let name = words(p, Lang::En);
            let at = self.local(entry.ends);
            let whose = match p.holder() {
                Some(holder) => format!("{holder} ({})", p.keeper()),
                None => p.keeper().to_owned(),
            };
            let (rank, kind, what) = if entry.standing == Kept::Open {
                if entry.ends - now > within {
                    continue;
                }
                let rank = if p.made.per == Some(Per::Statement) {
                    65
                } else {
                    60
                };
                (
                    rank,
                    "due-soon",
                    format!(
                        "promise {n} ({name}) to {} is due in {}, at {at}; {whose}",
                        p.made.audience,
                        ago(now, entry.ends)
                    ),
                )
            } else {
                (
                    100,
                    "overdue",
                    format!(
                        "promise {n} ({name}) to {} was due {} ago, at {at}; {whose}",
                        p.made.audience,
                        ago(entry.ends, now)
                    ),
                )
            };
            items.push(DueItem {
                rank,
                kind,
                key: format!("{kind}:{n}:{}", crate::desk::shown(entry.ends)),
                incident: p.incident.clone(),
                what,
                command: command_for(&entry, &self.state),
            });
        }
        Ok(())
    }

    fn incident_due(
        &self,
        incident: &Incident,
        within: Duration,
        items: &mut Vec<DueItem>,
    ) -> Result<(), DeskError> {
        let id = &incident.id;
        let facts = self.facts(id, "customers")?;
        let mut add = |rank: u8, kind: &'static str, key: String, what: String, command: String| {
            items.push(DueItem {
                rank,
                kind,
                key,
                incident: Some(id.clone()),
                what,
                command,
            });
        };
        let now = self.clock.now;
        let issue = format!("saydo statement issue {id}");
        let mut audiences: BTreeSet<&str> = BTreeSet::new();
        for number in &incident.statements {
            if let Some(s) = self.state.statement(*number) {
                audiences.insert(&s.statement.audience);
            }
        }
        if audiences.is_empty()
            && let Some(Value::Instant(m)) = facts.value("first_notice_due")
            && m.at - now <= within
        {
            let (rank, when) = if m.at < now {
                (95, format!("was due {} ago", ago(m.at, now)))
            } else {
                (70, format!("is due in {}", ago(now, m.at)))
            };
            let late = m.at < now;
            add(
                rank,
                "first-notice",
                format!("first-notice:{id}:{late}"),
                format!("{id}: nothing has been issued, and the first notice {when}"),
                issue.clone(),
            );
        }
        for audience in &audiences {
            let Some(last) = self.last_said(id, audience) else {
                continue;
            };
            let number = last.statement.number;
            let verdicts = self.verdicts_with(last, id, &facts)?;
            for (line, verdict) in last.statement.lines().iter().zip(verdicts) {
                let since = match verdict {
                    Verdict::Holds => continue,
                    // The ledger says when an update is late.
                    Verdict::Lapsed { path, .. } if path == "next_update" => continue,
                    Verdict::Changed {
                        by: Some(seq),
                        path,
                        now,
                    } => {
                        format!("since event {seq} ({path} is now {now})")
                    }
                    Verdict::Changed {
                        by: None,
                        path,
                        now,
                    } => format!("{path} is now {now}"),
                    Verdict::Lapsed { path, at: Some(at) } => {
                        format!("since {} ({path} has lapsed)", self.local(at))
                    }
                    Verdict::Lapsed { path, at: None } => format!("{path} has lapsed"),
                };
                let it = line
                    .it
                    .as_ref()
                    .map(|i| format!(" ({i})"))
                    .unwrap_or_default();
                add(
                    90,
                    "untrue",
                    format!("untrue:{number}:{}{it}", line.id),
                    format!(
                        "statement {number} to {audience} is no longer true: `{}`{it}, {since}",
                        line.id
                    ),
                    issue.clone(),
                );
            }
        }
        self.work_due(incident, &facts, within, &mut add);
        let stale: Vec<&str> = facts
            .facts
            .iter()
            .filter(|(p, e)| matches!(e, Entry::Stale { .. }) && !p.starts_with("groups."))
            .map(|(p, _)| p.as_str())
            .collect();
        if !stale.is_empty() {
            let shown = stale.iter().take(3).copied().collect::<Vec<_>>().join(", ");
            let more = match stale.len() {
                n if n > 3 => format!(" and {} more", n - 3),
                _ => String::new(),
            };
            add(
                40,
                "stale",
                format!("stale:{id}"),
                format!("{id}: too old to be said: {shown}{more}"),
                "saydo still".into(),
            );
        }
        Ok(())
    }

    /// Work of ours near its rollback point or past its end, a soak time that is over, an incident that is done.
    fn work_due(
        &self,
        incident: &Incident,
        facts: &Facts,
        within: Duration,
        add: &mut dyn FnMut(u8, &'static str, String, String, String),
    ) {
        let (id, now) = (&incident.id, self.clock.now);
        let issue = format!("saydo statement issue {id}");
        let at = |path: &str| match facts.value(path) {
            Some(Value::Instant(m)) => Some(m.at),
            _ => None,
        };
        let phase = facts.word("phase").unwrap_or("");
        if let Some(point) = at("rollback_point")
            && matches!(phase, "in-work" | "planned")
            && point - now <= within
        {
            let when = if point < now {
                format!("was {} ago", ago(point, now))
            } else {
                format!("is in {}", ago(now, point))
            };
            add(
                75,
                "rollback",
                format!("rollback:{id}"),
                format!("{id}: the rollback point {when}; go on or go back"),
                format!("saydo fact note {id} overrun_expected=yes"),
            );
        }
        if let Some(end) = at("planned_end") {
            if phase == "overrun" {
                add(
                    85,
                    "work-over",
                    format!("work-over:{id}"),
                    format!(
                        "{id}: planned work ended {} ago and is not finished",
                        ago(end, now)
                    ),
                    issue.clone(),
                );
            } else if phase == "in-work" && end - now <= within {
                add(
                    55,
                    "work-over",
                    format!("work-ending:{id}"),
                    format!("{id}: planned work ends in {}", ago(now, end)),
                    "saydo fact note work_done=yes --source field-team".into(),
                );
            }
        }
        if phase == "under-watch"
            && let Some(until) = at("watch_until")
            && until <= now
        {
            add(
                50,
                "soaked",
                format!("soaked:{id}"),
                format!(
                    "{id}: the soak time is over since {} min; one more own check",
                    (now - until).num_minutes()
                ),
                "saydo still".into(),
            );
        }
        if let Some(what) = crate::desk::incident::declare::untold(facts) {
            add(
                80,
                "untold",
                format!("untold:{id}:{what}"),
                format!("{id}: those who heard it have not been told: {what}"),
                issue.clone(),
            );
        }
        let is_done = matches!(phase, "restored" | "restored-here" | "no-fault");
        let is_free = is_done
            && crate::desk::incident::declare::untold(facts).is_none()
            && self.open_promises(id).is_ok_and(|p| p.is_empty());
        if is_free {
            add(
                20,
                "can-close",
                format!("can-close:{id}"),
                format!("{id}: {phase}; it can be closed"),
                format!("saydo close {id}"),
            );
        }
    }
}
