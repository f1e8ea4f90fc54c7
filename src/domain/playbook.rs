//! A playbook: what may be said in one kind of outage, when, and on what evidence.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::link::{LinkKind, LinkState, Source, SourceKind, Work};
use crate::domain::base::time::Period;
use crate::domain::config::audience::Disclosure;
use crate::domain::config::channel::Form;

/// What a line does, in the order in which lines are said.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Element {
    /// The title of a page or mail.
    Title,
    /// Who speaks and as of when.
    Greeting,
    /// Owns up to something said before: a slip, a mistake, a late update.
    Correction,
    /// What happened.
    WhatHappened,
    /// Who and what is affected.
    Affected,
    /// Since when.
    Since,
    /// Why.
    Cause,
    /// What we do.
    Action,
    /// When it may be over, and who says so.
    Outlook,
    /// What customers can do.
    Advice,
    /// When we speak again.
    NextUpdate,
    /// That we are sorry.
    Apology,
    /// Where to turn to.
    Contact,
}

/// What a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// States a fact.
    Fact,
    /// States what is being done.
    Action,
    /// Tells customers what they can do.
    Advice,
    /// Shows that we understand; claims nothing.
    Empathy,
    /// Commits us or passes on a commitment.
    Promise,
}

/// The smallest piece of speech.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Unique in the playbook; a line of the base with the same id is replaced.
    pub id: String,
    /// What it does, which decides where it stands.
    pub element: Element,
    /// What it is for.
    pub purpose: Purpose,
    /// The condition under which it is true: an expression over facts.
    #[serde(default)]
    pub when: Option<String>,
    /// Say it once for each entry of this list fact; the entry is `it`.
    #[serde(default)]
    pub each: Option<String>,
    /// What the fixed words assert: expressions that have to hold.
    #[serde(default)]
    pub asserts: Vec<String>,
    /// The kind of promise it makes.
    #[serde(default)]
    pub promise: Option<String>,
    /// The id of the line to say when this one may not be said.
    #[serde(default)]
    pub fallback: Option<String>,
    /// Said only in a text about several incidents; a title like that takes the place of theirs.
    #[serde(default)]
    pub for_several: bool,
    /// A statement without it is refused wherever its condition holds, and it is in every channel.
    #[serde(default)]
    pub must: bool,
    /// What people would like to hear: shown as "may not be said yet" while it is withheld.
    #[serde(default)]
    pub not_yet: Texts,
    /// Only in these channels; all that have a form for it when empty.
    #[serde(default)]
    pub channels: Vec<String>,
    /// Only to these audiences; all when empty.
    #[serde(default)]
    pub audiences: Vec<String>,
    /// The whole sentence.
    #[serde(default)]
    pub say: Texts,
    /// For small screens.
    #[serde(default)]
    pub short: Texts,
    /// Without Vietnamese marks.
    #[serde(default)]
    pub plain: Texts,
    /// To be read aloud.
    #[serde(default)]
    pub spoken: Texts,
}

impl Line {
    /// The texts of one form.
    pub fn form(&self, form: Form) -> &Texts {
        match form {
            Form::Say => &self.say,
            Form::Short => &self.short,
            Form::Plain => &self.plain,
            Form::Spoken => &self.spoken,
        }
    }

    /// The text for a channel's preferences in one language.
    pub fn text(&self, forms: &[Form], lang: Lang) -> Option<(Form, &str)> {
        forms
            .iter()
            .find_map(|f| self.form(*f).get(lang).map(|t| (*f, t)))
    }

    /// Every form and language that it is written in.
    pub fn texts(&self) -> impl Iterator<Item = (Form, Lang, &str)> {
        [Form::Say, Form::Short, Form::Plain, Form::Spoken]
            .into_iter()
            .flat_map(move |f| self.form(f).iter().map(move |(l, t)| (f, l, t.as_str())))
    }
}

/// The part of the talking points that an entry stands in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// The three sentences that can be said at once.
    Open,
    /// Listen and ask.
    Listen,
    /// What can be offered.
    Offer,
    /// What is not said.
    DoNotSay,
    /// Answers.
    IfAsked,
    /// Whom to hand an urgent case to.
    HandOver,
    /// Difficult callers.
    Difficult,
}

