//! What failed in an incident: links, and what rides on them, that somebody reported out, degraded or unstable since it
//! began. Being at risk is no failure. It derives no fact.

use crate::domain::base::link::{LinkId, LinkState};
use crate::domain::facts::subject::IncidentSubject;

/// The reports that a link, or a part of it, did not work in this incident. One from before counts while it still was the
/// last word as the incident began.
pub(crate) fn failures_of(ground: &IncidentSubject<'_>, id: &str) -> Vec<u64> {
    let parts = ground.world.books.network.leaf_parts(id);
    let parts = parts.into_iter().filter(|part| part != id);
    let family = std::iter::once(id.to_owned()).chain(parts);
    family
        .flat_map(|link| own_failures(ground, &link))
        .collect()
}

/// True when the link or a part of it failed in this incident.
pub(crate) fn has_failed(ground: &IncidentSubject<'_>, id: &LinkId) -> bool {
    !failures_of(ground, id).is_empty()
}

/// The reports that this link itself did not work.
pub(crate) fn own_failures(ground: &IncidentSubject<'_>, link: &str) -> Vec<u64> {
    let state = ground.world.state;
    let began = ground.first_declared;
    let reports = state.reports_on(link).iter();
    let states = reports.filter_map(|r| Some((r.seq, r.said.state?)));
    let (before, since): (Vec<_>, Vec<_>) = states.partition(|(seq, _)| *seq < began);
    let found = before.into_iter().next_back().into_iter().chain(since);
    let failed = found.filter(|(_, state)| state.is_bad() && *state != LinkState::AtRisk);
    failed.map(|(seq, _)| seq).collect()
}
