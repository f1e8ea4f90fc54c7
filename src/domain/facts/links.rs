//! Facts about single links: state, work, cause, repair window, share of capacity. Lists of links are made in
//! `link_lists`, not here.

use std::collections::BTreeSet;

use crate::domain::base::link::{LinkId, LinkState, Work};
use crate::domain::base::time::{At, Moment, Window};
use crate::domain::base::value::Value;
use crate::domain::config::audience::Disclosure;
use crate::domain::facts::fact::{Fact, Facts, Lack};
use crate::domain::facts::subject::Ground;
use crate::domain::network::health::Whole;
use crate::domain::network::reported::{Own, Standing};
use crate::languages::phrases::Missing;

/// Links, regions and services that facts are worked out for: the scope with its parts, what is counted
/// with it, what rides on it, and everything that somebody has reported on.
fn relevant_links(ground: &Ground<'_>) -> Vec<LinkId> {
    let network = &ground.world.books.network;
    let mut wanted: BTreeSet<&str> = ground.scope.iter().map(String::as_str).collect();
    let mut todo: Vec<&str> = wanted.iter().copied().collect();
    for group in &network.groups {
        if group.links.iter().any(|l| wanted.contains(l.as_str())) {
            todo.extend(group.links.iter().map(String::as_str));
        }
    }
    while let Some(id) = todo.pop() {
        wanted.insert(id);
        if let Some(link) = network.link(id) {
            todo.extend(
                link.parts
                    .iter()
                    .map(String::as_str)
                    .filter(|p| !wanted.contains(p)),
            );
        }
    }
    wanted.extend(ground.world.state.links.keys().map(String::as_str));
    wanted.extend(
        network
            .regions
            .iter()
            .chain(&network.services)
            .map(|r| r.id.as_str()),
    );
    network
        .ids()
        .filter(|id| wanted.contains(id))
        .map(str::to_owned)
        .collect()
}

pub(crate) fn derive_links(ground: &Ground<'_>, facts: &mut Facts) {
    for id in relevant_links(ground) {
        derive_link(ground, facts, &id);
    }
}

/// A fact that a report backs.
fn reported_fact(ground: &Ground<'_>, link: &str, value: Value, whole: &Whole) -> Fact {
    let mut events = whole.events.clone();
    events.extend(ground.why_in_scope(link));
    Fact {
        source: whole.source.clone(),
        said_at: whole.said_at,
        ..Fact::from_events(value, &events)
    }
}

fn derive_link(ground: &Ground<'_>, facts: &mut Facts, id: &str) {
    let whole = ground.condition.whole(id);
    let nothing = Own::default();
    let own = ground.condition.own(id).unwrap_or(&nothing);
    insert_names(ground, facts, id);
    insert_state(ground, facts, id, &whole);
    insert_share(ground, facts, id, &whole);
    insert_work(ground, facts, id, own);
    insert_cause(ground, facts, id, own);
    insert_window(ground, facts, id, own, &whole);
    insert_checks(ground, facts, id, own);
}

fn insert_names(ground: &Ground<'_>, facts: &mut Facts, id: &str) {
    let network = &ground.world.books.network;
    let name = Value::Link(ground.named(id));
    let name = Fact::from_events(name, &ground.why_in_scope(id));
    facts.put(format!("links.{id}.name"), name, None);
    if let Some(parent) = network.parent(id) {
        let parent = Fact::plain(Value::Link(ground.named(&parent.id)));
        facts.put(format!("links.{id}.parent"), parent, None);
    }
    if let Some(kind) = network.kind(id) {
        let kind = Fact::plain(Value::state(kind));
        facts.put(format!("links.{id}.kind"), kind, None);
    }
}

fn insert_share(ground: &Ground<'_>, facts: &mut Facts, id: &str, whole: &Whole) {
    let path = format!("links.{id}.capacity_left");
    let network = &ground.world.books.network;
    if let Some((share, events, confirmed)) = ground.condition.share(network, id) {
        let fact = Fact {
            fresh_until: confirmed.map(|t| t + ground.limit_share().duration()),
            disclosure: ground.disclosed("capacity", Disclosure::Staff),
            ..Fact::from_events(Value::Share(share), &events)
        };
        facts.put(path, fact, Some(confirm_again(id, "capacity left")));
    } else {
        facts.miss(
            path,
            Lack::of(
                Missing::CapacityLeft,
                &[("link", &id)],
                format!("saydo link set {id} {} --capacity-left N%", whole.state),
            )
            .because_of(&whole.events),
        );
    }
}

