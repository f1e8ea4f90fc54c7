//! What is known, in the form in which texts are verified against it. It reads no record: it is filled from the facts
//! of a record (`facts_of_record`) or from a plain record object (`record_object`).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

use crate::check::reading::sentence::sentences;
use crate::check::reading::text::Folded;
use crate::domain::base::lang::Lang;
use crate::domain::speech::draft::Draft;

/// The state of a link, as texts speak of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It works and did so before.
    Up,
    /// It works again after a fault.
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

    /// The word that messages use for the state.
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
    /// Its state; none when there is no report on it.
    pub state: Option<State>,
    /// The events that say so.
    pub events: Vec<u64>,
    /// The name of the link of which it is a part, folded.
    pub parent: Option<String>,
    /// Another party says that it works, and no own check has confirmed it.
    pub is_claimed_up: bool,
    /// It was hit in this incident and works again.
    pub is_back: bool,
    /// It works, and something that it rests on does not.
    pub is_at_risk: bool,
    /// The words for its confirmed cause; none as long as it has no confirmed cause.
    pub cause: Option<Vec<String>>,
    /// When its repair is planned by another party.
    pub window: Option<KnownTime>,
    /// How much of its capacity is left, in per cent.
    pub left: Option<f64>,
    /// Where its fault is known to be.
    pub is_located: bool,
    /// The repair is under way, or done and waiting to be checked.
    pub is_repairing: bool,
    /// A region or service that may feel the fault, as far as the topology tells.
    pub is_possibly_affected: bool,
    /// A region or service, which is not counted with links.
    pub is_rider: bool,
    /// People reach us by it: it carries no service of theirs.
    pub is_contact: bool,
    /// A contact of the workspace is reached by it, and may be named.
    pub is_open_contact: bool,
    /// It is a part of the country, of which the state is that of the people there.
    pub is_region: bool,
}

/// A promise in force, as texts may repeat it.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownPromise {
    /// The key of its kind in the playbook.
    pub kind: String,
    /// What is given, by the names of `goods.yaml`; empty for other promises.
    pub goods: BTreeSet<String>,
    /// When it falls due.
    pub due: KnownTime,
    /// It is the plan of another party, passed on as theirs.
    pub is_theirs: bool,
}

/// How many links of the group of the incident are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct GroupCount {
    /// All links of the group.
    pub total: usize,
    /// Those that do not work.
    pub down: usize,
    /// Those that work in part.
    pub degraded: usize,
    /// How many of its links are reported working.
    pub up: usize,
}

/// A time that is known: a day, or a moment.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownTime {
    /// The day in the zone `offset`.
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
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Cause {
    /// It is not confirmed.
    #[default]
    Open,
    /// It is confirmed; with the words for it, when they are on record.
    Confirmed(Vec<String>),
}

/// The facts that a text is verified against.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// Every moment and day on record, each a thing that a text may speak of.
    pub moments: Vec<KnownTime>,
    /// The moment at which the text is held, in the zone of the record; none for a plain record object.
    pub now: Option<NaiveDateTime>,
    /// The group of links that the incident is about.
    pub group: Option<GroupCount>,
    /// The promises in force, and what was passed on as another party's plan.
    pub promised: Vec<KnownPromise>,
    /// When statements were issued and things were seen or told: past times that texts may give.
    pub past: Vec<KnownTime>,
    /// Telephone numbers (digits alone) and addresses that customers may be given.
    pub contacts: Option<Vec<String>>,
    /// A contact cannot be reached: what carries it does not work.
    pub is_hotline_out: bool,
    /// Those that are named only when people may be in danger.
    pub emergency: Vec<String>,
    /// How many customers are affected, when the audience may know.
    pub customers: Option<u64>,
    /// The same, when it is for staff alone.
    pub staff_customers: Option<u64>,
    /// The record has the incident as restored, or as no fault.
    pub is_restored: bool,
    /// Every repair window that was ever given, the one in force among them.
    pub windows: Vec<KnownTime>,
    /// When statements were issued.
    pub issued: Vec<KnownTime>,
    /// What customers notice is on record as measured.
    pub has_effect: bool,
    /// By what is on record as measured, customers have no service at all.
    pub has_no_service: bool,
    /// Since when what is or was in trouble is so, and since when what works does.
    pub broken_since: Vec<KnownTime>,
    pub works_since: Vec<KnownTime>,
    /// When news was announced for that came late or not at all.
    pub missed_news: Vec<KnownTime>,
    /// What customers notice, in the words on record.
    pub effect_words: Vec<String>,
    /// Telephone numbers and addresses of the workspace that cannot be reached.
    pub contacts_out: Vec<String>,
    /// Why repair windows were moved, by the keys of the workspace.
    pub reasons_of_moves: BTreeSet<String>,
    /// Further shares of the group of the incident, in per cent, each as its own fact has it.
    pub group_shares: Vec<f64>,
    /// Traffic was moved to other routes.
    pub is_rerouted: bool,
    /// The language in which reasons are given; none for the language of the sentence.
    pub reasons_in: Option<Lang>,
    /// Durations on record, in minutes, hours and days.
    pub durations: Vec<u64>,
    /// The links that a text may name.
    pub links: Vec<KnownLink>,
    /// The share of capacity lost, in per cent.
    pub lost: Option<f64>,
    /// Whether the cause is confirmed, and which it is.
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
    /// A time that was announced to this audience has slipped, was missed or withdrawn, and the audience does not know
    /// yet.
    pub has_slipped: bool,
    /// Sentences that the gate lets us say now, with the events that they rest on; see [`Known::may_say`].
    pub sayable: BTreeMap<String, Vec<u64>>,
    /// It is a plain record object, which holds all that is known.
    pub is_closed: bool,
}

/// Folds a name as texts are folded.
pub(super) fn folded(name: &str) -> String {
    Folded::new(name).text
}

/// A name as texts use it inside a sentence: folded, without "the".
pub(super) fn folded_name(name: &str) -> String {
    let folded = folded(name);
    folded.strip_prefix("the ").unwrap_or(&folded).to_owned()
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

/// A sentence in small letters with single spaces, to be compared with others.
fn as_said(sentence: &str) -> String {
    let words: Vec<String> = folded(sentence)
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    words.join(" ")
}
