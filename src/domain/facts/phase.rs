//! How far an incident has come. "Restored" is earned: every part, by our own check, for the soak time. It says nothing
//! about promises.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::base::lang::Texts;
use crate::domain::base::link::{LinkId, LinkState};
use crate::domain::base::next_step::{NextStep, ReportWanted};
use crate::domain::base::phase::Phase;
use crate::domain::base::terms;
use crate::domain::base::time::{At, Moment};
use crate::domain::base::value::{Named, Value};
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::facts::failures::{failures_of, own_failures};
use crate::domain::facts::groups::is_touched;
use crate::domain::facts::missing::MissingFact;
use crate::domain::facts::subject::IncidentSubject;
use crate::domain::network::entries::Rider;
use crate::domain::state::incident::FactReport;
use crate::languages::phrases::Missing;

/// What one part still needs before "restored" may be said.
struct Leaf {
    lack: Option<MissingFact>,
    events: Vec<u64>,
    is_bad: bool,
    is_up: bool,
    up_since: Option<Moment>,
    confirmed_at: Option<At>,
    soaked_at: Option<At>,
    checked_from: Option<At>,
}

/// What the phase is decided by.
struct Progress {
    leaves: Vec<Leaf>,
    /// Every part is up, and counts after announced work.
    all_up: bool,
    /// Reports that something in scope did not work.
    faults: Vec<u64>,
    /// Regions and services that another open incident still hits.
    hit_elsewhere: Vec<Named>,
    /// What people feel by a fact that was noted after everything was up: its name, and the entry.
    felt: Option<(String, u64)>,
}

pub(crate) fn derive_phase(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    let network = &ground.world.books.network;
    let scope = ground.scope.iter();
    let ids: Vec<LinkId> = scope
        .flat_map(|l| ground.condition.checked_leaves(network, l))
        .collect();
    let leaves: Vec<Leaf> = ids.iter().map(|id| examine_leaf(ground, id)).collect();
    let is_up = |l: &Leaf| l.is_up && counts_after_work(ground, l);
    let hit_elsewhere = insert_still_hit(ground, facts);
    let riders = troubled_riders(ground, &hit_elsewhere);
    let mut leaves = leaves;
    leaves.extend(riders.iter().map(|id| examine_leaf(ground, id)));
    let wholes = bad_wholes(ground, &ids);
    leaves.extend(wholes.iter().map(|id| examine_leaf(ground, id)));
    let progress = Progress {
        all_up: !leaves.is_empty() && leaves.iter().all(is_up),
        felt: find_felt(ground, &leaves),
        faults: fault_reports(ground, &ids, &riders),
        hit_elsewhere,
        leaves,
    };
    let events = progress.decisive_events(ground);
    let fact = Fact {
        fresh_until: progress.fresh_until(ground),
        lacks: progress.missing_facts(),
        ..Fact::from_events(
            Value::from_state(progress.phase_reached(ground).token()),
            &events,
        )
    };
    let confirm = MissingFact::from_phrase(Missing::LastCheckOld, &[], NextStep::ConfirmAgain);
    facts.insert_fact(Phase::PATH, fact, Some(confirm));
    if progress.all_up {
        progress.insert_times(facts, &events);
    }
}

/// Regions and services of this incident that somebody reported bad, and that no other open incident explains: while
/// one is, nothing is restored, and it is watched as the links are.
fn troubled_riders(ground: &IncidentSubject<'_>, hit_elsewhere: &[Named]) -> Vec<LinkId> {
    let network = &ground.world.books.network;
    let all = network.regions.iter().chain(&network.services);
    let is_elsewhere = |id: &LinkId| hit_elsewhere.iter().any(|n| n.id == *id);
    let is_troubled = |id: &LinkId| {
        let own = ground.condition.reported_link(id);
        let state = own.and_then(|o| o.state.as_ref());
        state.is_some_and(|s| s.value.is_bad()) || !own_failures(ground, id).is_empty()
    };
    all.filter(|r| is_touched(ground, r))
        .filter(|r| !ground.scope.contains(&r.id) && !is_elsewhere(&r.id) && is_troubled(&r.id))
        .map(|r| r.id.clone())
        .collect()
}

