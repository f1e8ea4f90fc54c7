//! A playbook: what may be said in one kind of outage, when, and on what evidence. Renders nothing.

use crate::domain::base::lang::Texts;
use crate::domain::base::link::LinkKind;
use crate::domain::base::time::Period;
use crate::domain::config::audience::Disclosure;
use crate::domain::config::built_in_lines::built_in_lines;
use crate::domain::config::further_text::FurtherText;
use crate::domain::config::line::{Line, Point};
use crate::domain::config::noted_fact::NotedFact;
use crate::domain::config::promise_kind::PromiseKind;
use crate::domain::config::schedule::{QuietHours, UpdateSchedule};
use crate::domain::config::situation::Situation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// How serious it is, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeverityRule {
    /// The level, `S1` to `S4`.
    pub level: String,
    /// The condition; the first rule that holds decides. None means always.
    #[serde(default)]
    pub when: Option<String>,
}

/// Until when facts of each kind may be said without being confirmed again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Freshness {
    /// That a link is up.
    #[serde(default)]
    pub up: Option<Period>,
    /// The share of capacity left.
    #[serde(default)]
    pub share: Option<Period>,
    /// The stage of work.
    #[serde(default)]
    pub work: Option<Period>,
    /// A repair window.
    #[serde(default)]
    pub window: Option<Period>,
    /// A noted fact without a limit of its own.
    #[serde(default)]
    pub noted: Option<Period>,
}

/// A playbook as the file has it. Everything but the name may come from the base.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaybookFile {
    /// Its name, which is the file's.
    pub name: String,
    /// The file that it builds on, by name.
    #[serde(default)]
    pub extends: Option<String>,
    /// What this kind of outage is called.
    #[serde(default)]
    pub title: Texts,
    /// For staff: when to use it.
    #[serde(default)]
    pub about: Texts,
    /// The kinds of link that it is for.
    #[serde(default)]
    pub applies_to: Vec<LinkKind>,
    /// It is for work announced in advance: `declare` then needs a start and an end.
    #[serde(default)]
    pub planned: Option<bool>,
    /// The rules that decide how serious the incident is.
    #[serde(default)]
    pub severity: Vec<SeverityRule>,
    /// When we speak, per level.
    #[serde(default, alias = "rhythm")]
    #[schemars(extend("x-old-name" = "rhythm"))]
    pub update_schedule: BTreeMap<String, UpdateSchedule>,
    /// Hours without promises to speak.
    #[serde(default, alias = "quiet")]
    #[schemars(extend("x-old-name" = "quiet"))]
    pub quiet_hours: Option<QuietHours>,
    /// When safety is at stake, so that quiet hours hold nothing back: an expression over facts.
    #[serde(default)]
    pub safety: Option<String>,
    /// How long facts stay sayable.
    #[serde(default)]
    pub freshness: Freshness,
    /// How long an approval of a statement under it lasts; what the team set when absent, else four hours.
    #[serde(default)]
    pub approval_lasts: Option<Period>,
    /// How long everything has to stay up, between two own checks, before it is restored.
    #[serde(default)]
    pub soak: Option<Period>,
    /// Who may know which facts, by the beginning of their path.
    #[serde(default)]
    pub disclosure: BTreeMap<String, Disclosure>,
    /// Facts that staff note.
    #[serde(default)]
    pub facts: BTreeMap<String, NotedFact>,
    /// The promises that may be made.
    #[serde(default)]
    pub promises: BTreeMap<String, PromiseKind>,
    /// What may be said.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// Texts beside the notice, by name.
    #[serde(default)]
    pub texts: BTreeMap<String, FurtherText>,
    /// Lines, points, situations and texts of the base that are not used.
    #[serde(default, alias = "without")]
    #[schemars(extend("x-old-name" = "without"))]
    pub exclude: Vec<String>,
    /// What staff may say.
    #[serde(default)]
    pub points: Vec<Point>,
    /// Its test matrix.
    #[serde(default)]
    pub situations: Vec<Situation>,
}

/// A playbook with its base worked in: what an incident is run by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playbook {
    /// The whole of it, as if written in one file.
    pub file: PlaybookFile,
    /// The ids of lines that come from the base.
    pub from_base: Vec<String>,
    /// The ids of points that come from the base.
    pub points_from_base: Vec<String>,
}

/// Puts `own` over `base`, by id; entries keep the base's place, new ones follow.
pub(crate) fn override_by_id<T: Clone>(base: &[T], own: &[T], id: impl Fn(&T) -> &str) -> Vec<T> {
    let mut all: Vec<T> = base
        .iter()
        .map(|b| own.iter().find(|o| id(o) == id(b)).unwrap_or(b).clone())
        .collect();
    all.extend(
        own.iter()
            .filter(|o| !base.iter().any(|b| id(b) == id(o)))
            .cloned(),
    );
    all
}

