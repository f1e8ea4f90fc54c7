//! What an audience heard: repair windows, causes, the next update, links that left the scope; and which statements rested
//! on a retracted entry. Writes no correction.

use crate::domain::base::link::LinkId;
use crate::domain::base::phase::Phase;
use crate::domain::base::time::{At, Window};
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::record::rendition::SaidLine;
use crate::domain::state::fold::State;
use crate::domain::state::incident::{Incident, Issued, OWN};
use crate::domain::state::reach::Reach;
use std::collections::BTreeSet;

/// A repair window as an audience last heard it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeardWindow {
    /// The window as it was told.
    pub window: Window,
    /// The number of the statement that told it.
    pub statement: u32,
    /// The number of the event that issued it.
    pub seq: u64,
    /// The moment whose facts it stated, UTC.
    pub as_of: At,
    /// Who was named as its source.
    pub party: Option<Value>,
}

/// The windows that this audience last heard for a link, unless we have since owned up that they passed. They are more than
/// one where a channel or language has missed what others were told.
pub fn told_windows(state: &State, audience: &str, link: &str, reach: &Reach) -> Vec<HeardWindow> {
    let places = state.windows_told.get(link).map(Vec::as_slice);
    let issued = places.unwrap_or_default().iter().rev();
    let issued = issued.filter_map(|at| state.statements.get(*at));
    let theirs = issued.filter(|s| s.statement.audience == audience);
    reach.last_heard(theirs.filter_map(|s| Some((s.as_ref(), window_said(s, link)?))))
}

/// The window that a statement told for a link; within, none where it only owned up to an earlier one.
fn window_said(issued: &Issued, link: &str) -> Option<Option<HeardWindow>> {
    let path = format!("links.{link}.window");
    let says = |path: &str| {
        let mut lines = issued.statement.lines().iter();
        lines.find(|l| l.claims.iter().any(|c| c == path))
    };
    if let Some(line) = says(&path)
        && let Some(Value::Window(window)) = line.reads.get(&path)
    {
        let party = line.reads.get(&format!("links.{link}.window_party"));
        return Some(Some(HeardWindow {
            window: *window,
            statement: issued.statement.number,
            seq: issued.seq,
            as_of: issued.statement.as_of,
            party: party.cloned(),
        }));
    }
    // That nobody has confirmed it lately does not end it: it may be confirmed yet, or move.
    let ends = says(&format!("links.{link}.told_window"));
    ends.filter(|line| !line.reads.contains_key("unconfirmed"))
        .map(|_| None)
}

/// The statements since a window was told that say of it that nobody has confirmed it lately.
pub fn said_unconfirmed<'a>(
    state: &'a State,
    audience: &'a str,
    link: &str,
    since: u64,
) -> impl Iterator<Item = &'a Issued> {
    let path = format!("links.{link}.told_window");
    let places = state.windows_told.get(link).map(Vec::as_slice);
    let issued = places.unwrap_or_default().iter().rev();
    let issued = issued.filter_map(|at| state.statements.get(*at));
    issued.map(AsRef::as_ref).filter(move |s| {
        let mut lines = s.statement.lines().iter();
        s.seq > since
            && s.statement.audience == audience
            && lines.any(|l| l.claims.contains(&path) && l.reads.contains_key("unconfirmed"))
    })
}

/// Links outside the scope of an incident that this audience was told are in trouble, and has heard nothing since that
/// ends it: those that left it, since leaving the scope tells nobody anything, and those that never were in it, told as
/// members of a group.
pub fn told_links_out_of_scope(state: &State, incident: &Incident, audience: &str) -> Vec<LinkId> {
    let scope = incident.links_in_scope();
    let removed = incident
        .steps
        .iter()
        .flat_map(|s| s.removed.iter().map(|l| (l, s.seq)));
    let members: BTreeSet<&LinkId> = state
        .statements_about(&incident.id, audience)
        .flat_map(|s| s.statement.lines())
        .filter(|l| l.is_about(&incident.id))
        .filter_map(|l| match l.reads.get("group.down") {
            Some(Value::List(all)) => Some(all.iter().map(|n| &n.id)),
            _ => None,
        })
        .flatten()
        .collect();
    let outside = members.into_iter().map(|link| (link, u64::MAX));
    let mut kept: Vec<LinkId> = Vec::new();
    for (link, left) in removed.chain(outside) {
        let is_elsewhere = state
            .open_incidents()
            .any(|i| i.id != incident.id && i.links_in_scope().contains(link));
        if scope.contains(link) || kept.contains(link) || is_elsewhere {
            continue;
        }
        let mut about = state.statements_about(&incident.id, audience);
        let ended = |s: &Issued| {
            let phase = |l: &SaidLine| match l.reads.get(Phase::PATH) {
                Some(Value::State(p)) => Phase::from_token(p).is_some_and(Phase::is_over),
                _ => false,
            };
            s.statement.lines().iter().any(phase)
        };
        let told = about.find_map(|s| {
            if ended(s) {
                return Some(false);
            }
            (s.seq < left && s.statement.lines().iter().any(|l| tells_trouble(l, link)))
                .then_some(true)
        });
        if told == Some(true) {
            kept.push(link.clone());
        }
    }
    kept
}

