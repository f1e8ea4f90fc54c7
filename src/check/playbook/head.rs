//! Checks name, severity, update intervals, quiet hours, disclosure and declared facts of a playbook, and what it
//! leaves out of its base. It does not check lines, points and promises.

use std::collections::BTreeMap;

use crate::check::playbook::linter::Linter;
use crate::domain::base::fault::is_id;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::base::time::Period;
use crate::domain::config::noted_fact::FactType;
use crate::domain::config::schedule::{DAYS, UpdateInterval, time_of_day};
use crate::domain::facts::catalogue::{is_branch, kind_of};

/// The least time between two own checks before "restored".
const LEAST_SOAK: Period = Period::from_minutes(5);

impl Linter<'_> {
    pub(super) fn check_head(&mut self) {
        let file = self.subject.file;
        self.check_identity();
        if let Some(safety) = &file.safety {
            self.check_expression("safety", safety, false);
        }
        self.check_severity();
        if file.soak.is_some_and(|s| s < LEAST_SOAK) {
            let what = format!("\"restored\" after less than {LEAST_SOAK} of watching is a guess");
            self.fault("soak", what);
        }
        if let Some(q) = &file.quiet_hours {
            for (path, text) in [("quiet_hours.from", &q.from), ("quiet_hours.to", &q.to)] {
                if time_of_day(text).is_none() {
                    self.fault(path, format!("\"{text}\" is not a time of day HH:MM"));
                }
            }
        }
        for (level, schedule) in &file.update_schedule {
            for (i, interval) in schedule.then.iter().enumerate() {
                let path = format!("update_schedule.{level}.then[{i}]");
                self.check_interval(&path, interval);
            }
        }
        self.check_excluded();
        self.check_disclosure();
        self.check_line_ids();
        let points = file.points.iter().map(|p| p.id.as_str());
        self.check_twice("points", points.collect());
        let situations = file.situations.iter().map(|s| s.name.as_str());
        self.check_twice("situations", situations.collect());
    }

    /// Its name; and what a playbook needs that nothing builds on.
    fn check_identity(&mut self) {
        let (file, whole) = (self.subject.file, &self.subject.whole.file);
        if !is_id(&file.name) {
            self.fault(
                "name",
                format!(
                    "\"{}\" is not an identifier: letters, digits, '.', '_', '-'",
                    file.name
                ),
            );
        }
        if self.subject.is_base {
            return;
        }
        self.check_complete("title", &file.title);
        if whole.update_schedule.is_empty() {
            let what = "a schedule of updates is needed, per severity";
            self.fault("update_schedule", what);
        }
        if whole.lines.is_empty() {
            self.fault(
                "lines",
                "there is nothing to say: add lines, or build on a base with `extends`",
            );
        }
    }

    fn check_severity(&mut self) {
        let schedules = &self.subject.whole.file.update_schedule;
        for (i, rule) in self.subject.file.severity.iter().enumerate() {
            if let Some(when) = &rule.when {
                self.check_expression(&format!("severity[{i}].when"), when, false);
            }
            if !schedules.contains_key(&rule.level) {
                let near = suggest_nearest(&rule.level, schedules.keys().map(String::as_str));
                self.fault(
                    format!("severity[{i}].level"),
                    format!("there is no update schedule for \"{}\"{near}", rule.level),
                );
            }
        }
    }

    /// One entry of the intervals between updates.
    fn check_interval(&mut self, path: &str, interval: &UpdateInterval) {
        if interval.every.is_some() == interval.at.is_some() {
            self.fault(path, "say either `every` or `at`");
        }
        if let Some(at) = &interval.at
            && time_of_day(at).is_none()
        {
            self.fault(
                format!("{path}.at"),
                format!("\"{at}\" is not a time of day HH:MM"),
            );
        }
        for (j, day) in interval.days.iter().enumerate() {
            if !DAYS.contains(&day.as_str()) {
                self.fault(
                    format!("{path}.days[{j}]"),
                    format!("\"{day}\" is not one of {}", DAYS.join(", ")),
                );
            }
        }
    }

    /// What is left out of the base has to be there.
    fn check_excluded(&mut self) {
        let mut ids: Vec<&str> = Vec::new();
        if let Some(base) = self.subject.base {
            ids.extend(base.lines.iter().map(|l| l.id.as_str()));
            ids.extend(base.points.iter().map(|p| p.id.as_str()));
            ids.extend(base.situations.iter().map(|s| s.name.as_str()));
        }
        for (i, id) in self.subject.file.exclude.iter().enumerate() {
            if !ids.contains(&id.as_str()) {
                let near = suggest_nearest(id, ids.iter().copied());
                self.fault(
                    format!("exclude[{i}]"),
                    format!("the base has nothing called \"{id}\"{near}"),
                );
            }
        }
    }

    fn check_disclosure(&mut self) {
        let noted = &self.subject.whole.file.facts;
        for key in self.subject.file.disclosure.keys() {
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
    }

    /// A line of a text has another name than those of the notice and of other texts, also of the base.
    fn check_line_ids(&mut self) {
        let (file, whole) = (self.subject.file, self.subject.whole);
        let mut seen: BTreeMap<&str, String> = BTreeMap::new();
        for (place, line) in file.all_lines() {
            let id = line.id.as_str();
            let all = whole.all_lines().filter(|l| l.id == id).count();
            match seen.get(id) {
                Some(first) => {
                    let what = format!("\"{id}\" stands twice, first at {first}");
                    self.fault(format!("{place}.id"), what);
                }
                None if all > 1 && place.starts_with("texts.") => {
                    let what = format!("another line is called \"{id}\", in the base");
                    self.fault(format!("{place}.id"), what);
                }
                None => {}
            }
            seen.entry(id).or_insert(place);
        }
    }

    fn check_twice(&mut self, list: &str, ids: Vec<&str>) {
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

    pub(super) fn check_facts(&mut self) {
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
                && self.books.workspace.find_catalogue(c).is_none()
            {
                let near = suggest_nearest(c, self.books.workspace.catalogue_names());
                // A base is for workspaces of many kinds: what one has no list for is noted in words.
                if !self.subject.is_base || !near.is_empty() {
                    self.fault(
                        format!("{path}.catalogue"),
                        format!("saydo.yaml has no catalogue \"{c}\"{near}"),
                    );
                }
            }
            if fact.kind == FactType::State && fact.choices.is_empty() {
                self.fault(path, "a state needs `choices`");
            }
        }
    }
}
