//! Looking back at incidents: how good our word was. It changes nothing in the record.

use std::collections::{BTreeMap, BTreeSet};

use crate::desk::promise::ledger::list_ledger;
use crate::desk::{DeskError, Journal, Snapshot};
use crate::domain::base::time::At;
use crate::domain::base::value::Value;
use crate::domain::facts::subject::DeriveError;
use crate::domain::facts::world::World;
use crate::domain::ledger::all_facts::derive_all_facts;
use crate::domain::ledger::verdict::JudgedPromise;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::review::incident_review::{Review, Stood, build_review};
use crate::domain::speech::still_true::{Verdict, still_true};
use crate::domain::state::fold::State;

/// An incident while the record is gone through.
#[derive(Default)]
struct Followed {
    /// The statement that is out.
    last: Option<u32>,
    /// The moments at which a window that it named has passed.
    moments: Vec<At>,
    /// Lines that have stopped being true, and when.
    open: BTreeMap<(u32, usize), At>,
    found: Vec<Stood>,
}

/// Looks back upon incidents, in this order. The record is gone through once for all of them.
///
/// # Errors
/// When one does not exist or the record cannot be read.
pub fn review_incidents(journal: &Journal, incidents: &[&str]) -> Result<Vec<Review>, DeskError> {
    let world = journal.world()?;
    let mut entries: BTreeMap<&str, Vec<JudgedPromise<'_>>> = BTreeMap::new();
    for e in list_ledger(journal)? {
        if let Some(id) = &e.promise.incident {
            entries.entry(id).or_default().push(e);
        }
    }
    let mut stood = find_stale_lines(journal, incidents)?;
    let one = |id: &&str| {
        let found = world.state.incidents.get(*id);
        let found = found.ok_or_else(|| DeriveError::NoIncident((*id).to_owned()))?;
        let own = entries.remove(*id).unwrap_or_default();
        let stood = stood.remove(*id).unwrap_or_default();
        Ok(build_review(world, found, &own, stood, journal.clock.now))
    };
    incidents.iter().map(one).collect()
}

/// Sentences that stood after they had stopped being true, by incident: the record is folded again, and after each event
/// that touches an incident, and whenever a window has passed, the statement that was out then is looked at.
fn find_stale_lines<'a>(
    journal: &Journal,
    incidents: &[&'a str],
) -> Result<BTreeMap<&'a str, Vec<Stood>>, DeskError> {
    let (books, now) = (journal.world()?.books, journal.clock.now);
    let own = incidents.iter().map(|i| (*i, Followed::default()));
    let mut followed: BTreeMap<&str, Followed> = own.collect();
    let mut ahead: BTreeSet<(At, String)> = BTreeSet::new();
    let mut state = State::default();
    let mut events = journal.believed_events()?.into_iter();
    let mut next = events.next();
    while let Some(event) = next {
        next = events.next();
        let at = event.at;
        let next_at = next.as_ref().map_or(now, |e| e.at);
        let touched = event.incident.clone().filter(|_| !event.payload.is_aside());
        let issued = incidents_spoken_of(&event.payload);
        state.apply_owned(event)?;
        let mut looks: Vec<(At, String)> = Vec::new();
        if let Some(id) = touched.filter(|id| !issued.contains(id)) {
            looks.push((at, id));
        }
        for id in issued {
            let Some(f) = followed.get_mut(id.as_str()) else {
                continue;
            };
            let after = last_of(&state, &id, journal.default_audience());
            if after == f.last {
                looks.push((at, id));
                continue;
            }
            for moment in std::mem::take(&mut f.moments) {
                ahead.remove(&(moment, id.clone()));
            }
            replace_statement(journal, &state, f, after, at);
            ahead.extend(f.moments.iter().map(|m| (*m, id.clone())));
        }
        let passed = take_passed(&mut ahead, next_at);
        looks.extend(passed.into_iter().filter(|(end, _)| *end > at));
        let then = World {
            state: &state,
            books,
            condition: None,
        };
        for (at, id) in looks {
            if let Some(f) = followed.get_mut(id.as_str()).filter(|f| f.last.is_some()) {
                note_stale_lines(journal, then, &id, at, &mut f.open)?;
            }
        }
    }
    let ended = followed.into_iter().map(|(id, mut f)| {
        end_statement(journal, &state, &mut f, None);
        f.found.sort_by_key(|s| (s.statement, s.stopped_at));
        (id, f.found)
    });
    Ok(ended.collect())
}

