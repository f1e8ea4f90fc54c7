//! `saydo status`: the situation in one screen. It records nothing.

use crate::domain::base::next_step::NextStep;
use crate::domain::base::phase::Phase;
use serde_json::{Value as Json, json};

use crate::cli::next_step::write_step;
use crate::cli::output::Output;
use crate::cli::session::{Session, Which, to_json, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::{Trouble, describe_missing};
use crate::desk::core::adopt::is_in_force;
use crate::desk::core::incident_facts::derive_facts;
use crate::desk::promise::ledger::{list_ledger, promise_words, settling_step};
use crate::desk::publishing::outbox::outlets_without;
use crate::desk::statement::review_issued::last_statement;
use crate::desk::statement::verdicts::judge_statement;
use crate::desk::{Journal, Snapshot};
use crate::domain::base::link::LinkState;
use crate::domain::base::time::At;
use crate::domain::base::value::Value;
use crate::domain::facts::fact::{FactEntry, Facts};
use crate::domain::ledger::verdict::PromiseStatus;
use crate::domain::speech::still_true::Verdict;
use crate::domain::state::heard::promised_update;
use crate::domain::state::incident::{Incident, Issued};

/// The situation in one screen, the worst first
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub which: Which,
}

/// Shows the situation.
///
/// # Errors
/// When the incident does not exist.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let is_named = !args.which.incidents.is_empty() || args.which.region.is_some();
    let ids: Vec<String> = if is_named {
        session.find_incidents(desk, &args.which)?
    } else {
        desk.state.open_incidents().map(|i| i.id.clone()).collect()
    };
    for id in &ids {
        desk.read_closed(id)?;
    }
    let differs = files_not_adopted(session, desk);
    if desk.state.is_drill {
        out.line("DRILL: nothing of this record is ever published.");
    }
    if let Some(halt) = &desk.state.deliveries.halted {
        let at = times::format_time(halt.at, desk.clock.now, workspace_zone(desk));
        out.item(
            "",
            &format!(
                "STOPPED since {at} by {} ({}): nothing leaves until saydo halt --lift",
                halt.by, halt.because
            ),
        );
    }
    let mut shown: Vec<(u8, Vec<String>, Json)> = Vec::new();
    for id in &ids {
        shown.push(incident_status(desk, id, session)?);
    }
    shown.sort_by_key(|(rank, ..)| std::cmp::Reverse(*rank));
    show_head(&ids, desk, out);
    for (_, lines, _) in &shown {
        out.line("");
        for line in lines {
            // A label of ten columns, then the text, folded under itself.
            match line
                .strip_prefix("  ")
                .filter(|l| l.is_char_boundary(10))
                .map(|l| l.split_at(10))
            {
                Some((label, text)) => out.item(&format!("  {label}"), text),
                None => out.item("", line),
            }
        }
    }
    for file in &differs {
        out.line(format!(
            "! {file} differs from what is adopted: saydo adopt"
        ));
    }
    let incidents: Vec<Json> = shown.into_iter().map(|(_, _, j)| j).collect();
    out.json = json!({ "now": to_json(&desk.clock.now), "incidents": incidents, "not_adopted": differs, "events": desk.head().seq });
    Ok(0)
}

fn show_head(ids: &[String], desk: &Snapshot, out: &mut Output) {
    let now = desk.clock.now.with_timezone(&workspace_zone(desk));
    let now = now.format("%d/%m/%Y %H:%M");
    match ids.len() {
        0 => {
            let closed = desk.state.order.len();
            out.line(format!("{now}: no incident is open ({closed} closed)."));
            out.line(
                "An incident: saydo declare PLAYBOOK --link ID=down   Playbooks: saydo playbook list",
            );
        }
        1 => out.line(format!("{now} 1 incident")),
        n => out.line(format!("{now} {n} incidents")),
    }
}

/// Files of the workspace whose text is not the one in force.
fn files_not_adopted(session: &Session, desk: &Snapshot) -> Vec<String> {
    let Ok(folder) = session.workspace_folder() else {
        return Vec::new();
    };
    let Ok(files) = folder.adoptable_files() else {
        return Vec::new();
    };
    files
        .iter()
        .filter(|f| !is_in_force(desk, f))
        .map(|f| f.path.clone())
        .collect()
}

/// What the screen says of one incident: lines, the commands that come next, and what is no longer true.
#[derive(Default)]
struct Screen {
    lines: Vec<String>,
    next: Vec<String>,
    wrong: Vec<String>,
    /// The outlets that have not got the last statement.
    unpublished: Vec<String>,
}

