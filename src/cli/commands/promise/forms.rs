//! One promise for the eye and for scripts, as several commands show it. It lists nothing and changes nothing.

use serde_json::{Value as Json, json};

use crate::cli::output::Output;
use crate::cli::session::{json, zone};
use crate::cli::times::{self, Toward};
use crate::cli::trouble::Trouble;
use crate::desk::Snapshot;
use crate::desk::promise::ledger::list_ledger;
use crate::domain::base::time::{At, When, Window};
use crate::domain::ledger::verdict::Entry;

/// A due time for the eye.
pub fn show_due(due: When, now: At, desk: &Snapshot) -> String {
    match due {
        When::At(at) => times::shown(at, now, zone(desk)),
        When::Day(_) => times::shown_window(
            &Window {
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

/// Reads a due time that was typed.
pub(super) fn parse_due(text: &str, desk: &Snapshot) -> Result<When, Trouble> {
    times::when(text, Toward::Future, desk.clock.now, zone(desk))
        .map_err(|e| Trouble::usage(format!("--due: {e}"), ""))
}

/// One promise for scripts.
pub fn promise_json(entry: &Entry<'_>) -> Json {
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

/// Gives the promise, as it stands now, to scripts.
pub(super) fn give_promise(number: u32, desk: &Snapshot, out: &mut Output) -> Result<u8, Trouble> {
    let ledger = list_ledger(desk)?;
    if let Some(entry) = ledger.iter().find(|e| e.promise.made.number == number) {
        out.json = promise_json(entry);
    }
    Ok(0)
}
