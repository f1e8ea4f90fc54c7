//! The ledger's own commands: making a promise by hand, keeping, moving, taking back; and what promises use.

use crate::desk::core::incident_facts::{derive_facts, playbook_of_incident};
use crate::desk::promise::ledger::refused;
use crate::desk::{DeskError, Entry, Journal, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::lang::Lang;
use crate::domain::base::suggest::nearest;
use crate::domain::base::time::When;
use crate::domain::base::value::Value;
use crate::domain::config::promise_kind::{Amount, Per, PromiseKind};
use crate::domain::facts::evaluator::Voice;
use crate::domain::facts::fact::{Facts, Lack};
use crate::domain::facts::reported::without_incident;
use crate::domain::ledger::due::Due;
use crate::domain::ledger::stock::stock;
use crate::domain::ledger::verdict as ledger;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::promise_event::{PromiseEvent, PromiseMade, Reserved};
use crate::domain::state::promise::Promise;
use crate::languages::phrases::Missing;

/// What `promise make` was told.
#[derive(Debug, Clone, Default)]
pub struct Making {
    /// The kind.
    pub kind: String,
    /// The incident; none for a promise that belongs to none.
    pub incident: Option<String>,
    /// The link, region or case that it is about.
    pub subject: Option<String>,
    /// To whom.
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
    let kinds = promise_kinds(snapshot, incident)?;
    let name = &making.kind;
    let Some(kind) = kinds.get(name) else {
        let known: Vec<&str> = kinds.keys().map(String::as_str).collect();
        return Err(Refusal::new(
            format!(
                "there is no kind of promise \"{name}\" here{}",
                nearest(name, known.iter().copied())
            ),
            format!("known: {}", known.join(", ")),
        )
        .into());
    };
    if kind.per == Per::Statement || kind.is_of_window() {
        return Err(Refusal::new(
            format!("\"{name}\" is promised by a statement, not by hand"),
            "saydo statement issue",
        )
        .into());
    }
    if let Some(id) = incident
        && snapshot
            .state
            .incidents
            .get(id)
            .is_some_and(|i| !i.is_open())
    {
        return Err(Refusal::new(
            format!("incident {id} is closed"),
            "declare a new one: saydo declare PLAYBOOK",
        )
        .into());
    }
    if !kind.audiences.is_empty() && !kind.audiences.contains(&making.audience) {
        let who = kind.audiences.join(", ");
        return Err(refused(
            format!("\"{name}\" may be promised to {who} only"),
            vec![Lack::hint(
                "say to whom",
                format!("saydo promise make {name} --audience {}", kind.audiences[0]),
            )],
        ));
    }
    let subject = check_subject(snapshot, kind, name, making)?;
    let it = subject
        .as_deref()
        .filter(|_| matches!(kind.per, Per::Link | Per::Region));
    let facts = match incident {
        Some(id) => derive_facts(snapshot, id, &making.audience)?,
        None => without_incident(snapshot.world()?, &making.audience, snapshot.clock.now)?,
    };
    check_unique(snapshot, making, subject.as_deref())?;
    let evidence = evidence_for(snapshot, kind, name, &facts, it)?;
    let due = match making.due {
        Some(due) => due,
        None => match Due::read(&kind.due, &facts, it, &snapshot.voice) {
            Ok(Due::Fact { due, .. } | Due::Reckoned { due, .. }) => due,
            Err(lack) => {
                let hint = Lack::hint("or say when yourself: --due TIME", "");
                return Err(refused(
                    format!("\"{name}\" has no due time yet"),
                    vec![lack, hint],
                ));
            }
        },
    };
    let zone = facts.zone;
    if due.ends(zone) <= snapshot.clock.now {
        return Err(refused(
            format!("\"{name}\" would be due at {due}, which has passed"),
            Vec::new(),
        ));
    }
    let uses = reserve_stock(snapshot, kind, name, &facts, it, due)?;
    let made = PromiseMade {
        number: snapshot.state.next_promise(),
        promise: name.clone(),
        subject,
        per: Some(kind.per),
        audience: making.audience.clone(),
        owner: kind.owner.clone(),
        by: kind.by,
        due,
        ends: Some(due.ends(zone)),
        statement: None,
        names: kind.names.clone(),
        uses,
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

fn check_subject(
    snapshot: &Snapshot,
    kind: &PromiseKind,
    name: &str,
    making: &Making,
) -> Result<Option<String>, DeskError> {
    let books = snapshot.world()?.books;
    match (kind.per, &making.subject) {
        (Per::Link, Some(id)) | (Per::Region, Some(id)) => {
            crate::domain::admission::names::link(books, id)?;
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
        let entry = ledger::entry(world, &snapshot.voice, snapshot.clock.now, p);
        if entry.is_owed(world.state) {
            let n = p.made.number;
            return Err(refused(
                format!("this is promised already: promise {n}, due {}", p.due().due),
                vec![Lack::hint(
                    "another due time is a revision",
                    format!("saydo promise revise {n} --due TIME --because TEXT"),
                )],
            ));
        }
    }
    Ok(())
}

/// The events that the evidence rests on.
fn evidence_for(
    snapshot: &Snapshot,
    kind: &PromiseKind,
    name: &str,
    facts: &Facts,
    it: Option<&str>,
) -> Result<Vec<u64>, DeskError> {
    let resources = &snapshot.world()?.books.workspace.resources;
    let conditions = kind
        .uses
        .iter()
        .filter_map(|u| resources.get(&u.resource))
        .flat_map(|r| &r.conditions);
    let mut events: Vec<u64> = Vec::new();
    for need in kind.needs.iter().chain(conditions) {
        let tested = snapshot
            .voice
            .test(need, facts, it)
            .map_err(|e| Refusal::new(format!("promise \"{name}\", `{need}`: {e}"), ""))?;
        match tested.truth {
            Some(true) => {
                let read = tested.reads.iter().filter_map(|p| facts.known(p));
                events.extend(read.flat_map(|f| f.events.clone()));
            }
            Some(false) => {
                let known = tested.reads.iter().filter_map(|p| facts.known(p));
                let mut lacks: Vec<Lack> = known.flat_map(|f| f.lacks.clone()).collect();
                if lacks.is_empty() {
                    let read: Vec<&str> = tested.reads.iter().map(String::as_str).collect();
                    lacks.push(Lack::hint(
                        format!("what the record says of {}", read.join(", ")),
                        "saydo fact list",
                    ));
                }
                return Err(refused(
                    format!("\"{name}\" may not be promised now: `{need}` does not hold"),
                    lacks,
                ));
            }
            None => {
                let lacks = tested.missing.iter().map(|p| facts.lack(p)).collect();
                return Err(refused(
                    format!(
                        "\"{name}\" may not be promised now: it cannot be told whether `{need}`"
                    ),
                    lacks,
                ));
            }
        }
    }
    events.sort_unstable();
    events.dedup();
    Ok(events)
}

/// What cannot be reserved cannot be promised.
fn reserve_stock(
    snapshot: &Snapshot,
    kind: &PromiseKind,
    name: &str,
    facts: &Facts,
    it: Option<&str>,
    due: When,
) -> Result<Vec<Reserved>, DeskError> {
    let world = snapshot.world()?;
    let zone = world.books.workspace.zone;
    let mut uses = Vec::new();
    for used in &kind.uses {
        let Some(resource) = world.books.workspace.resources.get(&used.resource) else {
            return Err(Refusal::new(
                format!("saydo.yaml has no resource \"{}\"", used.resource),
                "add it under `resources:`, then: saydo adopt",
            )
            .into());
        };
        if let (Some(region), Some(subject), Per::Region) = (&resource.region, it, kind.per)
            && region != subject
        {
            return Err(refused(
                format!("{} is there for {region} only", used.resource),
                Vec::new(),
            ));
        }
        let amount = match &used.amount {
            Amount::Number(n) => *n,
            Amount::Fact(path) => {
                let path = crate::domain::facts::catalogue::resolve(path, it);
                match facts.value(&path) {
                    Some(Value::Count(n)) => *n,
                    _ => {
                        return Err(refused(
                            format!("\"{name}\": how many are needed is not known"),
                            vec![facts.lack(&path)],
                        ));
                    }
                }
            }
        };
        let found = stock(
            world,
            &snapshot.voice,
            snapshot.clock.now,
            &used.resource,
            resource,
            due.day(zone),
            None,
        );
        if amount > found.left() {
            let short = amount - found.left();
            let en = resource.names.any(Lang::USUAL);
            let what = if found.is_known {
                format!("{amount} {en} needed, {} left", found.left())
            } else {
                format!("nobody has recorded how many {en} there are")
            };
            let verb = if found.is_known {
                format!("add {} {short}", used.resource)
            } else {
                format!("set {} N", used.resource)
            };
            let by = &resource.raised_by;
            return Err(refused(
                format!("\"{name}\" cannot be promised: {what}"),
                vec![Lack::of(
                    Missing::StockRaisedBy,
                    &[("role", by)],
                    format!("saydo resource {verb} --because TEXT"),
                )],
            ));
        }
        uses.push(Reserved {
            resource: used.resource.clone(),
            amount,
        });
    }
    Ok(uses)
}
