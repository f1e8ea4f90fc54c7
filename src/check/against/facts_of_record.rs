//! Turns the facts of an incident, with the names that its network gives, into reference facts: one function for each
//! field. It judges no text.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::against::fact_values::{at, day, end, instant, known_facts, state_of};
use crate::check::against::reference_facts::{
    Cause, GroupCount, Known, KnownLink, KnownPromise, KnownTime, State, folded, folded_name,
};
use crate::check::against::told_times::{beginnings, broken_since, has_no_service, works_since};
use crate::check::reading::patterns::{goods_in, is_good};
use crate::domain::base::lang::Texts;
use crate::domain::base::next_step::NextStep;
use crate::domain::base::phase::Phase;
use crate::domain::base::time::When;
use crate::domain::base::value::Value;
use crate::domain::config::promise_kind::PromisedBy;
use crate::domain::facts::fact::{Fact, FactEntry, Facts};
use crate::domain::network::topology::Network;
use crate::domain::speech::draft::Draft;
use crate::domain::speech::heard_rules::owed_corrections;

/// What the facts of a record say, with the names that its network gives.
pub fn from_facts(facts: &Facts, network: Option<&Network>) -> Known {
    Known {
        moments: moments(facts),
        now: facts_time(facts).map(|t| t.naive_local()),
        group: group_count(facts, network),
        promised: promises_told(facts),
        past: past_times(facts),
        contacts: Some(contacts(facts, |name| name != EMERGENCY)),
        is_hotline_out: is_contact_out(facts),
        emergency: contacts(facts, |name| name == EMERGENCY),
        customers: customers(facts, true),
        staff_customers: customers(facts, false),
        is_restored: facts.phase().is_some_and(Phase::is_restored),
        windows: Vec::new(),
        issued: Vec::new(),
        has_effect: facts.known_fact("effect").is_some(),
        has_no_service: has_no_service(facts),
        broken_since: broken_since(facts),
        works_since: works_since(facts),
        missed_news: instant(facts, "late_update").into_iter().collect(),
        effect_words: effect_words(facts),
        contacts_out: Vec::new(),
        reasons_of_moves: BTreeSet::new(),
        group_shares: group_shares(facts),
        is_rerouted: facts.known_fact("rerouted").is_some(),
        reasons_in: None,
        durations: durations(facts),
        links: links(facts, network),
        lost: match facts.value("group.capacity_lost") {
            Some(Value::Share(s)) => Some(s.percent()),
            _ => None,
        },
        cause: cause(facts),
        eta: restoration_times(facts),
        next_update: next_updates(facts),
        since: beginnings(facts),
        vouchers: vouchers(facts),
        affected: affected(facts),
        names: house_names(facts, network),
        has_slipped: !owed_corrections(facts).is_empty(),
        sayable: BTreeMap::new(),
        is_closed: false,
    }
}

fn moments(facts: &Facts) -> Vec<KnownTime> {
    let mut moments = Vec::new();
    for (_, f) in known_facts(facts) {
        match &f.value {
            Value::Instant(m) => moments.push(at(facts, m.at, &f.events)),
            Value::Date(d) => moments.push(day(*d, &f.events)),
            Value::Window(w) => {
                moments.push(end(facts, &w.latest, w.earliest.as_ref(), &f.events));
                moments.extend(w.earliest.iter().map(|e| end(facts, e, None, &f.events)));
            }
            _ => {}
        }
    }
    moments
}

/// Shares of the group of the incident other than what is lost: what is missing at the peak, say.
fn group_shares(facts: &Facts) -> Vec<f64> {
    let of_group = known_facts(facts)
        .filter(|(path, _)| path.starts_with("group.") && !path.starts_with("group.capacity_lost"));
    of_group
        .filter_map(|(_, f)| match &f.value {
            Value::Share(s) => Some(s.percent()),
            _ => None,
        })
        .collect()
}

/// The moment of the facts, in the zone of the record.
fn facts_time(facts: &Facts) -> Option<chrono::DateTime<chrono_tz::Tz>> {
    match facts.value("as_of") {
        Some(Value::Instant(m)) => Some(m.at.with_timezone(&facts.zone)),
        _ => None,
    }
}

