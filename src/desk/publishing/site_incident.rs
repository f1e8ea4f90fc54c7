//! One incident as a site shows it in full. It lays no page out.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::publishing::current_incidents::merged_into;
use crate::desk::publishing::outlet_message::bounds_of;
use crate::desk::publishing::site_outline::{Course, Outline};
use crate::desk::publishing::told_states::named_in;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::phase::Phase;
use crate::domain::base::time::{At, When, Window};
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::config::playbook::Playbook;
use crate::domain::config::promise_kind::{Per, PromisedBy};
use crate::domain::facts::world::World;
use crate::domain::ledger::owed_facts::corrections_of;
use crate::domain::ledger::verdict::{JudgedPromise, PromiseStatus, told_end_of_work};
use crate::domain::record::body::BodyError;
use crate::domain::record::rendition::SaidLine;
use crate::domain::record::statement::StatementIssued;
use crate::domain::speech::page_status::{Impact, PageStatus, phase_by_clock, stated_phase};
use crate::domain::state::fold::State;
use crate::domain::state::incident::{Incident, Issued, PlaybookRef};
use crate::domain::state::told_work::{Arrangement, ToldWork, told_work};
use crate::render::jinja::JinjaEvaluator;
use crate::render::site::{self, Area, Due, Notice, Part, Planned, Promised};
use crate::store::files;

pub(in crate::desk) fn part(world: World<'_>, (track, state): &Course) -> Part {
    let bars = track.bars.iter().map(|b| (b.from, b.to, b.state.clone()));
    Part {
        names: world.books.network.names_of(&track.id),
        bars: bars.collect(),
        state: *state,
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
    let reader = NoticeReader { o, langs, zone };
    let notices = said.iter().map(|s| reader.read(s, channel));
    let notices = notices.collect::<Result<Vec<Notice>, BodyError>>()?;
    let issued = said.last();
    let last = issued.map(|s| &s.statement);
    let audience = last.map_or("", |s| s.audience.as_str());
    let told = ToldWork {
        until: told_end_of_work(world, &incident.id, audience),
        ..told_work(said.iter().rev().map(|s| &s.statement), incident)
    };
    let is_current = o.ended.is_none();
    let status = match issued.filter(|_| is_current) {
        // Announced work begins by the clock.
        Some(s) => reader.status_at(s, &told, now),
        None => last_standing_status(&notices),
    };
    Ok(site::Incident {
        id: incident.id.clone(),
        is_open: is_current,
        title: title_in(o, langs, &said, usual)?,
        began: o.began,
        closed: o.ended,
        merged_into: merged_into(world.state, incident).map(|other| other.id.clone()),
        updated: o.updated,
        status,
        impact: impact_of(world, evaluator, o, issued, told.arrangement),
        planned: incident
            .planned
            .map(|window| planned_work(window, &told, zone, now)),
        window: last.and_then(|s| window(s, &incident.id, zone)),
        next_update: last.and_then(StatementIssued::next_update),
        areas: last.map(|s| named_regions(s, incident)).unwrap_or_default(),
        riders: last.map(|s| named_riders(s, incident)).unwrap_or_default(),
        notices,
        promises: o.promises.iter().map(|e| promise(world, e, now)).collect(),
        scope: o.scope.iter().map(|t| part(world, t)).collect(),
    })
}

/// Announced work as it was told: with its new end, and where it was moved to.
fn planned_work(window: Window, told: &ToldWork, zone: chrono_tz::Tz, now: At) -> Planned {
    let window = match told.until {
        Some(end) => Window {
            latest: When::At(end),
            ..window
        },
        None => window,
    };
    let moved_to = told.moved_to.map(|to| bounds_of(&to, zone));
    Planned {
        window,
        bounds: bounds_of(&window, zone),
        moved_window: told.moved_to,
        moved_to,
        is_moved_ahead: moved_to.is_some_and(|(from, _)| from > now),
        impact: told.impact,
    }
}

/// The status of an incident that is over: that of the last notice whose ground stands.
fn last_standing_status(notices: &[Notice]) -> PageStatus {
    let mut all = notices.iter().rev();
    let standing = all.find(|n| !n.is_taken_back).or(notices.last());
    standing.map_or(PageStatus::Open, |n| n.status)
}

/// What an incident is called: by its last statement with a title whose ground stands, else as its playbook calls its
/// incidents. A notice that said "restored" by a report that was taken back names nothing any more.
fn title_in(
    o: &Outline<'_>,
    langs: &[Lang],
    said: &[Issued],
    usual: &(dyn Fn(&PlaybookRef) -> Option<Texts> + Sync),
) -> Result<Texts, BodyError> {
    let stands = |s: &&Issued| {
        let mut lines = s.statement.lines().iter();
        !lines.any(|l| l.element == Element::Title && o.rests_on_nothing(s, l))
    };
    let last = said.iter().rev().find(stands).map(|s| &s.statement);
    let incident = o.incident;
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
    arrangement: Arrangement,
) -> Impact {
    let incident = o.incident;
    if arrangement != Arrangement::Stands {
        return Impact::None;
    }
    let Some(issued) = issued.filter(|_| o.ended.is_none()) else {
        return impact_of_past(o, issued);
    };
    // As it stood at the last notice: what was recorded since has not been said.
    let past = world.state.state_until(issued.seq, &incident.id);
    let then = World {
        state: &past,
        books: world.books,
        condition: None,
    };
    let facts = crate::domain::facts::reported::derive_reported_facts(
        then,
        &incident.id,
        &issued.statement.audience,
        o.updated,
        evaluator,
    );
    facts.map_or(Impact::Minor, |f| Impact::from_facts(&f))
}

fn impact_of_past(o: &Outline<'_>, last: Option<&Issued>) -> Impact {
    let phase = last.map(|s| stated_phase(&s.statement, o.incident));
    let mut bars = o.scope.iter().flat_map(|(t, _)| &t.bars);
    if o.incident.planned.is_some() {
        Impact::Maintenance
    } else if phase == Some(Phase::NoFault) {
        Impact::None
    } else if bars.any(|b| b.state == "down") {
        Impact::Major
    } else {
        Impact::Minor
    }
}

/// Reads the notices of one incident.
struct NoticeReader<'a> {
    o: &'a Outline<'a>,
    langs: &'a [Lang],
    zone: chrono_tz::Tz,
}

