//! What was worked out a moment ago, from the record as it still is: a batch of thousands of texts asks for the facts of
//! the same incidents again and again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use chrono::Duration;

use crate::desk::{Desk, DeskError};
use crate::domain::derive::derive;
use crate::domain::event::IncidentId;
use crate::domain::facts::Facts;
use crate::domain::many;
use crate::domain::time::At;

/// For so long a judgement on an unchanged record stands while a batch goes out: less than a letter may be on its way.
const LEEWAY: Duration = Duration::seconds(5);

/// So many are kept; then all are forgotten.
const ROOM: usize = 2000;

/// So many incidents are worth threads.
const WORTH_THREADS: usize = 16;

/// Why a statement may not be said, when it may not.
type Held = Option<String>;

/// Facts and judgements, each with its moment. The desk forgets them when the record changes.
#[derive(Debug, Default)]
pub(crate) struct Lately {
    facts: Mutex<BTreeMap<(IncidentId, String), Facts>>,
    held: Mutex<BTreeMap<u32, (At, Held)>>,
}

impl Lately {
    /// The record has changed.
    pub(crate) fn forget(&mut self) {
        *self = Lately::default();
    }
}

fn is_recent(then: At, now: At) -> bool {
    (Duration::zero()..=LEEWAY).contains(&(now - then))
}

impl Desk {
    /// The facts of an incident as of now or a few seconds ago: for what a letter carries beside its text.
    pub(crate) fn facts_lately(&self, incident: &str, audience: &str) -> Result<Facts, DeskError> {
        let now = self.clock.now;
        let key = (incident.to_owned(), audience.to_owned());
        if let Ok(kept) = self.lately.facts.lock()
            && let Some(facts) = kept.get(&key).filter(|f| is_recent(f.as_of, now))
        {
            return Ok(facts.clone());
        }
        let facts = self.facts(incident, audience)?;
        if let Ok(mut kept) = self.lately.facts.lock() {
            if kept.len() >= ROOM {
                kept.clear();
            }
            kept.insert(key, facts.clone());
        }
        Ok(facts)
    }

    /// Why a statement may not be said now, or could not a few seconds ago.
    pub(crate) fn held_lately(&self, number: u32) -> Result<Held, DeskError> {
        let now = self.clock.now;
        if let Ok(kept) = self.lately.held.lock()
            && let Some((_, held)) = kept.get(&number).filter(|(at, _)| is_recent(*at, now))
        {
            return Ok(held.clone());
        }
        let held = self.why_held_on(number, &|i, a| self.facts_lately(i, a))?;
        if let Ok(mut kept) = self.lately.held.lock() {
            if kept.len() >= ROOM {
                kept.clear();
            }
            kept.insert(number, (now, held.clone()));
        }
        Ok(held)
    }

    /// The same for many statements ahead of asking for each: the facts behind them are derived on all cores.
    pub(crate) fn look_ahead(&self, numbers: &BTreeSet<u32>) -> Result<(), DeskError> {
        let (world, now, voice) = (self.world()?, self.clock.now, &self.voice);
        let wanted: BTreeSet<(&IncidentId, &String)> = numbers
            .iter()
            .filter_map(|n| self.state.statement(*n))
            .flat_map(|s| {
                s.statement
                    .incidents
                    .iter()
                    .map(|i| (i, &s.statement.audience))
            })
            .collect();
        let wanted: Vec<(&IncidentId, &String)> = wanted.into_iter().take(ROOM).collect();
        // What goes wrong here goes wrong again where it is asked for, and is said there.
        let facts_of = |key: &(&IncidentId, &String)| derive(world, key.0, key.1, now, voice);
        if wanted.len() < WORTH_THREADS {
            return Ok(());
        }
        let derived = many::each(&wanted, WORTH_THREADS, facts_of);
        if let Ok(mut kept) = self.lately.facts.lock() {
            for ((incident, audience), facts) in wanted.into_iter().zip(derived) {
                if let Ok(facts) = facts {
                    kept.insert((incident.clone(), audience.clone()), facts);
                }
            }
        }
        Ok(())
    }
}
