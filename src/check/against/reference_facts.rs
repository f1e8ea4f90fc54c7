//! What is known, as a text can be held against it: from the facts of a record, or from a plain record object.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use serde::Deserialize;

use crate::check::reading::sentence::sentences;
use crate::check::reading::text::Folded;
use crate::domain::base::time::{At, When};
use crate::domain::base::value::Value;
use crate::domain::facts::fact::Facts;
use crate::domain::network::topology::Network;
use crate::domain::speech::draft::Draft;
use crate::domain::speech::gate::owed;

/// The state of a link, as texts speak of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It works and did so before.
    Up,
    /// It works again.
    Restored,
    /// It works in part.
    Degraded,
    /// It does not work.
    Down,
}

impl State {
    /// Repaired counts as working.
    pub fn works(self) -> bool {
        matches!(self, State::Up | State::Restored)
    }

    /// In words.
    pub fn word(self) -> &'static str {
        match self {
            State::Up => "up",
            State::Restored => "restored",
            State::Degraded => "degraded",
            State::Down => "down",
        }
    }
}

/// A link with the names by which texts call it, folded.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownLink {
    /// The names, the longest first.
    pub names: Vec<String>,
    /// Its state; none when nobody has reported on it.
    pub state: Option<State>,
    /// The events that say so.
    pub events: Vec<u64>,
    /// The name of the link of which it is a part, folded.
    pub parent: Option<String>,
    /// Somebody says that it works, and we have not checked.
    pub is_claimed_up: bool,
}

/// A time that is known: a day, or a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownTime {
    /// The day.
    pub date: NaiveDate,
    /// For a window, its first day.
    pub earliest: Option<NaiveDate>,
    /// The time of day.
    pub time: Option<NaiveTime>,
    /// The zone in which both are.
    pub offset: Option<FixedOffset>,
    /// The events that say so.
    pub events: Vec<u64>,
}

impl KnownTime {
    /// The same moment in another zone; a day without a time, or without a zone, stays as it is.
    pub fn shifted(&self, to: FixedOffset) -> KnownTime {
        let (Some(time), Some(from)) = (self.time, self.offset) else {
            return self.clone();
        };
        let Some(there) = from.from_local_datetime(&self.date.and_time(time)).single() else {
            return self.clone();
        };
        let there = there.with_timezone(&to);
        KnownTime {
            date: there.date_naive(),
            time: Some(there.time()),
            offset: Some(to),
            ..self.clone()
        }
    }

    /// As readers of a language write it.
    pub fn local(&self, lang: crate::domain::base::lang::Lang) -> String {
        use crate::domain::base::lang::Lang;
        let day = match lang {
            Lang::Vi => self.date.format("%d/%m/%Y").to_string(),
            Lang::En => self.date.format("%-d %B %Y").to_string(),
        };
        match (self.time, lang) {
            (Some(t), Lang::Vi) => format!("{} ngày {day}", t.format("%H:%M")),
            (Some(t), Lang::En) => format!("{} on {day}", t.format("%H:%M")),
            (None, Lang::Vi) => format!("ngày {day}"),
            (None, Lang::En) => day,
        }
    }

    /// As people read it.
    pub fn shown(&self) -> String {
        match (self.time, self.earliest) {
            (Some(t), _) => format!("{} {}", self.date, t.format("%H:%M")),
            (None, Some(e)) if e != self.date => format!("{e} to {}", self.date),
            _ => self.date.to_string(),
        }
    }
}

/// Whether a cause is known.
#[derive(Debug, Clone, PartialEq)]
pub enum Cause {
    /// It is not confirmed.
    Open,
    /// It is confirmed; with the words for it, when they are on record.
    Confirmed(Vec<String>),
}

/// What a text is held against.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Every moment and day on record, each a thing that a text may speak of.
    pub moments: Vec<KnownTime>,
    /// When promises would fall due that may be made now.
    pub may: Vec<KnownTime>,
    /// The group of links that the incident is about: how many there are, and how many are down.
    pub group: Option<(usize, usize)>,
    /// How long the lists on record are.
    pub lengths: Vec<usize>,
    /// Durations on record, in minutes, hours and days.
    pub durations: Vec<u64>,
    /// Every share on record, in per cent.
    pub shares: Vec<f64>,
    /// The links.
    pub links: Vec<KnownLink>,
    /// The share of capacity lost, in per cent.
    pub lost: Option<f64>,
    /// The cause.
    pub cause: Cause,
    /// When it is to be over, each with whose link it is about (none: all).
    pub eta: Vec<KnownTime>,
    /// When we speak next.
    pub next_update: Vec<KnownTime>,
    /// Since when, when that is on record.
    pub since: Vec<KnownTime>,
    /// How many vouchers are on record.
    pub vouchers: Option<u64>,
    /// Regions and services that are affected, folded names.
    pub affected: Vec<String>,
    /// Names of the house and of places that texts may use.
    pub names: Vec<String>,
    /// A time that this audience was told has slipped, was missed or withdrawn, and it was not told so yet.
    pub has_slipped: bool,
    /// Sentences that the gate lets us say now, with the events that they rest on; see [`Known::may_say`].
    pub sayable: BTreeMap<String, Vec<u64>>,
    /// It is a plain record object, which holds all that is known.
    pub is_closed: bool,
}

