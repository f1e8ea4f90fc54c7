//! Drafts put before those who approve, and what lets a statement go out: an approval of exactly these bytes, lines
//! approved in advance, or an override with its reason.

use std::collections::BTreeMap;

use chrono::Duration;

use crate::desk::{Desk, DeskError, Entry, shown};
use crate::domain::admission::admit::Refusal;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::time::{At, Period, When};
use crate::domain::config::playbook::Playbook;
use crate::domain::facts::evaluator::Voice;
use crate::domain::record::payload::Happening;
use crate::domain::speech::composer::Wanted;
use crate::domain::speech::gate::Statement;
use crate::domain::speech::slot;
use crate::domain::team::team_state::{LASTS, PreApproval, Submitted};
use crate::store::files;

/// A time in a draft that is nearer than this has as good as passed.
const NEAR: Duration = Duration::minutes(10);

/// What is approved in advance.
#[derive(Debug, Clone)]
pub struct InAdvance {
    /// By which it is called.
    pub name: String,
    /// For incidents under this playbook.
    pub playbook: String,
    /// To this audience.
    pub audience: String,
    /// Only the first statement on an incident.
    pub first: bool,
    /// Only these lines; any when empty.
    pub lines: Vec<String>,
    /// On these channels; all when empty.
    pub channels: Vec<String>,
    /// The values that were foreseen, by path.
    pub slots: BTreeMap<String, String>,
    /// Until then.
    pub until: At,
    /// Why.
    pub because: String,
}

/// What lets a statement go out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Release {
    /// This record asks for no approval.
    Free,
    /// The draft of this name is approved.
    Approved(String),
    /// What is approved in advance under this name, on these channels.
    InAdvance(String, Vec<String>),
    /// Nobody approved it; the reason.
    Overridden(String),
}

impl Release {
    /// What is composed because of it.
    pub fn wanted(&self) -> Wanted {
        match self {
            Release::InAdvance(_, channels) => Wanted {
                channels: channels.clone(),
                ..Wanted::default()
            },
            _ => Wanted::default(),
        }
    }

    /// What is recorded beside a statement that went out by it.
    pub fn entry(&self, incident: &IncidentId, statement: u32) -> Option<Entry> {
        let happening = match self {
            Release::Free | Release::Approved(_) => return None,
            Release::InAdvance(name, _) => Happening::PreApprovalUsed {
                name: name.clone(),
                statement,
            },
            Release::Overridden(because) => Happening::ApprovalOverridden {
                statement,
                because: because.clone(),
            },
        };
        Some((Some(incident.clone()), happening))
    }
}

impl Desk {
    /// Puts what may be said now before those who approve. Gives the draft's name.
    ///
    /// # Errors
    /// When the gate refuses it, or the actor may not draft.
    pub fn submit(
        &mut self,
        incidents: &[IncidentId],
        audience: &str,
    ) -> Result<String, DeskError> {
        let seen = self.head().clone();
        let looked = self.draft_of(incidents, audience, self.clock.now, Wanted::default())?;
        if !looked.findings.is_empty() {
            return Err(DeskError::Gate(Box::new(looked.draft), looked.findings));
        }
        let draft = looked.draft.digest().map_err(DeskError::Moved)?;
        let batch = [(
            incidents.first().cloned(),
            Happening::DraftSubmitted {
                draft: draft.clone(),
                audience: audience.to_owned(),
                incidents: incidents.to_vec(),
            },
        )];
        self.record_standing("submitting", &seen, &batch)?;
        Ok(draft)
    }

