//! Outlets: where the bytes of statements go, as `saydo.yaml` lists them. Holds no credential, only where it is.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::base::decimal::Decimal;
use crate::domain::base::lang::Lang;
use crate::domain::base::link::LinkId;
use crate::domain::base::time::{At, Period};
use crate::domain::config::audience::CUSTOMERS;
use crate::domain::config::schedule::{QuietHours, is_within, time_of_day};

/// How an outlet takes texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OutletKind {
    /// Files in a folder.
    Folder,
    /// JSON to an address, signed.
    Webhook,
    /// An incoming webhook of Slack or Mattermost.
    Slack,
    /// A page at Statuspage.
    Statuspage,
    /// A mail server, by SMTP.
    Smtp,
    /// An SMS gateway over HTTP.
    HttpSms,
    /// A messenger that takes the number of an approved template and parameters.
    HttpTemplate,
    /// Somebody does it.
    ByHand,
    /// Our own status page.
    Site,
}

/// How a mail server is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[allow(clippy::enum_variant_names, reason = "TLS is one of the ways of TLS")]
pub enum Tls {
    /// In the open first, then TLS; without it nothing is sent.
    #[default]
    Starttls,
    /// TLS from the first byte.
    Tls,
    /// No TLS: a server on this machine only.
    None,
}

/// Where a gateway says what became of each number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Results {
    /// The list in the answer, as a JSON pointer: `/messages`.
    pub list: String,
    /// The field of an entry that has the number.
    pub number: String,
    /// The field of an entry that has its status.
    pub status: String,
    /// The statuses that mean that it was accepted.
    pub accepted: Vec<String>,
    /// The field of an entry that has the gateway's own number for it.
    #[serde(default)]
    pub reference: Option<String>,
}

/// A template that a messenger has approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Its number there.
    pub id: String,
    /// In which language it is.
    pub lang: Lang,
    /// Its text as approved, with `<name>` for each parameter.
    pub text: String,
    /// The longest parameter, in characters.
    #[serde(default)]
    pub max_parameter: Option<usize>,
}

impl Template {
    /// Fixed words and names of gaps, in turn; none when a gap is no `<name>`, or comes twice.
    pub fn split_at_gaps(&self) -> Option<(Vec<String>, Vec<String>)> {
        let (mut words, mut names) = (vec![String::new()], Vec::new());
        let mut rest = self.text.as_str();
        while let Some(at) = rest.find('<') {
            let end = at + rest[at..].find('>')?;
            let name = &rest[at + 1..end];
            let is_name =
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if !is_name || names.iter().any(|n| n == name) {
                return None;
            }
            if let Some(last) = words.last_mut() {
                last.push_str(&rest[..at]);
            }
            names.push(name.to_owned());
            words.push(String::new());
            rest = &rest[end + 1..];
        }
        if let Some(last) = words.last_mut() {
            last.push_str(rest);
        }
        Some((words, names))
    }
}

