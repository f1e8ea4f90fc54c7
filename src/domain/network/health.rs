//! The state of a link with its parts, and of what rides on links. Chooses no words and makes no facts.

use std::collections::BTreeMap;

use crate::domain::base::decimal::Share;
use crate::domain::base::link::{LinkId, LinkState, Source};
use crate::domain::base::time::{At, Moment};
use crate::domain::network::entries::{Dependence, Effect, Join, Rider};
use crate::domain::network::reported::ReportedLink;
use crate::domain::network::topology::Network;
use crate::domain::state::fold::State;

/// The state of a link with its parts, and the reports that say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkHealth {
    /// The state of the link with its parts.
    pub state: LinkState,
    /// The numbers of the events behind it.
    pub events: Vec<u64>,
    /// Since when it has this state, as far as reports say.
    pub since: Option<Moment>,
    /// The source of the report that decides.
    pub source: Option<Source>,
    /// When they reported it, UTC.
    pub said_at: Option<At>,
    /// The oldest confirmation on which "up" rests.
    pub confirmed_at: Option<At>,
}

/// The health of every link, region and service by reports.
#[derive(Debug, Clone, Default)]
pub struct Condition {
    own: BTreeMap<LinkId, ReportedLink>,
    whole: BTreeMap<LinkId, LinkHealth>,
    troubled: Vec<Troubled>,
}

/// Open incidents that have the same links of their scope in trouble.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Troubled {
    /// The links that are not up.
    pub links: Vec<LinkId>,
    /// The events that declared them, in their order.
    pub declared: Vec<u64>,
}

impl Condition {
    /// The health after the event of a number, without entries that were taken back since; it knows no incidents.
    pub fn at_event(network: &Network, state: &State, seq: u64) -> Condition {
        let reported = network.all_ids().filter(|id| state.links.contains_key(*id));
        let own = reported.filter_map(|id| {
            let reports = state.reports_until(id, seq);
            (!reports.is_empty()).then(|| (id.to_owned(), ReportedLink::from_reports(reports)))
        });
        let mut condition = Condition {
            own: own.collect(),
            whole: BTreeMap::new(),
            troubled: Vec::new(),
        };
        for link in network.links_bottom_up() {
            condition.work_out(&link.id, &link.parts, link.join);
        }
        for rider in network.regions.iter().chain(&network.services) {
            condition.work_out(&rider.id, &[], Join::Series);
        }
        condition
    }

    /// Computes the state of every link once.
    pub fn of_network(network: &Network, state: &State) -> Condition {
        let mut condition = Condition::at_event(network, state, u64::MAX);
        let mut troubled: BTreeMap<Vec<LinkId>, Vec<u64>> = BTreeMap::new();
        for incident in state.open_incidents() {
            let is_bad = |l: &LinkId| condition.link_state(l).is_bad();
            let bad: Vec<LinkId> = incident
                .links_in_scope()
                .into_iter()
                .filter(is_bad)
                .collect();
            if !bad.is_empty() {
                troubled.entry(bad).or_default().push(incident.seq);
            }
        }
        let troubled = troubled.into_iter();
        condition.troubled = troubled
            .map(|(links, declared)| Troubled { links, declared })
            .collect();
        condition
    }

    /// Open incidents with a link of their scope in trouble.
    pub fn troubled_incidents(&self) -> &[Troubled] {
        &self.troubled
    }

    /// The state of a link by its own reports, without its parts.
    pub fn reported_link(&self, id: &str) -> Option<&ReportedLink> {
        self.own.get(id)
    }

    /// The state of a link with its parts; `unreported` when there is no report.
    pub fn link_health(&self, id: &str) -> LinkHealth {
        self.whole
            .get(id)
            .cloned()
            .unwrap_or_else(unreported_health)
    }

    /// The state of a link with its parts; unreported when nothing is known of it.
    pub fn link_state(&self, id: &str) -> LinkState {
        self.whole
            .get(id)
            .map_or(LinkState::Unreported, |w| w.state)
    }

