//! What goes to an outlet for one parcel. It sends nothing.

use std::collections::BTreeMap;

use crate::desk::publishing::components::{COMPONENTS, touched_components};
use crate::desk::statement::verdicts::recent_facts;
use crate::desk::{DeskError, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::lang::Lang;
use crate::domain::base::time::{At, Window};
use crate::domain::config::outlet::{Outlet, OutletKind};
use crate::domain::delivery::deliveries::DeliveryStatus;
use crate::domain::delivery::key;
use crate::domain::ledger::verdict::told_end_of_work;
use crate::domain::record::parcel::Parcel;
use crate::domain::speech::page_status::{Impact, PageStatus, phase_by_clock};
use crate::domain::state::incident::Issued;
use crate::domain::state::told_work::{ToldWork, told_work};
use crate::publish::OutletMessage;

/// SMS parts of a text, else one message.
pub(in crate::desk) fn count_parts(
    snapshot: &Snapshot,
    outlet: &Outlet,
    parcel: &Parcel,
) -> Result<usize, DeskError> {
    if outlet.kind != OutletKind::HttpSms {
        return Ok(1);
    }
    let texts = outlet_texts(snapshot, outlet, parcel)?;
    let whole: Vec<&str> = texts.iter().map(|(_, t)| t.as_str()).collect();
    Ok(crate::render::length::count_sms(&whole.join("\n")).parts)
}

fn outlet_texts(
    snapshot: &Snapshot,
    outlet: &Outlet,
    parcel: &Parcel,
) -> Result<Vec<(Lang, String)>, DeskError> {
    let Some(issued) = snapshot.state.find_statement(parcel.statement) else {
        return Ok(Vec::new());
    };
    let speaks = |l: Lang| match parcel.lang {
        Some(own) => own == l,
        None => outlet.languages.is_empty() || outlet.languages.contains(&l),
    };
    let mut texts: Vec<(Lang, String)> =
        issued.statement.body.texts_for(&parcel.channel, speaks)?;
    let order = snapshot
        .books
        .as_ref()
        .map(|b| b.workspace.languages.clone())
        .unwrap_or_default();
    texts.sort_by_key(|(l, _)| order.iter().position(|o| o == l));
    Ok(texts)
}

/// How far an incident is, as the statement has it, and how bad it is. None for the state of a component.
fn page_words(
    snapshot: &Snapshot,
    issued: &Issued,
    parcel: &Parcel,
    about: &str,
) -> Result<Option<(PageStatus, Impact)>, DeskError> {
    let s = &issued.statement;
    let (Some(incident), false) = (
        snapshot.state.incidents.get(about),
        parcel.channel == COMPONENTS,
    ) else {
        return Ok(None);
    };
    let said = snapshot.state.notices_about(about, &s.audience);
    let until: Vec<_> = said
        .map(|i| &i.statement)
        .filter(|i| i.number <= s.number)
        .collect();
    let world = snapshot.world()?;
    let told = ToldWork {
        until: told_end_of_work(world, about, &s.audience),
        ..told_work(until.iter().copied(), incident)
    };
    let zone = world.books.workspace.zone;
    let phase = phase_by_clock(s, incident, &told, snapshot.clock.now, zone);
    let facts = recent_facts(snapshot, about, &s.audience)?;
    Ok(Some((
        PageStatus::from_statement(s, incident, phase),
        Impact::from_facts(&facts),
    )))
}

/// The component whose state a parcel carries, with that state.
fn component_of(outlet: &Outlet, parcel: &Parcel) -> Vec<(String, String)> {
    let to = parcel.to.as_ref().filter(|_| parcel.channel == COMPONENTS);
    to.and_then(|to| to.split_once('='))
        .and_then(|(link, state)| Some((outlet.components.get(link)?.clone(), state.to_owned())))
        .into_iter()
        .collect()
}

/// From the earliest begin of announced work, or from its window's begin, to its latest end.
pub(in crate::desk) fn bounds_of(window: &Window, zone: chrono_tz::Tz) -> (At, At) {
    let from = window
        .earliest
        .map_or_else(|| window.latest.begins_at(zone), |e| e.begins_at(zone));
    (from, window.latest.ends_at(zone))
}

/// A parcel with all that an envelope may need.
pub(in crate::desk) fn write_message(
    snapshot: &Snapshot,
    name: &str,
    outlet: &Outlet,
    parcel: &Parcel,
    to: &BTreeMap<String, &String>,
) -> Result<OutletMessage, DeskError> {
    let zone = snapshot.world()?.books.workspace.zone;
    let issued = snapshot
        .state
        .find_statement(parcel.statement)
        .ok_or_else(|| Refusal::new(format!("there is no statement {}", parcel.statement), ""))?;
    let s = &issued.statement;
    let one = match &parcel.to {
        Some(id) if s.incidents.contains(id) => Some(id),
        _ => None,
    };
    let about = one.map_or_else(|| s.incidents.clone(), |id| vec![id.clone()]);
    let first = about.first().map(String::as_str).unwrap_or_default();
    let words = page_words(snapshot, issued, parcel, first)?;
    let status = words.map(|(status, _)| match outlet.kind {
        OutletKind::Statuspage => status.foreign_token(),
        _ => status.token(),
    });
    let texts = outlet_texts(snapshot, outlet, parcel)?;
    let mut titles = Vec::new();
    for (lang, _) in &texts {
        titles.extend(s.title_in(*lang)?.map(|title| (*lang, title)));
    }
    let (thread, reference) = match outlet.kind {
        OutletKind::Statuspage => (
            Vec::new(),
            find_page_reference(snapshot, name, first, parcel),
        ),
        _ => find_thread(snapshot, name, issued, parcel),
    };
    let incident = snapshot.state.incidents.get(first);
    Ok(OutletMessage {
        key: parcel.key.clone(),
        statement: s.number,
        previous: s.previous,
        is_shared: about.len() < s.incidents.len(),
        incidents: about.clone(),
        audience: s.audience.clone(),
        channel: parcel.channel.clone(),
        texts,
        titles,
        to: parcel
            .to
            .as_ref()
            .and_then(|t| to.get(t))
            .map(|t| (*t).clone()),
        person: parcel.to.clone(),
        as_of: s.as_of,
        issued_at: issued.at,
        status: status.unwrap_or_default().to_owned(),
        impact: words.map_or_else(String::new, |(_, impact)| impact.to_string()),
        planned: incident
            .and_then(|i| i.planned)
            .map(|w| bounds_of(&w, zone)),
        next_update: s.next_update(),
        thread,
        reference,
        components: component_of(outlet, parcel),
        touched: touched_components(snapshot, outlet, first),
        record: snapshot.state.origin.clone().unwrap_or_default(),
    })
}

/// The outlet's own number of an incident, by whatever text about it arrived there last.
fn find_page_reference(
    snapshot: &Snapshot,
    name: &str,
    incident: &str,
    parcel: &Parcel,
) -> Option<String> {
    let issued = snapshot.state.find_statement(parcel.statement)?;
    let before = snapshot
        .state
        .notices_about(incident, &issued.statement.audience)
        .filter(|o| o.statement.number < parcel.statement);
    before
        .filter_map(|o| {
            let s = &o.statement;
            let to = (s.incidents.len() > 1).then_some(incident);
            let key = key::delivery_key(&s.digest, name, &parcel.channel, parcel.lang, to);
            let delivery = snapshot.state.deliveries.all.get(&key)?;
            match delivery.status_at(snapshot.clock.now) {
                DeliveryStatus::Delivered { reference, .. } => reference,
                _ => None,
            }
        })
        .next()
}

/// The messages before this one to the same, and the outlet's own number of the incident.
fn find_thread(
    snapshot: &Snapshot,
    name: &str,
    issued: &Issued,
    parcel: &Parcel,
) -> (Vec<String>, Option<String>) {
    let s = &issued.statement;
    if s.previous.is_none() {
        return (Vec::new(), None);
    }
    let mut before: Vec<(u32, String, Option<String>)> = Vec::new();
    let first = s.incidents.first().map(String::as_str).unwrap_or_default();
    for earlier in snapshot.state.statements_about(first, &s.audience) {
        let o = &earlier.statement;
        if o.number >= s.number || o.incidents != s.incidents || o.text != s.text {
            continue;
        }
        let (channel, to) = (&parcel.channel, parcel.to.as_deref());
        let key = key::delivery_key(&o.digest, name, channel, parcel.lang, to);
        if let Some(d) = snapshot.state.deliveries.all.get(&key)
            && let DeliveryStatus::Delivered { reference, .. } = d.status_at(snapshot.clock.now)
        {
            before.push((o.number, key, reference));
        }
    }
    before.sort();
    let reference = before.last().and_then(|(_, _, r)| r.clone());
    (
        before.into_iter().map(|(_, key, _)| key).collect(),
        reference,
    )
}
