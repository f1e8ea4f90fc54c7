//! Facts about single links: state, work, cause, repair window, share of capacity. Lists of links are made in
//! `link_lists`, not here.

use std::collections::BTreeSet;

use crate::domain::base::link::{LinkId, LinkState, Work};
use crate::domain::base::next_step::{NextStep, ReportWanted};
use crate::domain::base::time::{At, Moment, Window};
use crate::domain::base::value::{Named, Value};
use crate::domain::config::audience::Disclosure;
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::facts::missing::MissingFact;
use crate::domain::facts::subject::IncidentSubject;
use crate::domain::network::health::LinkHealth;
use crate::domain::network::reported::{Current, ReportedLink};
use crate::languages::phrases::Missing;

/// Links, regions and services that facts are worked out for: the scope with its parts, what is counted
/// with it, what rides on it, and everything that somebody has reported on.
fn relevant_links(ground: &IncidentSubject<'_>) -> Vec<LinkId> {
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
        if let Some(link) = network.find_link(id) {
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
        .all_ids()
        .filter(|id| wanted.contains(id))
        .map(str::to_owned)
        .collect()
}

pub(crate) fn derive_links(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    for id in relevant_links(ground) {
        derive_link(ground, facts, &id);
    }
}

/// A fact that a report backs.
fn reported_fact(
    ground: &IncidentSubject<'_>,
    link: &str,
    value: Value,
    whole: &LinkHealth,
) -> Fact {
    let mut events = whole.events.clone();
    events.extend(ground.why_in_scope(link));
    Fact {
        source: whole.source.clone(),
        said_at: whole.said_at,
        ..Fact::from_events(value, &events)
    }
}

fn derive_link(ground: &IncidentSubject<'_>, facts: &mut Facts, id: &str) {
    let whole = ground.condition.link_health(id);
    let nothing = ReportedLink::default();
    let own = ground.condition.reported_link(id).unwrap_or(&nothing);
    insert_names(ground, facts, id);
    insert_state(ground, facts, id, &whole);
    insert_share(ground, facts, id, &whole);
    insert_work(ground, facts, id, own);
    insert_cause(ground, facts, id, own);
    insert_window(ground, facts, id, own, &whole);
    insert_checks(ground, facts, id, own);
}

fn insert_names(ground: &IncidentSubject<'_>, facts: &mut Facts, id: &str) {
    let network = &ground.world.books.network;
    let name = Value::Link(ground.named_link(id));
    let name = Fact::from_events(name, &ground.why_in_scope(id));
    facts.insert_fact(format!("links.{id}.name"), name, None);
    let short = network.find_link(id).map(|l| &l.short_names);
    if let Some(names) = short.filter(|s| !s.is_empty()) {
        let short = Value::Link(Named {
            id: id.to_owned(),
            names: names.clone(),
        });
        facts.insert_fact(
            format!("links.{id}.short_name"),
            Fact::without_source(short),
            None,
        );
    }
    if let Some(parent) = network.parent_of(id) {
        let parent = Fact::without_source(Value::Link(ground.named_link(&parent.id)));
        facts.insert_fact(format!("links.{id}.parent"), parent, None);
    }
    if let Some(kind) = network.kind_of(id) {
        let kind = Fact::without_source(Value::from_state(kind));
        facts.insert_fact(format!("links.{id}.kind"), kind, None);
    }
}

fn insert_share(ground: &IncidentSubject<'_>, facts: &mut Facts, id: &str, whole: &LinkHealth) {
    let path = format!("links.{id}.capacity_left");
    let network = &ground.world.books.network;
    if let Some((share, events, confirmed)) = ground.condition.capacity_left(network, id) {
        let fact = Fact {
            fresh_until: confirmed.map(|t| t + ground.limit_share().to_duration()),
            disclosure: ground.disclosure_of("capacity", Disclosure::Staff),
            ..Fact::from_events(Value::Share(share), &events)
        };
        facts.insert_fact(path, fact, Some(confirm_again(id, "capacity left")));
    } else {
        facts.insert_missing(
            path,
            MissingFact::from_phrase(
                Missing::CapacityLeft,
                &[("link", &id)],
                NextStep::Report {
                    links: id.to_owned(),
                    what: ReportWanted::CapacityLeft(whole.state),
                },
            )
            .because_of(&whole.events),
        );
    }
}

/// Since when it is in trouble, when we last checked it ourselves, and who else says that it is up.
fn insert_checks(ground: &IncidentSubject<'_>, facts: &mut Facts, id: &str, own: &ReportedLink) {
    let path = |name: &str| format!("links.{id}.{name}");
    if let Some((since, events)) = &own.trouble {
        let since = Fact::from_events(Value::Instant(*since), events);
        facts.insert_fact(path("trouble_since"), since, None);
    }
    if let Some((seq, at)) = own.own_checks.last() {
        let state_events = own.state.as_ref().map(|s| s.events.clone());
        let events = state_events.unwrap_or(vec![*seq]);
        let checked = Value::Instant(Moment::exact(*at));
        facts.insert_fact(
            path("checked_at"),
            Fact::from_events(checked, &events),
            None,
        );
    }
    if let Some((seq, source, at)) = &own.unchecked {
        let claimed = Value::Instant(Moment::exact(*at));
        facts.insert_fact(
            path("claimed_up_at"),
            Fact::from_events(claimed, &[*seq]),
            None,
        );
        if let Some(texts) = source.party.as_deref().and_then(|p| ground.party_names(p)) {
            let party = Fact::from_events(Value::Phrase(texts), &[*seq]);
            facts.insert_fact(path("claimed_up_by"), party, None);
        }
    }
}

pub(crate) fn confirm_again(id: &str, what: &str) -> MissingFact {
    MissingFact::from_phrase(
        Missing::ReportTooOld,
        &[("link", &id), ("what", &what)],
        NextStep::ConfirmLink {
            link: id.to_owned(),
        },
    )
}

fn insert_state(ground: &IncidentSubject<'_>, facts: &mut Facts, id: &str, whole: &LinkHealth) {
    if whole.state == LinkState::Unreported {
        facts.insert_missing(
            format!("links.{id}.state"),
            MissingFact::from_phrase(
                Missing::LinkUnreported,
                &[("link", &id)],
                NextStep::Report {
                    links: id.to_owned(),
                    what: ReportWanted::State,
                },
            ),
        );
        return;
    }
    let mut fact = reported_fact(ground, id, Value::from_state(whole.state), whole);
    if whole.state == LinkState::Up {
        fact.fresh_until = whole
            .confirmed_at
            .map(|t| t + ground.limit_up().to_duration());
    }
    let since = whole
        .since
        .map(|s| reported_fact(ground, id, Value::Instant(s), whole));
    facts.insert_fact(
        format!("links.{id}.state"),
        fact,
        Some(confirm_again(id, "up")),
    );
    if let Some(since) = since {
        facts.insert_fact(format!("links.{id}.since"), since, None);
    }
}

fn insert_work(ground: &IncidentSubject<'_>, facts: &mut Facts, id: &str, own: &ReportedLink) {
    let path = format!("links.{id}.work");
    match &own.work {
        Some(w) if w.value != Work::None => {
            let fact = Fact {
                source: Some(w.source.clone()),
                said_at: Some(w.said_at),
                fresh_until: Some(w.confirmed_at + ground.limit_work().to_duration()),
                ..Fact::from_events(Value::from_state(w.value), &w.events)
            };
            facts.insert_fact(path, fact, Some(confirm_again(id, "stage of work")));
        }
        _ => facts.insert_missing(
            path,
            MissingFact::from_phrase(
                Missing::NoWork,
                &[("link", &id)],
                NextStep::Report {
                    links: id.to_owned(),
                    what: ReportWanted::Diagnosing,
                },
            ),
        ),
    }
    if let Some(f) = &own.fault {
        let fact = Fact::from_events(Value::from_state(&f.value), &f.events);
        facts.insert_fact(
            format!("links.{id}.fault"),
            fact.known_only_to(Disclosure::Staff),
            None,
        );
    }
}

fn insert_cause(ground: &IncidentSubject<'_>, facts: &mut Facts, id: &str, own: &ReportedLink) {
    let path = format!("links.{id}.cause");
    let step = NextStep::Report {
        links: id.to_owned(),
        what: ReportWanted::Cause,
    };
    // What caused the trouble of this incident stays known when it is over.
    let is_of_incident = |c: &&Current<(String, bool)>| {
        let is_later = |seq: &u64| *seq >= ground.incident.seq;
        c.value.1 && c.events.iter().any(is_later)
    };
    let past = own.past_cause.as_ref().filter(is_of_incident);
    let Some(c) = own.cause.as_ref().or(past) else {
        let lack = MissingFact::from_phrase(Missing::NoCause, &[("link", &id)], step);
        return facts.insert_missing(path, lack);
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
            facts.insert_fact(path, fact, None);
        }
        Some(t) => {
            let fact =
                Fact::from_events(Value::Phrase(t), &c.events).known_only_to(Disclosure::Staff);
            facts.insert_fact(format!("links.{id}.suspected_cause"), fact, None);
            let lack = MissingFact::from_phrase(Missing::CauseSuspected, &[("link", &id)], step);
            facts.insert_missing(path, lack);
        }
        None => facts.insert_missing(
            path,
            MissingFact::from_phrase(Missing::CauseUnlisted, &[("cause", &key)], step),
        ),
    }
}

