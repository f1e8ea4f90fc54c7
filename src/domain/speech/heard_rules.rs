//! The rules of the gate about what people heard before, and about the text as one: what no longer holds is owned up to,
//! a promise in force is never denied, and what is said of one link is not left open for another. It decides nothing
//! about words.

use crate::domain::base::lang::Lang;
use crate::domain::base::value::{Named, Value};
use crate::domain::config::line::Element;
use crate::domain::facts::catalogue::entry_path;
use crate::domain::facts::fact::Facts;
use crate::domain::facts::history::CHANGED_WINDOWS;
use crate::domain::record::rendition::{Placed, Rendition};
use crate::domain::speech::draft::{Draft, DraftLine};
use crate::domain::speech::finding::{Finding, finding_on_rendition};
use crate::domain::speech::in_force::subject_of_entry;

/// What has to be owned up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwedCorrection {
    /// The fact that the correction has to print: what people heard.
    pub printed: String,
    /// What it is about, for staff.
    pub what: String,
}

fn named_entries(facts: &Facts, path: &str) -> Vec<Named> {
    match facts.value(path) {
        Some(Value::List(all)) => all.clone(),
        _ => Vec::new(),
    }
}

/// The lists of promises that came out otherwise than told.
const CHANGED_PROMISES: [&str; 3] = ["promises.slipped", "promises.missed", "promises.withdrawn"];

/// Lists of links of which something told holds no more: the list, the fact of the link that has it, and what was told.
const TOLD_OF_LINKS: [(&str, &str, &str); 4] = [
    ("recaused", "told_cause", "the cause on {} that was told"),
    (
        "unrestored",
        "told_restored_at",
        "that {} was told to be restored",
    ),
    (
        "left_work",
        "told_work_at",
        "that the announced work was told to include {}",
    ),
    (
        "back_in_work",
        "told_left_at",
        "that the announced work was told not to include {}",
    ),
];

fn owed_of_links(facts: &Facts) -> impl Iterator<Item = OwedCorrection> {
    let windows =
        CHANGED_WINDOWS.map(|list| (list, "told_window", "the repair window of {} that was told"));
    let lists = windows.into_iter().chain(TOLD_OF_LINKS);
    lists.flat_map(|(list, told, what)| {
        let links = named_entries(facts, list).into_iter();
        links.map(move |n| OwedCorrection {
            printed: format!("links.{}.{told}", n.id),
            what: what.replace("{}", &n.id),
        })
    })
}

/// What this audience heard that holds no more and has not been told.
pub fn owed_corrections(facts: &Facts) -> Vec<OwedCorrection> {
    let voided = named_entries(facts, "voided").into_iter();
    let voided = voided.map(|n| OwedCorrection {
        printed: match format!("{}.window", entry_path(&n.id)) {
            window if facts.known_fact(&window).is_some() => window,
            _ => format!("{}.quote", entry_path(&n.id)),
        },
        what: format!("a sentence that was told (statement {})", &n.id[1..]),
    });
    let promises = CHANGED_PROMISES
        .iter()
        .flat_map(|p| named_entries(facts, p));
    let promises = promises.map(|n| OwedCorrection {
        printed: format!("{}.told_due", entry_path(&n.id)),
        what: format!("promise {} ({})", n.id, n.names.get_or_any(Lang::USUAL)),
    });
    let mut owed: Vec<OwedCorrection> =
        owed_of_links(facts).chain(voided).chain(promises).collect();
    if matches!(facts.value("corrections"), Some(Value::Count(n)) if *n > 0) {
        owed.push(OwedCorrection {
            printed: "corrected_statement_at".into(),
            what: "something wrong that was told".into(),
        });
    }
    if facts.known_fact("late_update").is_some() {
        owed.push(OwedCorrection {
            printed: "late_update".into(),
            what: "the update that was promised and is late".into(),
        });
    }
    owed
}

