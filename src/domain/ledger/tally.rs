//! How good our word was: promises counted by what became of them, with an interval, so that three of three is
//! not sold as certainty.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::base::time::At;
use crate::domain::config::promise_kind::PromisedBy;
use crate::domain::ledger::verdict::{JudgedPromise, PromiseStatus};
use crate::domain::state::fold::State;

/// One row: promises of one kind, owner and playbook.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct PromiseStats {
    pub made: u32,
    /// Still to come, or overdue and not yet lost.
    pub open: u32,
    /// Of these, past their time.
    pub overdue: u32,
    /// Kept by their time.
    pub kept: u32,
    /// Kept after their time, within the grace.
    pub kept_late: u32,
    /// The median delay of those, in minutes.
    pub late_by_minutes: Option<i64>,
    pub broken: u32,
    /// Taken back in time.
    pub withdrawn: u32,
    /// How often a due time was moved, in all.
    pub revisions: u32,
    /// The median time before the old due time at which those who had heard it were told, in minutes; below
    /// zero when they were told after it.
    pub told_before_minutes: Option<i64>,
    /// Kept by their time, of those that are decided: a share from 0 to 1.
    pub kept_share: Option<f64>,
    /// The 95 % Wilson interval of that share.
    pub interval: Option<(f64, f64)>,
    #[serde(skip)]
    late: Vec<i64>,
    #[serde(skip)]
    told: Vec<i64>,
}

/// What rows are counted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Group {
    /// `us`, or `operator`: passed on.
    pub by: &'static str,
    pub kind: String,
    /// The role that keeps it.
    pub owner: String,
    /// The playbook of the incident; none for promises that belong to none.
    pub playbook: Option<String>,
}

/// The 95 % Wilson score interval of `kept` out of `n`.
pub fn wilson_interval(kept: u32, n: u32) -> Option<(f64, f64)> {
    if n == 0 {
        return None;
    }
    let (n, z) = (f64::from(n), 1.959_964_f64);
    let p = f64::from(kept) / n;
    let z2 = z * z;
    let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    Some(((middle - half).max(0.0), (middle + half).min(1.0)))
}

/// The middle of some numbers; the lower of two.
pub fn median(numbers: &mut [i64]) -> Option<i64> {
    numbers.sort_unstable();
    let middle = numbers.len().checked_sub(1)? / 2;
    numbers.get(middle).copied()
}

impl PromiseStats {
    fn count_entry(&mut self, entry: &JudgedPromise<'_>, zone: chrono_tz::Tz) {
        self.made += 1;
        match entry.standing {
            PromiseStatus::Open => self.open += 1,
            PromiseStatus::Overdue => {
                self.open += 1;
                self.overdue += 1;
            }
            PromiseStatus::Kept => self.kept += 1,
            PromiseStatus::KeptLate => {
                self.kept_late += 1;
                if let Some(k) = &entry.kept {
                    self.late.push((k.at - entry.ends).num_minutes());
                }
            }
            PromiseStatus::Broken => self.broken += 1,
            PromiseStatus::Withdrawn => self.withdrawn += 1,
        }
        for (old, new) in moves_of_due(entry) {
            self.revisions += 1;
            // Those who heard the old time learn of it by the first statement that says the new one.
            let told = entry
                .promise
                .dues
                .iter()
                .find(|d| d.seq >= new.seq && d.statement.is_some());
            if let Some(told) = told {
                let ends = old.ends.unwrap_or_else(|| old.due.ends_at(zone));
                self.told.push((ends - told.at).num_minutes());
            }
        }
    }

    fn finish_row(&mut self) {
        self.late_by_minutes = median(&mut self.late);
        self.told_before_minutes = median(&mut self.told);
        let decided = self.kept + self.kept_late + self.broken + self.overdue;
        if decided > 0 {
            self.kept_share = Some(f64::from(self.kept) / f64::from(decided));
            self.interval = wilson_interval(self.kept, decided);
        }
    }

    fn add_row(&mut self, other: &PromiseStats) {
        self.made += other.made;
        self.open += other.open;
        self.overdue += other.overdue;
        self.kept += other.kept;
        self.kept_late += other.kept_late;
        self.broken += other.broken;
        self.withdrawn += other.withdrawn;
        self.revisions += other.revisions;
        self.late.extend(&other.late);
        self.told.extend(&other.told);
    }
}

/// The moves of a due time, each as the old and the new; telling the same time again is none.
pub fn moves_of_due<'a>(
    entry: &JudgedPromise<'a>,
) -> Vec<(
    &'a crate::domain::state::promise::AnnouncedDue,
    &'a crate::domain::state::promise::AnnouncedDue,
)> {
    entry
        .promise
        .dues
        .windows(2)
        .filter(|pair| pair[0].due != pair[1].due)
        .map(|pair| (&pair[0], &pair[1]))
        .collect()
}

/// Promises made from `since` to `until`, counted by group; and the sums of ours and of those passed on.
pub fn tally_promises(
    entries: &[JudgedPromise<'_>],
    state: &State,
    zone: chrono_tz::Tz,
) -> (
    BTreeMap<Group, PromiseStats>,
    BTreeMap<&'static str, PromiseStats>,
) {
    let mut rows: BTreeMap<Group, PromiseStats> = BTreeMap::new();
    for entry in entries {
        let made = &entry.promise.made;
        let playbook = entry
            .promise
            .incident
            .as_ref()
            .and_then(|i| state.incidents.get(i))
            .map(|i| i.playbook.name.clone());
        let group = Group {
            by: promiser_word(made.by),
            kind: made.promise.clone(),
            owner: made.owner.clone(),
            playbook,
        };
        rows.entry(group).or_default().count_entry(entry, zone);
    }
    let mut sums: BTreeMap<&'static str, PromiseStats> = BTreeMap::new();
    for (group, row) in &rows {
        sums.entry(group.by).or_default().add_row(row);
    }
    rows.values_mut()
        .chain(sums.values_mut())
        .for_each(PromiseStats::finish_row);
    (rows, sums)
}

/// Whose promise, as written.
pub fn promiser_word(by: PromisedBy) -> &'static str {
    match by {
        PromisedBy::Us => "us",
        PromisedBy::Operator => "operator",
    }
}

/// How long the first statement of each incident took.
pub fn first_statements(
    state: &State,
    wanted: &dyn Fn(&str, At) -> bool,
) -> Vec<(String, Option<i64>)> {
    state
        .order
        .iter()
        .filter_map(|id| state.incidents.get(id))
        .filter(|i| wanted(&i.id, i.declared_at))
        .map(|i| {
            let first = i.statements.first().and_then(|n| state.find_statement(*n));
            let minutes = first.map(|s| (s.at - i.declared_at).num_minutes());
            (i.id.clone(), minutes)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::wilson_interval;

    #[test]
    fn three_of_three_is_no_certainty() {
        let (low, high) = wilson_interval(3, 3).unwrap_or_default();
        assert!((0.43..0.45).contains(&low), "{low}");
        assert!(high > 0.999);
        assert!(wilson_interval(0, 0).is_none());
    }
}
