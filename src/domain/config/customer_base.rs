//! The customers: where their file is, and which of its columns says what. Reads no file and holds no customer.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The customers. Their file is read when a notice is planned, by its digest, and never copied into the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CustomerBase {
    /// The file, from the workspace's folder on, a row for each line (subscription): CSV in UTF-8 with a header; or, where its name ends
    /// in .ndjson or .jsonl, an object of JSON on each line.
    pub file: String,
    /// The column by which people are told apart: a customer number.
    pub person: String,
    /// The columns with the areas, services or links that a line rides on, by identifier or name.
    pub rides_on: Vec<String>,
    /// The column with the segment.
    #[serde(default)]
    pub segment: Option<String>,
    /// The audience of a segment; the workspace's customers for all others.
    #[serde(default)]
    pub audiences: BTreeMap<String, String>,
    /// The column with the language; the workspace's first language for whoever has none.
    #[serde(default)]
    pub language: Option<String>,
    /// The column with a care mark (medical device, school, hospital): whoever has one is called, and not written to.
    #[serde(default)]
    pub care: Option<String>,
    /// How people are reached: the first of these that a person has, and agrees to.
    pub reached_by: Vec<Reach>,
    /// So many texts a person gets in a day at most, safety apart; the last of them is kept for the news that it is over.
    #[serde(default = "two_a_day")]
    pub daily: u32,
}

impl CustomerBase {
    /// Every column that it names, each once.
    pub fn columns(&self) -> Vec<String> {
        let ways = self.reached_by.iter();
        let ways = ways.flat_map(|r| std::iter::once(&r.address).chain(&r.consent));
        let optional = [&self.segment, &self.language, &self.care];
        let all = std::iter::once(&self.person)
            .chain(&self.rides_on)
            .chain(optional.into_iter().flatten())
            .chain(ways);
        let mut names: Vec<String> = Vec::new();
        for name in all {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }
}

/// A way of reaching people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reach {
    /// The channel whose text they get.
    pub channel: String,
    /// The outlet that carries it; it has `to_customers: true`.
    pub outlet: String,
    /// The column with the number or address.
    pub address: String,
    /// The column with the purposes that they agreed to, with spaces between them: safety, service, money, marketing; `none` for
    /// whoever wants nothing. Without a column all have agreed to service.
    #[serde(default)]
    pub consent: Option<String>,
}

fn two_a_day() -> u32 {
    2
}
