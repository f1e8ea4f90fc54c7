//! Who may do what: people, roles, keys, the rules of approval, and what was approved. Facts of the record only;
//! whether a signature is good, `store::sign` says.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::base::digest::sha256;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::time::{At, Period};
use crate::domain::record::event::Event;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::promise_event::PromiseEvent;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::record::team_event::TeamEvent;

/// What a role may do. Some may be narrowed: `record:links`, `record:facts`,
/// `promise:bill-credit`, `disclose:capacity`.
pub const RIGHTS: [&str; 10] = [
    "record",
    "draft",
    "approve",
    "issue",
    "promise",
    "resources",
    "administer",
    "override",
    "disclose",
    "publish",
];

/// The role that may change people, roles, keys and files.
pub const ADMINISTRATOR: &str = "administrator";

/// The roles of a four-eyes set-up, as `init --team` writes them.
pub const ROLES: [(&str, &[&str]); 6] = [
    (ADMINISTRATOR, &["administer"]),
    ("operations", &["record"]),
    ("comms", &["draft", "issue", "promise", "publish"]),
    ("approver", &["approve"]),
    (
        "duty-manager",
        &[
            "record",
            "draft",
            "approve",
            "issue",
            "promise",
            "resources",
            "override",
            "disclose",
            "publish",
        ],
    ),
    ("publisher", &["publish"]),
];

/// How long an approval lasts when nobody says otherwise.
pub const LASTS: Period = Period::minutes(240);

/// Whether statements need approval, and whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rules {
    /// Issuing needs a valid approval.
    pub approval: bool,
    /// Not by the one who drafted it.
    pub four_eyes: bool,
    /// How long an approval lasts.
    pub lasts: Option<Period>,
}

/// A public key of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// Whose.
    pub person: String,
    /// 32 bytes in hexadecimal.
    pub public: String,
    /// The event that trusts it.
    pub trusted: u64,
    /// The event that revoked it.
    pub revoked: Option<u64>,
}

/// A draft that was put before those who approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// The event.
    pub seq: u64,
    /// When.
    pub at: At,
    /// By whom.
    pub by: String,
    /// The name of the draft: moment and digest.
    pub draft: String,
    /// To whom it speaks.
    pub audience: String,
    /// Of which incidents.
    pub incidents: Vec<IncidentId>,
    /// Who approved it, and when: event, person, time.
    pub approved: Option<(u64, String, At)>,
    /// Who rejected it, and why.
    pub rejected: Option<(u64, String, String)>,
}

/// Lines that may go out without anybody being asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreApproval {
    /// The event.
    pub seq: u64,
    /// By whom.
    pub by: String,
    /// Its name.
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
    #[serde(default)]
    pub slots: BTreeMap<String, String>,
    /// Until then.
    pub until: At,
    /// The statements that used it.
    pub used: Vec<u32>,
}

/// An issue without approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overridden {
    /// The event.
    pub seq: u64,
    /// By whom.
    pub by: String,
    /// Which statement.
    pub statement: u32,
    /// Why.
    pub because: String,
}

/// Everybody and everything they may do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// People by name, with what they are called in full.
    pub people: BTreeMap<String, String>,
    /// What each role may do.
    pub roles: BTreeMap<String, BTreeSet<String>>,
    /// The roles of each person.
    pub granted: BTreeMap<String, BTreeSet<String>>,
    /// Keys by identifier.
    pub keys: BTreeMap<String, Key>,
    /// The rules of approval.
    pub rules: Rules,
    /// What was put before those who approve.
    pub submitted: Vec<Submitted>,
    /// What is approved in advance.
    pub in_advance: Vec<PreApproval>,
    /// What went out without approval.
    pub overridden: Vec<Overridden>,
}

/// A key by name: the first 16 digits of the SHA-256 of its public half.
pub fn key_id(public: &str) -> String {
    sha256(public.as_bytes())[..16].to_owned()
}

/// True for a right that exists, narrowed or not.
pub fn is_right(right: &str) -> bool {
    let (base, scope) = right
        .split_once(':')
        .map_or((right, None), |(b, s)| (b, Some(s)));
    RIGHTS.contains(&base)
        && scope.is_none_or(|s| !s.is_empty() && matches!(base, "record" | "promise" | "disclose"))
}

