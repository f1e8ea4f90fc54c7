//! Which incidents are not over, as customers see it: those that are open, and those that were handed over while
//! something is still out. It judges no text.

use crate::domain::base::link::LinkState;
use crate::domain::base::time::At;
use crate::domain::facts::world::World;
use crate::domain::network::health::Condition;
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

    /// True when an incident is not over for this audience. That somebody else carries it on ends nothing.
    pub(in crate::desk) fn is_current(&self, incident: &Incident, audience: &str) -> bool {
        let Some(closed) = &incident.closed else {
            return true;
        };
        closed.handed_over_to.is_some()
            && self.was_never_back(incident, closed)
            && self.told_arrangement(incident, audience) == Arrangement::Stands
    }

    /// When an incident ended: one that was handed over, when the last of what was out came back.
    pub(in crate::desk) fn ended_at(&self, incident: &Incident) -> Option<At> {
        let closed = incident.closed.as_ref()?;
        if closed.handed_over_to.is_none() {
            return Some(closed.at);
        }
        let back = self.leaves(incident).into_iter().filter_map(|leaf| {
            let reports = self.world.state.reports_on(&leaf).iter();
            let up = reports.filter(|r| r.said.state == Some(LinkState::Up));
            let up = up.map(|r| r.said.since.map_or(r.said.said_at, |s| s.at));
            up.filter(|at| *at > closed.at).min()
        });
        Some(back.max().unwrap_or(closed.at))
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
