//! A calendar of incidents and planned work, with the properties that operators use to exchange outages of circuits
//! (X-MAINTNOTE). Decides nothing about states.

use icalendar::{Calendar, Component as _, Event, Property};

use crate::domain::base::time::At;
use crate::render::site::feed::{mark_drill, permanent_urn};
use crate::render::site::view::{Incident, SiteView, Tree, is_recent};
use crate::render::site::words::page_word;

/// Adds the calendar to the tree.
pub fn insert_calendar(view: &SiteView, tree: &mut Tree) {
    let lang = view
        .langs
        .first()
        .copied()
        .unwrap_or(crate::domain::base::lang::Lang::USUAL);
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

fn incident_event(
    view: &SiteView,
    i: &Incident,
    lang: crate::domain::base::lang::Lang,
) -> Option<Event> {
    let last = i.notices.last()?;
    let (from, to, remark) = match (i.planned, i.closed, i.window) {
        (Some((from, to)), ..) => (from, to, None),
        (None, Some(closed), _) => (i.began, closed, None),
        (None, None, Some((_, to))) => (i.began, to, None),
        (None, None, None) => (
            i.began,
            i.next_update.unwrap_or(i.updated),
            Some(page_word("no_window", lang)),
        ),
    };
    let to = to.max(from + chrono::Duration::minutes(1));
    let mut e = Event::new();
    e.uid(permanent_urn(&view.record, &i.id).trim_start_matches("urn:uuid:"));
    let mut set = |name: &str, value: &str| {
        e.add_property(name, value);
    };
    set("DTSTAMP", &format_stamp(last.at));
    set("DTSTART", &format_stamp(from));
    set("DTEND", &format_stamp(to));
    set("SEQUENCE", &(i.notices.len() - 1).to_string());
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
    let text = last.texts.get_or_any(lang);
    let text = remark.map_or_else(|| text.to_owned(), |r| format!("{text}\n\n{r}"));
    e.description(&text);
    if view.base_url.is_some() {
        e.url(&view.url_of(&format!("{}incidents/{}.html", view.folder_of(lang), i.id)));
    }
    for part in &i.scope {
        let mut object = Property::new("X-MAINTNOTE-OBJECT-ID", &part.id);
        object.add_parameter("X-MAINTNOTE-OBJECT-IMPACT", circuit_impact(&part.state, i));
        e.append_multi_property(object);
    }
    Some(e)
}

/// The impact on one circuit, in the words of the format.
fn circuit_impact(state: &str, i: &Incident) -> &'static str {
    match state {
        "down" | "planned-down" => "OUTAGE",
        "degraded" | "unstable" => "DEGRADED",
        "at-risk" => "REDUCED-REDUNDANCY",
        _ if i.planned.is_some() => "OUTAGE",
        _ => "NO-IMPACT",
    }
}

fn worst_impact(i: &Incident) -> &'static str {
    let rank = |w: &str| match w {
        "OUTAGE" => 3,
        "DEGRADED" => 2,
        "REDUCED-REDUNDANCY" => 1,
        _ => 0,
    };
    i.scope
        .iter()
        .map(|p| circuit_impact(&p.state, i))
        .max_by_key(|w| rank(w))
        .unwrap_or("NO-IMPACT")
}

fn event_status(i: &Incident) -> &'static str {
    match (i.is_open, i.status.as_str()) {
        (false, _) | (_, "resolved" | "completed") => "COMPLETED",
        (_, "scheduled") => "CONFIRMED",
        _ => "IN-PROCESS",
    }
}
