//! The pages that customers read. Templates escape everything that comes in.

use std::collections::{BTreeMap, BTreeSet};

use chrono_tz::Tz;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, context};
use serde::Serialize;
use serde_json::json;

use crate::domain::base::digest::sha256;
use crate::domain::base::lang::Lang;
use crate::domain::base::parallel as many;
use crate::domain::base::time::At;
use crate::render::diff;
use crate::render::site::picture::Picture;
use crate::render::site::words::{self, word};
use crate::render::site::{Incident, Input, Inputs, Past, Promised, Tree, View, moment, page_of};

/// Incidents on a page of the past.
pub const ON_A_PAGE: usize = 50;

/// The past incidents on the front page.
const RECENT: usize = 5;

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#x27;")
}

fn at_of(value: &Value) -> Option<At> {
    let text = value.as_str()?;
    chrono::DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|t| t.to_utc())
}

fn lang_of(tag: &str) -> Lang {
    tag.parse().unwrap_or(Lang::En)
}

/// A moment as an element that programs can read too.
fn element(at: At, lang: Lang, zone: Tz, of: At) -> String {
    let shown = escaped(&moment(at, lang, zone, of));
    format!(
        "<time datetime=\"{}\">{shown}</time>",
        crate::domain::base::time::rfc3339(at)
    )
}

/// The environment with the filters that the templates use.
///
/// # Errors
/// When a template is malformed, which tests rule out.
pub fn environment(zone: Tz) -> Result<Environment<'static>, String> {
    let mut env = Environment::new();
    for (name, text) in [
        ("base.html", include_str!("base.html")),
        ("parts.html", include_str!("parts.html")),
        ("index.html", include_str!("index.html")),
        ("incident.html", include_str!("incident.html")),
        ("history.html", include_str!("history.html")),
        ("role.html", include_str!("role.html")),
        ("roles.html", include_str!("roles.html")),
    ] {
        env.add_template(name, text).map_err(|e| format!("{e:#}"))?;
    }
    env.add_filter("lines", |t: String| -> Vec<String> {
        t.lines().map(str::to_owned).collect()
    });
    env.add_filter("pick", |texts: Value, lang: String| -> String {
        let own = texts
            .get_attr(&lang)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned));
        let any = || {
            let mut all = texts.try_iter().ok()?;
            let first = all.next()?;
            texts.get_item(&first).ok()?.as_str().map(str::to_owned)
        };
        own.or_else(any).unwrap_or_default()
    });
    env.add_filter("put", |text: String, gap: String, value: Value| -> String {
        text.replace(&format!("{{{gap}}}"), &value.to_string())
    });
    env.add_filter("time", move |at: Value, lang: String, of: Value| -> Value {
        let (Some(at), Some(of)) = (at_of(&at), at_of(&of)) else {
            return Value::from("");
        };
        Value::from_safe_string(element(at, lang_of(&lang), zone, of))
    });
    // A day is said as a day, not as the midnight after it.
    env.add_filter(
        "due",
        move |at: Value, lang: String, of: Value, day: bool| -> Value {
            let (Some(at), Some(of)) = (at_of(&at), at_of(&of)) else {
                return Value::from("");
            };
            if !day {
                return Value::from_safe_string(element(at, lang_of(&lang), zone, of));
            }
            let local = (at - chrono::Duration::seconds(1)).with_timezone(&zone);
            Value::from_safe_string(format!(
                "<time datetime=\"{}\">{}</time>",
                local.format("%Y-%m-%d"),
                local.format("%d/%m/%Y")
            ))
        },
    );
    env.add_filter(
        "timed",
        move |text: String, at: Value, lang: String, of: Value| -> Value {
            let shown = match (at_of(&at), at_of(&of)) {
                (Some(at), Some(of)) => element(at, lang_of(&lang), zone, of),
                _ => String::new(),
            };
            Value::from_safe_string(escaped(&text).replace("{t}", &shown))
        },
    );
    env.add_filter(
        "between",
        move |text: String, a: Value, b: Value, lang: String, of: Value| -> Value {
            let (Some(a), Some(b), Some(of)) = (at_of(&a), at_of(&b), at_of(&of)) else {
                return Value::from("");
            };
            let lang = lang_of(&lang);
            Value::from_safe_string(
                escaped(&text)
                    .replace("{a}", &element(a, lang, zone, of))
                    .replace("{b}", &element(b, lang, zone, of)),
            )
        },
    );
    env.add_filter("brief", move |at: Value| -> String {
        at_of(&at).map_or_else(String::new, |t| {
            t.with_timezone(&zone).format("%d/%m %H:%M").to_string()
        })
    });
    env.add_filter("short", |text: String, most: usize| -> String {
        if text.chars().count() <= most {
            return text;
        }
        let cut: String = text.chars().take(most.saturating_sub(1)).collect();
        format!("{}…", cut.trim_end())
    });
    env.add_filter("shape", |state: String| -> &'static str {
        match state.as_str() {
            "operational" => "●",
            "degraded_performance" => "▲",
            "partial_outage" => "◆",
            "major_outage" => "✖",
            "under_maintenance" => "■",
            _ => "○",
        }
    });
    Ok(env)
}

