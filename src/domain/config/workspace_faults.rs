//! What is wrong with a workspace file as a whole. Reads no other file: playbooks are checked against it elsewhere.

use crate::domain::base::fault::{Fault, is_id};
use crate::domain::base::lang::Texts;
use crate::domain::config::audience::CUSTOMERS;
use crate::domain::config::channel::{Channel, Charset};
use crate::domain::config::promise_kind::{Amount, Per, PromiseKind};
use crate::domain::config::workspace::Workspace;

impl Workspace {
    /// Everything that is wrong with it, all at once.
    pub fn find_faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.check_languages(&mut faults);
        self.check_unread_languages(&mut faults);
        if self.channels.is_empty() {
            faults.push(Fault::at_path("channels", "at least one channel is needed"));
        }
        self.check_texts(&mut faults);
        for (name, channel) in &self.channels {
            check_channel(name, channel, &mut faults);
        }
        self.check_outlets(&mut faults);
        self.check_customers(&mut faults);
        self.check_resources(&mut faults);
        for (name, kind) in &self.promises {
            self.check_promise(name, kind, &mut faults);
        }
        self.check_audiences(&mut faults);
        faults
    }

    /// What is wrong with it for being adopted from now on. A file that was adopted before stays readable.
    pub fn adoption_faults(&self) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (name, outlet) in &self.outlets {
            faults.extend(outlet.adoption_faults(name));
        }
        let public = self.public_audiences();
        if public.len() > 1 && !self.audiences.contains_key(CUSTOMERS) {
            faults.push(Fault::at_path(
                "audiences",
                format!(
                    "{} may all know what is public, and none is called `{CUSTOMERS}`: call the one `{CUSTOMERS}` to which commands speak that name no audience",
                    public.join(", ")
                ),
            ));
        }
        faults
    }

    fn check_languages(&self, faults: &mut Vec<Fault>) {
        if self.languages.is_empty() {
            faults.push(Fault::at_path(
                "languages",
                "at least one language is needed: vi, en",
            ));
        }
        for (i, lang) in self.languages.iter().enumerate() {
            if self.languages[..i].contains(lang) {
                faults.push(Fault::at_path(
                    format!("languages[{i}]"),
                    format!("\"{lang}\" is listed twice"),
                ));
            }
            if !lang.is_read() && !self.unread_languages.contains(lang) {
                faults.push(Fault::at_path(
                    format!("languages[{i}]"),
                    format!(
                        "\"{lang}\" is not read: of its texts the gate holds structure, printed values and claims, not what \
                         their other words say; accept that by name: unread_languages: [{lang}]"
                    ),
                ));
            }
        }
    }

    fn check_unread_languages(&self, faults: &mut Vec<Fault>) {
        for (i, lang) in self.unread_languages.iter().enumerate() {
            let what = match (lang.is_read(), self.languages.contains(lang)) {
                (true, _) => format!("\"{lang}\" is read; leave it out here"),
                (false, false) => format!("\"{lang}\" is not one of `languages`"),
                (false, true) => continue,
            };
            faults.push(Fault::at_path(format!("unread_languages[{i}]"), what));
        }
    }

    fn check_customers(&self, faults: &mut Vec<Fault>) {
        let Some(base) = &self.customers else {
            return;
        };
        let mut add = |field: String, what: String| {
            faults.push(Fault::at_path(format!("customers.{field}"), what));
        };
        if base.rides_on.is_empty() {
            let what = "the columns with the areas or services that a line rides on are missing";
            add("rides_on".to_owned(), what.to_owned());
        }
        if base.reached_by.is_empty() || base.reached_by.len() > 8 {
            add(
                "reached_by".to_owned(),
                "one to eight ways of reaching people".to_owned(),
            );
        }
        for (segment, audience) in &base.audiences {
            if self.find_audience(audience).is_none() {
                add(
                    format!("audiences.{segment}"),
                    format!("there is no audience \"{audience}\""),
                );
            }
        }
        for (i, reach) in base.reached_by.iter().enumerate() {
            if !self.channels.contains_key(&reach.channel) {
                let what = format!("there is no channel \"{}\"", reach.channel);
                add(format!("reached_by[{i}].channel"), what);
            }
            if !self
                .outlets
                .get(&reach.outlet)
                .is_some_and(|o| o.to_customers)
            {
                let what = format!(
                    "there is no outlet \"{}\" with to_customers: true",
                    reach.outlet
                );
                add(format!("reached_by[{i}].outlet"), what);
            }
        }
    }

    /// Every text that customers may read is there in every language.
    fn check_texts(&self, faults: &mut Vec<Fault>) {
        self.check_text("organisation.names", &self.organisation.names, faults);
        if !self.zone_names.is_empty() {
            self.check_text("zone_names", &self.zone_names, faults);
        }
        for (name, contact) in &self.contacts {
            self.check_text(&format!("contacts.{name}.text"), &contact.text, faults);
        }
        for (name, r) in &self.resources {
            self.check_text(&format!("resources.{name}.names"), &r.names, faults);
        }
        for (name, kind) in &self.promises {
            self.check_text(&format!("promises.{name}.names"), &kind.names, faults);
        }
        for list in self.catalogue_names() {
            for (key, texts) in self.find_catalogue(list).into_iter().flatten() {
                let at = match list {
                    "causes" | "parties" | "workarounds" => format!("{list}.{key}"),
                    _ => format!("catalogues.{list}.{key}"),
                };
                self.check_text(&at, texts, faults);
            }
        }
    }

    fn check_text(&self, path: &str, texts: &Texts, faults: &mut Vec<Fault>) {
        for lang in &self.languages {
            match texts.get(*lang) {
                Some(t) if !t.trim().is_empty() => {}
                _ => faults.push(Fault::at_path(
                    path,
                    format!("the text in \"{lang}\" is missing"),
                )),
            }
        }
    }

    fn check_outlets(&self, faults: &mut Vec<Fault>) {
        let knows_channel = |c: &str| self.channels.contains_key(c);
        let knows_lang = |l| self.languages.contains(&l);
        for (name, outlet) in &self.outlets {
            faults.extend(outlet.find_faults(name, &knows_channel, &knows_lang));
            if self.find_audience(&outlet.audience).is_none() {
                faults.push(Fault::at_path(
                    format!("outlets.{name}.audience"),
                    format!("there is no audience \"{}\"", outlet.audience),
                ));
            }
        }
    }

    fn check_resources(&self, faults: &mut Vec<Fault>) {
        for (name, r) in &self.resources {
            if !is_id(name) {
                faults.push(Fault::at_path(
                    format!("resources.{name}"),
                    "a resource's name is letters, digits, '.', '_', '-'",
                ));
            }
            if r.rollover && !r.per_day {
                faults.push(Fault::at_path(
                    format!("resources.{name}.rollover"),
                    "only a rate (`per_day: true`) rolls over",
                ));
            }
        }
    }

    fn check_promise(&self, name: &str, kind: &PromiseKind, faults: &mut Vec<Fault>) {
        if !matches!(kind.per, Per::None | Per::Case | Per::Region) {
            faults.push(Fault::at_path(
                format!("promises.{name}.per"),
                "a promise of saydo.yaml belongs to no incident: `per` is none, region or case",
            ));
        }
        for (i, u) in kind.uses.iter().enumerate() {
            if !self.resources.contains_key(&u.resource) {
                faults.push(Fault::at_path(
                    format!("promises.{name}.uses[{i}].resource"),
                    format!("there is no resource \"{}\"", u.resource),
                ));
            }
            if matches!(u.amount, Amount::Fact(_)) {
                faults.push(Fault::at_path(
                    format!("promises.{name}.uses[{i}].amount"),
                    "a promise that belongs to no incident uses a fixed number",
                ));
            }
        }
    }

    fn check_audiences(&self, faults: &mut Vec<Fault>) {
        for (name, audience) in &self.audiences {
            for (i, channel) in audience.channels.iter().enumerate() {
                if !self.channels.contains_key(channel) {
                    faults.push(Fault::at_path(
                        format!("audiences.{name}.channels[{i}]"),
                        format!("there is no channel \"{channel}\""),
                    ));
                }
            }
        }
    }
}

fn check_channel(name: &str, channel: &Channel, faults: &mut Vec<Fault>) {
    if !is_id(name) {
        faults.push(Fault::at_path(
            format!("channels.{name}"),
            "a channel's name is letters, digits, '.', '_', '-'",
        ));
    }
    if channel.max_names == 0 {
        faults.push(Fault::at_path(
            format!("channels.{name}.max_names"),
            "at least one name is shown",
        ));
    }
    if channel.max_parts.is_some() && channel.charset == Charset::Unicode {
        faults.push(Fault::at_path(
            format!("channels.{name}.max_parts"),
            "parts are counted for SMS only: set `charset: sms-auto` or `sms-gsm7`",
        ));
    }
    if channel.forms.is_empty() {
        faults.push(Fault::at_path(
            format!("channels.{name}.forms"),
            "say which forms of a line to use: say, short, unaccented, spoken",
        ));
    }
}
