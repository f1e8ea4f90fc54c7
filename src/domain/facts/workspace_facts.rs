//! Facts about the house: organisation, contacts, channels. Knows no incident.

use crate::domain::base::lang::Texts;
use crate::domain::base::link::{LinkId, LinkState};
use crate::domain::base::next_step::{NextStep, ReportWanted};
use crate::domain::base::terms;
use crate::domain::base::time::{Moment, Window};
use crate::domain::base::value::Value;
use crate::domain::config::workspace::Contact;
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::facts::groups::touched_riders;
use crate::domain::facts::missing::MissingFact;
use crate::domain::facts::subject::IncidentSubject;
use crate::languages::phrases::Missing;

/// What the workspace, the clock and the declaration say.
pub(crate) fn derive_workspace_facts(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    let workspace = &ground.world.books.workspace;
    let now = Value::Instant(Moment::exact(ground.as_of));
    facts.insert_fact("as_of", Fact::without_source(now), None);
    let name = Value::Phrase(workspace.organisation.names.clone());
    facts.insert_fact("org", Fact::without_source(name), None);
    if !workspace.zone_names.is_empty() {
        let zone = Value::Phrase(workspace.zone_names.clone());
        facts.insert_fact("zone", Fact::without_source(zone), None);
    }
    for (name, contact) in &workspace.contacts {
        insert_contact(ground, facts, name, contact);
    }
    insert_declaration(ground, facts);
    if let Some(planned) = ground.incident.planned {
        insert_planned(ground, facts, planned);
    }
}

fn insert_contact(ground: &IncidentSubject<'_>, facts: &mut Facts, name: &str, contact: &Contact) {
    let path = format!("contacts.{name}");
    let link = contact.link.as_deref();
    let carrier = link.map(|l| (l, ground.condition.link_health(l)));
    // Nobody has to report a hotline up before it may be named; one bad word is enough not to.
    if let Some((link, whole)) = carrier.as_ref().filter(|(_, whole)| whole.state.is_bad()) {
        let state = whole.state.token();
        let lack = MissingFact::from_texts(
            Texts::build_per_lang(|lang| {
                let state = terms::words_for_state(state, lang);
                let words = lang.shipped_words();
                words.fill_phrase(Missing::ContactLink, &[("link", &link), ("state", &state)])
            }),
            NextStep::Report {
                links: (*link).to_owned(),
                what: ReportWanted::Up,
            },
        );
        return facts.insert_missing(path, lack);
    }
    let events = carrier.map(|(_, whole)| whole.events).unwrap_or_default();
    let spoken = if contact.spoken.is_empty() {
        &contact.text
    } else {
        &contact.spoken
    };
    let fact = |texts: &Texts| Fact::from_events(Value::Phrase(texts.clone()), &events);
    facts.insert_fact(path.clone(), fact(&contact.text), None);
    facts.insert_fact(format!("{path}.spoken"), fact(spoken), None);
}

fn insert_declaration(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    let (incident, events) = (ground.incident, [ground.incident.seq]);
    facts.insert_fact("since", began_at(ground), None);
    let declared = Value::Instant(Moment::exact(incident.declared_at));
    let declared = Fact::from_events(declared, &events);
    facts.insert_fact("declared_at", declared, None);
}

/// When it began: as declared, of those that were handed over to it the earliest, else as somebody said of a link, or of
/// what rides on it, since, else about when it was declared.
fn began_at(ground: &IncidentSubject<'_>) -> Fact {
    let incident = ground.incident;
    let all = ground.world.state.with_handed_over(incident);
    let handed_over = all.iter().filter_map(|i| i.closed.as_ref());
    let declared: Vec<u64> = all.iter().map(|i| i.seq).collect();
    let declared = [declared, handed_over.map(|c| c.seq).collect()].concat();
    let links = links_and_riders(ground);
    let troubles = links
        .iter()
        .filter_map(|l| ground.condition.reported_link(l)?.trouble.as_ref());
    let said = troubles
        .filter(|(since, _)| !since.about)
        .min_by_key(|(since, _)| since.at);
    let given = all.iter().filter_map(|i| i.since).min_by_key(|s| s.at);
    // A word from later that it began earlier counts.
    let earlier = given.and_then(|given| earlier_start(ground, &links, given));
    if let Some((since, seq)) = earlier {
        let events = [declared, vec![seq]].concat();
        return Fact::from_events(Value::Instant(since), &events);
    }
    match (given, said) {
        (Some(since), _) => Fact::from_events(Value::Instant(since), &declared),
        (None, Some((since, reports))) => {
            let events = [declared, reports.clone()].concat();
            Fact::from_events(Value::Instant(*since), &events)
        }
        (None, None) => {
            let first = first_trouble(ground, &links);
            let earliest = all.iter().map(|i| i.declared_at).min();
            let declared_at = Moment {
                at: earliest.unwrap_or(incident.declared_at),
                about: true,
            };
            let began = first.map_or(declared_at, |(since, _)| since);
            let first = first.map(|(_, seq)| seq).into_iter();
            let events: Vec<u64> = first.chain(declared).collect();
            Fact::from_events(Value::Instant(began), &events)
        }
    }
}

/// A beginning before the given one that a report on trouble names.
fn earlier_start(
    ground: &IncidentSubject<'_>,
    links: &[LinkId],
    given: Moment,
) -> Option<(Moment, u64)> {
    let first = first_trouble(ground, links)?;
    (!first.0.about && first.0.at < given.at).then_some(first)
}

/// The links in scope with their parts, and the regions and services that ride on them.
fn links_and_riders(ground: &IncidentSubject<'_>) -> Vec<LinkId> {
    let mut all = ground.links_with_parts();
    for id in touched_riders(ground) {
        if !all.contains(id) {
            all.push(id.clone());
        }
    }
    all
}

/// When something of the incident was first said to be out: declared before, it had not begun; what we stop on purpose is no
/// outage.
fn first_trouble(ground: &IncidentSubject<'_>, links: &[LinkId]) -> Option<(Moment, u64)> {
    let declared = ground.first_declared;
    let reports = links.iter().flat_map(|l| ground.world.state.reports_on(l));
    let since = reports.filter(|r| r.seq >= declared);
    let bad = since.filter(|r| {
        let state = r.said.state.filter(|s| s.is_bad());
        state.is_some_and(|s| s != LinkState::PlannedDown)
    });
    let began = bad.map(|r| {
        let seen = Moment {
            at: r.said.said_at,
            about: true,
        };
        (r.said.since.unwrap_or(seen), r.seq)
    });
    began.min_by_key(|(since, seq)| (since.at, *seq))
}

fn insert_planned(ground: &IncidentSubject<'_>, facts: &mut Facts, planned: Window) {
    let (zone, events) = (ground.zone(), [ground.incident.seq]);
    let window = Fact::from_events(Value::Window(planned), &events);
    facts.insert_fact("planned", window, None);
    let start = planned.earliest.map(|e| e.begins_at(zone));
    let ends = [
        ("planned_start", start),
        ("planned_end", Some(planned.latest.ends_at(zone))),
    ];
    for (path, at) in ends {
        let Some(at) = at else { continue };
        let moment = Value::Instant(Moment::exact(at));
        facts.insert_fact(path, Fact::from_events(moment, &events), None);
    }
}