/// Links of which something in scope is a part, that were reported bad themselves while none of their other parts is: a part
/// of such a link is not restored by its own report alone.
fn bad_wholes(ground: &IncidentSubject<'_>, leaves: &[LinkId]) -> Vec<LinkId> {
    let network = &ground.world.books.network;
    let is_bad = |l: &LinkId| ground.condition.link_state(l).is_bad();
    let mut found: Vec<LinkId> = Vec::new();
    for link in &ground.scope {
        let mut part = link.clone();
        while let Some(whole) = network.parent_of(&part) {
            let own = ground.condition.reported_link(&whole.id);
            let own = own.and_then(|o| o.state.as_ref());
            let others = network.leaf_parts(&whole.id).into_iter();
            let mut others = others.filter(|l| !leaves.contains(l));
            let is_alone = own.is_some_and(|s| s.value.is_bad()) && !others.any(|l| is_bad(&l));
            if is_alone && !ground.scope.contains(&whole.id) && !found.contains(&whole.id) {
                found.push(whole.id.clone());
            }
            part = whole.id.clone();
        }
    }
    found
}

impl Progress {
    fn phase_reached(&self, ground: &IncidentSubject<'_>) -> Phase {
        let soaked = self.all_up && self.leaves.iter().all(|l| l.lack.is_none());
        // "Again" rests on the report that it did not work; one that was taken back leaves nothing.
        if self.all_up && self.faults.is_empty() && ground.incident.planned.is_none() {
            Phase::NoFault
        } else if soaked && self.hit_elsewhere.is_empty() && self.felt.is_none() {
            Phase::Restored
        } else if soaked && self.felt.is_none() {
            Phase::RestoredHere
        } else if self.all_up {
            Phase::UnderWatch
        } else {
            phase_in_trouble(ground, self.leaves.iter().any(|l| l.is_bad))
        }
    }

    fn missing_facts(&self) -> Vec<MissingFact> {
        let of_parts = self.leaves.iter().filter_map(|l| l.lack.clone());
        let elsewhere = self.hit_elsewhere.iter().map(|other| {
            let what = Texts::build_per_lang(|lang| {
                let name = other.names.get_or_any(lang);
                lang.shipped_words()
                    .fill_phrase(Missing::StillHit, &[("name", &name)])
            });
            MissingFact::from_texts(what, NextStep::ShowStatus)
        });
        let felt = self.felt.iter().map(|(name, seq)| {
            let step = NextStep::NoteFact { name: name.clone() };
            MissingFact::from_phrase(Missing::StillFelt, &[("name", name)], step)
                .because_of(&[*seq])
        });
        of_parts.chain(elsewhere).chain(felt).collect()
    }

    fn decisive_events(&self, ground: &IncidentSubject<'_>) -> Vec<u64> {
        let mut events = ground.incident_events();
        for link in &ground.scope {
            events.extend(ground.incident.scope_events(link));
        }
        for leaf in self.leaves.iter().filter(|l| self.all_up || l.is_bad) {
            events.extend(&leaf.events);
        }
        if self.all_up {
            events.extend(&self.faults);
        }
        events
    }

    /// "Up" ages; that something is down does not.
    fn fresh_until(&self, ground: &IncidentSubject<'_>) -> Option<At> {
        let confirmed = self.leaves.iter().filter_map(|l| l.confirmed_at);
        let oldest = confirmed.min().filter(|_| self.all_up);
        oldest.map(|t| t + ground.limit_up().to_duration())
    }

    fn insert_times(&self, facts: &mut Facts, events: &[u64]) {
        if let Some(since) = self.leaves.iter().filter_map(|l| l.up_since).max() {
            let since = Fact::from_events(Value::Instant(since), events);
            facts.insert_fact("back_since", since, None);
        }
        // What others saw before we looked ourselves is no check of ours.
        if let Some(from) = self.leaves.iter().filter_map(|l| l.checked_from).max() {
            let from = Value::Instant(Moment::exact(from));
            facts.insert_fact("stable_since", Fact::from_events(from, events), None);
        }
        let felt = self.felt.iter().map(|(_, seq)| *seq);
        let events_of_felt: Vec<u64> = events.iter().copied().chain(felt).collect();
        let word = if self.felt.is_some() { "yes" } else { "no" };
        let felt = Fact::from_events(Value::from_state(word), &events_of_felt);
        facts.insert_fact("still_felt", felt, None);
        if let Some(until) = self.leaves.iter().filter_map(|l| l.soaked_at).max() {
            let until = Value::Instant(Moment::exact(until));
            facts.insert_fact("watch_until", Fact::from_events(until, events), None);
        }
    }
}