/// Before the first window of a repair is known, and after one is withdrawn, this is what is missing.
fn no_window(id: &str) -> MissingFact {
    MissingFact::from_phrase(
        Missing::NoWindow,
        &[("link", &id)],
        NextStep::Report {
            links: id.to_owned(),
            what: ReportWanted::Window,
        },
    )
}

fn insert_window(
    ground: &IncidentSubject<'_>,
    facts: &mut Facts,
    id: &str,
    own: &ReportedLink,
    whole: &LinkHealth,
) {
    let path = format!("links.{id}.window");
    let standing = own.window.as_ref().and_then(|s| s.value.map(|w| (s, w)));
    let Some((given, window)) = standing.filter(|_| whole.state != LinkState::Up) else {
        return facts.insert_missing(path, no_window(id));
    };
    if window.latest.ends_at(ground.zone()) <= ground.as_of {
        let lack = MissingFact::from_phrase(
            Missing::WindowPassed,
            &[("link", &id)],
            NextStep::Report {
                links: id.to_owned(),
                what: ReportWanted::Window,
            },
        );
        return facts.insert_missing(path, lack);
    }
    let kept = GivenFacts {
        given,
        fresh_until: given.confirmed_at + ground.limit_window().to_duration(),
        too_old: too_old_window(ground, id, given),
    };
    kept.insert_given(facts, path, Value::Window(window));
    kept.insert_source(ground, facts, id);
    kept.insert_reasons(ground, facts, id, own, window);
}

