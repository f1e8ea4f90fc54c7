//! Facts about groups of links, their capacity, and the regions and services that ride on links. Topology alone never
//! says that a region is affected.

use crate::domain::base::decimal::{Decimal, Share};
use crate::domain::base::link::{LinkId, LinkState};
use crate::domain::base::next_step::{NextStep, ReportWanted};
use crate::domain::base::time::At;
use crate::domain::base::value::{Named, Value};
use crate::domain::config::audience::Disclosure;
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::facts::missing::MissingFact;
use crate::domain::facts::subject::IncidentSubject;
use crate::domain::network::entries::{Effect, Group, Rider};
use crate::languages::phrases::Missing;

pub(crate) fn derive_groups(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    let network = &ground.world.books.network;
    for group in &network.groups {
        derive_group(ground, facts, group, &format!("groups.{}", group.id));
    }
    // `group` is the one that the scope belongs to; with several or none the word would be ambiguous.
    let touched: Vec<&Group> = network
        .groups
        .iter()
        .filter(|g| ground.scope.iter().any(|l| is_of_group(ground, g, l)))
        .collect();
    if let [only] = touched.as_slice() {
        derive_group(ground, facts, only, "group");
    }
    insert_riders(ground, facts, "regions", &network.regions);
    insert_riders(ground, facts, "services", &network.services);
}

fn is_of_group(ground: &IncidentSubject<'_>, group: &Group, link: &str) -> bool {
    let network = &ground.world.books.network;
    group
        .links
        .iter()
        .any(|l| l == link || network.has_leaf(l, link) || network.has_leaf(link, l))
}

fn derive_group(ground: &IncidentSubject<'_>, facts: &mut Facts, group: &Group, path: &str) {
    let network = &ground.world.books.network;
    let base = ground.incident_events();
    let at = |name: &str| format!("{path}.{name}");
    let mut names = network.names_of(&group.id);
    names.extend(&group.names);
    facts.insert_fact(
        at("name"),
        Fact::without_source(Value::Link(Named {
            id: group.id.clone(),
            names,
        })),
        None,
    );
    facts.insert_fact(
        at("total"),
        Fact::from_events(Value::Count(group.links.len() as u64), &base),
        None,
    );
    let out: Vec<&LinkId> = group
        .links
        .iter()
        .filter(|l| {
            matches!(
                ground.condition.link_state(l),
                LinkState::Down | LinkState::PlannedDown
            )
        })
        .collect();
    let mut events = base.clone();
    events.extend(
        out.iter()
            .flat_map(|l| ground.condition.link_health(l).events),
    );
    let list = Value::List(out.iter().map(|l| ground.named_link(l)).collect());
    facts.insert_fact(at("down"), Fact::from_events(list, &events), None);
    facts.insert_fact(
        at("down_count"),
        Fact::from_events(Value::Count(out.len() as u64), &events),
        None,
    );
    insert_working(ground, facts, group, &at("working"));
    insert_capacity(ground, facts, group, path);
}

/// How many work: needs a fresh report for every one.
fn insert_working(ground: &IncidentSubject<'_>, facts: &mut Facts, group: &Group, path: &str) {
    let silent: Vec<&str> = group
        .links
        .iter()
        .filter(|l| ground.condition.link_state(l) == LinkState::Unreported)
        .map(String::as_str)
        .collect();
    if !silent.is_empty() {
        return facts.insert_missing(path, missing_baseline(&silent));
    }
    let mut events = ground.incident_events();
    let mut oldest: Option<At> = None;
    let mut count = 0;
    for link in &group.links {
        let whole = ground.condition.link_health(link);
        events.extend(&whole.events);
        if whole.state == LinkState::Up {
            count += 1;
            oldest = earlier_of(oldest, whole.confirmed_at);
        }
    }
    let fact = Fact {
        fresh_until: oldest.map(|t| t + ground.limit_up().to_duration()),
        ..Fact::from_events(Value::Count(count), &events)
    };
    let confirm = MissingFact::from_phrase(Missing::ConfirmUp, &[], NextStep::ConfirmAgain);
    facts.insert_fact(path, fact, Some(confirm));
}

