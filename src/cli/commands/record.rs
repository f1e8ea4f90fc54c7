//! `saydo record`: verifies, lists, copies and exports the record. It never rewrites an event.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::session::{RecordSource, Session, to_json, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::{REFUSED, Trouble};
use crate::desk::Journal;
use crate::desk::core::describe::describe_payload;
use crate::desk::core::keys::is_signed;
use crate::desk::core::location::Location;
use crate::desk::core::record_copies::{
    CopyOutcome, Record, copy_record, doubtful_file_system, import_record, keep_copy, read_journal,
    read_journal_start, read_json_lines, retire_journal, verify_events,
    verify_record as verify_stored, write_json_lines,
};
use crate::desk::core::rejoin::{leave_entry_out, rejoin_side_journal};
use crate::desk::core::workspace_files::{io_error, read_bytes_up_to, write_file};
use crate::desk::incident::report::retract_entry;
use crate::domain::record::event::{Event, Head};

/// Verify, correct, list and copy the record
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Check chain, signatures and rights at the time of each event; names the first event that does not fit
    Verify(Verify),
    /// One short line to keep elsewhere: it proves later that the record still holds exactly this past
    Seal,
    /// The events, one a line
    List(List),
    /// Take a wrong entry back; if it was issued, a correction is then due
    Retract(Retract),
    /// Make the tables of a record on a PostgreSQL server, as the owner of its database
    Init(InitRecord),
    /// Bring the tables of a record on a server to what this program needs
    Upgrade,
    /// Bring in what was noted apart while the shared record could not be reached
    Rejoin(Rejoin),
    /// Copy the record to a file or a server; order, hashes and signatures stay
    Copy(CopyRecord),
    /// The record as JSON Lines, to standard output or a file
    Export(Export),
    /// Make a record from JSON Lines in a new, empty place; byte for byte the same
    Import(Import),
}

/// Against what.
#[derive(Debug, clap::Args)]
pub struct Verify {
    /// Prove that the record still holds what a seal says: the line, or a file with it
    #[arg(long, value_name = "LINE|FILE")]
    pub against: Option<String>,
}

/// Where.
#[derive(Debug, clap::Args)]
pub struct InitRecord {
    /// The server: postgres://OWNER@HOST/NAME; the workspace's own when absent
    pub url: Option<String>,
}

/// What is settled.
#[derive(Debug, clap::Args)]
pub struct Rejoin {
    /// These entries of the side journal do not join; that they were there is kept as a note
    #[arg(long, value_name = "SEQ", value_delimiter = ',', requires = "because")]
    pub leave_out: Vec<u64>,
    /// Why
    #[arg(long, value_name = "TEXT", requires = "leave_out")]
    pub because: Option<String>,
}

/// To where.
#[derive(Debug, clap::Args)]
pub struct CopyRecord {
    /// A server (postgres://USER@HOST/NAME) or a file; a copy that is there is brought up to date
    #[arg(long, value_name = "URL|FILE")]
    pub to: String,
}

/// Which events.
#[derive(Debug, clap::Args)]
pub struct List {
    /// Only of this incident
    #[arg(long, value_name = "ID")]
    pub incident: Option<String>,
}

/// Take a wrong entry back; if it was issued, a correction is then due
#[derive(Debug, clap::Args)]
pub struct Retract {
    /// The event's number
    pub seq: u64,
    /// Why
    #[arg(long)]
    pub because: String,
}

/// Where to.
#[derive(Debug, clap::Args)]
pub struct Export {
    /// The file; standard output when absent
    pub file: Option<PathBuf>,
}

/// From where.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// The file written by `record export`
    pub file: PathBuf,
    /// The file of the new record, which must not exist; the workspace's own when that is missing
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
}

/// Verifies, lists, corrects or copies.
///
/// # Errors
/// When the record or a file cannot be read.
pub fn run(
    args: &Command,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    match args {
        Command::List(a) => list(a, session, desk, out),
        Command::Retract(a) => retract(a, session, desk, out),
        Command::Seal => seal(session, desk, out),
        Command::Verify(_)
        | Command::Init(_)
        | Command::Upgrade
        | Command::Copy(_)
        | Command::Rejoin(_)
        | Command::Export(_)
        | Command::Import(_) => raw(args, session, out),
    }
}

