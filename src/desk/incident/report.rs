//! Recording what somebody said of links and facts. It does not decide what may be said because of it.

use crate::check::playbook::values::ValueReader;
use crate::desk::core::incident_facts::{derive_facts, playbook_of_incident};
use crate::desk::{DeskError, Entry, Journal, Snapshot};
use crate::domain::admission::earlier_window::check_earlier_window;
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::link::{LinkId, LinkState, Source};
use crate::domain::base::next_step::{NextStep, ReportWanted};
use crate::domain::base::time::At;
use crate::domain::base::value::Value;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::world::World;
use crate::domain::network::authority::{Word, may_set, sources_that_set};
use crate::domain::network::health::Condition;
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::link_event::{LinkEvent, LinkReported};
use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::RecordEvent;

/// The open incident that a report about a link belongs to: the one whose scope has it, or its whole.
pub fn find_incident_of(snapshot: &Snapshot, link: &str) -> Option<String> {
    let network = &snapshot.books.as_ref()?.network;
    let has = |scope: &[LinkId]| {
        scope
            .iter()
            .any(|s| s == link || network.leaf_parts(s).iter().any(|l| l == link))
    };
    let mut open = snapshot
        .state
        .open_incidents()
        .filter(|i| has(&i.links_in_scope()));
    match (open.next(), open.next()) {
        (Some(only), None) => Some(only.id.clone()),
        _ => None,
    }
}

/// Records reports, all or none. With `rest_up`, every other link of the groups that nobody has
/// reported on is recorded as up.
///
/// # Errors
/// When one of them may not be recorded.
pub fn report_links(
    journal: &mut Journal,
    reports: &[LinkReported],
    rest_up: bool,
) -> Result<Vec<u64>, DeskError> {
    journal.record(|snapshot| {
        let mut all: Vec<LinkReported> = reports.to_vec();
        if rest_up {
            all.extend(reports_of_rest(snapshot, reports)?);
        }
        for report in reports {
            check_earlier_window(snapshot.world()?, report).map_err(|weaker| {
                DeskError::NotBacked {
                    what: weaker.what,
                    hints: vec![weaker.hint],
                }
            })?;
        }
        if all.is_empty() {
            return Err(
                Refusal::new("nothing to record", "name links and what is known of them").into(),
            );
        }
        let entries: Vec<Entry> = all
            .into_iter()
            .map(|r| {
                (
                    find_incident_of(snapshot, &r.link),
                    EventPayload::Link(LinkEvent::LinkReported(r)),
                )
            })
            .collect();
        Ok(entries)
    })
}

/// Links of the same groups that are not named and have no report: their baseline.
fn reports_of_rest(
    snapshot: &Snapshot,
    reports: &[LinkReported],
) -> Result<Vec<LinkReported>, DeskError> {
    let world = snapshot.world()?;
    let network = &world.books.network;
    let Some(first) = reports.first() else {
        return Ok(Vec::new());
    };
    let named = |id: &str| {
        reports
            .iter()
            .any(|r| r.link == id || network.leaf_parts(id).contains(&r.link))
    };
    let groups: Vec<_> = network
        .groups
        .iter()
        .filter(|g| g.links.iter().any(|l| named(l)))
        .collect();
    let ids: Vec<&LinkId> = if groups.is_empty() {
        network
            .links
            .iter()
            .map(|l| &l.id)
            .filter(|id| network.parent_of(id).is_none())
            .collect()
    } else {
        groups.iter().flat_map(|g| &g.links).collect()
    };
    let condition = crate::domain::network::health::Condition::of_network(network, world.state);
    Ok(ids
        .into_iter()
        .filter(|id| !named(id))
        .filter(|id| {
            matches!(
                condition.link_state(id),
                LinkState::Unreported | LinkState::Up
            )
        })
        .map(|id| LinkReported {
            state: Some(LinkState::Up),
            ..LinkReported::nothing_new(id, &first.source, first.said_at)
        })
        .collect())
}

