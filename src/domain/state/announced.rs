//! What an audience was told about repair windows, and which statements rested on a retracted entry. Writes no correction.

use crate::domain::base::time::{At, Window};
use crate::domain::base::value::Value;
use crate::domain::state::fold::State;

/// A repair window as an audience last heard it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedWindow {
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

/// The window that this audience last heard for a link, unless we have since owned up that it passed.
pub fn told_window(state: &State, audience: &str, link: &str) -> Option<AnnouncedWindow> {
    let (now, then) = (
        format!("links.{link}.window"),
        format!("links.{link}.told_window"),
    );
    let places = state.windows_told.get(link).map(Vec::as_slice);
    for issued in places
        .unwrap_or_default()
        .iter()
        .rev()
        .filter_map(|at| state.statements.get(*at))
        .filter(|s| s.statement.audience == audience)
    {
        let says = |path: &str| {
            issued
                .statement
                .lines()
                .iter()
                .find(|l| l.claims.iter().any(|c| c == path))
        };
        if let Some(line) = says(&now)
            && let Some(Value::Window(window)) = line.reads.get(&now)
        {
            return Some(AnnouncedWindow {
                window: *window,
                statement: issued.statement.number,
                seq: issued.seq,
                as_of: issued.statement.as_of,
                party: line
                    .reads
                    .get(&format!("links.{link}.window_party"))
                    .cloned(),
            });
        }
        if says(&then).is_some() {
            return None;
        }
    }
    None
}

/// The update that was promised to this audience in the last statement, and the event that did.
pub fn promised_update(state: &State, incident: &str, audience: &str) -> Option<(At, u64)> {
    let last = state.statements_about(incident, audience).next()?;
    last.statement
        .lines()
        .iter()
        .find_map(|line| match line.reads.get("next_update") {
            Some(Value::Instant(m)) if line.claims.iter().any(|c| c == "next_update") => {
                Some((m.at, last.seq))
            }
            _ => None,
        })
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
    /// The claims of the lines that rested on it, with the values said.
    pub said: Vec<(String, Value)>,
}

/// Mistakes that this audience heard and that no later statement has owned up to.
pub fn corrections_due(state: &State, incident: &str, audience: &str) -> Vec<CorrectionDue> {
    let Some(last) = state.statements_about(incident, audience).next() else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (entry, retraction) in state.retracted.iter().filter(|(_, r)| r.by > last.seq) {
        for issued in state.statements_about(incident, audience) {
            let said: Vec<(String, Value)> = issued
                .statement
                .lines()
                .iter()
                .filter(|l| l.events.contains(entry) && l.is_about(incident))
                .flat_map(|l| {
                    l.claims
                        .iter()
                        .filter_map(|c| Some((c.clone(), l.reads.get(c)?.clone())))
                })
                .collect();
            if !said.is_empty() {
                found.push(CorrectionDue {
                    statement: issued.statement.number,
                    seq: issued.seq,
                    as_of: issued.statement.as_of,
                    retraction: retraction.by,
                    link: retraction.link.clone(),
                    said,
                });
                break;
            }
        }
    }
    found
}
