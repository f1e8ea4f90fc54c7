//! Declaring an incident and changing its playbook. It does not report states of its links by itself.

use chrono_tz::Tz;

use crate::desk::core::playbooks_in_force::{find_playbook_in_force, is_base};
use crate::desk::{DeskError, Entry, Journal, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::link::{LinkId, LinkState, Source};
use crate::domain::base::next_step::NextStep;
use crate::domain::base::time::{At, Moment, Window};
use crate::domain::config::playbook::PlaybookFile;
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::link_event::{LinkEvent, LinkReported};
use crate::domain::record::payload::EventPayload;

/// What `declare` was told.
#[derive(Debug, Clone)]
pub struct Declaration {
    /// The playbook by name.
    pub playbook: String,
    pub title: Option<String>,
    /// When the outage began, where somebody knows.
    pub since: Option<Moment>,
    pub planned: Option<Window>,
    /// The links with what is known of their state.
    pub links: Vec<(LinkId, Option<LinkState>)>,
    pub source: Source,
}

impl Declaration {
    /// A declaration by our own check that names no link yet.
    pub fn new(playbook: &str) -> Declaration {
        Declaration {
            playbook: playbook.to_owned(),
            title: None,
            since: None,
            planned: None,
            links: Vec::new(),
            source: Source::own_check(),
        }
    }
}

/// Declares an incident. Gives its identifier.
///
/// # Errors
/// When something named does not exist, or a time is impossible.
pub fn declare_incident(journal: &mut Journal, d: &Declaration) -> Result<IncidentId, DeskError> {
    journal.record(|snapshot| decide_declaration(snapshot, d))?;
    journal
        .state
        .order
        .last()
        .cloned()
        .ok_or(DeskError::NoIncident)
}

/// The open incident that is about one of these links already, or about a part or the whole of one: one outage is
/// declared once. Announced work is an incident of its own.
pub fn find_same_outage(snapshot: &Snapshot, d: &Declaration) -> Option<IncidentId> {
    let network = &snapshot.books.as_ref()?.network;
    let is_same =
        |a: &LinkId, b: &LinkId| a == b || network.has_leaf(a, b) || network.has_leaf(b, a);
    let is_about = |scope: &[LinkId]| {
        let mut named = d.links.iter().map(|(l, _)| l);
        named.any(|l| scope.iter().any(|s| is_same(s, l)))
    };
    let mut open = snapshot.state.open_incidents();
    let found = open.find(|i| i.planned.is_none() && is_about(&i.links_in_scope()));
    found.filter(|_| d.planned.is_none()).map(|i| i.id.clone())
}

/// Adds what a declaration says to an open incident: its links and what is known of them.
///
/// # Errors
/// When something named does not exist, or a time is impossible.
pub fn join_incident(
    journal: &mut Journal,
    incident: &IncidentId,
    d: &Declaration,
) -> Result<(), DeskError> {
    journal
        .record(|snapshot| {
            let open = snapshot.state.incidents.get(incident);
            let scope = open.map(|i| i.links_in_scope()).unwrap_or_default();
            let named = d.links.iter().map(|(l, _)| l.clone());
            let added: Vec<LinkId> = named.filter(|l| !scope.contains(l)).collect();
            let mut batch: Vec<Entry> = Vec::new();
            if !added.is_empty() {
                let change = IncidentEvent::ScopeChanged {
                    added,
                    removed: Vec::new(),
                };
                batch.push((Some(incident.clone()), EventPayload::Incident(change)));
            }
            for (link, state) in &d.links {
                if let Some(state) = state {
                    let report = report_at_declaration(snapshot, d, link, *state);
                    let report = EventPayload::Link(LinkEvent::LinkReported(report));
                    batch.push((Some(incident.clone()), report));
                }
            }
            Ok(batch)
        })
        .map(|_| ())
}

/// Refuses announced work without a start and an end, or with an end that has passed.
fn check_work(snapshot: &Snapshot, d: &Declaration, file: &PlaybookFile) -> Result<(), DeskError> {
    if file.planned == Some(true) && d.planned.is_none() {
        return Err(Refusal::new(
            format!(
                "{} is for announced work and needs its start and end",
                d.playbook
            ),
            NextStep::DeclareWork,
        )
        .into());
    }
    let zone = snapshot.world()?.books.workspace.zone;
    if let Some(window) = d.planned
        && window.latest.ends_at(zone) <= snapshot.clock.now
    {
        return Err(Refusal::new(
            format!(
                "the work would have ended at {}, which has passed",
                window.latest
            ),
            NextStep::DeclareWork,
        )
        .into());
    }
    check_begun(d, zone, snapshot.clock.now)
}

/// A link that is down as planned is down now: before the work begins, that is nearly always the plan, typed as a report, and
/// customers would read that it is paused already.
fn check_begun(d: &Declaration, zone: Tz, now: At) -> Result<(), DeskError> {
    let begin = d.planned.as_ref().and_then(|window| window.earliest);
    let is_ahead = begin.is_some_and(|begin| begin.begins_at(zone) > now);
    let is_out = |(_, state): &&(LinkId, Option<LinkState>)| *state == Some(LinkState::PlannedDown);
    match d.links.iter().find(is_out).filter(|_| is_ahead) {
        None => Ok(()),
        Some((link, _)) => Err(Refusal::new(
            format!("{link}=planned-down says that it is out now, and the work has not begun"),
            "leave the state out (--link ID); when it is taken out, report it: planned-down",
        )
        .into()),
    }
}

/// The declaration, and a first report on each link whose state is known.
fn decide_declaration(snapshot: &Snapshot, d: &Declaration) -> Result<Vec<Entry>, DeskError> {
    if is_base(&d.playbook) {
        return Err(Refusal::new(
            "\"base\" is what playbooks build on, not a playbook",
            NextStep::ListPlaybooks.after("see: "),
        )
        .into());
    }
    let (digest, base, file) = find_playbook_in_force(snapshot, &d.playbook)?;
    check_work(snapshot, d, &file)?;
    if d.links.is_empty() {
        return Err(Refusal::new(
            "an incident is about at least one link, region or service",
            NextStep::DeclareWithLink {
                playbook: d.playbook.clone(),
            },
        )
        .into());
    }
    let id = next_incident_id(snapshot);
    let mut batch: Vec<Entry> = vec![(
        Some(id.clone()),
        EventPayload::Incident(IncidentEvent::IncidentDeclared {
            playbook: d.playbook.clone(),
            digest,
            base,
            title: d.title.clone(),
            since: d.since,
            scope: d.links.iter().map(|(l, _)| l.clone()).collect(),
            planned: d.planned,
        }),
    )];
    for (link, state) in &d.links {
        if let Some(state) = state {
            let report = report_at_declaration(snapshot, d, link, *state);
            let report = EventPayload::Link(LinkEvent::LinkReported(report));
            batch.push((Some(id.clone()), report));
        }
    }
    Ok(batch)
}

fn report_at_declaration(
    snapshot: &Snapshot,
    d: &Declaration,
    link: &LinkId,
    state: LinkState,
) -> LinkReported {
    let said_at = snapshot.clock.now;
    let mut report = LinkReported::nothing_new(link, &d.source, said_at);
    report.state = Some(state);
    report.since = d.since.filter(|s| s.at <= said_at);
    report
}

fn next_incident_id(snapshot: &Snapshot) -> IncidentId {
    format!("INC-{}", snapshot.state.order.len() + 1)
}

/// Changes an incident's playbook.
///
/// # Errors
/// When there is no such playbook, or the incident is closed.
pub fn change_playbook(
    journal: &mut Journal,
    incident: &str,
    playbook: &str,
) -> Result<(), DeskError> {
    journal
        .record(|snapshot| {
            let (digest, base, file) = find_playbook_in_force(snapshot, playbook)?;
            let incident_now = snapshot.state.incidents.get(incident);
            let is_work = incident_now.is_some_and(|i| i.planned.is_some());
            let change = EventPayload::Incident(IncidentEvent::PlaybookChanged {
                playbook: playbook.to_owned(),
                digest,
                base,
                ends_work: is_work && file.planned != Some(true),
            });
            Ok(vec![(Some(incident.to_owned()), change)])
        })
        .map(|_| ())
}