impl NoticeReader<'_> {
    fn read(&self, s: &Issued, channel: Option<&str>) -> Result<Notice, BodyError> {
        let st = &s.statement;
        let wanted = channel.unwrap_or("web");
        let mut texts = Texts::default();
        let mut unknown: BTreeMap<Lang, Vec<String>> = BTreeMap::new();
        let mut lead: BTreeMap<Lang, Vec<String>> = BTreeMap::new();
        for lang in self.langs {
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
            for p in r.distinct_places() {
                let line = st.lines().get(p.line);
                let opens = lead.entry(*lang).or_default();
                if opens.len() < LEAD
                    && line.is_some_and(|l| !is_head(l))
                    && let Some(text) = r.text.get(p.start..p.end)
                {
                    opens.push(text.to_owned());
                }
                let is_unknown = line.is_some_and(says_unknown);
                if is_unknown && let Some(text) = r.text.get(p.start..p.end) {
                    unknown.entry(*lang).or_default().push(text.to_owned());
                }
            }
        }
        let told = told_work(std::iter::once(st), self.o.incident);
        Ok(Notice {
            number: st.number,
            at: s.at,
            status: self.status_at(s, &told, st.as_of),
            is_taken_back: self.o.taken_back.contains_key(&st.number),
            texts,
            lead,
            unknown,
            digest: st.digest.clone(),
        })
    }

    /// The status of the incident as a notice has it at a moment. That it works again is not so by a report that was
    /// taken back.
    fn status_at(&self, s: &Issued, told: &ToldWork, now: At) -> PageStatus {
        let (incident, st) = (self.o.incident, &s.statement);
        let phase = phase_by_clock(st, incident, told, now, self.zone);
        let status = PageStatus::from_statement(st, incident, phase);
        let claims_end = status.is_over()
            || matches!(
                status,
                PageStatus::Monitoring | PageStatus::Verifying | PageStatus::ResolvedHere
            );
        let mut lines = st.lines().iter();
        let is_void =
            lines.any(|l| l.reads.contains_key(Phase::PATH) && self.o.rests_on_nothing(s, l));
        match (claims_end && is_void, incident.planned) {
            (false, _) => status,
            (true, None) => PageStatus::Open,
            (true, Some(_)) => PageStatus::Overrunning,
        }
    }
}

