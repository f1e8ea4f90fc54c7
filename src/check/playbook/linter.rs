//! What every check of a playbook uses: expressions, templates, names of facts, texts in every language. It walks
//! through no playbook: each part of one has a file of its own beside this one.

use crate::check::against::literals::{Reader, objection};
use crate::check::playbook::placeholders::{
    fault_of_plural, fixed_words, placeholders_of, plural_words,
};
use crate::check::reading::claims::timed_commitments;
use crate::domain::base::fault::Fault;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::next_step::Advice;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::config::noted_fact::FactType;
use crate::domain::config::playbook::{Playbook, PlaybookFile};
use crate::domain::facts::catalogue::{NAMES, is_branch, kind_of};
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::world::AdoptedConfig;

/// The filters that a text may use.
const FILTERS: [&str; 5] = ["time", "date", "band", "count", "plural"];

/// A playbook to be checked: its own file, and the whole with its base.
pub struct Subject<'a> {
    /// The file as it is written.
    pub file: &'a PlaybookFile,
    /// The file with its base worked in.
    pub whole: &'a Playbook,
    /// The file of the base, where it has one.
    pub base: Option<&'a PlaybookFile>,
    /// The digests under which file and base stand among the adopted texts.
    pub pinned: (&'a str, Option<&'a str>),
    /// It comes with the program as it is: a test of the program holds that its fixed words pass the gate's reader.
    pub is_shipped: bool,
    /// It is a base: its lines are checked, its situations are those of the playbooks that build on it.
    pub is_base: bool,
}

/// What a line declares beside its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Declared {
    /// It says under `asserts` what its fixed words rest on.
    pub asserts: bool,
    /// It registers a promise.
    pub promise: bool,
}

/// A playbook under check, with the faults found so far.
pub(super) struct Linter<'a> {
    pub subject: &'a Subject<'a>,
    pub books: &'a AdoptedConfig,
    pub voice: &'a dyn Evaluator,
    pub reader: Reader,
    pub faults: Vec<Fault>,
}

