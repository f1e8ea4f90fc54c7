//! Facts about promises that people hold: those that came out otherwise than told, and those in force. It judges nothing.

use crate::domain::base::next_step::NextStep;
use crate::domain::base::time::{Moment, When};
use crate::domain::base::value::{Named, Value};
use crate::domain::config::line::Element;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::facts::missing::MissingFact;
use crate::domain::facts::subject::IncidentSubject;
use crate::domain::ledger::changed_dates::insert_changed_dates;
use crate::domain::ledger::kept;
use crate::domain::ledger::own_ends::{OwnEnds, overtaken_by};
use crate::domain::ledger::promise_facts::{due_value, is_owned_up_elsewhere, nameless_promise};
use crate::domain::ledger::promise_scope::told_scope;
use crate::domain::ledger::verdict;
use crate::domain::state::fold::State;
use crate::domain::state::incident::Issued;
use crate::domain::state::promise::{AnnouncedDue, Promise};
use crate::domain::state::reach::Reach;
use crate::languages::phrases::Missing;

/// The due time that stands: of the ledger, or of the fact that it follows when that was noted since.
fn due_now(facts: &Facts, promise: &Promise) -> (When, Vec<u64>) {
    let due = promise.current_due();
    let path = match &promise.made.subject {
        Some(subject) => format!("promise.{}.{subject}.due", promise.made.promise),
        None => format!("promise.{}.due", promise.made.promise),
    };
    let fact = facts
        .known_fact(&path)
        .filter(|_| promise.withdrawn.is_none());
    let noted = match fact.map(|f| &f.value) {
        Some(Value::Instant(m)) => Some(When::At(m.at)),
        Some(Value::Date(d)) => Some(When::Day(*d)),
        _ => None,
    };
    match (noted, fact) {
        (Some(when), Some(f)) => (when, f.events.clone()),
        _ => (due.due, vec![due.seq]),
    }
}

/// The promises of this incident to this audience that are not of a window and not of a statement: those are
/// owned up to by the link, and by being late.
fn promises_to_audience<'a>(ground: &'a IncidentSubject<'_>) -> impl Iterator<Item = &'a Promise> {
    let all = ground.world.state.promises_of(&ground.incident.id);
    all.filter(|p| p.made.audience == ground.audience && !is_owned_up_elsewhere(p))
}

/// What became of a promise that this audience heard, until a statement owns up to it.
enum Turn {
    Slipped,
    Missed,
    Withdrawn,
    /// Nothing: it stands as it was told.
    InForce,
}

/// The lists by turn, in the order of `Turn`.
const TURNS: [&str; 4] = [
    "promises.slipped",
    "promises.missed",
    "promises.withdrawn",
    "promises.in_force",
];

/// Promises that this audience heard and that were moved, missed or taken back since, until a statement has said so.
pub(super) fn insert_owed(
    ground: &IncidentSubject<'_>,
    facts: &mut Facts,
    evaluator: &dyn Evaluator,
) {
    let declared = ground.incident.playbook.seq;
    let mut lists: [(Vec<Named>, Vec<u64>); 4] = Default::default();
    for (_, events) in &mut lists {
        events.push(declared);
    }
    let reach = ground.reach();
    let mut own_ends = OwnEnds::default();
    // What was made by hand for one case nobody but that person heard.
    for promise in promises_to_audience(ground) {
        let tolds = told_dues(ground.world.state, promise, &reach);
        let entry = verdict::judge_promise(ground.world, evaluator, ground.as_of, promise);
        let (due, due_events) = due_now(facts, promise);
        let overtaken = overtaken_by(ground, facts, promise, (due, &due_events));
        let turns = tolds.into_iter().filter_map(|told| {
            let turn = turn_of(ground, &entry, told, due, &reach)?;
            // The statement that says so takes it back.
            let is_over = matches!(turn, Turn::Slipped | Turn::InForce) && !overtaken.is_empty();
            Some((told, if is_over { Turn::Withdrawn } else { turn }))
        });
        // What holds no more for some goes before what stands for the others.
        let Some((told, turn)) = turns.min_by_key(|(_, t)| matches!(t, Turn::InForce)) else {
            continue;
        };
        let turn = Some(turn);
        let mut events = vec![promise.seq, told.seq];
        let is_called_off = || ends_with_work(ground, facts, promise);
        let Some(turn) = turn.filter(|t| !matches!(t, Turn::InForce) || !is_called_off()) else {
            continue;
        };
        match turn {
            Turn::Slipped => events.extend(&due_events),
            Turn::Withdrawn => {
                events.extend(promise.withdrawn.iter().map(|taken| taken.seq));
                events.extend(overtaken);
            }
            Turn::Missed | Turn::InForce => {}
        }
        if matches!(turn, Turn::Slipped | Turn::InForce) {
            own_ends.add_standing(ground, promise, due, &events);
        }
        let named = insert_owed_promise(ground, facts, &entry, (told, due), &events);
        let (names, all) = &mut lists[turn as usize];
        names.push(named);
        all.extend(events);
    }
    for (path, (list, events)) in TURNS.into_iter().zip(lists) {
        facts.insert_fact(path, Fact::from_events(Value::List(list), &events), None);
    }
    insert_changed_dates(facts, &TURNS[..3]);
    own_ends.insert_lists(ground, facts);
}

