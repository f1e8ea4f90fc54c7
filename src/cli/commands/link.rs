//! `saydo link`: reports on links and lists them. What follows from a report is not decided here.

use std::collections::BTreeMap;
use std::io::Read;
use std::str::FromStr;

use serde_json::json;

use crate::cli::commands::link_states::read_named_states;
use crate::cli::commands::show;
use crate::cli::output::Output;
use crate::cli::session::{Session, to_json, workspace_zone};
use crate::cli::times::{self, Toward};
use crate::cli::trouble::Trouble;
use crate::desk::core::workspace_files::{MAX_BYTES, read_bytes};
use crate::desk::incident::report::{find_incident_of, report_links};
use crate::desk::incident::report_rows::{MAX_ROWS, ReportRow, check_report, read_rows};
use crate::desk::statement::draft::{DraftReview, draft_again};
use crate::desk::{Journal, Snapshot};
use crate::domain::base::decimal::Share;
use crate::domain::base::lang::Lang;
use crate::domain::base::link::{LinkState, Source, SourceKind, Work};
use crate::domain::base::malformed::Malformed;
use crate::domain::network::health::{Condition, LinkHealth};
use crate::domain::network::reported::ReportedLink;
use crate::domain::record::link_event::LinkReported;

/// Record what somebody said about links, and list them
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Record what somebody said about links, regions or services: all or none
    Set(Box<Set>),
    /// Links, parts, state, work, window, who said it and how old that is
    List(List),
}

/// What was said.
#[derive(Debug, clap::Args)]
pub struct Set {
    /// Links (identifiers, names, lists with commas, globs), then the state: up, at-risk, degraded, unstable,
    /// planned-down or down
    #[arg(value_name = "ID... [STATE]|ID=STATE...")]
    pub words: Vec<String>,
    /// Record a baseline too: the other links of the same group, that nobody has reported on
    #[arg(long, value_name = "STATE", value_parser = ["up"])]
    pub rest: Option<String>,
    /// The share of capacity left, as in 40%
    #[arg(long, value_name = "SHARE")]
    pub capacity_left: Option<Share>,
    /// none, diagnosing, located, scheduled, waiting, repairing, awaiting-check
    #[arg(long)]
    pub work: Option<Work>,
    /// The kind of fault, for staff
    #[arg(long, value_name = "KIND")]
    pub fault: Option<String>,
    /// The cause, a key of `causes:` in saydo.yaml
    #[arg(long, value_name = "KEY")]
    pub cause: Option<String>,
    /// The cause is confirmed, not only suspected
    #[arg(long, requires = "cause")]
    pub confirmed: bool,
    /// When the repair is planned, or `none` when an earlier window was withdrawn
    #[arg(long, value_name = "EARLIEST..LATEST", allow_hyphen_values = true)]
    pub window: Option<String>,
    /// The state expected during the repair
    #[arg(long, value_name = "STATE", requires = "window")]
    pub during: Option<LinkState>,
    /// Why the window moved, a key of the catalogue `reasons`
    #[arg(long, value_name = "KEY")]
    pub reason: Option<String>,
    /// Since when it has been in this state; `~` before it when only approximately known
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Who says so: own-check, monitoring, field-team, cable-operator, estimate; with a party of saydo.yaml
    #[arg(long, value_name = "KIND[:PARTY]")]
    pub source: Option<String>,
    /// When they said it
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub said_at: Option<String>,
    /// A note for staff
    #[arg(long)]
    pub note: Option<String>,
    /// Read reports from a CSV file with a header, or from standard input (-). Columns: link, state,
    /// capacity_left, work, fault, cause, confirmed, window, during, reason, since, source, said_at, note
    #[arg(long, value_name = "FILE.csv|-", conflicts_with_all = ["words", "capacity_left", "work", "fault", "cause", "window", "reason", "since", "note"])]
    pub from: Option<String>,
}

/// Which links to list.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Also those that nobody has reported on
    #[arg(long)]
    pub all: bool,
}

/// Records or lists.
///
/// # Errors
/// When a link does not exist or what is said of it is impossible.
pub fn run(
    args: &Command,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    match args {
        Command::Set(a) => set(a, session, desk, out),
        Command::List(a) => list(a, session, desk, out),
    }
}

