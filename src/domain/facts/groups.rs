//! Facts about groups of links, their capacity, and the regions and services that ride on links. Topology alone never
//! says that a region is affected.

use crate::domain::base::decimal::{Decimal, Share};
use crate::domain::base::link::{LinkId, LinkState};
use crate::domain::base::time::At;
use crate::domain::base::value::{Named, Value};
use crate::domain::config::audience::Disclosure;
use crate::domain::facts::fact::{Fact, Facts, Lack};
use crate::domain::facts::subject::Ground;
use crate::domain::network::entries::{Effect, Group, Rider};
use crate::languages::phrases::Missing;

pub(crate) fn derive_groups(ground: &Ground<'_>, facts: &mut Facts) {
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

fn is_of_group(ground: &Ground<'_>, group: &Group, link: &str) -> bool {
    let network = &ground.world.books.network;
    group
        .links
        .iter()
        .any(|l| l == link || network.has_leaf(l, link) || network.has_leaf(link, l))
}

fn derive_group(ground: &Ground<'_>, facts: &mut Facts, group: &Group, path: &str) {
    let network = &ground.world.books.network;
    let base = ground.incident_events();
    let at = |name: &str| format!("{path}.{name}");
    let mut names = network.names(&group.id);
    names.extend(&group.names);
    facts.put(
        at("name"),
        Fact::plain(Value::Link(Named {
            id: group.id.clone(),
            names,
        })),
        None,
    );
    facts.put(
        at("total"),
        Fact::from_events(Value::Count(group.links.len() as u64), &base),
        None,
    );
    let out: Vec<&LinkId> = group
        .links
        .iter()
        .filter(|l| {
            matches!(
                ground.condition.state(l),
                LinkState::Down | LinkState::PlannedDown
            )
        })
        .collect();
    let mut events = base.clone();
    events.extend(out.iter().flat_map(|l| ground.condition.whole(l).events));
    let list = Value::List(out.iter().map(|l| ground.named(l)).collect());
    facts.put(at("down"), Fact::from_events(list, &events), None);
    facts.put(
        at("down_count"),
        Fact::from_events(Value::Count(out.len() as u64), &events),
        None,
    );
    insert_working(ground, facts, group, &at("working"));
    insert_capacity(ground, facts, group, path);
}

/// How many work: needs a fresh report for every one.
fn insert_working(ground: &Ground<'_>, facts: &mut Facts, group: &Group, path: &str) {
    let silent: Vec<&str> = group
        .links
        .iter()
        .filter(|l| ground.condition.state(l) == LinkState::Unreported)
        .map(String::as_str)
        .collect();
    if !silent.is_empty() {
        return facts.miss(path, missing_baseline(&silent));
    }
    let mut events = ground.incident_events();
    let mut oldest: Option<At> = None;
    let mut count = 0;
    for link in &group.links {
        let whole = ground.condition.whole(link);
        events.extend(&whole.events);
        if whole.state == LinkState::Up {
            count += 1;
            oldest = earlier_of(oldest, whole.confirmed_at);
        }
    }
    let fact = Fact {
        fresh_until: oldest.map(|t| t + ground.limit_up().duration()),
        ..Fact::from_events(Value::Count(count), &events)
    };
    let confirm = Lack::of(Missing::ConfirmUp, &[], "saydo still");
    facts.put(path, fact, Some(confirm));
}

fn missing_baseline(silent: &[&str]) -> Lack {
    let names = silent.join(", ");
    Lack::of(
        Missing::LinkUnreported,
        &[("link", &names)],
        format!("saydo link set {} up", silent.join(" ")),
    )
}

/// What is lost rests on reports of trouble alone; what is left needs a report for every link.
fn insert_capacity(ground: &Ground<'_>, facts: &mut Facts, group: &Group, path: &str) {
    let at = |name: &str| format!("{path}.{name}");
    let counted = total_capacity(ground, group)
        .and_then(|total| Ok((total, lost_capacity(ground, facts, group)?)));
    let (total, lost) = match counted {
        Ok(counted) => counted,
        Err(lack) => {
            facts.miss(at("capacity_lost"), lack.clone());
            return facts.miss(at("capacity_left"), lack);
        }
    };
    let Some(share) = Share::of(lost.capacity, total) else {
        return;
    };
    let fact = Fact {
        fresh_until: lost
            .confirmed_at
            .map(|t| t + ground.limit_share().duration()),
        disclosure: ground.disclosed("capacity", Disclosure::Staff),
        ..Fact::from_events(Value::Share(share), &lost.events)
    };
    let confirm = Lack::of(Missing::ConfirmCapacity, &[], "saydo still");
    facts.put(at("capacity_lost"), fact, Some(confirm));
    insert_capacity_left(ground, facts, group, path, (total, lost.capacity));
}

fn total_capacity(ground: &Ground<'_>, group: &Group) -> Result<Decimal, Lack> {
    let mut total = Decimal::default();
    for link in &group.links {
        let Some(capacity) = capacity_of(ground, link) else {
            return Err(Lack::of(
                Missing::NoCapacity,
                &[("link", &link)],
                "saydo adopt network.yaml",
            ));
        };
        total = total.plus(capacity);
    }
    Ok(total)
}

fn capacity_of(ground: &Ground<'_>, link: &str) -> Option<Decimal> {
    ground.world.books.network.link(link)?.capacity
}

/// The capacity that links in trouble have lost, and the oldest confirmation behind it.
struct Lost {
    capacity: Decimal,
    events: Vec<u64>,
    confirmed_at: Option<At>,
}

fn lost_capacity(ground: &Ground<'_>, facts: &Facts, group: &Group) -> Result<Lost, Lack> {
    let network = &ground.world.books.network;
    let (mut lost, mut events) = (0i128, ground.incident_events());
    let mut oldest: Option<At> = None;
    for link in &group.links {
        let state = ground.condition.state(link);
        if !state.is_bad() || state == LinkState::AtRisk {
            continue;
        }
        let Some((share, seqs, confirmed)) = ground.condition.share(network, link) else {
            return Err(facts.lack(&format!("links.{link}.capacity_left")));
        };
        let capacity = capacity_of(ground, link).unwrap_or_default();
        lost += i128::from(capacity.thousandths()) * i128::from(share.rest().permille());
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
    ground: &Ground<'_>,
    facts: &mut Facts,
    group: &Group,
    path: &str,
    (total, lost): (Decimal, Decimal),
) {
    let at = |name: &str| format!("{path}.{name}");
    let usual = ground.disclosed("capacity", Disclosure::Staff);
    let working = facts.entry(&at("working")).cloned();
    let Some(crate::domain::facts::fact::Entry::Known(known)) = working else {
        let lack = facts.lack(&at("working"));
        facts.miss(at("capacity_left"), lack);
        return;
    };
    let left = Decimal::from_thousandths(total.thousandths() - lost.thousandths());
    let make = |value: Value| Fact {
        value,
        disclosure: usual,
        ..known.clone()
    };
    if let Some(share) = Share::of(left, total) {
        facts.put(at("capacity_left"), make(Value::Share(share)), None);
    }
    facts.put(at("gbps_left"), make(Value::Decimal(left)), None);
    if let Some(peak) = group.peak_demand {
        facts.put(
            at("gbps_peak"),
            Fact::plain(Value::Decimal(peak)).only(usual),
            None,
        );
        let short = Decimal::from_thousandths((peak.thousandths() - left.thousandths()).max(0));
        if let Some(share) = Share::of(short, peak) {
            facts.put(at("short_at_peak"), make(Value::Share(share)), None);
        }
    }
}

/// Topology says who may be affected; only a report on the region or service says who is.
fn insert_riders(ground: &Ground<'_>, facts: &mut Facts, path: &str, riders: &[Rider]) {
    let base = ground.incident_events();
    let mut lists: [(&str, Vec<Named>, Vec<u64>); 3] = [
        ("affected", Vec::new(), base.clone()),
        ("possible", Vec::new(), base.clone()),
        ("unaffected", Vec::new(), base.clone()),
    ];
    let mut oldest: Option<At> = None;
    for rider in riders {
        let whole = ground.condition.whole(&rider.id);
        let here = is_touched(ground, rider);
        match whole.state {
            LinkState::Unreported => {
                // Who has only lost a spare notices nothing.
                if let Some((effect, links, events)) = ground.condition.possible(rider)
                    && effect != Effect::AtRisk
                    && links.iter().any(|l| is_in_scope(ground, l))
                {
                    lists[1]
                        .2
                        .extend(links.iter().flat_map(|l| ground.why_in_scope(l)));
                    lists[1].1.push(ground.named(&rider.id));
                    lists[1].2.extend(events);
                }
            }
            LinkState::Up if here => {
                lists[2].1.push(ground.named(&rider.id));
                lists[2].2.extend(whole.events);
                oldest = earlier_of(oldest, whole.confirmed_at);
            }
            _ if here => {
                lists[0].1.push(ground.named(&rider.id));
                lists[0].2.extend(whole.events);
            }
            _ => {}
        }
    }
    for (name, list, events) in lists {
        let fact = Fact {
            fresh_until: if name == "unaffected" {
                oldest.map(|t| t + ground.limit_up().duration())
            } else {
                None
            },
            ..Fact::from_events(Value::List(list), &events)
        };
        let confirm = Lack::of(Missing::CheckUnaffected, &[], "saydo still");
        facts.put(format!("{path}.{name}"), fact, Some(confirm));
    }
}

fn is_in_scope(ground: &Ground<'_>, link: &str) -> bool {
    let network = &ground.world.books.network;
    ground
        .scope
        .iter()
        .any(|s| s == link || network.has_leaf(s, link) || network.has_leaf(link, s))
}

/// A region or service belongs to the incident when it is in scope or rides on a link in scope.
pub(crate) fn is_touched(ground: &Ground<'_>, rider: &Rider) -> bool {
    ground.scope.contains(&rider.id)
        || rider
            .rides_on
            .iter()
            .flat_map(|d| d.any_of.iter().chain(&d.all_of))
            .any(|l| is_in_scope(ground, l))
}