/// The lists whose members are told to be in trouble.
const TROUBLE: [&str; 7] = [
    "down",
    "degraded",
    "disrupted",
    "troubled",
    "partial",
    "group.down",
    "planned_down",
];

/// True when a line that was said tells of trouble with a link.
fn tells_trouble(line: &SaidLine, link: &str) -> bool {
    let is_told = matches!(line.element, Element::WhatHappened | Element::Affected);
    let lists = TROUBLE.iter().filter_map(|path| line.reads.get(*path));
    let names_it = |v: &Value| matches!(v, Value::List(all) if all.iter().any(|n| n.id == link));
    let is_for_it = line.it.as_deref().is_none_or(|it| it == link);
    is_told && is_for_it && lists.into_iter().any(names_it)
}

/// The causes that this audience was last told for a link in a statement on this incident or another that is not over,
/// where, and when: more than one where a channel or language has missed what others were told.
pub fn told_causes(
    state: &State,
    incident: &str,
    audience: &str,
    link: &str,
    reach: &Reach,
) -> Vec<(Value, u64, At)> {
    let path = format!("links.{link}.cause");
    let owned_up = format!("links.{link}.told_cause");
    let is_about = |i: &&Incident| {
        let had_it = i.steps.iter().any(|s| s.added.iter().any(|l| l == link));
        i.id == incident || had_it && i.is_unfinished()
    };
    let incidents = state.incidents.values().filter(is_about);
    let numbers: BTreeSet<u32> = incidents
        .flat_map(|i| i.statements.iter().copied())
        .collect();
    let issued = numbers
        .iter()
        .rev()
        .filter_map(|n| state.find_statement(*n));
    let theirs = issued.filter(|s| s.statement.audience == audience);
    reach.last_heard(theirs.filter_map(|s| {
        let lines = || s.statement.lines().iter();
        let mut said = lines().filter(|l| l.claims.contains(&path));
        if let Some(value) = said.find_map(|l| l.reads.get(&path)) {
            return Some((s, Some((value.clone(), s.seq, s.statement.as_of))));
        }
        // Once owned up to, it is over.
        let is_over = lines().any(|l| l.claims.contains(&owned_up));
        is_over.then_some((s, None))
    }))
}

/// The update that was promised to this audience in the last statement, and the event that did.
pub fn promised_update(state: &State, incident: &str, audience: &str) -> Option<(At, u64)> {
    let last = state.notices_about(incident, audience).next()?;
    Some((last.statement.next_update()?, last.seq))
}

/// A statement that rested on an entry which was taken back afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectionDue {
    /// The number of the statement.
    pub statement: u32,
    /// The number of the event that issued it.
    pub seq: u64,
    /// The moment whose facts it stated, UTC.
    pub as_of: At,
    /// The number of the event that took the entry back.
    pub retraction: u64,
    /// The link that the entry was about.
    pub link: Option<String>,
    /// It was a sentence that somebody wrote: who takes it back says that it should not have been said.
    pub is_by_hand: bool,
    /// The claims of the lines that rested on it, with the values said.
    pub said: Vec<(String, Value)>,
}

/// What this audience heard that rested on an entry which was taken back afterwards, and that no later statement has
/// owned up to wherever it was heard.
pub fn corrections_due(
    state: &State,
    incident: &str,
    audience: &str,
    reach: &Reach,
) -> Vec<CorrectionDue> {
    let mut found = Vec::new();
    for (entry, retraction) in &state.retracted {
        let owns_up = |s: &&Issued| {
            let mut lines = s.statement.lines().iter();
            s.seq > retraction.by
                && lines.any(|l| l.element == Element::Correction && l.is_about(incident))
        };
        let about = || state.statements_about(incident, audience);
        for issued in about() {
            if issued.seq > retraction.by || reach.is_covered(issued, about().filter(owns_up)) {
                continue;
            }
            let said = said_on_entry(issued, incident, *entry);
            if !said.is_empty() {
                found.push(CorrectionDue {
                    statement: issued.statement.number,
                    seq: issued.seq,
                    as_of: issued.statement.as_of,
                    retraction: retraction.by,
                    link: retraction.link.clone(),
                    is_by_hand: is_by_hand(issued, *entry),
                    said,
                });
            }
        }
    }
    found
}

/// True when a line of a statement is the sentence that this entry wrote.
fn is_by_hand(issued: &Issued, entry: u64) -> bool {
    let written = format!("{OWN}{entry}");
    let mut lines = issued.statement.lines().iter();
    lines.any(|l| l.id == written)
}

/// The claims of the lines of a statement on an incident that rest on an entry, with the values said.
fn said_on_entry(issued: &Issued, incident: &str, entry: u64) -> Vec<(String, Value)> {
    let lines = issued.statement.lines().iter();
    let resting = lines.filter(|l| l.events.contains(&entry) && l.is_about(incident));
    // What a line says by its words alone rests on the states that it read: "yes, it was moved".
    let is_said = |l: &SaidLine, path: &String, value: &Value| {
        l.claims.contains(path) || matches!(value, Value::State(_))
    };
    let said = resting.flat_map(|l| l.reads.iter().filter(move |(p, v)| is_said(l, p, v)));
    said.map(|(path, value)| (path.clone(), value.clone()))
        .collect()
}
