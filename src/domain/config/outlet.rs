//! Outlets: where the bytes of statements go, as `saydo.yaml` lists them. Credentials stand here by reference only.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::base::decimal::Decimal;
use crate::domain::base::fault::{Fault, is_id};
use crate::domain::base::lang::Lang;
use crate::domain::base::link::LinkId;
use crate::domain::base::time::{At, Period};
use crate::domain::config::schedule::Quiet;
use crate::domain::config::schedule::{is_within, time_of_day};

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
    /// Mail.
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
    pub fn cut(&self) -> Option<(Vec<String>, Vec<String>)> {
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

/// One outlet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outlet {
    /// How it takes texts.
    pub kind: OutletKind,
    /// To whom it speaks.
    #[serde(default = "customers")]
    pub audience: String,
    /// The channels whose texts it takes.
    #[serde(default)]
    pub channels: Vec<String>,
    /// In these languages; all of the workspace when empty.
    #[serde(default)]
    pub languages: Vec<Lang>,
    /// All languages in one message.
    #[serde(default)]
    pub together: bool,
    /// Local hours in which nothing is sent, unless safety is at stake.
    #[serde(default)]
    pub quiet: Option<Quiet>,
    /// A next update counts as kept when it is here.
    #[serde(default)]
    pub promised: bool,
    /// Cron may send to many people here without anybody being asked.
    #[serde(default)]
    pub unattended: bool,
    /// The folder, below the workspace: of a `folder` and a `site`.
    #[serde(default)]
    pub folder: Option<String>,
    /// For a `site`: the folder of the staff's pages, to be kept inside.
    #[serde(default)]
    pub staff: Option<String>,
    /// The address.
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
    #[serde(default)]
    pub at_once: Option<usize>,
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
    /// From whom.
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
}

fn customers() -> String {
    "customers".into()
}

