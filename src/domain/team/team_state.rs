//! The team by the record: people, roles, keys, rules of approval, what was approved. It checks no signature.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::base::digest::sha256;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::time::{At, Period};
use crate::domain::team::right::Right;

/// How long an approval lasts when nobody says otherwise.
pub const LASTS: Period = Period::from_minutes(240);

/// Whether statements need approval, and whose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Rules {
    /// True when issuing needs a valid approval.
    pub approval: bool,
    /// True when the one who drafted may not approve.
    pub four_eyes: bool,
    /// How long an approval is valid; [`LASTS`] when none.
    pub lasts: Option<Period>,
}

/// The public key of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// The name under which its owner acts.
    pub person: String,
    /// The public key (ed25519), 32 bytes in hexadecimal.
    pub public: String,
    /// The number of the event that trusts it.
    pub trusted: u64,
    /// The number of the event that revoked it.
    pub revoked: Option<u64>,
}

/// A draft that was put before those who approve.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitted {
    /// The number of the event.
    pub seq: u64,
    /// When that was, UTC.
    pub at: At,
    /// The name of the person who did.
    pub by: String,
    /// The name of the draft: moment and digest.
    pub draft: String,
    /// The audience to which it speaks.
    pub audience: String,
    /// The incidents of which it speaks.
    pub incidents: Vec<IncidentId>,
    /// The name of the text beside the notice that it is; none for a notice.
    #[serde(default)]
    pub text: Option<String>,
    /// The number of the event that approved it, the person who did, and when.
    pub approved: Option<(u64, String, At)>,
    /// When that approval lapses, UTC, where it says so.
    pub until: Option<At>,
    /// The number of the event that rejected it, the person who did, and the reason.
    pub rejected: Option<(u64, String, String)>,
}

/// Lines that may go out without anybody being asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreApproval {
    /// The number of the event.
    pub seq: u64,
    /// The name of the person who did.
    pub by: String,
    /// The name under which it is used.
    pub name: String,
    /// The playbook whose incidents it covers.
    pub playbook: String,
    /// The audience that it covers.
    pub audience: String,
    /// True when it covers only the first statement on an incident.
    pub first: bool,
    /// The lines that it covers; any when empty.
    pub lines: Vec<String>,
    /// The channels that it covers; all when empty.
    pub channels: Vec<String>,
    /// The values that were foreseen, by path.
    #[serde(default)]
    pub slots: BTreeMap<String, String>,
    /// When it ends, UTC.
    pub until: At,
    /// The statements that used it.
    pub used: Vec<u32>,
}

/// An issue without approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overridden {
    /// The number of the event.
    pub seq: u64,
    /// The name of the person who did.
    pub by: String,
    /// The number of the statement.
    pub statement: u32,
    /// The reason that was given.
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
    /// The keys by their identifier.
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
    pub fn people_with_right(&self, right: Right, scope: Option<&str>) -> Vec<&str> {
        let may = |person: &&String| self.has_right(person, right, scope);
        self.granted
            .keys()
            .filter(may)
            .map(String::as_str)
            .collect()
    }

    /// True when a person has a right, whole or narrowed to this scope.
    pub fn has_right(&self, person: &str, right: Right, scope: Option<&str>) -> bool {
        let narrow = scope.map(|s| format!("{right}:{s}"));
        let mut roles = self.granted.get(person).into_iter().flatten();
        roles.any(|role| {
            self.roles.get(role).is_some_and(|may| {
                // Who may issue a statement may also carry it out.
                may.contains(right.token())
                    || narrow.as_ref().is_some_and(|n| may.contains(n))
                    || (right == Right::Publish && may.contains(Right::Issue.token()))
            })
        })
    }

    /// What is approved in advance under a name: the latest word on it.
    pub fn find_pre_approval(&self, name: &str) -> Option<&PreApproval> {
        self.in_advance.iter().rev().find(|p| p.name == name)
    }

    /// How a statement went out, when not by an approval of its bytes.
    pub fn describe_release(&self, statement: u32) -> Option<String> {
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
    pub fn find_submission(&self, draft: &str) -> Option<&Submitted> {
        self.submitted.iter().rev().find(|s| s.draft == draft)
    }

    /// The newest draft that was approved for these incidents and this audience, and not rejected since.
    pub fn newest_approved(
        &self,
        incidents: &[IncidentId],
        audience: &str,
        text: Option<&str>,
    ) -> Option<&Submitted> {
        let fits = |s: &&Submitted| {
            s.approved.is_some()
                && s.rejected.is_none()
                && s.audience == audience
                && s.incidents == incidents
                && s.text.as_deref() == text
        };
        self.submitted.iter().rev().find(fits)
    }
}