    /// The health of one link from its own reports and the health of its parts, which has been worked out.
    fn work_out(&mut self, id: &str, parts: &[LinkId], join: Join) {
        if self.whole.contains_key(id) {
            return;
        }
        let own = self
            .own
            .get(id)
            .and_then(|o| o.state.clone())
            .map(|s| LinkHealth {
                state: s.value,
                events: s.events,
                since: Some(s.since),
                source: Some(s.source),
                said_at: Some(s.said_at),
                confirmed_at: Some(s.confirmed_at),
            });
        let parts: Vec<LinkHealth> = parts.iter().map(|p| self.link_health(p)).collect();
        let whole = combine_health(own, &parts, join);
        self.whole.insert(id.to_owned(), whole);
    }

    /// The parts of a link on which "restored" rests: those reported, else the link itself.
    pub fn checked_leaves(&self, network: &Network, id: &str) -> Vec<LinkId> {
        let reported: Vec<LinkId> = network
            .leaf_parts(id)
            .into_iter()
            .filter(|l| {
                self.own
                    .get(l)
                    .is_some_and(|o| o.state.is_some() || o.unchecked.is_some())
            })
            .collect();
        let own = self.own.get(id).is_some_and(|o| o.state.is_some());
        match (reported.is_empty(), own) {
            (true, _) => vec![id.to_owned()],
            (false, true) if !reported.iter().any(|l| l == id) => {
                let mut all = reported;
                all.push(id.to_owned());
                all
            }
            _ => reported,
        }
    }

    /// The share of capacity left on a link, with the events behind it: reported, or what the state
    /// alone says. Degraded or unstable without a share stays unknown.
    pub fn capacity_left(
        &self,
        network: &Network,
        id: &str,
    ) -> Option<(Share, Vec<u64>, Option<At>)> {
        let whole = self.link_health(id);
        let reported = self.own.get(id).and_then(|o| o.share.as_ref());
        match whole.state {
            LinkState::Down | LinkState::PlannedDown => Some((Share::NONE, whole.events, None)),
            LinkState::Up | LinkState::AtRisk => {
                let fresh = (whole.state == LinkState::Up)
                    .then_some(whole.confirmed_at)
                    .flatten();
                Some((Share::FULL, whole.events, fresh))
            }
            LinkState::Unreported => None,
            LinkState::Degraded | LinkState::Unstable => match reported {
                Some(s) => {
                    let mut events = whole.events;
                    events.extend(&s.events);
                    Some((s.value, events, Some(s.confirmed_at)))
                }
                None => self.share_of_parts(network, id),
            },
        }
    }

    fn share_of_parts(&self, network: &Network, id: &str) -> Option<(Share, Vec<u64>, Option<At>)> {
        let link = network.find_link(id)?;
        if link.parts.is_empty() || link.join != Join::Parallel {
            return None;
        }
        let (mut left, mut total, mut events) = (0u128, 0u128, Vec::new());
        let mut oldest: Option<At> = None;
        for part in &link.parts {
            let capacity = network.find_link(part)?.capacity?.thousandths().max(0) as u128;
            let (share, seqs, fresh) = self.capacity_left(network, part)?;
            left += capacity * u128::from(share.permille());
            total += capacity;
            events.extend(seqs);
            oldest = match (oldest, fresh) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
        }
        if total == 0 {
            return None;
        }
        Some((Share::from_permille((left / total) as u64), events, oldest))
    }

    /// What a region or service may suffer from the links it rides on, worst first, with the links and
    /// events that say so.
    pub fn possible_effect(&self, rider: &Rider) -> Option<(Effect, Vec<LinkId>, Vec<u64>)> {
        let mut worst: Option<(Effect, Vec<LinkId>, Vec<u64>)> = None;
        for dep in &rider.rides_on {
            let Some((links, events)) = self.lost_links(dep) else {
                continue;
            };
            let rank = |e: Effect| match e {
                Effect::AtRisk => 0,
                Effect::Degraded => 1,
                Effect::Down => 2,
            };
            if worst
                .as_ref()
                .is_none_or(|(e, ..)| rank(dep.effect) > rank(*e))
            {
                worst = Some((dep.effect, links, events));
            }
        }
        worst
    }