    /// A draft that waits: the one named, or the only one.
    ///
    /// # Errors
    /// When there is none, or it is not clear which.
    pub fn waiting(&self, name: Option<&str>) -> Result<Submitted, DeskError> {
        let team = &self.state.team;
        if let Some(name) = name {
            return team.submission(name).cloned().ok_or_else(|| {
                Refusal::new(
                    format!("no draft {name} was submitted"),
                    "see: saydo statement pending",
                )
                .into()
            });
        }
        let waiting: Vec<&Submitted> = self.pending().collect();
        match waiting.as_slice() {
            [one] => Ok((*one).clone()),
            [] => Err(Refusal::new(
                "no draft waits for approval",
                "put one before those who approve: saydo statement submit",
            )
            .into()),
            several => {
                let names: Vec<&str> = several.iter().map(|s| s.draft.as_str()).collect();
                Err(Refusal::new(
                    "several drafts wait for approval",
                    format!("name one: {}", names.join(", ")),
                )
                .into())
            }
        }
    }

    /// The drafts that wait: neither approved nor rejected, and not overtaken by a newer one on the same.
    pub fn pending(&self) -> impl Iterator<Item = &Submitted> {
        let all = &self.state.team.submitted;
        all.iter().enumerate().filter_map(move |(i, s)| {
            let is_newest = !all[i + 1..]
                .iter()
                .any(|o| o.incidents == s.incidents && o.audience == s.audience);
            let is_said = self.state.statements.iter().any(|said| {
                said.seq > s.seq
                    && said.statement.audience == s.audience
                    && said.statement.incidents == s.incidents
            });
            (s.approved.is_none() && s.rejected.is_none() && is_newest && !is_said).then_some(s)
        })
    }

    /// A submitted draft as it would go out, if it still holds.
    ///
    /// # Errors
    /// When it lapsed: what changed.
    pub fn submitted(&self, s: &Submitted) -> Result<Statement, DeskError> {
        self.composed(&s.incidents, &s.audience, &s.draft)
    }

    /// Whether the actor may approve this draft, before it is looked at.
    ///
    /// # Errors
    /// When it was the actor who submitted it and four eyes are asked for, they lack the right, or it is settled.
    pub fn may_approve(&self, s: &Submitted) -> Result<(), DeskError> {
        settled(s)?;
        let by = &self.clock.by;
        let approval = Happening::StatementApproved {
            draft: s.draft.clone(),
        };
        if let Err((what, hint)) = self.state.entitled(by, &approval) {
            return Err(DeskError::NotAllowed(Refusal::new(what, hint)));
        }
        if self.state.team.rules.four_eyes && *by == s.by {
            return Err(DeskError::NotAllowed(Refusal::new(
                format!("{by} submitted this draft; another person has to approve it"),
                self.whom_to_ask(&s.by),
            )));
        }
        Ok(())
    }

    /// Approves exactly the bytes of a draft.
    ///
    /// # Errors
    /// When the actor may not, somebody settled it already, or it lapsed.
    pub fn approve(&mut self, s: &Submitted) -> Result<(), DeskError> {
        let seen = self.head().clone();
        self.may_approve(s)?;
        let statement = self.submitted(s)?;
        self.no_time_is_near(&statement)?;
        let batch = [(
            s.incidents.first().cloned(),
            Happening::StatementApproved {
                draft: s.draft.clone(),
            },
        )];
        self.record_standing("approving", &seen, &batch)?;
        Ok(())
    }

    /// Rejects a draft; also one that was approved and has not gone out.
    ///
    /// # Errors
    /// When it was rejected before, or the actor may not.
    pub fn reject(&mut self, s: &Submitted, because: &str) -> Result<(), DeskError> {
        let seen = self.head().clone();
        if s.rejected.is_some() {
            settled(s)?;
        }
        if let Some(n) = self.said_since(s) {
            return Err(DeskError::NotAllowed(Refusal::new(
                format!(
                    "statement {n} went out since this draft was submitted; what was said cannot be unsaid"
                ),
                "if it is wrong, correct the record and issue again",
            )));
        }
        let rejection = Happening::StatementRejected {
            draft: s.draft.clone(),
            because: because.to_owned(),
        };
        let batch = [(s.incidents.first().cloned(), rejection)];
        self.record_standing("rejecting", &seen, &batch)?;
        Ok(())
    }