/// Where a credential is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// A variable of the environment.
    Variable(String),
    /// A file.
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
        self.recipients.is_some()
    }

    /// How long a delivery is ours.
    pub fn leased(&self) -> Period {
        let own = self.lease.unwrap_or(Period::minutes(5));
        // Never shorter than what one request may take.
        let least = self.timeout.map_or(20, |t| t.duration().num_seconds() * 2);
        Period::seconds(own.duration().num_seconds().max(least))
    }

    /// How often something is tried.
    pub fn most_tries(&self) -> u32 {
        self.tries.unwrap_or(8).max(1)
    }

    /// True in its quiet hours.
    pub fn is_quiet(&self, at: At, zone: Tz) -> bool {
        let hours = self.quiet.as_ref();
        let hours = hours.and_then(|q| Some((time_of_day(&q.from)?, time_of_day(&q.to)?)));
        hours.is_some_and(|(from, to)| is_within(at, from, to, zone))
    }

    /// Everything that is wrong with it.
    pub fn faults(
        &self,
        name: &str,
        knows_channel: &dyn Fn(&str) -> bool,
        knows_lang: &dyn Fn(Lang) -> bool,
    ) -> Vec<Fault> {
        let at = |field: &str| {
            if field.is_empty() {
                format!("outlets.{name}")
            } else {
                format!("outlets.{name}.{field}")
            }
        };
        let mut faults = Vec::new();
        let mut wrong = |field: &str, what: String| faults.push(Fault::at(at(field), what));
        if !is_id(name) {
            wrong(
                "",
                "an outlet's name is letters, digits, '.', '_', '-'".into(),
            );
        }
        use OutletKind as K;
        if self.channels.is_empty() && self.kind != K::Site {
            wrong(
                "",
                "`channels` is missing: whose texts go there (web, sms, ...)".into(),
            );
        }
        for (i, c) in self.channels.iter().enumerate() {
            if !knows_channel(c) {
                wrong(
                    &format!("channels[{i}]"),
                    format!("there is no channel \"{c}\""),
                );
            }
        }
        for (i, l) in self.languages.iter().enumerate() {
            if !knows_lang(*l) {
                wrong(
                    &format!("languages[{i}]"),
                    format!("the workspace does not speak \"{l}\""),
                );
            }
        }
        if let Some(q) = &self.quiet {
            for (field, text) in [("quiet.from", &q.from), ("quiet.to", &q.to)] {
                if time_of_day(text).is_none() {
                    wrong(field, format!("\"{text}\" is no time of day: 22:00"));
                }
            }
        }
        let needs: &[(&str, bool)] = &match self.kind {
            K::Folder | K::Site => vec![("folder", self.folder.is_some())],
            K::Webhook => vec![
                ("url", self.url.is_some()),
                ("secret", self.secret.is_some()),
            ],
            K::Slack => vec![("url", self.url.is_some() || self.secret.is_some())],
            K::Statuspage => vec![
                ("page", self.page.is_some()),
                ("secret", self.secret.is_some()),
            ],
            K::Smtp => vec![
                ("server", self.server.is_some()),
                ("from", self.from.is_some()),
                ("to", !self.to.is_empty() || self.recipients.is_some()),
            ],
            K::HttpSms => vec![
                ("url", self.url.is_some()),
                ("body", self.body.is_some()),
                ("recipients", self.recipients.is_some()),
            ],
            K::HttpTemplate => vec![
                ("url", self.url.is_some()),
                ("body", self.body.is_some()),
                ("recipients", self.recipients.is_some()),
                ("templates", !self.templates.is_empty()),
            ],
            K::ByHand => vec![],
        };
        for (field, is_there) in needs {
            if !is_there {
                wrong(
                    "",
                    format!("`{field}` is missing: this kind of outlet needs it"),
                );
            }
        }
        if let Some(secret) = &self.secret
            && Reference::read(secret).is_none()
        {
            // The text itself is not repeated: it may be the credential.
            wrong(
                "secret",
                "say where the credential is, not the credential: env:NAME, or file:PATH of mode 0600".into(),
            );
        }
        let place = |u: &str| -> String {
            let rest = u.split_once("://").map_or(u, |(_, r)| r);
            rest.split(['/', '?', '#'])
                .next()
                .unwrap_or(rest)
                .to_owned()
        };
        if self.url.as_deref().is_some_and(|u| place(u).contains('@')) {
            wrong(
                "url",
                "a name or password does not stand in an address: `secret`, and `headers`".into(),
            );
        }
        for (header, value) in &self.headers {
            let low = header.to_ascii_lowercase();
            let is_credential = [
                "authorization",
                "cookie",
                "token",
                "key",
                "secret",
                "password",
            ]
            .iter()
            .any(|w| low.contains(w));
            if is_credential && !value.contains("{{") {
                wrong(
                    &format!("headers.{header}"),
                    "the credential itself does not stand here: `secret: env:NAME`, and {{ secret }} in the header".into(),
                );
            }
        }
        for (i, template) in self.templates.iter().enumerate() {
            if template.cut().is_none() {
                wrong(
                    &format!("templates[{i}].text"),
                    "write it exactly as approved, with <name> for each parameter, each once"
                        .into(),
                );
            }
        }
        if let Some(method) = &self.method
            && !["GET", "POST", "PUT", "PATCH"].contains(&method.as_str())
        {
            wrong(
                "method",
                format!("\"{method}\" is none that is sent: POST, GET, PUT, PATCH"),
            );
        }
        if let Some(base) = &self.base_url
            && !(base.starts_with("https://") || base.starts_with("http://"))
        {
            wrong("base_url", "an address begins with https://".into());
        }
        if let (Some(folder), Some(staff)) = (&self.folder, &self.staff) {
            let below =
                |a: &str, b: &str| std::path::Path::new(a).starts_with(std::path::Path::new(b));
            if below(staff, folder) || below(folder, staff) {
                wrong("staff", "the staff's pages lie in a folder of their own, not in the customers' and not around it".into());
            }
        }
        for (field, address) in self
            .from
            .iter()
            .map(|a| ("from", a))
            .chain(self.to.iter().map(|a| ("to", a)))
        {
            if !address.contains('@') {
                wrong(field, format!("\"{address}\" is no address of mail"));
            }
        }
        if let Some(url) = &self.url
            && !(url.starts_with("https://") || is_local(url))
        {
            wrong(
                "url",
                "https:// is needed, but for addresses of this machine".into(),
            );
        }
        if self.kind == K::Smtp
            && self.tls == Tls::None
            && !is_here(self.server.as_deref().unwrap_or(""))
        {
            wrong("tls", "`none` is for a server on this machine only".into());
        }
        if let Some(folder) = self.folder.iter().chain(&self.staff).find(|f| !is_below(f)) {
            wrong(
                "folder",
                format!(
                    "\"{folder}\" has to lie in the workspace: a path without `..`, or a whole one"
                ),
            );
        }
        for (i, t) in self.templates.iter().enumerate() {
            if !t.text.contains('<') {
                wrong(
                    &format!("templates[{i}].text"),
                    "it has no parameter: <name>".into(),
                );
            }
        }
        if self.at_once == Some(0) || self.batch == Some(0) || self.rate == Some(0) {
            wrong("", "`at_once`, `batch` and `rate` are at least 1".into());
        }
        faults
    }
}

/// A whole path, or one that stays below where it begins.
fn is_below(path: &str) -> bool {
    !path.is_empty() && !path.split(['/', '\\']).any(|p| p == "..")
}

fn is_here(server: &str) -> bool {
    let host = server.rsplit_once(':').map_or(server, |(h, _)| h);
    let is_port = |p: &str| p.bytes().all(|b| b.is_ascii_digit());
    if server.contains('@') || server.rsplit_once(':').is_some_and(|(_, p)| !is_port(p)) {
        return false;
    }
    matches!(host, "localhost" | "127.0.0.1" | "::1" | "[::1]")
}

fn is_local(url: &str) -> bool {
    url.strip_prefix("http://").is_some_and(|rest| {
        let place = rest.split('/').next().unwrap_or(rest);
        is_here(place)
    })
}

#[cfg(test)]
#[path = "outlet_tests.rs"]
mod outlet_tests;