fn incident_status(
    desk: &Snapshot,
    id: &str,
    session: &Session,
) -> Result<(u8, Vec<String>, Json), Trouble> {
    let facts = derive_facts(desk, id, desk.default_audience())?;
    let Some(incident) = desk.state.incidents.get(id) else {
        return Ok((0, Vec::new(), Json::Null));
    };
    let phase = match facts.entry(Phase::PATH) {
        Some(FactEntry::Known(f)) => f.value.to_plain_text(),
        Some(FactEntry::Stale { fact, .. }) => {
            format!("{} (not confirmed since)", fact.value.to_plain_text())
        }
        _ => "unknown".into(),
    };
    let severity = facts.state_word("severity").unwrap_or("unrated").to_owned();
    let mut screen = Screen::default();
    let head = head_line(incident, &severity, &phase, desk);
    screen.lines.push(head);
    show_issued(desk, id, &facts, &mut screen)?;
    show_links(&facts, &mut screen.lines);
    show_capacity(&facts, &mut screen.lines);
    show_riders(&facts, &mut screen.lines);
    show_outlook(&facts, &mut screen.lines, desk);
    show_promises(desk, id, &mut screen)?;
    let stale = show_stale(&facts, &mut screen);
    show_to_go(&facts, incident, session, &mut screen);
    let rank = match severity.as_str() {
        "S1" => 40,
        "S2" => 30,
        "S3" => 20,
        _ => 10,
    } + if screen.wrong.is_empty() { 0 } else { 5 };
    let last = last_statement(desk, id, desk.default_audience()).map(|s| s.statement.number);
    let due = promised_update(&desk.state, id, desk.default_audience()).map(|(t, _)| t);
    let value = json!({
        "id": id, "playbook": incident.playbook.name, "title": incident.title, "severity": severity, "phase": phase,
        "open": incident.is_open(), "since": to_json(&began_at(incident)), "scope": incident.links_in_scope(), "last_statement": last,
        "not_published_to": screen.unpublished, "no_longer_true": screen.wrong, "next_update": to_json(&due), "stale": stale, "next": screen.next,
        "facts": {
            "down": facts.value("down"), "degraded": facts.value("degraded"), "unreported": facts.value("unreported"),
            "capacity_left": facts.value("group.capacity_left"), "capacity_lost": facts.value("group.capacity_lost"),
            "regions_affected": facts.value("regions.affected"), "services_affected": facts.value("services.affected"),
            "windows": facts.value("windows"), "slipped": facts.value("slipped"), "passed": facts.value("passed"),
        },
    });
    Ok((rank, screen.lines, value))
}

fn began_at(incident: &Incident) -> At {
    incident.since.map_or(incident.declared_at, |s| s.at)
}

fn head_line(incident: &Incident, severity: &str, phase: &str, desk: &Snapshot) -> String {
    let (now, since) = (desk.clock.now, began_at(incident));
    let title = incident.title.as_ref().map(|t| format!(" \"{t}\""));
    let closed = if incident.is_open() { "" } else { ", closed" };
    format!(
        "{} {severity} {phase}{closed}: {}{}, {} since {}",
        incident.id,
        incident.playbook.name,
        title.unwrap_or_default(),
        times::format_length((now - since).num_seconds()),
        times::format_time(since, now, workspace_zone(desk))
    )
}

/// Facts that are too old to be said; their paths.
fn show_stale<'f>(facts: &'f Facts, screen: &mut Screen) -> Vec<&'f str> {
    let is_stale = |path: &str, e: &FactEntry| {
        matches!(e, FactEntry::Stale { .. }) && !path.starts_with("groups.")
    };
    let stale = facts.facts.iter().filter(|(p, e)| is_stale(p, e));
    let stale: Vec<&str> = stale.map(|(p, _)| p.as_str()).collect();
    if !stale.is_empty() {
        let shown = stale[..stale.len().min(4)].join(", ");
        let more = match stale.len() {
            n if n > 4 => format!(" and {} more", n - 4),
            _ => String::new(),
        };
        screen.lines.push(format!("  stale     {shown}{more}"));
        screen.next.push("saydo still".into());
    }
    stale
}