/// Records what was said of links.
///
/// # Errors
/// When a link does not exist or what is said of it is impossible.
pub fn set(
    args: &Set,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let reports = match &args.from {
        Some(file) => from_csv(args, file, desk)?,
        None => from_words(args, desk)?,
    };
    let before = said_now(desk, session.lang, &SaidNow::default());
    let seqs = report_links(desk, &reports, args.rest.is_some())?;
    let names: Vec<&str> = reports.iter().map(|r| r.link.as_str()).collect();
    let more = seqs.len() - reports.len();
    let rest = if more > 0 {
        format!(", and {more} more as up")
    } else {
        String::new()
    };
    let numbers = match seqs.as_slice() {
        [one] => format!("event {one}"),
        [first, .., last] => format!("events {first}–{last}"),
        [] => "no event".into(),
    };
    out.item(
        "Recorded: ",
        &format!("{}{rest} ({numbers}).", names.join(", ")),
    );
    for id in reports
        .iter()
        .filter(|r| r.state.is_some_and(LinkState::is_bad))
        .map(|r| &r.link)
    {
        if find_incident_of(desk, id).is_none()
            && desk
                .books
                .as_ref()
                .is_some_and(|b| b.network.find_link(id).is_some())
        {
            out.line(format!("{id} belongs to no open incident (or to several): saydo declare PLAYBOOK --link {id}, or saydo scope add {id}"));
        }
    }
    let after = said_now(desk, session.lang, &before);
    let (before, after) = (before.sentences, after.sentences);
    changes(out, &before, &after);
    out.json = json!({ "events": seqs, "links": names, "sentences": { "before": before, "after": after } });
    Ok(0)
}

/// What may be said now of each open incident, with the sentences for the eye.
#[derive(Default)]
struct SaidNow {
    drafts: BTreeMap<String, DraftReview>,
    /// The incident and the sentence.
    sentences: Vec<(String, String)>,
}

/// What may be said now; of an incident that is as it was `before`, what could be said then.
fn said_now(desk: &Snapshot, lang: Lang, before: &SaidNow) -> SaidNow {
    let mut said = SaidNow::default();
    for incident in desk.state.open_incidents() {
        let id = &incident.id;
        let audience = desk.default_audience();
        let Ok(looked) = draft_again(desk, id, audience, before.drafts.get(id)) else {
            continue;
        };
        if let Some(r) = show::widest_rendition(&looked.draft.renditions, lang) {
            for p in &r.placed {
                // The time of day at its head changes with every look.
                let line = looked.draft.lines.get(p.line);
                let is_head = line.is_some_and(|l| l.said.claims.iter().any(|c| c == "as_of"));
                if let Some(text) = r.text.get(p.start..p.end).filter(|_| !is_head) {
                    said.sentences.push((id.clone(), text.to_owned()));
                }
            }
        }
        said.drafts.insert(id.clone(), looked);
    }
    said
}

fn changes(out: &mut Output, before: &[(String, String)], after: &[(String, String)]) {
    let gone: Vec<_> = before.iter().filter(|b| !after.contains(b)).collect();
    let new: Vec<_> = after.iter().filter(|a| !before.contains(a)).collect();
    if gone.is_empty() && new.is_empty() {
        out.line("No sentence changes.");
        return;
    }
    out.line("What may be said changes:");
    for (_, text) in gone {
        out.item("  - ", text);
    }
    for (_, text) in new {
        out.item("  + ", text);
    }
}

fn from_words(args: &Set, desk: &Snapshot) -> Result<Vec<LinkReported>, Trouble> {
    if let Some(named) = read_named_states(&args.words, desk)? {
        let reports = named
            .iter()
            .map(|(id, state)| one(args, desk, id, Some(*state)));
        return reports.collect();
    }
    let mut words = args.words.clone();
    let state = match words.last().map(|w| w.parse::<LinkState>()) {
        Some(Ok(state)) if words.len() > 1 => {
            words.pop();
            Some(state)
        }
        _ => None,
    };
    if words.is_empty() {
        return Err(Trouble::usage(
            "no link is named",
            "saydo link set ID... STATE, for example: saydo link set AAG down",
        ));
    }
    // A mistyped state looks like one more link: say what is meant by the last word.
    if state.is_none()
        && words.len() > 1
        && let Some(last) = words.last()
        && desk.world()?.books.network.find_typed_id(last).is_none()
        && !last.contains(['*', '?', ','])
    {
        let near = crate::domain::base::suggest::suggest_nearest(
            last,
            LinkState::ALL.iter().map(|s| s.token()),
        );
        let states: Vec<&str> = LinkState::ALL.iter().map(|s| s.token()).collect();
        return Err(Trouble::usage(
            format!("\"{last}\" is neither a link nor a state{near}"),
            format!("states: {}", states.join(", ")),
        ));
    }
    let ids = show::find_links(desk.world()?.books, &words)?;
    let says_something = state.is_some()
        || args.capacity_left.is_some()
        || args.work.is_some()
        || args.fault.is_some()
        || args.cause.is_some()
        || args.window.is_some()
        || args.reason.is_some()
        || args.note.is_some();
    if !says_something {
        return Err(Trouble::usage(
            format!("nothing is said about {}", ids.join(", ")),
            "give a state (up, at-risk, degraded, unstable, planned-down, down), --work, --window ...",
        ));
    }
    ids.iter().map(|id| one(args, desk, id, state)).collect()
}