fn too_old_window(
    ground: &IncidentSubject<'_>,
    id: &str,
    given: &Current<Option<Window>>,
) -> MissingFact {
    let (source, limit) = (&given.source, ground.limit_window());
    MissingFact::from_phrase(
        Missing::WindowTooOld,
        &[("link", &id), ("source", &source), ("limit", &limit)],
        NextStep::ConfirmLinkAs {
            link: id.to_owned(),
            source: source.to_string(),
        },
    )
}

/// Facts about one given window: all have its source, its age and its limit.
struct GivenFacts<'a> {
    given: &'a Current<Option<Window>>,
    fresh_until: At,
    too_old: MissingFact,
}

impl GivenFacts<'_> {
    fn insert_given(&self, facts: &mut Facts, path: String, value: Value) {
        let fact = Fact {
            source: Some(self.given.source.clone()),
            said_at: Some(self.given.said_at),
            fresh_until: Some(self.fresh_until),
            ..Fact::from_events(value, &self.given.events)
        };
        facts.insert_fact(path, fact, Some(self.too_old.clone()));
    }

    fn insert_source(&self, ground: &IncidentSubject<'_>, facts: &mut Facts, id: &str) {
        let path = |name: &str| format!("links.{id}.{name}");
        let source = &self.given.source;
        self.insert_given(facts, path("window_source"), Value::from_state(source.kind));
        let said = Value::Instant(Moment::exact(self.given.said_at));
        self.insert_given(facts, path("window_said_at"), said);
        let link = ground.world.books.network.find_link(id);
        let operator = link.and_then(|l| l.operator.clone());
        let party = source.party.clone().or(operator);
        match party.and_then(|p| ground.party_names(&p)) {
            Some(texts) => self.insert_given(facts, path("window_party"), Value::Phrase(texts)),
            None => facts.insert_missing(
                path("window_party"),
                MissingFact::from_phrase(
                    Missing::WindowParty,
                    &[("link", &id)],
                    NextStep::Report {
                        links: id.to_owned(),
                        what: ReportWanted::WindowParty,
                    },
                ),
            ),
        }
    }

    /// What it says happens during the window, and why it moved, if either was given.
    fn insert_reasons(
        &self,
        ground: &IncidentSubject<'_>,
        facts: &mut Facts,
        id: &str,
        own: &ReportedLink,
        window: Window,
    ) {
        let path = |name: &str| format!("links.{id}.{name}");
        let given = own.windows.iter().rev().find(|g| g.window == Some(window));
        if let Some(during) = given.and_then(|g| g.during) {
            self.insert_given(facts, path("window_during"), Value::from_state(during));
        }
        let reasons = ground.world.books.workspace.find_catalogue("reasons");
        let reason = given.and_then(|g| g.reason.as_ref());
        if let Some(texts) = reason.and_then(|r| reasons.and_then(|c| c.get(r))) {
            self.insert_given(facts, path("window_reason"), Value::Phrase(texts.clone()));
        }
    }
}