/// What is still missing before the incident is over, or that it can be closed.
fn show_to_go(facts: &Facts, incident: &Incident, session: &Session, screen: &mut Screen) {
    if let Some(FactEntry::Known(f)) = facts.entry(Phase::PATH) {
        for l in f.lacks.iter().take(3) {
            let line = format!("  to go     {}", describe_missing(l, session.lang));
            screen.lines.push(line);
        }
    }
    let is_over = facts.phase().is_some_and(Phase::is_over);
    if screen.next.is_empty() && is_over && incident.is_open() {
        screen.next.push(format!("saydo close {}", incident.id));
    }
    if let Some(command) = screen.next.first() {
        screen.lines.push(format!("  next      {command}"));
    }
}

/// The outlets that have not got it.
fn show_unpublished(desk: &Snapshot, last: &Issued, screen: &mut Screen) {
    if desk.state.is_drill {
        return;
    }
    screen.unpublished = outlets_without(desk, last);
    if !screen.unpublished.is_empty() {
        let line = format!("  NOT SENT  to {}", screen.unpublished.join(", "));
        screen.lines.push(line);
    }
}

/// What is out, what in it is no longer true, and when we speak next.
fn show_issued(
    desk: &Snapshot,
    id: &str,
    facts: &Facts,
    screen: &mut Screen,
) -> Result<(), Trouble> {
    let now = desk.clock.now;
    let issue = format!("saydo statement issue {id}");
    let Some(last) = last_statement(desk, id, desk.default_audience()) else {
        let due = match facts.value("first_notice_due") {
            Some(Value::Instant(m)) => format!(", first notice {}", time_until(m.at, now)),
            _ => String::new(),
        };
        let line = format!("  out       nothing has been issued{due}");
        screen.lines.push(line);
        if facts.phase() != Some(Phase::NoFault) {
            screen.next.push(issue);
        }
        return Ok(());
    };
    let verdicts = judge_statement(desk, last)?;
    let lines = last.statement.lines().iter().zip(verdicts);
    screen.wrong = lines
        .filter_map(|(line, v)| why_wrong(&line.id, v))
        .collect();
    let age = times::format_length((now - last.statement.as_of).num_seconds());
    let number = last.statement.number;
    screen
        .lines
        .push(format!("  out       statement {number}, {age} old"));
    show_unpublished(desk, last, screen);
    if !screen.wrong.is_empty() {
        let shown = screen.wrong[..screen.wrong.len().min(3)].join("; ");
        let shown = times::with_local_times(&shown, now, workspace_zone(desk));
        let more = match screen.wrong.len() {
            n if n > 3 => format!("; and {} more", n - 3),
            _ => String::new(),
        };
        screen
            .lines
            .push(format!("  NOT TRUE  in it: {shown}{more}"));
        screen.next.push(issue.clone());
    }
    if !screen.unpublished.is_empty() && screen.wrong.is_empty() {
        screen.next.push("saydo publish".into());
    }
    if let Some((due, _)) = promised_update(&desk.state, id, desk.default_audience()) {
        screen
            .lines
            .push(format!("  next upd. {}", time_until(due, now)));
        if (due - now).num_minutes() < 15 {
            screen.next.push(issue);
        }
    }
    Ok(())
}

/// Why a line that was said is no longer true; a next update that has passed has a line of its own.
fn why_wrong(line: &str, verdict: Verdict) -> Option<String> {
    match verdict {
        Verdict::Holds => None,
        Verdict::Changed { by, now, path } => {
            let by = by.map(|b| format!(", event {b}")).unwrap_or_default();
            let now = if now.is_empty() { "none" } else { &now };
            Some(format!("{line} ({path} is now {now}{by})"))
        }
        Verdict::Lapsed { path, .. } if path == "next_update" => None,
        Verdict::Lapsed { path, .. } => Some(format!("{line} ({path} has lapsed)")),
    }
}

/// What is promised besides the next update, the soonest first.
fn show_promises(desk: &Snapshot, id: &str, screen: &mut Screen) -> Result<(), Trouble> {
    let Screen { lines, next, .. } = screen;
    let mut owed: Vec<_> = list_ledger(desk)?
        .into_iter()
        .filter(|e| e.promise.incident.as_deref() == Some(id) && e.is_owed(&desk.state))
        .filter(|e| {
            !matches!(
                settling_step(e, &desk.state),
                NextStep::IssueStatement { .. }
            )
        })
        .collect();
    owed.sort_by_key(|e| e.ends);
    let late = owed.iter().find(|e| e.standing != PromiseStatus::Open);
    next.extend(late.map(|e| write_step(&settling_step(e, &desk.state))));
    for e in owed.iter().take(3) {
        lines.push(format!(
            "  promised  {}: {}, {}",
            e.promise.made.number,
            promise_words(e.promise, crate::domain::base::lang::Lang::USUAL),
            time_until(e.ends, desk.clock.now)
        ));
    }
    if owed.len() > 3 {
        let more = owed.len() - 3;
        lines.push(format!("  promised  and {more} more: saydo promise list"));
    }
    Ok(())
}

