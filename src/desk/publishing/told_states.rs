//! What an audience was told last of each link, region or service, with one meaning for our page and for those of others.
//! Nothing shows before it was said, but for the clock. It lays nothing out and sends nothing.

use std::collections::BTreeSet;

use crate::desk::Snapshot;
use crate::desk::publishing::current_incidents::CurrentIncidents;
use crate::domain::base::link::{LinkId, LinkState};
use crate::domain::base::time::At;
use crate::domain::base::value::{Named, Value};
use crate::domain::facts::world::World;
use crate::domain::ledger::verdict::told_end_of_work;
use crate::domain::network::before_work::outage_before_work;
use crate::domain::network::entries::{Dependence, Effect, Rider};
use crate::domain::network::health::Condition;
use crate::domain::network::topology::Network;
use crate::domain::record::statement::StatementIssued;
use crate::domain::speech::page_status::phase_by_clock;
use crate::domain::speech::shown_state::{Circumstances, ShownState, Stage};
use crate::domain::state::incident::Incident;
use crate::domain::state::told_work::{ToldImpact, ToldWork, told_work};

/// The state that a notice gave of something: none when it said nothing of it.
type Told = Option<ShownState>;

/// An incident as it stood in the last statement on it.
pub(in crate::desk) struct ToldIncident<'a> {
    world: World<'a>,
    statement: u32,
    seq: u64,
    condition: Condition,
    stage: Stage,
    work: ToldWork,
    /// When announced work begins.
    begins: Option<At>,
    /// The links in scope at that statement, with their parts and what they are parts of.
    in_scope: BTreeSet<LinkId>,
    /// Those that were in scope at any time before it.
    ever: BTreeSet<LinkId>,
    /// Those, with what they are parts of.
    touched: BTreeSet<LinkId>,
    /// All parts of those.
    parts: BTreeSet<LinkId>,
    /// Those that were taken down for the work by now: the announcement has told of it.
    taken_down: BTreeSet<LinkId>,
    /// The regions and services that the statement prints.
    named: BTreeSet<LinkId>,
    /// Those of them that are printed as possibly affected.
    possible: BTreeSet<LinkId>,
}

/// All incidents that are not over and of which an audience has heard.
pub(in crate::desk) fn told_incidents<'a>(
    snapshot: &'a Snapshot,
    world: World<'a>,
    audience: &str,
) -> Vec<ToldIncident<'a>> {
    let current = CurrentIncidents::of_world(world);
    let known = world.state.order.iter();
    known
        .filter_map(|id| world.state.incidents.get(id))
        .filter(|i| current.is_current(i, audience))
        .filter_map(|i| {
            let mut told = ToldIncident::read(world, i, audience, snapshot.clock.now)?;
            told.note_taken_down(current.condition());
            Some(told)
        })
        .collect()
}

