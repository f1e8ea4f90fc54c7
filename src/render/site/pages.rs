//! The pages that customers read. Templates escape every value. Decides nothing about what is shown: that is in the view.

use std::collections::{BTreeMap, BTreeSet};

use minijinja::value::{Serde, Value};
use minijinja::{Environment, context};
use serde_json::json;

use crate::domain::base::digest::sha256;
use crate::domain::base::lang::Lang;
use crate::domain::base::parallel;
use crate::domain::base::time::At;
use crate::render::page_error::PageError;
use crate::render::site::banner::make_banner;
use crate::render::site::page_environment::page_environment;
use crate::render::site::page_frame::{page_frame, situation_in_words};
use crate::render::site::timeline_svg::TimelineSvg;
use crate::render::site::view::{
    Component, Incident, Input, Inputs, Notice, Past, Promised, SiteView, Tree, page_of,
};
use crate::render::site::words::page_word;
use crate::render::word_diff;

/// How many incidents a page of the list of closed ones has.
pub const ON_A_PAGE: usize = 50;

/// How many closed incidents the front page names.
const RECENT: usize = 5;

/// The promises for the front page: all that are open, and the last three that were decided.
fn front_page_promises(incident: &Incident) -> Vec<&Promised> {
    let is_open = |p: &&Promised| matches!(p.standing.as_str(), "open" | "overdue");
    let decided = incident.promises.iter().filter(|p| !is_open(p)).count();
    let mut seen = 0;
    incident
        .promises
        .iter()
        .filter(|p| {
            if is_open(p) {
                return true;
            }
            seen += 1;
            seen + 3 > decided
        })
        .collect()
}

/// True when the time promised for the next notice has passed.
fn is_late(incident: &Incident) -> bool {
    incident
        .promises
        .iter()
        .any(|p| p.standing == "overdue" && p.dues.last().map(|d| d.at) == incident.next_update)
}

/// All pages. `had` is true for a page that exists and was made from data with this digest: it is left out, and only its
/// digest is kept.
///
/// # Errors
/// When a template does not take the view, which tests rule out.
pub fn render_pages(
    view: &SiteView,
    had: &dyn Fn(&str, &str) -> bool,
) -> Result<(Tree, Inputs), PageError> {
    let env = page_environment(view.zone)?;
    let mut build = Build {
        env: &env,
        view,
        had,
        framed: frame_key(view),
        tree: Tree::new(),
        inputs: Inputs::new(),
        jobs: Vec::new(),
    };
    let past = view.past.iter();
    let made_of: BTreeMap<&str, &str> = past.map(|p| (p.id.as_str(), p.input.as_str())).collect();
    let lists = make_lists(view, &build.framed);
    for lang in &view.langs {
        let page = render_front_page(&env, view, *lang)?;
        let path = format!("{}index.html", view.folder_of(*lang));
        build.tree.insert(path, page);
        build.add_incidents(*lang, &made_of)?;
        build.add_past(*lang);
        build.add_lists(*lang, &lists)?;
    }
    let pages = incident_pages(&env, view, &build.jobs)?;
    build.tree.extend(pages);
    Ok((build.tree, build.inputs))
}

/// A page of the list of closed incidents.
struct List<'a> {
    entries: &'a [Past],
    /// A digest of the data that the page is made from.
    of: String,
}

/// The lists of closed incidents, the oldest first; one empty list when there is no closed incident.
fn make_lists<'a>(view: &'a SiteView, framed: &str) -> Vec<List<'a>> {
    let past = &view.past;
    let pages = past.len().div_ceil(ON_A_PAGE).max(1);
    let parts: Vec<&[Past]> = match past.is_empty() {
        true => vec![&[]],
        false => past.chunks(ON_A_PAGE).collect(),
    };
    let list = |(n, entries): (usize, &'a [Past])| {
        let mut all = format!("{framed} {} {pages}", n + 1);
        for p in entries {
            all.extend([" ", &p.id, " ", &p.input]);
            for (lang, title) in p.title.iter() {
                all.extend([" ", lang.tag(), " ", title]);
            }
        }
        List {
            entries,
            of: sha256(all.as_bytes()),
        }
    };
    parts.into_iter().enumerate().map(list).collect()
}

/// The data in the frame of every page: when it changes, all pages do.
fn frame_key(view: &SiteView) -> String {
    json!([
        view.names,
        view.langs,
        view.zone_names,
        view.zone,
        view.drill,
        env!("CARGO_PKG_VERSION")
    ])
    .to_string()
}

