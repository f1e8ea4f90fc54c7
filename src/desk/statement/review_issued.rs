//! Looking: what is out, whether it still holds, what would be said, and why.

use crate::desk::{Desk, DeskError};
use crate::domain::base::incident::IncidentId;
use crate::domain::base::value::Value;
use crate::domain::facts::fact::Facts;
use crate::domain::speech::compose::Wanted;
use crate::domain::speech::points::{LastSaid, Sheet, sheet};
use crate::domain::speech::still_true::{Ground, Verdict, still_true};
use crate::domain::state::incident::Issued;

impl Desk {
    /// A verdict for each line of an issued statement, now.
    ///
    /// # Errors
    /// When facts cannot be derived.
    pub fn verdicts(&self, issued: &Issued) -> Result<Vec<Verdict>, DeskError> {
        let mut grounds: Vec<Ground> = Vec::new();
        for incident in &issued.statement.incidents {
            let facts = self.facts(incident, &issued.statement.audience)?;
            grounds.push((facts, self.playbook_of(incident).ok()));
        }
        Ok(still_true(&issued.statement, &grounds, &self.voice))
    }

    /// The same with the facts of one incident to customers at hand.
    pub(crate) fn verdicts_with(
        &self,
        issued: &Issued,
        incident: &str,
        facts: &Facts,
    ) -> Result<Vec<Verdict>, DeskError> {
        let only = issued.statement.incidents.as_slice() == [incident.to_owned()];
        if !only || issued.statement.audience != facts.audience {
            return self.verdicts(issued);
        }
        let ground = (facts.clone(), self.playbook_of(incident).ok());
        Ok(still_true(&issued.statement, &[ground], &self.voice))
    }

    /// True when a region is affected by an incident, for certain or possibly.
    ///
    /// # Errors
    /// When facts cannot be derived.
    pub fn touches(&self, incident: &str, region: &str) -> Result<bool, DeskError> {
        let facts = self.facts(incident, "customers")?;
        let in_scope = self
            .state
            .incidents
            .get(incident)
            .is_some_and(|i| i.scope().iter().any(|l| l == region));
        let listed = ["regions.affected", "regions.possible"].iter().any(
            |p| matches!(facts.value(p), Some(Value::List(l)) if l.iter().any(|n| n.id == region)),
        );
        Ok(in_scope || listed)
    }

    /// The last statement on an incident to an audience.
    pub fn last_said(&self, incident: &str, audience: &str) -> Option<&Issued> {
        self.state.said(incident, audience).next()
    }

    /// The talking points for a role.
    ///
    /// # Errors
    /// When the incident does not exist or the playbook is at fault.
    pub fn points(&self, incidents: &[IncidentId], role: &str) -> Result<Sheet, DeskError> {
        let looked = self.draft_of(incidents, "customers", self.clock.now, Wanted::default())?;
        let playbooks = self.playbooks_of(incidents)?;
        let last = incidents
            .iter()
            .filter_map(|i| self.last_said(i, "customers"))
            .max_by_key(|s| s.statement.number);
        let verdicts = last.map(|l| self.verdicts(l)).transpose()?;
        let last = match last.zip(verdicts.as_deref()) {
            Some((issued, verdicts)) => Some(LastSaid {
                statement: &issued.statement,
                renditions: issued.statement.renditions()?,
                verdicts,
            }),
            None => None,
        };
        let langs = &self.world()?.books.workspace.languages;
        let last = last.as_ref();
        sheet(&playbooks, &looked.draft, last, &self.voice, langs, role).map_err(|error| {
            let names: Vec<&str> = playbooks.iter().map(|p| p.name()).collect();
            DeskError::Compose {
                playbook: names.join(", "),
                error,
            }
        })
    }
}