/// One talking point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Unique among the points.
    pub id: String,
    /// Where it stands.
    pub section: Section,
    /// For these roles; all when empty.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The condition under which it is true.
    #[serde(default)]
    pub when: Option<String>,
    /// Once for each entry of this list fact.
    #[serde(default)]
    pub each: Option<String>,
    /// What the fixed words assert.
    #[serde(default)]
    pub asserts: Vec<String>,
    /// The kind of promise that it offers: shown only while that may be made and its resources are in stock.
    #[serde(default)]
    pub promise: Option<String>,
    /// What the caller asks.
    #[serde(default)]
    pub question: Texts,
    /// What to say, or (under `do-not-say`) what not to say.
    pub say: Texts,
    /// Why not, under `do-not-say`.
    #[serde(default)]
    pub because: Texts,
}

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

/// How often we speak for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Beat {
    /// The distance between statements.
    #[serde(default)]
    pub every: Option<Period>,
    /// Or: daily at this time, `HH:MM`.
    #[serde(default)]
    pub at: Option<String>,
    /// Or: at that time, on these days only (`mon` ... `sun`).
    #[serde(default)]
    pub days: Vec<String>,
    /// For how long after the declaration; without end when absent.
    #[serde(default, rename = "for")]
    pub lasts: Option<Period>,
}

/// When we speak at one severity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rhythm {
    /// The first notice, after the declaration.
    pub first: Period,
    /// By day, one after the other.
    pub beats: Vec<Beat>,
    /// The distance between statements in quiet hours; none are promised when absent.
    #[serde(default)]
    pub night: Option<Period>,
}

/// Hours in which customers are left in peace, local times `HH:MM`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quiet {
    /// From.
    pub from: String,
    /// To.
    pub to: String,
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

/// The type of a noted fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FactType {
    /// A whole number.
    Count,
    /// A decimal number.
    Decimal,
    /// A share, `40%`.
    Share,
    /// A day.
    Date,
    /// A moment.
    Instant,
    /// From ... to.
    Window,
    /// A length of time.
    Duration,
    /// One word of `choices`.
    State,
    /// A link, region or service of the network.
    Link,
    /// Several of them.
    List,
    /// A text in every language, from a catalogue or given in each.
    Phrase,
}

/// A fact that staff note by hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotedFact {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: FactType,
    /// The list of phrases to choose from.
    #[serde(default)]
    pub catalogue: Option<String>,
    /// The words to choose from, for a state.
    #[serde(default)]
    pub choices: Vec<String>,
    /// What to ask for, shown to staff.
    #[serde(default)]
    pub ask: Texts,
    /// How long it stays sayable; `never` is written by leaving it out and setting `lasts`.
    #[serde(default)]
    pub fresh: Option<Period>,
    /// It does not age.
    #[serde(default)]
    pub lasts: bool,
    /// Who may know it.
    #[serde(default)]
    pub disclosure: Option<Disclosure>,
    /// The kinds of source that may say it; any when empty.
    #[serde(default)]
    pub sources: Vec<SourceKind>,
}

/// Whose promise it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PromisedBy {
    /// Ours.
    #[default]
    Us,
    /// The operator's, passed on.
    Operator,
}

/// What a promise is about; one of each kind, subject and audience is open at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Per {
    /// The statement; fulfilled by the next one.
    Statement,
    /// The incident.
    Incident,
    /// One link.
    Link,
    /// One region.
    Region,
    /// One case of one customer, by its reference; made by hand.
    Case,
    /// Nothing in particular.
    None,
}

/// How much of a resource a promise uses: a number, or the fact that says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amount {
    /// So many.
    Number(u64),
    /// As many as this fact says.
    Fact(String),
}

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Amount::Number(n) => write!(f, "{n}"),
            Amount::Fact(path) => f.write_str(path),
        }
    }
}

impl Serialize for Amount {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = super::scalar::text(d, "a whole number, or the name of a fact")?;
        let is_name = text
            .chars()
            .next()
            .is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        match text.parse::<u64>() {
            Ok(n) if n > 0 => Ok(Amount::Number(n)),
            Err(_) if is_name => Ok(Amount::Fact(text)),
            _ => Err(serde::de::Error::custom(format!(
                "\"{text}\" is neither a whole number above 0 nor the name of a fact"
            ))),
        }
    }
}

impl JsonSchema for Amount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "integer"], "description": "a whole number above 0, or the name of a count fact" })
    }
}