/// One place where texts of statements go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outlet {
    /// How it takes texts.
    pub kind: OutletKind,
    /// To whom it speaks.
    #[serde(default = "default_audience")]
    pub audience: String,
    /// The channels whose texts it takes.
    #[serde(default)]
    pub channels: Vec<String>,
    /// In these languages; all of the workspace when empty.
    #[serde(default)]
    pub languages: Vec<Lang>,
    /// All languages in one message.
    #[serde(default, alias = "together")]
    #[schemars(extend("x-old-name" = "together"))]
    pub one_message: bool,
    /// Local hours in which nothing is sent, unless safety is at stake.
    #[serde(default, alias = "quiet")]
    #[schemars(extend("x-old-name" = "quiet"))]
    pub quiet_hours: Option<QuietHours>,
    /// A next update counts as kept when it is here.
    #[serde(default, alias = "promised")]
    #[schemars(extend("x-old-name" = "promised"))]
    pub counts_as_update: bool,
    /// Cron may send to many people here without anybody being asked.
    #[serde(default)]
    pub unattended: bool,
    /// The folder, below the workspace: of a `folder` and a `site`.
    #[serde(default)]
    pub folder: Option<String>,
    /// For a `site`: the folder of the staff's pages, to be kept inside.
    #[serde(default)]
    pub staff: Option<String>,
    /// The address to which requests go.
    #[serde(default)]
    pub url: Option<String>,
    /// The credential: `env:NAME`, or `file:PATH` of mode 0600. Never itself.
    #[serde(default)]
    pub secret: Option<String>,
    /// How a request is made: POST when absent.
    #[serde(default)]
    pub method: Option<String>,
    /// Headers of a request; `{{ secret }}` stands for the credential.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body of a request, a template.
    #[serde(default)]
    pub body: Option<String>,
    /// A file with certificates to trust, instead of the system's.
    #[serde(default)]
    pub ca: Option<String>,
    /// A proxy; else what the environment says.
    #[serde(default)]
    pub proxy: Option<String>,
    /// How long to wait for an answer; 10 seconds when absent.
    #[serde(default)]
    pub timeout: Option<Period>,
    /// How many requests at once; 4 when absent, 1 where order between texts matters.
    #[serde(default, alias = "at_once")]
    #[schemars(extend("x-old-name" = "at_once"))]
    pub concurrency: Option<usize>,
    /// How often something is tried before a person is told; 8 when absent.
    #[serde(default)]
    pub tries: Option<u32>,
    /// How long a delivery is ours before another machine may take it over; 5 minutes when absent.
    #[serde(default)]
    pub lease: Option<Period>,
    /// The gateway knows our key and takes the same request once.
    #[serde(default)]
    pub honours_key: bool,
    /// A file with the people: one number or address a line.
    #[serde(default)]
    pub recipients: Option<String>,
    /// It carries notices to the customers, one by one (`saydo notice`), and nothing by itself.
    #[serde(default)]
    pub to_customers: bool,
    /// How many people in one request; 1 when absent.
    #[serde(default)]
    pub batch: Option<usize>,
    /// How many people a second the gateway takes.
    #[serde(default)]
    pub rate: Option<u32>,
    /// What one part (or message) costs.
    #[serde(default)]
    pub cost: Option<Decimal>,
    /// In which currency.
    #[serde(default)]
    pub currency: Option<String>,
    /// Where the gateway says what became of each number.
    #[serde(default)]
    pub results: Option<Results>,
    /// Characters that the gateway refuses.
    #[serde(default)]
    pub forbidden: String,
    /// The approved templates.
    #[serde(default)]
    pub templates: Vec<Template>,
    /// The page at Statuspage.
    #[serde(default)]
    pub page: Option<String>,
    /// Which component there shows which link, region or service.
    #[serde(default)]
    pub components: BTreeMap<LinkId, String>,
    /// The mail server, HOST:PORT.
    #[serde(default)]
    pub server: Option<String>,
    /// How it is reached.
    #[serde(default)]
    pub tls: Tls,
    /// The user there; the credential is `secret`.
    #[serde(default)]
    pub user: Option<String>,
    /// The sender's address of mail.
    #[serde(default)]
    pub from: Option<String>,
    /// To whom, when there is no file of recipients.
    #[serde(default)]
    pub to: Vec<String>,
    /// Where answers go.
    #[serde(default)]
    pub reply_to: Option<String>,
    /// How to leave the list: an address or a link.
    #[serde(default)]
    pub unsubscribe: Option<String>,
    /// Those whom somebody calls or writes to.
    #[serde(default)]
    pub people: Vec<String>,
    /// Where the page is read: `https://status.example`.
    #[serde(default)]
    pub base_url: Option<String>,
    /// How often the head of the record goes there, so that others can show later what it was.
    #[serde(default)]
    pub witness: Option<Period>,
}

fn default_audience() -> String {
    CUSTOMERS.into()
}

/// Where a credential is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// A variable of the environment.
    Variable(String),
    /// A file that holds it, of mode 0600.
    File(String),
}

impl Reference {
    /// Reads `env:NAME` or `file:PATH`.
    pub fn read(text: &str) -> Option<Reference> {
        let is_name = |n: &str| {
            !n.is_empty()
                && n.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
                && !n.starts_with(|c: char| c.is_ascii_digit())
        };
        if let Some(name) = text.strip_prefix("env:") {
            return is_name(name).then(|| Reference::Variable(name.to_owned()));
        }
        let path = text.strip_prefix("file:").filter(|p| !p.is_empty())?;
        Some(Reference::File(path.to_owned()))
    }
}

impl Outlet {
    /// The same key arrives once, however often it is sent: what was interrupted may simply be sent again.
    pub fn is_once(&self) -> bool {
        match self.kind {
            OutletKind::Folder
            | OutletKind::Site
            | OutletKind::Webhook
            | OutletKind::Statuspage => true,
            OutletKind::HttpSms | OutletKind::HttpTemplate => self.honours_key,
            OutletKind::Slack | OutletKind::Smtp | OutletKind::ByHand => false,
        }
    }

    /// It reaches many people one by one.
    pub fn is_mass(&self) -> bool {
        self.recipients.is_some() || self.to_customers
    }

    /// What so many parts cost, with the currency; none where it states no price.
    pub fn price_of(&self, parts: u64) -> Option<String> {
        let each = self.cost?.thousandths();
        let parts = i64::try_from(parts).unwrap_or(i64::MAX);
        let amount = Decimal::from_thousandths(each.saturating_mul(parts));
        let currency = self.currency.as_deref().unwrap_or("");
        Some(format!("{amount} {currency}").trim().to_owned())
    }

    /// How long a delivery is ours.
    pub fn lease_period(&self) -> Period {
        let own = self.lease.unwrap_or(Period::from_minutes(5));
        // Never shorter than what one request may take.
        let least = self
            .timeout
            .map_or(20, |t| t.to_duration().num_seconds() * 2);
        Period::from_seconds(own.to_duration().num_seconds().max(least))
    }

    /// How often something is tried.
    pub fn most_tries(&self) -> u32 {
        self.tries.unwrap_or(8).max(1)
    }

    /// True in its quiet hours.
    pub fn is_quiet(&self, at: At, zone: Tz) -> bool {
        let hours = self.quiet_hours.as_ref();
        let hours = hours.and_then(|q| Some((time_of_day(&q.from)?, time_of_day(&q.to)?)));
        hours.is_some_and(|(from, to)| is_within(at, from, to, zone))
    }
}

#[cfg(test)]
#[path = "outlet_tests.rs"]
mod outlet_tests;
