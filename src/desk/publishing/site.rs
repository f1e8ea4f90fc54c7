//! What the status page shows, taken from the record: only incidents that something was issued about, in the words and the
//! states in which it was issued.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use serde::Serialize;

use crate::desk::{Desk, DeskError};
use crate::domain::base::digest::sha256;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::link::{LinkKind, LinkState};
use crate::domain::base::parallel as many;
use crate::domain::base::time::{At, When};
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::config::playbook::Playbook;
use crate::domain::config::promise_kind::{Per, PromisedBy};
use crate::domain::facts::world::World;
use crate::domain::ledger::verdict as ledger;
use crate::domain::ledger::verdict::Entry;
use crate::domain::network::entries::Effect;
use crate::domain::network::health::Condition;
use crate::domain::record::body::BodyError;
use crate::domain::record::rendition::SaidLine;
use crate::domain::record::statement::StatementIssued;
use crate::domain::review::incident_review::{Track, Walk};
use crate::domain::speech::page_status::{
    ComponentState, Impact, PageStatus, phase_by_clock, stated_phase,
};
use crate::domain::speech::points::ROLES;
use crate::domain::state::fold::State;
use crate::domain::state::incident::{Incident, Issued, Pinned};
use crate::domain::state::promise::Promise;
use crate::render::jinja::Jinja;
use crate::render::site::staff::Basis;
use crate::render::site::{self, Component, Notice, Part, Past, Promised, Role, View};
use crate::store::files;

/// So many incidents are worth threads.
const WORTH_THREADS: usize = 16;

/// Of an incident what is known without reading what was said of it.
struct Outline<'a> {
    incident: &'a Incident,
    said: Vec<&'a Issued>,
    promises: Vec<Entry<'a>>,
    scope: Vec<Course>,
    began: At,
    updated: At,
    /// What the page of a past one is made of, by its digest.
    input: String,
}

/// The outlines of all incidents that an audience heard of.
pub struct Outlines<'a> {
    audience: &'a str,
    channel: Option<&'a str>,
    all: Vec<Outline<'a>>,
}

impl Desk {
    /// Everything that a site shows to an audience, of these outlines. `kept` says of a past incident that its pages are
    /// there, made of this input, and gives its title back: it is then laid out in full only where that is shown.
    ///
    /// # Errors
    /// When nothing is adopted.
    pub fn site(
        &self,
        outlines: Outlines<'_>,
        base_url: Option<&str>,
        kept: &(dyn Fn(&str, &str) -> Option<Texts> + Sync),
    ) -> Result<View, DeskError> {
        let Outlines {
            audience,
            channel,
            all: outlines,
        } = outlines;
        let world = self.world()?;
        let workspace = &world.books.workspace;
        let updated = outlines.iter().map(|o| o.updated).max();
        let shown = in_full(&outlines, updated);
        let mut titles: BTreeMap<&str, Texts> = BTreeMap::new();
        let mut full: Vec<&Outline<'_>> = Vec::new();
        let are_kept = many::each(&outlines, WORTH_THREADS, |o| {
            let id = o.incident.id.as_str();
            (!o.incident.is_open())
                .then(|| kept(id, &o.input))
                .flatten()
        });
        for (o, title) in outlines.iter().zip(are_kept) {
            let id = o.incident.id.as_str();
            let is_kept = title.is_some();
            titles.extend(title.map(|t| (id, t)));
            if !is_kept || shown.contains(id) {
                full.push(o);
            }
        }
        let (voice, now) = (&self.voice, self.clock.now);
        let read: Mutex<BTreeMap<_, Option<Texts>>> = Mutex::default();
        let usual = |pinned: &Pinned| -> Option<Texts> {
            let mut read = read.lock().ok()?;
            let title = read.entry((pinned.digest.clone(), pinned.base.clone()));
            title.or_insert_with(|| title_of(world, pinned)).clone()
        };
        let incidents = many::each(&full, WORTH_THREADS, |o| {
            one(world, voice, o, channel, now, &usual)
        });
        let incidents = incidents
            .into_iter()
            .collect::<Result<Vec<_>, BodyError>>()?;
        titles.extend(full.iter().zip(&incidents).map(|(o, i)| {
            let id = o.incident.id.as_str();
            (id, i.title.clone())
        }));
        let past = outlines
            .iter()
            .filter(|o| !o.incident.is_open())
            .map(|o| Past {
                id: o.incident.id.clone(),
                title: titles
                    .get(o.incident.id.as_str())
                    .cloned()
                    .unwrap_or_default(),
                began: o.began,
                closed: o.incident.closed.as_ref().map(|c| c.at),
                updated: o.updated,
                input: o.input.clone(),
            })
            .collect();
        Ok(View {
            names: workspace.organisation.names.clone(),
            langs: workspace.languages.clone(),
            base_url: base_url.map(|u| u.trim_end_matches('/').to_owned()),
            zone: workspace.zone,
            zone_names: workspace.zone_names.clone(),
            record: self.state.origin.clone().unwrap_or_default(),
            drill: self.state.is_drill,
            components: self.components(world, audience),
            first: outlines.first().map(|o| o.began),
            incidents,
            past,
            updated,
        })
    }

