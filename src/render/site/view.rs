//! The data that a status site shows, and the paths and identifiers that all its files share. Renders nothing and reads no
//! record.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use serde::Serialize;

use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::link::LinkState;
use crate::domain::base::time::{At, Moment, Window};
use crate::domain::base::value::Value;
use crate::domain::facts::evaluator::Style;
use crate::domain::speech::page_status::{Impact, PageStatus};
use crate::domain::speech::points::RolePoints;
use crate::domain::speech::shown_state::ShownState;
use crate::domain::state::told_work::ToldImpact;
use crate::render::format::{Setting, Shape, format_value};

/// The files of a site: bytes by relative path.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// Everything that a site shows.
#[derive(Debug, Clone, Serialize)]
pub struct SiteView {
    /// The name of the operator.
    pub names: Texts,
    /// The languages of the site. The first one is that of the front page and has no folder of its own.
    pub langs: Vec<Lang>,
    /// The public address of the site, without a slash at the end; none when it is not configured.
    pub base_url: Option<String>,
    /// The time zone in which times are shown.
    pub zone: Tz,
    /// What customers call that zone.
    pub zone_names: Texts,
    /// The hash that names the record, for identifiers that never change.
    pub record: String,
    /// The head of the record from which the pages were made, as a line that can be held against the record later.
    pub seal: String,
    /// The record is a drill.
    pub drill: bool,
    /// When the first incident with a notice began, UTC.
    pub first: Option<At>,
    /// Incidents with a notice, the oldest first: all open ones, and those closed ones that are shown in full or whose pages
    /// must be written.
    pub incidents: Vec<Incident>,
    /// All closed incidents as entries of lists, the oldest first.
    pub past: Vec<Past>,
    /// Services, regions and links; those with trouble come first.
    pub components: Vec<Component>,
    /// When the latest notice was issued, UTC; none before the first.
    pub updated: Option<At>,
}

/// An incident with at least one notice.
#[derive(Debug, Clone, Serialize)]
pub struct Incident {
    pub id: String,
    /// True until the incident is over: closed, and not handed over while something is still out.
    pub is_open: bool,
    /// The title of its latest notice whose ground stands.
    pub title: Texts,
    /// When it began, as customers were told; else about when it was declared. UTC.
    pub began: Moment,
    /// When the incident was over, UTC.
    pub closed: Option<At>,
    /// The incident as which it goes on, by a merge.
    pub merged_into: Option<String>,
    /// When the latest notice was issued.
    pub updated: At,
    /// The status by its notices and, for announced work, the clock.
    pub status: PageStatus,
    pub impact: Impact,
    /// The announced work, unless this is a fault.
    pub planned: Option<Planned>,
    /// The repair window in the latest notice: earliest (if said) and latest time, UTC.
    pub window: Option<(Option<At>, At)>,
    /// When the next notice was promised, UTC.
    pub next_update: Option<At>,
    /// The notices, the oldest first.
    pub notices: Vec<Notice>,
    /// The promises made in the notices.
    pub promises: Vec<Promised>,
    /// The links in its scope.
    pub scope: Vec<Part>,
    /// The regions that the latest notice says are affected, or possibly so.
    pub areas: Vec<Area>,
    /// The identifiers of the regions and services that the latest notice says are affected, or possibly so.
    pub riders: BTreeSet<String>,
}

/// Announced work as it was told.
#[derive(Debug, Clone, Serialize)]
pub struct Planned {
    /// Its hours as they were given: days stay days.
    pub window: Window,
    /// Its start and end, UTC.
    pub bounds: (At, At),
    /// When it was moved to, as that was told.
    pub moved_window: Option<Window>,
    /// The same, start and end, UTC.
    pub moved_to: Option<(At, At)>,
    /// That time has not come when the site is made.
    #[serde(skip)]
    pub is_moved_ahead: bool,
    /// What it was told to do to service; none when nothing was told.
    #[serde(skip)]
    pub impact: Option<ToldImpact>,
}

/// A region that a notice names.
#[derive(Debug, Clone, Serialize)]
pub struct Area {
    pub names: Texts,
    /// Nobody has said whether it suffers.
    pub is_possible: bool,
}

/// A closed incident as an entry of a list.
#[derive(Debug, Clone, Serialize)]
pub struct Past {
    pub id: String,
    /// The title of its latest notice.
    pub title: Texts,
    /// It was work of ours, of which no outage is told by its length.
    pub is_planned: bool,
    pub began: Moment,
    /// When the incident was over, UTC.
    pub closed: Option<At>,
    /// When its latest notice was issued.
    pub updated: At,
    /// A digest of the data that its pages are made from.
    pub input: String,
}

/// A notice as issued.
#[derive(Debug, Clone, Serialize)]
pub struct Notice {
    /// Its number in the record.
    pub number: u32,
    /// When it was issued.
    pub at: At,
    /// The status of the incident in this notice.
    pub status: PageStatus,
    /// An entry that it rests on was taken back since.
    pub is_taken_back: bool,
    /// The exact text in each language.
    pub texts: Texts,
    /// The sentences that open it, by language: what happened, before everything else.
    pub lead: BTreeMap<Lang, Vec<String>>,
    /// The sentences that say what is not known yet.
    pub unknown: BTreeMap<Lang, Vec<String>>,
    pub digest: String,
}