    /// Approves lines in advance.
    ///
    /// # Errors
    /// When the playbook, a line, a channel or the audience does not exist, the time has passed, or the actor may not.
    pub fn approve_in_advance(&mut self, what: &InAdvance) -> Result<(), DeskError> {
        let (_, base, own) = self.playbook_in_force(&what.playbook)?;
        let refuse = |what: String, hint: &str| Err(Refusal::new(what, hint).into());
        if what.until <= self.clock.now {
            return refuse(
                format!("{} has passed", self.local(what.until)),
                "give a time to come: --until",
            );
        }
        let workspace = &self.world()?.books.workspace;
        if let Some(wrong) = what
            .channels
            .iter()
            .find(|c| !workspace.channels.contains_key(*c))
        {
            return refuse(format!("there is no channel \"{wrong}\""), "see saydo.yaml");
        }
        if !workspace.audiences.contains_key(&what.audience) {
            return refuse(
                format!("there is no audience \"{}\"", what.audience),
                "see saydo.yaml",
            );
        }
        let base = base
            .and_then(|digest| self.state.texts.get(&digest))
            .map(|text| files::adopted_playbook(text).map_err(DeskError::Files))
            .transpose()?;
        let whole = Playbook::build(base.as_ref(), &own);
        if let Some(wrong) = what.lines.iter().find(|l| whole.line(l).is_none()) {
            return refuse(
                format!("the playbook {} has no line \"{wrong}\"", what.playbook),
                "see: saydo playbook show",
            );
        }
        self.slots_are_printed(&whole, &what.slots)?;
        let approved = Happening::PreApproved {
            name: what.name.clone(),
            playbook: what.playbook.clone(),
            audience: what.audience.clone(),
            first: what.first,
            lines: what.lines.clone(),
            channels: what.channels.clone(),
            slots: what.slots.clone(),
            until: what.until,
            because: what.because.clone(),
        };
        self.record(|_| Ok(vec![(None, approved.clone())]))?;
        Ok(())
    }

    /// A range for something that no line prints would restrict nothing.
    fn slots_are_printed(
        &self,
        playbook: &Playbook,
        slots: &BTreeMap<String, String>,
    ) -> Result<(), DeskError> {
        let mut printed: Vec<String> = Vec::new();
        for line in &playbook.file.lines {
            for text in line.say.values().chain(&line.asserts) {
                let is_template = !line.asserts.contains(text);
                printed.extend(self.voice.names(text, is_template).unwrap_or_default());
            }
        }
        printed.sort_unstable();
        printed.dedup();
        for (path, range) in slots {
            if let Some(fault) = slot::fault(range) {
                return Err(Refusal::new(
                    format!("--slot {path}: {fault}"),
                    "alternatives by comma, each a value or FROM..TO: 1..2, 10%..50%, AAG,APG",
                )
                .into());
            }
            if !slot::is_printed(path, &printed) {
                return Err(Refusal::new(
                    format!("no line of {} prints \"{path}\"", playbook.name()),
                    format!("they print: {}", printed.join(", ")),
                )
                .into());
            }
        }
        Ok(())
    }