    /// What is known of every incident that an audience heard of, without reading what was said of it. `channel` is whose
    /// texts are shown.
    ///
    /// # Errors
    /// When nothing is adopted.
    pub fn outlines<'a>(
        &'a self,
        audience: &'a str,
        channel: Option<&'a str>,
    ) -> Result<Outlines<'a>, DeskError> {
        let (world, state) = (self.world()?, &self.state);
        let (voice, now) = (&self.voice, self.clock.now);
        let shared = shared(state);
        let mut walks: BTreeMap<&str, Walk> = BTreeMap::new();
        for (link, reports) in &self.state.links {
            walks.insert(link, Walk::of(reports));
        }
        let house = (
            env!("CARGO_PKG_VERSION"),
            &self.read,
            self.state.is_drill,
            audience,
            channel,
        );
        let incidents = state.order.iter().filter_map(|id| state.incidents.get(id));
        let incidents: Vec<&Incident> = incidents.collect();
        let outlines = many::each(&incidents, WORTH_THREADS, |incident| {
            let mut said: Vec<&Issued> = state.said(&incident.id, audience).collect();
            said.reverse();
            let last = said.last()?;
            let (updated, seq) = (last.at, last.seq);
            let others = shared.get(incident.id.as_str());
            let mut promises: Vec<&Promise> = state.promises_of(&incident.id).collect();
            promises.extend(others.into_iter().flatten());
            promises.retain(|p| p.made.audience == audience && p.told().is_some());
            promises.sort_by_key(|p| p.made.number);
            let promises = promises.into_iter();
            let promises: Vec<Entry<'a>> = promises
                .map(|p| ledger::entry(world, voice, now, p))
                .collect();
            let began = incident.since.map_or(incident.declared_at, |m| m.at);
            let closed = incident.closed.as_ref();
            let until = closed.map_or(updated, |c| c.at.max(updated));
            let from = began.min(incident.declared_at);
            let scope: Vec<Course> = scope_at(incident, seq)
                .into_iter()
                .map(|id| course(&walks, id, from, until))
                .collect();
            let input = match incident.is_open() {
                true => String::new(),
                false => input(&house, incident, &said, &promises, &scope),
            };
            Some(Outline {
                incident,
                said,
                promises,
                scope,
                began,
                updated,
                input,
            })
        });
        Ok(Outlines {
            audience,
            channel,
            all: outlines.into_iter().flatten().collect(),
        })
    }

    /// Services, regions, cables and routes: those that a notice which is out speaks of as they stood in it.
    fn components(&self, world: World<'_>, audience: &str) -> Vec<Component> {
        let network = &world.books.network;
        let mut states: BTreeMap<(&str, String), ComponentState> = BTreeMap::new();
        for incident in self.state.open() {
            let Some(last) = self.state.said(&incident.id, audience).next() else {
                continue;
            };
            let condition = Condition::at(network, &self.state, last.seq);
            let zone = world.books.workspace.zone;
            let phase = phase_by_clock(&last.statement, incident, self.clock.now, zone);
            for link in scope_at(incident, last.seq) {
                let own = ComponentState::from_link(condition.state(&link), &phase);
                let entry = states.entry(("link", link)).or_insert(own);
                *entry = own.max(*entry);
            }
            for rider in network
                .regions
                .iter()
                .map(|r| ("region", r))
                .chain(network.services.iter().map(|s| ("service", s)))
            {
                let (kind, rider) = rider;
                let own = if names(&last.statement, &incident.id, kind, &rider.id) {
                    let reported = condition.state(&rider.id);
                    let effect = condition.possible(rider).map(|(e, ..)| e);
                    let state = match (reported, effect) {
                        (LinkState::Unreported, Some(Effect::Down)) => LinkState::Down,
                        (LinkState::Unreported, _) => LinkState::Degraded,
                        (other, _) => other,
                    };
                    ComponentState::from_link(state, &phase)
                } else {
                    continue;
                };
                let entry = states.entry((kind, rider.id.clone())).or_insert(own);
                *entry = own.max(*entry);
            }
        }
        let parts: BTreeSet<&String> = network.links.iter().flat_map(|l| &l.parts).collect();
        let riders = network
            .services
            .iter()
            .map(|s| ("service", &s.id, &s.names))
            .chain(network.regions.iter().map(|r| ("region", &r.id, &r.names)));
        let links = network
            .links
            .iter()
            .filter(|l| {
                let is_listed =
                    matches!(l.kind, LinkKind::Cable | LinkKind::Route) && !parts.contains(&l.id);
                is_listed || states.contains_key(&("link", l.id.clone()))
            })
            .map(|l| ("link", &l.id, &l.names));
        let mut all: Vec<Component> = riders
            .chain(links)
            .map(|(kind, id, names)| {
                let state = states.get(&(kind, id.clone()));
                Component {
                    id: id.clone(),
                    names: names.clone(),
                    kind: kind.to_owned(),
                    state: state.unwrap_or(&ComponentState::Operational).to_string(),
                    noticed: state.is_some(),
                }
            })
            .collect();
        all.sort_by_key(|c| (!c.noticed, c.state == "operational"));
        all
    }

    /// The points of every role, for the staff's pages, and the statement that they belong to.
    ///
    /// # Errors
    /// When a playbook is at fault.
    pub fn sheets(&self) -> Result<(Vec<Role>, Option<Basis>), DeskError> {
        let open: Vec<String> = self.state.open().map(|i| i.id.clone()).collect();
        let mut names: BTreeSet<String> = ROLES.iter().map(|r| (*r).to_owned()).collect();
        for playbook in self.playbooks_of(&open)? {
            names.extend(playbook.file.points.iter().flat_map(|p| p.roles.clone()));
        }
        let mut roles = Vec::new();
        for name in names {
            let sheet = match open.is_empty() {
                true => None,
                false => Some(self.points(&open, &name)?),
            };
            roles.push(Role { name, sheet });
        }
        let last = open
            .iter()
            .filter_map(|i| self.last_said(i, "customers"))
            .max_by_key(|s| s.statement.number);
        let basis = last.map(|s| Basis {
            number: s.statement.number,
            at: s.at,
            until: s.statement.next_update(),
        });
        Ok((roles, basis))
    }
}