/// Commands that need no fold: the record may be broken, or not there yet.
///
/// # Errors
/// When the record or a file cannot be read.
pub fn raw(args: &Command, session: &mut Session, out: &mut Output) -> Result<u8, Trouble> {
    match (args, &session.place) {
        (Command::Import(a), _) => import(a, session, out),
        (Command::Init(a), _) => migrate(a.url.as_deref(), session, out),
        (Command::Upgrade, _) => migrate(None, session, out),
        (Command::Rejoin(a), _) => rejoin(a, session, out),
        (
            _,
            RecordSource::Handed {
                record: Some(record),
                ..
            },
        ) => raw_record(args, record.as_ref(), out),
        (Command::Verify(_), _) => {
            if let Location::File(path) = session.record_location()? {
                out.remarks.extend(locks(&path));
            }
            raw_record(args, session.open_record(out)?.as_ref(), out)
        }
        (Command::Copy(a), _) => copy(a, session, session.open_record(out)?.as_ref(), out),
        _ => raw_record(args, session.open_record(out)?.as_ref(), out),
    }
}

fn migrate(url: Option<&str>, session: &Session, out: &mut Output) -> Result<u8, Trouble> {
    let place = match url {
        Some(url) => session.at_place(url)?,
        None => session.record_location()?,
    };
    match &place {
        Location::File(path) if url.is_some() => {
            return Err(Trouble::usage(
                format!("\"{}\" is no address of a server", path.display()),
                "postgres://OWNER@HOST/NAME; a record in a file is made by saydo init DIR",
            ));
        }
        Location::Server(address) => {
            let steps = place.upgrade_record()?;
            out.line(match steps {
                0 => format!(
                    "The tables at {} are as this program needs them.",
                    address.shown
                ),
                n => format!("The tables at {} are made ({n} steps).", address.shown),
            });
            out.line("Which rights those who record need there: docs/team.md");
            out.json = json!({ "record": address.shown, "steps": steps });
        }
        Location::File(path) => {
            place.upgrade_record()?;
            out.line(format!("{} is as this program needs it.", path.display()));
            out.json = json!({ "record": path, "steps": 0 });
        }
    }
    Ok(0)
}

fn rejoin(args: &Rejoin, session: &Session, out: &mut Output) -> Result<u8, Trouble> {
    let own = session.workspace_folder()?.own_folder();
    let Some(left) = read_journal_start(&own)? else {
        out.line("Nothing was noted apart from the record.");
        out.json = json!({ "joined": [], "conflicts": [] });
        return Ok(0);
    };
    let place = session.record_location()?;
    let Location::Server(_) = &place else {
        return Err(Trouble::usage(
            "the record of this workspace is no server any more",
            "set record: in saydo.yaml, or SAYDO_RECORD, as it was",
        ));
    };
    let record = place.open_record()?;
    let now = match &session.now {
        Some(text) => times::parse_time(
            text,
            times::Toward::Past,
            session.machine,
            session.zone_of_file(),
        )
        .map_err(|e| Trouble::usage(format!("--now: {e}"), ""))?,
        None => session.machine,
    };
    let clock = crate::desk::Clock {
        now,
        given: session.now.is_some(),
        by: session.by.clone(),
    };
    let mut desk = Journal::open(record, clock)?;
    if desk.state.team.has_keys() {
        desk.signer = session.find_signer()?;
    }
    let noted = read_journal(&own, &left)?;
    if args.because.as_deref().is_some_and(|b| b.trim().is_empty()) {
        return Err(Trouble::usage(
            "the reason is empty",
            "--because \"why it does not join\"",
        ));
    }
    for seq in &args.leave_out {
        let Some(stored) = noted.iter().find(|s| s.seq == *seq) else {
            return Err(Trouble::usage(
                format!("the side journal has no entry {seq}"),
                "saydo record rejoin lists what conflicts",
            ));
        };
        leave_entry_out(
            &mut desk,
            stored,
            args.because.as_deref().unwrap_or_default(),
        )?;
    }
    let done = rejoin_side_journal(&mut desk, &noted, &left.head)?;
    let (now, zone) = (desk.clock.now, workspace_zone(&desk));
    for (event, seq) in &done.joined {
        out.item(
            "+ ",
            &format!(
                "event {seq}: noted {} by {}, joined {}: {}",
                times::format_time(event.at, now, zone),
                event.by,
                times::format_time(now, now, zone),
                describe_payload(&event.payload)
            ),
        );
    }
    for (event, why) in &done.conflicts {
        out.item(
            "! ",
            &format!(
                "entry {} of the side journal ({}, by {}) did not join: {}. {why}",
                event.seq,
                times::format_time(event.at, now, zone),
                event.by,
                describe_payload(&event.payload)
            ),
        );
    }
    let conflicts: Vec<_> = done
        .conflicts
        .iter()
        .map(|(e, why)| json!({ "entry": e.seq, "kind": e.payload.kind(), "by": e.by, "at": to_json(&e.at), "why": why }))
        .collect();
    let joined: Vec<_> = done
        .joined
        .iter()
        .map(|(e, seq)| json!({ "event": seq, "noted_at": to_json(&e.at), "by": e.by, "kind": e.payload.kind() }))
        .collect();
    out.json = json!({ "joined": joined, "conflicts": conflicts });
    let (record, _) = desk.close();
    keep_copy(&own, record.as_ref(), session.machine)?;
    if conflicts.is_empty() {
        let kept = retire_journal(&own, &left)?;
        let what = if args.leave_out.is_empty() {
            "joined"
        } else {
            "settled"
        };
        out.item(
            "",
            &format!(
                "All is {what}; the side journal is kept as {}.",
                kept.display()
            ),
        );
        return Ok(0);
    }
    let seqs: Vec<String> = done
        .conflicts
        .iter()
        .map(|(e, _)| e.seq.to_string())
        .collect();
    out.item("", &format!(
        "{} entries are for a person to settle. Do again at the record what still holds; then: saydo record rejoin --leave-out {} --because WHY",
        seqs.len(),
        seqs.join(",")
    ));
    Ok(REFUSED)
}

