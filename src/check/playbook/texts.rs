//! Checks the texts beside the notice of a playbook: their names, for whom and when they are, and what they share with the
//! notice. It does not check their lines: those are checked where the lines of the notice are (`lines`).

use crate::check::playbook::linter::Linter;
use crate::domain::base::fault::is_id;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::config::further_text::FurtherText;

impl Linter<'_> {
    pub(super) fn check_further_texts(&mut self) {
        for (name, text) in &self.subject.file.texts {
            let path = format!("texts.{name}");
            if !is_id(name) {
                let what = "the name of a text is letters, digits, '.', '_', '-'";
                self.fault(path.as_str(), what);
            }
            self.check_complete(&format!("{path}.names"), &text.names);
            if let Some(when) = &text.when {
                self.check_expression(&format!("{path}.when"), when, false);
            }
            self.check_text_receivers(&path, text);
            self.check_shared_lines(&path, text);
        }
    }

    /// A workspace need not have each audience and channel of a shipped text, which is then not for it. A name that is nearly
    /// one of its own is an error of typing.
    fn check_text_receivers(&mut self, path: &str, text: &FurtherText) {
        let workspace = &self.books.workspace;
        for (i, audience) in text.audiences.iter().enumerate() {
            let near = suggest_nearest(audience, workspace.audiences.keys().map(String::as_str));
            if workspace.find_audience(audience).is_none() && !near.is_empty() {
                let what = format!("saydo.yaml has no audience \"{audience}\"{near}");
                self.fault(format!("{path}.audiences[{i}]"), what);
            }
        }
        for (i, channel) in text.channels.iter().enumerate() {
            let near = suggest_nearest(channel, workspace.channels.keys().map(String::as_str));
            if !workspace.channels.contains_key(channel) && !near.is_empty() {
                let what = format!("saydo.yaml has no channel \"{channel}\"{near}");
                self.fault(format!("{path}.channels[{i}]"), what);
            }
        }
    }

    fn check_shared_lines(&mut self, path: &str, text: &FurtherText) {
        let lines = &self.subject.whole.file.lines;
        for (i, id) in text.with.iter().enumerate() {
            // A base does not know what the playbooks built on it leave out.
            if !lines.iter().any(|l| l.id == *id) {
                let near = suggest_nearest(id, lines.iter().map(|l| l.id.as_str()));
                let what = format!("the notice has no line \"{id}\"{near}");
                self.fault(format!("{path}.with[{i}]"), what);
            }
        }
    }
}
