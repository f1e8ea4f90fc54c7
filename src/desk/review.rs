//! Looking back: how good our word was, and how one incident went.

use std::collections::BTreeMap;

use crate::desk::{Desk, DeskError};
use crate::domain::books::World;
use crate::domain::derive::derive;
use crate::domain::event::Event;
use crate::domain::review::{Review, Stood, review};
use crate::domain::state::State;
use crate::domain::still_true::{Verdict, still_true};
use crate::domain::time::At;
use crate::domain::value::Value;

impl Desk {
    /// Looks back upon an incident.
    ///
    /// # Errors
    /// When it does not exist or the record cannot be read.
    pub fn review(&self, incident: &str) -> Result<Review, DeskError> {
        let world = self.world()?;
        let found =
            world.state.incidents.get(incident).ok_or_else(|| {
                crate::domain::derive::DeriveError::NoIncident(incident.to_owned())
            })?;
        let stood = self.stood(incident)?;
        let entries = self.ledger()?;
        Ok(review(world, found, &entries, stood, self.clock.now))
    }

    /// Sentences on an incident that stood after they had stopped being true: the record is folded again, and
    /// after each event that touches the incident the statement that was out then is looked at.
    ///
    /// # Errors
    /// When the record cannot be read or facts cannot be derived.
    pub fn stood(&self, incident: &str) -> Result<Vec<Stood>, DeskError> {
        let world = self.world()?;
        let (books, now) = (world.books, self.clock.now);
        let mut state = State::default();
        let mut open: BTreeMap<(u32, usize), At> = BTreeMap::new();
        let mut found: Vec<Stood> = Vec::new();
        let mut moments: Vec<At> = Vec::new();
        let stored = self.stored()?;
        for (i, s) in stored.iter().enumerate() {
            let event = Event::read(s.seq, &s.bytes)?;
            let before = last_of(&state, incident);
            state.apply(&event)?;
            let after = last_of(&state, incident);
            if after != before {
                // Another statement took the place of the one that was out.
                self.end(&state, &mut open, &mut found, Some(event.at));
                moments = after.map_or(Vec::new(), |n| self.ends_of(&state, n));
                continue;
            }
            let touches = event.incident.as_deref() == Some(incident)
                && !event.happening.is_aside()
                && after.is_some();
            let next = stored.get(i + 1).map(|n| Event::read(n.seq, &n.bytes));
            let next_at = match next {
                Some(e) => e?.at,
                None => now,
            };
            let mut looks: Vec<At> = Vec::new();
            if touches {
                looks.push(event.at);
            }
            looks.extend(moments.iter().filter(|t| **t > event.at && **t <= next_at));
            for at in looks {
                let then = World {
                    state: &state,
                    books,
                    condition: None,
                };
                self.look_back(then, incident, at, &mut open)?;
            }
        }
        self.end(&state, &mut open, &mut found, None);
        found.sort_by_key(|s| (s.statement, s.stopped_at));
        Ok(found)
    }

    /// Notes which lines of the statement that is out do not hold at this moment.
    fn look_back(
        &self,
        then: World<'_>,
        incident: &str,
        at: At,
        open: &mut BTreeMap<(u32, usize), At>,
    ) -> Result<(), DeskError> {
        let Some(number) = last_of(then.state, incident) else {
            return Ok(());
        };
        let Some(issued) = then.state.statement(number) else {
            return Ok(());
        };
        let mut grounds = Vec::new();
        for id in &issued.statement.incidents {
            let facts = derive(then, id, &issued.statement.audience, at, &self.voice)?;
            let playbook = then
                .state
                .incidents
                .get(id)
                .and_then(|i| then.books.playbook(&i.playbook));
            grounds.push((facts, playbook));
        }
        for (i, verdict) in still_true(&issued.statement, &grounds, &self.voice)
            .into_iter()
            .enumerate()
        {
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
    fn ends_of(&self, state: &State, number: u32) -> Vec<At> {
        let zone = self
            .books
            .as_ref()
            .map_or(chrono_tz::Tz::UTC, |b| b.workspace.zone);
        let lines = state
            .statement(number)
            .map(|s| s.statement.lines().to_vec());
        let mut all: Vec<At> = lines
            .iter()
            .flatten()
            .flat_map(|l| l.reads.iter().filter(|(p, _)| l.claims.contains(p)))
            .filter_map(|(_, v)| match v {
                Value::Window(w) => Some(w.latest.ends(zone)),
                _ => None,
            })
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn end(
        &self,
        state: &State,
        open: &mut BTreeMap<(u32, usize), At>,
        found: &mut Vec<Stood>,
        until: Option<At>,
    ) {
        for ((number, i), stopped_at) in std::mem::take(open) {
            let line = state
                .statement(number)
                .and_then(|s| s.statement.lines().get(i));
            if let Some(line) = line {
                found.push(Stood {
                    statement: number,
                    line: line.id.clone(),
                    it: line.it.clone(),
                    stopped_at,
                    until,
                    minutes: (until.unwrap_or(self.clock.now) - stopped_at).num_minutes(),
                });
            }
        }
    }
}

/// The statement to customers that is out on an incident.
fn last_of(state: &State, incident: &str) -> Option<u32> {
    state
        .said(incident, "customers")
        .next()
        .map(|s| s.statement.number)
}
