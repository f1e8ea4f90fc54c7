//! Carries finished bytes out and brings back what became of them. Builds and alters no text: what stands around a text
//! (addresses, headers, a JSON object) is the envelope. Knows no record.

pub mod folder;
pub mod http;
pub mod mail;
pub mod secret;
pub mod slack;
pub mod sms;
pub mod statuspage;
pub mod template;
pub mod tree;
pub mod webhook;

use std::time::Duration;

use serde::Serialize;
use thiserror::Error;

use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;
use crate::domain::config::outlet::{Outlet, OutletKind};
use crate::publish::secret::Secrets;

/// One text on its way, with what an envelope may need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Letter {
    /// By which it is known everywhere.
    pub key: String,
    /// The statement.
    pub statement: u32,
    /// The statement before it.
    pub previous: Option<u32>,
    /// The incidents that it is for.
    pub incidents: Vec<String>,
    /// Its text speaks of other incidents too, which get it in letters of their own.
    pub is_shared: bool,
    /// To whom.
    pub audience: String,
    /// The channel.
    pub channel: String,
    /// The texts, exactly; several when all languages go in one.
    pub texts: Vec<(Lang, String)>,
    /// What stands above it, in each language.
    pub titles: Vec<(Lang, String)>,
    /// To whom, where there are many: the number or address itself.
    pub to: Option<String>,
    /// What that is in the record.
    pub person: Option<String>,
    /// The moment of which it speaks.
    pub as_of: At,
    /// When it was issued.
    pub issued_at: At,
    /// How the incident stands, in the words of status pages: `investigating`, `identified`, `monitoring`, `resolved`;
    /// of planned work `scheduled`, `in_progress`, `completed`.
    pub status: String,
    /// `none`, `minor`, `major`, `critical` or `maintenance`.
    pub impact: String,
    /// Of planned work: from when to when.
    pub planned: Option<(At, At)>,
    /// When the next update was promised.
    pub next_update: Option<At>,
    /// The keys of the letters before it on the same, the oldest first.
    pub thread: Vec<String>,
    /// The outlet's own number of the incident.
    pub reference: Option<String>,
    /// Links, regions or services with a component there: component, state.
    pub components: Vec<(String, String)>,
    /// The components that its incident has to do with.
    pub touched: Vec<String>,
    /// Of which record: by that, incidents of the same number are told apart.
    pub record: String,
}

/// What became of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried {
    /// It is there; the outlet's own number for it.
    There(Option<String>),
    /// It is not there, for certain; it may be sent again, not before so long.
    NotThere(String, Option<Duration>),
    /// It may be there or not.
    Unclear(String),
    /// The outlet does not take it as it is.
    Refused(String),
}

/// Why nothing can be sent at all.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("{what}")]
pub struct Hindered {
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl Hindered {
    /// With a hint.
    pub fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Hindered {
            what: what.into(),
            hint: hint.into(),
        }
    }
}

/// Takes letters to one outlet.
pub trait Courier: Sync {
    /// Takes one.
    fn carry(&self, letter: &Letter) -> Carried;

    /// Takes several; one after the other or at once, as the outlet allows.
    fn carry_all(&self, letters: &[Letter]) -> Vec<Carried> {
        letters.iter().map(|l| self.carry(l)).collect()
    }

    /// No letter rests on what became of another, and each may be sent again: the next ones may be written while some are
    /// under way.
    fn goes_ahead(&self) -> bool {
        false
    }
}

/// The courier of an outlet; `root` is the workspace's folder. None for what is not carried: a site that is built, and
/// what somebody does by hand.
///
/// # Errors
/// When a credential is missing or may be read by others, or a file of the outlet cannot be read.
pub fn courier(
    name: &str,
    outlet: &Outlet,
    root: &std::path::Path,
    secrets: &Secrets,
) -> Result<Option<Box<dyn Courier>>, Hindered> {
    let secret = match &outlet.secret {
        Some(reference) => Some(secrets.find(reference, root)?),
        None => None,
    };
    Ok(Some(match outlet.kind {
        OutletKind::Folder => Box::new(folder::Folder::new(outlet, root)),
        OutletKind::Webhook => Box::new(webhook::Webhook::new(outlet, root, secret, secrets)?),
        OutletKind::Slack => Box::new(slack::Slack::new(outlet, root, secret)?),
        OutletKind::Statuspage => {
            Box::new(statuspage::Statuspage::new(name, outlet, root, secret)?)
        }
        OutletKind::Smtp => Box::new(mail::Mail::new(outlet, root, secret)?),
        OutletKind::HttpSms => Box::new(sms::Gateway::new(outlet, root, secret)?),
        OutletKind::HttpTemplate => Box::new(template::Messenger::new(outlet, root, secret)?),
        OutletKind::ByHand | OutletKind::Site => return Ok(None),
    }))
}