/// What a promise takes from a resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Use {
    /// A key of `resources:` in saydo.yaml.
    pub resource: String,
    /// How much.
    pub amount: Amount,
}

/// A kind of promise that may be made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PromiseKind {
    /// What it is called, as it stands after "we promised": per language.
    #[serde(default)]
    pub names: Texts,
    /// What it is about.
    pub per: Per,
    /// The role that keeps it.
    pub owner: String,
    /// Whose promise it is.
    #[serde(default)]
    pub by: PromisedBy,
    /// The evidence: expressions that have to hold.
    #[serde(default)]
    pub needs: Vec<String>,
    /// What it uses, reserved when it is made.
    #[serde(default)]
    pub uses: Vec<Use>,
    /// When it falls due: a fact, or an expression such as `as_of + 10m`.
    pub due: String,
    /// How long after the due time it counts as broken; only at closing when absent.
    #[serde(default)]
    pub grace: Option<Period>,
    /// When it counts as kept: `next-statement`, `up` (every link of its subject, by own check), `attested`
    /// (by the owner, with evidence), or an expression over facts.
    #[serde(default)]
    pub kept_when: Option<String>,
    /// The id of the line that is said when it may not be made, for lines that name none.
    #[serde(default)]
    pub fallback: Option<String>,
    /// To whom it may be made; to all when empty.
    #[serde(default)]
    pub audiences: Vec<String>,
    /// The kinds of source that may move it to an earlier time; all but an estimate when empty.
    #[serde(default)]
    pub earlier_from: Vec<SourceKind>,
}

impl PromiseKind {
    /// When it counts as kept.
    pub fn kept_when(&self) -> &str {
        match &self.kept_when {
            Some(text) => text,
            None if self.per == Per::Statement => NEXT_STATEMENT,
            None if self.per == Per::Link => UP,
            None => ATTESTED,
        }
    }

    /// It passes on the repair window of a link.
    pub fn is_of_window(&self) -> bool {
        matches!(self.due.as_str(), "it.window" | "it.window.latest")
    }

    /// True when a source of this kind may move it to an earlier time.
    pub fn may_be_earlier_by(&self, source: Option<SourceKind>) -> bool {
        match source {
            Some(kind) if self.earlier_from.is_empty() => kind != SourceKind::Estimate,
            Some(kind) => self.earlier_from.contains(&kind),
            None => false,
        }
    }
}

/// Kept by the next statement on the same incidents to the same audience.
pub const NEXT_STATEMENT: &str = "next-statement";
/// Kept when every link of the subject is up by own check.
pub const UP: &str = "up";
/// Kept by lasting until its time without being taken back: a hold.
pub const LASTING: &str = "lasting";
/// Kept when the owner says so, with evidence.
pub const ATTESTED: &str = "attested";

/// What happens in a test situation: one step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When, after the declaration.
    pub at: Period,
    /// The links meant: `first`, `second`, `third`, `rest`, `all`, `part`, `other-part`, `region`,
    /// `service`, or an identifier.
    #[serde(default)]
    pub links: Vec<String>,
    /// Their state.
    #[serde(default)]
    pub state: Option<LinkState>,
    /// The share left.
    #[serde(default)]
    pub capacity_left: Option<String>,
    /// The stage of work.
    #[serde(default)]
    pub work: Option<Work>,
    /// The cause, a key of `causes:`; `any` takes the first.
    #[serde(default)]
    pub cause: Option<String>,
    /// The cause is confirmed.
    #[serde(default)]
    pub confirmed: bool,
    /// A repair window as two offsets in days, `5..9`.
    #[serde(default)]
    pub window_days: Option<String>,
    /// Who says so; our own check when absent.
    #[serde(default)]
    pub source: Option<String>,
    /// Notes a fact.
    #[serde(default)]
    pub fact: Option<String>,
    /// Its value; `any` takes the first of a catalogue or of the choices.
    #[serde(default)]
    pub value: Option<String>,
    /// There is so much (`value`) of this resource now.
    #[serde(default)]
    pub stock: Option<String>,
    /// What may be said is issued now.
    #[serde(default)]
    pub issue: bool,
    /// Takes back what an earlier step (from 1) said.
    #[serde(default)]
    pub retract: Option<usize>,
    /// Confirms again all that stands.
    #[serde(default)]
    pub still: bool,
}