/// True for the end of work of which the text says that it is called off, or that it will take longer: the same words take
/// its end back.
fn ends_with_work(ground: &IncidentSubject<'_>, facts: &Facts, promise: &Promise) -> bool {
    let arrangement = facts.state_word("arrangement");
    let is_off = matches!(arrangement, Some("moved" | "cancelled"));
    let is_over = facts.state_word("overrun_expected") == Some("yes");
    (is_off || is_over) && verdict::is_end_of_work(ground.world, promise)
}

fn turn_of(
    ground: &IncidentSubject<'_>,
    entry: &verdict::JudgedPromise<'_>,
    told: &AnnouncedDue,
    due: When,
    reach: &Reach,
) -> Option<Turn> {
    let (state, promise) = (ground.world.state, entry.promise);
    let told_by = told.statement.and_then(|n| state.find_statement(n))?;
    if let Some(taken) = &promise.withdrawn {
        // The statement that took it back says so itself.
        let own = taken.statement.and_then(|n| state.find_statement(n));
        let said = own
            .into_iter()
            .chain(corrections_of(state, promise, taken.seq));
        return (!reach.is_covered(told_by, said)).then_some(Turn::Withdrawn);
    }
    // The statement that calls work off owns up to its end as well.
    if entry.kept.is_none() && verdict::work_called_off(ground.world, promise).is_some() {
        return None;
    }
    let end = kept::end_of_due(ground.world, told);
    let is_late = end < ground.as_of && entry.kept.as_ref().is_none_or(|k| k.at > end);
    // Owned up to once it was past: not again with every statement.
    let is_said = || {
        let since = corrections_of(state, promise, told.seq);
        reach.is_covered(told_by, since.filter(|s| s.statement.as_of >= end))
    };
    // What has passed was missed, although another time was named before it had.
    let has_moved = due != told.due && entry.kept.is_none();
    match (is_late, &entry.kept) {
        _ if has_moved && (!is_late || is_said()) => Some(Turn::Slipped),
        (true, _) => (!is_said()).then_some(Turn::Missed),
        (false, Some(_)) => None,
        (false, None) => Some(Turn::InForce),
    }
}

/// The due times that its audience was told last: more than one where a channel or language has missed what others were
/// told.
fn told_dues<'a>(state: &State, promise: &'a Promise, reach: &Reach) -> Vec<&'a AnnouncedDue> {
    let told = promise.dues.iter().rev().filter_map(|due| {
        let issued = state.find_statement(due.statement?)?;
        Some((issued, Some(due)))
    });
    reach.last_heard(told)
}

/// The statements since an entry that own up to a promise, to its audience.
pub fn corrections_of<'a>(
    state: &'a State,
    promise: &'a Promise,
    since: u64,
) -> impl Iterator<Item = &'a Issued> {
    let mark = format!("#{}", promise.made.number);
    let all = state.statements.iter().rev();
    let later = all.take_while(move |s| s.seq > since);
    let theirs = later.filter(|s| s.statement.audience == promise.made.audience);
    theirs.map(AsRef::as_ref).filter(move |s| {
        let mut lines = s.statement.lines().iter();
        lines.any(|l| l.element == Element::Correction && l.is_for(&mark))
    })
}

/// The facts about one promise that is owed a word; its name.
fn insert_owed_promise(
    ground: &IncidentSubject<'_>,
    facts: &mut Facts,
    entry: &verdict::JudgedPromise<'_>,
    (told, due): (&AnnouncedDue, When),
    events: &[u64],
) -> Named {
    let made = &entry.promise.made;
    let number = made.number;
    let names = if made.names.is_empty() {
        nameless_promise()
    } else {
        made.names.clone()
    };
    let named = Named {
        id: format!("#{number}"),
        names,
    };
    let scope = told_scope(ground, entry.promise);
    if let Some(scope) = scope.or_else(|| facts.known_fact("scope").cloned()) {
        facts.insert_fact(format!("promises.{number}.scope"), scope, None);
    }
    let mut insert = |name: &str, value: Value, events: &[u64]| {
        let path = format!("promises.{number}.{name}");
        facts.insert_fact(path, Fact::from_events(value, events), None);
    };
    insert("name", Value::Link(named.clone()), events);
    insert("kind", Value::from_state(&made.promise), events);
    insert("told_due", due_value(told.due), &[told.seq]);
    insert("due", due_value(due), events);
    let subject = made.subject.as_deref();
    if let Some(subject) = subject.filter(|s| ground.world.books.network.has_entry(s)) {
        insert("subject", Value::Link(ground.named_link(subject)), events);
    }
    match &entry.kept {
        Some(kept) => {
            let all = [events, &kept.events].concat();
            insert("kept_at", Value::Instant(Moment::exact(kept.at)), &all);
        }
        None => facts.insert_missing(
            format!("promises.{number}.kept_at"),
            MissingFact::from_phrase(
                Missing::PromiseNotKept,
                &[("number", &number)],
                NextStep::KeepPromise { number },
            )
            .because_of(events),
        ),
    }
    named
}
