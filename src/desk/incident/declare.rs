//! Opening, growing and ending incidents.

use crate::desk::{Desk, DeskError, Entry};
use crate::domain::admission::admit::Refusal;
use crate::domain::base::digest::sha256;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::link::{LinkId, LinkState, Source};
use crate::domain::base::suggest::nearest;
use crate::domain::base::time::{Moment, Window};
use crate::domain::base::value::Value;
use crate::domain::config::playbook::PlaybookFile;
use crate::domain::facts::fact::{Facts, Lack};
use crate::domain::record::payload::{Happening, LinkReported, TextKind};
use crate::store::files;

/// What `declare` was told.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// The playbook by name.
    pub playbook: String,
    /// For staff.
    pub title: Option<String>,
    /// When it began.
    pub since: Option<Moment>,
    /// Announced work.
    pub planned: Option<Window>,
    /// The links with what is known of their state.
    pub links: Vec<(LinkId, Option<LinkState>)>,
    /// Who says so.
    pub source: Source,
}

impl Desk {
    /// The digests of a playbook in force and of its base.
    ///
    /// # Errors
    /// When there is no such playbook, with the nearest.
    pub fn playbook_in_force(
        &self,
        name: &str,
    ) -> Result<(String, Option<String>, PlaybookFile), DeskError> {
        let Some((adopted, text)) = self.state.text(TextKind::Playbook, name) else {
            let known: Vec<String> = self
                .state
                .adopted
                .get(&TextKind::Playbook)
                .map(|all| all.keys().filter(|k| !self.is_base(k)).cloned().collect())
                .unwrap_or_default();
            let near = nearest(name, known.iter().map(String::as_str));
            return Err(Refusal::new(
                format!("there is no playbook \"{name}\"{near}"),
                format!("known: {}. See: saydo playbook list", known.join(", ")),
            )
            .into());
        };
        let (file, _) = files::playbook(&format!("playbooks/{name}.yaml"), text.as_bytes())
            .map_err(DeskError::Files)?;
        let base = match &file.extends {
            Some(base) => {
                let found = self.state.text(TextKind::Playbook, base);
                let (base, _) = found.ok_or_else(|| {
                    Refusal::new(
                        format!("the base \"{base}\" of \"{name}\" is not adopted"),
                        "saydo adopt",
                    )
                })?;
                Some(base.digest.clone())
            }
            None => None,
        };
        Ok((adopted.digest.clone(), base, file))
    }

    /// True for a file that others build on and that is no playbook by itself.
    pub fn is_base(&self, name: &str) -> bool {
        name == "base"
    }

    /// Declares an incident. Gives its identifier.
    ///
    /// # Errors
    /// When something named does not exist, or a time is impossible.
    pub fn declare(&mut self, d: &Declaration) -> Result<IncidentId, DeskError> {
        self.record(|desk| {
            if desk.is_base(&d.playbook) {
                return Err(Refusal::new(
                    "\"base\" is what playbooks build on, not a playbook",
                    "see: saydo playbook list",
                )
                .into());
            }
            let (digest, base, file) = desk.playbook_in_force(&d.playbook)?;
            if file.planned == Some(true) && d.planned.is_none() {
                return Err(Refusal::new(
                    format!(
                        "{} is for announced work and needs its start and end",
                        d.playbook
                    ),
                    "saydo declare planned-work --window START..END --link ID",
                )
                .into());
            }
            let id = desk.next_incident();
            let mut batch: Vec<Entry> = vec![(
                Some(id.clone()),
                Happening::IncidentDeclared {
                    playbook: d.playbook.clone(),
                    digest,
                    base,
                    title: d.title.clone(),
                    since: d.since,
                    scope: d.links.iter().map(|(l, _)| l.clone()).collect(),
                    planned: d.planned,
                },
            )];
            for (link, state) in &d.links {
                if let Some(state) = state {
                    let said_at = desk.clock.now;
                    let mut report = LinkReported::nothing_new(link, &d.source, said_at);
                    report.state = Some(*state);
                    report.since = d.since.filter(|s| s.at <= said_at);
                    batch.push((Some(id.clone()), Happening::LinkReported(report)));
                }
            }
            if d.links.is_empty() {
                return Err(Refusal::new(
                    "an incident is about at least one link, region or service",
                    format!("saydo declare {} --link ID=down", d.playbook),
                )
                .into());
            }
            Ok(batch)
        })?;
        self.state
            .order
            .last()
            .cloned()
            .ok_or(DeskError::NothingAdopted("incident"))
    }

