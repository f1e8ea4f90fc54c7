//! The workspace file `saydo.yaml`: who we are, how we speak, and the words that may be used.

use crate::domain::base::fault::{Fault, is_id};
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::link::LinkId;
use crate::domain::config::audience::{Audience, Disclosure};
use crate::domain::config::channel::{Channel, Charset};
use crate::domain::config::outlet::Outlet;
use crate::domain::config::promise_kind::{Amount, Per, PromiseKind};
use crate::domain::config::resource::{Resource, Rest};
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
    /// The time zone of every time that is typed or said, an IANA name.
    #[schemars(with = "String")]
    pub zone: Tz,
    /// What customers call that zone.
    #[serde(default)]
    pub zone_names: Texts,
    /// Who is spoken to.
    #[serde(default)]
    pub audiences: BTreeMap<String, Audience>,
    /// The channels.
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
    /// Promises that belong to no incident.
    #[serde(default)]
    pub promises: BTreeMap<String, PromiseKind>,
}

impl Workspace {
    /// A list of phrases by name.
    pub fn catalogue(&self, name: &str) -> Option<&BTreeMap<String, Texts>> {
        match name {
            "causes" => Some(&self.causes),
            "parties" => Some(&self.parties),
            "workarounds" => Some(&self.workarounds),
            other => self.catalogues.get(other),
        }
    }

    /// The names of all lists of phrases.
    pub fn catalogue_names(&self) -> impl Iterator<Item = &str> {
        ["causes", "parties", "workarounds"]
            .into_iter()
            .chain(self.catalogues.keys().map(String::as_str))
    }

    /// The audience, with what it may know; `customers` exists even when the file lists none.
    pub fn audience(&self, name: &str) -> Option<Audience> {
        if let Some(a) = self.audiences.get(name) {
            return Some(a.clone());
        }
        let may_know = match name {
            "customers" => Disclosure::Public,
            "staff" => Disclosure::Staff,
            _ => return None,
        };
        Some(Audience {
            names: Texts::same(name),
            may_know,
            channels: Vec::new(),
        })
    }

    /// Everything that is wrong with it, all at once.
    pub fn faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        if self.languages.is_empty() {
            faults.push(Fault::at(
                "languages",
                "at least one language is needed: vi, en",
            ));
        }
        for (i, lang) in self.languages.iter().enumerate() {
            if self.languages[..i].contains(lang) {
                faults.push(Fault::at(
                    format!("languages[{i}]"),
                    format!("\"{lang}\" is listed twice"),
                ));
            }
        }
        if self.channels.is_empty() {
            faults.push(Fault::at("channels", "at least one channel is needed"));
        }
        let mut complete = |path: String, texts: &Texts| {
            for lang in &self.languages {
                match texts.get(*lang) {
                    Some(t) if !t.trim().is_empty() => {}
                    _ => faults.push(Fault::at(
                        path.clone(),
                        format!("the text in \"{lang}\" is missing"),
                    )),
                }
            }
        };
        complete("organisation.names".into(), &self.organisation.names);
        if !self.zone_names.is_empty() {
            complete("zone_names".into(), &self.zone_names);
        }
        for (name, contact) in &self.contacts {
            complete(format!("contacts.{name}.text"), &contact.text);
        }
        for (name, r) in &self.resources {
            complete(format!("resources.{name}.names"), &r.names);
        }
        for (name, kind) in &self.promises {
            complete(format!("promises.{name}.names"), &kind.names);
        }
        for list in self.catalogue_names() {
            for (key, texts) in self.catalogue(list).into_iter().flatten() {
                let at = match list {
                    "causes" | "parties" | "workarounds" => format!("{list}.{key}"),
                    _ => format!("catalogues.{list}.{key}"),
                };
                complete(at, texts);
            }
        }
        for (name, channel) in &self.channels {
            if !is_id(name) {
                faults.push(Fault::at(
                    format!("channels.{name}"),
                    "a channel's name is letters, digits, '.', '_', '-'",
                ));
            }
            if channel.max_names == 0 {
                faults.push(Fault::at(
                    format!("channels.{name}.max_names"),
                    "at least one name is shown",
                ));
            }
            if channel.max_parts.is_some() && channel.charset == Charset::Unicode {
                faults.push(Fault::at(
                    format!("channels.{name}.max_parts"),
                    "parts are counted for SMS only: set `charset: sms-auto` or `sms-gsm7`",
                ));
            }
            if channel.forms.is_empty() {
                faults.push(Fault::at(
                    format!("channels.{name}.forms"),
                    "say which forms of a line to use: say, short, plain, spoken",
                ));
            }
        }
        for (name, outlet) in &self.outlets {
            faults.extend(
                outlet.faults(name, &|c| self.channels.contains_key(c), &|l| {
                    self.languages.contains(&l)
                }),
            );
            if self.audience(&outlet.audience).is_none() {
                faults.push(Fault::at(
                    format!("outlets.{name}.audience"),
                    format!("there is no audience \"{}\"", outlet.audience),
                ));
            }
        }
        for (name, r) in &self.resources {
            if !is_id(name) {
                faults.push(Fault::at(
                    format!("resources.{name}"),
                    "a resource's name is letters, digits, '.', '_', '-'",
                ));
            }
            if r.rest == Rest::Carries && !r.per_day {
                faults.push(Fault::at(
                    format!("resources.{name}.rest"),
                    "only a rate (`per_day: true`) has a rest that carries over",
                ));
            }
        }
        for (name, kind) in &self.promises {
            if !matches!(kind.per, Per::None | Per::Case | Per::Region) {
                faults.push(Fault::at(
                    format!("promises.{name}.per"),
                    "a promise of saydo.yaml belongs to no incident: `per` is none, region or case",
                ));
            }
            for (i, u) in kind.uses.iter().enumerate() {
                if !self.resources.contains_key(&u.resource) {
                    faults.push(Fault::at(
                        format!("promises.{name}.uses[{i}].resource"),
                        format!("there is no resource \"{}\"", u.resource),
                    ));
                }
                if matches!(u.amount, Amount::Fact(_)) {
                    faults.push(Fault::at(
                        format!("promises.{name}.uses[{i}].amount"),
                        "a promise that belongs to no incident uses a fixed number",
                    ));
                }
            }
        }
        for (name, audience) in &self.audiences {
            for (i, channel) in audience.channels.iter().enumerate() {
                if !self.channels.contains_key(channel) {
                    faults.push(Fault::at(
                        format!("audiences.{name}.channels[{i}]"),
                        format!("there is no channel \"{channel}\""),
                    ));
                }
            }
        }
        faults
    }
}

#[cfg(test)]
#[path = "workspace_tests.rs"]
mod workspace_tests;
