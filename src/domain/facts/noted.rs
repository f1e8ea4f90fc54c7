//! Facts that staff noted by hand. Judges none of them.

use chrono::Duration;

use crate::domain::base::lang::Texts;
use crate::domain::base::link::LinkId;
use crate::domain::base::next_step::NextStep;
use crate::domain::base::time::{At, Moment};
use crate::domain::base::value::Value;
use crate::domain::config::audience::Disclosure;
use crate::domain::config::noted_fact::NotedFact;
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::facts::groups::touched_riders;
use crate::domain::facts::missing::MissingFact;
use crate::domain::facts::subject::{IncidentSubject, NOTED};
use crate::domain::state::incident::FactReport;
use crate::languages::phrases::Missing;

/// So long after a word about customers the word about the link may come that explains it.
const LINK_REPORTED_LATER: Duration = Duration::minutes(30);

/// Facts that staff noted by hand.
pub(crate) fn insert_noted(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    let safety = ground.playbook.safety_facts();
    for (name, declared) in &ground.playbook.file.facts {
        let notings = ground.incident.noted.get(name);
        let notings = notings.map(Vec::as_slice).unwrap_or_default();
        let may_say = |n: &FactReport| declared.may_come_from(n.source.kind);
        let run = last_run(notings, &may_say);
        let known = run.as_ref().and_then(|r| Some((r, r.value.clone()?)));
        let Some((run, value)) = known else {
            facts.insert_missing(name.clone(), not_noted(name, declared));
            continue;
        };
        let limit = declared
            .fresh
            .or(ground.playbook.file.freshness.noted)
            .unwrap_or(NOTED);
        // Danger that was noted does not go away by growing old: somebody has to say that it is over.
        let is_lasting = declared.lasts || safety.contains(name);
        let fact = Fact {
            value,
            events: [&run.events[..], &[ground.incident.seq]].concat(),
            source: Some(run.last.source.clone()),
            said_at: Some(run.last.said_at),
            fresh_until: (!is_lasting).then(|| run.confirmed + limit.to_duration()),
            disclosure: declared
                .disclosure
                .unwrap_or_else(|| ground.disclosure_of(name, Disclosure::Public)),
            lacks: Vec::new(),
        };
        let confirm = MissingFact::from_phrase(
            Missing::NotedTooOld,
            &[("name", name), ("limit", &limit)],
            NextStep::ConfirmAgain,
        );
        facts.insert_fact(name.clone(), fact, Some(confirm));
        insert_grounds(ground, facts, name, run);
    }
}

fn not_noted(name: &str, declared: &NotedFact) -> MissingFact {
    let what = match declared.ask.is_empty() {
        true => Texts::from_phrase(Missing::NotNoted, &[("name", &name)]),
        false => declared.ask.clone(),
    };
    let name = name.to_owned();
    MissingFact::from_texts(what, NextStep::NoteFact { name })
}

/// What the incident was about when a fact was noted, which of that has not been well since, and since when it has been
/// noted so: a link that joined later is not what that word was about.
fn insert_grounds(ground: &IncidentSubject<'_>, facts: &mut Facts, name: &str, run: &Run<'_>) {
    let last = run.last;
    let joined = |links: &[LinkId]| {
        let all = links.iter().flat_map(|l| ground.incident.scope_events(l));
        let mut events: Vec<u64> = all.filter(|seq| *seq < last.seq).collect();
        events.extend([ground.incident.seq, last.seq]);
        events
    };
    let list = |links: &[LinkId]| Value::List(links.iter().map(|l| ground.named_link(l)).collect());
    let scope = Fact::from_events(list(&last.scope), &joined(&last.scope));
    facts.insert_fact(format!("noted.{name}.scope"), scope, None);
    let (troubled, reports) = troubled_since(ground, last);
    let events = [joined(&troubled), reports].concat();
    let troubled = Fact::from_events(list(&troubled), &events);
    facts.insert_fact(format!("noted.{name}.troubled"), troubled, None);
    // Nobody noted it at the very minute in which it began.
    let since = Value::Instant(Moment {
        at: run.first.said_at,
        about: true,
    });
    let since = Fact::from_events(since, &[ground.incident.seq, run.first.seq]);
    facts.insert_fact(format!("noted.{name}.since"), since, None);
}

/// What the incident was about when something was noted, and what rides on that, as far as it was in trouble then and has
/// not been well since; and the reports that say so.
fn troubled_since(ground: &IncidentSubject<'_>, noting: &FactReport) -> (Vec<LinkId>, Vec<u64>) {
    let network = &ground.world.books.network;
    let riders = touched_riders(ground);
    let by = noting.said_at + LINK_REPORTED_LATER;
    let (mut all, mut events): (Vec<LinkId>, Vec<u64>) = Default::default();
    for link in noting.scope.iter().chain(riders) {
        let whole = ground.condition.link_health(link);
        let family = [vec![link.clone()], network.leaf_parts(link)].concat();
        let own = family
            .iter()
            .filter_map(|m| ground.condition.reported_link(m)?.trouble.as_ref());
        let old: Vec<_> = own.filter(|(since, _)| since.at <= by).collect();
        if whole.state.is_bad() && !old.is_empty() && !all.contains(link) {
            events.extend(whole.events);
            events.extend(old.into_iter().flat_map(|(_, reports)| reports));
            all.push(link.clone());
        }
    }
    (all, events)
}

/// The value that was said last, and what confirmed it since.
struct Run<'a> {
    /// None when it is no longer known.
    value: &'a Option<Value>,
    events: Vec<u64>,
    /// The word that gave it first, and the last one that gave it.
    first: &'a FactReport,
    last: &'a FactReport,
    confirmed: At,
}

/// The value that was said last: not a word that may not say it.
fn last_run<'a>(
    notings: &'a [FactReport],
    may_say: &dyn Fn(&FactReport) -> bool,
) -> Option<Run<'a>> {
    let mut found: Option<Run<'a>> = None;
    // What was said later counts, whenever it was typed.
    let mut in_order: Vec<&FactReport> = notings.iter().collect();
    in_order.sort_by_key(|n| (n.said_at, n.seq));
    for n in in_order {
        match &mut found {
            Some(run) if n.again && may_say(n) => {
                run.events.push(n.seq);
                run.confirmed = run.confirmed.max(n.said_at);
            }
            _ if n.again => {}
            Some(run) if *run.value == n.value => {
                run.events.push(n.seq);
                run.last = n;
                run.confirmed = run.confirmed.max(n.said_at);
            }
            _ => {
                found = Some(Run {
                    value: &n.value,
                    events: vec![n.seq],
                    first: n,
                    last: n,
                    confirmed: n.said_at,
                });
            }
        }
    }
    found
}
