//! The removal property, over generated nights: without the events that a sentence cites it is not drafted
//! with that value; those events with the adoptions alone suffice.

use crate::testing::shipped;
use proptest::prelude::*;

use crate::domain::base::link::{LinkState, Source, SourceKind, Work};
use crate::domain::base::time::{At, Moment, When, Window};
use crate::domain::base::value::Value;
use crate::domain::facts::world::World;
use crate::domain::ledger::all_facts::derive_all_facts;
use crate::domain::record::event::{Event, GENESIS, VERSION};
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::link_event::{LinkEvent, LinkReported};
use crate::domain::record::payload::EventPayload;
use crate::domain::speech::compose::compose_draft;
use crate::domain::speech::composer::Wanted;
use crate::domain::speech::draft::Draft;
use crate::domain::state::fold::State;
use crate::render::jinja::JinjaEvaluator;
use chrono::Duration;

/// One thing that happens in a generated night.
#[derive(Debug, Clone)]
enum Act {
    State(usize, usize, usize),
    Window(usize, i64, i64),
    Work(usize, usize),
    Cause(usize, bool),
    Effect(usize),
    Again,
    ScopeAdd(usize),
}

const LINKS: [&str; 8] = [
    "AAG",
    "AAG-S1H",
    "AAG-S1I",
    "APG",
    "AAE-1",
    "IA",
    "da-nang",
    "international",
];
const SOURCES: [SourceKind; 4] = [
    SourceKind::OwnCheck,
    SourceKind::Monitoring,
    SourceKind::FieldTeam,
    SourceKind::CableOperator,
];

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        5 => (0..LINKS.len(), 0..LinkState::ALL.len(), 0..SOURCES.len()).prop_map(|(l, s, k)| Act::State(l, s, k)),
        2 => (0..6usize, 1..9i64, 0..6i64).prop_map(|(l, a, b)| Act::Window(l, a, b)),
        2 => (0..6usize, 0..Work::ALL.len()).prop_map(|(l, w)| Act::Work(l, w)),
        1 => (0..6usize, any::<bool>()).prop_map(|(l, c)| Act::Cause(l, c)),
        1 => (0..3usize).prop_map(Act::Effect),
        1 => Just(Act::Again),
        1 => (0..6usize).prop_map(Act::ScopeAdd),
    ]
}

fn payload(
    act: &Act,
    at: At,
    books: &crate::domain::facts::world::AdoptedConfig,
) -> Option<EventPayload> {
    let operator = Source {
        kind: SourceKind::CableOperator,
        party: Some("cable-operator".into()),
    };
    let mut report = LinkReported::nothing_new("AAG", &Source::own_check(), at);
    Some(EventPayload::Link(LinkEvent::LinkReported(match act {
        Act::State(l, s, k) => {
            report.link = LINKS[*l].into();
            report.state = Some(LinkState::ALL[*s]).filter(|s| *s != LinkState::Unreported);
            report.source = Source {
                kind: SOURCES[*k],
                party: None,
            };
            report
        }
        Act::Window(l, from, len) => {
            let day = |n: i64| When::Day((at + Duration::days(n)).date_naive());
            report.link = LINKS[*l].into();
            report.window = Some(Window {
                earliest: Some(day(*from)),
                latest: day(from + len),
            });
            report.source = operator;
            report
        }
        Act::Work(l, w) => {
            report.link = LINKS[*l].into();
            report.work = Some(Work::ALL[*w]);
            report
        }
        Act::Cause(l, confirmed) => {
            report.link = LINKS[*l].into();
            report.cause = Some("anchor".into());
            report.confirmed = *confirmed;
            report
        }
        Act::Effect(n) => {
            let phrase = books
                .workspace
                .find_catalogue("effects")?
                .values()
                .nth(*n)?
                .clone();
            return Some(EventPayload::Incident(IncidentEvent::FactNoted {
                name: "effect".into(),
                value: Some(Value::Phrase(phrase)),
                source: Source::own_check(),
                said_at: at,
                scope: Vec::new(),
            }));
        }
        Act::Again => {
            return Some(EventPayload::Link(LinkEvent::Reconfirmed {
                links: LINKS.iter().map(|l| (*l).to_owned()).collect(),
                facts: Vec::new(),
                source: Source::own_check(),
                said_at: at,
            }));
        }
        Act::ScopeAdd(l) => {
            return Some(EventPayload::Incident(IncidentEvent::ScopeChanged {
                added: vec![LINKS[*l].into()],
                removed: Vec::new(),
            }));
        }
    })))
}

