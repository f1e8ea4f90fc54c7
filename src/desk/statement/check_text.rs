//! Texts of anybody held against an incident, facts or the rules of wording. It issues nothing and changes no text.

use crate::desk::core::incident_facts::derive_facts;
use crate::desk::statement::draft::draft_statement;
use crate::desk::{DeskError, Snapshot};

pub use crate::check::against::checker::{
    Ask, CONTRADICTED, Checked, NOT_HELD, UNBACKED, check_document,
};
use crate::check::against::facts_of_record::{
    add_contacts_out, add_promise, add_promises_of, from_facts, mark_open_contact,
};
pub use crate::check::against::findings::Finding;
pub use crate::check::against::known_json::KnownError;
pub use crate::check::against::quote::essence;
pub use crate::check::against::reference_facts::Known;
use crate::check::against::told_times::{
    add_issued, add_missed_news, add_reason_of_move, add_report,
};
pub use crate::check::against::verified_claim::Verdict as ClaimVerdict;
pub use crate::check::against::wording::Rules;
pub use crate::check::reading::claims::{TextLang, read as read_claims};
pub use crate::check::reading::document::Document;
pub use crate::check::reading::file_kind::FileKind;
pub use crate::check::reading::sentence::sentences as split_sentences;
pub use crate::check::reading::text_form::Form;
use crate::domain::base::time::When;
use crate::domain::config::promise_kind::{NEXT_STATEMENT, PromisedBy};
use crate::domain::ledger::verdict::{PromiseStatus, judge_promise};
use crate::domain::state::promise::Promise;

/// How many of the latest reports on a link are looked at for what was said before.
const REPORTS: usize = 100;

/// Everything on which somebody may report: links, regions, services.
fn known_ids(snapshot: &Snapshot) -> Result<Vec<String>, DeskError> {
    let network = &snapshot.world()?.books.network;
    let riders = network
        .regions
        .iter()
        .chain(&network.services)
        .map(|r| r.id.to_string());
    Ok(network
        .links
        .iter()
        .map(|l| l.id.to_string())
        .chain(riders)
        .collect())
}

/// What a text may say of an incident: its facts, and the words of what would be said now.
///
/// # Errors
/// When the incident or audience does not exist.
pub fn known_of_incident(
    snapshot: &Snapshot,
    incident: &str,
    audience: &str,
) -> Result<Known, DeskError> {
    let facts = derive_facts(snapshot, incident, audience)?;
    let mut known = from_facts(&facts, Some(&snapshot.world()?.books.network));
    for promise in snapshot.state.promises_of(incident) {
        let is_in_force = promise.withdrawn.is_none() && promise.made.audience == audience;
        if is_in_force {
            let is_theirs = promise.made.by == PromisedBy::Operator;
            add_promise(
                &mut known,
                &facts,
                &promise.made.promise,
                &promise.current_due().due,
                is_theirs,
            );
        }
    }
    for due in missed_news(snapshot, incident, audience)? {
        add_missed_news(&mut known, &facts, &due);
    }
    let contacts = &snapshot.world()?.books.workspace.contacts;
    let texts = contacts.iter().map(|(name, c)| (name.as_str(), &c.text));
    add_contacts_out(&mut known, &facts, texts);
    let network = &snapshot.world()?.books.network;
    for (name, contact) in contacts {
        let is_named = facts.known_fact(&format!("contacts.{name}")).is_some();
        if let Some(link) = contact.link.as_ref().filter(|_| is_named) {
            mark_open_contact(&mut known, &network.names_of(link));
        }
    }
    for statement in snapshot.state.statements_about(incident, audience) {
        add_issued(&mut known, &facts, statement.at);
    }
    for link in known_ids(snapshot)? {
        for report in snapshot.state.reports_on(&link).iter().rev().take(REPORTS) {
            let (said_at, window) = (report.said.said_at, report.said.window.as_ref());
            add_report(&mut known, &facts, said_at, window);
            if let Some(reason) = &report.said.reason {
                add_reason_of_move(&mut known, reason);
            }
        }
    }
    // A playbook at fault takes nothing from a text that is held against the facts.
    if let Ok(looked) = draft_statement(snapshot, incident, audience, Default::default()) {
        known.may_say(&looked.draft);
        add_promises_of(&mut known, &facts, &looked.draft);
    }
    Ok(known)
}

/// When news was announced for to the audience that came late or not at all.
fn missed_news(
    snapshot: &Snapshot,
    incident: &str,
    audience: &str,
) -> Result<Vec<When>, DeskError> {
    let world = snapshot.world()?;
    let is_late = |promise: &Promise| {
        let now = snapshot.clock.now;
        let judged = judge_promise(world, &snapshot.evaluator, now, promise);
        let late = [
            PromiseStatus::Broken,
            PromiseStatus::Overdue,
            PromiseStatus::KeptLate,
        ];
        late.contains(&judged.standing)
    };
    let promises = snapshot.state.promises_of(incident);
    let missed = promises.filter(|p| {
        p.made.audience == audience
            && p.made.kept_when.as_deref() == Some(NEXT_STATEMENT)
            && is_late(p)
    });
    Ok(missed.map(|p| p.current_due().due).collect())
}
