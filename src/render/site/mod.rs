//! Our own status page: what was issued, laid out for people and for machines. Builds no sentence about an incident: what is
//! said of one are the bytes that passed the gate; around them stand headings, states and times.

pub mod calendar;
pub mod cap;
pub mod feed;
pub mod machines;
pub mod pages;
pub mod picture;
pub mod staff;
pub mod words;

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde::Serialize;

use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::parallel as many;
use crate::domain::base::time::{At, Moment};
use crate::domain::base::value::Value;
use crate::domain::facts::evaluator::Style;
use crate::domain::speech::points::Sheet;
use crate::render::form::{Setting, Shape, say};

/// Files by path, with their bytes.
pub type Tree = BTreeMap<String, Vec<u8>>;

/// Everything that a site shows.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// Who we are.
    pub names: Texts,
    /// The languages, the first is that of the first page.
    pub langs: Vec<Lang>,
    /// Where the page is read, without a slash at the end; none when nobody said.
    pub base_url: Option<String>,
    /// The zone of times.
    pub zone: Tz,
    /// What customers call that zone.
    pub zone_names: Texts,
    /// The name of the record, for identifiers that stay.
    pub record: String,
    /// It is a drill.
    pub drill: bool,
    /// When the first of all incidents began that something was issued about.
    pub first: Option<At>,
    /// Incidents that something was issued about, the oldest first: all open ones, and of the past those that are shown in
    /// full somewhere or whose pages are to be written.
    pub incidents: Vec<Incident>,
    /// All past ones, as lists show them, the oldest first.
    pub past: Vec<Past>,
    /// Services, regions and links, those with trouble first.
    pub components: Vec<Component>,
    /// When something was last issued.
    pub updated: Option<At>,
}

/// An incident that something was issued about.
#[derive(Debug, Clone, Serialize)]
pub struct Incident {
    /// Its identifier.
    pub id: String,
    /// It is not closed.
    pub is_open: bool,
    /// What stands above its latest notice.
    pub title: Texts,
    /// When it began, as said; else when it was declared.
    pub began: At,
    /// When it was closed.
    pub closed: Option<At>,
    /// When the latest notice was issued.
    pub updated: At,
    /// As the latest notice says: `investigating`, ... or `scheduled`, ...
    pub status: String,
    /// `none`, `minor`, `major`, `critical`, `maintenance`.
    pub impact: String,
    /// Announced work: from when to when.
    pub planned: Option<(At, At)>,
    /// A repair window that the latest notice names: until when.
    pub window: Option<(Option<At>, At)>,
    /// When the next notice was promised.
    pub next_update: Option<At>,
    /// The notices, the oldest first.
    pub notices: Vec<Notice>,
    /// What was promised in them.
    pub promises: Vec<Promised>,
    /// The links that it is about.
    pub scope: Vec<Part>,
    /// Regions that the latest notice names.
    pub areas: Vec<Texts>,
}

/// A past incident in a list.
#[derive(Debug, Clone, Serialize)]
pub struct Past {
    /// Its identifier.
    pub id: String,
    /// What stands above its latest notice.
    pub title: Texts,
    /// When it began.
    pub began: At,
    /// When it was closed.
    pub closed: Option<At>,
    /// When its latest notice was issued.
    pub updated: At,
    /// What its pages are made of, as a digest.
    pub input: String,
}

/// A notice as issued.
#[derive(Debug, Clone, Serialize)]
pub struct Notice {
    /// Its number in the record.
    pub number: u32,
    /// When it was issued.
    pub at: At,
    /// How the incident stood in it.
    pub status: String,
    /// Its text in each language, exactly.
    pub texts: Texts,
    /// Its sentences that say what is not known yet.
    pub unknown: BTreeMap<Lang, Vec<String>>,
    /// Its digest.
    pub digest: String,
}

/// A promise that customers heard.
#[derive(Debug, Clone, Serialize)]
pub struct Promised {
    /// Its number in the ledger.
    pub number: u32,
    /// Its kind.
    pub kind: String,
    /// What it is called.
    pub names: Texts,
    /// What it is about.
    pub about: Texts,
    /// The notice whose follower was promised.
    pub after: Option<u32>,
    /// Ours, or passed on from somebody else.
    pub ours: bool,
    /// When it was due, each time that was said; the last counts.
    pub dues: Vec<At>,
    /// The last due time is a day.
    pub day: bool,
    /// Where it stands: `open`, `overdue`, `kept`, `kept-late`, `broken`, `withdrawn`.
    pub standing: String,
    /// When it was kept.
    pub kept: Option<At>,
}