/// A record object of section 7 of the corpus guide.
#[derive(Debug, Deserialize)]
struct Plain {
    links: BTreeMap<String, String>,
    #[serde(default)]
    lost_pct: Option<f64>,
    #[serde(default)]
    cause_confirmed: bool,
    #[serde(default)]
    cause: Option<String>,
    #[serde(default)]
    eta: Option<String>,
    #[serde(default)]
    next_update: Option<String>,
    #[serde(default)]
    vouchers: Option<u64>,
}

/// Folds a name as texts are folded.
pub fn folded(name: &str) -> String {
    Folded::new(name).text
}

/// Reads a record object, alone or under `record`.
///
/// # Errors
/// What is wrong with it.
pub fn from_record(value: &serde_json::Value) -> Result<Known, String> {
    let value = value.get("record").unwrap_or(value);
    let plain: Plain = serde_json::from_value(value.clone()).map_err(|e| e.to_string())?;
    let mut links = Vec::new();
    for (name, state) in &plain.links {
        let state = match state.as_str() {
            "up" => State::Up,
            "restored" => State::Restored,
            "degraded" => State::Degraded,
            "down" => State::Down,
            other => {
                return Err(format!(
                    "link \"{name}\": \"{other}\" is not up, down, degraded or restored"
                ));
            }
        };
        links.push(KnownLink {
            names: vec![folded(name)],
            state: Some(state),
            events: Vec::new(),
            parent: None,
            is_claimed_up: false,
        });
    }
    let time = |text: &Option<String>, what: &str| -> Result<Vec<KnownTime>, String> {
        match text {
            None => Ok(Vec::new()),
            Some(t) => known_time(t)
                .map(|k| vec![k])
                .ok_or_else(|| format!("{what}: \"{t}\" is neither a date nor a time")),
        }
    };
    Ok(Known {
        moments: Vec::new(),
        may: Vec::new(),
        group: None,
        lengths: Vec::new(),
        durations: Vec::new(),
        shares: Vec::new(),
        links,
        lost: plain.lost_pct,
        cause: match (plain.cause_confirmed, &plain.cause) {
            (false, _) => Cause::Open,
            (true, None) => Cause::Confirmed(Vec::new()),
            (true, Some(c)) => Cause::Confirmed(vec![folded(c)]),
        },
        eta: time(&plain.eta, "eta")?,
        next_update: time(&plain.next_update, "next_update")?,
        since: Vec::new(),
        vouchers: plain.vouchers,
        affected: Vec::new(),
        names: Vec::new(),
        has_slipped: false,
        sayable: BTreeMap::new(),
        is_closed: true,
    })
}

fn known_time(text: &str) -> Option<KnownTime> {
    let with = |date: NaiveDate, time: Option<NaiveTime>, offset: Option<FixedOffset>| KnownTime {
        date,
        earliest: None,
        time,
        offset,
        events: Vec::new(),
    };
    if let Ok(d) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        return Some(with(d, None, None));
    }
    let padded = if text.ends_with('Z') && text.len() == 17 {
        format!("{}:00Z", &text[..16])
    } else {
        text.to_owned()
    };
    for form in ["%Y-%m-%dT%H:%M:%S%:z", "%Y-%m-%dT%H:%M%:z"] {
        if let Ok(t) = DateTime::parse_from_str(&padded.replace('Z', "+00:00"), form) {
            return Some(with(t.date_naive(), Some(t.time()), Some(*t.offset())));
        }
    }
    for form in ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"] {
        if let Ok(t) = NaiveDateTime::parse_from_str(text, form) {
            return Some(with(t.date(), Some(t.time()), None));
        }
    }
    None
}

fn day(date: NaiveDate, events: &[u64]) -> KnownTime {
    KnownTime {
        date,
        earliest: None,
        time: None,
        offset: None,
        events: events.to_vec(),
    }
}

