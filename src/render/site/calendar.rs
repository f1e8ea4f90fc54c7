//! A calendar of incidents and planned work, with the properties that operators use to exchange outages of circuits
//! (X-MAINTNOTE). Decides nothing about states.

use icalendar::{Calendar, Component as _, Event, Property};

use std::collections::BTreeSet;

use crate::domain::base::lang::Lang;
use crate::domain::base::link::LinkState;
use crate::domain::base::time::At;
use crate::domain::speech::page_status::PageStatus;
use crate::domain::state::told_work::ToldImpact;
use crate::render::site::feed::{mark_drill, permanent_urn};
use crate::render::site::view::{Incident, Notice, Part, Planned, SiteView, Tree, is_recent};
use crate::render::site::words::page_word;

/// Adds the calendar to the tree.
pub fn insert_calendar(view: &SiteView, tree: &mut Tree) {
    let lang = view.langs.first().copied().unwrap_or(Lang::USUAL);
    let mut calendar = Calendar::new();
    calendar.name(&format!(
        "{} – {}",
        page_word("title", lang),
        view.names.get_or_any(lang)
    ));
    for i in &view.incidents {
        let is_recent = i
            .closed
            .is_none_or(|c| view.updated.is_some_and(|u| is_recent(c, u)));
        if is_recent && let Some(event) = incident_event(view, i, lang) {
            calendar.push(event);
        }
    }
    tree.insert("calendar.ics".into(), calendar.to_string().into_bytes());
}

fn format_stamp(at: At) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// From when to when an event lasts, with a remark where its end is no end of the outage.
fn event_hours(view: &SiteView, i: &Incident, lang: Lang) -> (At, At, Option<&'static str>) {
    let began = i.began.at;
    let (from, to, remark) = match (&i.planned, i.closed, i.window) {
        (Some(work), ..) => {
            // Work that was moved stands at its new time, unless that was announced as work of its own.
            let moved = work.moved_to.filter(|to| !is_announced_anew(view, i, *to));
            let (from, to) = moved.unwrap_or(work.bounds);
            (from, to, None)
        }
        (None, Some(closed), _) => (began, closed, None),
        (None, None, Some((_, to))) => (began, to, None),
        (None, None, None) => (
            began,
            i.next_update.unwrap_or(i.updated),
            Some(page_word("no_window", lang)),
        ),
    };
    (from, to.max(from + chrono::Duration::minutes(1)), remark)
}

/// True when other work in the calendar is about the same links at this time.
pub(super) fn is_announced_anew(view: &SiteView, i: &Incident, bounds: (At, At)) -> bool {
    let links =
        |i: &Incident| -> BTreeSet<String> { i.scope.iter().map(|p| p.id.clone()).collect() };
    view.incidents.iter().any(|other| {
        let planned = other.planned.as_ref().map(|p| p.bounds);
        other.id != i.id && planned == Some(bounds) && links(other) == links(i)
    })
}

fn incident_event(view: &SiteView, i: &Incident, lang: Lang) -> Option<Event> {
    let last = i.notices.last()?;
    let (from, to, remark) = event_hours(view, i, lang);
    let mut e = Event::new();
    e.uid(permanent_urn(&view.record, &i.id).trim_start_matches("urn:uuid:"));
    let mut set = |name: &str, value: &str| {
        e.add_property(name, value);
    };
    set("DTSTAMP", &format_stamp(last.at));
    set("DTSTART", &format_stamp(from));
    set("DTEND", &format_stamp(to));
    set("SEQUENCE", &(i.notices.len() - 1).to_string());
    if let Some(status) = calendar_status(view, i) {
        set("STATUS", status);
    }
    let organisation = view.names.get_or_any(lang).to_owned();
    let provider = view
        .base_url
        .as_deref()
        .and_then(|u| u.split_once("://"))
        .and_then(|(_, rest)| rest.split(['/', ':']).next())
        .map_or_else(|| organisation.clone(), str::to_owned);
    set("X-MAINTNOTE-PROVIDER", &provider);
    set("X-MAINTNOTE-ACCOUNT", &organisation);
    set("X-MAINTNOTE-MAINTENANCE-ID", &i.id);
    set("X-MAINTNOTE-IMPACT", worst_impact(i));
    set("X-MAINTNOTE-STATUS", event_status(i));
    e.summary(&mark_drill(view, lang, i.title.get_or_any(lang)));
    e.description(&describe_event(i, last, lang, remark));
    if view.base_url.is_some() {
        e.url(&view.url_of(&format!("{}incidents/{}.html", view.folder_of(lang), i.id)));
    }
    for part in &i.scope {
        let mut object = Property::new("X-MAINTNOTE-OBJECT-ID", &part.id);
        object.add_parameter("X-MAINTNOTE-OBJECT-IMPACT", circuit_impact(part, i));
        e.append_multi_property(object);
    }
    Some(e)
}

