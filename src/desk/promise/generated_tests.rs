//! The ledger over generated histories: stock is never oversold, every promise that was issued stands in it once,
//! a verdict that was reached stays, and no statement leaves out a slip that its audience heard.

use std::collections::BTreeMap;

use crate::desk::due::due_items::record_reminders;
use crate::desk::incident::declare::{Declaration, declare_incident};
use crate::desk::incident::report::{note_fact, reconfirm_links, report_links};
use crate::desk::promise::by_hand::{Making, make_promise};
use crate::desk::promise::ledger::{list_ledger, record_stock, stock_today};
use crate::desk::promise::settle::{keep_promise, revise_promise, withdraw_promise};
use crate::desk::statement::issue::issue_with_reason;
use crate::desk::{Journal, Snapshot};
use crate::domain::base::link::{LinkState, Source, SourceKind};
use crate::domain::base::time::{At, Moment, When, Window};
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::ledger::verdict::PromiseStatus;
use crate::domain::record::event::Event;
use crate::domain::record::link_event::LinkReported;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::promise_event::{Evidence, PromiseEvent};
use crate::testing::{notice, shipped};
use chrono::Duration;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Act {
    State(usize, bool),
    Window(usize, i64, i64),
    Gone(usize),
    HoldUntil(i64),
    RerouteBy(i64),
    Rerouted,
    Customers(u64),
    Credit(i64),
    Stock(u64, bool),
    Make(usize),
    Keep(u32),
    Revise(u32, i64),
    Withdraw(u32),
    Still,
    Issue(usize),
    Tick,
}

const LINKS: [&str; 4] = ["AAG", "APG", "AAG-S1H", "AAG-S1I"];
const CASES: [&str; 3] = ["urgent-handover", "callback", "visit"];

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        3 => (0..4usize, any::<bool>()).prop_map(|(l, up)| Act::State(l, up)),
        3 => (0..4usize, 0..5i64, 0..3i64).prop_map(|(l, a, b)| Act::Window(l, a, b)),
        1 => (0..4usize).prop_map(Act::Gone),
        2 => (0..6i64).prop_map(Act::HoldUntil),
        2 => (1..400i64).prop_map(Act::RerouteBy),
        1 => Just(Act::Rerouted),
        1 => (1..30u64).prop_map(Act::Customers),
        1 => (0..5i64).prop_map(Act::Credit),
        2 => (0..40u64, any::<bool>()).prop_map(|(n, anew)| Act::Stock(n, anew)),
        3 => (0..3usize).prop_map(Act::Make),
        2 => (1..12u32).prop_map(Act::Keep),
        2 => (1..12u32, 1..3000i64).prop_map(|(n, m)| Act::Revise(n, m)),
        1 => (1..12u32).prop_map(Act::Withdraw),
        2 => Just(Act::Still),
        6 => (0..3usize).prop_map(Act::Issue),
        1 => Just(Act::Tick),
    ]
}

fn operator() -> Source {
    Source {
        kind: SourceKind::CableOperator,
        party: Some("cable-operator".into()),
    }
}

fn day(at: At, n: i64) -> When {
    When::Day((at + Duration::days(n)).date_naive())
}

/// Does one thing; what is refused is refused.
fn play(desk: &mut Journal, act: &Act) -> bool {
    let now = desk.clock.now;
    let mut report = |link: usize, f: &dyn Fn(&mut LinkReported)| {
        let mut r = LinkReported::nothing_new(LINKS[link], &Source::own_check(), now);
        f(&mut r);
        report_links(desk, &[r], false).is_ok()
    };
    match act {
        Act::State(l, up) => report(*l, &|r| {
            r.state = Some(if *up { LinkState::Up } else { LinkState::Down });
        }),
        Act::Window(l, from, len) => report(*l, &|r| {
            r.window = Some(Window {
                earliest: Some(day(now, *from)),
                latest: day(now, from + len),
            });
            r.source = operator();
        }),
        Act::Gone(l) => report(*l, &|r| {
            r.window_withdrawn = true;
            r.source = operator();
        }),
        Act::HoldUntil(n) => {
            let date = (now + Duration::days(*n)).date_naive();
            note(desk, "hold_until", Value::Date(date))
        }
        Act::Credit(n) => {
            let date = (now + Duration::days(*n)).date_naive();
            note(desk, "credit_by", Value::Date(date))
                && note(desk, "goodwill_approved", Value::from_state("credit"))
        }
        Act::RerouteBy(m) => {
            let at = Moment::exact(now + Duration::minutes(*m));
            note(desk, "reroute_by", Value::Instant(at))
        }
        Act::Rerouted => note(desk, "rerouted", Value::from_state("yes")),
        Act::Customers(n) => note(desk, "customers_affected", Value::Count(*n)),
        Act::Stock(n, anew) => ["bill-credit", "technician-visit", "agent-calls"]
            .iter()
            .all(|r| record_stock(desk, r, *n / 8, *anew, &Source::own_check(), "test").is_ok()),
        Act::Make(kind) => make_promise(
            desk,
            &Making {
                kind: CASES[*kind].into(),
                incident: Some("INC-1".into()),
                subject: Some(format!("T-{}", desk.state.seq)),
                audience: "customers".into(),
                ..Making::default()
            },
        )
        .is_ok(),
        Act::Keep(n) => {
            let shows = Evidence {
                text: "seen".into(),
                file: None,
            };
            keep_promise(desk, *n, &shows, None).is_ok()
        }
        Act::Revise(n, m) => {
            let due = When::At(now + Duration::minutes(*m));
            let shows = Evidence {
                text: "a mail".into(),
                file: None,
            };
            revise_promise(desk, *n, due, "test", Some(&shows)).is_ok()
        }
        Act::Withdraw(n) => withdraw_promise(desk, *n, "test").is_ok(),
        Act::Still => reconfirm_links(desk, &[], &Source::own_check(), now).is_ok(),
        Act::Issue(which) => {
            let ids: Vec<String> = match which {
                0 => vec!["INC-1".into()],
                1 => vec!["INC-2".into()],
                _ => vec!["INC-1".into(), "INC-2".into()],
            };
            issue_with_reason(desk, notice(&ids), None, None).is_ok()
        }
        Act::Tick => record_reminders(desk, Duration::minutes(30), Duration::hours(1)).is_ok(),
    }
}