/// The fact by which people still feel something, as it was noted after the last part came up.
fn find_felt(ground: &IncidentSubject<'_>, leaves: &[Leaf]) -> Option<(String, u64)> {
    let up = leaves
        .iter()
        .filter_map(|l| l.up_since)
        .map(|m| m.at)
        .max()?;
    let facts = ground.playbook.file.facts.iter();
    let mut of_trouble = facts.filter(|(_, declared)| !declared.trouble.is_empty());
    of_trouble.find_map(|(name, declared)| {
        let mut all: Vec<&FactReport> = ground.incident.noted.get(name)?.iter().collect();
        all.retain(|n| !n.again);
        let last = all.iter().max_by_key(|n| (n.said_at, n.seq))?;
        let is_meant = match last.value.as_ref()? {
            Value::State(word) => declared.trouble.contains(word),
            _ => false,
        };
        let is_trouble = is_meant || declared.trouble.iter().any(|v| v == "any");
        (is_trouble && last.said_at > up).then(|| (name.clone(), last.seq))
    })
}

/// The reports that something in scope, or what rides on it, did not work.
fn fault_reports(ground: &IncidentSubject<'_>, leaves: &[LinkId], riders: &[LinkId]) -> Vec<u64> {
    let all: BTreeSet<&LinkId> = leaves.iter().chain(&ground.scope).chain(riders).collect();
    all.into_iter()
        .flat_map(|link| failures_of(ground, link))
        .collect()
}

/// Before announced work, and while it runs, a link that works says nothing about the end of the work: it
/// counts when it came up during the work, or was confirmed after its end.
fn counts_after_work(ground: &IncidentSubject<'_>, leaf: &Leaf) -> bool {
    let Some(planned) = ground.incident.planned else {
        return true;
    };
    let zone = ground.zone();
    let start = planned.earliest.map(|e| e.begins_at(zone));
    let came_up = leaf
        .up_since
        .is_some_and(|m| start.is_none_or(|s| m.at > s));
    came_up
        || leaf
            .confirmed_at
            .is_some_and(|t| t >= planned.latest.ends_at(zone))
}

/// The phase while not everything is up: announced work goes by the clock.
fn phase_in_trouble(ground: &IncidentSubject<'_>, any_bad: bool) -> Phase {
    let Some(planned) = ground.incident.planned else {
        return Phase::Open;
    };
    let zone = ground.zone();
    let started = planned
        .earliest
        .is_none_or(|e| e.begins_at(zone) <= ground.as_of);
    let ended = planned.latest.ends_at(zone) <= ground.as_of;
    match (started, ended, any_bad) {
        (_, true, _) => Phase::Overrun,
        (true, false, _) => Phase::InWork,
        (false, ..) => Phase::Planned,
    }
}

fn examine_leaf(ground: &IncidentSubject<'_>, id: &str) -> Leaf {
    let whole = ground.condition.link_health(id);
    let own = ground.condition.reported_link(id);
    let mut leaf = Leaf {
        lack: None,
        events: whole.events.clone(),
        is_bad: whole.state.is_bad(),
        is_up: whole.state == LinkState::Up,
        up_since: whole.since.filter(|_| whole.state == LinkState::Up),
        confirmed_at: whole.confirmed_at.filter(|_| whole.state == LinkState::Up),
        soaked_at: None,
        checked_from: own.and_then(|o| o.own_checks.first().map(|(_, at)| *at)),
    };
    if let Some(o) = own {
        leaf.events.extend(o.own_checks.iter().map(|(seq, _)| *seq));
    }
    leaf.lack = match whole.state {
        LinkState::Up => {
            let checks = own.map(|o| o.own_checks.as_slice()).unwrap_or_default();
            lack_of_soak(ground, id, checks, &mut leaf.soaked_at)
        }
        LinkState::Unreported => Some(MissingFact::from_phrase(
            Missing::LinkUnreported,
            &[("link", &id)],
            NextStep::Report {
                links: id.to_owned(),
                what: ReportWanted::State,
            },
        )),
        bad => {
            let claimed = own.and_then(|o| o.unchecked.as_ref());
            Some(match claimed {
                Some((_, source, _)) => MissingFact::from_phrase(
                    Missing::UpByOthers,
                    &[("link", &id), ("source", &source)],
                    NextStep::Report {
                        links: id.to_owned(),
                        what: ReportWanted::Up,
                    },
                ),
                None => MissingFact::from_texts(
                    Texts::build_per_lang(|lang| {
                        let state = terms::words_for_state(bad.token(), lang);
                        let words = lang.shipped_words();
                        words.fill_phrase(Missing::StillBad, &[("link", &id), ("state", &state)])
                    }),
                    NextStep::Report {
                        links: id.to_owned(),
                        what: ReportWanted::Up,
                    },
                ),
            })
        }
    };
    leaf
}

