//! `saydo promise`: the ledger, and promises made, kept and moved by hand. It judges none of them.

use std::path::Path;

use serde_json::{Value as Json, json};

use crate::cli::output::Output;
use crate::cli::session::{Place, Session, json, zone};
use crate::cli::times::{self, Toward};
use crate::cli::trouble::Trouble;
use crate::desk::core::workspace_files::{MAX_EVIDENCE, read_bytes_up_to};
use crate::desk::promise::by_hand::{Making, make_promise, promise_kinds};
use crate::desk::promise::ledger::{
    evidence_words, list_ledger, promise_words, settling_command, stock_today,
};
use crate::desk::promise::settle::{
    accept_promise, carry_promise_over, keep_promise, revise_promise, withdraw_promise,
};
use crate::desk::{Journal, Snapshot};
use crate::domain::base::digest::sha256;
use crate::domain::base::lang::Lang;
use crate::domain::base::time::{At, Period, When};
use crate::domain::config::promise_kind::PromisedBy;
use crate::domain::ledger::verdict::{Entry, Standing};
use crate::domain::record::body::BodyError;
use crate::domain::record::promise_event::Evidence;
use crate::domain::record::rendition::SaidLine;
use crate::domain::state::promise::Promise;

/// What was promised, to whom, until when, and what became of it
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// The ledger: what is open, the soonest first
    List(List),
    /// The whole life of one promise
    Show(Show),
    /// Make a promise by hand: for one case, or one that belongs to no incident
    Make(Make),
    /// Take a promise upon yourself
    Accept(One),
    /// Attest that a promise was kept
    Keep(Keep),
    /// Give a promise another due time
    Revise(Revise),
    /// Take a promise back
    Withdraw(Withdraw),
    /// Let a promise outlive its incident, with an owner and a due time
    CarryOver(CarryOver),
}

/// Which promises.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Only what is still to be kept (this is what is shown when nothing else is asked for)
    #[arg(long)]
    pub open: bool,
    /// Only what falls due within this time, or is overdue: 2h
    #[arg(long, value_name = "TIME")]
    pub due: Option<Period>,
    /// Only what is overdue
    #[arg(long)]
    pub overdue: bool,
    /// Also what is settled
    #[arg(long)]
    pub all: bool,
    /// Only what this role or person keeps
    #[arg(long, value_name = "NAME")]
    pub owner: Option<String>,
    /// Only of this incident
    #[arg(long, value_name = "INCIDENT")]
    pub incident: Option<String>,
}

/// Which one.
#[derive(Debug, clap::Args)]
pub struct Show {
    /// Its number
    pub number: u32,
}

/// Which one.
#[derive(Debug, clap::Args)]
pub struct One {
    /// Its number
    pub number: u32,
}

/// What to promise.
#[derive(Debug, clap::Args)]
pub struct Make {
    /// The kind, from `promises:` of the playbook or of saydo.yaml; left out, the kinds are listed
    pub kind: Option<String>,
    /// The incident
    #[arg(long, value_name = "INCIDENT", conflicts_with = "no_incident")]
    pub incident: Option<String>,
    /// It belongs to no incident: a kind from saydo.yaml
    #[arg(long)]
    pub no_incident: bool,
    /// The link or region that it is about
    #[arg(long, value_name = "ID")]
    pub subject: Option<String>,
    /// The reference of the case that it is for (a ticket, not a name)
    #[arg(long, value_name = "REFERENCE", conflicts_with = "subject")]
    pub case: Option<String>,
    /// To whom [default: the workspace's customers]
    #[arg(long)]
    pub audience: Option<String>,
    /// When it falls due; else as the kind says
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub due: Option<String>,
    /// A word for staff
    #[arg(long)]
    pub note: Option<String>,
}