fn one(
    args: &Set,
    desk: &Snapshot,
    id: &str,
    state: Option<LinkState>,
) -> Result<LinkReported, Trouble> {
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    let wrong = |what: &str, e: Malformed| Trouble::usage(format!("{what}: {e}"), "");
    let source = args
        .source
        .as_deref()
        .map_or(Ok(Source::own_check()), str::parse)
        .map_err(|e| wrong("--source", e))?;
    let said_at = match &args.said_at {
        Some(t) => {
            times::parse_time(t, Toward::Past, now, zone).map_err(|e| wrong("--said-at", e))?
        }
        None => now,
    };
    let withdrawn = args.window.as_deref() == Some("none");
    let window = match args.window.as_deref().filter(|_| !withdrawn) {
        Some(t) => Some(times::parse_window(t, said_at, zone).map_err(|e| wrong("--window", e))?),
        None => None,
    };
    let since = match &args.since {
        Some(t) => {
            Some(times::parse_moment(t, Toward::Past, now, zone).map_err(|e| wrong("--since", e))?)
        }
        None => None,
    };
    let mut report = LinkReported {
        state,
        capacity_left: args.capacity_left,
        work: args.work,
        fault: args.fault.clone(),
        cause: args.cause.clone(),
        confirmed: args.confirmed,
        window,
        during: args.during,
        window_withdrawn: withdrawn,
        reason: args.reason.clone(),
        since,
        note: args.note.clone(),
        ..LinkReported::nothing_new(id, &source, said_at)
    };
    with_operator(desk, &mut report);
    Ok(report)
}

/// What the operator of a link says comes from the operator that the network names.
fn with_operator(desk: &Snapshot, report: &mut LinkReported) {
    if report.source.kind == SourceKind::CableOperator && report.source.party.is_none() {
        let books = desk.books.as_ref();
        report.source.party = books
            .and_then(|b| {
                b.network
                    .find_link(&report.link)
                    .and_then(|l| l.operator.clone())
            })
            .filter(|p| books.is_some_and(|b| b.workspace.parties.contains_key(p)));
    }
}

/// The bytes of a file of reports or of standard input, and what it is called in messages.
fn bytes_of(file: &str) -> Result<(Vec<u8>, &str), Trouble> {
    if file != "-" {
        return Ok((read_bytes(std::path::Path::new(file))?, file));
    }
    let mut bytes = Vec::new();
    std::io::stdin()
        .take(MAX_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| Trouble::usage(format!("standard input: {e}"), ""))?;
    Ok((bytes, "standard input"))
}

fn from_csv(args: &Set, file: &str, desk: &Snapshot) -> Result<Vec<LinkReported>, Trouble> {
    let (bytes, name) = bytes_of(file)?;
    let mut reports = Vec::new();
    for row in read_rows(name, &bytes)? {
        let (line, row) = row?;
        let bad = |c: &str, e: String| {
            Trouble::usage(format!("{name}:{line}: {c}: {e}"), "nothing was recorded")
        };
        let Some(link) = row.link.clone() else {
            return Err(bad("link", "is empty".into()));
        };
        let (state, row_args) = row_args(args, row).map_err(|(column, e)| bad(column, e))?;
        let ids =
            show::find_links(desk.world()?.books, &[link]).map_err(|t| bad("link", t.what))?;
        for id in ids {
            let report = one(&row_args, desk, &id, state).map_err(|t| bad("row", t.what))?;
            check_report(desk, &report)?.map_err(|r| bad(&id, r.what))?;
            let is_same = |r: &&LinkReported| r.link == report.link && r.said_at == report.said_at;
            if reports.iter().find(is_same).is_some_and(|r| *r != report) {
                let what =
                    "another row says something else of it at the same time: give each its said_at";
                return Err(bad(&id, what.into()));
            }
            reports.push(report);
        }
        if reports.len() > MAX_ROWS {
            return Err(bad("rows", format!("more than {MAX_ROWS}")));
        }
    }
    if reports.is_empty() {
        return Err(Trouble::usage(
            format!("{name} has no rows"),
            "a header, then one report a line",
        ));
    }
    Ok(reports)
}