fn copy(
    args: &CopyRecord,
    session: &Session,
    from: &dyn Record,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let place = session.at_place(&args.to)?;
    let (all, outcome) = copy_record(from, &place)?;
    match outcome {
        CopyOutcome::Broken(b) => Err(Trouble::refused(
            format!(
                "the record is broken at event {}: {}; nothing was copied",
                b.seq, b.what
            ),
            Vec::new(),
        )),
        CopyOutcome::Other => Err(Trouble::refused(
            format!(
                "{} holds another record; nothing was copied",
                place.display_text()
            ),
            vec!["copy to an empty place".into()],
        )),
        CopyOutcome::Copied(n, head) => {
            out.line(match n {
                0 => format!("{} holds all {all} events already.", place.display_text()),
                n => format!(
                    "{n} events copied to {}; head {}",
                    place.display_text(),
                    head.hash
                ),
            });
            out.json = json!({ "to": place.display_text(), "copied": n, "head": head });
            Ok(0)
        }
        CopyOutcome::Moved => Err(Trouble::refused(
            format!(
                "somebody else wrote to {} meanwhile; nothing was copied",
                place.display_text()
            ),
            vec!["copy again".into()],
        )),
    }
}

fn raw_record(args: &Command, record: &dyn Record, out: &mut Output) -> Result<u8, Trouble> {
    match args {
        Command::Export(a) => export(a, record, out),
        Command::Verify(Verify {
            against: Some(line),
        }) => against(line, record, out),
        _ => verify_record(record, out),
    }
}

/// Checks a record whose events may not even be readable.
///
/// # Errors
/// When the store cannot be read.
pub fn verify_record(record: &dyn Record, out: &mut Output) -> Result<u8, Trouble> {
    let (stored, verified) = verify_stored(record)?;
    match verified {
        Ok(state) => {
            let head = stored.last().map_or_else(Head::empty, |e| Head {
                seq: e.seq,
                hash: e.hash.clone(),
            });
            out.line(format!(
                "{} events, one unbroken chain. Head {}",
                head.seq, head.hash
            ));
            let first = state.team.keys.values().map(|k| k.trusted).min();
            out.line(match first {
                None => "No keys are set up: the chain shows changes, not who wrote.".to_owned(),
                Some(1) => "Every event is signed by a key that was in force.".to_owned(),
                Some(n) => format!(
                    "From event {n} on every event is signed by a key that was in force; before that authorship is unproven."
                ),
            });
            out.json =
                json!({ "ok": true, "events": head.seq, "head": head.hash, "signed_from": first });
            Ok(0)
        }
        Err(b) => {
            out.line(format!("BROKEN at event {}: {}", b.seq, b.what));
            out.line(format!(
                "{} events before it are as they were written.",
                b.seq - 1
            ));
            out.json = json!({ "ok": false, "event": b.seq, "what": b.what });
            Ok(REFUSED)
        }
    }
}

