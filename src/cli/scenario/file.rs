//! The format of a scenario file. It runs nothing.

use crate::domain::base::lang::Texts;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A scenario file.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// The name by which results are reported.
    pub scenario: String,
    /// What it is about.
    #[serde(default)]
    pub title: Texts,
    /// A few sentences for readers.
    #[serde(default)]
    pub about: Texts,
    /// The workspace file, relative to this one; the shipped one when absent.
    #[serde(default)]
    pub workspace: Option<String>,
    /// The network file; the shipped one when absent.
    #[serde(default)]
    pub network: Option<String>,
    /// Playbook files, over the shipped ones.
    #[serde(default)]
    pub playbooks: Vec<String>,
    /// The moment at which it begins: RFC 3339, or `YYYY-MM-DD HH:MM` in the workspace's zone.
    pub start: String,
    /// The steps in the order of time.
    pub steps: Vec<Step>,
}

/// What is done at one moment, and what has to hold after it.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// When: `HH:MM` (the next such time after the step before), `+20m`, or a full time.
    pub at: String,
    /// What happens, for readers.
    #[serde(default)]
    pub title: Texts,
    /// The name of the person who acts; `noc` when absent.
    #[serde(default, rename = "as")]
    pub by: Option<String>,
    /// Before it: routine notices, each after everything was checked again.
    #[serde(default)]
    pub routine: Option<Routine>,
    /// Commands that succeed, without the word `saydo`.
    #[serde(default, rename = "do")]
    pub run: Vec<String>,
    /// Commands that are refused (exit code 1).
    #[serde(default)]
    pub refused: Vec<String>,
    /// Commands that are in trouble (exit code 2).
    #[serde(default)]
    pub trouble: Vec<String>,
    /// What then holds.
    #[serde(default)]
    pub expect: Vec<Expectation>,
}

/// Notices at their promised times, with `still` before each.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Routine {
    /// The incident; the only open one when absent.
    #[serde(default)]
    pub incident: Option<String>,
    /// When, each after the one before: `HH:MM` or a full time.
    pub at: Vec<String>,
}

/// What is expected; each field given has to hold.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// The incident meant, or several for one text about all of them (`INC-1 INC-2`); the only open one when
    /// absent.
    #[serde(default)]
    pub incident: Option<String>,
    /// A promise by number; with `state` where it stands, with `due` when it falls due.
    #[serde(default)]
    pub promise: Option<u32>,
    /// Where that promise stands: open, overdue, kept, kept-late, broken, withdrawn.
    #[serde(default)]
    pub state: Option<String>,
    /// When that promise falls due: `2026-09-20`, or RFC 3339 in UTC.
    #[serde(default)]
    pub due: Option<String>,
    /// How many promises the ledger holds.
    #[serde(default)]
    pub promises: Option<usize>,
    /// A resource; with `left` how much of it is left.
    #[serde(default)]
    pub resource: Option<String>,
    /// How much of that resource is left.
    #[serde(default)]
    pub left: Option<u64>,
    /// These kinds of things are due, as `tick` would say: overdue, untrue, due-soon ...
    #[serde(default)]
    pub due_now: Vec<String>,
    /// These are not.
    #[serde(default)]
    pub not_due_now: Vec<String>,
    /// The commands of this step printed these texts.
    #[serde(default)]
    pub printed: Vec<String>,
    /// The audience; customers when absent.
    #[serde(default)]
    pub audience: Option<String>,
    /// The text beside the notice, by name; the notice when absent.
    #[serde(default)]
    pub text: Option<String>,
    /// These lines are in the draft.
    #[serde(default)]
    pub said: Vec<String>,
    /// These are not.
    #[serde(default)]
    pub not_said: Vec<String>,
    /// These are withheld, with a reason.
    #[serde(default)]
    pub withheld: Vec<String>,
    /// The rendition looked at by `contains` and `lacks`: `web.vi`; all when absent.
    #[serde(default, rename = "in")]
    pub place: Option<String>,
    /// The draft has this text.
    #[serde(default)]
    pub contains: Vec<String>,
    /// The draft does not.
    #[serde(default)]
    pub lacks: Vec<String>,
    /// A fact by path; with `is` its value, else only that it is known.
    #[serde(default)]
    pub fact: Option<String>,
    /// Its value in plain form; `unknown` or `stale` when it may not be said.
    #[serde(default)]
    pub is: Option<String>,
    /// How many statements have been issued.
    #[serde(default)]
    pub statements: Option<usize>,
    /// The gate would pass the draft (or not).
    #[serde(default)]
    pub may_issue: Option<bool>,
    /// Lines of the last statement that are no longer true; an empty list says that all holds.
    #[serde(default)]
    pub no_longer_true: Option<Vec<String>>,
    /// The talking points have this text.
    #[serde(default)]
    pub points: Vec<String>,
    /// They do not.
    #[serde(default)]
    pub points_lack: Vec<String>,
    /// The role whose talking points are meant; call-centre when absent.
    #[serde(default)]
    pub role: Option<String>,
}
