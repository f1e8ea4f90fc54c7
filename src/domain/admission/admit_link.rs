//! Whether a report about links may enter the record: the links are known, the times possible, the causes listed.
//! Does not judge whether the report is true.

use crate::domain::admission::names::{check_link, check_party};
use crate::domain::admission::refusal::Refusal;
use crate::domain::admission::times::{check_past, check_window};
use crate::domain::admission::wording::check_text;
use crate::domain::base::decimal::Share;
use crate::domain::base::link::{LinkState, SourceKind};
use crate::domain::base::next_step::NextStep;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::base::time::At;
use crate::domain::facts::world::{AdoptedConfig, World};
use crate::domain::network::authority::{self, Word};
use crate::domain::record::link_event::{LinkEvent, LinkReported};

pub(super) fn admit_link(world: World<'_>, event: &LinkEvent, now: At) -> Result<(), Refusal> {
    match event {
        LinkEvent::LinkReported(report) => {
            check_report(world.books, report, now)?;
            check_whose_window(world, report, now)
        }
        LinkEvent::Reconfirmed {
            links,
            source,
            said_at,
            ..
        } => {
            for id in links {
                check_link(world.books, id)?;
            }
            check_party(world.books, source)?;
            if source.kind == SourceKind::Estimate {
                return Err(Refusal::new(
                    "an estimate confirms nothing",
                    "name who looked again: --source own-check, monitoring, field-team or cable-operator",
                ));
            }
            check_past("the time of saying", *said_at, now)
        }
    }
}

fn check_report(books: &AdoptedConfig, r: &LinkReported, now: At) -> Result<(), Refusal> {
    check_link(books, &r.link)?;
    check_party(books, &r.source)?;
    check_past("the time of saying", r.said_at, now)?;
    check_authority(r)?;
    check_operator(books, r)?;
    check_share(r)?;
    if let Some(since) = r.since {
        check_past("the start", since.at, now)?;
    }
    if let Some(w) = &r.window {
        check_window(w, books.workspace.zone)?;
    }
    if let Some(note) = &r.note {
        check_text("note", note)?;
    }
    if let Some(fault) = &r.fault {
        check_text("kind of fault", fault)?;
    }
    check_listed(books, "causes", r.cause.as_deref())?;
    check_listed(books, "reasons", r.reason.as_deref())
}

/// Refuses what this source may not say.
fn check_authority(r: &LinkReported) -> Result<(), Refusal> {
    let kind = r.source.kind;
    let is_of_operator = kind == SourceKind::CableOperator;
    let words = [
        r.state
            .filter(|s| *s != LinkState::Up)
            .map(|_| Word::Trouble),
        r.capacity_left.map(|_| Word::Share),
        r.work.map(|_| Word::of_work(kind)),
        r.confirmed.then_some(Word::Cause),
        r.window.map(|_| Word::of_window(kind)),
        r.window_withdrawn.then_some(Word::WindowWithdrawn),
    ];
    let Some(word) = words
        .into_iter()
        .flatten()
        .find(|w| !authority::may_set(kind, *w))
    else {
        return Ok(());
    };
    let mut allowed = authority::sources_that_set(word).to_vec();
    if !is_of_operator && matches!(word, Word::OurWork | Word::OurWindow) {
        allowed.push(SourceKind::CableOperator);
    }
    let allowed: Vec<&str> = allowed.iter().map(|k| k.token()).collect();
    Err(Refusal::new(
        format!("{}: {kind} may not say {}", r.link, word.label()),
        format!("who said it? --source {}", allowed.join(" or ")),
    ))
}

/// Refuses the word of the operator of another link.
fn check_operator(books: &AdoptedConfig, r: &LinkReported) -> Result<(), Refusal> {
    let link = books.network.find_link(&r.link);
    let own = link.and_then(|l| l.operator.as_ref());
    match (own, &r.source.party) {
        (Some(own), Some(party)) if own != party => Err(Refusal::new(
            format!("{} is run by {own}, and not by {party}", r.link),
            format!("who said it? --source cable-operator:{own}"),
        )),
        _ => Ok(()),
    }
}

/// Refuses a share of capacity that the state beside it denies.
fn check_share(r: &LinkReported) -> Result<(), Refusal> {
    let (Some(left), Some(state)) = (r.capacity_left, r.state) else {
        return Ok(());
    };
    let fits = match state {
        LinkState::Up => left == Share::FULL,
        LinkState::Down | LinkState::PlannedDown => left == Share::NONE,
        LinkState::Degraded | LinkState::Unstable => left != Share::NONE,
        LinkState::AtRisk | LinkState::Unreported => true,
    };
    match fits {
        true => Ok(()),
        false => Err(Refusal::new(
            format!(
                "{}: {state} does not go with {} % of its capacity",
                r.link,
                left.percent()
            ),
            "which of the two is so? degraded has a part of it, down none, up all",
        )),
    }
}

/// Refuses dates of our own over those that the operator gave and that still stand: they would be told as having slipped.
fn check_whose_window(world: World<'_>, r: &LinkReported, now: At) -> Result<(), Refusal> {
    let is_ours = r.window.is_some() && r.source.kind != SourceKind::CableOperator;
    let reports = world.state.reports_on(&r.link).iter().rev();
    let mut words = reports.filter(|o| o.said.window.is_some() || o.said.window_withdrawn);
    let Some(standing) = words.next().filter(|_| is_ours) else {
        return Ok(());
    };
    let is_theirs = standing.said.source.kind == SourceKind::CableOperator;
    let zone = world.books.workspace.zone;
    let window = standing.said.window.filter(|_| is_theirs);
    if window.is_none_or(|w| w.latest.ends_at(zone) <= now) {
        return Ok(());
    }
    Err(Refusal::new(
        format!(
            "{}: the operator's repair window stands, and only its word moves it",
            r.link
        ),
        "who said it? --source cable-operator",
    ))
}

/// Refuses a key that the catalogue of this name does not have.
fn check_listed(books: &AdoptedConfig, what: &str, key: Option<&str>) -> Result<(), Refusal> {
    let Some(key) = key else { return Ok(()) };
    let list = books.workspace.find_catalogue(what);
    if list.is_some_and(|l| l.contains_key(key)) {
        return Ok(());
    }
    let known: Vec<&str> = list
        .into_iter()
        .flat_map(|l| l.keys().map(String::as_str))
        .collect();
    let place = if what == "causes" {
        "causes:"
    } else {
        "catalogues: reasons:"
    };
    Err(Refusal::new(
        format!(
            "\"{key}\" is not listed under `{place}` in saydo.yaml{}",
            suggest_nearest(key, known.iter().copied())
        ),
        NextStep::AdoptFiles.after(format!(
            "known: {}. What customers see comes from the catalogue: add it there with a text per language, then: ",
            known.join(", ")
        )),
    ))
}