/// A language of the page, where the same page is in it.
#[derive(Serialize)]
struct Other {
    tag: &'static str,
    name: &'static str,
    href: String,
}

/// What every page has: `path` is where it stands below the folder of its language.
pub(crate) fn frame(view: &View, lang: Lang, path: &str, staff: bool) -> Value {
    let own = view.folder(lang);
    let depth = format!("{own}{path}").matches('/').count();
    let up = "../".repeat(depth);
    let others: Vec<Other> = view
        .langs
        .iter()
        .map(|l| Other {
            tag: l.tag(),
            name: word("name", *l),
            href: format!("{up}{}{path}", view.folder(*l)),
        })
        .collect();
    let zone_name = view
        .zone_names
        .get(lang)
        .map_or_else(|| view.zone.name().to_owned(), str::to_owned);
    context! {
        lang => lang.tag(),
        w => words::all(lang),
        org => view.names.any(lang),
        home => format!("{up}{own}"),
        up => up,
        others => Value::from(Serde(others)),
        zone_line => word("zone", lang).replace("{z}", &zone_name),
        drill => view.drill,
        staff => staff,
    }
}

/// The situation in one sentence.
pub(crate) fn situation(view: &View, lang: Lang) -> String {
    let is_ahead = |i: &&Incident| i.planned.is_some();
    let open: Vec<&Incident> = view.incidents.iter().filter(|i| i.is_open).collect();
    let works = open.iter().filter(|i| is_ahead(i)).count();
    let now = open.len() - works;
    let said = |n: usize, one: &str, some: &str| match n {
        0 => None,
        1 => Some(word(one, lang).to_owned()),
        n => Some(word(some, lang).replace("{n}", &n.to_string())),
    };
    let parts: Vec<String> = said(now, "one", "some")
        .into_iter()
        .chain(said(works, "one_work", "some_work"))
        .collect();
    if parts.is_empty() {
        word("nothing", lang).to_owned()
    } else {
        parts.join(" ")
    }
}