/// What shows it.
#[derive(Debug, clap::Args)]
pub struct Keep {
    /// Its number
    pub number: u32,
    /// What shows it: words, or a file, which is kept by its digest
    #[arg(long, value_name = "TEXT|FILE")]
    pub evidence: String,
    /// When it was kept, when that was not now
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub at: Option<String>,
}

/// The new time.
#[derive(Debug, clap::Args)]
pub struct Revise {
    /// Its number
    pub number: u32,
    /// The new due time
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub due: String,
    /// Why
    #[arg(long)]
    pub because: String,
    /// What an earlier time rests on: words, or a file
    #[arg(long, value_name = "TEXT|FILE")]
    pub evidence: Option<String>,
}

/// Why.
#[derive(Debug, clap::Args)]
pub struct Withdraw {
    /// Its number
    pub number: u32,
    /// Why
    #[arg(long)]
    pub because: String,
}

/// To whom.
#[derive(Debug, clap::Args)]
pub struct CarryOver {
    /// Its number
    pub number: u32,
    /// Who keeps it from now on: a role or a person
    #[arg(long, value_name = "NAME")]
    pub to: String,
    /// When it falls due; as it stands when left out
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub due: Option<String>,
}

/// Lists, shows, makes, keeps, moves or takes back.
///
/// # Errors
/// When the record does not back it, or something named does not exist.
pub fn run(
    args: &Command,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    match args {
        Command::List(a) => list(a, session, desk, out),
        Command::Show(a) => show(a.number, session, desk, out),
        Command::Make(a) => make(a, session, desk, out),
        Command::Accept(a) => {
            accept_promise(desk, a.number)?;
            let by = desk.clock.by.clone();
            out.line(format!("Promise {} is taken on by {by}.", a.number));
            told(a.number, desk, out)
        }
        Command::Keep(a) => {
            let shows = evidence(&a.evidence, session)?;
            let at =
                a.at.as_deref()
                    .map(|t| moment(t, Toward::Past, desk, "--at"))
                    .transpose()?;
            keep_promise(desk, a.number, &shows, at)?;
            out.line(format!("Promise {} is kept.", a.number));
            told(a.number, desk, out)
        }
        Command::Revise(a) => {
            let due = due(&a.due, desk)?;
            let shows = a.evidence.as_deref().map(|e| evidence(e, session));
            let shows = shows.transpose()?;
            revise_promise(desk, a.number, due, &a.because, shows.as_ref())?;
            let now = desk.clock.now;
            out.line(format!(
                "Promise {} is due {}.",
                a.number,
                shown(due, now, desk)
            ));
            out.line(who_is_told(a.number, desk));
            told(a.number, desk, out)
        }
        Command::Withdraw(a) => {
            withdraw_promise(desk, a.number, &a.because)?;
            out.line(format!("Promise {} is taken back.", a.number));
            out.line(who_is_told(a.number, desk));
            told(a.number, desk, out)
        }
        Command::CarryOver(a) => {
            let due = a.due.as_deref().map(|t| due(t, desk)).transpose()?;
            carry_promise_over(desk, a.number, &a.to, due)?;
            out.line(format!("Promise {} is carried over to {}.", a.number, a.to));
            if a.due.is_some() {
                out.line(who_is_told(a.number, desk));
            }
            told(a.number, desk, out)
        }
    }
}

/// Who has to be told that a promise is another now, and how.
fn who_is_told(number: u32, desk: &Snapshot) -> String {
    let promise = desk.state.promise_no(number);
    let heard = promise.is_some_and(|p| p.told().is_some());
    let incident = promise.and_then(|p| p.incident.as_ref());
    let open = incident.filter(|i| desk.state.incidents.get(*i).is_some_and(|i| i.is_open()));
    match (heard, open) {
        (true, Some(id)) => {
            format!("Those who heard it have to be told: saydo statement issue {id}")
        }
        (true, None) => {
            "No statement speaks of it any more: tell those who heard it yourself.".into()
        }
        (false, _) => "No statement said it: tell the one to whom it was promised.".into(),
    }
}

