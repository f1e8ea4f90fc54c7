//! What is wrong with an outlet as `saydo.yaml` lists it. Opens no address and no file, and never repeats a credential.

use std::path::Path;

use crate::domain::base::fault::{Fault, is_id};
use crate::domain::base::lang::Lang;
use crate::domain::base::next_step::Advice;
use crate::domain::config::outlet::{Outlet, OutletKind, Reference, Tls};
use crate::domain::config::schedule::time_of_day;

/// Header names that contain one of these words carry a credential.
const CREDENTIAL_WORDS: [&str; 6] = [
    "authorization",
    "cookie",
    "token",
    "key",
    "secret",
    "password",
];

/// Collects the faults of one outlet under its path in the file.
struct Faults<'a> {
    name: &'a str,
    found: Vec<Fault>,
}

impl Faults<'_> {
    /// Adds a fault of a field; an empty field is the outlet as a whole.
    fn add_fault(&mut self, field: &str, what: impl Into<Advice>) {
        let at = match field {
            "" => format!("outlets.{}", self.name),
            _ => format!("outlets.{}.{field}", self.name),
        };
        self.found.push(Fault::at_path(at, what));
    }
}

impl Outlet {
    /// Everything that is wrong with it, all at once, with paths under `outlets.NAME`.
    pub fn find_faults(
        &self,
        name: &str,
        knows_channel: &dyn Fn(&str) -> bool,
        knows_lang: &dyn Fn(Lang) -> bool,
    ) -> Vec<Fault> {
        let mut faults = Faults {
            name,
            found: Vec::new(),
        };
        if !is_id(name) {
            faults.add_fault("", "an outlet's name is letters, digits, '.', '_', '-'");
        }
        self.check_channels(&mut faults, knows_channel, knows_lang);
        self.check_quiet_hours(&mut faults);
        self.check_needed_fields(&mut faults);
        self.check_credentials(&mut faults);
        self.check_template_gaps(&mut faults);
        self.check_method(&mut faults);
        self.check_site_folders(&mut faults);
        self.check_mail_addresses(&mut faults);
        self.check_encryption(&mut faults);
        self.check_folder(&mut faults);
        self.check_template_parameters(&mut faults);
        self.check_witness(&mut faults);
        self.check_customers(&mut faults);
        if self.concurrency == Some(0) || self.batch == Some(0) || self.rate == Some(0) {
            faults.add_fault("", "`batch`, `concurrency` and `rate` are at least 1");
        }
        faults.found
    }

    fn check_customers(&self, faults: &mut Faults<'_>) {
        if !self.to_customers {
            return;
        }
        if !matches!(self.kind, OutletKind::HttpSms | OutletKind::Smtp) {
            let what = "only an SMS gateway or a mail server reaches the customers one by one";
            faults.add_fault("to_customers", what);
        }
        if self.recipients.is_some() || !self.to.is_empty() {
            let what = "the people come from `customers:`; it has no list of its own";
            faults.add_fault("to_customers", what);
        }
    }

    fn check_witness(&self, faults: &mut Faults<'_>) {
        let Some(every) = self.witness else {
            return;
        };
        let takes_one_message = matches!(
            self.kind,
            OutletKind::Folder | OutletKind::Webhook | OutletKind::Slack | OutletKind::Smtp
        );
        if !takes_one_message || self.is_mass() {
            let what = "the head of the record goes to a folder, webhook, slack or smtp without a list of people";
            faults.add_fault("witness", what);
        }
        if every.to_duration() < chrono::Duration::minutes(10) {
            faults.add_fault("witness", "at least 10m");
        }
    }

