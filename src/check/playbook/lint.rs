//! What can be known of a playbook by day: everything that is wrong with it, all at once.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::against::literals::{Reader, objection};
use crate::check::playbook::homograph;
use crate::check::playbook::situation::{Played, Unplayable, play};
use crate::check::reading::claims::timed_commitments;
use crate::domain::base::fault::{Fault, is_id};
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::suggest::nearest;
use crate::domain::config::channel::Form;
use crate::domain::config::line::{Element, Line, Purpose};
use crate::domain::config::noted_fact::FactType;
use crate::domain::config::playbook::{Playbook, PlaybookFile};
use crate::domain::config::schedule::{DAYS, time_of_day};
use crate::domain::facts::catalogue::{is_branch, kind_of};
use crate::domain::facts::evaluator::{Voice, VoiceError};
use crate::domain::facts::world::Books;
use crate::domain::speech::points::ROLES;

/// A playbook to be checked: its own file, and the whole with its base.
pub struct Subject<'a> {
    /// The file.
    pub file: &'a PlaybookFile,
    /// With its base worked in.
    pub whole: &'a Playbook,
    /// The base.
    pub base: Option<&'a PlaybookFile>,
    /// The digests under which both stand in the books.
    pub pinned: (&'a str, Option<&'a str>),
    /// It is a base: its lines are checked, its situations are those of the playbooks that build on it.
    pub is_base: bool,
}

pub(super) struct Linter<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) books: &'a Books,
    pub(super) voice: &'a dyn Voice,
    pub(super) reader: Reader,
    pub(super) faults: Vec<Fault>,
}

/// Everything wrong with a playbook, by the path in its own file; and the situations that this network
/// cannot play, by name.
pub fn lint(
    subject: &Subject<'_>,
    books: &Books,
    voice: &dyn Voice,
) -> (Vec<Fault>, Vec<(String, String)>) {
    let mut linter = Linter {
        subject,
        books,
        voice,
        reader: Reader::new(&books.network),
        faults: Vec::new(),
    };
    linter.head();
    for (i, line) in subject.file.lines.iter().enumerate() {
        linter.line(&format!("lines[{i}]"), line);
    }
    linter.points();
    linter.facts();
    linter.promises();
    let skipped = if linter.faults.is_empty() && !subject.is_base {
        linter.matrix()
    } else {
        Vec::new()
    };
    (linter.faults, skipped)
}

