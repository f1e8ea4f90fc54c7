//! What an audience was told about announced work: whether it stands, whether it interrupts service, whether it is done.
//! It reads statements alone, so that nothing shows before it was said.

use crate::domain::base::phase::Phase;
use crate::domain::base::time::{At, Window};
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::record::rendition::SaidLine;
use crate::domain::record::statement::StatementIssued;
use crate::domain::state::incident::Incident;

/// Whether announced work takes place when it was announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Arrangement {
    #[default]
    Stands,
    /// To another time, or to one that is not known yet.
    Moved,
    Cancelled,
}

impl Arrangement {
    /// What the noted word `arrangement` means.
    pub fn from_word(word: &str) -> Arrangement {
        match word {
            "moved" => Arrangement::Moved,
            "cancelled" => Arrangement::Cancelled,
            _ => Arrangement::Stands,
        }
    }

    /// The phase of work that does not take place as announced.
    pub fn phase(self) -> Option<Phase> {
        match self {
            Arrangement::Stands => None,
            Arrangement::Moved => Some(Phase::Moved),
            Arrangement::Cancelled => Some(Phase::Cancelled),
        }
    }
}

/// What announced work does to service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToldImpact {
    /// No interruption is expected.
    Nothing,
    /// An interruption for a part of the window.
    Short,
    /// An interruption all through the window.
    Full,
    /// None was announced, and it was owned up since that there is one.
    AfterAll,
}

/// What stands as told about announced work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ToldWork {
    pub arrangement: Arrangement,
    /// When it was moved to, where that was said.
    pub moved_to: Option<Window>,
    /// None when nothing was said.
    pub impact: Option<ToldImpact>,
    /// When it ends by our own word, where that was moved since it was announced; by the ledger.
    pub until: Option<At>,
    /// Whether the crew's word that it is done was passed on; none when no statement looked for one.
    pub is_done: Option<bool>,
}

impl ToldWork {
    /// What these statements on an incident, the newest first, leave standing.
    pub fn from_statements<'a>(
        newest_first: impl Iterator<Item = &'a StatementIssued> + Clone,
        incident: &'a str,
    ) -> ToldWork {
        let lines = newest_first.map(move |s| {
            // The same words for two incidents went by the facts of the first.
            let is_own = move |l: &&SaidLine| l.incident.as_deref().is_none_or(|i| i == incident);
            s.lines().iter().filter(is_own).collect::<Vec<_>>()
        });
        let word = |path: &str| newest_word(lines.clone(), path);
        let arrangement = word("arrangement").flatten();
        let arrangement =
            arrangement.map_or_else(Arrangement::default, |w| Arrangement::from_word(&w));
        let moved_to = || newest_window(lines.clone(), "moved_to");
        ToldWork {
            arrangement,
            moved_to: (arrangement == Arrangement::Moved).then(moved_to).flatten(),
            until: None,
            impact: lines.clone().find_map(|l| told_impact(&l)),
            is_done: word("work_done").map(|w| w.as_deref() == Some("yes")),
        }
    }
}

/// What these statements, the newest first, leave standing of the announced work of an incident; nothing of a fault.
pub fn told_work<'a>(
    newest_first: impl Iterator<Item = &'a StatementIssued> + Clone,
    incident: &'a Incident,
) -> ToldWork {
    match incident.planned {
        Some(_) => ToldWork::from_statements(newest_first, &incident.id),
        None => ToldWork::default(),
    }
}

/// The word that the newest statement which looked at it went by: `Some(None)` when that statement found it unknown.
fn newest_word<'a>(
    statements: impl Iterator<Item = Vec<&'a SaidLine>>,
    path: &str,
) -> Option<Option<String>> {
    for lines in statements {
        let read = lines.iter().find_map(|l| match l.reads.get(path) {
            Some(Value::State(word)) => Some(word.clone()),
            _ => None,
        });
        let is_unknown = || lines.iter().any(|l| l.unknown.iter().any(|u| u == path));
        if read.is_some() || is_unknown() {
            return Some(read);
        }
    }
    None
}

/// The window that the newest statement which looked for it named; none when that one found it unknown.
fn newest_window<'a>(
    mut statements: impl Iterator<Item = Vec<&'a SaidLine>>,
    path: &str,
) -> Option<Window> {
    let found = statements.find_map(|lines| {
        let read = lines.iter().find_map(|l| match l.reads.get(path) {
            Some(Value::Window(window)) => Some(*window),
            _ => None,
        });
        let is_unknown = || lines.iter().any(|l| l.unknown.iter().any(|u| u == path));
        (read.is_some() || is_unknown()).then_some(read)
    });
    found.flatten()
}

/// What a statement says of the impact; none when it says nothing of it.
fn told_impact(lines: &[&SaidLine]) -> Option<ToldImpact> {
    let word = |element: Element| {
        let mut own = lines.iter().filter(move |l| l.element == element);
        own.find_map(|l| match l.reads.get("impact") {
            Some(Value::State(word)) => Some(word.as_str()),
            _ => None,
        })
    };
    // A correction that goes by the impact owns up that it was otherwise.
    if word(Element::Correction).is_some() {
        return Some(ToldImpact::AfterAll);
    }
    match word(Element::Affected)? {
        "none" => Some(ToldImpact::Nothing),
        "short" => Some(ToldImpact::Short),
        "full" => Some(ToldImpact::Full),
        _ => None,
    }
}

#[cfg(test)]
#[path = "told_work_tests.rs"]
mod told_work_tests;