/// The promises for the front page: those that stand, and the last that were decided.
fn standing(incident: &Incident) -> Vec<&Promised> {
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

fn late(incident: &Incident) -> bool {
    incident.promises.iter().any(|p| {
        p.standing == "overdue" && Some(p.dues.last()) == Some(incident.next_update.as_ref())
    })
}

/// All pages. `had` says that a page is there already, made of the same input: it is then left out, and its input kept.
///
/// # Errors
/// When a template does not take the view, which tests rule out.
pub fn all(view: &View, had: &dyn Fn(&str, &str) -> bool) -> Result<(Tree, Inputs), String> {
    let env = environment(view.zone)?;
    let mut tree = Tree::new();
    let mut inputs = Inputs::new();
    let mut jobs: Vec<Job<'_>> = Vec::new();
    let past = &view.past;
    let made_of: BTreeMap<&str, &str> = past
        .iter()
        .map(|p| (p.id.as_str(), p.input.as_str()))
        .collect();
    let pages = past.len().div_ceil(ON_A_PAGE).max(1);
    // What the frame of every page shows: when that changes, all pages do.
    let framed = json!([
        view.names,
        view.langs,
        view.zone_names,
        view.zone,
        view.drill,
        env!("CARGO_PKG_VERSION")
    ])
    .to_string();
    let parts: Vec<&[Past]> = match past.is_empty() {
        true => vec![&[]],
        false => past.chunks(ON_A_PAGE).collect(),
    };
    // Of each list: what its incidents are made of, and what they are called.
    let listed = parts.iter().enumerate().map(|(n, part)| {
        let mut all = format!("{framed} {} {pages}", n + 1);
        for p in *part {
            all.extend([" ", &p.id, " ", &p.input]);
            for (lang, title) in p.title.iter() {
                all.extend([" ", lang.tag(), " ", title]);
            }
        }
        sha256(all.as_bytes())
    });
    let listed: Vec<String> = listed.collect();
    for lang in &view.langs {
        let lang = *lang;
        let folder = view.folder(lang);
        let newest = view.incidents.iter().rev().filter(|i| i.is_open);
        // A text about several stands once; incidents that are called the same are told apart by their numbers.
        let mut called: BTreeMap<&str, usize> = BTreeMap::new();
        for i in newest.clone() {
            *called.entry(i.title.any(lang)).or_default() += 1;
        }
        let mut told = BTreeSet::new();
        let open: Vec<Value> = newest
            .map(|i| {
                let number = i.notices.last().map(|n| n.number);
                context! {
                    late => late(i),
                    promises => Value::from(Serde(standing(i))),
                    above => number.is_some_and(|n| !told.insert(n)),
                    is_named => called.get(i.title.any(lang)).is_some_and(|n| *n > 1),
                    ..Value::from(Serde(i))
                }
            })
            .collect();
        let recent: Vec<Value> = past
            .iter()
            .rev()
            .take(RECENT)
            .map(|i| Value::from(Serde(brief(i))))
            .collect();
        let (noticed, quiet): (Vec<_>, Vec<_>) = view.components.iter().partition(|c| c.noticed);
        let page = render(
            &env,
            "index.html",
            context! {
                situation => situation(view, lang),
                open => open,
                past => recent,
                noticed => Value::from(Serde(noticed)),
                quiet => Value::from(Serde(quiet)),
                ..frame(view, lang, "index.html", false)
            },
        )?;
        tree.insert(format!("{folder}index.html"), page);
        for incident in &view.incidents {
            let path = format!("incidents/{}.html", incident.id);
            let of = match made_of.get(incident.id.as_str()) {
                Some(input) => (*input).to_owned(),
                None => {
                    let own = serde_json::to_string(incident).map_err(|e| e.to_string())?;
                    sha256(format!("{framed}{own}").as_bytes())
                }
            };
            let whole = format!("{folder}{path}");
            if !had(&whole, &of) {
                jobs.push((incident, lang, path, whole.clone()));
            }
            inputs.insert(whole, Input { of, word: None });
        }
        for p in past {
            // The title, so that the next build need not read what was said.
            let is_first = view.langs.first() == Some(&lang);
            let word = is_first.then(|| serde_json::to_string(&p.title).ok());
            let of = p.input.clone();
            inputs.insert(
                page_of(&view.langs, lang, &p.id),
                Input {
                    of,
                    word: word.flatten(),
                },
            );
        }
        for (n, (part, of)) in parts.iter().zip(&listed).enumerate() {
            let list =
                || -> Vec<Value> { part.iter().map(|i| Value::from(Serde(brief(i)))).collect() };
            let number = n + 1;
            // The newest is also where others point to.
            let names = [
                Some(number.to_string()),
                (number == pages).then(|| "index".into()),
            ];
            for name in names.into_iter().flatten() {
                let path = format!("{folder}history/{name}.html");
                if !had(&path, of) {
                    let page = history(&env, view, lang, list(), (number, pages), &name)?;
                    tree.insert(path.clone(), page);
                }
                let of = of.clone();
                inputs.insert(path, Input { of, word: None });
            }
        }
    }
    tree.extend(worked(&env, view, &jobs)?);
    Ok((tree, inputs))
}

/// A page of an incident that is to be written: the incident, the language, its path there, its whole path.
type Job<'a> = (&'a Incident, Lang, String, String);

