//! `saydo fact`: notes, lists and discloses facts. What a value may be is decided by admission, not here.

use serde_json::json;

use crate::cli::commands::say::{in_each_language, read_texts};
use crate::cli::commands::show;
use crate::cli::output::Output;
use crate::cli::session::{Session, to_json, workspace_zone};
use crate::cli::times::{self, Toward};
use crate::cli::trouble::{Trouble, describe_missing};
use crate::desk::core::incident_facts::{derive_facts, playbook_of_incident};
use crate::desk::core::team::set_disclosure;
use crate::desk::incident::report::note_fact;
use crate::desk::{Journal, Snapshot};
use crate::domain::base::link::Source;
use crate::domain::base::malformed::Malformed;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::base::value::{Named, Value};
use crate::domain::config::audience::Disclosure;
use crate::domain::config::noted_fact::{FactType, NotedFact};
use crate::domain::facts::fact::FactEntry;

/// Note a fact that the playbook declares, and list all facts
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Note a fact that the playbook declares
    Note(Note),
    /// Say who may know a fact: capacity figures to the public, say; needs the right `disclose`
    Disclose(Disclose),
    /// Everything that a template could see: value, events, source, age, disclosure
    List(List),
}

/// What was noted.
#[derive(Debug, clap::Args)]
pub struct Note {
    /// NAME=VALUE; NAME= takes it back as no longer known; for a phrase, a key of its catalogue
    #[arg(value_name = "NAME=VALUE")]
    pub fact: String,
    /// A phrase that no catalogue has, once per language: NAME vi="..." en="..."
    #[arg(value_name = "LANG=TEXT")]
    pub texts: Vec<String>,
    /// As it was written one version ago
    #[arg(long, hide = true)]
    pub vi: Option<String>,
    /// As it was written one version ago
    #[arg(long, hide = true)]
    pub en: Option<String>,
    /// Who says so
    #[arg(long, value_name = "KIND[:PARTY]", default_value = "own-check")]
    pub source: String,
    /// When they said it
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub said_at: Option<String>,
    /// The incident, as INC-2 or 2 [default: the one switched to, or the only open one]
    #[arg(long, value_name = "ID")]
    pub incident: Option<String>,
}

/// Who may know what.
#[derive(Debug, clap::Args)]
pub struct Disclose {
    /// The fact, or the beginning of its path: capacity, links.AAG.capacity_left
    pub path: String,
    /// Who may know it: public, banded (figures only in bands), business or staff
    #[arg(long, value_name = "LEVEL")]
    pub to: String,
    /// The reason; it stays in the record
    #[arg(long)]
    pub because: String,
    /// On this incident
    #[arg(long, value_name = "ID", conflicts_with = "everywhere")]
    pub incident: Option<String>,
    /// On all incidents, also those to come
    #[arg(long)]
    pub everywhere: bool,
}

#[derive(Debug, clap::Args)]
pub struct List {
    /// The incident, as INC-2 or 2 [default: the one switched to, or the only open one]
    pub incident: Option<String>,
    /// For this audience [default: the workspace's customers]
    #[arg(long)]
    pub audience: Option<String>,
    /// Also those that nothing backs
    #[arg(long)]
    pub all: bool,
}

/// Notes or lists.
///
/// # Errors
/// When the playbook does not declare the fact, or the value does not fit.
pub fn run(
    args: &Command,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    match args {
        Command::Note(a) => note_facts(a, session, desk, out),
        Command::Disclose(a) => disclose_fact(a, session, desk, out),
        Command::List(a) => list_facts(a, session, desk, out),
    }
}

fn disclose_fact(
    args: &Disclose,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let level: Disclosure = serde_json::from_value(json!(args.to)).map_err(|_| {
        Trouble::usage(
            format!("--to {}: there is no such level", args.to),
            "known: public, banded (figures only in bands), business, staff",
        )
    })?;
    let id = match args.everywhere {
        true => None,
        false => Some(session.find_incident(desk, args.incident.as_deref())?),
    };
    let seq = set_disclosure(desk, id.clone(), &args.path, level, &args.because)?;
    let whom = match level {
        Disclosure::Public => "anybody",
        Disclosure::Banded => "anybody, figures only in bands",
        Disclosure::Business => "business customers and staff",
        Disclosure::Staff => "staff only",
    };
    out.line(format!(
        "{} on {}: {whom} (event {seq}).",
        args.path,
        id.as_deref().unwrap_or("all incidents")
    ));
    out.json = json!({ "event": seq, "incident": id, "path": args.path, "to": args.to });
    Ok(0)
}