    /// What lets a statement go out now.
    ///
    /// # Errors
    /// When nothing does: why, and whom to ask.
    pub(crate) fn released(
        &self,
        incidents: &[IncidentId],
        audience: &str,
        draft: Option<&str>,
        because: Option<&str>,
    ) -> Result<Release, DeskError> {
        let team = &self.state.team;
        if let Some(because) = because {
            return Ok(if team.rules.approval {
                Release::Overridden(because.to_owned())
            } else {
                Release::Free
            });
        }
        if !team.rules.approval {
            return Ok(Release::Free);
        }
        let submission = match draft {
            Some(name) => team.submission(name),
            None => team.newest_approved(incidents, audience),
        };
        let why_not = match submission {
            Some(s) => match self.approved(s) {
                Ok(()) => return Ok(Release::Approved(s.draft.clone())),
                Err(why) => why,
            },
            None if draft.is_some() => "this draft was not submitted for approval".to_owned(),
            None => "nothing is approved for it".to_owned(),
        };
        if draft.is_none()
            && let Some(release) = self.release_in_advance(incidents, audience)?
        {
            return Ok(release);
        }
        let drafter = submission.map_or(self.clock.by.as_str(), |s| s.by.as_str());
        let hint = format!(
            "put it before them: saydo statement submit {}; then {}",
            incidents.join(" "),
            self.whom_to_ask(drafter)
        );
        Err(DeskError::NotAllowed(Refusal::new(
            format!("nothing was issued: {why_not}"),
            hint,
        )))
    }

    /// What is approved in advance and covers all that would be said; not when the last draft on it was rejected, nor
    /// for the one who approved it, where four eyes are asked for.
    fn release_in_advance(
        &self,
        incidents: &[IncidentId],
        audience: &str,
    ) -> Result<Option<Release>, DeskError> {
        let team = &self.state.team;
        let on_this = |s: &&Submitted| s.audience == audience && s.incidents == incidents;
        let last = team.submitted.iter().rev().find(on_this);
        if last.is_some_and(|s| s.rejected.is_some() && self.said_since(s).is_none()) {
            return Ok(None);
        }
        let mut narrower = None;
        for p in &team.in_advance {
            let is_latest = team.ahead(&p.name).is_some_and(|l| l.seq == p.seq);
            let is_own = team.rules.four_eyes && p.by == self.clock.by;
            if !is_latest || is_own || !self.is_in_advance(p, incidents, audience) {
                continue;
            }
            let release = Release::InAdvance(p.name.clone(), p.channels.clone());
            let looked = self.draft_of(incidents, audience, self.clock.now, release.wanted())?;
            let covers = |l: &crate::domain::speech::draft::DraftLine| {
                (p.lines.is_empty() || p.lines.contains(&l.said.id))
                    && slot::outside(&p.slots, &l.said).is_none()
            };
            if looked.draft.lines.iter().all(covers) {
                return Ok(Some(release));
            }
            narrower = narrower.or(Some(release));
        }
        Ok(narrower)
    }

    fn approved(&self, s: &Submitted) -> Result<(), String> {
        let team = &self.state.team;
        if let Some((_, by, because)) = &s.rejected {
            return Err(format!("{by} rejected the draft: {because}"));
        }
        let Some((_, by, at)) = &s.approved else {
            return Err("the draft waits for approval".into());
        };
        if team.rules.four_eyes && *by == s.by {
            return Err("the draft was approved by the one who submitted it".into());
        }
        if let Some(said) = self.said_since(s) {
            return Err(format!(
                "statement {said} went out since the draft was submitted"
            ));
        }
        let ends = *at + self.approval_lasts(&s.incidents).duration();
        if self.clock.now > ends {
            return Err(format!("the approval by {by} lapsed at {}", shown(ends)));
        }
        Ok(())
    }

    /// How long an approval on these incidents lasts: the shortest of their playbooks, else what the team set.
    pub fn approval_lasts(&self, incidents: &[IncidentId]) -> Period {
        let playbooks = incidents.iter().filter_map(|i| self.playbook_of(i).ok());
        playbooks
            .filter_map(|p| p.file.approval_lasts)
            .min()
            .or(self.state.team.rules.lasts)
            .unwrap_or(LASTS)
    }

    /// The statement on the same that went out after a draft was submitted.
    fn said_since(&self, s: &Submitted) -> Option<u32> {
        let said = self.state.statements.iter().find(|said| {
            said.seq > s.seq
                && said.statement.audience == s.audience
                && said.statement.incidents == s.incidents
        })?;
        Some(said.statement.number)
    }