/// The right that an entry needs, and its narrower form; none: anybody of the team may.
pub fn needed(payload: &EventPayload) -> Option<(&'static str, Option<String>)> {
    use EventPayload as H;
    let links = || Some("links".to_owned());
    Some(match payload {
        H::NoteTaken { .. }
        | H::Reminded { .. }
        | H::PromiseAccepted { .. }
        | H::ShiftHandedOver { .. }
        | H::ShiftAccepted { .. }
        | H::PreApprovalUsed { .. }
        | H::Told { .. } => return None,
        H::TextAdopted { .. }
        | H::PersonAdded { .. }
        | H::RoleDefined { .. }
        | H::RoleGranted { .. }
        | H::RoleRevoked { .. }
        | H::KeyTrusted { .. }
        | H::KeyRevoked { .. }
        | H::TeamRulesSet { .. }
        | H::DrillBegun => ("administer", None),
        H::DeliveryClaimed { .. } | H::DeliverySettled { .. } | H::DeliveryStopped { .. } => {
            ("publish", None)
        }
        H::IncidentDeclared { .. }
        | H::ScopeChanged { .. }
        | H::PlaybookChanged { .. }
        | H::LinkReported(_)
        | H::Reconfirmed { .. }
        | H::Retracted { .. }
        | H::IncidentClosed { .. } => ("record", links()),
        H::FactNoted { .. } => ("record", Some("facts".to_owned())),
        H::DraftSubmitted { .. } => ("draft", None),
        H::StatementApproved { .. } | H::StatementRejected { .. } | H::PreApproved { .. } => {
            ("approve", None)
        }
        H::ApprovalOverridden { .. } => ("override", None),
        H::DisclosureSet { path, .. } => ("disclose", Some(path.clone())),
        H::StatementIssued(_)
        | H::PromiseRevised {
            statement: Some(_), ..
        }
        | H::PromiseWithdrawn {
            statement: Some(_), ..
        } => ("issue", None),
        H::PromiseMade(made) if made.statement.is_some() => ("issue", None),
        H::PromiseMade(made) => ("promise", Some(made.promise.clone())),
        H::PromiseRevised { .. }
        | H::PromiseWithdrawn { .. }
        | H::PromiseKept { .. }
        | H::PromiseCarriedOver { .. } => ("promise", None),
        H::StockSet { .. } | H::StockAdded { .. } => ("resources", None),
    })
}

impl Team {
    /// Rights count from the first role that was granted on; before that one person does everything.
    pub fn has_roles(&self) -> bool {
        !self.granted.is_empty()
    }

    /// Entries are signed from the first trusted key on.
    pub fn has_keys(&self) -> bool {
        !self.keys.is_empty()
    }

    /// Who has a right, sorted.
    pub fn with(&self, right: &str, scope: Option<&str>) -> Vec<&str> {
        let may = |person: &&String| self.may(person, right, scope);
        self.granted
            .keys()
            .filter(may)
            .map(String::as_str)
            .collect()
    }

    /// True when a person has a right, whole or narrowed to this scope.
    pub fn may(&self, person: &str, right: &str, scope: Option<&str>) -> bool {
        let narrow = scope.map(|s| format!("{right}:{s}"));
        let mut roles = self.granted.get(person).into_iter().flatten();
        roles.any(|role| {
            self.roles.get(role).is_some_and(|may| {
                // Who may issue a statement may also carry it out.
                may.contains(right)
                    || narrow.as_ref().is_some_and(|n| may.contains(n))
                    || (right == "publish" && may.contains("issue"))
            })
        })
    }