fn draft(
    events: &[Event],
    books: &crate::domain::facts::world::AdoptedConfig,
    playbook: &crate::domain::config::playbook::Playbook,
    now: At,
) -> Option<Draft> {
    let state = State::fold_events(events).ok()?;
    let world = World {
        state: &state,
        books,
        condition: None,
    };
    let facts = derive_all_facts(world, "INC-1", "customers", now, &JinjaEvaluator).ok()?;
    compose_draft(
        playbook,
        &books.workspace,
        facts,
        &JinjaEvaluator,
        &Wanted {
            channels: vec!["web".into(), "sms".into()],
            ..Wanted::default()
        },
    )
    .ok()
}

/// The line with the same values of its claims.
fn says(draft: Option<&Draft>, like: &crate::domain::record::rendition::SaidLine) -> bool {
    draft.is_some_and(|d| {
        d.lines.iter().any(|l| {
            l.said.id == like.id
                && l.said.it == like.it
                && like
                    .claims
                    .iter()
                    .all(|c| l.said.reads.get(c) == like.reads.get(c))
        })
    })
}

/// Whether some line reads the same values: a summing up stands only where room is short, so that fewer
/// events may leave room for the lines that it sums up.
fn holds_values(draft: Option<&Draft>, like: &crate::domain::record::rendition::SaidLine) -> bool {
    let has = |reads: &std::collections::BTreeMap<String, Value>| {
        like.claims
            .iter()
            .all(|c| reads.get(c) == like.reads.get(c))
    };
    draft.is_some_and(|d| d.lines.iter().any(|l| has(&l.said.reads)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("PROPTEST_CASES").ok().and_then(|c| c.parse().ok()).unwrap_or(60), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_sentence_rests_on_exactly_what_it_cites(acts in proptest::collection::vec((act(), 1..90i64), 1..14), pick in 0..2usize) {
        let books = shipped::books();
        let name = ["submarine-cable-disruption", "several-cables"][pick];
        let (playbook, digest, base) = shipped::playbook(name);
        let mut now = crate::check::playbook::situation::beginning();
        let event = |seq: u64, at: At, payload: EventPayload| Event {
            v: VERSION.into(), record: None,
            seq, at, by: "test".into(), key: None, clock_given: true, noted: None,
            incident: Some("INC-1".into()), prev: GENESIS.into(), payload,
        };
        let mut events = vec![event(1, now, EventPayload::Incident(IncidentEvent::IncidentDeclared {
            playbook: name.into(), digest, base, title: None, since: Some(Moment::exact(now)),
            scope: vec!["AAG".into()], planned: None,
        }))];
        for (act, minutes) in &acts {
            now += Duration::minutes(*minutes);
            if let Some(h) = payload(act, now, books) {
                events.push(event(events.len() as u64 + 1, now, h));
            }
        }
        let full = draft(&events, books, &playbook, now).unwrap();
        for line in &full.lines {
            let cited = &line.said.events;
            let own: Vec<Event> = events.iter().filter(|e| cited.contains(&e.seq)).cloned().collect();
            let rest: Vec<Event> = events.iter().filter(|e| !cited.contains(&e.seq)).cloned().collect();
            // What only prints our own name, the time and the contact needs no event.
            let claims_something = line.said.claims.iter().any(|c| !matches!(c.as_str(), "as_of" | "org" | "zone") && !c.starts_with("contacts."));
            if claims_something {
                prop_assert!(!cited.is_empty(), "{} cites nothing", line.said.id);
                let without = draft(&rest, books, &playbook, now);
                prop_assert!(!says(without.as_ref(), &line.said), "{} is said without {cited:?}: {:?}", line.said.id, line.said.reads);
            }
            // A line that rests on something unknown may only be said less, never more, with fewer events.
            if claims_something {
                let alone = draft(&own, books, &playbook, now);
                let is_said = says(alone.as_ref(), &line.said)
                    || (line.sums_up && holds_values(alone.as_ref(), &line.said));
                prop_assert!(is_said, "{} needs more than {cited:?}: {:?}", line.said.id, line.said.reads);
            }
        }
        // Folding is deterministic, and every draft of a shipped playbook passes the word reader.
        prop_assert_eq!(State::fold_events(&events).unwrap(), State::fold_events(&events).unwrap());
        let said: Vec<String> = crate::check::against::literals::Reader::new(&books.network)
            .read_whole(&full)
            .into_iter()
            .map(|f| f.what.without_commands())
            .collect();
        prop_assert!(said.is_empty(), "{}", said.join("\n"));
    }
}
