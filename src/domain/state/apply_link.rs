//! Folds reports about links into the state. Works out no state of a link from them.

use std::sync::Arc;

use crate::domain::base::link::Source;
use crate::domain::base::time::At;
use crate::domain::record::event::Event;
use crate::domain::record::link_event::{LinkEvent, LinkReported};
use crate::domain::state::fold::State;
use crate::domain::state::incident::{FactReport, Report};
use crate::domain::state::replay::ReplayFault;

impl State {
    pub(super) fn apply_link(
        &mut self,
        event: &Event,
        payload: &LinkEvent,
    ) -> Result<(), ReplayFault> {
        match payload {
            LinkEvent::LinkReported(said) => {
                self.add_report(event, said.clone(), false);
                Ok(())
            }
            LinkEvent::Reconfirmed {
                links,
                facts,
                source,
                said_at,
            } => {
                for link in links {
                    let said = LinkReported::nothing_new(link, source, *said_at);
                    self.add_report(event, said, true);
                }
                self.reconfirm_facts(event, facts, source, *said_at)
            }
        }
    }

    fn add_report(&mut self, event: &Event, said: LinkReported, again: bool) {
        let reports = self.links.entry(said.link.clone()).or_default();
        Arc::make_mut(reports).push(Report {
            seq: event.seq,
            at: event.at,
            again,
            said,
        });
    }

    fn reconfirm_facts(
        &mut self,
        event: &Event,
        facts: &[String],
        source: &Source,
        said_at: At,
    ) -> Result<(), ReplayFault> {
        for name in facts {
            let noting = FactReport {
                seq: event.seq,
                again: true,
                value: None,
                source: source.clone(),
                said_at,
                scope: Vec::new(),
            };
            let noted = &mut self.incident_of(event)?.noted;
            noted.entry(name.clone()).or_default().push(noting);
        }
        Ok(())
    }
}