/// The front page in a language.
fn render_front_page(
    env: &Environment<'_>,
    view: &SiteView,
    lang: Lang,
) -> Result<Vec<u8>, PageError> {
    let newest = view.incidents.iter().rev().filter(|i| i.is_open);
    // A text about several incidents is shown once; incidents with the same title show their identifiers too.
    let mut called: BTreeMap<&str, usize> = BTreeMap::new();
    for i in newest.clone() {
        *called.entry(i.title.get_or_any(lang)).or_default() += 1;
    }
    let mut told = BTreeSet::new();
    let mut card = |i: &Incident| {
        let number = i.notices.last().map(|n| n.number);
        let (ours, theirs): (Vec<_>, Vec<_>) =
            front_page_promises(i).into_iter().partition(|p| p.ours);
        context! {
            late => is_late(i),
            tally => tally_in_words(&ours, lang),
            ours => Value::from(Serde(ours)),
            theirs => Value::from(Serde(theirs)),
            above => number.is_some_and(|n| !told.insert(n)),
            is_named => called.get(i.title.get_or_any(lang)).is_some_and(|n| *n > 1),
            ..Value::from(Serde(i))
        }
    };
    let (works, faults): (Vec<&Incident>, Vec<&Incident>) =
        newest.partition(|i| i.planned.is_some());
    let faults: Vec<Value> = faults.into_iter().map(&mut card).collect();
    let works: Vec<Value> = works.into_iter().map(&mut card).collect();
    let recent = view.past.iter().rev().take(RECENT);
    let recent: Vec<Value> = recent.map(|i| Value::from(Serde(list_entry(i)))).collect();
    let (noticed, quiet): (Vec<_>, Vec<_>) =
        view.components.iter().partition(|c| c.state.is_some());
    let noticed: Vec<Value> = noticed
        .into_iter()
        .map(|c| with_incident(view, c))
        .collect();
    render_template(
        env,
        "index.html",
        context! {
            banner => Value::from(Serde(make_banner(view, lang))),
            situation => situation_in_words(view, lang),
            updated => Value::from(Serde(view.updated)),
            soonest => Value::from(Serde(soonest_update(view))),
            faults => faults,
            works => works,
            past => recent,
            noticed => noticed,
            quiet => Value::from(Serde(quiet)),
            seal => view.seal.clone(),
            ..page_frame(view, lang, "index.html", false)
        },
    )
}

/// How many of our promises are open, late and kept, in one line.
fn tally_in_words(promises: &[&Promised], lang: Lang) -> String {
    let count = |standings: &[&str]| {
        let all = promises.iter();
        all.filter(|p| standings.contains(&p.standing.as_str()))
            .count()
    };
    let said = [
        ("tally_open", count(&["open"])),
        ("tally_late", count(&["overdue", "broken"])),
        ("tally_kept", count(&["kept", "kept-late"])),
    ];
    let said = said.iter().filter(|(_, n)| *n > 0);
    let words: Vec<String> = said
        .map(|(key, n)| page_word(key, lang).replace("{n}", &n.to_string()))
        .collect();
    words.join(", ")
}

/// The earliest time for which news is promised.
fn soonest_update(view: &SiteView) -> Option<At> {
    let open = view.incidents.iter().filter(|i| i.is_open);
    open.filter_map(|i| i.next_update).min()
}

/// A component with the open incident that speaks of it, for a link to that.
fn with_incident(view: &SiteView, component: &Component) -> Value {
    let open = view.incidents.iter().rev().filter(|i| i.is_open);
    let mut about = open.filter(|i| {
        i.riders.contains(&component.id) || i.scope.iter().any(|p| p.id == component.id)
    });
    context! {
        incident => about.next().map(|i| i.id.clone()),
        ..Value::from(Serde(component))
    }
}

/// A build of all pages, as far as it is.
struct Build<'a> {
    env: &'a Environment<'a>,
    view: &'a SiteView,
    had: &'a dyn Fn(&str, &str) -> bool,
    framed: String,
    tree: Tree,
    inputs: Inputs,
    jobs: Vec<Job<'a>>,
}