/// Since when it is in trouble, when we last checked it ourselves, and who else says that it is up.
fn insert_checks(ground: &Ground<'_>, facts: &mut Facts, id: &str, own: &Own) {
    let path = |name: &str| format!("links.{id}.{name}");
    if let Some((since, events)) = &own.trouble {
        let since = Fact::from_events(Value::Instant(*since), events);
        facts.put(path("trouble_since"), since, None);
    }
    if let Some((seq, at)) = own.own_checks.last() {
        let state_events = own.state.as_ref().map(|s| s.events.clone());
        let events = state_events.unwrap_or(vec![*seq]);
        let checked = Value::Instant(Moment::exact(*at));
        facts.put(
            path("checked_at"),
            Fact::from_events(checked, &events),
            None,
        );
    }
    if let Some((seq, source, at)) = &own.unchecked {
        let claimed = Value::Instant(Moment::exact(*at));
        facts.put(
            path("claimed_up_at"),
            Fact::from_events(claimed, &[*seq]),
            None,
        );
        if let Some(texts) = source.party.as_deref().and_then(|p| ground.party(p)) {
            let party = Fact::from_events(Value::Phrase(texts), &[*seq]);
            facts.put(path("claimed_up_by"), party, None);
        }
    }
}

pub(crate) fn confirm_again(id: &str, what: &str) -> Lack {
    Lack::of(
        Missing::ReportTooOld,
        &[("link", &id), ("what", &what)],
        format!("saydo still {id}"),
    )
}

fn insert_state(ground: &Ground<'_>, facts: &mut Facts, id: &str, whole: &Whole) {
    if whole.state == LinkState::Unreported {
        facts.miss(
            format!("links.{id}.state"),
            Lack::of(
                Missing::LinkUnreported,
                &[("link", &id)],
                format!("saydo link set {id} STATE"),
            ),
        );
        return;
    }
    let mut fact = reported_fact(ground, id, Value::state(whole.state), whole);
    if whole.state == LinkState::Up {
        fact.fresh_until = whole.confirmed_at.map(|t| t + ground.limit_up().duration());
    }
    let since = whole
        .since
        .map(|s| reported_fact(ground, id, Value::Instant(s), whole));
    facts.put(
        format!("links.{id}.state"),
        fact,
        Some(confirm_again(id, "up")),
    );
    if let Some(since) = since {
        facts.put(format!("links.{id}.since"), since, None);
    }
}

fn insert_work(ground: &Ground<'_>, facts: &mut Facts, id: &str, own: &Own) {
    let path = format!("links.{id}.work");
    match &own.work {
        Some(w) if w.value != Work::None => {
            let fact = Fact {
                source: Some(w.source.clone()),
                said_at: Some(w.said_at),
                fresh_until: Some(w.confirmed_at + ground.limit_work().duration()),
                ..Fact::from_events(Value::state(w.value), &w.events)
            };
            facts.put(path, fact, Some(confirm_again(id, "stage of work")));
        }
        _ => facts.miss(
            path,
            Lack::of(
                Missing::NoWork,
                &[("link", &id)],
                format!("saydo link set {id} --work diagnosing"),
            ),
        ),
    }
    if let Some(f) = &own.fault {
        let fact = Fact::from_events(Value::state(&f.value), &f.events);
        facts.put(
            format!("links.{id}.fault"),
            fact.only(Disclosure::Staff),
            None,
        );
    }
}

fn insert_cause(ground: &Ground<'_>, facts: &mut Facts, id: &str, own: &Own) {
    let path = format!("links.{id}.cause");
    let command = format!("saydo link set {id} --cause KEY --confirmed");
    let Some(c) = &own.cause else {
        let lack = Lack::of(Missing::NoCause, &[("link", &id)], command);
        return facts.miss(path, lack);
    };
    let (key, confirmed) = &c.value;
    let texts = ground.world.books.workspace.causes.get(key).cloned();
    match texts {
        Some(t) if *confirmed => {
            let fact = Fact {
                source: Some(c.source.clone()),
                said_at: Some(c.said_at),
                ..Fact::from_events(Value::Phrase(t), &c.events)
            };
            facts.put(path, fact, None);
        }
        Some(t) => {
            let fact = Fact::from_events(Value::Phrase(t), &c.events).only(Disclosure::Staff);
            facts.put(format!("links.{id}.suspected_cause"), fact, None);
            let lack = Lack::of(Missing::CauseSuspected, &[("link", &id)], command);
            facts.miss(path, lack);
        }
        None => facts.miss(
            path,
            Lack::of(Missing::CauseUnlisted, &[("cause", &key)], command),
        ),
    }
}