fn note(desk: &mut Journal, name: &str, value: Value) -> bool {
    let now = desk.clock.now;
    ["INC-1", "INC-2"].iter().all(|id| {
        note_fact(
            desk,
            id,
            name,
            Some(value.clone()),
            Source::own_check(),
            now,
        )
        .is_ok()
    })
}

fn start() -> Journal {
    let mut desk = shipped::desk();
    for (playbook, link) in [("several-cables", "AAG"), ("backbone-cut", "BB-NS")] {
        declare_incident(
            &mut desk,
            &Declaration {
                links: vec![(link.into(), Some(LinkState::Down))],
                ..Declaration::new(playbook)
            },
        )
        .unwrap();
    }
    let now = desk.clock.now;
    let mut hit = LinkReported::nothing_new("hue", &Source::own_check(), now);
    hit.state = Some(LinkState::Down);
    report_links(&mut desk, &[hit], false).unwrap();
    desk
}

/// Reserved and used never exceed what there was.
fn never_oversold(desk: &Snapshot) {
    let set: BTreeMap<&String, u64> = desk
        .state
        .stock
        .iter()
        .map(|(name, steps)| {
            let from = steps.iter().rposition(|s| s.anew).unwrap_or(0);
            (name, steps[from..].iter().map(|s| s.amount).sum())
        })
        .collect();
    // Only what was there when a promise was made counts: lowering the stock afterwards breaks nobody's word.
    for p in &desk.state.promises {
        for used in &p.made.uses {
            assert!(used.amount > 0);
            assert!(
                set.contains_key(&used.resource),
                "{used:?} came from nowhere"
            );
        }
    }
}

/// What was left of a resource before an append is enough for what the append reserves.
fn reservation_fits(left: &BTreeMap<String, u64>, desk: &Snapshot, since: usize) {
    let mut wanted: BTreeMap<&str, u64> = BTreeMap::new();
    for p in &desk.state.promises[since..] {
        for used in &p.made.uses {
            *wanted.entry(&used.resource).or_default() += used.amount;
        }
    }
    for (resource, amount) in wanted {
        let had = left.get(resource).copied().unwrap_or(0);
        // A rate is counted on the day on which the promise falls due, which may be another.
        if !matches!(resource, "technician-visit" | "agent-calls") {
            assert!(amount <= had, "{amount} {resource} promised, {had} left");
        }
    }
}

fn left(desk: &Snapshot) -> BTreeMap<String, u64> {
    [
        "bill-credit",
        "data-voucher",
        "technician-visit",
        "agent-calls",
    ]
    .iter()
    .map(|r| ((*r).to_owned(), stock_today(desk, r).unwrap().amount_left()))
    .collect()
}

/// Every line with a promise names one entry, and every entry that a statement made is named by one line of it.
fn one_entry_each(desk: &Snapshot) {
    for issued in &desk.state.statements {
        let s = &issued.statement;
        for line in s.lines().iter().filter(|l| l.promise.is_some()) {
            assert!(line.promise_number.is_some(), "a promise line has a number");
            for number in line.promise_numbers() {
                let same = desk
                    .state
                    .promises
                    .iter()
                    .filter(|p| p.made.number == number);
                assert_eq!(
                    same.count(),
                    1,
                    "promise {number} of statement {}",
                    s.number
                );
            }
        }
    }
    for p in &desk.state.promises {
        let Some(number) = p.made.statement else {
            continue;
        };
        let s = &desk.state.find_statement(number).unwrap().statement;
        let says = s
            .lines()
            .iter()
            .filter(|l| l.promise_numbers().any(|n| n == p.made.number))
            .count();
        assert_eq!(says, 1, "promise {} of statement {number}", p.made.number);
    }
}