fn moment(text: &str, toward: Toward, desk: &Snapshot, what: &str) -> Result<At, Trouble> {
    times::at(text, toward, desk.clock.now, zone(desk))
        .map_err(|e| Trouble::usage(format!("{what}: {e}"), ""))
}

fn due(text: &str, desk: &Snapshot) -> Result<When, Trouble> {
    times::when(text, Toward::Future, desk.clock.now, zone(desk))
        .map_err(|e| Trouble::usage(format!("--due: {e}"), ""))
}

/// Words, or a file that is kept by its digest.
fn evidence(text: &str, session: &Session) -> Result<Evidence, Trouble> {
    let path = Path::new(text);
    if !path.is_file() {
        return Ok(Evidence {
            text: text.to_owned(),
            file: None,
        });
    }
    let digest = match &session.place {
        Place::Folder { .. } => session.folder()?.keep(path)?,
        Place::Handed { .. } => sha256(&read_bytes_up_to(path, MAX_EVIDENCE)?),
    };
    let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("file");
    Ok(Evidence {
        text: name.to_owned(),
        file: Some(digest),
    })
}

/// A due time for the eye.
pub fn shown(due: When, now: At, desk: &Snapshot) -> String {
    match due {
        When::At(at) => times::shown(at, now, zone(desk)),
        When::Day(_) => times::shown_window(
            &crate::domain::base::time::Window {
                earliest: None,
                latest: due,
            },
            now,
            zone(desk),
        )
        .trim_start_matches("..")
        .to_owned(),
    }
}

fn told(number: u32, desk: &Snapshot, out: &mut Output) -> Result<u8, Trouble> {
    let ledger = list_ledger(desk)?;
    if let Some(entry) = ledger.iter().find(|e| e.promise.made.number == number) {
        out.json = as_json(entry);
    }
    Ok(0)
}

/// One promise for scripts.
pub fn as_json(entry: &Entry<'_>) -> Json {
    let p = entry.promise;
    let dues: Vec<Json> = p
        .dues
        .iter()
        .map(|d| {
            json!({
                "event": d.seq, "at": json(&d.at), "due": json(&d.due), "statement": d.statement,
                "because": d.because,
            })
        })
        .collect();
    json!({
        "number": p.made.number, "kind": p.made.promise, "names": json(&p.made.names), "incident": p.incident,
        "subject": p.made.subject, "per": json(&p.made.per), "audience": p.made.audience,
        "owner": p.keeper(), "holder": p.holder(), "by": json(&p.made.by), "made_at": json(&p.at),
        "made_by": p.by, "statement": p.made.statement, "due": json(&p.due().due), "ends": json(&entry.ends),
        "dues": dues, "state": entry.standing.token(), "why": entry.why,
        "kept_at": entry.kept.as_ref().map(|k| json(&k.at)),
        "kept_by_events": entry.kept.as_ref().map(|k| &k.events), "uses": json(&p.uses),
        "evidence": p.made.evidence, "attested": json(&p.attested), "withdrawn": json(&p.withdrawn),
        "kept_when": p.made.kept_when, "note": p.made.note,
    })
}

/// In how long, or how long ago.
fn left(entry: &Entry<'_>, now: At) -> String {
    let seconds = (entry.ends - now).num_seconds();
    match entry.standing {
        Standing::Open => format!("in {}", times::length(seconds)),
        Standing::Overdue | Standing::Broken if seconds < 0 => {
            format!("{} ago", times::length(seconds))
        }
        _ => String::new(),
    }
}

