//! One promise for the eye and for scripts, as several commands show it. It lists nothing and changes nothing.

use serde_json::{Value as Json, json};

use crate::cli::output::Output;
use crate::cli::session::{to_json, workspace_zone};
use crate::cli::times::{self, Toward};
use crate::cli::trouble::Trouble;
use crate::desk::Snapshot;
use crate::desk::promise::ledger::list_ledger;
use crate::domain::base::time::{At, When, Window};
use crate::domain::ledger::verdict::JudgedPromise;

/// A due time for the eye.
pub fn show_due(due: When, now: At, desk: &Snapshot) -> String {
    match due {
        When::At(at) => times::format_time(at, now, workspace_zone(desk)),
        When::Day(_) => times::shown_window(
            &Window {
                earliest: None,
                latest: due,
            },
            now,
            workspace_zone(desk),
        )
        .trim_start_matches("..")
        .to_owned(),
    }
}

/// Reads a due time that was typed.
pub(super) fn parse_due(text: &str, desk: &Snapshot) -> Result<When, Trouble> {
    times::parse_when(text, Toward::Future, desk.clock.now, workspace_zone(desk))
        .map_err(|e| Trouble::usage(format!("--due: {e}"), ""))
}

/// One promise for scripts.
pub fn promise_json(entry: &JudgedPromise<'_>) -> Json {
    let p = entry.promise;
    let dues: Vec<Json> = p
        .dues
        .iter()
        .map(|d| {
            json!({
                "event": d.seq, "at": to_json(&d.at), "due": to_json(&d.due), "statement": d.statement,
                "reason": d.because,
            })
        })
        .collect();
    let withdrawn = p.withdrawn.as_ref().map(|w| {
        json!({ "seq": w.seq, "at": to_json(&w.at), "reason": w.because, "statement": w.statement })
    });
    json!({
        "number": p.made.number, "kind": p.made.promise, "names": to_json(&p.made.names), "incident": p.incident,
        "subject": p.made.subject, "per": to_json(&p.made.per), "audience": p.made.audience,
        "owner": p.keeper_name(), "holder": p.last_acceptor(), "by": to_json(&p.made.by), "made_at": to_json(&p.at),
        "made_by": p.by, "statement": p.made.statement, "due": to_json(&p.current_due().due), "ends": to_json(&entry.ends),
        "dues": dues, "state": entry.standing.token(), "why": entry.why,
        "kept_at": entry.kept.as_ref().map(|k| to_json(&k.at)),
        "kept_by_events": entry.kept.as_ref().map(|k| &k.events), "uses": to_json(&p.uses),
        "evidence": p.made.evidence, "attested": to_json(&p.attested), "withdrawn": withdrawn,
        "kept_when": p.made.kept_when, "note": p.made.note,
    })
}

/// Gives the promise, as it stands now, to scripts.
pub(super) fn give_promise(number: u32, desk: &Snapshot, out: &mut Output) -> Result<u8, Trouble> {
    let ledger = list_ledger(desk)?;
    if let Some(entry) = ledger.iter().find(|e| e.promise.made.number == number) {
        out.json = promise_json(entry);
    }
    Ok(0)
}