impl Build<'_> {
    /// Notes the pages of incidents that must be written.
    fn add_incidents(
        &mut self,
        lang: Lang,
        made_of: &BTreeMap<&str, &str>,
    ) -> Result<(), PageError> {
        let folder = self.view.folder_of(lang);
        for incident in &self.view.incidents {
            let path = format!("incidents/{}.html", incident.id);
            let of = match made_of.get(incident.id.as_str()) {
                Some(input) => (*input).to_owned(),
                None => {
                    let own = serde_json::to_string(incident)?;
                    sha256(format!("{}{own}", self.framed).as_bytes())
                }
            };
            let whole = format!("{folder}{path}");
            if !(self.had)(&whole, &of) {
                self.jobs.push((incident, lang, path, whole.clone()));
            }
            self.inputs.insert(whole, Input { of, word: None });
        }
        Ok(())
    }

    /// Keeps the pages of closed incidents. The title is kept as the note, so that the next build need not read statements.
    fn add_past(&mut self, lang: Lang) {
        let is_first = self.view.langs.first() == Some(&lang);
        for p in &self.view.past {
            let word = is_first.then(|| serde_json::to_string(&p.title).ok());
            let input = Input {
                of: p.input.clone(),
                word: word.flatten(),
            };
            let path = page_of(&self.view.langs, lang, &p.id);
            self.inputs.insert(path, input);
        }
    }

    /// Writes the lists of closed incidents; the newest list is also the index.
    fn add_lists(&mut self, lang: Lang, lists: &[List<'_>]) -> Result<(), PageError> {
        let folder = self.view.folder_of(lang);
        for (n, list) in lists.iter().enumerate() {
            let entries = || -> Vec<Value> {
                let all = list.entries.iter();
                all.map(|i| Value::from(Serde(list_entry(i)))).collect()
            };
            let (number, pages) = (n + 1, lists.len());
            let names = [
                Some(number.to_string()),
                (number == pages).then(|| "index".into()),
            ];
            for name in names.into_iter().flatten() {
                let path = format!("{folder}history/{name}.html");
                if !(self.had)(&path, &list.of) {
                    let counted = (number, pages);
                    let page = render_list(self.env, self.view, lang, entries(), counted, &name)?;
                    self.tree.insert(path.clone(), page);
                }
                let of = list.of.clone();
                self.inputs.insert(path, Input { of, word: None });
            }
        }
        Ok(())
    }
}

/// A page of an incident to write: the incident, the language, its path below the folder of the language, its full path.
type Job<'a> = (&'a Incident, Lang, String, String);

/// From this many pages on, threads pay.
const WORTH_THREADS: usize = 16;

/// Renders the pages of incidents, on all cores when there are many.
fn incident_pages(
    env: &Environment<'_>,
    view: &SiteView,
    jobs: &[Job<'_>],
) -> Result<Tree, PageError> {
    let page = |job: &Job<'_>| {
        let (incident, lang, path, whole) = job;
        Ok((
            whole.clone(),
            render_incident(env, view, incident, *lang, path)?,
        ))
    };
    parallel::map_slice(jobs, WORTH_THREADS, page)
        .into_iter()
        .collect()
}

fn render_template(env: &Environment<'_>, name: &str, values: Value) -> Result<Vec<u8>, PageError> {
    let template = env.get_template(name)?;
    Ok(template.render(values)?.into_bytes())
}

/// The values of an entry in a list.
fn list_entry(i: &Past) -> serde_json::Value {
    json!({
        "id": i.id,
        "title": i.title,
        "began": i.began,
        "closed": i.closed,
        "updated": i.updated,
        "lasted_minutes": i.closed.filter(|_| !i.is_planned).map(|closed| (closed - i.began.at).num_minutes()),
        // Times are shown relative to this moment; it is so long ago that dates in lists show their year.
        "long_ago": i.began.at - chrono::Duration::days(400),
    })
}

fn render_list(
    env: &Environment<'_>,
    view: &SiteView,
    lang: Lang,
    list: Vec<Value>,
    (number, of): (usize, usize),
    name: &str,
) -> Result<Vec<u8>, PageError> {
    let line = page_word("page", lang).replace("{n}", &number.to_string());
    render_template(
        env,
        "history.html",
        context! {
            list => list,
            number => number,
            of => of,
            page_line => line,
            ..page_frame(view, lang, &format!("history/{name}.html"), false)
        },
    )
}

fn render_incident(
    env: &Environment<'_>,
    view: &SiteView,
    incident: &Incident,
    lang: Lang,
    path: &str,
) -> Result<Vec<u8>, PageError> {
    let mut earlier: Vec<Value> = Vec::new();
    for notice in incident.notices.iter().rev().skip(1) {
        earlier.push(context! { notice => Value::from(Serde(notice)) });
    }
    let changes = changes_since_last(incident, lang);
    let picture = TimelineSvg::draw_incident(incident);
    let is_late = is_late(incident);
    render_template(
        env,
        "incident.html",
        context! {
            i => context! { late => is_late, ..Value::from(Serde(incident)) },
            earlier => earlier,
            before => changes.as_ref().map(|(n, _)| *n),
            changes => changes.map(|(_, runs)| Value::from(Serde(runs))),
            picture => picture.map(|p| Value::from(Serde(p))),
            ..page_frame(view, lang, path, false)
        },
    )
}

/// What changed since the notice before the latest one: its number, and runs of words.
fn changes_since_last(incident: &Incident, lang: Lang) -> Option<(u32, Vec<serde_json::Value>)> {
    let mut last = incident.notices.iter().rev();
    let (new, old) = (last.next()?, last.next()?);
    let text = |n: &Notice| n.texts.get(lang).unwrap_or_default().to_owned();
    let runs = word_diff::compare_words(&text(old), &text(new)).into_iter();
    let runs = runs.map(|(kind, text)| json!({ "kind": kind, "text": text }));
    Some((old.number, runs.collect()))
}
