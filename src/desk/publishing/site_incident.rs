//! One incident as a site shows it in full. It lays no page out.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::publishing::outlet_message::bounds_of;
use crate::desk::publishing::site_components::named;
use crate::desk::publishing::site_outline::{Course, Outline};
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::time::{At, When};
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::config::playbook::Playbook;
use crate::domain::config::promise_kind::{Per, PromisedBy};
use crate::domain::facts::world::World;
use crate::domain::ledger::verdict::JudgedPromise;
use crate::domain::record::body::BodyError;
use crate::domain::record::rendition::SaidLine;
use crate::domain::record::statement::StatementIssued;
use crate::domain::speech::page_status::{Impact, PageStatus, phase_by_clock, stated_phase};
use crate::domain::state::incident::{Incident, Issued, PlaybookRef};
use crate::render::jinja::JinjaEvaluator;
use crate::render::site::{self, Notice, Part, Promised};
use crate::store::files;

pub(in crate::desk) fn part(world: World<'_>, (track, state): &Course) -> Part {
    // That there is no reserve is for staff.
    let shown = |state: &str| if state == "at-risk" { "up" } else { state }.to_owned();
    let bars = track.bars.iter().map(|b| (b.from, b.to, shown(&b.state)));
    Part {
        names: world.books.network.names_of(&track.id),
        bars: bars.collect(),
        state: shown(state.token()),
        id: track.id.clone(),
    }
}

fn uncached_statement(issued: &Issued) -> Issued {
    let mut own = issued.clone();
    own.statement.body = issued.statement.body.without_cache();
    own
}

/// What a playbook calls its incidents. Those of incidents that ended long ago are not read with the others.
pub(in crate::desk) fn title_of(world: World<'_>, pinned: &PlaybookRef) -> Option<Texts> {
    if let Some(playbook) = world.books.find_playbook(pinned) {
        return Some(playbook.file.title.clone());
    }
    let read = |digest: &String| files::adopted_playbook(world.state.texts.get(digest)?).ok();
    let own = read(&pinned.digest)?;
    let base = pinned.base.as_ref().and_then(read);
    Some(Playbook::build_on_base(base.as_ref(), &own).file.title)
}

/// An incident laid out in full.
pub(in crate::desk) fn one(
    world: World<'_>,
    evaluator: &JinjaEvaluator,
    o: &Outline<'_>,
    channel: Option<&str>,
    now: At,
    usual: &(dyn Fn(&PlaybookRef) -> Option<Texts> + Sync),
) -> Result<site::Incident, BodyError> {
    let (incident, zone) = (o.incident, world.books.workspace.zone);
    let langs = &world.books.workspace.languages;
    // What is read of one incident is not kept while the next is laid out.
    let said: Vec<Issued> = o.said.iter().map(|s| uncached_statement(s)).collect();
    let notices = said.iter().map(|s| notice(s, incident, langs, channel));
    let notices = notices.collect::<Result<Vec<Notice>, BodyError>>()?;
    let issued = said.last();
    let last = issued.map(|s| &s.statement);
    let is_open = incident.is_open();
    let status = match last.filter(|_| is_open) {
        // Announced work begins by the clock.
        Some(s) => {
            let phase = phase_by_clock(s, incident, now, zone);
            PageStatus::from_statement(s, incident, &phase).to_string()
        }
        None => {
            let last = notices.last().map(|n| n.status.as_str());
            last.unwrap_or("investigating").to_owned()
        }
    };
    Ok(site::Incident {
        id: incident.id.clone(),
        is_open,
        title: title_in(langs, incident, last, usual)?,
        began: o.began,
        closed: incident.closed.as_ref().map(|c| c.at),
        updated: o.updated,
        status,
        impact: impact_of(world, evaluator, o, issued).to_string(),
        planned: incident.planned.map(|w| bounds_of(&w, zone)),
        window: last.and_then(|s| window(s, &incident.id, zone)),
        next_update: last.and_then(StatementIssued::next_update),
        areas: last
            .map(|s| named_regions(s, &incident.id))
            .unwrap_or_default(),
        notices,
        promises: o.promises.iter().map(|e| promise(world, e)).collect(),
        scope: o.scope.iter().map(|t| part(world, t)).collect(),
    })
}

/// What an incident is called: by its last statement, else as its playbook calls its incidents.
fn title_in(
    langs: &[Lang],
    incident: &Incident,
    last: Option<&StatementIssued>,
    usual: &(dyn Fn(&PlaybookRef) -> Option<Texts> + Sync),
) -> Result<Texts, BodyError> {
    let mut name = Texts::default();
    for lang in langs {
        let own = last.map(|s| s.title_in(*lang)).transpose()?.flatten();
        let usual = || {
            let title = usual(&incident.playbook);
            title.map_or_else(|| incident.id.clone(), |t| t.get_or_any(*lang).to_owned())
        };
        name.insert(*lang, own.unwrap_or_else(usual));
    }
    Ok(name)
}