fn note_facts(
    args: &Note,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let id = session.find_incident(desk, args.incident.as_deref())?;
    let given = args.vi.is_some() || args.en.is_some() || !args.texts.is_empty();
    let (name, text) = match args.fact.split_once('=') {
        Some(parts) => parts,
        None if given => (args.fact.as_str(), ""),
        None => {
            return Err(Trouble::usage(
                format!("{}: no value is given", args.fact),
                format!(
                    "saydo fact note {0}=VALUE; when it is no longer known: saydo fact note {0}=",
                    args.fact
                ),
            ));
        }
    };
    let playbook = playbook_of_incident(desk, &id)?;
    let Some(declared) = playbook.file.facts.get(name) else {
        let known: Vec<&str> = playbook.file.facts.keys().map(String::as_str).collect();
        let near = suggest_nearest(name, known.iter().copied());
        return Err(Trouble::usage(
            format!(
                "the playbook {} declares no fact \"{name}\"{near}",
                playbook.name()
            ),
            format!(
                "declared: {}. Something else can be kept with: saydo log TEXT",
                known.join(", ")
            ),
        ));
    };
    let value = if text.is_empty() && !given {
        None
    } else {
        Some(parse_noted(name, text, args, declared, desk)?)
    };
    let source: Source = args
        .source
        .parse()
        .map_err(|e: Malformed| Trouble::usage(e, ""))?;
    let said_at = match &args.said_at {
        Some(t) => times::parse_time(t, Toward::Past, desk.clock.now, workspace_zone(desk))
            .map_err(|e| Trouble::usage(e, ""))?,
        None => desk.clock.now,
    };
    note_fact(desk, &id, name, value.clone(), source, said_at)?;
    match &value {
        Some(v) => out.line(format!("Noted with {id}: {name} = {}", v.to_plain_text())),
        None => out.line(format!("Noted with {id}: {name} is no longer known.")),
    }
    out.json = json!({ "incident": id, "name": name, "value": value });
    Ok(0)
}

fn parse_noted(
    name: &str,
    text: &str,
    args: &Note,
    declared: &NotedFact,
    desk: &Snapshot,
) -> Result<Value, Trouble> {
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    let wrong = |e: Malformed| Trouble::usage(format!("{name}: {e}"), "");
    let toward = if declared.measured {
        Toward::Either
    } else {
        Toward::Future
    };
    Ok(match declared.kind {
        FactType::Count => Value::Count(
            text.parse()
                .map_err(|_| wrong(Malformed(format!("\"{text}\" is not a whole number"))))?,
        ),
        FactType::Decimal => Value::Decimal(text.parse().map_err(wrong)?),
        FactType::Share => Value::Share(text.parse().map_err(wrong)?),
        FactType::Date => Value::Date(
            times::parse_when(text, Toward::Future, now, zone)
                .map_err(wrong)?
                .local_day(zone),
        ),
        FactType::Instant => {
            Value::Instant(times::parse_moment(text, toward, now, zone).map_err(wrong)?)
        }
        FactType::Window => {
            Value::Window(times::window_toward(text, toward, now, zone).map_err(wrong)?)
        }
        FactType::Duration => Value::Duration(text.parse().map_err(wrong)?),
        FactType::State => {
            // `YES` is what `yes` is: a choice in other case is meant as it stands in the playbook.
            let meant = declared
                .choices
                .iter()
                .find(|c| c.eq_ignore_ascii_case(text));
            Value::State(meant.map_or(text, String::as_str).to_owned())
        }
        FactType::Link | FactType::List => {
            let mut named = find_named(text, desk)?;
            match declared.kind {
                FactType::Link if named.len() == 1 => Value::Link(named.remove(0)),
                FactType::Link => {
                    return Err(wrong(Malformed(
                        "one link, region or service is meant".into(),
                    )));
                }
                _ => Value::List(named),
            }
        }
        FactType::Phrase => parse_phrase(name, text, args, declared, desk)?,
    })
}

