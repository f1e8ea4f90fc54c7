//! A file that people write, with the place of everything in it, and messages that point to a place. Parses nothing.

use std::ops::Range;
use std::sync::Arc;

use crate::domain::base::fault::Fault;
use crate::domain::base::next_step::Advice;
use crate::store::yaml::places::Places;

/// The text of a file and the byte range of each key and value in it.
#[derive(Debug, Clone)]
pub struct Source {
    /// The name that messages show.
    pub name: String,
    /// The text, without a byte order mark.
    pub text: Arc<str>,
    /// The byte range of each key and value.
    pub places: Places,
    /// What is written as one version ago, in the order of the file.
    pub old_names: Vec<OldName>,
}

/// A field or a word of a file that has another name now. It is still read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldName {
    /// The name as it is written.
    pub old: String,
    /// The name that it has now.
    pub new: String,
    /// Where it is written.
    pub range: Range<usize>,
}

/// Something wrong in a file, with its line and column.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// The name of the file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong and what to do.
    pub what: Advice,
    /// The text of the file, to show the line.
    pub text: Arc<str>,
    /// The byte range to mark in the text.
    pub range: Range<usize>,
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}",
            self.file,
            self.line,
            self.column,
            self.what.without_commands()
        )
    }
}

impl Source {
    /// Builds a trouble at a byte range.
    pub fn trouble_in_range(&self, range: Range<usize>, what: impl Into<Advice>) -> Trouble {
        let start = (0..=range.start.min(self.text.len()))
            .rev()
            .find(|i| self.text.is_char_boundary(*i))
            .unwrap_or(0);
        let before = &self.text[..start];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Trouble {
            file: self.name.clone(),
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
            what: what.into(),
            text: self.text.clone(),
            range: start..range.end.clamp(start, self.text.len()),
        }
    }

    /// Builds a trouble at a path, or at the nearest path above it that is in the file.
    pub fn trouble_at_path(&self, path: &str, what: impl Into<Advice>) -> Trouble {
        let mut p = path.to_owned();
        loop {
            let node = self.places.find(&p);
            let value = node.and_then(|n| self.places.value_of(n));
            if let Some(range) = value.or_else(|| self.places.key_of(node?)) {
                return self.trouble_in_range(range, what);
            }
            match p.rfind(['.', '[']) {
                Some(i) => p.truncate(i),
                None => return self.trouble_in_range(0..0, what),
            }
        }
    }

    /// One remark on all old names in the file, at the first of them; none when there are none.
    pub fn remark_on_old_names(&self) -> Option<Trouble> {
        let first = self.old_names.first()?;
        let mut pairs: Vec<String> = Vec::new();
        for name in &self.old_names {
            let pair = format!("\"{}\" is now \"{}\"", name.old, name.new);
            if !pairs.contains(&pair) {
                pairs.push(pair);
            }
        }
        let what = format!(
            "{}; old names are read until the next version",
            pairs.join(", ")
        );
        Some(self.trouble_in_range(first.range.clone(), what))
    }

    /// Gives faults of a domain object the places of their paths.
    pub fn troubles_of_faults(&self, faults: Vec<Fault>) -> Vec<Trouble> {
        faults
            .into_iter()
            .map(|f| self.trouble_at_path(&f.path, f.what))
            .collect()
    }
}
