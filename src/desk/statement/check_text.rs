//! Texts of anybody held against an incident, facts or the rules of wording. It issues nothing and changes no text.

use crate::desk::core::incident_facts::derive_facts;
use crate::desk::statement::draft::draft_statement;
use crate::desk::{DeskError, Snapshot};

pub use crate::check::against::checker::{
    Ask, CONTRADICTED, Checked, NOT_HELD, UNBACKED, check_document,
};
use crate::check::against::facts_of_record::{
    add_issued, add_promise, add_promises_of, add_report, from_facts,
};
pub use crate::check::against::findings::Finding;
pub use crate::check::against::known_json::KnownError;
pub use crate::check::against::quote::essence;
pub use crate::check::against::reference_facts::Known;
pub use crate::check::against::verified_claim::Verdict as ClaimVerdict;
pub use crate::check::against::wording::Rules;
pub use crate::check::reading::claims::{TextLang, read as read_claims};
pub use crate::check::reading::document::Document;
pub use crate::check::reading::file_kind::FileKind;
pub use crate::check::reading::sentence::sentences as split_sentences;
pub use crate::check::reading::text_form::Form;
use crate::domain::config::promise_kind::PromisedBy;

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
    for statement in snapshot.state.statements_about(incident, audience) {
        add_issued(&mut known, &facts, statement.at);
    }
    for link in known_ids(snapshot)? {
        for report in snapshot.state.reports_on(&link).iter().rev().take(REPORTS) {
            let (said_at, window) = (report.said.said_at, report.said.window.as_ref());
            add_report(&mut known, &facts, said_at, window);
        }
    }
    // A playbook at fault takes nothing from a text that is held against the facts.
    if let Ok(looked) = draft_statement(snapshot, incident, audience, Default::default()) {
        known.may_say(&looked.draft);
        add_promises_of(&mut known, &facts, &looked.draft);
    }
    Ok(known)
}
