//! What a command says: text for people, JSON for scripts. Nothing from outside reaches a terminal raw.

use std::io::IsTerminal;

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::Value as Json;
use unicode_width::UnicodeWidthStr;

use crate::cli::next_step::write_steps_in;
use crate::cli::old_names::add_old_keys;

/// The output of one command.
#[derive(Debug, Default)]
pub struct Output {
    pub text: String,
    pub json: Json,
    /// Bytes as they are, for pasting; printed instead of the text.
    pub raw: Option<String>,
    /// Remarks beside the result, for the error stream.
    pub remarks: Vec<String>,
    /// The record cannot be reached: what follows is apart from it, since then.
    pub apart: Option<String>,
    /// Why nothing may rest on the record, and what to do.
    pub doubt: Option<(String, String)>,
    /// The width of the terminal, 80 when there is none.
    pub width: usize,
}

impl Output {
    /// An empty output, as wide as the terminal.
    pub fn new() -> Self {
        Output {
            width: terminal_width(),
            apart: None,
            json: Json::Null,
            ..Output::default()
        }
    }

    /// The JSON with commands in the place of steps, with what has to be said when it is apart from the record, and with
    /// the old names of its keys.
    pub fn whole_json(&self) -> Json {
        let mut value = self.json.clone();
        if let (Some(since), true) = (&self.apart, value.is_object()) {
            value["offline_since"] = since.as_str().into();
        }
        if let (Some((doubt, _)), true) = (&self.doubt, value.is_object()) {
            value["record_in_doubt"] = doubt.as_str().into();
        }
        write_steps_in(&mut value);
        add_old_keys(&mut value);
        value
    }

    /// One line of text; control characters from outside become visible.
    pub fn line(&mut self, text: impl AsRef<str>) {
        self.text.push_str(&clean_text(text.as_ref()));
        self.text.push('\n');
    }

    /// A text folded to the width, each line after `indent`.
    pub fn paragraph(&mut self, indent: &str, text: &str) {
        for line in clean_text(text).lines() {
            for folded in fold_line(line, self.width.saturating_sub(indent.width()).max(20)) {
                self.text.push_str(indent);
                self.text.push_str(&folded);
                self.text.push('\n');
            }
        }
    }

    /// A text after a mark; further lines are indented as far.
    pub fn item(&mut self, mark: &str, text: &str) {
        let indent = " ".repeat(mark.width());
        let mut first = true;
        for line in clean_text(text).lines() {
            for folded in fold_line(line, self.width.saturating_sub(mark.width()).max(20)) {
                self.text.push_str(if first { mark } else { &indent });
                self.text.push_str(&folded);
                self.text.push('\n');
                first = false;
            }
        }
    }

    /// A table that fits the width.
    pub fn table(&mut self, head: &[&str], rows: Vec<Vec<String>>) {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_content_arrangement(ContentArrangement::Dynamic);
        table.set_width(u16::try_from(self.width).unwrap_or(80));
        table.set_header(head.iter().map(|h| (*h).to_owned()));
        for row in rows {
            table.add_row(row.iter().map(|c| clean_text(c)));
        }
        for line in table.lines() {
            self.text.push_str(line.trim_end());
            self.text.push('\n');
        }
    }
}

/// The width to fold to: the terminal's, else 80.
fn terminal_width() -> usize {
    if !std::io::stdout().is_terminal() {
        return 80;
    }
    std::env::var("COLUMNS")
        .ok()
        .and_then(|c| c.parse().ok())
        .or_else(|| Table::new().width().map(usize::from))
        .unwrap_or(80)
        .clamp(40, 160)
}

/// Makes control characters and marks that reverse text visible.
pub fn clean_text(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let harmful = crate::domain::admission::wording::is_harmful(c) || c == '\t';
            let shown = if harmful {
                format!("\\u{{{:x}}}", u32::from(c))
            } else {
                c.to_string()
            };
            shown.chars().collect::<Vec<_>>()
        })
        .collect()
}

/// Folds a line at spaces to a width in columns.
pub fn fold_line(line: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    let lead: String = line.chars().take_while(|c| *c == ' ').collect();
    for word in line.split(' ') {
        let needed = current.width() + usize::from(!current.is_empty()) + word.width();
        if !current.trim().is_empty() && needed > width {
            lines.push(std::mem::take(&mut current));
            current.push_str(&lead);
        } else if !current.is_empty() && !current.ends_with(' ') {
            current.push(' ');
        } else if current.is_empty() && word.is_empty() {
            current.push(' ');
            continue;
        }
        current.push_str(word);
    }
    lines.push(current);
    lines
}