/// The notice as issued, and what the properties cannot say.
fn describe_event(i: &Incident, last: &Notice, lang: Lang, remark: Option<&str>) -> String {
    let planned = i.planned.as_ref();
    let is_silent = planned.is_some_and(|p| p.impact.is_none()) && !i.status.is_over();
    let untold = is_silent.then(|| page_word("impact_untold", lang));
    let taken_back = last.is_taken_back.then(|| page_word("taken_back", lang));
    let mut text = last.texts.get_or_any(lang).to_owned();
    for more in taken_back.into_iter().chain(remark).chain(untold) {
        text = format!("{text}\n\n{more}");
    }
    text
}

/// The status of the event for calendars that know nothing of circuits: what does not take place then is struck out.
fn calendar_status(view: &SiteView, i: &Incident) -> Option<&'static str> {
    let moved_to = i.planned.as_ref().and_then(|p| p.moved_to);
    match i.status {
        PageStatus::Cancelled | PageStatus::Withdrawn => Some("CANCELLED"),
        PageStatus::Moved if moved_to.is_none_or(|to| is_announced_anew(view, i, to)) => {
            Some("CANCELLED")
        }
        _ => i.planned.is_some().then_some("CONFIRMED"),
    }
}

/// The impact on one circuit, in the words of the format, by what was told.
fn circuit_impact(part: &Part, i: &Incident) -> &'static str {
    match &i.planned {
        Some(work) => impact_of_work(part, i, work),
        None if i.status == PageStatus::Withdrawn => "NO-IMPACT",
        None => match part.state {
            LinkState::Down | LinkState::PlannedDown => "OUTAGE",
            LinkState::Degraded | LinkState::Unstable => "DEGRADED",
            LinkState::Up => "NO-IMPACT",
            // Of what nobody has reported on, neither an outage nor service.
            LinkState::AtRisk | LinkState::Unreported => "REDUCED-REDUNDANCY",
        },
    }
}

/// What announced work does to a circuit: what it was told to do, and past its hours what was reported.
fn impact_of_work(part: &Part, i: &Incident, work: &Planned) -> &'static str {
    let is_out = matches!(part.state, LinkState::Down | LinkState::PlannedDown);
    // What failed without being planned is an outage, whatever was expected.
    match part.state {
        LinkState::Down => return "OUTAGE",
        LinkState::Degraded | LinkState::Unstable => return "DEGRADED",
        _ => {}
    }
    match (i.status, work.impact) {
        (PageStatus::Cancelled, _) => "NO-IMPACT",
        (PageStatus::Moved, _) if work.moved_to.is_none() => "NO-IMPACT",
        (PageStatus::Overrunning, _) | (_, Some(ToldImpact::AfterAll)) if is_out => "OUTAGE",
        (_, Some(ToldImpact::Nothing)) => "NO-IMPACT",
        (_, Some(ToldImpact::AfterAll)) => "DEGRADED",
        (_, Some(ToldImpact::Short | ToldImpact::Full)) => "OUTAGE",
        // The format has to have a word and none for "nobody has said": the mildest that is no promise of service, since
        // what is worked on is no spare. The description says in words that nothing was said.
        (_, None) => "REDUCED-REDUNDANCY",
    }
}

fn rank(word: &str) -> u8 {
    match word {
        "OUTAGE" => 3,
        "DEGRADED" => 2,
        "REDUCED-REDUNDANCY" => 1,
        _ => 0,
    }
}

fn worst_impact(i: &Incident) -> &'static str {
    let all = i.scope.iter().map(|part| circuit_impact(part, i));
    all.max_by_key(|word| rank(word)).unwrap_or("NO-IMPACT")
}

/// The status in the words of the format, by what was told and, for announced work, the clock.
fn event_status(i: &Incident) -> &'static str {
    match i.status {
        PageStatus::Cancelled | PageStatus::Withdrawn => "CANCELLED",
        PageStatus::Moved => "RE-SCHEDULED",
        PageStatus::Completed | PageStatus::Resolved => "COMPLETED",
        PageStatus::Scheduled => "CONFIRMED",
        _ if !i.is_open && !i.has_lost_its_end() => "COMPLETED",
        _ => "IN-PROCESS",
    }
}