/// The incidents of the statement that is issued here; none when none is.
fn incidents_spoken_of(payload: &EventPayload) -> Vec<String> {
    match payload {
        EventPayload::Statement(StatementEvent::StatementIssued(s)) => s.incidents.clone(),
        _ => Vec::new(),
    }
}

/// Another statement took the place of the one that was out.
fn replace_statement(
    journal: &Journal,
    state: &State,
    f: &mut Followed,
    after: Option<u32>,
    at: At,
) {
    end_statement(journal, state, f, Some(at));
    f.last = after;
    f.moments = after.map_or(Vec::new(), |n| window_ends(journal, state, n));
}

/// Takes out the moments that lie no later than the next event.
fn take_passed(ahead: &mut BTreeSet<(At, String)>, next_at: At) -> Vec<(At, String)> {
    let mut passed = Vec::new();
    while let Some(first) = ahead.pop_first() {
        if first.0 > next_at {
            ahead.insert(first);
            break;
        }
        passed.push(first);
    }
    passed
}

/// Notes which lines of the statement that is out do not hold at this moment.
fn note_stale_lines(
    snapshot: &Snapshot,
    then: World<'_>,
    incident: &str,
    at: At,
    open: &mut BTreeMap<(u32, usize), At>,
) -> Result<(), DeskError> {
    let Some(number) = last_of(then.state, incident, snapshot.default_audience()) else {
        return Ok(());
    };
    let Some(issued) = then.state.find_statement(number) else {
        return Ok(());
    };
    let mut grounds = Vec::new();
    for id in &issued.statement.incidents {
        let audience = &issued.statement.audience;
        let facts = match derive_all_facts(then, id, audience, at, &snapshot.evaluator) {
            // What another incident was run by need not be at hand; its part is looked at in its own review.
            Err(DeriveError::NoPlaybook(_)) if id != incident => continue,
            facts => facts?,
        };
        let playbook = then
            .state
            .incidents
            .get(id)
            .and_then(|i| then.books.playbook_of(i));
        grounds.push((facts, playbook));
    }
    let verdicts = still_true(&issued.statement, &grounds, &snapshot.evaluator);
    let lines = issued.statement.lines().iter();
    for (i, (line, verdict)) in lines.zip(verdicts).enumerate() {
        // What a text about several says of another incident is looked at there.
        if !line.is_about(incident) {
            continue;
        }
        match verdict {
            Verdict::Holds => {
                open.remove(&(number, i));
            }
            Verdict::Lapsed { path, .. } if path == "next_update" => {}
            _ => {
                open.entry((number, i)).or_insert(at);
            }
        }
    }
    Ok(())
}

/// The moments at which a window that a statement named has passed.
fn window_ends(snapshot: &Snapshot, state: &State, number: u32) -> Vec<At> {
    let zone = snapshot
        .books
        .as_ref()
        .map_or(chrono_tz::Tz::UTC, |b| b.workspace.zone);
    let lines = state
        .find_statement(number)
        .map(|s| s.statement.lines().to_vec());
    let mut all: Vec<At> = lines
        .iter()
        .flatten()
        .flat_map(|l| l.reads.iter().filter(|(p, _)| l.claims.contains(p)))
        .filter_map(|(_, v)| match v {
            Value::Window(w) => Some(w.latest.ends_at(zone)),
            _ => None,
        })
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn end_statement(snapshot: &Snapshot, state: &State, followed: &mut Followed, until: Option<At>) {
    for ((number, i), stopped_at) in std::mem::take(&mut followed.open) {
        let line = state
            .find_statement(number)
            .and_then(|s| s.statement.lines().get(i));
        if let Some(line) = line {
            followed.found.push(Stood {
                statement: number,
                line: line.id.clone(),
                it: line.it.clone(),
                stopped_at,
                until,
                minutes: (until.unwrap_or(snapshot.clock.now) - stopped_at).num_minutes(),
            });
        }
    }
}

/// The number of the last statement on an incident to an audience.
fn last_of(state: &State, incident: &str, audience: &str) -> Option<u32> {
    let last = state.notices_about(incident, audience).next();
    last.map(|s| s.statement.number)
}