/// A row as the arguments of one command; with the state that it gives.
fn row_args(
    args: &Set,
    row: ReportRow,
) -> Result<(Option<LinkState>, Set), (&'static str, String)> {
    fn parsed<T: FromStr<Err: ToString>>(
        column: &'static str,
        text: Option<&String>,
    ) -> Result<Option<T>, (&'static str, String)> {
        text.map(|v| v.parse().map_err(|e: T::Err| (column, e.to_string())))
            .transpose()
    }
    let is_yes = |v: &String| matches!(v.as_str(), "yes" | "true" | "1");
    let row_args = Set {
        words: Vec::new(),
        rest: None,
        capacity_left: parsed("capacity_left", row.capacity_left.as_ref())?,
        work: parsed("work", row.work.as_ref())?,
        confirmed: row.confirmed.as_ref().is_some_and(is_yes),
        during: parsed("during", row.during.as_ref())?,
        fault: row.fault,
        cause: row.cause,
        window: row.window,
        reason: row.reason,
        since: row.since,
        source: row.source.or_else(|| args.source.clone()),
        said_at: row.said_at.or_else(|| args.said_at.clone()),
        note: row.note,
        from: None,
    };
    Ok((parsed("state", row.state.as_ref())?, row_args))
}

fn list(
    args: &List,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let world = desk.world()?;
    let network = &world.books.network;
    let condition = Condition::of_network(network, world.state);
    let mut rows = Vec::new();
    let mut all = Vec::new();
    for id in network.all_ids() {
        let whole = condition.link_health(id);
        let own = condition.reported_link(id);
        if whole.state == LinkState::Unreported && own.is_none() && !args.all {
            continue;
        }
        rows.push(list_row(id, &whole, own, desk)?);
        let window = own.and_then(|o| o.window.as_ref()).and_then(|s| s.value);
        let work = own.and_then(|o| o.work.as_ref()).map(|w| w.value);

        all.push(json!({
            "id": id, "kind": network.kind_of(id), "names": network.names_of(id), "state": whole.state, "since": whole.since,
            "work": work, "window": window, "source": whole.source, "said_at": to_json(&whole.said_at),
            "confirmed_at": to_json(&whole.confirmed_at), "events": whole.events,
            "parts": network.find_link(id).map(|l| l.parts.clone()).unwrap_or_default(),
        }));
    }
    if rows.is_empty() {
        out.line("Nobody has reported on any link. A first report: saydo link set ID STATE. All links: saydo link list --all");
    } else {
        out.table(
            &["link", "kind", "state", "work", "window", "source", "age"],
            rows,
        );
    }
    out.json = json!({ "links": all });
    let _ = session;
    Ok(0)
}

/// The cells of one link; a part of another is indented.
fn list_row(
    id: &str,
    whole: &LinkHealth,
    own: Option<&ReportedLink>,
    desk: &Journal,
) -> Result<Vec<String>, Trouble> {
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    let network = &desk.world()?.books.network;
    let is_part = network.parent_of(id).is_some();
    let depth = if is_part { "  " } else { "" };
    let window = own.and_then(|o| o.window.as_ref()).and_then(|s| s.value);
    let work = own.and_then(|o| o.work.as_ref()).map(|w| w.value);
    let confirmed = whole.confirmed_at.or(whole.said_at);
    let age = confirmed.map(|t| times::format_length((now - t).num_seconds()));
    let window = window.map(|w| times::shown_window(&w, now, zone));
    let source = whole.source.as_ref().map(|s| s.to_string());
    Ok(vec![
        format!("{depth}{id}"),
        network
            .kind_of(id)
            .map(|k| k.to_string())
            .unwrap_or_default(),
        whole.state.to_string(),
        work.map(|w| w.to_string()).unwrap_or_default(),
        window.unwrap_or_default(),
        source.unwrap_or_default(),
        age.unwrap_or_default(),
    ])
}