fn list(
    args: &List,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let incident = args
        .incident
        .as_deref()
        .map(|i| session.incident(desk, Some(i)))
        .transpose()?;
    let now = desk.clock.now;
    let ledger = list_ledger(desk)?.into_iter();
    let mut ledger: Vec<Entry<'_>> = ledger
        .filter(|e| is_asked_for(e, args, incident.as_ref(), desk))
        .collect();
    ledger.sort_by_key(|e| (!e.is_owed(&desk.state), e.ends, e.promise.made.number));
    let first = ledger.first().map(|e| &e.promise.incident);
    let is_several = ledger.iter().any(|e| Some(&e.promise.incident) != first);
    let rows: Vec<Vec<String>> = ledger
        .iter()
        .map(|e| list_row(e, is_several, session.lang, desk))
        .collect();
    if rows.is_empty() {
        let total = desk.state.promises.len();
        out.line(match total {
            0 => "Nothing has been promised yet. Kinds: saydo promise make".to_owned(),
            n => format!("No such promise ({n} in the ledger: saydo promise list --all)."),
        });
    } else {
        out.table(
            &["no", "promised", "to", "owner", "due", "state", "uses"],
            rows,
        );
    }
    let all: Vec<Json> = ledger.iter().map(as_json).collect();
    out.json = json!({ "now": json(&now), "promises": all });
    Ok(0)
}

fn is_asked_for(e: &Entry<'_>, args: &List, incident: Option<&String>, desk: &Snapshot) -> bool {
    let (p, now) = (e.promise, desk.clock.now);
    let is_owed = e.is_owed(&desk.state);
    let is_of = |name: &String| {
        let holds = p.holder().is_some_and(|h| h.eq_ignore_ascii_case(name));
        holds || p.keeper().eq_ignore_ascii_case(name)
    };
    let is_due_within = |d: Period| is_owed && e.ends - now <= d.duration();
    (args.all || is_owed)
        && args.due.is_none_or(is_due_within)
        && (!args.overdue || (is_owed && e.standing != Standing::Open))
        && (!args.open || is_owed)
        && args.owner.as_ref().is_none_or(is_of)
        && (incident.is_none() || p.incident.as_ref() == incident)
}

/// The cells of one promise; its incident is named where the list has several.
fn list_row(e: &Entry<'_>, is_several: bool, lang: Lang, desk: &Snapshot) -> Vec<String> {
    let (p, now) = (e.promise, desk.clock.now);
    let uses = p
        .uses
        .iter()
        .map(|u| format!("{} {}", u.amount, u.resource));
    let owner = match p.holder() {
        Some(holder) => format!("{} ({holder})", p.keeper()),
        None => p.keeper().to_owned(),
    };
    let words = promise_words(p, lang);
    let due = format!("{} {}", shown(p.due().due, now, desk), left(e, now));
    vec![
        p.made.number.to_string(),
        match &p.incident {
            Some(id) if is_several => format!("{id}: {words}"),
            _ => words,
        },
        p.made.audience.clone(),
        owner,
        due.trim().to_owned(),
        e.standing.token().to_owned(),
        uses.collect::<Vec<_>>().join(", "),
    ]
}

/// The sentence by which a statement said it.
fn sentence(
    desk: &Snapshot,
    statement: u32,
    wanted: &dyn Fn(&SaidLine) -> bool,
    lang: Lang,
) -> Result<Option<String>, BodyError> {
    let Some(issued) = desk.state.statement(statement) else {
        return Ok(None);
    };
    let renditions = issued.statement.renditions()?;
    let sentence = || {
        let i = issued.statement.lines().iter().position(wanted)?;
        let r = crate::cli::commands::show::widest(renditions, lang)?;
        let p = r.placed.iter().find(|p| p.line == i)?;
        r.text.get(p.start..p.end).map(str::to_owned)
    };
    Ok(sentence())
}

fn show(
    number: u32,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let ledger = list_ledger(desk)?;
    let Some(entry) = ledger.iter().find(|e| e.promise.made.number == number) else {
        let known = match desk.state.next_promise() - 1 {
            0 => "no promise has been made yet".to_owned(),
            n => format!("there are 1 to {n}; see: saydo promise list --all"),
        };
        return Err(Trouble::usage(
            format!("there is no promise {number}"),
            known,
        ));
    };
    show_origin(entry, session.lang, desk, out)?;
    show_due_times(entry.promise, desk, out);
    show_end(entry, desk, out);
    out.json = as_json(entry);
    Ok(0)
}