fn lack_of_soak(
    ground: &IncidentSubject<'_>,
    id: &str,
    checks: &[(u64, At)],
    soaked_at: &mut Option<At>,
) -> Option<MissingFact> {
    let soak = ground.playbook.soak_time();
    let (Some(first), Some(last)) = (checks.first(), checks.last()) else {
        return Some(MissingFact::from_phrase(
            Missing::UpUnchecked,
            &[("link", &id)],
            NextStep::Report {
                links: id.to_owned(),
                what: ReportWanted::Up,
            },
        ));
    };
    let end = first.1 + soak.to_duration();
    *soaked_at = Some(end);
    (last.1 < end).then(|| {
        let at = end.with_timezone(&ground.zone()).format("%H:%M %d/%m");
        MissingFact::from_phrase(
            Missing::Soaking,
            &[("link", &id), ("soak", &soak), ("at", &at)],
            NextStep::ConfirmLink {
                link: id.to_owned(),
            },
        )
    })
}

/// Regions and services of this incident that another open incident still hits.
fn insert_still_hit(ground: &IncidentSubject<'_>, facts: &mut Facts) -> Vec<Named> {
    let network = &ground.world.books.network;
    let mut events = ground.incident_events();
    let all = network.regions.iter().chain(&network.services);
    let own: Vec<&Rider> = all.filter(|r| is_touched(ground, r)).collect();
    // There may be hundreds of incidents on the same few links: what rides on a link is looked up once for all of
    // them, and what it says is taken once.
    let mut ridden: BTreeMap<LinkId, Vec<usize>> = BTreeMap::new();
    for (place, rider) in own.iter().enumerate() {
        let mut under = network.carriers_of(rider);
        under.insert(rider.id.clone());
        for link in under {
            ridden.entry(link).or_default().push(place);
        }
    }
    let mut theirs: BTreeSet<&LinkId> = BTreeSet::new();
    // What is hit, by the incident that hits it first.
    let mut hit: BTreeMap<usize, u64> = BTreeMap::new();
    for troubled in ground.condition.troubled_incidents() {
        let others = troubled.declared.iter().copied();
        let mut others = others.filter(|seq| *seq != ground.incident.seq).peekable();
        let Some(first) = others.peek().copied() else {
            continue;
        };
        let mut is_any = false;
        for link in &troubled.links {
            let Some((link, places)) = ridden.get_key_value(link) else {
                continue;
            };
            is_any = true;
            theirs.insert(link);
            for place in places {
                let by = hit.entry(*place).or_insert(first);
                *by = first.min(*by);
            }
        }
        if is_any {
            events.extend(others);
        }
    }
    let mut of_links = BTreeSet::new();
    for link in theirs {
        of_links.extend(ground.condition.link_health(link).events);
    }
    events.extend(of_links);
    let mut hit: Vec<(u64, usize)> = hit.into_iter().map(|(place, by)| (by, place)).collect();
    hit.sort_unstable();
    let hit: Vec<Named> = hit
        .into_iter()
        .map(|(_, place)| ground.named_link(&own[place].id))
        .collect();
    facts.insert_fact(
        "still_hit",
        Fact::from_events(Value::List(hit.clone()), &events),
        None,
    );
    hit
}
