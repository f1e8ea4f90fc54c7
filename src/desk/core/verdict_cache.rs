//! What was worked out a moment ago, from the record as it still is: a batch of thousands of texts asks about the same
//! statements again and again. It works nothing out itself.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use chrono::Duration;

use crate::domain::base::incident::IncidentId;
use crate::domain::base::time::At;
use crate::domain::facts::fact::Facts;

/// For so long a judgement on an unchanged record stands while a batch goes out: less than a message may be on its way.
const LEEWAY: Duration = Duration::seconds(5);

/// So many judgements are kept; then all are forgotten.
pub(in crate::desk) const ROOM: usize = 5000;

/// Facts are large: so many are kept.
pub(in crate::desk) const ROOM_FOR_FACTS: usize = 32;

#[derive(Debug, Clone)]
pub(crate) struct CachedVerdict {
    pub(in crate::desk) at: At,
    /// Why it may not be said, when it may not.
    pub(crate) held: Option<String>,
}

/// Facts and judgements, each with its moment. The desk forgets them when the record changes.
#[derive(Debug, Default)]
pub(crate) struct VerdictCache {
    pub(in crate::desk) facts: Mutex<BTreeMap<(IncidentId, String), Arc<Facts>>>,
    pub(in crate::desk) judged: Mutex<BTreeMap<u32, CachedVerdict>>,
}

impl VerdictCache {
    /// The record has changed.
    pub(crate) fn forget_verdicts(&mut self) {
        *self = VerdictCache::default();
    }

    pub(in crate::desk) fn keep(&self, number: u32, judged: &CachedVerdict) {
        if let Ok(mut kept) = self.judged.lock() {
            if kept.len() >= ROOM {
                kept.clear();
            }
            kept.insert(number, judged.clone());
        }
    }
}

pub(in crate::desk) fn is_recent(then: At, now: At) -> bool {
    (Duration::zero()..=LEEWAY).contains(&(now - then))
}