impl Linter<'_> {
    pub(super) fn fault(&mut self, path: impl Into<String>, what: impl Into<String>) {
        self.faults.push(Fault::at(path, what));
    }

    fn head(&mut self) {
        let file = self.subject.file;
        if !is_id(&file.name) {
            self.fault(
                "name",
                format!(
                    "\"{}\" is not an identifier: letters, digits, '.', '_', '-'",
                    file.name
                ),
            );
        }
        if !self.subject.is_base {
            self.complete("title", &file.title);
            if self.subject.whole.file.rhythm.is_empty() {
                self.fault("rhythm", "a rhythm of updates is needed, per severity");
            }
            if self.subject.whole.file.lines.is_empty() {
                self.fault(
                    "lines",
                    "there is nothing to say: add lines, or build on a base with `extends`",
                );
            }
        }
        if let Some(safety) = &file.safety {
            self.expression("safety", safety, false);
        }
        for (i, rule) in file.severity.iter().enumerate() {
            if let Some(when) = &rule.when {
                self.expression(&format!("severity[{i}].when"), when, false);
            }
            if !self.subject.whole.file.rhythm.contains_key(&rule.level) {
                let known = self.subject.whole.file.rhythm.keys().map(String::as_str);
                let near = nearest(&rule.level, known);
                self.fault(
                    format!("severity[{i}].level"),
                    format!("there is no rhythm for \"{}\"{near}", rule.level),
                );
            }
        }
        if let Some(q) = &file.quiet {
            for (path, text) in [("quiet.from", &q.from), ("quiet.to", &q.to)] {
                if time_of_day(text).is_none() {
                    self.fault(path, format!("\"{text}\" is not a time of day HH:MM"));
                }
            }
        }
        for (level, rhythm) in &file.rhythm {
            for (i, beat) in rhythm.beats.iter().enumerate() {
                let path = format!("rhythm.{level}.beats[{i}]");
                if beat.every.is_some() == beat.at.is_some() {
                    self.fault(path.clone(), "say either `every` or `at`");
                }
                if let Some(at) = &beat.at
                    && time_of_day(at).is_none()
                {
                    self.fault(
                        format!("{path}.at"),
                        format!("\"{at}\" is not a time of day HH:MM"),
                    );
                }
                for (j, day) in beat.days.iter().enumerate() {
                    if !DAYS.contains(&day.as_str()) {
                        self.fault(
                            format!("{path}.days[{j}]"),
                            format!("\"{day}\" is not one of {}", DAYS.join(", ")),
                        );
                    }
                }
            }
        }
        for (i, id) in file.without.iter().enumerate() {
            let base = self.subject.base.into_iter();
            let ids: Vec<&str> = base
                .flat_map(|b| {
                    let lines = b.lines.iter().map(|l| l.id.as_str());
                    let points = b.points.iter().map(|p| p.id.as_str());
                    lines
                        .chain(points)
                        .chain(b.situations.iter().map(|s| s.name.as_str()))
                })
                .collect();
            if !ids.contains(&id.as_str()) {
                let near = nearest(id, ids.iter().copied());
                self.fault(
                    format!("without[{i}]"),
                    format!("the base has nothing called \"{id}\"{near}"),
                );
            }
        }
        for key in file.disclosure.keys() {
            let noted = &self.subject.whole.file.facts;
            let is_known = key == "capacity"
                || kind_of(key).is_some()
                || is_branch(key)
                || noted.contains_key(key);
            if !is_known {
                self.fault(
                    format!("disclosure.{key}"),
                    format!("there is no fact \"{key}\"; known: docs/facts.md"),
                );
            }
        }
        self.twice("lines", file.lines.iter().map(|l| l.id.as_str()).collect());
        self.twice(
            "points",
            file.points.iter().map(|p| p.id.as_str()).collect(),
        );
        self.twice(
            "situations",
            file.situations.iter().map(|s| s.name.as_str()).collect(),
        );
    }

    fn twice(&mut self, list: &str, ids: Vec<&str>) {
        let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
        for (i, id) in ids.iter().enumerate() {
            if let Some(first) = seen.insert(id, i) {
                let key = if list == "situations" { "name" } else { "id" };
                self.fault(
                    format!("{list}[{i}].{key}"),
                    format!("\"{id}\" stands twice, first at {list}[{first}]"),
                );
            }
        }
    }

    /// Every language of the workspace has a text.
    pub(super) fn complete(&mut self, path: &str, texts: &Texts) {
        for lang in &self.books.workspace.languages {
            if texts.get(*lang).is_none_or(|t| t.trim().is_empty()) {
                self.fault(path, format!("the text in \"{lang}\" is missing"));
            }
        }
    }

    fn line(&mut self, path: &str, line: &Line) {
        if !is_id(&line.id) {
            self.fault(
                format!("{path}.id"),
                format!("\"{}\" is not an identifier", line.id),
            );
        }
        if let Some(when) = &line.when {
            self.expression(&format!("{path}.when"), when, line.each.is_some());
        }
        for (i, e) in line.asserts.iter().enumerate() {
            self.expression(&format!("{path}.asserts[{i}]"), e, line.each.is_some());
        }
        if let Some(each) = &line.each {
            self.list(&format!("{path}.each"), each);
        }
        self.names_of(path, line);
        self.forms(path, line);
        let asserts = !line.asserts.is_empty();
        let promise = line.promise.is_some();
        for (form, lang, text) in line.texts() {
            let at = format!("{path}.{}.{lang}", form_name(form));
            self.template(&at, text, lang, line.each.is_some(), (asserts, promise));
            if line.purpose == Purpose::Empathy && text.contains("{{") {
                self.fault(
                    at.clone(),
                    "a line of empathy claims nothing: it prints no facts",
                );
            }
            if form == Form::Plain {
                for (_, _, why) in homograph::find(text) {
                    self.fault(at.clone(), why);
                }
            }
        }
    }

    /// Names that the line gives: promise, fallback, channels, audiences.
    fn names_of(&mut self, path: &str, line: &Line) {
        let whole = self.subject.whole;
        let promises = &whole.file.promises;
        match (&line.promise, line.purpose) {
            (Some(p), _) if !promises.contains_key(p) => {
                let near = nearest(p, promises.keys().map(String::as_str));
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
        if declared.is_some_and(|k| k.per == crate::domain::config::promise_kind::Per::Case) {
            self.fault(
                format!("{path}.promise"),
                "a promise `per: case` is made by hand for one person; no statement makes it",
            );
        }
        if line.promise.is_some() && whole.fallback(line).is_none() {
            self.fault(path, "a line of promise needs a `fallback`: the line that is said when it may not be made");
        }
        if let Some(f) = &line.fallback
            && whole.line(f).is_none()
        {
            let near = nearest(f, whole.file.lines.iter().map(|l| l.id.as_str()));
            self.fault(
                format!("{path}.fallback"),
                format!("there is no line \"{f}\"{near}"),
            );
        }
        let workspace = &self.books.workspace;
        for (i, c) in line.channels.iter().enumerate() {
            if !workspace.channels.contains_key(c) {
                let near = nearest(c, workspace.channels.keys().map(String::as_str));
                self.fault(
                    format!("{path}.channels[{i}]"),
                    format!("saydo.yaml has no channel \"{c}\"{near}"),
                );
            }
        }
        for (i, a) in line.audiences.iter().enumerate() {
            if workspace.audience(a).is_none() {
                self.fault(
                    format!("{path}.audiences[{i}]"),
                    format!("saydo.yaml has no audience \"{a}\""),
                );
            }
        }
    }

    /// A line is said in every language of a channel or in none; and somewhere.
    fn forms(&mut self, path: &str, line: &Line) {
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
                .map(|l| line.text(&channel.forms, *l).is_some())
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

    fn voice_fault(&mut self, path: &str, error: VoiceError) {
        self.fault(path, error.what);
    }

    /// A name of a fact, as an expression writes it: a derived fact, a noted one, or something below them.
    pub(super) fn name(&mut self, path: &str, name: &str, has_it: bool) {
        if (name == "it" || name.starts_with("it.")) && !has_it {
            self.fault(
                path,
                "`it` stands for an entry of a list: the line needs `each`",
            );
            return;
        }
        if let Some(rest) = name.strip_prefix("links.") {
            let id = rest.split('.').next().unwrap_or(rest);
            if !self.books.network.knows(id) {
                let near = nearest(id, self.books.network.ids());
                self.fault(path, format!("the network has no link \"{id}\"{near}"));
                return;
            }
        }
        if let Some(rest) = name.strip_prefix("contacts.") {
            let id = rest.split('.').next().unwrap_or(rest);
            let near = nearest(id, self.books.workspace.contacts.keys().map(String::as_str));
            // A workspace need not have every contact of a shipped base; the line is then withheld.
            if !self.books.workspace.contacts.contains_key(id) && !near.is_empty() {
                self.fault(path, format!("saydo.yaml has no contact \"{id}\"{near}"));
            }
            return;
        }
        let noted = &self.subject.whole.file.facts;
        let is_known = |n: &str| kind_of(n).is_some() || noted.contains_key(n) || is_branch(n);
        if is_known(name) {
            return;
        }
        let is_below = name
            .rsplit_once('.')
            .is_some_and(|(above, last)| match last {
                "count" => self.kind(above) == Some("list"),
                "earliest" | "latest" => self.kind(above) == Some("window"),
                _ => false,
            });
        if is_below {
            return;
        }
        let all = crate::domain::facts::catalogue::NAMES
            .iter()
            .map(|n| n.path)
            .chain(noted.keys().map(String::as_str));
        let shown = name.replacen("it.", "links.*.", 1);
        let near = nearest(&shown, all);
        self.fault(path, format!("there is no fact \"{name}\"{near}"));
    }

    pub(super) fn kind(&self, name: &str) -> Option<&'static str> {
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

    pub(super) fn expression(&mut self, path: &str, text: &str, has_it: bool) {
        match self.voice.names(text, false) {
            Ok(names) => {
                for name in names {
                    self.name(path, &name, has_it);
                }
                self.bracketed(path, text);
            }
            Err(error) => self.voice_fault(path, error),
        }
    }

    fn list(&mut self, path: &str, name: &str) {
        match self.kind(name) {
            Some("list") => {}
            Some(kind) => self.fault(
                path,
                format!("\"{name}\" is of type {kind}; `each` takes a list"),
            ),
            None => {
                let lists = crate::domain::facts::catalogue::NAMES
                    .iter()
                    .filter(|n| n.kind == "list")
                    .map(|n| n.path);
                let near = nearest(name, lists);
                self.fault(path, format!("there is no list \"{name}\"{near}"));
            }
        }
    }

    fn template(
        &mut self,
        path: &str,
        text: &str,
        lang: Lang,
        has_it: bool,
        declared: (bool, bool),
    ) {
        if !self.printed(path, text, has_it) {
            return;
        }
        let fixed = without_placeholders(text);
        for literal in self.reader.literals(&fixed, lang) {
            if let Some(what) = objection(&literal, declared.0, declared.1) {
                self.fault(path, what);
            }
        }
        if !declared.1 {
            for (words, due) in timed_commitments(&fixed, lang) {
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
    fn printed(&mut self, path: &str, text: &str, has_it: bool) -> bool {
        if text.contains("{%") {
            self.fault(
                path,
                "a text has no {% ... %}: choose with `when`, repeat with `each`",
            );
            return false;
        }
        match self.voice.names(text, true) {
            Ok(names) => {
                for name in names {
                    self.name(path, &name, has_it);
                    let above = name.rsplit_once('.').map(|(a, _)| a);
                    if above.is_some_and(|a| self.kind(a) == Some("window")) {
                        self.fault(path, format!("\"{name}\": a window is printed whole"));
                    }
                }
                self.bracketed(path, text);
                self.filters(path, text);
                true
            }
            Err(error) => {
                self.voice_fault(path, error);
                false
            }
        }
    }

    /// Links named in brackets: `links['BB-NS-1'].state`.
    fn bracketed(&mut self, path: &str, text: &str) {
        for rest in text.split("links[").skip(1) {
            let quote = rest.chars().next().filter(|c| matches!(c, '\'' | '"'));
            let id = quote.and_then(|q| rest[1..].split(q).next());
            if let Some(id) = id
                && !self.books.network.knows(id)
            {
                let near = nearest(id, self.books.network.ids());
                self.fault(path, format!("the network has no link \"{id}\"{near}"));
            }
        }
    }

    /// Filters fit the types of what they are put to.
    fn filters(&mut self, path: &str, text: &str) {
        for inside in placeholders(text) {
            let Some((name, filter)) = inside.split_once('|') else {
                continue;
            };
            let (name, filter) = (name.trim(), filter.trim());
            let allowed: &[&str] = match filter {
                "time" => &["instant"],
                "date" => &["instant", "date"],
                "band" => &["share"],
                "count" => &["list"],
                other => {
                    let near = nearest(other, ["time", "date", "band", "count"].into_iter());
                    self.fault(
                        path,
                        format!(
                            "there is no filter \"{other}\"{near}; known: time, date, band, count"
                        ),
                    );
                    continue;
                }
            };
            if let Some(kind) = self.kind(name)
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

    fn points(&mut self) {
        for (i, point) in self.subject.file.points.iter().enumerate() {
            let path = format!("points[{i}]");
            let has_it = point.each.is_some();
            for (j, role) in point.roles.iter().enumerate() {
                if !ROLES.contains(&role.as_str()) {
                    let near = nearest(role, ROLES.iter().copied());
                    self.fault(
                        format!("{path}.roles[{j}]"),
                        format!(
                            "there is no role \"{role}\"{near}; known: {}",
                            ROLES.join(", ")
                        ),
                    );
                }
            }
            self.complete(&format!("{path}.say"), &point.say);
            for (name, texts) in [("question", &point.question), ("because", &point.because)] {
                if !texts.is_empty() {
                    self.complete(&format!("{path}.{name}"), texts);
                }
            }
            if let Some(when) = &point.when {
                self.expression(&format!("{path}.when"), when, has_it);
            }
            for (j, e) in point.asserts.iter().enumerate() {
                self.expression(&format!("{path}.asserts[{j}]"), e, has_it);
            }
            if let Some(each) = &point.each {
                self.list(&format!("{path}.each"), each);
            }
            let promises = &self.subject.whole.file.promises;
            if let Some(p) = &point.promise
                && !promises.contains_key(p)
            {
                let near = nearest(p, promises.keys().map(String::as_str));
                self.fault(
                    format!("{path}.promise"),
                    format!("no promise \"{p}\" is declared under `promises:`{near}"),
                );
            }
            let forbids = point.section == crate::domain::config::line::Section::DoNotSay;
            for (lang, text) in point
                .say
                .iter()
                .chain(point.question.iter())
                .chain(point.because.iter())
            {
                let at = format!("{path}.say.{lang}");
                self.printed(&at, text, has_it);
            }
            if !forbids {
                for (lang, text) in point.say.iter() {
                    let fixed = without_placeholders(text);
                    let found = self.reader.literals(&fixed, lang);
                    for literal in found {
                        let vague =
                            literal.kind == crate::check::against::literals::LiteralKind::Vague;
                        let promise =
                            literal.kind == crate::check::against::literals::LiteralKind::Promise;
                        if (vague || promise)
                            && let Some(what) = objection(&literal, true, !point.asserts.is_empty())
                        {
                            self.fault(format!("{path}.say.{lang}"), what);
                        }
                    }
                }
            }
        }
    }

    fn facts(&mut self) {
        for (name, fact) in &self.subject.file.facts {
            let path = format!("facts.{name}");
            if !name
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            {
                self.fault(
                    path.clone(),
                    format!("\"{name}\": a fact's name is small letters, digits and '_'"),
                );
            }
            if kind_of(name).is_some() || is_branch(name) {
                self.fault(
                    path.clone(),
                    format!("\"{name}\" is a derived fact already; choose another name"),
                );
            }
            if let Some(c) = &fact.catalogue
                && self.books.workspace.catalogue(c).is_none()
            {
                let near = nearest(c, self.books.workspace.catalogue_names());
                self.fault(
                    format!("{path}.catalogue"),
                    format!("saydo.yaml has no catalogue \"{c}\"{near}"),
                );
            }
            if fact.kind == FactType::State && fact.choices.is_empty() {
                self.fault(path, "a state needs `choices`");
            }
        }
    }

    /// Plays the test matrix: what is false everywhere, what differs between languages, what does not fit.
    fn matrix(&mut self) -> Vec<(String, String)> {
        let whole = self.subject.whole;
        let mut said: BTreeSet<String> = BTreeSet::new();
        let mut skipped = Vec::new();
        let mut reported: BTreeSet<String> = BTreeSet::new();
        if whole.file.situations.is_empty() {
            self.fault(
                "situations",
                "a test matrix is needed: at least nothing known, windows known, restored",
            );
        }
        for situation in &whole.file.situations {
            let own = self
                .subject
                .file
                .situations
                .iter()
                .position(|s| s.name == situation.name);
            let path = own.map_or("situations".to_owned(), |i| format!("situations[{i}]"));
            for longest in [false, true] {
                match play(
                    situation,
                    whole,
                    self.subject.pinned,
                    self.books,
                    self.voice,
                    &self.reader,
                    longest,
                ) {
                    Ok(played) => self.judge(
                        &path,
                        &situation.name,
                        &played,
                        longest,
                        &mut said,
                        &mut reported,
                    ),
                    Err(Unplayable::NotHere(why)) if !longest => {
                        skipped.push((situation.name.clone(), why))
                    }
                    Err(Unplayable::NotHere(_)) => {}
                    Err(Unplayable::Wrong { step, what }) if !longest => {
                        // A line that cannot be worked out fails in every situation; once is enough.
                        let line = what
                            .strip_prefix("line \"")
                            .and_then(|rest| rest.split('"').next());
                        let index = line
                            .and_then(|id| self.subject.file.lines.iter().position(|l| l.id == id));
                        let (at, said) = match (index, own, step) {
                            (Some(i), ..) => (format!("lines[{i}]"), what.clone()),
                            (None, Some(_), Some(s)) => (
                                format!("{path}.steps[{s}]"),
                                format!("situation \"{}\": {what}", situation.name),
                            ),
                            _ => (
                                path.clone(),
                                format!("situation \"{}\": {what}", situation.name),
                            ),
                        };
                        if reported.insert(format!("{at} {said}")) {
                            self.fault(at, said);
                        }
                    }
                    Err(Unplayable::Wrong { .. }) => {}
                }
            }
        }
        if skipped.is_empty() {
            for (i, line) in self.subject.file.lines.iter().enumerate() {
                let only_fallback = line.when.is_none()
                    && whole
                        .file
                        .lines
                        .iter()
                        .any(|l| l.fallback.as_deref() == Some(&line.id));
                if !said.contains(&line.id) && !only_fallback {
                    let what = format!(
                        "line \"{}\" is said in no situation of the test matrix: its condition is never true, or a situation is missing",
                        line.id
                    );
                    self.fault(format!("lines[{i}].id"), what);
                }
            }
        }
        skipped
    }

    fn judge(
        &mut self,
        path: &str,
        name: &str,
        played: &Played,
        longest: bool,
        said: &mut BTreeSet<String>,
        reported: &mut BTreeSet<String>,
    ) {
        said.extend(played.draft.lines.iter().map(|l| l.said.id.clone()));
        for finding in &played.findings {
            if longest != (finding.rule == "length") {
                continue;
            }
            let line = finding
                .line
                .and_then(|i| played.draft.lines.get(i))
                .map(|l| l.said.id.clone());
            let index = line.and_then(|id| self.subject.file.lines.iter().position(|l| l.id == id));
            let at = index.map_or(path.to_owned(), |i| format!("lines[{i}]"));
            let place = match (&finding.channel, finding.lang) {
                (Some(c), Some(l)) => format!(" ({c}, {l})"),
                _ => String::new(),
            };
            let how = if longest {
                ", with every value at its longest"
            } else {
                ""
            };
            let what = format!("situation \"{name}\"{place}{how}: {}", finding.what);
            if reported.insert(format!("{at} {}", finding.what)) {
                self.fault(at, what);
            }
        }
    }
}

fn form_name(form: Form) -> &'static str {
    match form {
        Form::Say => "say",
        Form::Short => "short",
        Form::Plain => "plain",
        Form::Spoken => "spoken",
    }
}

fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{")
        .skip(1)
        .filter_map(|rest| rest.split("}}").next())
}

/// The fixed words of a template; a placeholder leaves a mark that is no word and no number.
fn without_placeholders(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        out.push_str(&rest[..open]);
        out.push('\u{fffc}');
        rest = rest[open..]
            .find("}}")
            .map_or("", |close| &rest[open + close + 2..]);
    }
    out.push_str(rest);
    out
}
