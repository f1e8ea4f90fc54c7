//! Looking: what is out, whether it still holds, what would be said, and why.

use crate::desk::{Desk, DeskError};
use crate::domain::draft::Wanted;
use crate::domain::points::{Sheet, sheet};
use crate::domain::state::Issued;
use crate::domain::still_true::{Verdict, still_true};

impl Desk {
    /// A verdict for each line of an issued statement, now.
    ///
    /// # Errors
    /// When facts cannot be derived.
    pub fn verdicts(&self, issued: &Issued) -> Result<Vec<Verdict>, DeskError> {
        let Some(incident) = issued.statement.incidents.first() else {
            return Ok(Vec::new());
        };
        let facts = self.facts(incident, &issued.statement.audience)?;
        let playbook = self.playbook_of(incident).ok();
        Ok(still_true(
            &issued.statement,
            &facts,
            playbook.as_ref(),
            &self.voice,
        ))
    }

    /// The last statement on an incident to an audience.
    pub fn last_said(&self, incident: &str, audience: &str) -> Option<&Issued> {
        self.state.said(incident, audience).next()
    }

    /// The talking points for a role.
    ///
    /// # Errors
    /// When the incident does not exist or the playbook is at fault.
    pub fn points(&self, incident: &str, role: &str) -> Result<Sheet, DeskError> {
        let looked = self.draft(incident, "customers", Wanted::default())?;
        let playbook = self.playbook_of(incident)?;
        let last = self.last_said(incident, "customers");
        let verdicts = last.map(|l| self.verdicts(l)).transpose()?;
        let pair = last.map(|l| &l.statement).zip(verdicts.as_deref());
        let langs = &self.world()?.books.workspace.languages;
        sheet(&playbook, &looked.draft, pair, &self.voice, langs, role).map_err(|error| {
            DeskError::Compose {
                playbook: playbook.name().to_owned(),
                error,
            }
        })
    }
}