/// The links of the group that the incident is about, by state.
fn group_count(facts: &Facts, network: Option<&Network>) -> Option<GroupCount> {
    let count = |path: &str| match facts.value(path) {
        Some(Value::Count(n)) => usize::try_from(*n).ok(),
        Some(Value::List(l)) => Some(l.len()),
        _ => None,
    };
    let (total, down) = count("group.total").zip(count("group.down_count"))?;
    let name = match facts.value("group.name") {
        Some(Value::Link(n)) => Some(&n.id),
        _ => None,
    };
    let group = network?.groups.iter().find(|g| Some(&g.id) == name);
    let states = || {
        let members = group.into_iter().flat_map(|g| &g.links);
        members.filter_map(|id| state_of(facts, id))
    };
    Some(GroupCount {
        total,
        down,
        degraded: states().filter(|s| *s == State::Degraded).count(),
        up: states().filter(|s| s.works()).count(),
    })
}

/// Promises that the facts name, with the due times that were told and that hold now.
fn promises_told(facts: &Facts) -> Vec<KnownPromise> {
    let kinds = known_facts(facts).filter_map(|(path, f)| {
        let number = path.strip_prefix("promises.")?.strip_suffix(".kind")?;
        match &f.value {
            Value::State(kind) => Some((number, kind.clone())),
            _ => None,
        }
    });
    let with_dues = kinds.flat_map(|(number, kind)| {
        let dues =
            ["due", "told_due"].map(|which| facts.value(&format!("promises.{number}.{which}")));
        dues.into_iter()
            .flatten()
            .map(move |due| (kind.clone(), due))
            .collect::<Vec<_>>()
    });
    with_dues
        .filter_map(|(kind, due)| {
            let due = match due {
                Value::Instant(m) => at(facts, m.at, &[]),
                Value::Date(d) => day(*d, &[]),
                _ => return None,
            };
            let goods = goods_of(&kind);
            Some(KnownPromise {
                kind,
                goods,
                due,
                is_theirs: false,
            })
        })
        .collect()
}

/// Adds a promise that is in force, by the words for its kind.
pub fn add_promise(known: &mut Known, facts: &Facts, kind: &str, due: &When, is_theirs: bool) {
    known.promised.push(KnownPromise {
        kind: kind.to_owned(),
        goods: goods_of(kind),
        due: end(facts, due, None, &[]),
        is_theirs,
    });
}

/// Adds what the draft would promise: it may be said now, in other words too.
pub fn add_promises_of(known: &mut Known, facts: &Facts, draft: &Draft) {
    for promise in draft.lines.iter().filter_map(|l| l.promise.as_ref()) {
        let is_theirs = promise.by == PromisedBy::Operator;
        add_promise(known, facts, &promise.kind, &promise.due, is_theirs);
    }
}

/// What a kind of promise gives, by the words of its key.
fn goods_of(kind: &str) -> BTreeSet<String> {
    let mut goods = goods_in(&kind.replace('-', " "));
    goods.extend(kind.split('-').filter(|w| is_good(w)).map(str::to_owned));
    goods
}

/// Moments that lie in the past: starts, checks, what others said when.
fn past_times(facts: &Facts) -> Vec<KnownTime> {
    let now = facts_time(facts);
    let moments = known_facts(facts).filter_map(|(_, f)| match &f.value {
        Value::Instant(m) if now.is_none_or(|n| m.at <= n) => Some(at(facts, m.at, &f.events)),
        _ => None,
    });
    let said = known_facts(facts).filter_map(|(_, f)| Some(at(facts, f.said_at?, &f.events)));
    moments.chain(said).collect()
}

/// What customers notice, as texts say it.
fn effect_words(facts: &Facts) -> Vec<String> {
    match facts.value("effect") {
        Some(Value::Phrase(texts)) => texts.values().map(|t| folded(t)).collect(),
        _ => Vec::new(),
    }
}

/// Adds the contacts of the workspace that the facts leave out, because what carries them does not work.
pub fn add_contacts_out<'t>(
    known: &mut Known,
    facts: &Facts,
    all: impl Iterator<Item = (&'t str, &'t Texts)>,
) {
    let out = all.filter(|(name, _)| {
        let path = format!("contacts.{name}");
        facts.known_fact(&path).is_none() && *name != EMERGENCY
    });
    let words = out.flat_map(|(_, texts)| texts.values().map(|t| folded(t)).collect::<Vec<_>>());
    known.contacts_out.extend(words);
}

/// Marks the link by which a contact is reached that the facts name.
pub fn mark_open_contact(known: &mut Known, names: &Texts) {
    let names: Vec<String> = names.values().map(|n| folded_name(n)).collect();
    let is_it = |l: &&mut KnownLink| l.names.iter().any(|n| names.contains(n));
    for link in known.links.iter_mut().filter(is_it) {
        link.is_open_contact = true;
    }
}