/// What several incidents mean for one thing: the worst, with the newest statement; none when none of them touches it.
pub(in crate::desk) fn told_state(incidents: &[ToldIncident<'_>], id: &str) -> Option<(u32, Told)> {
    let told = incidents.iter().filter_map(|i| {
        let state = i.state_of(id)?;
        Some((i.statement, state))
    });
    told.reduce(|a, b| (a.0.max(b.0), a.1.max(b.1)))
}

impl<'a> ToldIncident<'a> {
    fn read(
        world: World<'a>,
        incident: &'a Incident,
        audience: &str,
        now: At,
    ) -> Option<ToldIncident<'a>> {
        let said: Vec<_> = world.state.notices_about(&incident.id, audience).collect();
        let last = *said.first()?;
        let zone = world.books.workspace.zone;
        let work = ToldWork {
            until: told_end_of_work(world, &incident.id, audience),
            ..told_work(said.iter().map(|s| &s.statement), incident)
        };
        let phase = phase_by_clock(&last.statement, incident, &work, now, zone);
        let network = &world.books.network;
        let steps = incident.steps.iter().filter(|s| s.seq <= last.seq);
        let ever: BTreeSet<LinkId> = steps.flat_map(|s| s.added.iter().cloned()).collect();
        let scope: BTreeSet<LinkId> = scope_at(incident, last.seq).into_iter().collect();
        let named = |list: &str| -> BTreeSet<LinkId> {
            let all = ["region", "service"].into_iter();
            all.flat_map(|kind| named_in(&last.statement, &incident.id, kind))
                .filter(|(path, _)| path.ends_with(list))
                .map(|(_, named)| named.id.clone())
                .collect()
        };
        let planned = incident.planned.and_then(|p| p.earliest);
        Some(ToldIncident {
            world,
            statement: last.statement.number,
            seq: last.seq,
            condition: Condition::at_event(network, world.state, last.seq),
            stage: Stage::from_phase(phase),
            work,
            begins: planned.map(|e| e.begins_at(zone)),
            in_scope: [wholes_of(network, &scope), parts_of(network, &scope)]
                .into_iter()
                .flatten()
                .collect(),
            touched: wholes_of(network, &ever),
            parts: parts_of(network, &ever),
            ever,
            taken_down: BTreeSet::new(),
            named: named(""),
            possible: named(".possible"),
        })
    }

    fn note_taken_down(&mut self, now: &Condition) {
        if matches!(self.stage, Stage::InWork | Stage::Overrun) {
            let all = self.touched.iter().chain(&self.parts);
            let is_out = |l: &&LinkId| now.link_state(l) == LinkState::PlannedDown;
            self.taken_down = all.filter(is_out).cloned().collect();
        }
    }

    /// The links that were in scope, and what they are parts of.
    pub(in crate::desk) fn links_touched(&self) -> &BTreeSet<LinkId> {
        &self.touched
    }

    /// What was told of this: none when the incident has nothing to do with it.
    fn state_of(&self, id: &str) -> Option<Told> {
        let is_link = self.touched.contains(id) || self.parts.contains(id);
        match self.world.books.network.find_rider(id) {
            Some(rider) if !is_link => self.state_of_rider(rider),
            _ => is_link.then(|| self.state_of_link(id)),
        }
    }

    fn state_of_link(&self, id: &str) -> Told {
        let reported = match self.condition.link_state(id) {
            LinkState::Unreported | LinkState::Up if self.taken_down.contains(id) => {
                LinkState::PlannedDown
            }
            reported => reported,
        };
        let around = self.circumstances_of(id, false);
        let is_whole = !self.ever.contains(id) && !self.parts.contains(id);
        match reported {
            // Work on a part does not take the whole out, and what left the scope is told of by its reports alone.
            LinkState::Up if is_whole => Some(ShownState::Working),
            LinkState::Unreported if is_whole && self.stage == Stage::InWork => None,
            LinkState::Unreported if !self.in_scope.contains(id) => None,
            reported => around.shown_state(reported),
        }
    }

    fn circumstances_of(&self, id: &str, is_rider: bool) -> Circumstances {
        let mut family = self.world.books.network.leaf_parts(id);
        family.push(id.to_owned());
        let reports = |link: &String| self.world.state.reports_until(link, self.seq);
        let outages = family
            .iter()
            .filter_map(|link| outage_before_work(reports(link), self.begins));
        Circumstances {
            stage: self.stage,
            is_older_than_work: self.is_older_than_work(id),
            was_out_before: outages.max(),
            is_not_by_work: is_rider
                && (matches!(
                    self.work.impact,
                    Some(ToldImpact::Nothing | ToldImpact::AfterAll)
                ) || self.is_hit_otherwise(id)),
        }
    }

    /// Something that a region or service rides on is out, and not because we took it down.
    fn is_hit_otherwise(&self, rider: &str) -> bool {
        let rider = self.world.books.network.find_rider(rider);
        let under = rider
            .into_iter()
            .flat_map(|r| &r.rides_on)
            .flat_map(links_of);
        let mut states = under.map(|link| self.condition.link_state(link));
        states.any(|s| {
            matches!(
                s,
                LinkState::Down | LinkState::Degraded | LinkState::Unstable
            )
        })
    }

    fn is_older_than_work(&self, id: &str) -> bool {
        let health = self.condition.link_health(id);
        let reported = match health.state {
            LinkState::Up => health.confirmed_at,
            _ => health.since.map(|s| s.at),
        };
        let begins = self.begins;
        reported.is_some_and(|at| begins.is_some_and(|begins| at < begins))
    }

    /// A region or service: by the reports on it, else by what it rides on.
    fn state_of_rider(&self, rider: &Rider) -> Option<Told> {
        let under = rider.rides_on.iter().flat_map(links_of);
        let is_touched = under.into_iter().any(|l| self.in_scope.contains(l));
        if !is_touched && !self.named.contains(&rider.id) {
            return None;
        }
        let reported = self.condition.link_state(&rider.id);
        let is_old = matches!(self.stage, Stage::InWork | Stage::Overrun)
            && self.is_older_than_work(&rider.id);
        let is_silent = match reported {
            LinkState::Unreported => true,
            LinkState::Up => is_old,
            _ => false,
        };
        Some(if is_silent {
            self.state_of_silent_rider(rider)
        } else {
            let around = self.circumstances_of(&rider.id, true);
            around.shown_state(reported)
        })
    }

    /// A region or service that nobody reported on.
    fn state_of_silent_rider(&self, rider: &Rider) -> Told {
        let is_lost = || {
            let lost = self.condition.possible_effect(rider);
            lost.is_some_and(|(effect, links, _)| {
                effect != Effect::AtRisk && links.iter().any(|l| self.in_scope.contains(l))
            })
        };
        let is_possible = self.possible.contains(&rider.id) || is_lost();
        match self.stage {
            Stage::InWork if is_possible && self.work.impact == Some(ToldImpact::Full) => {
                Some(ShownState::Maintenance)
            }
            _ if is_possible => Some(ShownState::PossiblyAffected),
            Stage::Fault | Stage::Overrun if self.may_suffer(rider) => {
                Some(ShownState::NotReported)
            }
            _ => None,
        }
    }

    /// True when nothing that was reported carries it past the links in scope.
    fn may_suffer(&self, rider: &Rider) -> bool {
        let carries = |link: &LinkId| {
            let state = self.condition.link_state(link);
            matches!(state, LinkState::Up | LinkState::AtRisk)
        };
        let may_be_lost = |d: &&Dependence| {
            let is_one_out = d
                .any_of
                .iter()
                .any(|l| self.in_scope.contains(l) && !carries(l));
            let is_one_ours = d.all_of.iter().any(|l| self.in_scope.contains(l));
            is_one_out || (is_one_ours && !d.all_of.iter().any(carries))
        };
        let all = rider.rides_on.iter();
        all.filter(|d| d.effect != Effect::AtRisk)
            .any(|d| may_be_lost(&d))
    }
}