/// The links that are named, or all that have a report.
fn links_to_reconfirm(world: World<'_>, links: &[LinkId]) -> Result<Vec<LinkId>, DeskError> {
    Ok(if links.is_empty() {
        let network = &world.books.network;
        network
            .all_ids()
            .filter(|id| !world.state.reports_on(id).is_empty())
            .map(str::to_owned)
            .collect()
    } else {
        for id in links {
            crate::domain::admission::names::check_link(world.books, id)?;
            if world.state.reports_on(id).is_empty() {
                return Err(Refusal::new(
                    format!("nobody has reported on {id}; there is nothing to confirm"),
                    NextStep::Report {
                        links: id.clone(),
                        what: ReportWanted::State,
                    },
                )
                .into());
            }
        }
        links.to_vec()
    })
}

/// The noted facts of open incidents that this source may say, by incident; none when links are named.
fn facts_to_reconfirm(
    world: World<'_>,
    links: &[LinkId],
    source: &Source,
) -> Vec<(String, Vec<String>)> {
    let mut facts: Vec<(String, Vec<String>)> = Vec::new();
    if links.is_empty() {
        for incident in world.state.open_incidents() {
            let playbook = world.books.playbook_of(incident);
            let may_say = |name: &String| {
                let declared = playbook.as_ref().and_then(|p| p.file.facts.get(name));
                declared.is_some_and(|d| d.may_come_from(source.kind))
            };
            let names: Vec<String> = incident
                .noted
                .iter()
                .filter(|(name, _)| may_say(name))
                .filter(|(_, n)| {
                    n.iter()
                        .rev()
                        .find(|n| !n.again)
                        .is_some_and(|n| n.value.is_some())
                })
                .map(|(name, _)| name.clone())
                .collect();
            if !names.is_empty() {
                facts.push((incident.id.clone(), names));
            }
        }
    }
    facts
}

/// Confirms again what stands: the named links, or all with a report in the scope of open incidents
/// and their groups, and noted facts. Gives the links and facts confirmed.
///
/// # Errors
/// When a link does not exist, or there is nothing to confirm.
pub fn reconfirm_links(
    journal: &mut Journal,
    links: &[LinkId],
    source: &Source,
    said_at: At,
) -> Result<(Vec<LinkId>, Vec<String>), DeskError> {
    let world = journal.world()?;
    let chosen = links_to_reconfirm(world, links)?;
    let facts = facts_to_reconfirm(world, links, source);
    if chosen.is_empty() && facts.is_empty() {
        return Err(Refusal::new("nothing has been reported yet", NextStep::ReportLink).into());
    }
    let again = |links: Vec<LinkId>, facts: Vec<String>| {
        EventPayload::Link(LinkEvent::Reconfirmed {
            links,
            facts,
            source: source.clone(),
            said_at,
        })
    };
    let mut batch: Vec<Entry> = Vec::new();
    if !chosen.is_empty() {
        let incident = chosen.first().and_then(|l| find_incident_of(journal, l));
        batch.push((incident, again(chosen.clone(), Vec::new())));
    }
    for (incident, names) in &facts {
        batch.push((Some(incident.clone()), again(Vec::new(), names.clone())));
    }
    journal.record(|_| Ok(batch.clone()))?;
    Ok((
        chosen,
        facts.into_iter().flat_map(|(_, names)| names).collect(),
    ))
}

