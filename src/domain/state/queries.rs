//! Questions that the state answers by looking things up. Changes nothing, and knows no clock.

use std::sync::Arc;

use crate::domain::base::link::LinkState;
use crate::domain::base::time::At;
use crate::domain::config::audience::Disclosure;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::TextKind;
use crate::domain::state::fold::{Adopted, State};
use crate::domain::state::incident::{Incident, Issued, Report};
use crate::domain::state::promise::Promise;
use crate::domain::team::entitled::NotEntitled;

impl State {
    /// Checks that somebody may record this payload now.
    ///
    /// # Errors
    /// When they are not on the team, or lack the right that it needs.
    pub fn check_entitled(&self, by: &str, payload: &EventPayload) -> Result<(), NotEntitled> {
        let kind_of = |n: u32| self.promise_no(n).map(|p| p.made.promise.clone());
        self.team.check_entitled(by, payload, &kind_of)
    }

    /// The incidents that are open, in the order of their declaration.
    pub fn open_incidents(&self) -> impl Iterator<Item = &Incident> {
        self.order
            .iter()
            .filter_map(|id| self.incidents.get(id))
            .filter(|i| i.is_open())
    }

    /// An incident and those that were handed over to it, also by way of others, the incident itself first.
    pub fn with_handed_over<'a>(&'a self, incident: &'a Incident) -> Vec<&'a Incident> {
        let mut all = vec![incident];
        let mut next = 0;
        while let Some(holder) = all.get(next).copied() {
            next += 1;
            let is_theirs = |i: &&Incident| {
                let to = i.closed.as_ref().and_then(|c| c.handed_over_to.as_ref());
                to.is_some_and(|to| *to == holder.id)
            };
            for from in self.incidents.values().filter(is_theirs) {
                if !all.iter().any(|i| i.id == from.id) {
                    all.push(from);
                }
            }
        }
        all
    }

    /// The number of the entry that declared an incident, or the first of those that were handed over to it.
    pub fn first_declared(&self, incident: &Incident) -> u64 {
        let all = self.with_handed_over(incident);
        all.iter().map(|i| i.seq).min().unwrap_or(incident.seq)
    }

    /// What was said of a link, in the order of the record.
    pub fn reports_on(&self, link: &str) -> &[Report] {
        self.links
            .get(link)
            .map(|r| r.as_slice())
            .unwrap_or_default()
    }

    /// The closed incidents of which people may have been told what is not so: since the closing an entry was taken back, a promise
    /// was moved or taken back, a cause was given, or something was seen to have failed before.
    pub fn corrected_since_closing(&self) -> Vec<&Incident> {
        let late = self.late_failures();
        let all = self.incidents.values();
        all.filter(|i| self.is_corrected_since_closing(i, &late))
            .collect()
    }

    fn is_corrected_since_closing(&self, incident: &Incident, late: &[(u64, At)]) -> bool {
        let Some(closing) = &incident.closed else {
            return false;
        };
        let is_later = |seq: u64| seq > closing.seq;
        let mut taken_back = self.retracted.iter();
        let mut promises = self.promises_of(&incident.id);
        let mut failures = late.iter();
        let mut links = incident.steps.iter().flat_map(|s| &s.added);
        taken_back.any(|(entry, r)| *entry < closing.seq && is_later(r.by))
            || promises.any(|p| {
                let is_taken = p.withdrawn.as_ref().is_some_and(|w| is_later(w.seq));
                is_taken || p.seq < closing.seq && is_later(p.current_due().seq)
            })
            || failures.any(|(seq, began)| {
                is_later(*seq) && (incident.declared_at..=closing.at).contains(began)
            })
            || links.any(|link| {
                let mut reports = self.reports_on(link).iter();
                reports.any(|r| is_later(r.seq) && r.said.cause.is_some())
            })
    }

