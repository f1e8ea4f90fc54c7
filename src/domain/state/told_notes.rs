//! What an audience was told by a noted fact, sentence by sentence. It does not know what is so now.

use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::record::rendition::SaidLine;
use crate::domain::state::fold::State;
use crate::domain::state::incident::Issued;
use crate::domain::state::reach::Reach;

/// A sentence that rested on a noted fact.
#[derive(Debug, Clone, PartialEq)]
pub struct ToldNote<'a> {
    pub issued: &'a Issued,
    /// The line, counted in the lines of the statement from 0.
    pub line: usize,
    /// The value by which it was said.
    pub value: Value,
}

impl ToldNote<'_> {
    /// The mark by which lists know it: the number of the statement and the place of the line.
    pub fn mark(&self) -> String {
        mark_of(self.issued.statement.number, self.line)
    }
}

fn mark_of(statement: u32, line: usize) -> String {
    format!("@{statement}-{line}")
}

/// The value of a noted fact by which a line was said, where the line tells it: printed, asserted, printed of what it was
/// noted for, or said in words that rest on states alone. A condition beside that is no claim.
fn value_told(line: &SaidLine, name: &str, is_noted: &dyn Fn(&str) -> bool) -> Option<Value> {
    let value = line.reads.get(name)?;
    let below = format!("noted.{name}.");
    let is_claimed = line
        .claims
        .iter()
        .any(|c| c == name || c.starts_with(&below));
    let mut others = line.reads.keys().filter(|path| *path != name);
    let is_bare = line.claims.is_empty()
        && !others.any(|path| is_noted(path))
        && line.element != Element::Correction
        && matches!(value, Value::State(_));
    let is_said = !matches!(line.element, Element::Title | Element::NextUpdate);
    (is_said && (is_claimed || is_bare)).then(|| value.clone())
}

/// The sentences by which this audience was last told a noted fact of an incident, until a statement has owned up to them:
/// more than one where a channel or language has missed what others were told.
pub fn told_notes<'a>(
    state: &'a State,
    incident: &'a str,
    audience: &'a str,
    name: &str,
    is_noted: &dyn Fn(&str) -> bool,
    reach: &Reach,
) -> Vec<ToldNote<'a>> {
    let about = state.statements_about(incident, audience);
    let said = about.filter_map(|issued| {
        let lines = issued.statement.lines().iter().enumerate();
        let mut own = lines.filter(|(_, l)| l.is_about(incident));
        let told = own.clone().find_map(|(line, l)| {
            let value = value_told(l, name, is_noted)?;
            Some(ToldNote {
                issued,
                line,
                value,
            })
        });
        let mut is_ended = || own.any(|(_, l)| takes_back(state, l, name, is_noted));
        match told {
            Some(told) => Some((issued, Some(told))),
            None => is_ended().then_some((issued, None)),
        }
    });
    let mut found: Vec<ToldNote<'a>> = Vec::new();
    for told in reach.last_heard(said) {
        let words = |t: &ToldNote<'_>| {
            (
                t.issued.statement.lines()[t.line].id.clone(),
                t.value.clone(),
            )
        };
        if !found.iter().any(|f| words(f) == words(&told)) {
            found.push(told);
        }
    }
    found
}

/// True for a correction of a sentence that told this fact.
fn takes_back(state: &State, line: &SaidLine, name: &str, is_noted: &dyn Fn(&str) -> bool) -> bool {
    let mark = line.it.as_deref().and_then(|it| it.strip_prefix('@'));
    let Some((statement, place)) = mark.and_then(|m| m.split_once('-')) else {
        return false;
    };
    let (statement, place) = (statement.parse().ok(), place.parse::<usize>().ok());
    let told = statement.and_then(|n| state.find_statement(n));
    let told = told
        .zip(place)
        .and_then(|(s, at)| s.statement.lines().get(at));
    line.element == Element::Correction
        && told.is_some_and(|l| value_told(l, name, is_noted).is_some())
}