/// Notes a fact that the playbook declares.
///
/// # Errors
/// When the playbook does not declare it, or the value does not fit.
pub fn note_fact(
    journal: &mut Journal,
    incident: &str,
    name: &str,
    value: Option<Value>,
    source: Source,
    said_at: At,
) -> Result<(), DeskError> {
    if let Some(Value::Phrase(texts)) = &value {
        check_phrase(journal, incident, name, texts)?;
    }
    check_all_clear(journal, incident, name, value.as_ref(), &source)?;
    check_to_come(journal, incident, name, value.as_ref())?;
    let spoken = (&source, said_at);
    let implied = implied_report(journal, incident, name, value.as_ref(), spoken)?;
    let about = journal.state.incidents.get(incident);
    let noted = EventPayload::Incident(IncidentEvent::FactNoted {
        name: name.to_owned(),
        value,
        source,
        said_at,
        scope: about.map(|i| i.links_in_scope()).unwrap_or_default(),
    });
    journal
        .record(|_| {
            let mut batch = vec![(Some(incident.to_owned()), noted.clone())];
            batch.extend(implied.clone());
            Ok(batch)
        })
        .map(|_| ())
}

/// The report that goes with a noted value: a site that runs on nothing is down. It is about the one link in scope that
/// is not known to be so.
fn implied_report(
    snapshot: &Snapshot,
    incident: &str,
    name: &str,
    value: Option<&Value>,
    (source, said_at): (&Source, At),
) -> Result<Option<Entry>, DeskError> {
    let playbook = playbook_of_incident(snapshot, incident)?;
    let declared = playbook.file.facts.get(name);
    let state = match (declared, value) {
        (Some(declared), Some(Value::State(word))) => declared.implies.get(word),
        _ => None,
    };
    let (Some(state), Some(about)) = (state, snapshot.state.incidents.get(incident)) else {
        return Ok(None);
    };
    let condition = Condition::of_network(&snapshot.world()?.books.network, &snapshot.state);
    let scope = about.links_in_scope();
    let is_so = |l: &LinkId| condition.link_state(l) == *state;
    let is_up = |l: &LinkId| condition.link_state(l) == LinkState::Up;
    let mut links: Vec<&LinkId> = scope.iter().filter(|l| !is_so(l)).collect();
    if links.iter().any(|l| !is_up(l)) {
        links.retain(|l| !is_up(l));
    }
    if scope.iter().any(is_so) || links.is_empty() {
        return Ok(None);
    }
    let [link] = links[..] else {
        let all: Vec<&str> = links.iter().map(|l| l.as_str()).collect();
        return Err(Refusal::new(
            format!(
                "with {name} so, one of {} is {state}, and it is not clear which",
                all.join(", ")
            ),
            NextStep::ReportLink.after("report that first: "),
        )
        .into());
    };
    let mut report = LinkReported::nothing_new(link, source, said_at);
    report.state = Some(*state);
    let report = EventPayload::Link(LinkEvent::LinkReported(report));
    Ok(Some((Some(incident.to_owned()), report)))
}

/// A time to come that stands, as the new date of work, has not passed when it is noted.
fn check_to_come(
    snapshot: &Snapshot,
    incident: &str,
    name: &str,
    value: Option<&Value>,
) -> Result<(), DeskError> {
    let playbook = playbook_of_incident(snapshot, incident)?;
    let zone = snapshot.world()?.books.workspace.zone;
    let declared = playbook.file.facts.get(name);
    let is_to_come = declared.is_some_and(|d| d.stands && !d.measured);
    match value {
        Some(Value::Window(window))
            if is_to_come && window.latest.ends_at(zone) <= snapshot.clock.now =>
        {
            let what = format!("{name} would end at {}, which has passed", window.latest);
            Err(Refusal::new(what, NextStep::ListFacts.after("see: ")).into())
        }
        _ => Ok(()),
    }
}