impl Step {
    /// The source, our own check when none is given.
    ///
    /// # Errors
    /// When the word is not a kind of source.
    pub fn source(&self) -> Result<Source, String> {
        self.source.as_deref().map_or(Ok(Source::own()), str::parse)
    }
}

/// A situation of the playbook's own test matrix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Situation {
    /// Its name.
    pub name: String,
    /// Planned work: its start and end after the declaration, `2d..2d4h`.
    #[serde(default)]
    pub planned: Option<(Period, Period)>,
    /// What happens.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// The draft is looked at this long after the declaration.
    pub look: Period,
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
    /// How serious.
    #[serde(default)]
    pub severity: Vec<SeverityRule>,
    /// When we speak, per level.
    #[serde(default)]
    pub rhythm: BTreeMap<String, Rhythm>,
    /// Hours without promises to speak.
    #[serde(default)]
    pub quiet: Option<Quiet>,
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
    /// Lines of the base that are not used.
    #[serde(default)]
    pub without: Vec<String>,
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
}

/// Puts `own` over `base`, by id; entries keep the base's place, new ones follow.
fn over<T: Clone>(base: &[T], own: &[T], id: impl Fn(&T) -> &str) -> Vec<T> {
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
    pub fn build(base: Option<&PlaybookFile>, own: &PlaybookFile) -> Playbook {
        let Some(base) = base else {
            return Playbook {
                file: own.clone(),
                from_base: Vec::new(),
            };
        };
        let mut file = own.clone();
        file.lines = over(&base.lines, &own.lines, |l| &l.id);
        file.lines.retain(|l| !own.without.contains(&l.id));
        file.points = over(&base.points, &own.points, |p| &p.id);
        file.points.retain(|p| !own.without.contains(&p.id));
        file.situations = over(&base.situations, &own.situations, |s| &s.name);
        file.situations.retain(|s| !own.without.contains(&s.name));
        if own.severity.is_empty() {
            file.severity = base.severity.clone();
        }
        if own.applies_to.is_empty() {
            file.applies_to = base.applies_to.clone();
        }
        file.planned = own.planned.or(base.planned);
        file.quiet = own.quiet.clone().or_else(|| base.quiet.clone());
        file.soak = own.soak.or(base.soak);
        file.safety = own.safety.clone().or_else(|| base.safety.clone());
        file.approval_lasts = own.approval_lasts.or(base.approval_lasts);
        let (f, b) = (&mut file.freshness, &base.freshness);
        f.up = f.up.or(b.up);
        f.share = f.share.or(b.share);
        f.work = f.work.or(b.work);
        f.window = f.window.or(b.window);
        f.noted = f.noted.or(b.noted);
        fill(&mut file.rhythm, &base.rhythm);
        fill(&mut file.disclosure, &base.disclosure);
        fill(&mut file.facts, &base.facts);
        fill(&mut file.promises, &base.promises);
        let mine = |id: &str| own.lines.iter().any(|l| l.id == id);
        let from_base = file
            .lines
            .iter()
            .filter(|l| !mine(&l.id))
            .map(|l| l.id.clone())
            .collect();
        Playbook { file, from_base }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.file.name
    }

    /// The line that is said when a line may not be: its own fallback, else that of its promise.
    pub fn fallback<'a>(&'a self, line: &'a Line) -> Option<&'a str> {
        let kind = line
            .promise
            .as_ref()
            .and_then(|p| self.file.promises.get(p));
        line.fallback
            .as_deref()
            .or_else(|| kind.and_then(|k| k.fallback.as_deref()))
    }

    /// A line by id.
    pub fn line(&self, id: &str) -> Option<&Line> {
        self.file.lines.iter().find(|l| l.id == id)
    }

    /// It is for work announced in advance.
    pub fn is_planned(&self) -> bool {
        self.file.planned.unwrap_or(false)
    }

    /// The soak time; an hour when no file says.
    pub fn soak(&self) -> Period {
        self.file.soak.unwrap_or(Period::minutes(60))
    }

    /// Who may know a fact: the longest beginning of its path that is listed.
    pub fn disclosure(&self, path: &str) -> Option<Disclosure> {
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

fn fill<V: Clone>(own: &mut BTreeMap<String, V>, base: &BTreeMap<String, V>) {
    for (key, value) in base {
        own.entry(key.clone()).or_insert_with(|| value.clone());
    }
}