/// A link of an incident with its states over time.
#[derive(Debug, Clone, Serialize)]
pub struct Part {
    /// Its identifier.
    pub id: String,
    /// What customers call it.
    pub names: Texts,
    /// From, to, state as a word.
    pub bars: Vec<(At, At, String)>,
    /// How it stood at the last notice, or when the incident was closed.
    pub state: String,
}

/// Something with a state.
#[derive(Debug, Clone, Serialize)]
pub struct Component {
    /// Its identifier.
    pub id: String,
    /// What customers call it.
    pub names: Texts,
    /// `service`, `region` or `link`.
    pub kind: String,
    /// In the words of status pages.
    pub state: String,
    /// A notice that is out speaks of it.
    pub noticed: bool,
}

/// The points of one role, for the staff's pages.
#[derive(Debug, Clone, Serialize)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// The sheet; none when no incident is open.
    pub sheet: Option<Sheet>,
}

impl View {
    /// An address of the site: whole where it is known where the site is read.
    pub fn url(&self, path: &str) -> String {
        match &self.base_url {
            Some(base) => format!("{base}/{path}"),
            None => path.to_owned(),
        }
    }

    /// The folder of a language: none for the first.
    pub fn folder(&self, lang: Lang) -> String {
        folder(&self.langs, lang)
    }
}

fn folder(langs: &[Lang], lang: Lang) -> String {
    if langs.first() == Some(&lang) {
        String::new()
    } else {
        format!("{}/", lang.tag())
    }
}

/// The page of an incident in a language.
pub fn page_of(langs: &[Lang], lang: Lang, id: &str) -> String {
    format!("{}incidents/{id}.html", folder(langs, lang))
}

/// The most entries of a list for programs or of a feed, the newest first.
pub const MOST: usize = 50;

/// Closed incidents stay in the calendar for some days after the last notice of all.
pub fn is_recent(closed: At, updated: At) -> bool {
    (updated - closed).num_days() <= 30
}

/// Of what a file is made, and a word on it to be had again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// A digest.
    pub of: String,
    /// A word.
    pub word: Option<String>,
}

/// The inputs of files, by path.
pub type Inputs = BTreeMap<String, Input>;

/// A moment in words; with the year where `year` is set, else only where it is another than this incident's.
pub(crate) fn moment(at: At, lang: Lang, zone: Tz, of: At) -> String {
    let style = Style {
        lang,
        in_words: false,
        max_names: 6,
        longest: false,
        plain: false,
        hyphen: false,
    };
    let setting = Setting {
        style,
        zone,
        as_of: of,
        may_grow: false,
    };
    let value = Value::Instant(Moment::exact(at));
    say(&value, Shape::Usual, setting).unwrap_or_else(|_| crate::domain::base::time::rfc3339(at))
}

/// An identifier of twelve small letters and digits, as status pages have them: always the same for the same thing.
pub(crate) fn short_id(view: &View, what: &str) -> String {
    crate::domain::base::digest::sha256(format!("{}\n{what}", view.record).as_bytes())[..12]
        .to_owned()
}

/// All files of the customers' site.
///
/// # Errors
/// When a template or a format does not take the view, which tests rule out.
pub fn tree(
    view: &View,
    had: &(dyn Fn(&str, &str) -> bool + Sync),
) -> Result<(Tree, Inputs), String> {
    let (pages, others) = many::both(|| pages::all(view, had), || for_programs(view));
    let (mut tree, inputs) = pages?;
    tree.extend(others?);
    tree.insert("style.css".into(), include_bytes!("style.css").to_vec());
    tree.insert("icon.svg".into(), include_bytes!("icon.svg").to_vec());
    tree.insert("late.js".into(), include_bytes!("late.js").to_vec());
    Ok((tree, inputs))
}

fn for_programs(view: &View) -> Result<Tree, String> {
    let mut tree = Tree::new();
    machines::all(view, &mut tree)?;
    feed::all(view, &mut tree)?;
    calendar::all(view, &mut tree);
    cap::all(view, &mut tree)?;
    Ok(tree)
}
