//! The status site for programs: the JSON files of the Statuspage API (version 2), and one of our own with promises. Does not
//! decide what a status is.

use chrono::SecondsFormat;
use serde_json::{Value as Json, json};

use crate::domain::base::lang::Lang;
use crate::domain::base::parallel;
use crate::domain::base::time::{At, When, to_rfc3339};
use crate::domain::speech::page_status::{Impact, PageStatus};
use crate::domain::speech::shown_state::{ShownState, foreign_token};
use crate::render::page_error::PageError;
use crate::render::site::banner::make_banner;
use crate::render::site::calendar::is_announced_anew;
use crate::render::site::feed::mark_drill;
use crate::render::site::page_frame::situation_in_words;
use crate::render::site::view::{
    Component, Due, Incident, MOST, Notice, Planned, SiteView, Tree, last_day_before, short_id,
};
use crate::render::site::words::page_word;

fn format_time(at: At) -> String {
    // Statuspage writes milliseconds and UTC.
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Adds all JSON files to the tree.
///
/// # Errors
/// When one cannot be written as JSON.
pub fn insert_json_files(view: &SiteView, tree: &mut Tree) -> Result<(), PageError> {
    let mut parts: Vec<Option<Lang>> = view.langs.iter().copied().map(Some).collect();
    parts.push(None);
    let made = parallel::map_slice(&parts, 2, |part| match part {
        Some(lang) => in_one(view, *lang),
        None => own_files(view),
    });
    for part in made {
        tree.extend(part?);
    }
    Ok(())
}

fn own_files(view: &SiteView) -> Result<Tree, PageError> {
    let name = "api/saydo/v1/status.json".to_owned();
    Ok(Tree::from([(name, json_line(&own_json(view))?)]))
}

/// Work that has not begun, at the time for which it was announced last.
fn is_upcoming(view: &SiteView, i: &Incident) -> bool {
    i.is_open && i.status == PageStatus::Scheduled || is_moved_ahead(view, i)
}

/// Work that was moved, is to come, and was not announced for its new time by a notice of its own.
fn is_moved_ahead(view: &SiteView, i: &Incident) -> bool {
    let moved = i.planned.as_ref().and_then(|p| p.moved_to);
    let is_anew = moved.is_some_and(|to| is_announced_anew(view, i, to));
    i.is_moved_ahead() && !is_anew
}

/// A JSON value as a file of one line.
fn json_line(value: &Json) -> Result<Vec<u8>, PageError> {
    let mut bytes = serde_json::to_vec(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// The files of the Statuspage API in a language.
fn in_one(view: &SiteView, lang: Lang) -> Result<Tree, PageError> {
    let is_work = |i: &Incident| i.planned.is_some();
    let newest = |take: usize, wanted: &dyn Fn(&Incident) -> bool| -> Vec<Json> {
        let all = view.incidents.iter().rev().filter(|i| wanted(i));
        all.take(take)
            .map(|i| incident_json(view, i, lang))
            .collect()
    };
    let all = usize::MAX;
    let incidents = newest(MOST, &|i| !is_work(i));
    let unresolved = newest(all, &|i| !is_work(i) && i.is_open && !i.status.is_over());
    let works = newest(MOST, &is_work);
    let upcoming = newest(all, &|i| is_work(i) && is_upcoming(view, i));
    let active = newest(all, &|i| {
        let token = i.status.foreign_token();
        is_work(i) && i.is_open && matches!(token, "in_progress" | "verifying")
    });
    let pending: Vec<Json> = active.iter().chain(&upcoming).cloned().collect();
    let numbered = view.components.iter().enumerate();
    let components: Vec<Json> = numbered
        .map(|(n, c)| component_json(view, c, n, lang))
        .collect();
    let (page, status) = (page_json(view, lang), status_json(view, lang));
    let files = [
        (
            "summary.json",
            json!({ "page": page, "components": components, "incidents": unresolved, "scheduled_maintenances": pending, "status": status }),
        ),
        ("status.json", json!({ "page": page, "status": status })),
        (
            "components.json",
            json!({ "page": page, "components": components }),
        ),
        (
            "incidents.json",
            json!({ "page": page, "incidents": incidents }),
        ),
        (
            "incidents/unresolved.json",
            json!({ "page": page, "incidents": unresolved }),
        ),
        (
            "scheduled-maintenances.json",
            json!({ "page": page, "scheduled_maintenances": works }),
        ),
        (
            "scheduled-maintenances/upcoming.json",
            json!({ "page": page, "scheduled_maintenances": upcoming }),
        ),
        (
            "scheduled-maintenances/active.json",
            json!({ "page": page, "scheduled_maintenances": active }),
        ),
    ];
    let folder = format!("{}api/v2/", view.folder_of(lang));
    let file = |(name, value): (&str, Json)| Ok((format!("{folder}{name}"), json_line(&value)?));
    files.into_iter().map(file).collect()
}

fn page_json(view: &SiteView, lang: Lang) -> Json {
    json!({
        "id": short_id(view, "page"),
        "name": mark_drill(view, lang, view.names.get_or_any(lang)),
        "url": view.base_url.clone().unwrap_or_default(),
        "time_zone": view.zone.name(),
        "updated_at": view.updated.map_or_else(|| format_time(At::UNIX_EPOCH), format_time),
    })
}

fn status_json(view: &SiteView, lang: Lang) -> Json {
    let rank = |i: &Incident| match i.impact {
        Impact::Critical => 4,
        Impact::Major => 3,
        Impact::Minor => 2,
        Impact::Maintenance if i.status.foreign_token() == "in_progress" => 1,
        Impact::Maintenance | Impact::None => 0,
    };
    let is_felt = |i: &&Incident| i.is_open && !i.status.is_over();
    let worst = view.incidents.iter().filter(is_felt).map(rank).max();
    // Work of ours under which something fails is an outage like any other.
    let felt = view.components.iter().filter(|c| c.kind != "link");
    let shown = felt.filter_map(|c| match c.state {
        Some(ShownState::Down) => Some(3),
        Some(ShownState::Degraded) => Some(2),
        _ => None,
    });
    let shown = shown.max();
    let description = match shown > worst {
        true => make_banner(view, lang).text,
        false => situation_in_words(view, lang),
    };
    let worst = worst.max(shown);
    let indicator = match worst.unwrap_or(0) {
        4 => "critical",
        3 => "major",
        2 => "minor",
        1 => "maintenance",
        _ => "none",
    };
    json!({ "indicator": indicator, "description": mark_drill(view, lang, &description) })
}

fn component_json(view: &SiteView, c: &Component, position: usize, lang: Lang) -> Json {
    let made = view.first.unwrap_or(At::UNIX_EPOCH);
    json!({
        "id": short_id(view, &format!("{} {}", c.kind, c.id)),
        "name": c.names.get_or_any(lang),
        "status": foreign_token(c.state),
        "created_at": format_time(made),
        "updated_at": view.updated.map_or_else(|| format_time(At::UNIX_EPOCH), format_time),
        "position": position + 1,
        "description": describe_component(c, lang),
        "showcase": false,
        "start_date": Json::Null,
        "group_id": Json::Null,
        "page_id": short_id(view, "page"),
        "group": false,
        "only_show_if_degraded": false,
    })
}

/// What the five states of this format cannot say, in words; none where they say it.
fn describe_component(c: &Component, lang: Lang) -> Option<&'static str> {
    let state = c.state?;
    let is_foreign = matches!(
        state,
        ShownState::PossiblyAffected | ShownState::NotReported | ShownState::AtRisk
    );
    is_foreign.then(|| page_word(&format!("describe_{state}"), lang))
}

fn update_json(view: &SiteView, i: &Incident, n: &Notice, lang: Lang) -> Json {
    let is_last = i.notices.last().is_some_and(|last| last.number == n.number);
    let affected = is_last.then(|| affected_json(view, i, lang));
    json!({
        "id": short_id(view, &format!("notice {}", n.number)),
        "status": n.status.foreign_token(),
        "body": n.texts.get_or_any(lang),
        "incident_id": short_id(view, &i.id),
        "created_at": format_time(n.at),
        "updated_at": format_time(n.at),
        "display_at": format_time(n.at),
        // States of earlier notices are not kept: better none than those of today.
        "affected_components": affected,
        "deliver_notifications": true,
        "custom_tweet": Json::Null,
        "tweet_id": Json::Null,
    })
}

/// True when an incident is about a component: a link of its scope, or a region or service that its notice names.
fn is_about(i: &Incident, c: &Component) -> bool {
    match c.kind.as_str() {
        "link" => i.scope.iter().any(|p| p.id == c.id),
        _ => i.riders.contains(&c.id),
    }
}

fn affected_json(view: &SiteView, i: &Incident, lang: Lang) -> Vec<Json> {
    let is_first = i.notices.len() == 1;
    let all = view.components.iter().filter(|c| is_about(i, c));
    all.map(|c| {
        let now = foreign_token(c.state);
        json!({
            "code": short_id(view, &format!("{} {}", c.kind, c.id)),
            "name": c.names.get_or_any(lang),
            // Before the first notice nothing was said of it.
            "old_status": if is_first { foreign_token(None) } else { now },
            "new_status": now,
        })
    })
    .collect()
}

fn incident_json(view: &SiteView, i: &Incident, lang: Lang) -> Json {
    let first = |status: PageStatus| {
        i.notices
            .iter()
            .find(|n| n.status == status && !n.is_taken_back)
            .map(|n| format_time(n.at))
    };
    let components: Vec<Json> = view
        .components
        .iter()
        .enumerate()
        .filter(|(_, c)| is_about(i, c))
        .map(|(n, c)| component_json(view, c, n, lang))
        .collect();
    let updates: Vec<Json> = i
        .notices
        .iter()
        .rev()
        .map(|n| update_json(view, i, n, lang))
        .collect();
    let created = i.notices.first().map_or(i.began.at, |n| n.at);
    let ended = i.closed.filter(|_| !i.has_lost_its_end());
    let resolved_at = ended
        .map(format_time)
        .or_else(|| first(PageStatus::Resolved));
    let mut value = json!({
        "id": short_id(view, &i.id),
        "name": mark_drill(view, lang, i.title.get_or_any(lang)),
        "status": if is_moved_ahead(view, i) { "scheduled" } else { i.foreign_status() },
        "created_at": format_time(created),
        "updated_at": format_time(i.updated),
        "started_at": format_time(i.began.at),
        "monitoring_at": first(PageStatus::Monitoring),
        "resolved_at": resolved_at,
        "impact": i.impact,
        "shortlink": view.url_of(&format!("{}incidents/{}.html", view.folder_of(lang), i.id)),
        "page_id": short_id(view, "page"),
        "incident_updates": updates,
        "components": components,
        "reminder_intervals": Json::Null,
    });
    if let Some((from, to)) = i.planned.as_ref().map(|p| p.moved_to.unwrap_or(p.bounds)) {
        value["scheduled_for"] = format_time(from).into();
        value["scheduled_until"] = format_time(to).into();
    }
    value
}

/// Our own format: the notices in every language, the promises and their outcomes.
fn own_json(view: &SiteView) -> Json {
    let incidents: Vec<Json> = view
        .incidents
        .iter()
        .rev()
        .filter(|i| i.is_open)
        .chain(view.incidents.iter().rev().filter(|i| !i.is_open).take(MOST))
        .map(|i| {
            json!({
                "id": i.id,
                "open": i.is_open,
                "title": i.title,
                "status": i.status,
                "impact": i.impact,
                "began": to_rfc3339(i.began.at),
                "closed": i.closed.map(to_rfc3339),
                "planned": i.planned.as_ref().map(|p| planned_json(view, p)),
                "next_update": i.next_update.map(to_rfc3339),
                "scope": i.scope.iter().map(|p| json!({ "id": p.id, "names": p.names })).collect::<Vec<_>>(),
                "notices": i.notices.iter().map(|n| json!({
                    "number": n.number, "issued_at": to_rfc3339(n.at), "status": n.status, "taken_back": n.is_taken_back, "texts": n.texts, "digest": n.digest,
                })).collect::<Vec<_>>(),
                "promises": i.promises.iter().map(|p| json!({
                    "number": p.number, "kind": p.kind, "names": p.names, "about": p.about, "ours": p.ours,
                    "due": p.dues.last().map(|d| format_due(view, d)),
                    "said_before": p.dues.iter().rev().skip(1).map(|d| format_due(view, d)).collect::<Vec<_>>(),
                    "standing": p.standing, "kept_at": p.kept.map(to_rfc3339),
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "format": "saydo-status/2",
        "organisation": view.names,
        "zone": view.zone.name(),
        "drill": view.drill,
        "updated": view.updated.map(to_rfc3339),
        "components": view.components.iter().map(|c| json!({ "id": c.id, "kind": c.kind, "names": c.names, "state": c.state.map_or("no-notice", ShownState::token), "noticed": c.state.is_some() })).collect::<Vec<_>>(),
        "incidents": incidents,
    })
}

/// A due time; a promised day is a day, since nobody promised an hour of it.
fn format_due(view: &SiteView, due: &Due) -> String {
    match due.is_day {
        true => last_day_before(due.at, view.zone).to_string(),
        false => to_rfc3339(due.at),
    }
}

/// The hours of announced work as they were given: days stay days.
fn planned_json(view: &SiteView, planned: &Planned) -> Json {
    let when = |when: When, at: At| match when {
        When::Day(day) => day.to_string(),
        When::At(_) => to_rfc3339(at),
    };
    let (from, to) = planned.bounds;
    let earliest = planned.window.earliest.unwrap_or(planned.window.latest);
    let span = |(from, to): (At, At)| json!({ "from": to_rfc3339(from), "to": to_rfc3339(to) });
    json!({
        "from": when(earliest, from),
        "to": when(planned.window.latest, to),
        "zone": view.zone.name(),
        "moved_to": planned.moved_to.map(span),
    })
}