/// Before the first window of a repair is known, and after one is withdrawn, this is what is missing.
fn no_window(id: &str) -> Lack {
    Lack::of(
        Missing::NoWindow,
        &[("link", &id)],
        format!("saydo link set {id} --window EARLIEST..LATEST --source cable-operator"),
    )
}

fn insert_window(ground: &Ground<'_>, facts: &mut Facts, id: &str, own: &Own, whole: &Whole) {
    let path = format!("links.{id}.window");
    let standing = own.window.as_ref().and_then(|s| s.value.map(|w| (s, w)));
    let Some((given, window)) = standing.filter(|_| whole.state != LinkState::Up) else {
        return facts.miss(path, no_window(id));
    };
    if window.latest.ends(ground.zone()) <= ground.as_of {
        let lack = Lack::of(
            Missing::WindowPassed,
            &[("link", &id)],
            format!("saydo link set {id} --window EARLIEST..LATEST --source cable-operator"),
        );
        return facts.miss(path, lack);
    }
    let kept = GivenFacts {
        given,
        fresh_until: given.confirmed_at + ground.limit_window().duration(),
        too_old: too_old_window(ground, id, given),
    };
    kept.insert(facts, path, Value::Window(window));
    kept.insert_source(ground, facts, id);
    kept.insert_reasons(ground, facts, id, own, window);
}

fn too_old_window(ground: &Ground<'_>, id: &str, given: &Standing<Option<Window>>) -> Lack {
    let (source, limit) = (&given.source, ground.limit_window());
    Lack::of(
        Missing::WindowTooOld,
        &[("link", &id), ("source", &source), ("limit", &limit)],
        format!("saydo still {id} --source {source}"),
    )
}

/// Facts about one given window: all have its source, its age and its limit.
struct GivenFacts<'a> {
    given: &'a Standing<Option<Window>>,
    fresh_until: At,
    too_old: Lack,
}

impl GivenFacts<'_> {
    fn insert(&self, facts: &mut Facts, path: String, value: Value) {
        let fact = Fact {
            source: Some(self.given.source.clone()),
            said_at: Some(self.given.said_at),
            fresh_until: Some(self.fresh_until),
            ..Fact::from_events(value, &self.given.events)
        };
        facts.put(path, fact, Some(self.too_old.clone()));
    }

    fn insert_source(&self, ground: &Ground<'_>, facts: &mut Facts, id: &str) {
        let path = |name: &str| format!("links.{id}.{name}");
        let source = &self.given.source;
        self.insert(facts, path("window_source"), Value::state(source.kind));
        let said = Value::Instant(Moment::exact(self.given.said_at));
        self.insert(facts, path("window_said_at"), said);
        let link = ground.world.books.network.link(id);
        let operator = link.and_then(|l| l.operator.clone());
        let party = source.party.clone().or(operator);
        match party.and_then(|p| ground.party(&p)) {
            Some(texts) => self.insert(facts, path("window_party"), Value::Phrase(texts)),
            None => facts.miss(
                path("window_party"),
                Lack::of(
                    Missing::WindowParty,
                    &[("link", &id)],
                    format!("saydo link set {id} --window ... --source cable-operator:PARTY"),
                ),
            ),
        }
    }

    /// What it says happens during the window, and why it moved, if either was given.
    fn insert_reasons(
        &self,
        ground: &Ground<'_>,
        facts: &mut Facts,
        id: &str,
        own: &Own,
        window: Window,
    ) {
        let path = |name: &str| format!("links.{id}.{name}");
        let given = own.windows.iter().rev().find(|g| g.window == Some(window));
        if let Some(during) = given.and_then(|g| g.during) {
            self.insert(facts, path("window_during"), Value::state(during));
        }
        let reasons = ground.world.books.workspace.catalogue("reasons");
        let reason = given.and_then(|g| g.reason.as_ref());
        if let Some(texts) = reason.and_then(|r| reasons.and_then(|c| c.get(r))) {
            self.insert(facts, path("window_reason"), Value::Phrase(texts.clone()));
        }
    }
}