    fn lost_links(&self, dep: &Dependence) -> Option<(Vec<LinkId>, Vec<u64>)> {
        // "At risk" loses nothing for those who ride on it.
        let is_lost = |id: &LinkId| {
            matches!(
                self.link_state(id),
                LinkState::Down
                    | LinkState::PlannedDown
                    | LinkState::Degraded
                    | LinkState::Unstable
            )
        };
        let all_lost = !dep.all_of.is_empty() && dep.all_of.iter().all(is_lost);
        let any_lost = dep.any_of.iter().any(is_lost);
        if !all_lost && !any_lost {
            return None;
        }
        let links: Vec<LinkId> = dep
            .all_of
            .iter()
            .filter(|_| all_lost)
            .chain(dep.any_of.iter().filter(|l| is_lost(l)))
            .cloned()
            .collect();
        let events = links
            .iter()
            .flat_map(|l| self.link_health(l).events)
            .collect();
        Some((links, events))
    }
}

fn unreported_health() -> LinkHealth {
    LinkHealth {
        state: LinkState::Unreported,
        events: Vec::new(),
        since: None,
        source: None,
        said_at: None,
        confirmed_at: None,
    }
}

/// The decisive part or report, with the events and the oldest confirmation of all that agree.
fn gather_health<'a>(state: LinkState, those: impl Iterator<Item = &'a LinkHealth>) -> LinkHealth {
    let mut out = LinkHealth {
        state,
        ..unreported_health()
    };
    for w in those {
        out.events.extend(&w.events);
        out.since = match (out.since, w.since) {
            (Some(a), Some(b)) if state == LinkState::Up => Some(a.max(b)),
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        if out.said_at.is_none_or(|t| w.said_at.is_some_and(|s| s > t)) {
            out.said_at = w.said_at;
            out.source = w.source.clone();
        }
        out.confirmed_at = match (out.confirmed_at, w.confirmed_at) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
    }
    out.events.sort_unstable();
    out.events.dedup();
    out
}

fn combine_health(own: Option<LinkHealth>, parts: &[LinkHealth], join: Join) -> LinkHealth {
    if parts.is_empty() {
        return own.unwrap_or_else(unreported_health);
    }
    let reported: Vec<&LinkHealth> = parts
        .iter()
        .filter(|p| p.state != LinkState::Unreported)
        .collect();
    let from_parts = match join {
        Join::Series => join_in_series(&reported, parts.len(), own.is_some()),
        Join::Parallel => join_in_parallel(&reported, parts.len(), own.is_some()),
    };
    match (own, from_parts) {
        // A parent's report never beats a worse part, nor a part a worse report on the whole.
        (Some(o), Some(p)) => match o.state.cmp(&p.state) {
            std::cmp::Ordering::Less => p,
            std::cmp::Ordering::Greater => o,
            std::cmp::Ordering::Equal => gather_health(o.state, [&o, &p].into_iter()),
        },
        (Some(o), None) => o,
        (None, Some(p)) => p,
        (None, None) => unreported_health(),
    }
}

fn join_in_series(reported: &[&LinkHealth], total: usize, has_own: bool) -> Option<LinkHealth> {
    let worst = reported.iter().map(|p| p.state).max()?;
    if worst == LinkState::Up && reported.len() < total && !has_own {
        return None;
    }
    Some(gather_health(
        worst,
        reported.iter().filter(|p| p.state == worst).copied(),
    ))
}

fn join_in_parallel(reported: &[&LinkHealth], total: usize, has_own: bool) -> Option<LinkHealth> {
    let worst = reported.iter().map(|p| p.state).max()?;
    if worst == LinkState::Up {
        return join_in_series(reported, total, has_own);
    }
    let all_same = reported.len() == total && reported.iter().all(|p| p.state == worst);
    let state = match worst {
        LinkState::AtRisk => LinkState::AtRisk,
        _ if all_same => worst,
        _ => LinkState::Degraded,
    };
    let bad = reported
        .iter()
        .filter(|p| if all_same { true } else { p.state.is_bad() });
    let mut whole = gather_health(state, bad.copied());
    if all_same {
        // The last route to fall took the whole down; until then it carried.
        whole.since = reported.iter().filter_map(|p| p.since).max();
    }
    Some(whole)
}

#[cfg(test)]
#[path = "health_tests.rs"]
mod health_tests;