/// How many customers are affected: when the audience may know, or when it may not.
fn customers(facts: &Facts, may_know: bool) -> Option<u64> {
    let fact = facts.known_fact("customers_affected")?;
    match fact.value {
        Value::Count(n) if (fact.disclosure <= facts.may_know) == may_know => Some(n),
        _ => None,
    }
}

/// The contact of a workspace that is named only when people may be in danger.
const EMERGENCY: &str = "emergency";

/// The links by which contacts of the workspace are reached that cannot be now.
fn links_of_contacts(facts: &Facts) -> Vec<&str> {
    let of_contacts = facts
        .facts
        .iter()
        .filter(|(p, _)| p.starts_with("contacts."));
    let carriers = of_contacts.filter_map(|(_, f)| match f {
        FactEntry::Unknown { lack } => match lack.step.as_ref()? {
            NextStep::Report { links, .. } => Some(links.as_str()),
            _ => None,
        },
        _ => None,
    });
    carriers.collect()
}

/// A contact of the workspace is missing, which it only is while its link does not work.
fn is_contact_out(facts: &Facts) -> bool {
    let of_contacts = |(path, f): (&String, &FactEntry)| {
        path.starts_with("contacts.") && !matches!(f, FactEntry::Known(_))
    };
    facts.facts.iter().any(of_contacts)
}

/// Telephone numbers and addresses of the workspace, folded, without spaces.
fn contacts(facts: &Facts, is_wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let mut contacts = Vec::new();
    for (path, f) in known_facts(facts) {
        let name = path
            .strip_prefix("contacts.")
            .and_then(|p| p.split('.').next());
        if name.is_some_and(&is_wanted)
            && let Value::Phrase(t) = &f.value
        {
            contacts.extend(t.values().map(|c| folded(c)));
        }
    }
    contacts
}

/// Each duration in minutes, hours and days: a text may give any of them.
fn durations(facts: &Facts) -> Vec<u64> {
    let mut durations = Vec::new();
    for (_, f) in known_facts(facts) {
        if let Value::Duration(d) = &f.value {
            let minutes = d.as_seconds() / 60;
            let spelled = [minutes, minutes / 60, minutes / 1440];
            durations.extend(spelled.iter().filter_map(|n| u64::try_from(*n).ok()));
        }
    }
    durations
}

fn links(facts: &Facts, network: Option<&Network>) -> Vec<KnownLink> {
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, f) in known_facts(facts) {
        let id = path.strip_prefix("links.").and_then(|rest| {
            let short = rest.strip_suffix(".short_name");
            rest.strip_suffix(".name").or(short)
        });
        if let (Some(id), Value::Link(n)) = (id, &f.value) {
            let all = names.entry(id.to_owned()).or_default();
            all.extend(n.names.values().cloned());
        }
    }
    for l in network.into_iter().flat_map(|n| &n.links) {
        let all = names.entry(l.id.clone()).or_default();
        all.extend(l.all_names().cloned());
    }
    names
        .into_iter()
        .map(|(id, names)| link(facts, &id, names))
        .collect()
}

fn cause(facts: &Facts) -> Cause {
    let mut words = Vec::new();
    for (path, f) in known_facts(facts) {
        if path.starts_with("links.")
            && path.ends_with(".cause")
            && let Value::Phrase(t) = &f.value
        {
            words.extend(t.values().map(|c| folded(c)));
        }
    }
    if words.is_empty() {
        Cause::Open
    } else {
        Cause::Confirmed(words)
    }
}

/// The ends of the repair windows.
fn restoration_times(facts: &Facts) -> Vec<KnownTime> {
    let windows = known_facts(facts).filter(|(path, _)| {
        *path == "planned" || path.starts_with("links.") && path.ends_with(".window")
    });
    windows
        .filter_map(|(_, f)| match &f.value {
            Value::Window(w) => Some(end(facts, &w.latest, w.earliest.as_ref(), &f.events)),
            _ => None,
        })
        .collect()
}

/// The update that is promised, and the one that a statement made now would promise.
fn next_updates(facts: &Facts) -> Vec<KnownTime> {
    let paths = ["promised_update", "next_update"];
    paths
        .iter()
        .filter_map(|path| instant(facts, path))
        .collect()
}