    /// Whether somebody may record this.
    ///
    /// # Errors
    /// Why not: what is wrong, and whom to ask.
    pub fn entitled(
        &self,
        by: &str,
        payload: &EventPayload,
        kind_of: &dyn Fn(u32) -> Option<String>,
    ) -> Result<(), (String, String)> {
        if !self.has_roles() {
            return Ok(());
        }
        let ask = |right: &str, scope: Option<&str>| match self.with(right, scope).as_slice() {
            [] => format!(
                "nobody has the right `{right}`; an administrator grants it: saydo role grant ROLE PERSON"
            ),
            people => format!("ask {}, who may", people.join(" or ")),
        };
        if !self.people.contains_key(by) {
            let administrators = self.with("administer", None).join(" or ");
            return Err((
                format!("\"{by}\" is not of the team"),
                format!(
                    "act as yourself (--as NAME), or ask {administrators}: saydo person add {by}"
                ),
            ));
        }
        let asked = needed(payload).map(|(right, scope)| match payload {
            // What was promised is narrowed by its kind too.
            EventPayload::Promise(PromiseEvent::PromiseRevised {
                number,
                statement: None,
                ..
            })
            | EventPayload::Promise(PromiseEvent::PromiseWithdrawn {
                number,
                statement: None,
                ..
            })
            | EventPayload::Promise(PromiseEvent::PromiseKept { number, .. })
            | EventPayload::Promise(PromiseEvent::PromiseCarriedOver { number, .. }) => {
                (right, kind_of(*number))
            }
            _ => (right, scope),
        });
        match asked {
            Some((right, scope)) if !self.may(by, right, scope.as_deref()) => Err((
                format!(
                    "{by} may not do this ({}): it needs the right `{right}`",
                    payload.kind()
                ),
                ask(right, scope.as_deref()),
            )),
            _ => Ok(()),
        }
    }

    /// What is approved in advance under a name: the latest word on it.
    pub fn ahead(&self, name: &str) -> Option<&PreApproval> {
        self.in_advance.iter().rev().find(|p| p.name == name)
    }

    /// How a statement went out, when not by an approval of its bytes.
    pub fn released(&self, statement: u32) -> Option<String> {
        let over = self.overridden.iter().find(|o| o.statement == statement);
        let ahead = self.in_advance.iter().find(|p| p.used.contains(&statement));
        match (over, ahead) {
            (Some(o), _) => Some(format!("WITHOUT APPROVAL, by {}: {}", o.by, o.because)),
            (None, Some(p)) => Some(format!("as approved in advance by {} ({})", p.by, p.name)),
            (None, None) => None,
        }
    }

    /// The key by which somebody signs now.
    pub fn key_of(&self, person: &str, id: &str) -> Option<&Key> {
        self.keys
            .get(id)
            .filter(|k| k.person == person && k.revoked.is_none())
    }

    /// A draft that was submitted, by its name.
    pub fn submission(&self, draft: &str) -> Option<&Submitted> {
        self.submitted.iter().rev().find(|s| s.draft == draft)
    }

    /// The newest draft that was approved for these incidents and this audience, and not rejected since.
    pub fn newest_approved(&self, incidents: &[IncidentId], audience: &str) -> Option<&Submitted> {
        let fits = |s: &&Submitted| {
            s.approved.is_some()
                && s.rejected.is_none()
                && s.audience == audience
                && s.incidents == incidents
        };
        self.submitted.iter().rev().find(fits)
    }