/// The links, regions and services that are listed, with their names.
fn find_named(text: &str, desk: &Snapshot) -> Result<Vec<Named>, Trouble> {
    let books = desk.world()?.books;
    let ids = show::find_links(books, &[text.to_owned()])?;
    let named = ids.into_iter().map(|id| Named {
        names: books.network.names_of(&id),
        id,
    });
    Ok(named.collect())
}

fn parse_phrase(
    name: &str,
    text: &str,
    args: &Note,
    declared: &NotedFact,
    desk: &Snapshot,
) -> Result<Value, Trouble> {
    let workspace = &desk.world()?.books.workspace;
    let old = [("vi", &args.vi), ("en", &args.en)].into_iter();
    let old = old.filter_map(|(tag, text)| Some(format!("{tag}={}", text.as_ref()?)));
    let typed: Vec<String> = args.texts.iter().cloned().chain(old).collect();
    let command = format!("saydo fact note {name}");
    let texts = read_texts(&typed, &workspace.languages, &command)?;
    let catalogue = declared.catalogue.as_deref();
    let catalogue = catalogue.filter(|c| workspace.find_catalogue(c).is_some());
    if let Some(catalogue) = catalogue.filter(|_| !texts.is_empty()) {
        return Err(Trouble::usage(
            format!("{name} is given by a key of the catalogue `{catalogue}`, not in words"),
            format!(
                "saydo fact note {name}=KEY; new words: add them to saydo.yaml under that catalogue, then: saydo adopt"
            ),
        ));
    }
    if !texts.is_empty() {
        return Ok(Value::Phrase(texts));
    }
    let list = catalogue.and_then(|c| workspace.find_catalogue(c));
    let Some(list) = list else {
        return Err(Trouble::usage(
            format!("{name} is given in each language"),
            format!("{command} {}", in_each_language(&workspace.languages)),
        ));
    };
    match list.get(text) {
        Some(t) => Ok(Value::Phrase(t.clone())),
        None => {
            let known: Vec<&str> = list.keys().map(String::as_str).collect();
            let near = suggest_nearest(text, known.iter().copied());
            Err(Trouble::usage(
                format!("{name}: the catalogue has no \"{text}\"{near}"),
                format!("known: {}", known.join(", ")),
            ))
        }
    }
}

fn list_facts(
    args: &List,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let id = session.find_incident(desk, args.incident.as_deref())?;
    desk.read_closed(&id)?;
    let audience = desk.audience_or_default(args.audience.as_deref());
    let facts = derive_facts(desk, &id, &audience)?;
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    let mut rows = Vec::new();
    for (path, entry) in facts.facts.iter() {
        let (state, fact) = match entry {
            FactEntry::Known(f) => ("", Some(f)),
            FactEntry::Stale { fact, .. } => ("stale ", Some(fact)),
            FactEntry::Unknown { lack: l } => {
                if args.all {
                    rows.push(vec![
                        path.clone(),
                        format!("unknown: {}", describe_missing(l, session.lang)),
                        String::new(),
                        String::new(),
                        String::new(),
                        String::new(),
                    ]);
                }
                continue;
            }
        };
        let Some(f) = fact else { continue };
        let value = match &f.value {
            Value::Phrase(t) => t.get_or_any(session.lang).to_owned(),
            Value::Instant(m) => times::format_time(m.at, now, zone),
            Value::Window(w) => times::shown_window(w, now, zone),
            other => other.to_plain_text(),
        };
        let events: Vec<String> = f.events.iter().map(|e| format!("#{e}")).collect();
        rows.push(vec![
            path.clone(),
            format!("{state}{value}"),
            events.join(" "),
            f.source.as_ref().map(|s| s.to_string()).unwrap_or_default(),
            f.fresh_until
                .map(|t| times::format_time(t, now, zone))
                .unwrap_or_default(),
            to_json(&f.disclosure)
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        ]);
    }
    out.table(
        &["fact", "value", "events", "source", "fresh until", "who"],
        rows,
    );
    out.json = to_json(&facts);
    Ok(0)
}