impl Playbook {
    /// Builds on a base: lines, points and situations by id, maps by key, single values when absent.
    pub fn build_on_base(base: Option<&PlaybookFile>, own: &PlaybookFile) -> Playbook {
        let Some(base) = base else {
            return Playbook {
                file: own.clone(),
                from_base: Vec::new(),
                points_from_base: Vec::new(),
            };
        };
        let mut file = own.clone();
        file.lines = override_by_id(&base.lines, &own.lines, |l| &l.id);
        file.lines.retain(|l| !own.exclude.contains(&l.id));
        file.points = override_by_id(&base.points, &own.points, |p| &p.id);
        file.points.retain(|p| !own.exclude.contains(&p.id));
        file.situations = override_by_id(&base.situations, &own.situations, |s| &s.name);
        file.situations.retain(|s| !own.exclude.contains(&s.name));
        if own.severity.is_empty() {
            file.severity = base.severity.clone();
        }
        if own.applies_to.is_empty() {
            file.applies_to = base.applies_to.clone();
        }
        file.planned = own.planned.or(base.planned);
        file.quiet_hours = own.quiet_hours.clone().or_else(|| base.quiet_hours.clone());
        file.soak = own.soak.or(base.soak);
        file.safety = own.safety.clone().or_else(|| base.safety.clone());
        file.approval_lasts = own.approval_lasts.or(base.approval_lasts);
        let (f, b) = (&mut file.freshness, &base.freshness);
        f.up = f.up.or(b.up);
        f.share = f.share.or(b.share);
        f.work = f.work.or(b.work);
        f.window = f.window.or(b.window);
        f.noted = f.noted.or(b.noted);
        fill_absent(&mut file.update_schedule, &base.update_schedule);
        fill_absent(&mut file.disclosure, &base.disclosure);
        fill_absent(&mut file.facts, &base.facts);
        fill_absent(&mut file.promises, &base.promises);
        fill_absent(&mut file.texts, &base.texts);
        file.texts.retain(|name, _| !own.exclude.contains(name));
        let mine = |id: &str| own.lines.iter().any(|l| l.id == id);
        let from_base = file
            .lines
            .iter()
            .filter(|l| !mine(&l.id))
            .map(|l| l.id.clone())
            .collect();
        let is_own = |id: &str| own.points.iter().any(|p| p.id == id);
        let points = file.points.iter().filter(|p| !is_own(&p.id));
        let points_from_base = points.map(|p| p.id.clone()).collect();
        Playbook {
            file,
            from_base,
            points_from_base,
        }
    }

    /// The name under which the record adopts it.
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// The line that is said when a line may not be: its own fallback, else that of its promise.
    pub fn fallback_of<'a>(&'a self, line: &'a Line) -> Option<&'a str> {
        let kind = line
            .promise
            .as_ref()
            .and_then(|p| self.file.promises.get(p));
        line.fallback
            .as_deref()
            .or_else(|| kind.and_then(|k| k.fallback.as_deref()))
    }

    /// A line by id, also a built-in one, which stands behind every playbook.
    pub fn find_line(&self, id: &str) -> Option<&Line> {
        let mut all = self.all_lines().chain(built_in_lines());
        all.find(|l| l.id == id)
    }

    /// The soak time; an hour when no file says.
    pub fn soak_time(&self) -> Period {
        self.file.soak.unwrap_or(Period::from_minutes(60))
    }

    /// Who may know a fact: the longest beginning of its path that is listed.
    pub fn disclosure_of(&self, path: &str) -> Option<Disclosure> {
        self.file
            .disclosure
            .iter()
            .filter(|(prefix, _)| {
                let rest = path.strip_prefix(prefix.as_str());
                rest.is_some_and(|r| r.is_empty() || r.starts_with('.'))
            })
            .max_by_key(|(prefix, _)| prefix.len())
            .map(|(_, d)| *d)
    }
}

fn fill_absent<V: Clone>(own: &mut BTreeMap<String, V>, base: &BTreeMap<String, V>) {
    for (key, value) in base {
        own.entry(key.clone()).or_insert_with(|| value.clone());
    }
}

impl PlaybookFile {
    /// Every line of the file with its place in it: those of the notice, then those of the texts.
    pub fn all_lines(&self) -> impl Iterator<Item = (String, &Line)> {
        let own = self.lines.iter().enumerate();
        let own = own.map(|(i, line)| (format!("lines[{i}]"), line));
        let texts = self.texts.iter().flat_map(|(name, text)| {
            let own = text.lines.iter().enumerate();
            own.map(move |(i, line)| (format!("texts.{name}.lines[{i}]"), line))
        });
        own.chain(texts)
    }
}

impl Playbook {
    /// This playbook as it is where a further text is drafted: what may be said is what that text says, and what no text
    /// leaves out.
    pub fn for_text(&self, text: &FurtherText) -> Playbook {
        let mut shared: BTreeSet<&str> = text.with.iter().map(String::as_str).collect();
        let own = self.file.lines.iter();
        shared.extend(own.filter(|l| l.is_in_every_text()).map(|l| l.id.as_str()));
        self.add_fallbacks(&mut shared, text);
        let lines = self.file.lines.iter();
        let lines = lines.filter(|l| shared.contains(l.id.as_str()));
        let lines = lines.chain(&text.lines).cloned().collect();
        Playbook {
            file: PlaybookFile {
                lines,
                ..self.file.clone()
            },
            from_base: self.from_base.clone(),
            points_from_base: self.points_from_base.clone(),
        }
    }

    /// What is said in the place of a line of the text is in the text too.
    fn add_fallbacks<'a>(&'a self, shared: &mut BTreeSet<&'a str>, text: &'a FurtherText) {
        loop {
            let lines = self.file.lines.iter();
            let lines = lines.filter(|l| shared.contains(l.id.as_str()));
            let all = lines.chain(&text.lines);
            let fallbacks: Vec<&str> = all.filter_map(|l| self.fallback_of(l)).collect();
            let before = shared.len();
            shared.extend(fallbacks);
            if shared.len() == before {
                return;
            }
        }
    }

    /// Every line that it may say, in the notice or in a further text.
    pub fn all_lines(&self) -> impl Iterator<Item = &Line> {
        let further = self.file.texts.values().flat_map(|t| &t.lines);
        self.file.lines.iter().chain(further)
    }
}
