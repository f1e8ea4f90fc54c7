//! The workspace file `saydo.yaml`: who we are, how we speak, and the words that may be used. Opens no file.

use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::link::LinkId;
use crate::domain::config::audience::{Audience, CUSTOMERS, Disclosure};
use crate::domain::config::channel::Channel;
use crate::domain::config::customer_base::CustomerBase;
use crate::domain::config::outlet::Outlet;
use crate::domain::config::promise_kind::PromiseKind;
use crate::domain::config::resource::Resource;
use chrono_tz::Tz;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who we are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// The name that customers know, per language.
    pub names: Texts,
}

/// Where customers can turn to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// The number or address as written.
    pub text: Texts,
    /// As read aloud, when that differs.
    #[serde(default)]
    pub spoken: Texts,
    /// The link whose state decides whether it may be named.
    #[serde(default)]
    pub link: Option<LinkId>,
}

/// The catalogue of phrases that anybody may use in a sentence of their own.
pub const BY_HAND: &str = "by_hand";

/// The file `saydo.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    /// Where the record is, when it is not in this folder: `postgres://USER@HOST/NAME`, without a password.
    #[serde(default)]
    pub record: Option<String>,
    /// Who we are.
    pub organisation: Organisation,
    /// The languages of every statement.
    pub languages: Vec<Lang>,
    /// Those of them that the program does not read, accepted by name: of their texts the gate holds structure, printed values
    /// and claims, and not what their other words say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread_languages: Vec<Lang>,
    /// The time zone of every time that is typed or said, an IANA name.
    #[schemars(with = "String")]
    pub zone: Tz,
    /// What customers call that zone.
    #[serde(default)]
    pub zone_names: Texts,
    /// Who is spoken to.
    #[serde(default)]
    pub audiences: BTreeMap<String, Audience>,
    /// The channels by their name.
    pub channels: BTreeMap<String, Channel>,
    /// Where customers can turn to.
    #[serde(default)]
    pub contacts: BTreeMap<String, Contact>,
    /// Causes in words that may be published.
    #[serde(default)]
    pub causes: BTreeMap<String, Texts>,
    /// Those who say something about links.
    #[serde(default)]
    pub parties: BTreeMap<String, Texts>,
    /// What customers can do in the meantime.
    #[serde(default)]
    pub workarounds: BTreeMap<String, Texts>,
    /// Further lists of phrases, for the playbooks' noted facts.
    #[serde(default)]
    pub catalogues: BTreeMap<String, BTreeMap<String, Texts>>,
    /// What promises use, and what there is only so much of.
    #[serde(default)]
    pub resources: BTreeMap<String, Resource>,
    /// Where the bytes of statements go.
    #[serde(default)]
    pub outlets: BTreeMap<String, Outlet>,
    /// The customers, to whom planned notices go one by one.
    #[serde(default)]
    pub customers: Option<CustomerBase>,
    /// Promises that belong to no incident.
    #[serde(default)]
    pub promises: BTreeMap<String, PromiseKind>,
}

impl Workspace {
    /// A list of phrases by name.
    pub fn find_catalogue(&self, name: &str) -> Option<&BTreeMap<String, Texts>> {
        match name {
            "causes" => Some(&self.causes),
            "parties" => Some(&self.parties),
            "workarounds" => Some(&self.workarounds),
            other => self.catalogues.get(other),
        }
    }

    /// The phrases that anybody may use in a sentence of their own.
    pub fn phrases_by_hand(&self) -> Vec<Texts> {
        let listed = self.find_catalogue(BY_HAND);
        listed
            .map(|l| l.values().cloned().collect())
            .unwrap_or_default()
    }

    /// The names of all lists of phrases.
    pub fn catalogue_names(&self) -> impl Iterator<Item = &str> {
        ["causes", "parties", "workarounds"]
            .into_iter()
            .chain(self.catalogues.keys().map(String::as_str))
    }

    /// The audience to which a command or an outlet speaks that names none: `customers` when it is listed; else the only
    /// listed audience that may know what is public but not what is for business customers, and is spoken to in every channel;
    /// else the built-in `customers`.
    pub fn default_audience(&self) -> &str {
        if self.audiences.contains_key(CUSTOMERS) {
            return CUSTOMERS;
        }
        match self.public_audiences().as_slice() {
            [only] => only,
            _ => CUSTOMERS,
        }
    }

    /// True when what is for these audiences is for this one: no list is for all. A playbook's `customers` are the default
    /// audience, also where `saydo.yaml` calls it otherwise.
    pub fn is_for(&self, audiences: &[String], audience: &str) -> bool {
        let is_it = |named: &String| {
            named == audience || (named == CUSTOMERS && audience == self.default_audience())
        };
        audiences.is_empty() || audiences.iter().any(is_it)
    }

    /// The names of the listed audiences that may know no more than what is public: those that are spoken to in every channel,
    /// if there is one. The press, say, is written to by mail alone.
    pub(super) fn public_audiences(&self) -> Vec<&str> {
        let all = self.audiences.iter();
        let public = all.filter(|(_, a)| a.may_know < Disclosure::Business);
        let (everywhere, narrow): (Vec<_>, Vec<_>) =
            public.partition(|(_, a)| a.channels.is_empty());
        let meant = match everywhere.is_empty() {
            true => narrow,
            false => everywhere,
        };
        meant.into_iter().map(|(name, _)| name.as_str()).collect()
    }

    /// Lets outlets that name no audience speak to the default one. Done once, when the file has been read.
    pub fn fill_in_audiences(&mut self) {
        let default = self.default_audience().to_owned();
        for outlet in self.outlets.values_mut() {
            if outlet.audience == CUSTOMERS {
                outlet.audience.clone_from(&default);
            }
        }
    }

    /// The audience, with what it may know; `customers` exists even when the file lists none.
    pub fn find_audience(&self, name: &str) -> Option<Audience> {
        if let Some(a) = self.audiences.get(name) {
            return Some(a.clone());
        }
        let may_know = match name {
            CUSTOMERS => Disclosure::Public,
            "staff" => Disclosure::Staff,
            _ => return None,
        };
        Some(Audience {
            names: Texts::same_in_all(name),
            may_know,
            channels: Vec::new(),
        })
    }
}

#[cfg(test)]
#[path = "workspace_tests.rs"]
mod workspace_tests;