/// An end of a window.
fn end(facts: &Facts, when: &When, earliest: Option<&When>, events: &[u64]) -> KnownTime {
    let mut time = match when {
        When::At(t) => at(facts, *t, events),
        When::Day(d) => day(*d, events),
    };
    time.earliest = earliest.map(|e| e.day(facts.zone));
    time
}

fn at(facts: &Facts, moment: At, events: &[u64]) -> KnownTime {
    let there = moment.with_timezone(&facts.zone);
    KnownTime {
        date: there.date_naive(),
        earliest: None,
        time: Some(there.time()),
        offset: Some(there.offset().fix()),
        events: events.to_vec(),
    }
}

/// What the facts of a record say, with the names that its network gives.
pub fn from_facts(facts: &Facts, network: Option<&Network>) -> Known {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, entry) in facts.facts.iter() {
        let crate::domain::facts::fact::Entry::Known(f) = entry else {
            continue;
        };
        if let (Some(id), Value::Link(n)) = (
            path.strip_prefix("links.")
                .and_then(|r| r.strip_suffix(".name")),
            &f.value,
        ) {
            names
                .entry(id.to_owned())
                .or_default()
                .extend(n.names.values().cloned());
        }
    }
    if let Some(network) = network {
        for l in &network.links {
            let all = names.entry(l.id.clone()).or_default();
            all.extend(l.names.values().cloned());
            all.extend(l.aliases.iter().cloned());
        }
    }
    let links = names
        .into_iter()
        .map(|(id, more)| link(facts, &id, more))
        .collect();
    let lost = match facts.value("group.capacity_lost") {
        Some(Value::Share(s)) => Some(s.percent()),
        _ => None,
    };
    let mut causes = Vec::new();
    let (mut eta, mut may) = (Vec::new(), Vec::new());
    for (path, entry) in facts.facts.iter() {
        let crate::domain::facts::fact::Entry::Known(f) = entry else {
            continue;
        };
        if path.starts_with("links.")
            && path.ends_with(".cause")
            && let Value::Phrase(t) = &f.value
        {
            causes.extend(t.values().map(|c| folded(c)));
        }
        let is_window = path.starts_with("links.") && path.ends_with(".window");
        match &f.value {
            Value::Window(w) if is_window => {
                eta.push(end(facts, &w.latest, w.earliest.as_ref(), &f.events))
            }
            // `due` of a promise that nobody has made yet is when it would fall due.
            Value::Instant(m) if path.starts_with("promise.") && path.ends_with(".due") => {
                may.push(at(facts, m.at, &f.events));
            }
            Value::Date(d) if path.starts_with("promise.") && path.ends_with(".due") => {
                may.push(day(*d, &f.events))
            }
            _ => {}
        }
    }
    let instant = |path: &str| match facts.known(path) {
        Some(f) => match &f.value {
            Value::Instant(m) => vec![at(facts, m.at, &f.events)],
            _ => Vec::new(),
        },
        None => Vec::new(),
    };
    let mut since = instant("since");
    for (path, entry) in facts.facts.iter() {
        if let crate::domain::facts::fact::Entry::Known(f) = entry
            && let Value::Instant(m) = &f.value
            && path.starts_with("links.")
            && path.ends_with("since")
        {
            since.push(at(facts, m.at, &f.events));
        }
    }
    since.extend(instant("as_of"));
    since.extend(instant("back_since"));
    // What we promised stands above what the rhythm would give.
    let mut next_update = instant("promised_update");
    if next_update.is_empty() {
        next_update = instant("next_update");
    }
    let mut affected = Vec::new();
    for path in ["regions.affected", "services.affected"] {
        if let Some(Value::List(l)) = facts.value(path) {
            affected.extend(l.iter().flat_map(|n| n.names.values().map(|x| folded(x))));
        }
    }
    let mut house: Vec<String> = Vec::new();
    if let Some(Value::Phrase(t)) = facts.value("org") {
        house.extend(t.values().map(|x| folded(x)));
    }
    if let Some(network) = network {
        for r in network.regions.iter().chain(&network.services) {
            house.extend(r.names.values().map(|x| folded(x)));
            house.extend(r.aliases.iter().map(|x| folded(x)));
        }
    }
    let vouchers = facts.facts.iter().find_map(|(path, entry)| match entry {
        crate::domain::facts::fact::Entry::Known(f) if path.ends_with(".held") => match f.value {
            Value::Count(n) => Some(n),
            _ => None,
        },
        _ => None,
    });
    let (mut moments, mut lengths, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    let mut durations: Vec<u64> = Vec::new();
    for (_, entry) in facts.facts.iter() {
        let crate::domain::facts::fact::Entry::Known(f) = entry else {
            continue;
        };
        match &f.value {
            Value::Instant(m) => moments.push(at(facts, m.at, &f.events)),
            Value::Date(d) => moments.push(day(*d, &f.events)),
            Value::Window(w) => {
                moments.push(end(facts, &w.latest, w.earliest.as_ref(), &f.events));
                moments.extend(w.earliest.iter().map(|e| end(facts, e, None, &f.events)));
            }
            Value::List(l) => lengths.push(l.len()),
            Value::Duration(d) => {
                let minutes = d.as_seconds() / 60;
                durations.extend(
                    [minutes, minutes / 60, minutes / 1440]
                        .iter()
                        .filter_map(|n| u64::try_from(*n).ok()),
                );
            }
            Value::Share(s) => shares.push(s.percent()),
            _ => {}
        }
    }
    let count = |path: &str| match facts.value(path) {
        Some(Value::Count(n)) => usize::try_from(*n).ok(),
        Some(Value::List(l)) => Some(l.len()),
        _ => None,
    };
    let group = count("group.total").zip(count("group.down_count"));
    Known {
        moments,
        may,
        group,
        lengths,
        durations,
        shares,
        links,
        lost,
        cause: if causes.is_empty() {
            Cause::Open
        } else {
            Cause::Confirmed(causes)
        },
        eta,
        next_update,
        since,
        vouchers,
        affected,
        names: house,
        has_slipped: !owed(facts).is_empty(),
        sayable: BTreeMap::new(),
        is_closed: false,
    }
}

