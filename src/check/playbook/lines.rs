//! Checks the lines of a playbook: conditions, names, forms for every channel, and the words of their texts. It does
//! not know whether a line is ever said (`matrix`).

use std::collections::BTreeSet;

use crate::check::playbook::homograph;
use crate::check::playbook::linter::{Declared, Linter};
use crate::domain::base::fault::is_id;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::config::channel::Form;
use crate::domain::config::line::{Element, Line, Purpose};
use crate::domain::config::promise_kind::Per;

impl Linter<'_> {
    pub(super) fn check_lines(&mut self) {
        for (place, line) in self.subject.file.all_lines() {
            self.check_line(&place, line);
        }
    }

    fn check_line(&mut self, path: &str, line: &Line) {
        let has_it = line.each.is_some();
        if !is_id(&line.id) {
            self.fault(
                format!("{path}.id"),
                format!("\"{}\" is not an identifier", line.id),
            );
        }
        if let Some(when) = &line.when {
            self.check_expression(&format!("{path}.when"), when, has_it);
        }
        for (i, e) in line.asserts.iter().enumerate() {
            self.check_expression(&format!("{path}.asserts[{i}]"), e, has_it);
        }
        if let Some(each) = &line.each {
            self.check_list(&format!("{path}.each"), each);
        }
        self.check_promise(path, line);
        self.check_fallback(path, line);
        self.check_receivers(path, line);
        self.check_forms(path, line);
        self.check_texts(path, line);
    }

    fn check_texts(&mut self, path: &str, line: &Line) {
        let declared = Declared {
            asserts: !line.asserts.is_empty(),
            promise: line.promise.is_some(),
        };
        for (form, lang, text) in line.all_texts() {
            let at = format!("{path}.{}.{lang}", form_name(form));
            self.check_template(&at, text, lang, line.each.is_some(), declared);
            if line.purpose == Purpose::Empathy && text.contains("{{") {
                self.fault(
                    at.clone(),
                    "a line of empathy claims nothing: it prints no facts",
                );
            }
            if form == Form::Unaccented {
                for (_, _, why) in homograph::find(text) {
                    self.fault(at.clone(), why);
                }
            }
        }
    }

    /// The kind of promise, and that purpose and kind go together.
    fn check_promise(&mut self, path: &str, line: &Line) {
        let promises = &self.subject.whole.file.promises;
        match (&line.promise, line.purpose) {
            (Some(p), _) if !promises.contains_key(p) => {
                let near = suggest_nearest(p, promises.keys().map(String::as_str));
                self.fault(
                    format!("{path}.promise"),
                    format!("no promise \"{p}\" is declared under `promises:`{near}"),
                );
            }
            (None, Purpose::Promise) => {
                self.fault(
                    format!("{path}.purpose"),
                    "a line of promise names its kind: add `promise: KIND`",
                );
            }
            (Some(_), Purpose::Promise) | (None, _) => {}
            (Some(_), _) => self.fault(
                format!("{path}.purpose"),
                "a line that makes a promise has `purpose: promise`",
            ),
        }
        let declared = line.promise.as_ref().and_then(|p| promises.get(p));
        if declared.is_some_and(|k| k.per == Per::Case) {
            self.fault(
                format!("{path}.promise"),
                "a promise `per: case` is made by hand for one person; no statement makes it",
            );
        }
    }

    /// The line that is said in its place.
    fn check_fallback(&mut self, path: &str, line: &Line) {
        let whole = self.subject.whole;
        if line.promise.is_some() && whole.fallback_of(line).is_none() {
            self.fault(path, "a line of promise needs a `fallback`: the line that is said when it may not be made");
        }
        if let Some(f) = &line.fallback
            && whole.find_line(f).is_none()
        {
            let near = suggest_nearest(f, whole.file.lines.iter().map(|l| l.id.as_str()));
            self.fault(
                format!("{path}.fallback"),
                format!("there is no line \"{f}\"{near}"),
            );
        }
    }

    /// The channels and audiences that it is for.
    fn check_receivers(&mut self, path: &str, line: &Line) {
        let workspace = &self.books.workspace;
        for (i, c) in line.channels.iter().enumerate() {
            if !workspace.channels.contains_key(c) {
                let near = suggest_nearest(c, workspace.channels.keys().map(String::as_str));
                self.fault(
                    format!("{path}.channels[{i}]"),
                    format!("saydo.yaml has no channel \"{c}\"{near}"),
                );
            }
        }
        for (i, a) in line.audiences.iter().enumerate() {
            if workspace.find_audience(a).is_none() {
                self.fault(
                    format!("{path}.audiences[{i}]"),
                    format!("saydo.yaml has no audience \"{a}\""),
                );
            }
        }
    }

    /// A line is said in every language of a channel or in none; and somewhere.
    fn check_forms(&mut self, path: &str, line: &Line) {
        let langs = self.books.workspace.languages.clone();
        let mut used = false;
        let mut odd: BTreeSet<String> = BTreeSet::new();
        for (name, channel) in &self.books.workspace.channels {
            if !line.channels.is_empty() && !line.channels.contains(name) {
                continue;
            }
            if line.element == Element::Title && !channel.title {
                continue;
            }
            let has: Vec<bool> = langs
                .iter()
                .map(|l| line.text_for(&channel.forms, *l).is_some())
                .collect();
            used = used || has.iter().all(|h| *h);
            if has.contains(&true) && has.contains(&false) {
                let missing = langs
                    .iter()
                    .zip(&has)
                    .find(|(_, h)| !**h)
                    .map(|(l, _)| l.to_string());
                odd.insert(format!(
                    "{name} has no text in \"{}\"",
                    missing.unwrap_or_default()
                ));
            }
        }
        for what in odd {
            self.fault(path, format!("languages differ: the form for {what}"));
        }
        if !used {
            self.fault(
                path,
                "no channel uses this line: it has no form that a channel takes, in every language",
            );
        }
    }
}

fn form_name(form: Form) -> &'static str {
    match form {
        Form::Say => "say",
        Form::Short => "short",
        Form::Unaccented => "unaccented",
        Form::Spoken => "spoken",
        Form::Post => "post",
        Form::Push => "push",
    }
}