    fn next_incident(&self) -> IncidentId {
        format!("INC-{}", self.state.order.len() + 1)
    }

    /// Changes an incident's playbook.
    ///
    /// # Errors
    /// When there is no such playbook, or the incident is closed.
    pub fn escalate(&mut self, incident: &str, playbook: &str) -> Result<(), DeskError> {
        self.record(|desk| {
            let (digest, base, _) = desk.playbook_in_force(playbook)?;
            let change = Happening::PlaybookChanged {
                playbook: playbook.to_owned(),
                digest,
                base,
            };
            Ok(vec![(Some(incident.to_owned()), change)])
        })
        .map(|_| ())
    }

    /// What stands in the way of closing an incident.
    ///
    /// # Errors
    /// When facts cannot be derived.
    pub fn open_ends(&self, incident: &str) -> Result<Vec<Lack>, DeskError> {
        let facts = self.facts(incident, "customers")?;
        let phase = facts.word("phase").unwrap_or("unknown");
        if matches!(phase, "restored" | "restored-here" | "no-fault") {
            return Ok(Vec::new());
        }
        let mut lacks = facts
            .known("phase")
            .map(|f| f.lacks.clone())
            .unwrap_or_default();
        if lacks.is_empty() {
            lacks.push(facts.lack("phase"));
        }
        Ok(lacks)
    }

    /// The audiences that have heard of an incident.
    fn told_audiences(&self, incident: &str) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for s in &self.state.statements {
            let s = &s.statement;
            if s.incidents.iter().any(|i| i == incident) && !all.contains(&s.audience) {
                all.push(s.audience.clone());
            }
        }
        all
    }

    /// Closes an incident: only when all in its scope is restored, or somebody carries on.
    ///
    /// # Errors
    /// When something stands in the way.
    pub fn close_incident(
        &mut self,
        incident: &str,
        handed_over_to: Option<String>,
    ) -> Result<(), DeskError> {
        let seen = self.head().clone();
        if let Some(to) = &handed_over_to {
            crate::domain::admission::admit::text("name", to)?;
        }
        let closing = Happening::IncidentClosed {
            handed_over_to: handed_over_to.clone(),
        };
        let mut batch: Vec<Entry> = Vec::new();
        if let Some(to) = &handed_over_to {
            batch = self.carried_over_with(incident, to)?;
        }
        batch.push((Some(incident.to_owned()), closing));
        self.admit_all(&batch)?;
        let mut lacks = self.open_ends(incident)?;
        for audience in self.told_audiences(incident) {
            if let Some(what) = untold(&self.facts(incident, &audience)?) {
                let mut command = format!("saydo statement issue {incident}");
                if audience != "customers" {
                    command.push_str(&format!(" --audience {audience}"));
                }
                lacks.push(Lack::new(
                    format!("{audience} chưa được báo: {what}"),
                    format!("{audience} have not been told: {what}"),
                    command,
                ));
            }
        }
        let promises = self.open_promises(incident)?;
        if handed_over_to.is_none() && !(lacks.is_empty() && promises.is_empty()) {
            let mut why = Vec::new();
            if !lacks.is_empty() {
                why.push("not everything is restored and told".to_owned());
            }
            match promises.len() {
                0 => {}
                1 => why.push("a promise is open".to_owned()),
                n => why.push(format!("{n} promises are open")),
            }
            lacks.extend(promises);
            return Err(DeskError::NotYet {
                what: format!("{incident} cannot be closed: {}", why.join(", and ")),
                lacks,
            });
        }
        self.record_standing("closing", &seen, &batch).map(|_| ())
    }
}

/// What an audience heard that is no longer so, and has not been told.
pub(crate) fn untold(facts: &Facts) -> Option<String> {
    let lists = [
        ("slipped", "a repair date that moved"),
        ("withdrawn", "a repair date that was withdrawn"),
        ("promises.slipped", "a promise that moved"),
        ("promises.missed", "a promise that was missed"),
        ("promises.withdrawn", "a promise that was taken back"),
    ];
    let named = lists
        .iter()
        .filter_map(|(path, what)| match facts.value(path) {
            Some(Value::List(l)) if !l.is_empty() => {
                let names: Vec<&str> = l.iter().map(|n| n.id.as_str()).collect();
                Some(format!("{what} ({})", names.join(", ")))
            }
            _ => None,
        });
    let all: Vec<String> = named.collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// The digest of a text, as adoption computes it.
pub fn digest_of(text: &str) -> String {
    sha256(text.as_bytes())
}