/// So many pages are worth threads.
const WORTH_THREADS: usize = 16;

/// Writes the pages of incidents, on all cores where there are many.
fn worked(env: &Environment<'_>, view: &View, jobs: &[Job<'_>]) -> Result<Tree, String> {
    let page = |job: &Job<'_>| {
        let (incident, lang, path, whole) = job;
        Ok((whole.clone(), one(env, view, incident, *lang, path)?))
    };
    many::each(jobs, WORTH_THREADS, page).into_iter().collect()
}

fn render(env: &Environment<'_>, name: &str, values: Value) -> Result<Vec<u8>, String> {
    let template = env.get_template(name).map_err(|e| format!("{e:#}"))?;
    template
        .render(values)
        .map(String::into_bytes)
        .map_err(|e| format!("{e:#}"))
}

/// An incident in a list.
fn brief(i: &Past) -> serde_json::Value {
    json!({
        "id": i.id,
        "title": i.title,
        "began": i.began,
        "closed": i.closed,
        "updated": i.updated,
        // Dates in lists carry their year.
        "long_ago": i.began - chrono::Duration::days(400),
    })
}

fn history(
    env: &Environment<'_>,
    view: &View,
    lang: Lang,
    list: Vec<Value>,
    (number, of): (usize, usize),
    name: &str,
) -> Result<Vec<u8>, String> {
    let line = word("page", lang).replace("{n}", &number.to_string());
    render(
        env,
        "history.html",
        context! {
            list => list,
            number => number,
            of => of,
            page_line => line,
            ..frame(view, lang, &format!("history/{name}.html"), false)
        },
    )
}

fn one(
    env: &Environment<'_>,
    view: &View,
    incident: &Incident,
    lang: Lang,
    path: &str,
) -> Result<Vec<u8>, String> {
    let mut earlier: Vec<Value> = Vec::new();
    for notice in incident.notices.iter().rev().skip(1) {
        earlier.push(context! { notice => Value::from(Serde(notice)) });
    }
    let mut last = incident.notices.iter().rev();
    let changes = match (last.next(), last.next()) {
        (Some(new), Some(old)) => {
            let text =
                |n: &crate::render::site::Notice| n.texts.get(lang).unwrap_or_default().to_owned();
            let runs = diff::words(&text(old), &text(new));
            let runs: Vec<_> = runs
                .into_iter()
                .map(|(kind, text)| json!({ "kind": kind, "text": text }))
                .collect();
            Some((old.number, runs))
        }
        _ => None,
    };
    let picture = Picture::of(incident);
    let is_late = late(incident);
    render(
        env,
        "incident.html",
        context! {
            i => context! { late => is_late, ..Value::from(Serde(incident)) },
            earlier => earlier,
            before => changes.as_ref().map(|(n, _)| *n),
            changes => changes.map(|(_, runs)| Value::from(Serde(runs))),
            picture => picture.map(|p| Value::from(Serde(p))),
            ..frame(view, lang, path, false)
        },
    )
}