/// In mm:ss below an hour; LATE when it has passed.
fn time_until(at: At, now: At) -> String {
    let seconds = (at - now).num_seconds();
    let text = match seconds.unsigned_abs() {
        s if s < 3600 => format!("{:02}:{:02}", s / 60, s % 60),
        _ => times::format_length(seconds),
    };
    if seconds < 0 {
        format!("LATE by {text}")
    } else {
        format!("in {text}")
    }
}

fn listed_ids(facts: &Facts, path: &str) -> Vec<String> {
    match facts.value(path) {
        Some(Value::List(l)) => l.iter().map(|n| n.id.clone()).collect(),
        _ => Vec::new(),
    }
}

fn show_links(facts: &Facts, lines: &mut Vec<String>) {
    let mut parts = Vec::new();
    for (path, word) in [
        ("down", LinkState::Down),
        ("planned_down", LinkState::PlannedDown),
        ("unstable", LinkState::Unstable),
        ("degraded", LinkState::Degraded),
        ("at_risk", LinkState::AtRisk),
        ("unreported", LinkState::Unreported),
        ("up", LinkState::Up),
    ] {
        let list = listed_ids(facts, path);
        if !list.is_empty() {
            parts.push(format!("{word}: {}", list.join(", ")));
        }
    }
    if parts.is_empty() {
        parts.push("up, not confirmed lately".into());
    }
    lines.push(format!("  links     {}", parts.join("; ")));
}

fn show_capacity(facts: &Facts, lines: &mut Vec<String>) {
    let Some(total) = facts.value("group.total") else {
        return;
    };
    let mut text = match facts.value("group.capacity_left") {
        Some(v) => format!("{} left", v.to_plain_text()),
        None => match facts.value("group.capacity_lost") {
            Some(v) => format!(
                "{} lost; left: {}",
                v.to_plain_text(),
                describe_missing(
                    &facts.missing_at("group.capacity_left"),
                    crate::domain::base::lang::Lang::USUAL
                )
            ),
            None => describe_missing(
                &facts.missing_at("group.capacity_lost"),
                crate::domain::base::lang::Lang::USUAL,
            ),
        },
    };
    if let (Some(left), Some(peak)) = (
        facts.value("group.gbps_left"),
        facts.value("group.gbps_peak"),
    ) {
        text.push_str(&format!(
            ", {} Gbps against {} at peak",
            left.to_plain_text(),
            peak.to_plain_text()
        ));
    }
    lines.push(format!(
        "  capacity  {text} ({} links)",
        total.to_plain_text()
    ));
}

fn show_riders(facts: &Facts, lines: &mut Vec<String>) {
    let mut parts = Vec::new();
    for (path, word) in [
        ("regions.affected", "regions hit"),
        ("services.affected", "services hit"),
        ("regions.possible", "regions possibly"),
        ("services.possible", "services possibly"),
    ] {
        let list = listed_ids(facts, path);
        if !list.is_empty() {
            parts.push(format!("{word}: {}", list.join(", ")));
        }
    }
    if !parts.is_empty() {
        lines.push(format!("  who       {}", parts.join("; ")));
    }
}

fn show_outlook(facts: &Facts, lines: &mut Vec<String>, desk: &Snapshot) {
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    let mut parts = Vec::new();
    for id in listed_ids(facts, "windows") {
        if let Some(Value::Window(w)) = facts.value(&format!("links.{id}.window")) {
            let source = facts
                .known_fact(&format!("links.{id}.window"))
                .and_then(|f| f.source.clone());
            let source = source.map(|s| format!(" ({s})")).unwrap_or_default();
            parts.push(format!(
                "{id} {}{source}",
                times::shown_window(w, now, zone)
            ));
        }
    }
    for (path, word) in [
        ("slipped", "MOVED since told"),
        ("passed", "PASSED"),
        ("withdrawn", "WITHDRAWN"),
    ] {
        let list = listed_ids(facts, path);
        if !list.is_empty() {
            parts.push(format!("{word}: {}", list.join(", ")));
        }
    }
    let none = listed_ids(facts, "no_window");
    if !none.is_empty() {
        parts.push(format!("no window: {}", none.join(", ")));
    }
    if !parts.is_empty() {
        lines.push(format!("  outlook   {}", parts.join("; ")));
    }
}