    fn check_channels(
        &self,
        faults: &mut Faults<'_>,
        knows_channel: &dyn Fn(&str) -> bool,
        knows_lang: &dyn Fn(Lang) -> bool,
    ) {
        if self.channels.is_empty() && self.kind != OutletKind::Site && self.witness.is_none() {
            faults.add_fault(
                "",
                "`channels` is missing: whose texts go there (web, sms, ...)",
            );
        }
        for (i, c) in self.channels.iter().enumerate() {
            if !knows_channel(c) {
                faults.add_fault(
                    &format!("channels[{i}]"),
                    format!("there is no channel \"{c}\""),
                );
            }
        }
        for (i, l) in self.languages.iter().enumerate() {
            if !knows_lang(*l) {
                faults.add_fault(
                    &format!("languages[{i}]"),
                    format!("the workspace does not speak \"{l}\""),
                );
            }
        }
    }

    fn check_quiet_hours(&self, faults: &mut Faults<'_>) {
        let Some(quiet) = &self.quiet_hours else {
            return;
        };
        for (field, text) in [
            ("quiet_hours.from", &quiet.from),
            ("quiet_hours.to", &quiet.to),
        ] {
            if time_of_day(text).is_none() {
                faults.add_fault(field, format!("\"{text}\" is no time of day: 22:00"));
            }
        }
    }

    /// The fields without which this kind of outlet cannot send, each with whether it is given.
    fn needed_fields(&self) -> Vec<(&'static str, bool)> {
        match self.kind {
            OutletKind::Folder | OutletKind::Site => self.needed_by_folder(),
            OutletKind::Webhook => self.needed_by_webhook(),
            OutletKind::Slack => self.needed_by_slack(),
            OutletKind::Statuspage => self.needed_by_statuspage(),
            OutletKind::Smtp => self.needed_by_smtp(),
            OutletKind::HttpSms => self.needed_by_sms(),
            OutletKind::HttpTemplate => self.needed_by_messenger(),
            OutletKind::ByHand => Vec::new(),
        }
    }

    fn needed_by_folder(&self) -> Vec<(&'static str, bool)> {
        vec![("folder", self.folder.is_some())]
    }

    fn needed_by_webhook(&self) -> Vec<(&'static str, bool)> {
        vec![
            ("url", self.url.is_some()),
            ("secret", self.secret.is_some()),
        ]
    }

    /// The address of an incoming webhook is itself a secret, so it may stand in either field.
    fn needed_by_slack(&self) -> Vec<(&'static str, bool)> {
        vec![("url", self.url.is_some() || self.secret.is_some())]
    }

    fn needed_by_statuspage(&self) -> Vec<(&'static str, bool)> {
        vec![
            ("page", self.page.is_some()),
            ("secret", self.secret.is_some()),
        ]
    }

    fn needed_by_smtp(&self) -> Vec<(&'static str, bool)> {
        vec![
            ("server", self.server.is_some()),
            ("from", self.from.is_some()),
            ("to", !self.to.is_empty() || self.is_mass()),
        ]
    }

    fn needed_by_sms(&self) -> Vec<(&'static str, bool)> {
        vec![
            ("url", self.url.is_some()),
            ("body", self.body.is_some()),
            ("recipients", self.is_mass()),
        ]
    }

    fn needed_by_messenger(&self) -> Vec<(&'static str, bool)> {
        let mut needed = self.needed_by_sms();
        needed.push(("templates", !self.templates.is_empty()));
        needed
    }

    fn check_needed_fields(&self, faults: &mut Faults<'_>) {
        for (field, is_given) in self.needed_fields() {
            if !is_given {
                faults.add_fault(
                    "",
                    format!("`{field}` is missing: this kind of outlet needs it"),
                );
            }
        }
    }

