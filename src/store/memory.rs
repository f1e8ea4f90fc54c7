//! A record in memory, for tests, replays and embedding. Nothing is written to disk.

use crate::domain::record::event::Head;
use crate::store::{Appended, Record, StoreError, Stored};

/// A record that is lost when it is dropped.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    events: Vec<Stored>,
}

#[cfg(test)]
impl Memory {
    /// A record that holds these events already.
    pub fn from_events(events: Vec<Stored>) -> Memory {
        Memory { events }
    }
}

impl Record for Memory {
    fn head(&self) -> Result<Head, StoreError> {
        Ok(self.events.last().map_or_else(Head::empty, |e| Head {
            seq: e.seq,
            hash: e.hash.clone(),
        }))
    }

    fn read_events_after(&self, after: u64) -> Result<Vec<Stored>, StoreError> {
        Ok(self
            .events
            .iter()
            .filter(|e| e.seq > after)
            .cloned()
            .collect())
    }

    fn read_event(&self, seq: u64) -> Result<Option<Stored>, StoreError> {
        Ok(self.events.iter().find(|e| e.seq == seq).cloned())
    }

    fn cut_after(&mut self, seq: u64) -> Result<(), StoreError> {
        self.events.retain(|e| e.seq <= seq);
        Ok(())
    }

    fn append(&mut self, expected: &Head, batch: &[Stored]) -> Result<Appended, StoreError> {
        if self.head()? != *expected {
            return Ok(Appended::Moved(self.read_events_after(expected.seq)?));
        }
        self.events.extend_from_slice(batch);
        Ok(Appended::Done(self.head()?))
    }
}