/// That we speak again is promised of all that a statement spoke of: such promises by the incidents that did not make them.
fn shared(state: &State) -> BTreeMap<&str, Vec<&Promise>> {
    let several = state.statements.iter().map(|s| &s.statement);
    let several = several.filter(|s| s.incidents.len() > 1);
    let several: BTreeMap<u32, &StatementIssued> = several.map(|s| (s.number, s)).collect();
    let mut shared: BTreeMap<&str, Vec<&Promise>> = BTreeMap::new();
    if several.is_empty() {
        return shared;
    }
    for promise in &state.promises {
        let made = &promise.made;
        let by = made.statement.filter(|_| made.per == Some(Per::Statement));
        let ids = by.and_then(|n| several.get(&n)).map(|s| s.incidents.iter());
        for id in ids.into_iter().flatten() {
            if promise.incident.as_ref() != Some(id) {
                shared.entry(id).or_default().push(promise);
            }
        }
    }
    shared
}

/// The past incidents that lists for programs, feeds and the calendar show in full.
fn in_full<'a>(outlines: &[Outline<'a>], updated: Option<At>) -> BTreeSet<&'a str> {
    let mut shown: BTreeSet<&str> = BTreeSet::new();
    let newest = |of_work: bool| {
        let own = outlines.iter().rev();
        own.filter(move |o| o.incident.planned.is_some() == of_work)
            .take(site::MOST)
    };
    shown.extend(
        newest(true)
            .chain(newest(false))
            .map(|o| o.incident.id.as_str()),
    );
    let past = outlines.iter().rev().filter(|o| !o.incident.is_open());
    shown.extend(past.take(site::MOST).map(|o| o.incident.id.as_str()));
    let mut notices: Vec<(u32, &str)> = outlines
        .iter()
        .flat_map(|o| {
            let id = o.incident.id.as_str();
            o.said.iter().map(move |s| (s.statement.number, id))
        })
        .collect();
    notices.sort_unstable();
    // A notice on several incidents is one entry of a feed, under any of them.
    let since = notices
        .iter()
        .rev()
        .map(|(n, _)| *n)
        .collect::<BTreeSet<u32>>();
    let since = since.iter().rev().nth(site::MOST - 1).or(since.first());
    let since = since.copied();
    shown.extend(
        notices
            .iter()
            .filter(|(n, _)| Some(*n) >= since)
            .map(|(_, id)| *id),
    );
    let is_recent = |o: &&Outline<'_>| {
        let closed = o.incident.closed.as_ref().map(|c| c.at);
        closed.is_some_and(|c| updated.is_some_and(|u| site::is_recent(c, u)))
    };
    shown.extend(
        outlines
            .iter()
            .filter(is_recent)
            .map(|o| o.incident.id.as_str()),
    );
    shown
}