/// A word of warning when the record's file lies where locks may not work.
pub fn locks(path: &Path) -> Option<String> {
    let kind = doubtful_file_system(path)?;
    Some(format!(
        "{} is on a file system of the kind {kind}, where locks may not work: two that write at once could damage the record. For several machines use a server (docs/team.md)",
        path.display()
    ))
}

/// The beginning of a seal.
const SEAL: &str = "saydo-seal/1";

fn seal(session: &Session, desk: &mut Journal, out: &mut Output) -> Result<u8, Trouble> {
    let head = desk.head().clone();
    let body = format!(
        "{SEAL} {} {} {}",
        head.seq,
        head.hash,
        crate::domain::base::time::to_rfc3339(desk.clock.now)
    );
    let (key, signature) = match &desk.signer {
        Some(s) if desk.state.team.key_of(&session.by, &s.id).is_some() => {
            (s.id.clone(), s.sign_hash(&body))
        }
        _ => ("-".to_owned(), "-".to_owned()),
    };
    // One line, whole: it is copied to a mail or onto paper.
    let line = format!("{body} {key} {signature}");
    out.json = json!({ "seal": line, "events": head.seq, "head": head.hash, "key": key });
    if !session.json {
        out.raw = Some(format!("{line}\n"));
    }
    Ok(0)
}

fn against(seal: &str, record: &dyn Record, out: &mut Output) -> Result<u8, Trouble> {
    if seal.trim().is_empty() {
        return Err(Trouble::usage(
            "no seal is given",
            "the line that saydo record seal printed, or a file with it",
        ));
    }
    let given = if seal.starts_with(SEAL) {
        seal.to_owned()
    } else {
        let path = std::path::Path::new(seal);
        String::from_utf8_lossy(&read_bytes_up_to(path, 4096)?).into_owned()
    };
    let words: Vec<&str> = given.split_whitespace().collect();
    let &[SEAL, seq, hash, at, key, signature] = words.as_slice() else {
        return Err(Trouble::usage(
            "this is no seal",
            "a seal is the line that saydo record seal prints; put it in quotes, or name a file",
        ));
    };
    let Ok(seq) = seq.parse::<u64>() else {
        return Err(Trouble::usage("this is no seal: its number is none", ""));
    };
    record.check_storage()?;
    let stored = record.read_events_after(0)?;
    let refuse = |out: &mut Output, what: String| {
        out.line(format!("NOT THE SAME PAST: {what}"));
        out.json = json!({ "ok": false, "what": what });
        Ok(REFUSED)
    };
    let state = match verify_events(&stored) {
        Ok(state) => state,
        Err(_) => return verify_record(record, out),
    };
    let found = match seq {
        0 => Some(crate::domain::record::event::GENESIS),
        n => stored
            .get(usize::try_from(n - 1).unwrap_or(usize::MAX))
            .map(|s| s.hash.as_str()),
    };
    match found {
        None => {
            let what = format!(
                "the seal is of {seq} events, the record has {}",
                stored.len()
            );
            return refuse(out, what);
        }
        Some(other) if other != hash => {
            return refuse(out, format!("event {seq} is not the one that was sealed"));
        }
        Some(_) => {}
    }
    let sealed = usize::try_from(seq.saturating_sub(1))
        .ok()
        .and_then(|i| stored.get(i))
        .and_then(|s| Event::parse_at(s.seq, &s.bytes).ok());
    let Ok(moment) = chrono::DateTime::parse_from_rfc3339(at) else {
        return Err(Trouble::usage("this is no seal: its time is none", ""));
    };
    if sealed.is_some_and(|e| moment < e.at) {
        return refuse(
            out,
            "the seal says a time before the event that it sealed".into(),
        );
    }
    let by = match (key, state.team.keys.get(key)) {
        ("-", _) if state.team.keys.values().any(|k| k.trusted <= seq) => {
            return refuse(
                out,
                "the seal is not signed, and the record had keys".into(),
            );
        }
        ("-", _) => "unsigned".to_owned(),
        (_, None) => {
            return refuse(
                out,
                format!("the seal names the key {key}, which the record does not know"),
            );
        }
        (_, Some(k)) => {
            let body = format!("{SEAL} {seq} {hash} {at}");
            if !is_signed(&k.public, &body, signature) {
                return refuse(
                    out,
                    format!("the signature of the seal is not of the key {key}"),
                );
            }
            format!("signed by {}", k.person)
        }
    };
    out.line(format!(
        "The record holds exactly the {seq} events that were sealed at {at} ({by}), and {} after them.",
        stored.len() as u64 - seq
    ));
    out.json = json!({ "ok": true, "events": seq, "sealed_at": at, "by": by, "after": stored.len() as u64 - seq });
    Ok(0)
}