fn at(t: At, desk: &Snapshot) -> String {
    times::shown(t, desk.clock.now, zone(desk))
}

/// What was promised, by whom, how, and on what evidence.
fn show_origin(
    entry: &Entry<'_>,
    lang: Lang,
    desk: &Journal,
    out: &mut Output,
) -> Result<(), Trouble> {
    let p = entry.promise;
    let number = p.made.number;
    let (words, kind, audience) = (promise_words(p, lang), &p.made.promise, &p.made.audience);
    out.line(format!("Promise {number}: {words} ({kind}), to {audience}"));
    let holder = p.holder().map(|h| format!(", taken on by {h}"));
    let whose = match p.made.by {
        PromisedBy::Us => "ours",
        PromisedBy::Operator => "the operator's, passed on",
    };
    let holder = holder.unwrap_or_default();
    out.item("  owner     ", &format!("{}{holder}; {whose}", p.keeper()));
    let how = match p.made.statement {
        Some(n) => format!("statement {n}"),
        None => "by hand".to_owned(),
    };
    let made = format!("{} by {}, {how} (event {})", at(p.at, desk), p.by, p.seq);
    out.item("  made      ", &made);
    let says = |l: &SaidLine| l.promises().any(|n| n == number);
    let said = match p.made.statement {
        Some(n) => sentence(desk, n, &says, lang)?,
        None => None,
    };
    if let Some(text) = said {
        out.item("  said      ", &text);
    }
    for u in &p.uses {
        out.item("  uses      ", &format!("{} {}", u.amount, u.resource));
    }
    for seq in &p.made.evidence {
        if let Some(e) = desk.event(*seq)? {
            let what = crate::desk::core::describe::describe_payload(&e.payload);
            let evidence = format!("#{seq} {} {}: {what}", at(e.at, desk), e.by);
            out.item("  evidence  ", &evidence);
        }
    }
    Ok(())
}

fn show_due_times(p: &Promise, desk: &Snapshot, out: &mut Output) {
    for (i, d) in p.dues.iter().enumerate() {
        let told = match d.statement {
            Some(n) => format!("told by statement {n}"),
            None if p.made.statement.is_none() && i == 0 => "told by hand".to_owned(),
            None => "not told yet".to_owned(),
        };
        let because = d.because.as_ref().map(|b| format!(": {b}"));
        let label = if i == 0 {
            "  due       "
        } else if p.dues[i - 1].due == d.due {
            "  told      "
        } else {
            "  revised   "
        };
        let due = shown(d.due, desk.clock.now, desk);
        let because = because.unwrap_or_default();
        out.item(label, &format!("{due} ({told}, event {}){because}", d.seq));
    }
}

/// What became of it, and what to do next.
fn show_end(entry: &Entry<'_>, desk: &Snapshot, out: &mut Output) {
    let p = entry.promise;
    if let Some((seq, to)) = &p.carried_over {
        out.item("  carried   ", &format!("over to {to} (event {seq})"));
    }
    if let Some(a) = &p.attested {
        let evidence = evidence_words(&a.evidence);
        let attested = format!("{} by {}: {evidence}", at(a.at, desk), a.by);
        out.item("  attested  ", &attested);
    }
    if let Some(w) = &p.withdrawn {
        out.item(
            "  withdrawn ",
            &format!("{}: {}", at(w.at, desk), w.because),
        );
    }
    let kept = entry.kept.as_ref();
    let kept = kept.map(|k| format!(" at {} (events {:?})", at(k.at, desk), k.events));
    let (standing, kept) = (entry.standing.token(), kept.unwrap_or_default());
    out.item("  verdict   ", &format!("{standing}{kept}: {}", entry.why));
    if entry.is_owed(&desk.state) {
        out.item("  next      ", &settling_command(entry, &desk.state));
    }
}