/// What the audience heard last of each promise, read from the statements alone.
fn heard(desk: &Snapshot) -> BTreeMap<u32, (When, u64)> {
    let mut heard = BTreeMap::new();
    for p in &desk.state.promises {
        for d in p.dues.iter().filter(|d| d.statement.is_some()) {
            heard.insert(p.made.number, (d.due, d.seq));
        }
    }
    heard
}

/// The statement that was just issued owns up to whatever the audience had heard and that is no longer so.
fn owns_up(
    before: &BTreeMap<u32, (When, u64)>,
    standings: &BTreeMap<u32, PromiseStatus>,
    desk: &Snapshot,
) {
    let last = desk.state.statements.last().unwrap();
    let s = &last.statement;
    let zone = shipped::books().workspace.zone;
    for p in &desk.state.promises {
        let number = p.made.number;
        let Some((due, told_seq)) = before.get(&number) else {
            continue;
        };
        let about = p.incident.as_ref().is_some_and(|i| s.incidents.contains(i));
        if !about || p.made.of_window || p.made.kept_when.as_deref() == Some("next-statement") {
            continue;
        }
        let corrects = |l: &crate::domain::record::rendition::SaidLine| {
            l.element == Element::Correction && l.is_for(&format!("#{number}"))
        };
        let says = s.lines().iter().any(corrects);
        let said_before = desk
            .state
            .statements
            .iter()
            .filter(|i| i.seq > *told_seq && i.seq < last.seq)
            .any(|i| i.statement.lines().iter().any(corrects));
        let is_missed = due.ends_at(zone) < s.as_of
            && !matches!(
                standings.get(&number),
                Some(PromiseStatus::Kept | PromiseStatus::Withdrawn)
            );
        let is_withdrawn = p.withdrawn.is_some();
        if (is_missed || is_withdrawn) && !said_before {
            assert!(
                says,
                "statement {} says nothing of promise {number}, told {due}",
                s.number
            );
        }
        // A line that says another time than was heard stands beside one that names both.
        for line in s.lines() {
            if line.promise_numbers().any(|n| n == number) {
                let now = p
                    .dues
                    .iter()
                    .rev()
                    .find(|d| d.statement == Some(s.number))
                    .map_or(*due, |d| d.due);
                assert!(
                    now == *due || says,
                    "statement {} moves promise {number} from {due} to {now} in silence",
                    s.number
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("PROPTEST_CASES").ok().and_then(|c| c.parse().ok()).unwrap_or(40), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_ledger_holds(acts in proptest::collection::vec((act(), 1..900i64), 4..24)) {
        let mut desk = start();
        let mut settled: BTreeMap<u32, PromiseStatus> = BTreeMap::new();
        for (act, minutes) in &acts {
            desk.set_now(desk.clock.now + Duration::minutes(*minutes));
            let had = left(&desk);
            let told = heard(&desk);
            let promises = desk.state.promises.len();
            let before: BTreeMap<u32, PromiseStatus> = list_ledger(&desk).unwrap().iter().map(|e| (e.promise.made.number, e.standing)).collect();
            let done = play(&mut desk, act);
            if done {
                reservation_fits(&had, &desk, promises);
                if matches!(act, Act::Issue(_)) {
                    owns_up(&told, &before, &desk);
                }
            }
            never_oversold(&desk);
            one_entry_each(&desk);
            for e in list_ledger(&desk).unwrap() {
                let number = e.promise.made.number;
                if let Some(before) = settled.get(&number) {
                    prop_assert_eq!(*before, e.standing, "promise {} changed its verdict: {}", number, e.why);
                }
                if !matches!(e.standing, PromiseStatus::Open | PromiseStatus::Overdue) {
                    settled.insert(number, e.standing);
                }
            }
        }
        // Verdicts follow from the record and the clock alone.
        let again: Vec<(u32, PromiseStatus)> = list_ledger(&desk).unwrap().iter().map(|e| (e.promise.made.number, e.standing)).collect();
        let events: Vec<Event> = desk.stored().unwrap().iter().map(|s| Event::parse_at(s.seq, &s.bytes).unwrap()).collect();
        let state = crate::domain::state::fold::State::fold_events(&events).unwrap();
        prop_assert_eq!(&state, &desk.state);
        let mine: Vec<(u32, PromiseStatus)> = list_ledger(&desk).unwrap().iter().map(|e| (e.promise.made.number, e.standing)).collect();
        prop_assert_eq!(again, mine);
        let made = events.iter().filter(|e| matches!(e.payload, EventPayload::Promise(PromiseEvent::PromiseMade(_)))).count();
        prop_assert_eq!(made, desk.state.promises.len());
    }
}