fn list(args: &List, session: &Session, desk: &Journal, out: &mut Output) -> Result<u8, Trouble> {
    let only = args
        .incident
        .as_deref()
        .map(|i| session.find_incident(desk, Some(i)))
        .transpose()?;
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    let mut all = Vec::new();
    for s in desk.stored()? {
        let e = Event::parse_at(s.seq, &s.bytes).map_err(crate::desk::DeskError::from)?;
        if only.is_some() && e.incident != only {
            continue;
        }
        let taken = desk
            .state
            .retracted
            .get(&e.seq)
            .map(|r| format!(" [taken back by #{}]", r.by))
            .unwrap_or_default();
        let incident = e
            .incident
            .clone()
            .map(|i| format!(" {i}"))
            .unwrap_or_default();
        let mark = format!(
            "#{:<4} {} {}{incident}: ",
            e.seq,
            times::format_time(e.at, now, zone),
            e.by
        );
        out.item(&mark, &format!("{}{taken}", describe_payload(&e.payload)));
        all.push(to_json(&e));
    }
    out.json = json!({ "events": all });
    Ok(0)
}

/// Takes an entry back.
///
/// # Errors
/// When there is no such entry or it cannot be taken back.
pub fn retract(
    args: &Retract,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    if args.because.trim().is_empty() {
        return Err(Trouble::usage(
            "the reason is empty",
            "--because \"why it was wrong\"",
        ));
    }
    retract_entry(desk, args.seq, &args.because)?;
    out.line(format!(
        "Event {} is taken back; it stays in the record, with the reason.",
        args.seq
    ));
    let mut due = Vec::new();
    for incident in desk.state.open_incidents() {
        if !crate::domain::state::announced::corrections_due(
            &desk.state,
            &incident.id,
            desk.default_audience(),
        )
        .is_empty()
        {
            due.push(incident.id.clone());
        }
    }
    for id in &due {
        out.line(format!("Customers were told something that rested on it. Correct it: saydo statement issue {id}"));
    }
    out.json = json!({ "retracted": args.seq, "correction_due": due });
    let _ = session;
    Ok(0)
}

fn export(args: &Export, record: &dyn Record, out: &mut Output) -> Result<u8, Trouble> {
    record.check_storage()?;
    let events = record.read_events_after(0)?;
    let text = write_json_lines(&events);
    match &args.file {
        Some(path) => {
            write_file(path, &text)?;
            out.line(format!(
                "{} events written to {}",
                events.len(),
                path.display()
            ));
            out.json = json!({ "events": events.len(), "file": path });
        }
        None => out.raw = Some(text),
    }
    Ok(0)
}

fn import(args: &Import, session: &Session, out: &mut Output) -> Result<u8, Trouble> {
    let name = args.file.display();
    let to = match &args.to {
        Some(to) => to.clone(),
        None => session.workspace_folder()?.record_path(),
    };
    if to.exists() {
        return Err(Trouble::usage(
            format!("{} exists already; nothing was written", to.display()),
            "name a file that does not exist: --to FILE",
        ));
    }
    let text = std::fs::read_to_string(&args.file).map_err(|e| io_error(&args.file, &e))?;
    let events = read_json_lines(&text).map_err(|(line, what)| {
        Trouble::usage(format!("{name}:{line}: {what}"), "nothing was written")
    })?;
    verify_events(&events).map_err(|b| {
        Trouble::refused(
            format!("{name}:{}: {}", b.seq, b.what),
            vec!["nothing was written".into()],
        )
    })?;
    match import_record(&Location::File(to.clone()), &events)? {
        Some(head) => {
            out.line(format!(
                "{} events read back into {}. Head {}",
                head.seq,
                to.display(),
                head.hash
            ));
            out.json = json!({ "events": head.seq, "head": head.hash });
            Ok(0)
        }
        None => Err(Trouble::refused(
            format!("{} is not empty; nothing was written", to.display()),
            Vec::new(),
        )),
    }
}
