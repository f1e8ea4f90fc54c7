//! One thing that is due. It does not say how it was found.

use crate::domain::base::next_step::NextStep;
use serde::Serialize;

use crate::domain::base::time::At;

/// One thing that is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DueItem {
    /// How bad, 100 the worst.
    pub rank: u8,
    /// What kind of thing: `overdue`, `untrue`, `first-notice`, `due-soon`, `next-update`, `work-over`, `rollback`,
    /// `soaked`, `stale`, `handover`, `untold`, `approval`, `undelivered`, `unpublished`, `by-hand`, `can-close`.
    pub kind: &'static str,
    /// Its name: the same thing has the same.
    pub key: String,
    pub incident: Option<String>,
    pub what: String,
    /// What settles it; a command where it is shown.
    #[serde(skip)]
    pub step: NextStep,
}

pub(in crate::desk) fn ago(from: At, to: At) -> String {
    let minutes = (to - from).num_minutes();
    match minutes {
        m if m < 120 => format!("{m} min"),
        m if m < 48 * 60 => format!("{} h {} min", m / 60, m % 60),
        m => format!("{} days", m / (24 * 60)),
    }
}
