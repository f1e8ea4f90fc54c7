//! A text of its own beside the notice: a letter, a report, a brief. It renders nothing and knows no incident.

use crate::domain::base::lang::Texts;
use crate::domain::config::line::Line;
use crate::domain::config::workspace::Workspace;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A text that a team sends beside the notice, through the same gate. It counts as said; it is not the update that was
/// promised, and does not stand on the public page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FurtherText {
    /// What it is called.
    pub names: Texts,
    /// For staff: what it is for.
    #[serde(default)]
    pub about: Texts,
    /// To whom it may be said, the usual one first; the workspace's customers when empty.
    #[serde(default)]
    pub audiences: Vec<String>,
    /// Only in these channels; all of its audience when empty.
    #[serde(default)]
    pub channels: Vec<String>,
    /// When it may be drafted: an expression over facts. None means always.
    #[serde(default)]
    pub when: Option<String>,
    /// Lines of the notice that it says too, by id.
    #[serde(default)]
    pub with: Vec<String>,
    /// Lines that it alone says.
    pub lines: Vec<Line>,
}

impl FurtherText {
    /// Its audience unless somebody names another: the first of its own that the workspace has, else the customers. None
    /// where the workspace has nobody and no channel that it could go to.
    pub fn usual_audience<'a>(&'a self, workspace: &'a Workspace) -> Option<&'a str> {
        let is_known = |a: &&String| workspace.find_audience(a).is_some();
        let mut channels = workspace.channels.keys();
        let has_channel = self.channels.is_empty() || channels.any(|c| self.channels.contains(c));
        let own = self.audiences.iter().find(is_known).map(String::as_str);
        let usual = match self.audiences.is_empty() {
            true => Some(workspace.default_audience()),
            false => own,
        };
        usual.filter(|_| has_channel)
    }

    /// The channels of the workspace that it goes to.
    pub fn own_channels<'a>(
        &'a self,
        workspace: &'a Workspace,
    ) -> impl Iterator<Item = &'a String> {
        let all = workspace.channels.keys();
        all.filter(|c| self.channels.is_empty() || self.channels.contains(c))
    }
}