fn vouchers(facts: &Facts) -> Option<u64> {
    let mut held = known_facts(facts).filter(|(path, _)| path.ends_with(".held"));
    held.find_map(|(_, f)| match f.value {
        Value::Count(n) => Some(n),
        _ => None,
    })
}

fn affected(facts: &Facts) -> Vec<String> {
    let mut affected = Vec::new();
    for path in ["regions.affected", "services.affected"] {
        if let Some(Value::List(l)) = facts.value(path) {
            affected.extend(l.iter().flat_map(|n| n.names.values().map(|x| folded(x))));
        }
    }
    affected
}

/// The name of the house, and those of its regions and services.
fn house_names(facts: &Facts, network: Option<&Network>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    if let Some(Value::Phrase(t)) = facts.value("org") {
        names.extend(t.values().map(|x| folded(x)));
    }
    if let Some(network) = network {
        for r in network.regions.iter().chain(&network.services) {
            names.extend(r.names.values().map(|x| folded(x)));
            names.extend(r.aliases.iter().map(|x| folded(x)));
        }
    }
    names
}

/// The word of a fact that stays true when it grows old: a fault that was located stays located.
fn lasting_word<'f>(facts: &'f Facts, path: &str) -> Option<&'f str> {
    match facts.facts.get(path)? {
        FactEntry::Known(fact) | FactEntry::Stale { fact, .. } => match &fact.value {
            Value::State(word) => Some(word),
            _ => None,
        },
        FactEntry::Unknown { .. } => None,
    }
}

/// True when a region or service may feel the fault.
fn is_possibly_affected(facts: &Facts, id: &str) -> bool {
    let lists = [
        "regions.possible",
        "services.possible",
        "regions.affected",
        "services.affected",
    ];
    lists.iter().any(|path| match facts.value(path) {
        Some(Value::List(l)) => l.iter().any(|n| n.id == id),
        _ => false,
    })
}

/// The names by which texts may call a link, folded, the longest first.
fn names_of_link(id: &str, more: Vec<String>) -> Vec<String> {
    // "international" is a word as well as an identifier, "AAG" is only a name.
    let is_name = id
        .chars()
        .any(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    let mut names: Vec<String> = is_name
        .then(|| id.to_owned())
        .into_iter()
        .chain(more)
        .map(|n| folded_name(&n))
        .filter(|n| n.chars().count() >= 2)
        .collect();
    names.sort_by_key(|n| std::cmp::Reverse(n.len()));
    names.dedup();
    names
}

fn link(facts: &Facts, id: &str, more: Vec<String>) -> KnownLink {
    let fact = facts.known_fact(&format!("links.{id}.state"));
    let state = state_of(facts, id);
    let names = names_of_link(id, more);
    let kind = facts.state_word(&format!("links.{id}.kind"));
    KnownLink {
        names,
        state,
        events: fact.map(|f| f.events.clone()).unwrap_or_default(),
        parent: match facts.value(&format!("links.{id}.parent")) {
            Some(Value::Link(n)) => n.names.values().next().map(|n| folded_name(n)),
            _ => None,
        },
        is_claimed_up: facts
            .known_fact(&format!("links.{id}.claimed_up_at"))
            .is_some(),
        is_back: matches!(facts.value("up"), Some(Value::List(l)) if l.iter().any(|n| n.id == id)),
        is_at_risk: facts.state_word(&format!("links.{id}.state")) == Some("at-risk"),
        cause: match facts.value(&format!("links.{id}.cause")) {
            Some(Value::Phrase(t)) => Some(t.values().map(|c| folded(c)).collect()),
            _ => None,
        },
        window: match facts.known_fact(&format!("links.{id}.window")) {
            Some(Fact {
                value: Value::Window(w),
                events,
                ..
            }) => Some(end(facts, &w.latest, w.earliest.as_ref(), events)),
            _ => None,
        },
        left: match facts.value(&format!("links.{id}.capacity_left")) {
            Some(Value::Share(s)) => Some(s.percent()),
            _ => None,
        },
        is_located: matches!(
            lasting_word(facts, &format!("links.{id}.work")),
            Some("located" | "scheduled" | "waiting" | "repairing" | "awaiting-check")
        ),
        is_repairing: matches!(
            facts.state_word(&format!("links.{id}.work")),
            Some("repairing" | "awaiting-check")
        ),
        is_possibly_affected: is_possibly_affected(facts, id),
        is_rider: matches!(kind, Some("region" | "service")),
        is_contact: links_of_contacts(facts).contains(&id),
        is_open_contact: false,
        is_region: kind == Some("region"),
    }
}