/// While people are in danger, only those who can see that it is over may change what says so.
fn check_all_clear(
    snapshot: &Snapshot,
    incident: &str,
    name: &str,
    value: Option<&Value>,
    source: &Source,
) -> Result<(), DeskError> {
    let playbook = playbook_of_incident(snapshot, incident)?;
    let Some(danger) = playbook.file.safety.as_ref() else {
        return Ok(());
    };
    if may_set(source.kind, Word::AllClear) || !playbook.safety_facts().contains(name) {
        return Ok(());
    }
    let workspace = &snapshot.world()?.books.workspace;
    let Some(audience) = workspace.audiences.keys().next() else {
        return Ok(());
    };
    let facts = derive_facts(snapshot, incident, audience)?;
    let tested = snapshot.evaluator.test_condition(danger, &facts, None);
    let is_danger = tested.is_ok_and(|t| t.truth == Some(true));
    if !is_danger || facts.value(name) == value {
        return Ok(());
    }
    let allowed = sources_that_set(Word::AllClear).iter().map(|s| s.token());
    let allowed: Vec<&str> = allowed.collect();
    Err(Refusal::new(
        format!(
            "{} may not say that people are in danger no more",
            source.kind
        ),
        format!("allowed: --source {}", allowed.join(" or ")),
    )
    .into())
}

/// A phrase that somebody typed is read like a line of its own; one of a catalogue was read when it was adopted.
fn check_phrase(
    snapshot: &Snapshot,
    incident: &str,
    name: &str,
    texts: &Texts,
) -> Result<(), DeskError> {
    let world = snapshot.world()?;
    let open = world.state.incidents.get(incident);
    let playbook = open.and_then(|i| world.books.playbook_of(i));
    let declared = playbook.as_ref().and_then(|p| p.file.facts.get(name));
    let catalogue = declared.and_then(|d| d.catalogue.as_deref());
    if let Some(catalogue) = catalogue {
        let list = world.books.workspace.find_catalogue(catalogue);
        if list.is_some_and(|l| l.values().any(|t| t == texts)) {
            return Ok(());
        }
        return Err(Refusal::new(
            format!("{name} is given by a key of the catalogue `{catalogue}`, not in words"),
            NextStep::AdoptFiles.after("add the words there with a text per language, then: "),
        )
        .into());
    }
    let reader = ValueReader::new();
    let mut all = texts.iter();
    let why = all.find_map(|(_, text)| {
        Lang::ALL
            .iter()
            .find_map(|l| reader.objection_to_value(text, *l))
    });
    match why {
        None => Ok(()),
        Some(why) => Err(Refusal::new(
            format!("{name}: {why}, and nothing on record backs it"),
            "say what is so now in plain words; what is promised or restored has commands of its own",
        )
        .into()),
    }
}

/// Keeps a note.
///
/// # Errors
/// When it is too long or has control characters.
pub fn take_note(
    journal: &mut Journal,
    incident: Option<&str>,
    text: &str,
) -> Result<u64, DeskError> {
    let note = EventPayload::Incident(IncidentEvent::NoteTaken {
        text: text.to_owned(),
    });
    let seqs = journal.record(|_| Ok(vec![(incident.map(str::to_owned), note.clone())]))?;
    Ok(seqs.first().copied().unwrap_or_default())
}

/// Takes a wrong entry back.
///
/// # Errors
/// When there is no such entry or it cannot be taken back.
pub fn retract_entry(journal: &mut Journal, seq: u64, because: &str) -> Result<(), DeskError> {
    let incident = journal.event(seq)?.and_then(|e| e.incident);
    let retracted = EventPayload::Record(RecordEvent::Retracted {
        seq,
        because: because.to_owned(),
    });
    journal
        .record(|_| Ok(vec![(incident.clone(), retracted.clone())]))
        .map(|_| ())
}

/// Changes an incident's scope.
///
/// # Errors
/// When a link does not exist or is not in it.
pub fn change_scope(
    journal: &mut Journal,
    incident: &str,
    added: &[LinkId],
    removed: &[LinkId],
) -> Result<(), DeskError> {
    let change = EventPayload::Incident(IncidentEvent::ScopeChanged {
        added: added.to_vec(),
        removed: removed.to_vec(),
    });
    journal
        .record(|_| Ok(vec![(Some(incident.to_owned()), change.clone())]))
        .map(|_| ())
}
