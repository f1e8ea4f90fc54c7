//! The state as it was at an earlier event. Answers only for links and incidents, not for statements and promises.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::domain::base::time::At;
use crate::domain::state::fold::State;
use crate::domain::state::incident::{Incident, Report};

impl State {
    /// The reports about a link up to the event of this number, in the order of the record.
    pub fn reports_until(&self, link: &str, seq: u64) -> &[Report] {
        let all = self.reports_on(link);
        &all[..all.partition_point(|r| r.seq <= seq)]
    }

    /// The state right after the event of this number: the links, the incidents that were open then, and the incident `of`.
    /// It has no texts, statements and promises, and leaves out what has been taken back since.
    pub fn state_until(&self, seq: u64, of: &str) -> State {
        let was_open = |i: &Incident| i.closed.as_ref().is_none_or(|c| c.seq > seq);
        let known = self.incidents.values();
        let known = known.filter(|i| i.id == of || (i.seq <= seq && was_open(i)));
        let incidents: BTreeMap<_, _> = known.map(|i| (i.id.clone(), i.clone())).collect();
        let order = self.order.iter().filter(|id| incidents.contains_key(*id));
        let mut past = State {
            seq: self.seq.min(seq),
            at: self.at,
            order: order.cloned().collect(),
            incidents,
            retracted: self.retracted.clone(),
            disclosed: self.disclosed.clone(),
            is_drill: self.is_drill,
            ..State::default()
        };
        for (link, reports) in &self.links {
            let known = self.reports_until(link, seq);
            let known = match known.len() == reports.len() {
                true => Arc::clone(reports),
                false => Arc::new(known.to_vec()),
            };
            if !known.is_empty() {
                past.links.insert(link.clone(), known);
            }
        }
        for incident in past.incidents.values_mut() {
            incident.steps.retain(|s| s.seq <= seq);
            incident.notes.clear();
            for notings in incident.noted.values_mut() {
                notings.retain(|n| n.seq <= seq);
            }
            if incident.closed.as_ref().is_some_and(|c| c.seq > seq) {
                incident.closed = None;
            }
        }
        past
    }

    /// The state right after the event of this number, with the words that were typed since and had been said by a moment:
    /// what was so then by all that is known now.
    pub fn state_as_said(&self, seq: u64, said_by: At, of: &str) -> State {
        let mut past = self.state_until(seq, of);
        for (link, reports) in &self.links {
            let typed_since = reports.iter().filter(|r| r.seq > seq);
            let mut said = typed_since.filter(|r| r.said.said_at <= said_by).peekable();
            if said.peek().is_some() {
                let known = past.links.entry(link.clone()).or_default();
                Arc::make_mut(known).extend(said.cloned());
            }
        }
        for (id, incident) in &mut past.incidents {
            let Some(now) = self.incidents.get(id) else {
                continue;
            };
            for (name, notings) in &now.noted {
                let typed_since = notings.iter().filter(|n| n.seq > seq);
                let said = typed_since.filter(|n| n.said_at <= said_by).cloned();
                incident.noted.entry(name.clone()).or_default().extend(said);
            }
        }
        past
    }

    /// The number of the last report or noted fact that was recorded by this moment.
    pub fn seq_at(&self, at: At) -> u64 {
        let reports = self.links.values().flat_map(|r| r.iter());
        let reports = reports.map(|r| (r.seq, r.at));
        let notings = self
            .incidents
            .values()
            .flat_map(|i| i.noted.values().flatten())
            .map(|n| (n.seq, n.said_at));
        reports
            .chain(notings)
            .filter(|(_, t)| *t <= at)
            .map(|(seq, _)| seq)
            .max()
            .unwrap_or(self.seq)
    }
}
