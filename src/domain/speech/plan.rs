//! The order in which a reader gets the chosen lines, and the one title of a text. It chooses no other line and no word.

use crate::domain::base::value::Value;
use crate::domain::config::channel::Channel;
use crate::domain::config::line::Element;
use crate::domain::speech::draft::{DraftLine, Texted};
use crate::domain::speech::role::Role;

/// The places of a text, in reading order. What people feel opens a full text, before the reason for it and before news of
/// dates; a short text has no room for both, and begins with the news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Head(Element),
    Warning,
    Lead(Gravity),
    Correction,
    LeadAfterNews(Gravity),
    Body(Element),
}

/// What a line says that people are without: the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Gravity {
    Loss,
    Measured,
    Possible,
    Over,
}

fn gravity_of(line: &DraftLine) -> Gravity {
    let reads = |paths: &[&str]| paths.iter().any(|p| names_some(line, p));
    let is_over = line.said.claims.iter().any(|c| c == "stable_since");
    match line.said.element {
        Element::WhatHappened if is_over => Gravity::Over,
        Element::WhatHappened => Gravity::Loss,
        _ if reads(&["regions.down", "services.down"]) => Gravity::Loss,
        _ if line.said.claims.iter().any(|c| c.ends_with(".possible")) => Gravity::Possible,
        _ => Gravity::Measured,
    }
}

/// True when a line rests on a list that names something.
fn names_some(line: &DraftLine, path: &str) -> bool {
    matches!(line.said.reads.get(path), Some(Value::List(all)) if !all.is_empty())
}

/// True for a line that says which regions or services are out.
pub(super) fn is_loss(line: &DraftLine) -> bool {
    line.role == Role::Lead
        && line.said.element == Element::Affected
        && gravity_of(line) == Gravity::Loss
}

/// True for a line that says what people may feel, and nobody has measured.
pub(super) fn is_foreseen(line: &DraftLine) -> bool {
    line.role == Role::Lead && gravity_of(line) == Gravity::Possible
}

/// Puts lines, given by number, into the order in which this channel says them. Lines of one place stay as they are.
pub(super) fn order_lines(channel: &Channel, chosen: &[usize], lines: &[DraftLine]) -> Vec<usize> {
    let has_lead = chosen.iter().any(|i| lines[*i].role == Role::Lead);
    let mut ordered = chosen.to_vec();
    ordered.sort_by_key(|i| place_of(&lines[*i], channel.is_full(), has_lead));
    ordered
}

fn place_of(line: &DraftLine, is_full: bool, has_lead: bool) -> Place {
    match (line.role, line.said.element) {
        // Nobody has measured or foreseen an effect: then what is broken comes before what we own up to.
        (Role::Ordinary, Element::WhatHappened) if is_full && !has_lead => {
            Place::Lead(Gravity::Measured)
        }
        (_, head @ (Element::Title | Element::Greeting)) => Place::Head(head),
        (Role::Warning, _) => Place::Warning,
        // A loss that nobody has been told of goes before everything but a warning.
        (Role::Lead, _) if is_full || line.is_untold && is_loss(line) => {
            Place::Lead(gravity_of(line))
        }
        (Role::Lead, _) => Place::LeadAfterNews(gravity_of(line)),
        (Role::Ordinary, Element::Correction) => Place::Correction,
        (Role::Ordinary, element) => Place::Body(element),
    }
}

/// True for the words that a letter greets with.
pub(super) fn is_salutation(line: &DraftLine) -> bool {
    line.said.element == Element::Greeting && is_formula(line)
}

/// True for a greeting or leave that tells nothing.
fn is_formula(line: &DraftLine) -> bool {
    let is_frame = matches!(line.said.element, Element::Greeting | Element::Contact);
    let tells = |c: &String| c == "as_of" || c.starts_with("contacts.");
    is_frame && !line.said.claims.iter().any(tells)
}

/// True where a letter begins a new paragraph: it speaks of something else, or greets, or takes its leave.
pub(super) fn begins_paragraph(before: &DraftLine, line: &DraftLine) -> bool {
    let topic = |l: &DraftLine| match (l.role, l.said.element) {
        (Role::Warning, _) => 1,
        (_, Element::Title) => 0,
        (_, Element::Greeting | Element::WhatHappened | Element::Affected | Element::Since) => 2,
        (_, Element::Correction) => 3,
        (_, Element::Cause | Element::Action | Element::Outlook) => 4,
        (_, Element::Advice) => 5,
        (_, Element::NextUpdate) => 6,
        (_, Element::Apology | Element::Contact) => 7,
    };
    topic(before) != topic(line)
        || is_formula(before)
        || is_formula(line)
        || before.said.incident != line.said.incident
}

/// Leaves the first title of an incident: in a playbook the news stands before the state.
pub(super) fn keep_first_title<T>(
    lines: &mut Vec<(DraftLine, T)>,
    is_for_several: impl Fn(&DraftLine) -> bool,
) {
    let mut has_title = false;
    lines.retain(|(line, _)| {
        let is_title = line.said.element == Element::Title && !is_for_several(line);
        let is_second = is_title && has_title;
        has_title |= is_title;
        !is_second
    });
}

/// Leaves one apology of a text, whatever number of incidents it is about: the one for the most that people are without.
/// People in danger are told how to be safe, and no "inconvenience".
pub(super) fn leave_one_apology(lines: &mut Vec<DraftLine>, texts: &mut Vec<Texted>) {
    let in_danger = lines.iter().any(|l| l.role == Role::Warning);
    let is_apology = |l: &DraftLine| l.said.element == Element::Apology;
    let all = lines.iter().enumerate().filter(|(_, l)| is_apology(l));
    let gravest = all.rev().max_by_key(|(_, l)| count_named(l));
    let kept = gravest.map(|(i, _)| i).filter(|_| !in_danger);
    let all = lines.drain(..).zip(texts.drain(..)).enumerate();
    let left = all.filter(|(i, (line, _))| !is_apology(line) || Some(*i) == kept);
    let left: Vec<_> = left.map(|(_, said)| said).collect();
    (*lines, *texts) = left.into_iter().unzip();
}

/// How many things the lists name that a line rests on.
fn count_named(line: &DraftLine) -> usize {
    let lists = line.said.reads.values().map(|value| match value {
        Value::List(all) => all.len(),
        _ => 0,
    });
    lists.sum()
}