/// A promise made to customers.
#[derive(Debug, Clone, Serialize)]
pub struct Promised {
    /// Its number in the ledger.
    pub number: u32,
    pub kind: String,
    /// What it is called.
    pub names: Texts,
    pub about: Texts,
    /// For a promise of the next notice: the number of the notice that made it.
    pub after: Option<u32>,
    /// False for a date passed on from another company.
    pub ours: bool,
    /// The due times in the order of being said; the last one counts.
    pub dues: Vec<Due>,
    /// The status: `open`, `overdue`, `kept`, `kept-late`, `broken`, `withdrawn`.
    pub standing: String,
    pub kept: Option<At>,
}

/// A time by which something was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Due {
    /// The moment after which it is late, UTC.
    pub at: At,
    /// A whole local day was promised, no hour of it.
    pub is_day: bool,
}

/// A link of an incident with its states over time.
#[derive(Debug, Clone, Serialize)]
pub struct Part {
    pub id: String,
    /// What customers call it.
    pub names: Texts,
    /// Stretches of time: start, end, state.
    pub bars: Vec<(At, At, String)>,
    /// The state at the last notice, or when the incident ended.
    pub state: LinkState,
}

/// A service, region or link with its state.
#[derive(Debug, Clone, Serialize)]
pub struct Component {
    pub id: String,
    /// What customers call it.
    pub names: Texts,
    /// `service`, `region` or `link`.
    pub kind: String,
    /// Its state; none when no current notice has anything to say of it.
    pub state: Option<ShownState>,
}

/// The talking points of one role.
#[derive(Debug, Clone, Serialize)]
pub struct Role {
    pub name: String,
    /// A sheet for each open incident, the worst first.
    pub points: RolePoints,
}

impl Incident {
    /// True when it was closed by a word that was taken back since: nothing says any more that it ended.
    pub(crate) fn has_lost_its_end(&self) -> bool {
        let last = self.notices.last();
        !self.is_open && !self.status.is_over() && last.is_some_and(|n| n.is_taken_back)
    }

    /// Work that was moved to a time that is still to come.
    pub(crate) fn is_moved_ahead(&self) -> bool {
        let planned = self.planned.as_ref();
        self.status == PageStatus::Moved && planned.is_some_and(|p| p.is_moved_ahead)
    }

    /// Its status in the words of the Statuspage API. One that is closed is over there, also when its last notice did not
    /// say so.
    pub(crate) fn foreign_status(&self) -> &'static str {
        match (self.is_open || self.has_lost_its_end(), &self.planned) {
            (true, _) => self.status.foreign_token(),
            (false, None) => PageStatus::Resolved.foreign_token(),
            (false, Some(_)) => PageStatus::Completed.foreign_token(),
        }
    }
}

impl SiteView {
    /// The address of a file of the site: absolute when the public address is configured, else relative.
    pub fn url_of(&self, path: &str) -> String {
        match &self.base_url {
            Some(base) => format!("{base}/{path}"),
            None => path.to_owned(),
        }
    }

    /// The folder of a language, with a slash at the end; empty for the first language.
    pub fn folder_of(&self, lang: Lang) -> String {
        language_folder(&self.langs, lang)
    }
}

fn language_folder(langs: &[Lang], lang: Lang) -> String {
    if langs.first() == Some(&lang) {
        String::new()
    } else {
        format!("{}/", lang.tag())
    }
}

/// The path of the page of an incident in a language.
pub fn page_of(langs: &[Lang], lang: Lang, id: &str) -> String {
    format!("{}incidents/{id}.html", language_folder(langs, lang))
}

/// The most entries of a JSON list or a feed; the newest ones are kept.
pub const MOST: usize = 50;

/// True when an incident was closed at most 30 days before the latest notice: until then it stays in the calendar.
pub fn is_recent(closed: At, updated: At) -> bool {
    (updated - closed).num_days() <= 30
}

/// What a file is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// A digest of the data.
    pub of: String,
    /// A note that the next build gets back.
    pub word: Option<String>,
}

/// What files are made from, by path.
pub type Inputs = BTreeMap<String, Input>;

/// A moment in words, with the year only when it is another than the year of `of`.
pub(crate) fn format_moment(at: At, lang: Lang, zone: Tz, of: At) -> String {
    format_told(&Value::Instant(Moment::exact(at)), lang, zone, of)
}

/// A moment, day or window in words, as notices print it.
pub(crate) fn format_told(value: &Value, lang: Lang, zone: Tz, of: At) -> String {
    let style = Style {
        lang,
        in_words: false,
        no_colon: false,
        names_several: false,
        max_names: 6,
        longest: false,
        plain: false,
        hyphen: false,
        leaves_out_today: false,
    };
    let setting = Setting {
        style,
        zone,
        as_of: of,
        may_grow: false,
    };
    format_value(value, Shape::Usual, setting).unwrap_or_else(|_| value.to_plain_text())
}

/// The local day that ends at a moment.
pub(crate) fn last_day_before(at: At, zone: Tz) -> chrono::NaiveDate {
    (at - chrono::Duration::seconds(1))
        .with_timezone(&zone)
        .date_naive()
}

/// An identifier of twelve lowercase hexadecimal digits, which never changes for the same record and thing.
pub(crate) fn short_id(view: &SiteView, what: &str) -> String {
    crate::domain::base::digest::sha256(format!("{}\n{what}", view.record).as_bytes())[..12]
        .to_owned()
}
