//! `saydo promise show`: the whole life of one promise. It judges nothing; the verdict is the ledger's.

use super::forms::{promise_json, show_due};
use crate::cli::commands::show::widest_rendition;
use crate::cli::entry_line::describe_entry;
use crate::cli::next_step::write_step;
use crate::cli::output::Output;
use crate::cli::session::{Session, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::Trouble;
use crate::desk::promise::ledger::{evidence_words, list_ledger, promise_words, settling_step};
use crate::desk::{Journal, Snapshot};
use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;
use crate::domain::config::promise_kind::PromisedBy;
use crate::domain::ledger::verdict::JudgedPromise;
use crate::domain::record::body::BodyError;
use crate::domain::record::rendition::SaidLine;
use crate::domain::state::promise::Promise;

#[derive(Debug, clap::Args)]
pub struct Show {
    /// The number, as it is listed
    pub number: u32,
}

pub(super) fn show_promise(
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
    out.json = promise_json(entry);
    Ok(0)
}

fn at(t: At, desk: &Snapshot) -> String {
    times::format_time(t, desk.clock.now, workspace_zone(desk))
}

/// What was promised, by whom, how, and on what evidence.
fn show_origin(
    entry: &JudgedPromise<'_>,
    lang: Lang,
    desk: &Journal,
    out: &mut Output,
) -> Result<(), Trouble> {
    let p = entry.promise;
    let number = p.made.number;
    let (words, kind, audience) = (promise_words(p, lang), &p.made.promise, &p.made.audience);
    out.line(format!("Promise {number}: {words} ({kind}), to {audience}"));
    let holder = p.last_acceptor().map(|h| format!(", taken on by {h}"));
    let whose = match p.made.by {
        PromisedBy::Us => "ours",
        PromisedBy::Operator => "the operator's, passed on",
    };
    let holder = holder.unwrap_or_default();
    out.item(
        "  owner     ",
        &format!("{}{holder}; {whose}", p.keeper_name()),
    );
    let how = match p.made.statement {
        Some(n) => format!("statement {n}"),
        None => "by hand".to_owned(),
    };
    let made = format!("{} by {}, {how} (event {})", at(p.at, desk), p.by, p.seq);
    out.item("  made      ", &made);
    let says = |l: &SaidLine| l.promise_numbers().any(|n| n == number);
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
            let what = describe_entry(desk, &e.payload);
            let evidence = format!("#{seq} {} {}: {what}", at(e.at, desk), e.by);
            out.item("  evidence  ", &evidence);
        }
    }
    Ok(())
}

/// The sentence by which a statement said it.
fn sentence(
    desk: &Snapshot,
    statement: u32,
    wanted: &dyn Fn(&SaidLine) -> bool,
    lang: Lang,
) -> Result<Option<String>, BodyError> {
    let Some(issued) = desk.state.find_statement(statement) else {
        return Ok(None);
    };
    let renditions = issued.statement.all_renditions()?;
    let sentence = || {
        let i = issued.statement.lines().iter().position(wanted)?;
        let r = widest_rendition(renditions, lang)?;
        let p = r.placed.iter().find(|p| p.line == i)?;
        r.text.get(p.start..p.end).map(str::to_owned)
    };
    Ok(sentence())
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
        let due = show_due(d.due, desk.clock.now, desk);
        let because = because.unwrap_or_default();
        out.item(label, &format!("{due} ({told}, event {}){because}", d.seq));
    }
}

/// What became of it, and what to do next.
fn show_end(entry: &JudgedPromise<'_>, desk: &Snapshot, out: &mut Output) {
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
        out.item(
            "  next      ",
            &write_step(&settling_step(entry, &desk.state)),
        );
    }
}
