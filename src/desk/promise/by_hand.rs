//! Making a promise by hand. Whether it may be made, the ledger decides, not this file.

use crate::desk::core::incident_facts::{derive_facts, playbook_of_incident};
use crate::desk::promise::ledger::refused;
use crate::desk::{DeskError, Entry, Journal, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::link::LinkId;
use crate::domain::base::next_step::{Advice, NextStep};
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::base::time::When;
use crate::domain::config::promise_kind::{Per, PromiseKind, Use};
use crate::domain::config::resource::Resource;
use crate::domain::facts::fact::Facts;
use crate::domain::facts::reported::without_incident;
use crate::domain::ledger::offer::{
    AmountLeft, Asked, Grounds, Maker, Offer, check_evidence, check_terms, make_offer, subject_of,
};
use crate::domain::ledger::offer_refusal::NotOffered;
use crate::domain::ledger::stock::count_stock;
use crate::domain::ledger::verdict;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::promise_event::{PromiseEvent, PromiseMade};
use crate::domain::state::promise::Promise;

/// What `promise make` was told.
#[derive(Debug, Clone, Default)]
pub struct Making {
    pub kind: String,
    /// The incident; none for a promise that belongs to none.
    pub incident: Option<String>,
    /// The link, region or case that it is about.
    pub subject: Option<String>,
    pub audience: String,
    /// When it falls due, when the kind is not to say.
    pub due: Option<When>,
    /// A word for staff.
    pub note: Option<String>,
}

/// Makes a promise by hand, checked against the playbook as a statement's would be. Gives its number.
///
/// # Errors
/// When evidence, stock or a due time is missing, or one is open already.
pub fn make_promise(journal: &mut Journal, making: &Making) -> Result<u32, DeskError> {
    journal.record(|snapshot| decide_promise(snapshot, making).map(|e| vec![e]))?;
    Ok(journal.state.promises.last().map_or(0, |p| p.made.number))
}

/// The kinds of promise that can be made by hand: of an incident's playbook, or of the workspace.
///
/// # Errors
/// When the incident does not exist.
pub fn promise_kinds(
    snapshot: &Snapshot,
    incident: Option<&str>,
) -> Result<std::collections::BTreeMap<String, PromiseKind>, DeskError> {
    Ok(match incident {
        Some(id) => playbook_of_incident(snapshot, id)?.file.promises.clone(),
        None => snapshot.world()?.books.workspace.promises.clone(),
    })
}

fn decide_promise(snapshot: &Snapshot, making: &Making) -> Result<Entry, DeskError> {
    let incident = making.incident.as_deref();
    let name = &making.kind;
    let kind = &find_kind(snapshot, making)?;
    let workspace = &snapshot.world()?.books.workspace;
    let mut asked = Asked {
        name,
        kind,
        maker: Maker::Hand,
        it: None,
        due: making.due,
        is_for_audience: workspace.is_for(&kind.audiences, &making.audience),
    };
    check_terms(&asked).map_err(not_offered)?;
    let subject = check_subject(snapshot, kind, name, making)?;
    asked.it = subject_of(kind, subject.as_deref());
    let facts = match incident {
        Some(id) => derive_facts(snapshot, id, &making.audience)?,
        None => without_incident(snapshot.world()?, &making.audience, snapshot.clock.now)?,
    };
    check_unique(snapshot, making, subject.as_deref())?;
    let (offer, evidence) = offer_by_hand(snapshot, &asked, &facts)?;
    let due = offer.due;
    let made = PromiseMade {
        number: snapshot.state.next_promise(),
        promise: name.clone(),
        subject,
        per: Some(kind.per),
        scope: scope_of(snapshot, kind, incident),
        audience: making.audience.clone(),
        owner: kind.owner.clone(),
        by: kind.by,
        due,
        ends: Some(due.ends_at(facts.zone)),
        statement: None,
        names: kind.names.clone(),
        uses: offer.uses,
        visible_at: Vec::new(),
        kept_when: Some(kind.kept_when().to_owned()),
        grace: kind.grace,
        of_window: false,
        evidence,
        note: making.note.clone(),
    };
    Ok((
        making.incident.clone(),
        EventPayload::Promise(PromiseEvent::PromiseMade(made)),
    ))
}

/// What a promise about an incident covers: the links that it is about now.
fn scope_of(snapshot: &Snapshot, kind: &PromiseKind, incident: Option<&str>) -> Vec<LinkId> {
    let incident = incident.and_then(|id| snapshot.state.incidents.get(id));
    let incident = incident.filter(|_| kind.per == Per::Incident);
    incident.map(|i| i.links_in_scope()).unwrap_or_default()
}

/// What the ledger offers from today's stock, and the events that it rests on.
fn offer_by_hand(
    snapshot: &Snapshot,
    asked: &Asked<'_>,
    facts: &Facts,
) -> Result<(Offer, Vec<u64>), DeskError> {
    let world = snapshot.world()?;
    let grounds = Grounds {
        facts,
        resources: &world.books.workspace.resources,
        evaluator: &snapshot.evaluator,
    };
    let evidence = check_evidence(asked, &grounds).map_err(not_offered)?;
    let (zone, now) = (facts.zone, snapshot.clock.now);
    let left_of = |used: &Use, resource: &Resource, due: When| {
        let (name, day) = (&used.resource, due.local_day(zone));
        let found = count_stock(world, &snapshot.evaluator, now, name, resource, day, None);
        Ok(AmountLeft {
            amount: found.amount_left(),
            is_known: found.is_known,
            path: None,
        })
    };
    let offer = make_offer(asked, &grounds, &left_of).map_err(not_offered)?;
    Ok((offer, evidence))
}

/// The kind that is meant, of an incident that is open.
fn find_kind(snapshot: &Snapshot, making: &Making) -> Result<PromiseKind, DeskError> {
    let incident = making.incident.as_deref();
    let mut kinds = promise_kinds(snapshot, incident)?;
    let name = &making.kind;
    let Some(kind) = kinds.remove(name) else {
        let known: Vec<&str> = kinds.keys().map(String::as_str).collect();
        return Err(Refusal::new(
            format!(
                "there is no kind of promise \"{name}\" here{}",
                suggest_nearest(name, known.iter().copied())
            ),
            format!("known: {}", known.join(", ")),
        )
        .into());
    };
    if let Some(id) = incident
        && snapshot
            .state
            .incidents
            .get(id)
            .is_some_and(|i| !i.is_open())
    {
        return Err(Refusal::new(
            format!("incident {id} is closed"),
            NextStep::DeclareIncident.after("declare a new one: "),
        )
        .into());
    }
    Ok(kind)
}

fn check_subject(
    snapshot: &Snapshot,
    kind: &PromiseKind,
    name: &str,
    making: &Making,
) -> Result<Option<String>, DeskError> {
    let books = snapshot.world()?.books;
    match (kind.per, &making.subject) {
        (Per::Link, Some(id)) | (Per::Region, Some(id)) => {
            crate::domain::admission::names::check_link(books, id)?;
            if kind.per == Per::Region && !books.network.regions.iter().any(|r| r.id == *id) {
                return Err(
                    Refusal::new(format!("{id} is not a region of the network"), "").into(),
                );
            }
            Ok(Some(id.clone()))
        }
        (Per::Case, Some(case)) if !case.trim().is_empty() && case.chars().count() <= 80 => {
            Ok(Some(case.trim().to_owned()))
        }
        (Per::Case, Some(_)) => Err(Refusal::new(
            "the reference of the case is empty or longer than 80 characters",
            "--case REFERENCE",
        )
        .into()),
        (Per::Link, None) => {
            Err(Refusal::new(format!("\"{name}\" is about one link"), "--subject LINK").into())
        }
        (Per::Region, None) => Err(Refusal::new(
            format!("\"{name}\" is about one region"),
            "--subject REGION",
        )
        .into()),
        (Per::Case, None) => Err(Refusal::new(
            format!("\"{name}\" is made for one case"),
            "--case REFERENCE (a ticket, not a name: the record is for ever)",
        )
        .into()),
        (_, Some(_)) => Err(Refusal::new(
            format!("\"{name}\" is about no link, region or case"),
            "leave --subject and --case out",
        )
        .into()),
        (_, None) => Ok(None),
    }
}

fn check_unique(
    snapshot: &Snapshot,
    making: &Making,
    subject: Option<&str>,
) -> Result<(), DeskError> {
    let world = snapshot.world()?;
    let same = |p: &&std::sync::Arc<Promise>| {
        p.made.promise == making.kind
            && p.incident == making.incident
            && p.made.subject.as_deref() == subject
            && p.made.audience == making.audience
    };
    for p in world.state.promises.iter().filter(same) {
        let entry = verdict::judge_promise(world, &snapshot.evaluator, snapshot.clock.now, p);
        if entry.is_owed(world.state) {
            let number = p.made.number;
            return Err(refused(
                format!(
                    "this is promised already: promise {number}, due {}",
                    p.current_due().due
                ),
                vec![NextStep::RevisePromise { number }.after("another due time is a revision: ")],
            ));
        }
    }
    Ok(())
}

/// What may not be promised: wrong use of the command, or refused with what is missing.
fn not_offered(no: NotOffered) -> DeskError {
    let hint = match &no {
        NotOffered::ByStatementOnly { .. } => NextStep::IssueStatement {
            incidents: Vec::new(),
        }
        .into(),
        NotOffered::NoResource { .. } => {
            NextStep::AdoptFiles.after("add it under `resources:`, then: ")
        }
        NotOffered::Broken { .. } => Advice::default(),
        _ => {
            let what = no.refusal_text();
            return refused(what, no.ways_out().iter().map(Advice::from).collect());
        }
    };
    Refusal::new(no.refusal_text(), hint).into()
}