/// What the page of a past incident is made of, as a digest. There may be thousands: times are numbers here.
fn input(
    house: &impl Serialize,
    incident: &Incident,
    said: &[&Issued],
    promises: &[Entry<'_>],
    scope: &[Course],
) -> String {
    let number = |at: At| at.timestamp_micros();
    let said: Vec<_> = said
        .iter()
        .map(|s| (s.statement.number, &s.statement.digest, number(s.at), s.seq))
        .collect();
    // What was promised stands in the record by its number; what became of it does not.
    let promised: Vec<_> = promises
        .iter()
        .map(|e| {
            let p = e.promise;
            let kept = e.kept.as_ref().map(|k| number(k.at));
            let dues: Vec<_> = p.dues.iter().map(|d| d.statement).collect();
            (p.made.number, e.standing, number(e.ends), kept, dues)
        })
        .collect();
    let scope: Vec<_> = scope
        .iter()
        .map(|(track, state)| {
            let bars = track.bars.iter();
            let bars = bars.map(|b| (number(b.from), number(b.to), &b.state));
            (&track.id, bars.collect::<Vec<_>>(), state)
        })
        .collect();
    let own = (
        &incident.id,
        incident.since.map(|m| (number(m.at), m.about)),
        number(incident.declared_at),
        incident.closed.as_ref().map(|c| (c.seq, number(c.at))),
        incident.planned,
        &incident.playbook,
        &incident.steps,
    );
    let all = (house, own, said, promised, scope);
    sha256(&rmp_serde::to_vec(&all).unwrap_or_default())
}

/// A link over the time of an incident, and how it stood at its end.
type Course = (Track, LinkState);

fn course(walks: &BTreeMap<&str, Walk>, id: String, from: At, to: At) -> Course {
    let nothing = Walk::default();
    let walk = walks.get(id.as_str()).unwrap_or(&nothing);
    let (bars, state) = (walk.bars(from, to), walk.at(to));
    (Track { bars, id }, state)
}

fn part(world: World<'_>, (track, state): &Course) -> Part {
    // That there is no reserve is for staff.
    let shown = |state: &str| if state == "at-risk" { "up" } else { state }.to_owned();
    let bars = track.bars.iter().map(|b| (b.from, b.to, shown(&b.state)));
    Part {
        names: world.books.network.names(&track.id),
        bars: bars.collect(),
        state: shown(state.token()),
        id: track.id.clone(),
    }
}

fn fresh(issued: &Issued) -> Issued {
    let mut own = issued.clone();
    own.statement.body = issued.statement.body.uncached();
    own
}

/// What a playbook calls its incidents. Those of incidents that ended long ago are not read with the others.
fn title_of(world: World<'_>, pinned: &Pinned) -> Option<Texts> {
    if let Some(playbook) = world.books.playbook(pinned) {
        return Some(playbook.file.title.clone());
    }
    let read = |digest: &String| files::adopted_playbook(world.state.texts.get(digest)?).ok();
    let own = read(&pinned.digest)?;
    let base = pinned.base.as_ref().and_then(read);
    Some(Playbook::build(base.as_ref(), &own).file.title)
}

/// An incident laid out in full.
fn one(
    world: World<'_>,
    voice: &Jinja,
    o: &Outline<'_>,
    channel: Option<&str>,
    now: At,
    usual: &(dyn Fn(&Pinned) -> Option<Texts> + Sync),
) -> Result<site::Incident, BodyError> {
    let (incident, zone) = (o.incident, world.books.workspace.zone);
    let langs = &world.books.workspace.languages;
    // What is read of one incident is not kept while the next is laid out.
    let said: Vec<Issued> = o.said.iter().map(|s| fresh(s)).collect();
    let notices = said.iter().map(|s| notice(s, incident, langs, channel));
    let notices = notices.collect::<Result<Vec<Notice>, BodyError>>()?;
    let issued = said.last();
    let last = issued.map(|s| &s.statement);
    let mut name = Texts::default();
    for lang in langs {
        let own = last.map(|s| s.title(*lang)).transpose()?.flatten();
        let usual = || {
            let title = usual(&incident.playbook);
            title.map_or_else(|| incident.id.clone(), |t| t.any(*lang).to_owned())
        };
        name.insert(*lang, own.unwrap_or_else(usual));
    }
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
    let impact = if let Some(issued) = issued.filter(|_| is_open) {
        // As it stood at the last notice: what was recorded since has not been said.
        let past = world.state.until(issued.seq, &incident.id);
        let then = World {
            state: &past,
            books: world.books,
            condition: None,
        };
        let audience = &issued.statement.audience;
        let facts =
            crate::domain::facts::reported::bare(then, &incident.id, audience, o.updated, voice);
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
    };
    Ok(site::Incident {
        id: incident.id.clone(),
        is_open,
        title: name,
        began: o.began,
        closed: incident.closed.as_ref().map(|c| c.at),
        updated: o.updated,
        status,
        impact: impact.to_string(),
        planned: incident.planned.map(|w| {
            let from = w
                .earliest
                .map_or_else(|| w.latest.begins(zone), |e| e.begins(zone));
            (from, w.latest.ends(zone))
        }),
        window: last.and_then(|s| window(s, &incident.id, zone)),
        next_update: last.and_then(StatementIssued::next_update),
        areas: last.map(|s| areas(s, &incident.id)).unwrap_or_default(),
        notices,
        promises: o.promises.iter().map(|e| promise(world, e)).collect(),
        scope: o.scope.iter().map(|t| part(world, t)).collect(),
    })
}

/// The links that an incident was about after an event.
fn scope_at(incident: &Incident, seq: u64) -> Vec<String> {
    let mut scope: Vec<String> = Vec::new();
    for step in incident.steps.iter().filter(|s| s.seq <= seq) {
        scope.retain(|l| !step.removed.contains(l));
        for link in &step.added {
            if !scope.contains(link) {
                scope.push(link.clone());
            }
        }
    }
    scope
}

fn notice(
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
        let own = match st.rendition(wanted, *lang)? {
            Some(own) => Some(own),
            None => {
                let theirs = st.body.select(None, Some(*lang))?.into_iter();
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

fn promise(world: World<'_>, e: &Entry<'_>) -> Promised {
    let p = e.promise;
    let mut dues: Vec<At> = Vec::new();
    for d in p.dues.iter().filter(|d| d.statement.is_some()) {
        let ends = crate::domain::ledger::verdict::ends(world, d);
        if dues.last() != Some(&ends) {
            dues.push(ends);
        }
    }
    if dues.is_empty() {
        dues.push(e.ends);
    }
    let told = p.told().unwrap_or(p.due());
    Promised {
        number: p.made.number,
        kind: p.made.promise.clone(),
        names: p.made.names.clone(),
        about: p
            .made
            .subject
            .as_ref()
            .filter(|s| world.books.network.knows(s))
            .map(|s| world.books.network.names(s))
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
fn window(s: &StatementIssued, incident: &str, zone: chrono_tz::Tz) -> Option<(Option<At>, At)> {
    let mut found: Option<(Option<At>, At)> = None;
    for line in s.lines().iter().filter(|l| l.is_about(incident)) {
        for (path, value) in &line.reads {
            if let Value::Window(w) = value
                && path.ends_with(".window")
                && line.claims.contains(path)
            {
                let end = w.latest.ends(zone);
                let begin = w.earliest.map(|e| e.begins(zone));
                found = Some(match found {
                    None => (begin, end),
                    Some((b, e)) => (b.into_iter().chain(begin).min(), e.max(end)),
                });
            }
        }
    }
    found
}

fn named<'a>(
    s: &'a StatementIssued,
    incident: &'a str,
    kind: &'a str,
) -> impl Iterator<Item = &'a crate::domain::base::value::Named> {
    s.lines()
        .iter()
        .filter(move |l| l.is_about(incident))
        .flat_map(move |l| {
            l.reads
                .iter()
                .filter(move |(p, _)| l.claims.contains(p) && p.starts_with(&format!("{kind}s.")))
        })
        .filter_map(|(_, v)| match v {
            Value::List(list) => Some(list.iter()),
            _ => None,
        })
        .flatten()
}

/// Whether a statement names a region or service.
fn names(s: &StatementIssued, incident: &str, kind: &str, id: &str) -> bool {
    named(s, incident, kind).any(|n| n.id == id)
}

fn areas(s: &StatementIssued, incident: &str) -> Vec<Texts> {
    let mut seen = BTreeSet::new();
    named(s, incident, "region")
        .filter(|n| seen.insert(n.id.clone()))
        .map(|n| n.names.clone())
        .collect()
}