/// The lines of a rendition that are about these facts, each with its place.
fn lines_about<'a>(
    draft: &'a Draft,
    r: &'a Rendition,
    facts: &'a Facts,
) -> impl Iterator<Item = (&'a DraftLine, &'a Placed)> {
    let placed = r.placed.iter();
    let lines = placed.filter_map(|p| Some((draft.lines.get(p.line)?, p)));
    lines.filter(|(line, _)| facts.incidents.iter().any(|i| line.said.is_about(i)))
}

fn prints(placed: &Placed, path: &str) -> bool {
    placed.spans.iter().any(|s| s.path == path)
}

/// True when a correction in this rendition prints the old value.
fn corrects(draft: &Draft, r: &Rendition, facts: &Facts, printed: &str) -> bool {
    lines_about(draft, r, facts)
        .any(|(line, p)| line.said.element == Element::Correction && prints(p, printed))
}

/// True when a rendition that has no room for each says which told dates have changed, all at once.
pub(super) fn says_in_sum(draft: &Draft, r: &Rendition) -> bool {
    let mut placed = r.placed.iter();
    placed.any(|p| {
        let line = draft.lines.get(p.line);
        line.is_some_and(|l| l.sums_up && l.said.element == Element::Correction)
    })
}

/// The same of all that was told and holds no more, whatever it is.
fn says_all_in_sum(draft: &Draft, r: &Rendition) -> bool {
    let mut placed = r.placed.iter().filter_map(|p| draft.lines.get(p.line));
    placed.any(|l| l.sums_up && l.is_least && l.said.element == Element::Correction)
}

/// What this audience heard and what holds no more is owned up to, with the old value printed. A short channel may say
/// in sum which dates have changed when the whole text of the same statement prints each.
pub(super) fn owns_up(draft: &Draft, r: &Rendition, is_whole: bool, findings: &mut Vec<Finding>) {
    for facts in draft.all_facts() {
        for owed in owed_corrections(facts) {
            let in_whole = || {
                let mut others = draft.renditions.iter();
                others.any(|o| {
                    o.lang == r.lang
                        && o.channel != r.channel
                        && o.placed.len() >= r.placed.len()
                        && corrects(draft, o, facts, &owed.printed)
                })
            };
            let is_date =
                owed.printed.contains(".told_window") || owed.printed.contains(".told_due");
            let is_summed_up = says_all_in_sum(draft, r) || is_date && says_in_sum(draft, r);
            let is_in_sum = !is_whole && is_summed_up && in_whole();
            // A short channel has no room for the sentence: it says of which notice it was.
            let is_pointed_out = owed.printed.strip_suffix(".quote").is_some_and(|entry| {
                let at = format!("{entry}.told_at");
                !is_whole && corrects(draft, r, facts, &at) && in_whole()
            });
            // Being late is owned up to where people read at length; no SMS says it.
            let is_too_small = !is_whole && owed.printed == "late_update";
            if !is_too_small
                && !is_in_sum
                && !is_pointed_out
                && !corrects(draft, r, facts, &owed.printed)
            {
                let what = format!(
                    "no line owns up to {}: the playbook needs a line with `element: correction` for {} that prints {}",
                    owed.what, r.channel, owed.printed
                );
                findings.push(finding_on_rendition("owning-up", r, what));
            }
        }
    }
}

/// A promise in force is denied nowhere, and the whole texts say it again.
pub(super) fn keeps_its_word(
    draft: &Draft,
    r: &Rendition,
    is_whole: bool,
    findings: &mut Vec<Finding>,
) {
    for facts in draft.all_facts() {
        for promise in named_entries(facts, "promises.in_force") {
            let path = entry_path(&promise.id);
            let Some(Value::State(kind)) = facts.value(&format!("{path}.kind")) else {
                continue;
            };
            let mut denying = lines_about(draft, r, facts);
            if let Some((line, _)) = denying.find(|(l, _)| l.denies.contains(kind)) {
                let what = format!(
                    "line \"{}\" is said in place of promise {} ({kind}), which is in force",
                    line.said.id, promise.id
                );
                findings.push(finding_on_rendition("in-force", r, what));
            }
            let told = format!("{path}.told_due");
            let subject = subject_of_entry(facts, &promise.id);
            let makes_it = |l: &DraftLine| {
                let mut all = l.promise.iter().chain(&l.also);
                all.any(|p| p.kind == *kind && p.subject == subject)
            };
            let is_said =
                lines_about(draft, r, facts).any(|(l, p)| makes_it(l) || prints(p, &told));
            if is_whole && !is_said {
                let what = format!(
                    "promise {} ({kind}) is in force and is not said again: the playbook needs a line for each of promises.in_force that prints its told_due",
                    promise.id
                );
                findings.push(finding_on_rendition("in-force", r, what));
            }
        }
    }
}