    /// Takes in what an entry says of the team; everything else is passed over.
    ///
    /// # Errors
    /// When it names something that no earlier event made, or would leave nobody in charge.
    pub fn apply(&mut self, event: &Event) -> Result<(), String> {
        match &event.payload {
            EventPayload::Team(TeamEvent::PersonAdded { person, name }) => {
                let full = name.clone().unwrap_or_default();
                self.people.insert(person.clone(), full);
            }
            EventPayload::Team(TeamEvent::RoleDefined { role, may }) => {
                self.roles
                    .insert(role.clone(), may.iter().cloned().collect());
                self.in_charge()?;
            }
            EventPayload::Team(TeamEvent::RoleGranted { person, role }) => {
                self.known(person)?;
                if !self.roles.contains_key(role) {
                    return Err(format!("there is no role {role}"));
                }
                self.granted
                    .entry(person.clone())
                    .or_default()
                    .insert(role.clone());
                self.in_charge()?;
            }
            EventPayload::Team(TeamEvent::RoleRevoked { person, role, .. }) => {
                let roles = self.granted.get_mut(person);
                if !roles.is_some_and(|r| r.remove(role)) {
                    return Err(format!("{person} does not have the role {role}"));
                }
                self.in_charge()?;
            }
            EventPayload::Team(TeamEvent::KeyTrusted { person, key }) => {
                if self.has_roles() {
                    self.known(person)?;
                }
                let id = key_id(key);
                if self.keys.contains_key(&id) {
                    return Err(format!("the key {id} was trusted before"));
                }
                let key = Key {
                    person: person.clone(),
                    public: key.clone(),
                    trusted: event.seq,
                    revoked: None,
                };
                self.keys.insert(id, key);
            }
            EventPayload::Team(TeamEvent::KeyRevoked { key, .. }) => {
                let Some(found) = self.keys.get_mut(key).filter(|k| k.revoked.is_none()) else {
                    return Err(format!("there is no key {key} in force"));
                };
                found.revoked = Some(event.seq);
                self.can_sign()?;
            }
            EventPayload::Team(TeamEvent::TeamRulesSet {
                approval,
                four_eyes,
                lasts,
            }) => {
                self.rules = Rules {
                    approval: *approval,
                    four_eyes: *four_eyes,
                    lasts: *lasts,
                };
            }
            EventPayload::Statement(StatementEvent::DraftSubmitted {
                draft,
                audience,
                incidents,
            }) => {
                self.submitted.push(Submitted {
                    seq: event.seq,
                    at: event.at,
                    by: event.by.clone(),
                    draft: draft.clone(),
                    audience: audience.clone(),
                    incidents: incidents.clone(),
                    approved: None,
                    rejected: None,
                });
            }
            EventPayload::Statement(StatementEvent::StatementApproved { draft }) => {
                let (seq, by, at) = (event.seq, event.by.clone(), event.at);
                self.put_before(draft)?.approved = Some((seq, by, at));
            }
            EventPayload::Statement(StatementEvent::StatementRejected { draft, because }) => {
                let (seq, by) = (event.seq, event.by.clone());
                self.put_before(draft)?.rejected = Some((seq, by, because.clone()));
            }
            EventPayload::Statement(StatementEvent::PreApproved {
                name,
                playbook,
                audience,
                first,
                lines,
                channels,
                slots,
                until,
                ..
            }) => {
                self.in_advance.push(PreApproval {
                    seq: event.seq,
                    by: event.by.clone(),
                    name: name.clone(),
                    playbook: playbook.clone(),
                    audience: audience.clone(),
                    first: *first,
                    lines: lines.clone(),
                    channels: channels.clone(),
                    slots: slots.clone(),
                    until: *until,
                    used: Vec::new(),
                });
            }
            EventPayload::Statement(StatementEvent::PreApprovalUsed { name, statement }) => {
                let found = self.in_advance.iter_mut().rev().find(|p| p.name == *name);
                found
                    .ok_or_else(|| format!("nothing is approved in advance under the name {name}"))?
                    .used
                    .push(*statement);
            }
            EventPayload::Statement(StatementEvent::ApprovalOverridden { statement, because }) => {
                self.overridden.push(Overridden {
                    seq: event.seq,
                    by: event.by.clone(),
                    statement: *statement,
                    because: because.clone(),
                });
            }
            _ => {}
        }
        Ok(())
    }

    fn known(&self, person: &str) -> Result<(), String> {
        if self.people.contains_key(person) {
            return Ok(());
        }
        Err(format!("there is no person {person}"))
    }

    fn put_before(&mut self, draft: &str) -> Result<&mut Submitted, String> {
        self.submitted
            .iter_mut()
            .rev()
            .find(|s| s.draft == draft)
            .ok_or_else(|| format!("the draft {draft} was not submitted"))
    }

    /// Somebody can still change people, roles and keys.
    fn in_charge(&self) -> Result<(), String> {
        if self.has_roles() && self.with("administer", None).is_empty() {
            return Err("nobody would be left who may administer; grant that first".into());
        }
        self.can_sign()
    }

    /// Somebody who may administer has a key in force, when keys are set up.
    fn can_sign(&self) -> Result<(), String> {
        let is_in_charge = |k: &&Key| !self.has_roles() || self.may(&k.person, "administer", None);
        let mut live = self.keys.values().filter(|k| k.revoked.is_none());
        if self.has_keys() && !live.any(|k| is_in_charge(&k)) {
            return Err(
                "nobody who may administer would be left with a key; trust one first".into(),
            );
        }
        Ok(())
    }
}