fn missing_baseline(silent: &[&str]) -> MissingFact {
    let names = silent.join(", ");
    MissingFact::from_phrase(
        Missing::LinkUnreported,
        &[("link", &names)],
        NextStep::Report {
            links: silent.join(" "),
            what: ReportWanted::UpByAnybody,
        },
    )
}

/// What is lost rests on reports of trouble alone; what is left needs a report for every link.
fn insert_capacity(ground: &IncidentSubject<'_>, facts: &mut Facts, group: &Group, path: &str) {
    let at = |name: &str| format!("{path}.{name}");
    let counted = total_capacity(ground, group)
        .and_then(|total| Ok((total, lost_capacity(ground, facts, group)?)));
    let (total, lost) = match counted {
        Ok(counted) => counted,
        Err(lack) => {
            facts.insert_missing(at("capacity_lost"), lack.clone());
            return facts.insert_missing(at("capacity_left"), lack);
        }
    };
    let Some(share) = Share::of_total(lost.capacity, total) else {
        return;
    };
    let fact = Fact {
        fresh_until: lost
            .confirmed_at
            .map(|t| t + ground.limit_share().to_duration()),
        disclosure: ground.disclosure_of("capacity", Disclosure::Staff),
        ..Fact::from_events(Value::Share(share), &lost.events)
    };
    let confirm = MissingFact::from_phrase(Missing::ConfirmCapacity, &[], NextStep::ConfirmAgain);
    facts.insert_fact(at("capacity_lost"), fact, Some(confirm));
    insert_capacity_left(ground, facts, group, path, (total, lost.capacity));
}

fn total_capacity(ground: &IncidentSubject<'_>, group: &Group) -> Result<Decimal, MissingFact> {
    let mut total = Decimal::default();
    for link in &group.links {
        let Some(capacity) = capacity_of(ground, link) else {
            return Err(MissingFact::from_phrase(
                Missing::NoCapacity,
                &[("link", &link)],
                NextStep::AdoptFile {
                    file: "network.yaml".into(),
                },
            ));
        };
        total = total.saturating_add(capacity);
    }
    Ok(total)
}

fn capacity_of(ground: &IncidentSubject<'_>, link: &str) -> Option<Decimal> {
    ground.world.books.network.find_link(link)?.capacity
}

/// The capacity that links in trouble have lost, and the oldest confirmation behind it.
struct Lost {
    capacity: Decimal,
    events: Vec<u64>,
    confirmed_at: Option<At>,
}

fn lost_capacity(
    ground: &IncidentSubject<'_>,
    facts: &Facts,
    group: &Group,
) -> Result<Lost, MissingFact> {
    let network = &ground.world.books.network;
    let (mut lost, mut events) = (0i128, ground.incident_events());
    let mut oldest: Option<At> = None;
    for link in &group.links {
        let state = ground.condition.link_state(link);
        if !state.is_bad() || state == LinkState::AtRisk {
            continue;
        }
        let Some((share, seqs, confirmed)) = ground.condition.capacity_left(network, link) else {
            return Err(facts.missing_at(&format!("links.{link}.capacity_left")));
        };
        let capacity = capacity_of(ground, link).unwrap_or_default();
        lost += i128::from(capacity.thousandths()) * i128::from(share.remaining_share().permille());
        events.extend(seqs);
        oldest = earlier_of(oldest, confirmed);
    }
    let thousandths = i64::try_from(lost / 1000).unwrap_or(i64::MAX);
    Ok(Lost {
        capacity: Decimal::from_thousandths(thousandths),
        events,
        confirmed_at: oldest,
    })
}

fn earlier_of(a: Option<At>, b: Option<At>) -> Option<At> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

