//! A text of its own beside the notice: a letter, a report, a brief. It renders nothing and knows no incident.

use crate::domain::base::lang::Texts;
use crate::domain::config::line::Line;
use crate::domain::config::playbook::{Playbook, PlaybookFile};
use crate::domain::config::workspace::Workspace;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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

impl PlaybookFile {
    /// Every line of the file with its place in it: those of the notice, then those of the texts.
    pub fn all_lines(&self) -> impl Iterator<Item = (String, &Line)> {
        let own = self.lines.iter().enumerate();
        let own = own.map(|(i, line)| (format!("lines[{i}]"), line));
        let texts = self.texts.iter().flat_map(|(name, text)| {
            let own = text.lines.iter().enumerate();
            own.map(move |(i, line)| (format!("texts.{name}.lines[{i}]"), line))
        });
        own.chain(texts)
    }
}

impl Playbook {
    /// This playbook as it is where a further text is drafted: what may be said is what that text says, and what no text
    /// leaves out.
    pub fn for_text(&self, text: &FurtherText) -> Playbook {
        let mut shared: BTreeSet<&str> = text.with.iter().map(String::as_str).collect();
        let own = self.file.lines.iter();
        shared.extend(own.filter(|l| l.is_in_every_text()).map(|l| l.id.as_str()));
        self.add_fallbacks(&mut shared, text);
        let lines = self.file.lines.iter();
        let lines = lines.filter(|l| shared.contains(l.id.as_str()));
        let lines = lines.chain(&text.lines).cloned().collect();
        Playbook {
            file: PlaybookFile {
                lines,
                ..self.file.clone()
            },
            from_base: self.from_base.clone(),
        }
    }

    /// What is said in the place of a line of the text is in the text too.
    fn add_fallbacks<'a>(&'a self, shared: &mut BTreeSet<&'a str>, text: &'a FurtherText) {
        loop {
            let lines = self.file.lines.iter();
            let lines = lines.filter(|l| shared.contains(l.id.as_str()));
            let all = lines.chain(&text.lines);
            let fallbacks: Vec<&str> = all.filter_map(|l| self.fallback_of(l)).collect();
            let before = shared.len();
            shared.extend(fallbacks);
            if shared.len() == before {
                return;
            }
        }
    }

    /// Every line that it may say, in the notice or in a further text.
    pub fn all_lines(&self) -> impl Iterator<Item = &Line> {
        let further = self.file.texts.values().flat_map(|t| &t.lines);
        self.file.lines.iter().chain(further)
    }
}
