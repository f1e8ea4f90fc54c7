//! The ends that we promised ourselves, beside those that others give: one end for each link in a text. It judges no promise.

use crate::domain::base::link::LinkId;
use crate::domain::base::time::{At, When};
use crate::domain::base::value::{Named, Value};
use crate::domain::config::promise_kind::{Per, UP};
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::facts::subject::IncidentSubject;
use crate::domain::state::promise::Promise;

/// True for a promise of ours to bring back what it covers.
fn is_of_being_up(promise: &Promise) -> bool {
    promise.made.per == Some(Per::Incident) && promise.made.kept_when.as_deref() == Some(UP)
}

/// What a promise covers, with its parts.
fn covered_links(ground: &IncidentSubject<'_>, promise: &Promise) -> Vec<LinkId> {
    let network = &ground.world.books.network;
    let all = promise.scope.iter();
    let all = all.flat_map(|l| std::iter::once(l.clone()).chain(network.leaf_parts(l)));
    all.collect()
}

/// The events of the repair windows, given since the due time of a promise was, that end later than it: we cannot say any
/// more that it stands.
pub(super) fn overtaken_by(
    ground: &IncidentSubject<'_>,
    facts: &Facts,
    promise: &Promise,
    (due, word): (When, &[u64]),
) -> Vec<u64> {
    if !is_of_being_up(promise) {
        return Vec::new();
    }
    let end: At = due.ends_at(ground.zone());
    let said = word.iter().max().copied().unwrap_or(promise.seq);
    let windows = covered_links(ground, promise).into_iter().filter_map(|l| {
        let fact = facts.known_fact(&format!("links.{l}.window"))?;
        let is_later =
            matches!(&fact.value, Value::Window(w) if w.latest.ends_at(ground.zone()) > end);
        let is_newer = fact.events.iter().any(|e| *e > said);
        (is_later && is_newer).then(|| fact.events.clone())
    });
    windows.flatten().collect()
}

/// What we have promised to bring back by a time that stands, and what is in trouble and has no end by anybody's word.
#[derive(Default)]
pub(super) struct OwnEnds {
    links: Vec<LinkId>,
    events: Vec<u64>,
}

impl OwnEnds {
    /// Takes in a promise that stands, with its due time as it is now.
    pub(super) fn add_standing(
        &mut self,
        ground: &IncidentSubject<'_>,
        promise: &Promise,
        due: When,
        events: &[u64],
    ) {
        if !is_of_being_up(promise) || due.ends_at(ground.zone()) <= ground.as_of {
            return;
        }
        self.links.extend(covered_links(ground, promise));
        self.events.extend(events);
    }

    /// The lists `promised_back` and `open_ended`.
    pub(super) fn insert_lists(self, ground: &IncidentSubject<'_>, facts: &mut Facts) {
        let scope = ground.links_with_parts();
        let ours = scope.iter().filter(|l| self.links.contains(l));
        let ours: Vec<Named> = ours.map(|l| ground.named_link(l)).collect();
        let events = [&ground.incident_events()[..], &self.events].concat();
        let mut open = facts.known_fact("no_window").cloned();
        if let Some(Fact { value, events, .. }) = &mut open
            && let Value::List(all) = value
        {
            all.retain(|n| !ours.iter().any(|o| o.id == n.id));
            events.extend(&self.events);
        }
        let ours = Fact::from_events(Value::List(ours), &events);
        facts.insert_fact("promised_back", ours, None);
        if let Some(open) = open {
            facts.insert_fact("open_ended", open, None);
        }
    }
}