fn impact_of(
    world: World<'_>,
    evaluator: &JinjaEvaluator,
    o: &Outline<'_>,
    issued: Option<&Issued>,
) -> Impact {
    let incident = o.incident;
    if let Some(issued) = issued.filter(|_| incident.is_open()) {
        // As it stood at the last notice: what was recorded since has not been said.
        let past = world.state.state_until(issued.seq, &incident.id);
        let then = World {
            state: &past,
            books: world.books,
            condition: None,
        };
        let audience = &issued.statement.audience;
        let facts = crate::domain::facts::reported::derive_reported_facts(
            then,
            &incident.id,
            audience,
            o.updated,
            evaluator,
        );
        facts.map_or(Impact::Minor, |f| Impact::from_facts(&f))
    } else if incident.planned.is_some() {
        Impact::Maintenance
    } else {
        let had = |word: &str| {
            o.scope
                .iter()
                .flat_map(|(t, _)| &t.bars)
                .any(|b| b.state == word)
        };
        if had("down") {
            Impact::Major
        } else {
            Impact::Minor
        }
    }
}

pub(in crate::desk) fn notice(
    s: &Issued,
    incident: &Incident,
    langs: &[Lang],
    channel: Option<&str>,
) -> Result<Notice, BodyError> {
    let st = &s.statement;
    let wanted = channel.unwrap_or("web");
    let mut texts = Texts::default();
    let mut unknown: BTreeMap<Lang, Vec<String>> = BTreeMap::new();
    for lang in langs {
        let own = match st.find_rendition(wanted, *lang)? {
            Some(own) => Some(own),
            None => {
                let theirs = st.body.select_renditions(None, Some(*lang))?.into_iter();
                theirs.max_by_key(|r| r.placed.len())
            }
        };
        let Some(r) = own else {
            continue;
        };
        texts.insert(*lang, r.text.clone());
        for p in &r.placed {
            let is_unknown = st.lines().get(p.line).is_some_and(says_unknown);
            if is_unknown && let Some(text) = r.text.get(p.start..p.end) {
                unknown.entry(*lang).or_default().push(text.to_owned());
            }
        }
    }
    Ok(Notice {
        number: st.number,
        at: s.at,
        status: PageStatus::from_statement(st, incident, &stated_phase(st, incident)).to_string(),
        texts,
        unknown,
        digest: st.digest.clone(),
    })
}

/// A sentence that says that something is not known: it rests on that, or stands where a cause or an outlook would and
/// names none.
fn says_unknown(line: &SaidLine) -> bool {
    let names = |ends: &[&str]| {
        line.claims.iter().any(|c| {
            ends.iter()
                .any(|e| c.ends_with(e) || c.starts_with("promise"))
        })
    };
    let is_there = matches!(line.element, Element::Cause | Element::Outlook);
    (is_there && !line.unknown.is_empty() && line.claims.is_empty() && line.promise.is_none())
        || (line.element == Element::Cause && !names(&["cause"]))
        || (line.element == Element::Outlook
            && line.promise.is_none()
            && !names(&[
                "window",
                "due",
                "planned",
                "planned_end",
                "work_until",
                "back_by",
            ]))
}

pub(in crate::desk) fn promise(world: World<'_>, e: &JudgedPromise<'_>) -> Promised {
    let p = e.promise;
    let mut dues: Vec<At> = Vec::new();
    for d in p.dues.iter().filter(|d| d.statement.is_some()) {
        let ends = crate::domain::ledger::kept::end_of_due(world, d);
        if dues.last() != Some(&ends) {
            dues.push(ends);
        }
    }
    if dues.is_empty() {
        dues.push(e.ends);
    }
    let told = p.last_told_due().unwrap_or(p.current_due());
    Promised {
        number: p.made.number,
        kind: p.made.promise.clone(),
        names: p.made.names.clone(),
        about: p
            .made
            .subject
            .as_ref()
            .filter(|s| world.books.network.has_entry(s))
            .map(|s| world.books.network.names_of(s))
            .unwrap_or_default(),
        after: p
            .made
            .statement
            .filter(|_| p.made.per == Some(Per::Statement)),
        ours: p.made.by == PromisedBy::Us,
        day: matches!(told.due, When::Day(_)),
        dues,
        standing: e.standing.token().to_owned(),
        kept: e.kept.as_ref().map(|k| k.at),
    }
}

/// The repair window that a statement names: from the earliest, if one is named, to the latest.
pub(in crate::desk) fn window(
    s: &StatementIssued,
    incident: &str,
    zone: chrono_tz::Tz,
) -> Option<(Option<At>, At)> {
    let mut found: Option<(Option<At>, At)> = None;
    for line in s.lines().iter().filter(|l| l.is_about(incident)) {
        for (path, value) in &line.reads {
            if let Value::Window(w) = value
                && path.ends_with(".window")
                && line.claims.contains(path)
            {
                let end = w.latest.ends_at(zone);
                let begin = w.earliest.map(|e| e.begins_at(zone));
                found = Some(match found {
                    None => (begin, end),
                    Some((b, e)) => (b.into_iter().chain(begin).min(), e.max(end)),
                });
            }
        }
    }
    found
}

fn named_regions(s: &StatementIssued, incident: &str) -> Vec<Texts> {
    let mut seen = BTreeSet::new();
    named(s, incident, "region")
        .filter(|n| seen.insert(n.id.clone()))
        .map(|n| n.names.clone())
        .collect()
}