    /// Reports that something did not work which were recorded after it had begun, with when that was.
    fn late_failures(&self) -> Vec<(u64, At)> {
        let all = self.links.values().flat_map(|reports| reports.iter());
        let bad = all.filter(|r| r.said.state.is_some_and(LinkState::is_bad));
        let began = bad.map(|r| {
            let since = r.said.since.map_or(r.said.said_at, |s| s.at);
            (r, since.min(r.said.said_at))
        });
        let late = began.filter(|(r, began)| *began < r.at);
        late.map(|(r, began)| (r.seq, began)).collect()
    }

    /// True when the event of this number confirmed what was said before and said nothing new.
    pub fn is_reconfirmation(&self, seq: u64) -> bool {
        let mut reports = self.links.values().flat_map(|r| r.iter());
        let mut notings = self
            .incidents
            .values()
            .flat_map(|i| i.noted.values().flatten());
        reports.any(|r| r.seq == seq && r.again) || notings.any(|n| n.seq == seq && n.again)
    }

    /// The promises of an incident, in the order of the ledger.
    pub fn promises_of(&self, incident: &str) -> impl DoubleEndedIterator<Item = &Promise> {
        let places = self.promised.get(incident).map(Vec::as_slice);
        places
            .unwrap_or_default()
            .iter()
            .filter_map(|at| self.promises.get(*at).map(Arc::as_ref))
    }

    /// True while a promise of the incident, which may be closed, was neither taken back nor attested.
    pub fn has_unsettled_promise(&self, incident: &str) -> bool {
        let is_unsettled =
            |p: &Promise| p.carried_over.is_some() && p.withdrawn.is_none() && p.attested.is_none();
        self.promises_of(incident).any(is_unsettled)
    }

    /// A promise by number.
    pub fn promise_no(&self, number: u32) -> Option<&Promise> {
        let found = self.promises.iter().find(|p| p.made.number == number);
        found.map(Arc::as_ref)
    }

    /// The number of the next promise.
    pub fn next_promise(&self) -> u32 {
        self.promises
            .iter()
            .map(|p| p.made.number)
            .max()
            .unwrap_or(0)
            + 1
    }

    /// Who may know a fact about an incident, when somebody of the team set that: the longest beginning of its path,
    /// then the latest word.
    pub fn disclosure_of(&self, incident: &str, path: &str) -> Option<Disclosure> {
        self.disclosed
            .iter()
            .filter(|d| d.incident.as_deref().is_none_or(|i| i == incident))
            .filter(|d| {
                path.strip_prefix(d.path.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
            .max_by_key(|d| (d.path.len(), d.seq))
            .map(|d| d.level)
    }

    /// An issued statement by number.
    pub fn find_statement(&self, number: u32) -> Option<&Issued> {
        let is_it = |s: &&Arc<Issued>| s.statement.number == number;
        // They are numbered in order, but for parts of a record.
        let at = usize::try_from(number)
            .unwrap_or(usize::MAX)
            .wrapping_sub(1);
        let usual = self.statements.get(at).filter(is_it);
        usual
            .or_else(|| self.statements.iter().find(is_it))
            .map(AsRef::as_ref)
    }

    /// The statements that speak of an incident to an audience, the latest first.
    pub fn statements_about(
        &self,
        incident: &str,
        audience: &str,
    ) -> impl Iterator<Item = &Issued> {
        let of = self
            .incidents
            .get(incident)
            .map(|i| i.statements.as_slice());
        of.unwrap_or_default()
            .iter()
            .rev()
            .filter_map(|n| self.find_statement(*n))
            .filter(move |s| s.statement.audience == audience)
    }

    /// The notices among them: texts beside a notice are not the update that people wait for.
    pub fn notices_about(&self, incident: &str, audience: &str) -> impl Iterator<Item = &Issued> {
        let all = self.statements_about(incident, audience);
        all.filter(|s| s.statement.text.is_none())
    }

    /// The text in force for a kind and name.
    pub fn adopted_text(&self, kind: TextKind, name: &str) -> Option<(&Adopted, &str)> {
        let adopted = self.adopted.get(&kind)?.get(name)?;
        Some((adopted, self.texts.get(&adopted.digest)?))
    }
}