/// How many sentences of a notice stand on a card, before it is opened.
const LEAD: usize = 2;

/// True for the title and the greetings of a notice.
fn is_head(line: &SaidLine) -> bool {
    matches!(line.element, Element::Title | Element::Greeting)
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

pub(in crate::desk) fn promise(world: World<'_>, e: &JudgedPromise<'_>, now: At) -> Promised {
    let p = e.promise;
    let mut dues: Vec<Due> = Vec::new();
    let incident = p
        .incident
        .as_ref()
        .and_then(|i| world.state.incidents.get(i));
    let planned = incident.and_then(|i| i.planned).map(|w| w.latest);
    let zone = world.books.workspace.zone;
    for d in p.dues.iter().filter(|d| d.statement.is_some()) {
        let at = crate::domain::ledger::kept::end_of_due(world, d);
        // The end of work that was announced by days is a day.
        let by_days = planned.filter(|p| matches!(p, When::Day(_)));
        let is_end = by_days.is_some_and(|p| p.ends_at(zone) == at);
        let due = Due {
            at,
            is_day: is_end || matches!(d.due, When::Day(_)),
        };
        if dues.last() != Some(&due) {
            dues.push(due);
        }
    }
    if dues.is_empty() {
        dues.push(Due {
            at: e.ends,
            is_day: matches!(p.current_due().due, When::Day(_)),
        });
    }
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
        dues,
        standing: standing_as_told(world.state, e, now).token().to_owned(),
        kept: e.kept.as_ref().map(|k| k.at),
    }
}

/// Where a promise stands as people were told: one that was taken back stands until a statement has said so.
fn standing_as_told(state: &State, e: &JudgedPromise<'_>, now: At) -> PromiseStatus {
    let is_untold = e.promise.withdrawn.as_ref().is_some_and(|taken| {
        let mut said = corrections_of(state, e.promise, taken.seq);
        taken.statement.is_none() && said.next().is_none()
    });
    match is_untold {
        true if e.ends <= now => PromiseStatus::Overdue,
        true => PromiseStatus::Open,
        false => e.standing,
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

/// The regions that a statement says are affected, or possibly so; never those that it says are not.
fn named_regions(s: &StatementIssued, incident: &Incident) -> Vec<Area> {
    let mut seen = BTreeSet::new();
    let named = named_in(s, &incident.id, "region").filter(|(path, _)| !is_spared(path));
    named
        .filter(|(_, n)| seen.insert(n.id.clone()))
        .map(|(path, n)| Area {
            names: n.names.clone(),
            is_possible: path.ends_with(".possible"),
        })
        .collect()
}

/// The identifiers of the regions and services that a statement says are affected, or possibly so.
fn named_riders(s: &StatementIssued, incident: &Incident) -> BTreeSet<String> {
    let all = ["region", "service"].into_iter();
    all.flat_map(|kind| named_in(s, &incident.id, kind))
        .filter(|(path, _)| !is_spared(path))
        .map(|(_, n)| n.id.clone())
        .collect()
}

fn is_spared(path: &str) -> bool {
    path.ends_with(".unaffected")
}
