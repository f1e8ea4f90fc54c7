//! The balance of a planned notice: every person of the base in exactly one place. It does not count them.

use serde::{Deserialize, Serialize};

/// What became of a person of the base when a notice was planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bucket {
    /// A text goes to them.
    Send,
    /// They have a care mark: somebody calls them first.
    ToPhone,
    /// They have the newest text already.
    Told,
    /// Nothing that they ride on is hit.
    NotAffected,
    /// They have not agreed to be written to about this.
    NoConsent,
    /// No number or address of theirs can be used.
    NoAddress,
    /// Their outlet keeps quiet hours now.
    Quiet,
    /// They have had as many texts today as a day may bring.
    DailyCap,
    /// Somebody else with the same number or address gets the text.
    Covered,
}

impl Bucket {
    pub const ALL: [Bucket; 9] = [
        Bucket::Send,
        Bucket::ToPhone,
        Bucket::Told,
        Bucket::NotAffected,
        Bucket::NoConsent,
        Bucket::NoAddress,
        Bucket::Quiet,
        Bucket::DailyCap,
        Bucket::Covered,
    ];
}

/// How many people are in each place; every person of the base is in one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceSheet {
    /// The rows of the base.
    pub rows: u64,
    /// Those of them that could not be read: who stands in them is not known.
    pub unreadable: u64,
    /// The people of all other rows, each once.
    pub persons: u64,
    pub buckets: std::collections::BTreeMap<Bucket, u64>,
}

impl BalanceSheet {
    pub fn count(&self, bucket: Bucket) -> u64 {
        self.buckets.get(&bucket).copied().unwrap_or_default()
    }

    pub fn add(&mut self, bucket: Bucket, people: u64) {
        *self.buckets.entry(bucket).or_default() += people;
    }

    /// True when every person is in exactly one place.
    pub fn adds_up(&self) -> bool {
        let sum = self
            .buckets
            .values()
            .try_fold(0_u64, |sum, n| sum.checked_add(*n));
        sum == Some(self.persons) && self.unreadable <= self.rows
    }
}
