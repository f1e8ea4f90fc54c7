//! Which incidents are not over, as customers see it: those that are open, and those that were handed over while
//! something is still out. It judges no text.

use crate::domain::base::link::LinkState;
use crate::domain::base::time::At;
use crate::domain::base::value::Value;
use crate::domain::facts::world::World;
use crate::domain::network::health::Condition;
use crate::domain::state::fold::State;
use crate::domain::state::incident::{Closing, Incident};
use crate::domain::state::told_work::{Arrangement, told_work};

/// What is not over, by the record as it is now.
pub(in crate::desk) struct CurrentIncidents<'a> {
    world: World<'a>,
    now: std::borrow::Cow<'a, Condition>,
}

impl<'a> CurrentIncidents<'a> {
    pub(in crate::desk) fn of_world(world: World<'a>) -> CurrentIncidents<'a> {
        let now = match world.condition {
            Some(condition) => std::borrow::Cow::Borrowed(condition),
            None => {
                let condition = Condition::of_network(&world.books.network, world.state);
                std::borrow::Cow::Owned(condition)
            }
        };
        CurrentIncidents { world, now }
    }

    /// The health of everything as it is now.
    pub(in crate::desk) fn condition(&self) -> &Condition {
        &self.now
    }

    /// True when an incident is not over for this audience. That somebody else carries it on ends nothing, unless it goes on as
    /// another incident of which they have heard since; and closing ends nothing of which they were told since that it is out.
    pub(in crate::desk) fn is_current(&self, incident: &Incident, audience: &str) -> bool {
        let Some(closed) = &incident.closed else {
            return true;
        };
        let was_told = match (
            &closed.handed_over_to,
            merged_into(self.world.state, incident),
        ) {
            (_, Some(other)) => !self.was_told_since(&other.id, closed, audience),
            (Some(_), None) => true,
            (None, None) => self.was_told_since(&incident.id, closed, audience),
        };
        was_told
            && self.was_never_back(incident, closed)
            && self.told_arrangement(incident, audience) == Arrangement::Stands
    }

    /// A notice about an incident went to this audience after another had been closed.
    fn was_told_since(&self, incident: &str, closed: &Closing, audience: &str) -> bool {
        let mut notices = self.world.state.notices_about(incident, audience);
        notices.any(|s| s.seq > closed.seq)
    }

    /// When an incident ended: one that was handed over, when the last of what was out came back; another, since when this audience
    /// was told that all is stable, else when it was closed.
    pub(in crate::desk) fn ended_at(&self, incident: &Incident, audience: &str) -> Option<At> {
        let closed = incident.closed.as_ref()?;
        if closed.handed_over_to.is_none() {
            let stable = self.told_stable_since(incident, audience);
            return Some(stable.filter(|at| *at < closed.at).unwrap_or(closed.at));
        }
        let back = self.leaves(incident).into_iter().filter_map(|leaf| {
            let reports = self.world.state.reports_on(&leaf).iter();
            let up = reports.filter(|r| r.said.state == Some(LinkState::Up));
            let up = up.map(|r| r.said.since.map_or(r.said.said_at, |s| s.at));
            up.filter(|at| *at > closed.at).min()
        });
        Some(back.max().unwrap_or(closed.at))
    }

    /// Since when the last notice that says so has all stable.
    fn told_stable_since(&self, incident: &Incident, audience: &str) -> Option<At> {
        let mut notices = self.world.state.notices_about(&incident.id, audience);
        notices.find_map(|s| {
            let mut lines = s.statement.lines().iter();
            lines.find_map(|l| match l.reads.get("stable_since") {
                Some(Value::Instant(moment)) if l.is_about(&incident.id) => Some(moment.at),
                _ => None,
            })
        })
    }

    fn leaves(&self, incident: &Incident) -> Vec<String> {
        let network = &self.world.books.network;
        let scope = incident.links_in_scope();
        let leaves = scope.iter();
        leaves
            .flat_map(|link| self.now.checked_leaves(network, link))
            .collect()
    }

    /// Something of it is out, and has been since before it was handed over.
    fn was_never_back(&self, incident: &Incident, closed: &Closing) -> bool {
        self.leaves(incident).iter().any(|leaf| {
            let state = self.now.link_state(leaf);
            let trouble = self
                .now
                .reported_link(leaf)
                .and_then(|l| l.trouble.as_ref());
            state.is_bad()
                && state != LinkState::AtRisk
                && trouble.is_some_and(|(since, _)| since.at <= closed.at)
        })
    }

    fn told_arrangement(&self, incident: &Incident, audience: &str) -> Arrangement {
        let said = self.world.state.notices_about(&incident.id, audience);
        let said: Vec<_> = said.map(|s| &s.statement).collect();
        told_work(said.iter().copied(), incident).arrangement
    }
}

/// The incident as which another goes on, by a merge.
pub(in crate::desk) fn merged_into<'a>(
    state: &'a State,
    incident: &Incident,
) -> Option<&'a Incident> {
    let to = incident.closed.as_ref()?.handed_over_to.as_ref()?;
    state.incidents.get(to)
}