/// Lists of what does not work as it should; a text about these says what happened.
const WRONG: [&str; 3] = ["troubled", "regions.affected", "services.affected"];

/// True when something in this incident does not work as it should.
pub fn is_anything_wrong(facts: &Facts) -> bool {
    let is_full =
        |path: &&str| matches!(facts.value(path), Some(Value::List(all)) if !all.is_empty());
    WRONG.iter().any(is_full)
}

/// A date or a cause for one link leaves no other without its own, or its "not known"; and a text says what happened.
pub(super) fn speaks_of_each(draft: &Draft, r: &Rendition, findings: &mut Vec<Finding>) {
    for facts in draft.all_facts() {
        let topics = [
            (Element::Outlook, ".window", "no_window", "a date"),
            (Element::Cause, ".cause", "without_cause", "a cause"),
        ];
        for (element, field, without, what) in topics {
            let says = |(line, p): &(&DraftLine, &Placed)| {
                line.said.element == element
                    && p.spans
                        .iter()
                        .any(|s| s.path.starts_with("links.") && s.path.ends_with(field))
            };
            if !lines_about(draft, r, facts).any(|l| says(&l)) {
                continue;
            }
            let is_printed = |path| lines_about(draft, r, facts).any(|(_, p)| prints(p, path));
            let is_outlook = element == Element::Outlook;
            let names_others = is_printed(without) || is_outlook && is_printed("open_ended");
            let others = named_entries(facts, without);
            // What we promised to bring back has an end.
            let ours = named_entries(facts, "promised_back");
            let is_named = |n: &Named| {
                if is_outlook && ours.iter().any(|o| o.id == n.id) {
                    return true;
                }
                lines_about(draft, r, facts).any(|(l, _)| {
                    l.said.element == Element::Correction && l.said.it.as_ref() == Some(&n.id)
                })
            };
            let unsaid = others.iter().find(|n| !names_others && !is_named(n));
            if let Some(other) = unsaid {
                let what = format!(
                    "it gives {what} for one link and says nothing of {}",
                    other.id
                );
                findings.push(finding_on_rendition("for-each", r, what));
            }
        }
    }
    let tells = |p: &Placed| {
        let element = draft.lines.get(p.line).map(|l| l.said.element);
        matches!(
            element,
            Some(Element::Correction | Element::WhatHappened | Element::Affected)
        )
    };
    let is_notice = draft.text.is_none();
    if is_notice && draft.all_facts().any(is_anything_wrong) && !r.placed.iter().any(tells) {
        let what = "it does not say what happened".to_owned();
        findings.push(finding_on_rendition("empty", r, what));
    } else if is_notice && r.placed.iter().all(|p| is_frame(draft, p)) {
        let what = "it tells nothing: there is nothing to say yet".to_owned();
        findings.push(finding_on_rendition("empty", r, what));
    }
}

/// True for a line that says only who speaks, where to look, when there is more, and sorry.
fn is_frame(draft: &Draft, placed: &Placed) -> bool {
    use Element::{Apology, Contact, Greeting, NextUpdate, Title};
    let element = draft.lines.get(placed.line).map(|l| l.said.element);
    matches!(
        element,
        Some(Title | Greeting | Contact | Apology | NextUpdate)
    )
}