fn make(
    args: &Make,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let incident = incident_meant(args, session, desk)?;
    let Some(kind) = &args.kind else {
        return kinds(incident.as_deref(), desk, out);
    };
    let making = Making {
        kind: kind.clone(),
        incident,
        subject: args.subject.clone().or_else(|| args.case.clone()),
        audience: desk.audience_or_default(args.audience.as_deref()),
        due: args.due.as_deref().map(|t| due(t, desk)).transpose()?,
        note: args.note.clone(),
    };
    if desk
        .world()?
        .books
        .workspace
        .audience(&making.audience)
        .is_none()
    {
        return Err(Trouble::usage(
            format!("saydo.yaml has no audience \"{}\"", making.audience),
            "",
        ));
    }
    let number = make_promise(desk, &making)?;
    let now = desk.clock.now;
    if let Some(p) = desk.state.promise_no(number) {
        out.line(format!(
            "Promise {number}: {}, due {}, kept by {}.",
            promise_words(p, session.lang),
            shown(p.due().due, now, desk),
            p.made.owner
        ));
        for u in &p.uses {
            let left = stock_today(desk, &u.resource)?.left();
            out.line(format!(
                "  {} {} reserved, {left} left.",
                u.amount, u.resource
            ));
        }
    }
    told(number, desk, out)
}

/// The incident of a promise by hand; none for a kind that belongs to no incident.
fn incident_meant(
    args: &Make,
    session: &Session,
    desk: &Snapshot,
) -> Result<Option<String>, Trouble> {
    let is_general = |kind: &String| {
        let world = desk.world();
        world.is_ok_and(|w| w.books.workspace.promises.contains_key(kind))
    };
    let names_none = args.incident.is_none() && args.kind.as_ref().is_some_and(is_general);
    let none_open = desk.state.open().next().is_none();
    if args.no_incident || names_none || (args.kind.is_none() && none_open) {
        return Ok(None);
    }
    let id = session.incident(desk, args.incident.as_deref())?;
    Ok(Some(id))
}

/// The kinds that can be made by hand.
fn kinds(incident: Option<&str>, desk: &Snapshot, out: &mut Output) -> Result<u8, Trouble> {
    let mut rows: Vec<String> = Vec::new();
    let mut names: Vec<String> = Vec::new();
    let mut all = Vec::new();
    let own = promise_kinds(desk, incident)?;
    let general = promise_kinds(desk, None)?;
    let both = own
        .iter()
        .map(|(n, k)| (n, k, incident.unwrap_or_default()))
        .chain(
            general
                .iter()
                .filter(|_| incident.is_some())
                .map(|(n, k)| (n, k, "")),
        );
    for (name, kind, of) in both {
        if kind.per == crate::domain::config::promise_kind::Per::Statement || kind.is_of_window() {
            continue;
        }
        let per = json(&kind.per).as_str().unwrap_or_default().to_owned();
        let whose = if of.is_empty() {
            String::new()
        } else {
            format!(" of {of}")
        };
        rows.push(format!(
            "{} per {per}{whose}; due {}; {}",
            kind.names.any(Lang::USUAL),
            kind.due,
            kind.owner
        ));
        names.push(name.clone());
        all.push(json!({ "kind": name, "incident": of, "definition": json(kind) }));
    }
    if rows.is_empty() {
        out.line("No kind of promise can be made by hand here: see `promises:` of the playbook and of saydo.yaml.");
    } else {
        let width = names.iter().map(String::len).max().unwrap_or(0);
        for (name, row) in names.iter().zip(rows) {
            out.item(&format!("{name:<width$}  "), &row);
        }
        out.line("Make one: saydo promise make KIND [--subject ID | --case REFERENCE]");
    }
    out.json = json!({ "kinds": all });
    Ok(0)
}