    fn is_in_advance(&self, p: &PreApproval, incidents: &[IncidentId], audience: &str) -> bool {
        let [incident] = incidents else {
            return false;
        };
        let is_under = self
            .state
            .incidents
            .get(incident)
            .is_some_and(|i| i.playbook.name == p.playbook);
        let is_first = self.state.said(incident, audience).next().is_none();
        is_under && p.audience == audience && self.clock.now < p.until && (is_first || !p.first)
    }

    /// A statement says only what was approved in advance, and no time in an approved one is past or near.
    pub(crate) fn keeps_to(
        &self,
        release: &Release,
        statement: &Statement,
    ) -> Result<(), DeskError> {
        match release {
            Release::Approved(_) => self.no_time_is_near(statement),
            Release::InAdvance(name, _) => {
                let allowed = self.state.team.ahead(name);
                let lines = allowed.map(|p| p.lines.as_slice()).unwrap_or_default();
                let more: Vec<&str> = statement
                    .draft()
                    .lines
                    .iter()
                    .map(|l| l.said.id.as_str())
                    .filter(|id| !lines.is_empty() && !lines.iter().any(|l| l == id))
                    .collect();
                let slots = allowed.map(|p| p.slots.clone()).unwrap_or_default();
                let mut said = statement.draft().lines.iter();
                let beyond = said.find_map(|l| slot::outside(&slots, &l.said));
                let more = match (more.is_empty(), beyond) {
                    (true, None) => return Ok(()),
                    (true, Some((path, value))) => {
                        let foreseen = slots
                            .iter()
                            .find(|(p, _)| slot::means(p, &path))
                            .map_or("", |(_, range)| range);
                        vec![format!("{path} is {value}, and {foreseen} was foreseen")]
                    }
                    (false, _) => more.iter().map(ToString::to_string).collect(),
                };
                Err(DeskError::NotAllowed(Refusal::new(
                    format!(
                        "nothing was issued: it says more than \"{name}\" allows in advance: {}",
                        more.join(", ")
                    ),
                    format!(
                        "put it before them: saydo statement submit; then {}",
                        self.whom_to_ask(&self.clock.by)
                    ),
                )))
            }
            Release::Free | Release::Overridden(_) => Ok(()),
        }
    }

    fn no_time_is_near(&self, statement: &Statement) -> Result<(), DeskError> {
        let now = self.clock.now;
        let mut promises = statement
            .draft()
            .lines
            .iter()
            .flat_map(|l| l.promise.iter().chain(&l.also));
        let near = promises.find_map(|p| match p.due {
            When::At(t) if t - now < NEAR => Some(t),
            _ => None,
        });
        match near {
            Some(t) => Err(DeskError::NotAllowed(Refusal::new(
                format!(
                    "the draft lapsed: a time in it, {}, is past or near",
                    shown(t)
                ),
                "draft and submit it again: saydo statement submit",
            ))),
            None => Ok(()),
        }
    }

    /// Who may approve what this person drafted.
    fn whom_to_ask(&self, drafter: &str) -> String {
        let team = &self.state.team;
        let people: Vec<&str> = team
            .with("approve", None)
            .into_iter()
            .filter(|p| !team.rules.four_eyes || *p != drafter)
            .collect();
        if people.is_empty() {
            return "nobody else may approve: an administrator grants the right (saydo role grant approver NAME)".into();
        }
        format!("ask {} to approve", people.join(" or "))
    }
}

fn settled(s: &Submitted) -> Result<(), DeskError> {
    let what = match (&s.rejected, &s.approved) {
        (Some((_, by, because)), _) => format!("{by} rejected this draft: {because}"),
        (None, Some((_, by, at))) => format!("{by} approved this draft already at {}", shown(*at)),
        (None, None) => return Ok(()),
    };
    Err(DeskError::NotAllowed(Refusal::new(
        what,
        "see: saydo statement pending",
    )))
}