impl Linter<'_> {
    pub fn fault(&mut self, path: impl Into<String>, what: impl Into<Advice>) {
        self.faults.push(Fault::at_path(path, what));
    }

    /// A text has to be given in every language of the workspace.
    pub fn check_complete(&mut self, path: &str, texts: &Texts) {
        for lang in &self.books.workspace.languages {
            if texts.get(*lang).is_none_or(|t| t.trim().is_empty()) {
                self.fault(path, format!("the text in \"{lang}\" is missing"));
            }
        }
    }

    /// Checks the name of a fact as an expression writes it: a derived fact, a noted one, or something below them.
    /// `has_it` is true where a list gives `it` a meaning.
    pub fn check_name(&mut self, path: &str, name: &str, has_it: bool) {
        if (name == "it" || name.starts_with("it.")) && !has_it {
            let what = "`it` stands for an entry of a list: the line needs `each`";
            self.fault(path, what);
            return;
        }
        if let Some(rest) = name.strip_prefix("links.") {
            let id = rest.split('.').next().unwrap_or(rest);
            if !self.books.network.has_entry(id) {
                let near = suggest_nearest(id, self.books.network.all_ids());
                self.fault(path, format!("the network has no link \"{id}\"{near}"));
                return;
            }
        }
        if let Some(rest) = name.strip_prefix("contacts.") {
            self.check_contact(path, rest.split('.').next().unwrap_or(rest));
            return;
        }
        if self.is_known(name) || self.is_below_known(name) {
            return;
        }
        let noted = &self.subject.whole.file.facts;
        let all = NAMES
            .iter()
            .map(|n| n.path)
            .chain(noted.keys().map(String::as_str));
        let shown = name.replacen("it.", "links.*.", 1);
        let near = suggest_nearest(&shown, all);
        self.fault(path, format!("there is no fact \"{name}\"{near}"));
    }

    /// A workspace need not have every contact of a shipped base; the line is then withheld. A name that is nearly one
    /// of its contacts is an error of typing.
    fn check_contact(&mut self, path: &str, id: &str) {
        let contacts = &self.books.workspace.contacts;
        let near = suggest_nearest(id, contacts.keys().map(String::as_str));
        if !contacts.contains_key(id) && !near.is_empty() {
            self.fault(path, format!("saydo.yaml has no contact \"{id}\"{near}"));
        }
    }

    fn is_known(&self, name: &str) -> bool {
        let noted = &self.subject.whole.file.facts;
        kind_of(name).is_some() || noted.contains_key(name) || is_branch(name)
    }

    /// The count of a list, an end of a window.
    fn is_below_known(&self, name: &str) -> bool {
        match name.rsplit_once('.') {
            Some((above, "count")) => self.kind_of(above) == Some("list"),
            Some((above, "earliest" | "latest")) => self.kind_of(above) == Some("window"),
            _ => false,
        }
    }

    /// The type of a fact, derived or noted, as the catalogue names it.
    pub fn kind_of(&self, name: &str) -> Option<&'static str> {
        kind_of(name).or_else(|| {
            self.subject
                .whole
                .file
                .facts
                .get(name)
                .map(|f| match f.kind {
                    FactType::Count => "count",
                    FactType::Decimal => "decimal",
                    FactType::Share => "share",
                    FactType::Date => "date",
                    FactType::Instant => "instant",
                    FactType::Window => "window",
                    FactType::Duration => "duration",
                    FactType::State => "state",
                    FactType::Link => "link",
                    FactType::List => "list",
                    FactType::Phrase => "phrase",
                })
        })
    }

    pub fn check_expression(&mut self, path: &str, text: &str, has_it: bool) {
        match self.voice.list_names(text, false) {
            Ok(names) => {
                for name in names {
                    self.check_name(path, &name, has_it);
                }
                self.check_bracketed(path, text);
            }
            Err(error) => self.fault(path, error.what),
        }
    }

    pub fn check_list(&mut self, path: &str, name: &str) {
        match self.kind_of(name) {
            Some("list") => {}
            Some(kind) => self.fault(
                path,
                format!("\"{name}\" is of type {kind}; `each` takes a list"),
            ),
            None => {
                let lists = NAMES.iter().filter(|n| n.kind == "list").map(|n| n.path);
                let near = suggest_nearest(name, lists);
                self.fault(path, format!("there is no list \"{name}\"{near}"));
            }
        }
    }

    pub fn check_template(
        &mut self,
        path: &str,
        text: &str,
        lang: Lang,
        has_it: bool,
        declared: Declared,
    ) {
        if !self.check_printed(path, text, has_it) {
            return;
        }
        for fixed in fixed_words(text) {
            self.check_fixed(path, &fixed, lang, declared);
        }
    }

    /// What the fixed words claim or promise, which needs to be declared.
    fn check_fixed(&mut self, path: &str, fixed: &str, lang: Lang, declared: Declared) {
        for literal in self.reader.literals(fixed, lang) {
            if let Some(what) = objection(&literal, declared.asserts, declared.promise) {
                self.fault(path, what);
            }
        }
        if !declared.promise {
            for (words, due) in timed_commitments(fixed, lang) {
                self.fault(
                    path,
                    format!(
                        "\"{}\" commits to a time (\"{due}\"): only a line with `promise` may, and it prints the time from the record",
                        words.trim()
                    ),
                );
            }
        }
    }

    /// What a text prints: facts that there are, by filters that fit, and nothing else. False when it
    /// cannot be read at all.
    pub fn check_printed(&mut self, path: &str, text: &str, has_it: bool) -> bool {
        if text.contains("{%") {
            self.fault(
                path,
                "a text has no {% ... %}: choose with `when`, repeat with `each`",
            );
            return false;
        }
        match self.voice.list_names(text, true) {
            Ok(names) => {
                for name in names {
                    self.check_name(path, &name, has_it);
                    let above = name.rsplit_once('.').map(|(a, _)| a);
                    if above.is_some_and(|a| self.kind_of(a) == Some("window")) {
                        self.fault(path, format!("\"{name}\": a window is printed whole"));
                    }
                }
                self.check_bracketed(path, text);
                self.check_filters(path, text);
                true
            }
            Err(error) => {
                self.fault(path, error.what);
                false
            }
        }
    }

    /// Checks links that are named in brackets: `links['BB-NS-1'].state`.
    fn check_bracketed(&mut self, path: &str, text: &str) {
        for rest in text.split("links[").skip(1) {
            let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'));
            let id = quote.and_then(|q| rest[1..].split(q).next());
            if let Some(id) = id
                && !self.books.network.has_entry(id)
            {
                let near = suggest_nearest(id, self.books.network.all_ids());
                self.fault(path, format!("the network has no link \"{id}\"{near}"));
            }
        }
    }

    /// Checks that filters fit the types of the facts that they are used on.
    fn check_filters(&mut self, path: &str, text: &str) {
        for inside in placeholders_of(text) {
            let Some((name, filter)) = inside.split_once('|') else {
                continue;
            };
            let (name, filter) = (name.trim(), filter.trim());
            if let Some(words) = plural_words(inside) {
                if let Some(what) = fault_of_plural(&words) {
                    self.fault(path, what);
                }
                if let Some(kind) = self
                    .kind_of(name)
                    .filter(|k| !["list", "count", "link"].contains(k))
                {
                    self.fault(
                        path,
                        format!(
                            "{name} is of type {kind}; `plural` takes a list, a count or a name"
                        ),
                    );
                }
                continue;
            }
            let allowed: &[&str] = match filter {
                "time" => &["instant"],
                "date" => &["instant", "date"],
                "band" => &["share"],
                "count" => &["list"],
                other => {
                    let near = suggest_nearest(other, FILTERS.into_iter());
                    self.fault(
                        path,
                        format!(
                            "there is no filter \"{other}\"{near}; known: {}",
                            FILTERS.join(", ")
                        ),
                    );
                    continue;
                }
            };
            if let Some(kind) = self.kind_of(name)
                && !allowed.contains(&kind)
            {
                self.fault(
                    path,
                    format!(
                        "{name} is of type {kind}; `{filter}` takes {}",
                        allowed.join(" or ")
                    ),
                );
            }
        }
    }
}
