//! `saydo record seal` and `verify --against`: one line to keep elsewhere, and whether the record still holds that past. A
//! seal is not kept in the record.

use std::path::Path;

use serde_json::json;

use super::verify::verify_record;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::{REFUSED, Trouble};
use crate::desk::Journal;
use crate::desk::core::keys::is_signed;
use crate::desk::core::record_copies::{self, Record, Stored};
use crate::desk::core::seal::{SEAL, compose_seal};
use crate::desk::core::workspace_files::{MAX_EVIDENCE, read_bytes_up_to};
use crate::domain::record::event::{Event, GENESIS};
use crate::domain::state::fold::State;

/// What a seal says, as it was typed: the head that was sealed, when, and by which key.
struct Seal<'a> {
    seq: u64,
    hash: &'a str,
    at: &'a str,
    key: &'a str,
    signature: &'a str,
}

pub(super) fn print_seal(
    session: &Session,
    desk: &Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    // One line, whole: it is copied to a mail or onto paper.
    let line = compose_seal(desk);
    let head = desk.head();
    let key = line.split(' ').nth(4);
    out.json = json!({ "seal": line, "events": head.seq, "head": head.hash, "key": key });
    if !session.json {
        out.raw = Some(format!("{line}\n"));
    }
    Ok(0)
}

/// Says whether the record still holds exactly the past that a seal names.
pub(super) fn prove_seal(
    line_or_file: &str,
    record: &dyn Record,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let text = read_seal_text(line_or_file)?;
    let seals = find_seals(&text)?;
    let (stored, verified) = record_copies::verify_record(record)?;
    let Ok(state) = verified else {
        return verify_record(record, out);
    };
    let mut held = Vec::new();
    for seal in &seals {
        let by = match hold_against(seal, &stored, &state)? {
            Ok(by) => by,
            Err(what) => {
                out.line(format!("NOT THE SAME PAST: {what}"));
                out.json = json!({ "ok": false, "what": what });
                return Ok(REFUSED);
            }
        };
        let Seal { seq, at, .. } = seal;
        let after = stored.len() as u64 - seq;
        out.line(format!(
            "The record holds exactly the {seq} events that were sealed at {at} ({by}), and {after} after them."
        ));
        held.push(json!({ "ok": true, "events": seq, "sealed_at": at, "by": by, "after": after }));
    }
    // A file may hold several: the fields of the last stand by themselves too.
    let mut last = held.last().cloned().unwrap_or_default();
    if held.len() > 1 {
        last["seals"] = held.into();
    }
    out.json = last;
    Ok(0)
}

/// The line itself, or what stands in the file of that name: a page, a mail, the output of a command.
fn read_seal_text(line_or_file: &str) -> Result<String, Trouble> {
    if line_or_file.trim().is_empty() {
        return Err(Trouble::usage(
            "no seal is given",
            "the line that saydo record seal printed, or a file with it",
        ));
    }
    if line_or_file.starts_with(SEAL) {
        return Ok(line_or_file.to_owned());
    }
    let path = Path::new(line_or_file);
    let bytes = read_bytes_up_to(path, MAX_EVIDENCE)?;
    if bytes.len() > MAX_EVIDENCE {
        let what = format!("{line_or_file}: it is larger than {MAX_EVIDENCE} bytes");
        return Err(Trouble::usage(
            what,
            "cut it down to the part with the seals",
        ));
    }
    // On a page of ours a slash may be written as its number.
    Ok(String::from_utf8_lossy(&bytes).replace("&#x2f;", "/"))
}

/// Every seal in a text, whatever stands around it.
fn find_seals(text: &str) -> Result<Vec<Seal<'_>>, Trouble> {
    let seals: Vec<Seal<'_>> = text
        .match_indices(SEAL)
        .map(|(at, _)| parse_seal(&text[at..]))
        .collect::<Result<_, _>>()?;
    match seals.is_empty() {
        true => Err(no_seal("there is no seal in it")),
        false => Ok(seals),
    }
}

fn no_seal(what: &str) -> Trouble {
    let hint = "a seal is the line that saydo record seal prints; put it in quotes, or name a file with it";
    Trouble::usage(what, hint)
}

/// The seal with which a text begins.
fn parse_seal(text: &str) -> Result<Seal<'_>, Trouble> {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '<' | '\\');
    let mut words = text.split(is_end).filter(|w| !w.is_empty()).skip(1);
    let mut next = || words.next().ok_or_else(|| no_seal("this is no seal"));
    let seal = Seal {
        seq: next()?
            .parse()
            .map_err(|_| no_seal("this is no seal: its number is none"))?,
        hash: next()?,
        at: next()?,
        key: next()?,
        signature: next()?,
    };
    Ok(seal)
}

/// Who sealed this past; else what is not as the seal says.
fn hold_against(
    seal: &Seal<'_>,
    stored: &[Stored],
    state: &State,
) -> Result<Result<String, String>, Trouble> {
    let seq = seal.seq;
    let place = |n: u64| usize::try_from(n).ok().and_then(|i| stored.get(i));
    let found = match seq {
        0 => Some(GENESIS),
        n => place(n - 1).map(|s| s.hash.as_str()),
    };
    match found {
        None => {
            let has = stored.len();
            let what = format!("the seal is of {seq} events, the record has {has}");
            return Ok(Err(what));
        }
        Some(other) if other != seal.hash => {
            return Ok(Err(format!("event {seq} is not the one that was sealed")));
        }
        Some(_) => {}
    }
    let Ok(moment) = chrono::DateTime::parse_from_rfc3339(seal.at) else {
        return Err(Trouble::usage("this is no seal: its time is none", ""));
    };
    let sealed = place(seq.saturating_sub(1)).and_then(|s| Event::parse_at(s.seq, &s.bytes).ok());
    if sealed.is_some_and(|e| moment < e.at) {
        let what = "the seal says a time before the event that it sealed";
        return Ok(Err(what.into()));
    }
    Ok(find_sealer(seal, state))
}

/// Whose key signed the seal; else what is wrong with the signature.
fn find_sealer(seal: &Seal<'_>, state: &State) -> Result<String, String> {
    let Seal {
        seq, hash, at, key, ..
    } = seal;
    let keys = &state.team.keys;
    match (*key, keys.get(*key)) {
        ("-", _) if keys.values().any(|k| k.trusted <= *seq) => {
            Err("the seal is not signed, and the record had keys".into())
        }
        ("-", _) => Ok("unsigned".to_owned()),
        (_, None) => Err(format!(
            "the seal names the key {key}, which the record does not know"
        )),
        (_, Some(k)) => {
            let body = format!("{SEAL} {seq} {hash} {at}");
            if is_signed(&k.public, &body, seal.signature) {
                Ok(format!("signed by {}", k.person))
            } else {
                Err(format!("the signature of the seal is not of the key {key}"))
            }
        }
    }
}