    fn check_credentials(&self, faults: &mut Faults<'_>) {
        if let Some(secret) = &self.secret
            && Reference::read(secret).is_none()
        {
            // The text itself is not repeated: it may be the credential.
            faults.add_fault(
                "secret",
                "say where the credential is, not the credential: env:NAME, or file:PATH of mode 0600",
            );
        }
        if self
            .url
            .as_deref()
            .is_some_and(|u| host_part(u).contains('@'))
        {
            faults.add_fault(
                "url",
                "a name or password does not stand in an address: `secret`, and `headers`",
            );
        }
        for (header, value) in &self.headers {
            if is_credential_header(header) && !value.contains("{{") {
                faults.add_fault(
                    &format!("headers.{header}"),
                    "the credential itself does not stand here: `secret: env:NAME`, and {{ secret }} in the header",
                );
            }
        }
    }

    fn check_template_gaps(&self, faults: &mut Faults<'_>) {
        for (i, template) in self.templates.iter().enumerate() {
            if template.split_at_gaps().is_none() {
                faults.add_fault(
                    &format!("templates[{i}].text"),
                    "write it exactly as approved, with <name> for each parameter, each once",
                );
            }
        }
    }

    fn check_method(&self, faults: &mut Faults<'_>) {
        if let Some(method) = &self.method
            && !["GET", "POST", "PUT", "PATCH"].contains(&method.as_str())
        {
            faults.add_fault(
                "method",
                format!("\"{method}\" is none that is sent: POST, GET, PUT, PATCH"),
            );
        }
    }

    fn check_site_folders(&self, faults: &mut Faults<'_>) {
        if let Some(base) = &self.base_url
            && !(base.starts_with("https://") || base.starts_with("http://"))
        {
            faults.add_fault("base_url", "an address begins with https://");
        }
        if let (Some(folder), Some(staff)) = (&self.folder, &self.staff) {
            let below = |a: &str, b: &str| Path::new(a).starts_with(Path::new(b));
            if below(staff, folder) || below(folder, staff) {
                faults.add_fault("staff", "the staff's pages lie in a folder of their own, not in the customers' and not around it");
            }
        }
    }

    fn check_mail_addresses(&self, faults: &mut Faults<'_>) {
        let from = self.from.iter().map(|a| ("from", a));
        let to = self.to.iter().map(|a| ("to", a));
        for (field, address) in from.chain(to) {
            if !address.contains('@') {
                faults.add_fault(field, format!("\"{address}\" is no address of mail"));
            }
        }
    }

    fn check_encryption(&self, faults: &mut Faults<'_>) {
        if let Some(url) = &self.url
            && !(url.starts_with("https://") || is_local(url))
        {
            faults.add_fault(
                "url",
                "https:// is needed, but for addresses of this machine",
            );
        }
        if self.kind == OutletKind::Smtp
            && self.tls == Tls::None
            && !is_here(self.server.as_deref().unwrap_or(""))
        {
            faults.add_fault("tls", "`none` is for a server on this machine only");
        }
    }

    fn check_folder(&self, faults: &mut Faults<'_>) {
        if let Some(folder) = self.folder.iter().chain(&self.staff).find(|f| !is_below(f)) {
            faults.add_fault(
                "folder",
                format!(
                    "\"{folder}\" has to lie in the workspace: a path without `..`, or a whole one"
                ),
            );
        }
    }

    fn check_template_parameters(&self, faults: &mut Faults<'_>) {
        for (i, template) in self.templates.iter().enumerate() {
            if !template.text.contains('<') {
                faults.add_fault(
                    &format!("templates[{i}].text"),
                    "it has no parameter: <name>",
                );
            }
        }
    }
}

/// True for a header that carries a credential, by its name.
pub(super) fn is_credential_header(name: &str) -> bool {
    let low = name.to_ascii_lowercase();
    CREDENTIAL_WORDS.iter().any(|w| low.contains(w))
}

/// The part of an address that names the host, with a user in front of it if one is given.
pub(super) fn host_part(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, r)| r);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// True for a whole path, or one that stays below where it begins.
fn is_below(path: &str) -> bool {
    !path.is_empty() && !path.split(['/', '\\']).any(|p| p == "..")
}

/// True for a server on this machine, with or without a port.
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