impl Known {
    /// Takes in what the tool itself says now: a sentence of that, word for word, is backed by the events of its line.
    pub fn may_say(&mut self, draft: &Draft) {
        for r in &draft.renditions {
            // A sentence can run over two lines where a line ends without a full stop.
            for s in sentences(&r.text) {
                let touched = r
                    .placed
                    .iter()
                    .filter(|p| p.start < s.end && s.start < p.end);
                let mut events: Vec<u64> = touched
                    .filter_map(|p| draft.lines.get(p.line))
                    .flat_map(|l| l.said.events.iter().copied())
                    .collect();
                events.sort_unstable();
                events.dedup();
                self.sayable
                    .insert(as_said(&r.text[s.start..s.end]), events);
            }
            for placed in &r.placed {
                let line = draft.lines.get(placed.line);
                let text = r.text.get(placed.start..placed.end).unwrap_or_default();
                for s in sentences(text) {
                    let events = line.map(|l| l.said.events.clone()).unwrap_or_default();
                    self.sayable.insert(as_said(&text[s.start..s.end]), events);
                }
            }
        }
    }

    /// The events behind a sentence, when it is one that may be said now.
    pub fn says(&self, sentence: &str) -> Option<&Vec<u64>> {
        if self.sayable.is_empty() {
            return None;
        }
        self.sayable.get(&as_said(sentence))
    }
}

/// Spaces and case aside.
fn as_said(sentence: &str) -> String {
    let words: Vec<String> = folded(sentence)
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    words.join(" ")
}

fn link(facts: &Facts, id: &str, more: Vec<String>) -> KnownLink {
    let fact = facts.known(&format!("links.{id}.state"));
    let phase = facts.word("phase").unwrap_or("");
    let state = fact.and_then(|f| match &f.value {
        Value::State(s) => Some(match s.as_str() {
            "up" if phase.starts_with("restored") => State::Restored,
            "up" | "at-risk" => State::Up,
            "degraded" | "unstable" => State::Degraded,
            _ => State::Down,
        }),
        _ => None,
    });
    // "international" is a word as well as an identifier, "AAG" is only a name.
    let is_name = id
        .chars()
        .any(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let mut names: Vec<String> = is_name
        .then(|| id.to_owned())
        .into_iter()
        .chain(more)
        .map(|n| {
            let f = folded(&n);
            f.strip_prefix("the ").unwrap_or(&f).to_owned()
        })
        .filter(|n| n.chars().count() >= 2)
        .collect();
    names.sort_by_key(|n| std::cmp::Reverse(n.len()));
    names.dedup();
    KnownLink {
        names,
        state,
        events: fact.map(|f| f.events.clone()).unwrap_or_default(),
        parent: match facts.value(&format!("links.{id}.parent")) {
            Some(Value::Link(n)) => n.names.values().next().map(|n| {
                let f = folded(n);
                f.strip_prefix("the ").unwrap_or(&f).to_owned()
            }),
            _ => None,
        },
        is_claimed_up: facts.known(&format!("links.{id}.claimed_up_at")).is_some(),
    }
}