/// Links, and what they are parts of.
fn wholes_of(network: &Network, links: &BTreeSet<LinkId>) -> BTreeSet<LinkId> {
    let mut all = links.clone();
    for link in links {
        let mut at = link.as_str();
        while let Some(whole) = network.parent_of(at) {
            if !all.insert(whole.id.clone()) {
                break;
            }
            at = &whole.id;
        }
    }
    all
}

fn parts_of(network: &Network, links: &BTreeSet<LinkId>) -> BTreeSet<LinkId> {
    links
        .iter()
        .flat_map(|link| network.leaf_parts(link))
        .collect()
}

fn links_of(d: &Dependence) -> Vec<&LinkId> {
    d.any_of.iter().chain(&d.all_of).collect()
}

/// The links that an incident was about after an event.
pub(in crate::desk) fn scope_at(incident: &Incident, seq: u64) -> Vec<String> {
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

/// The regions or services that a statement prints of an incident, each with the fact that it is printed by.
pub(in crate::desk) fn named_in<'a>(
    s: &'a StatementIssued,
    incident: &'a str,
    kind: &'a str,
) -> impl Iterator<Item = (&'a str, &'a Named)> {
    let lines = s.lines().iter().filter(move |l| l.is_about(incident));
    let printed = lines.flat_map(move |l| {
        let own = l.reads.iter();
        own.filter(move |(p, _)| l.claims.contains(p) && p.starts_with(&format!("{kind}s.")))
    });
    printed
        .filter_map(|(path, value)| match value {
            Value::List(list) => Some(list.iter().map(move |n| (path.as_str(), n))),
            _ => None,
        })
        .flatten()
}