fn insert_capacity_left(
    ground: &IncidentSubject<'_>,
    facts: &mut Facts,
    group: &Group,
    path: &str,
    (total, lost): (Decimal, Decimal),
) {
    let at = |name: &str| format!("{path}.{name}");
    let usual = ground.disclosure_of("capacity", Disclosure::Staff);
    let working = facts.entry(&at("working")).cloned();
    let Some(crate::domain::facts::fact::FactEntry::Known(known)) = working else {
        let lack = facts.missing_at(&at("working"));
        facts.insert_missing(at("capacity_left"), lack);
        return;
    };
    let left = Decimal::from_thousandths(total.thousandths() - lost.thousandths());
    let make = |value: Value| Fact {
        value,
        disclosure: usual,
        ..known.clone()
    };
    if let Some(share) = Share::of_total(left, total) {
        facts.insert_fact(at("capacity_left"), make(Value::Share(share)), None);
    }
    facts.insert_fact(at("gbps_left"), make(Value::Decimal(left)), None);
    if let Some(peak) = group.peak_demand {
        facts.insert_fact(
            at("gbps_peak"),
            Fact::without_source(Value::Decimal(peak)).known_only_to(usual),
            None,
        );
        let short = Decimal::from_thousandths((peak.thousandths() - left.thousandths()).max(0));
        if let Some(share) = Share::of_total(short, peak) {
            facts.insert_fact(at("short_at_peak"), make(Value::Share(share)), None);
        }
    }
}

/// Topology says who may be affected; only a report on the region or service says who is.
fn insert_riders(ground: &IncidentSubject<'_>, facts: &mut Facts, path: &str, riders: &[Rider]) {
    let base = ground.incident_events();
    let empty = |name| (name, Vec::new(), base.clone());
    let mut lists: [(&str, Vec<Named>, Vec<u64>); 5] =
        ["affected", "possible", "unaffected", "down", "impaired"].map(empty);
    let mut oldest: Option<At> = None;
    for rider in riders {
        let whole = ground.condition.link_health(&rider.id);
        let here = is_touched(ground, rider);
        match whole.state {
            LinkState::Unreported => {
                // Who has only lost a spare notices nothing.
                if let Some((effect, links, events)) = ground.condition.possible_effect(rider)
                    && effect != Effect::AtRisk
                    && links.iter().any(|l| is_in_scope(ground, l))
                {
                    lists[1]
                        .2
                        .extend(links.iter().flat_map(|l| ground.why_in_scope(l)));
                    lists[1].1.push(ground.named_link(&rider.id));
                    lists[1].2.extend(events);
                }
            }
            LinkState::Up if here => {
                lists[2].1.push(ground.named_link(&rider.id));
                lists[2].2.extend(whole.events);
                oldest = earlier_of(oldest, whole.confirmed_at);
            }
            state if here => {
                let graded = match state {
                    LinkState::Down | LinkState::PlannedDown => Some(3),
                    LinkState::Degraded | LinkState::Unstable => Some(4),
                    _ => None,
                };
                for i in graded.into_iter().chain([0]) {
                    lists[i].1.push(ground.named_link(&rider.id));
                    lists[i].2.extend(&whole.events);
                }
            }
            _ => {}
        }
    }
    for (name, list, events) in lists {
        let fact = Fact {
            fresh_until: if name == "unaffected" {
                oldest.map(|t| t + ground.limit_up().to_duration())
            } else {
                None
            },
            ..Fact::from_events(Value::List(list), &events)
        };
        let confirm =
            MissingFact::from_phrase(Missing::CheckUnaffected, &[], NextStep::ConfirmAgain);
        facts.insert_fact(format!("{path}.{name}"), fact, Some(confirm));
    }
}

fn is_in_scope(ground: &IncidentSubject<'_>, link: &str) -> bool {
    let network = &ground.world.books.network;
    ground
        .scope
        .iter()
        .any(|s| s == link || network.has_leaf(s, link) || network.has_leaf(link, s))
}

/// The regions and services that belong to the incident.
pub(crate) fn touched_riders<'a>(
    ground: &'a IncidentSubject<'_>,
) -> impl Iterator<Item = &'a LinkId> {
    let network = &ground.world.books.network;
    let riders = network.regions.iter().chain(&network.services);
    riders.filter(|r| is_touched(ground, r)).map(|r| &r.id)
}

/// A region or service belongs to the incident when it is in scope or rides on a link in scope.
pub(crate) fn is_touched(ground: &IncidentSubject<'_>, rider: &Rider) -> bool {
    ground.scope.contains(&rider.id)
        || rider
            .rides_on
            .iter()
            .flat_map(|d| d.any_of.iter().chain(&d.all_of))
            .any(|l| is_in_scope(ground, l))
}
