//! Reading YAML that people write, with the place of everything.
//!
//! One pass notes where each key and value stands and refuses what leads to surprises: anchors, aliases,
//! merge keys, tags, several documents, duplicate keys, empty values, deep nesting. Then serde reads.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{Event, Options, Parser, ScalarStyle, Span};
use serde::de::DeserializeOwned;

use crate::domain::base::fault::Fault;

/// The largest file that is read.
pub const MAX_BYTES: usize = 1024 * 1024;

/// The deepest nesting.
const MAX_DEPTH: usize = 32;

/// A file as read, with the place of everything in it.
#[derive(Debug, Clone)]
pub struct Source {
    /// What it is called in messages.
    pub name: String,
    /// Its text, without a byte order mark.
    pub text: Arc<str>,
    /// The bytes of each value, by path (`lines[3].say.vi`); of keys under `path#key`.
    pub places: BTreeMap<String, Range<usize>>,
}

/// Something wrong in a file, with its place.
#[derive(Debug, Clone)]
pub struct Trouble {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong and what to do.
    pub what: String,
    /// The file's text, for showing the place.
    pub text: Arc<str>,
    /// The bytes that it is about.
    pub range: Range<usize>,
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}:{}:{}: {}",
            self.file, self.line, self.column, self.what
        )
    }
}

impl Source {
    /// A trouble at a range of bytes.
    pub fn trouble(&self, range: Range<usize>, what: impl Into<String>) -> Trouble {
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

    /// A trouble at a path; at the nearest path above when that one is not in the file.
    pub fn at(&self, path: &str, what: impl Into<String>) -> Trouble {
        let mut p = path.to_owned();
        loop {
            if let Some(range) = self
                .places
                .get(&p)
                .or_else(|| self.places.get(&format!("{p}#key")))
            {
                return self.trouble(range.clone(), what);
            }
            match p.rfind(['.', '[']) {
                Some(i) => p.truncate(i),
                None => return self.trouble(0..0, what),
            }
        }
    }

    /// Faults of a domain object as troubles with places.
    pub fn troubles(&self, faults: Vec<Fault>) -> Vec<Trouble> {
        faults
            .into_iter()
            .map(|f| self.at(&f.path, f.what))
            .collect()
    }
}

/// Reads a file into a type.
///
/// # Errors
/// Everything found wrong with its form, or the first thing that does not fit the type.
pub fn read<T: DeserializeOwned + schemars::JsonSchema>(
    name: &str,
    bytes: &[u8],
) -> Result<(T, Source), Vec<Trouble>> {
    let source = scan(name, bytes)?;
    let unknown = crate::store::files::unknown_fields::<T>(&source);
    if !unknown.is_empty() {
        return Err(unknown);
    }
    match serde_yaml::from_str::<T>(&source.text) {
        Ok(value) => Ok((value, source)),
        Err(error) => {
            let range = error
                .location()
                .map_or(0..0, |l| byte_at(&source.text, l.line(), l.column()));
            Err(vec![source.trouble(range, plain(&error.to_string()))])
        }
    }
}

fn byte_at(text: &str, line: usize, column: usize) -> Range<usize> {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let rest = text[start..].split('\n').next().unwrap_or("");
    let offset = rest
        .char_indices()
        .nth(column.saturating_sub(1))
        .map_or(0, |(i, _)| i);
    start + offset..start + rest.trim_end().len().max(offset)
}

/// serde's message without the place, which is shown separately.
fn plain(message: &str) -> String {
    let cut = message.rfind(" at line ").unwrap_or(message.len());
    message[..cut].to_owned()
}

/// Notes the place of everything and refuses what leads to surprises.
///
/// # Errors
/// Everything found.
pub fn scan(name: &str, bytes: &[u8]) -> Result<Source, Vec<Trouble>> {
    let bare = |text: &str| Source {
        name: name.to_owned(),
        text: text.into(),
        places: BTreeMap::new(),
    };
    if bytes.len() > MAX_BYTES {
        let what =
            format!("the file is longer than {MAX_BYTES} bytes, which is the most that is read");
        return Err(vec![bare("").trouble(0..0, what)]);
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(t) => t.strip_prefix('\u{feff}').unwrap_or(t),
        Err(e) => {
            let valid = String::from_utf8_lossy(&bytes[..e.valid_up_to()]).into_owned();
            let end = valid.len();
            return Err(vec![bare(&valid).trouble(
                end..end,
                "the file is not UTF-8 from here on; save it as UTF-8",
            )]);
        }
    };
    let mut scanner = Scanner {
        source: bare(text),
        troubles: Vec::new(),
        stack: Vec::new(),
        documents: 0,
    };
    scanner.run(text);
    if scanner.troubles.is_empty() {
        Ok(scanner.source)
    } else {
        Err(scanner.troubles)
    }
}

enum Frame {
    Map {
        path: String,
        key: Option<String>,
        seen: BTreeMap<String, Range<usize>>,
        start: usize,
    },
    List {
        path: String,
        next: usize,
        start: usize,
    },
}

struct Scanner {
    source: Source,
    troubles: Vec<Trouble>,
    stack: Vec<Frame>,
    documents: usize,
}

impl Scanner {
    fn bad(&mut self, range: Range<usize>, what: impl Into<String>) {
        if self.troubles.len() < 50 {
            let trouble = self.source.trouble(range, what);
            self.troubles.push(trouble);
        }
    }

    fn run(&mut self, text: &str) {
        for item in Parser::new_from_str_with_options(text, Options::default()) {
            match item {
                Ok((event, span)) => {
                    if !self.take(event, &span) {
                        return;
                    }
                }
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or(0);
                    let info = error.to_string();
                    let cut = info.rfind(" at char ").unwrap_or(info.len());
                    self.bad(at..at, format!("not YAML: {}", &info[..cut]));
                    return;
                }
            }
        }
        if self.source.places.is_empty() && self.troubles.is_empty() {
            self.bad(0..0, "the file is empty");
        }
    }

    /// The path of the node that comes now.
    fn path(&mut self) -> String {
        match self.stack.last_mut() {
            None => String::new(),
            Some(Frame::Map { path, key, .. }) => {
                let key = key.take().unwrap_or_default();
                if path.is_empty() {
                    key
                } else {
                    format!("{path}.{key}")
                }
            }
            Some(Frame::List { path, next, .. }) => {
                *next += 1;
                format!("{path}[{}]", *next - 1)
            }
        }
    }

    fn expects_key(&self) -> bool {
        matches!(self.stack.last(), Some(Frame::Map { key: None, .. }))
    }

    fn take(&mut self, event: Event<'_>, span: &Span) -> bool {
        let range = span.byte_range().unwrap_or(0..0);
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.bad(range, "a second document begins here; one file holds one");
                    return false;
                }
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.bad(range, "aliases (*name) are not read; write the text out");
                return false;
            }
            Event::Scalar(value, style, anchor, tag) => {
                self.refuse_properties(anchor, tag.is_some(), &range);
                self.scalar(&value, style, range);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_properties(anchor, tag.is_some(), &range);
                if self.expects_key() {
                    self.bad(range.clone(), "a list cannot be a key");
                    return false;
                }
                let path = self.path();
                self.source.places.insert(path.clone(), range.clone());
                self.stack.push(Frame::List {
                    path,
                    next: 0,
                    start: range.start,
                });
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_properties(anchor, tag.is_some(), &range);
                if self.expects_key() {
                    self.bad(range.clone(), "a map cannot be a key");
                    return false;
                }
                let path = self.path();
                self.source.places.insert(path.clone(), range.clone());
                self.stack.push(Frame::Map {
                    path,
                    key: None,
                    seen: BTreeMap::new(),
                    start: range.start,
                });
            }
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(Frame::Map { path, start, .. } | Frame::List { path, start, .. }) =
                    self.stack.pop()
                    && let Some(place) = self.source.places.get_mut(&path)
                {
                    // A block has no length of its own at its start: its first line stands for it.
                    let rest = &self.source.text[start.min(self.source.text.len())..];
                    *place = start..start + rest.split('\n').next().unwrap_or("").trim_end().len();
                }
            }
            _ => {}
        }
        if self.stack.len() > MAX_DEPTH {
            self.bad(
                span.byte_range().unwrap_or(0..0),
                format!("nested deeper than {MAX_DEPTH} levels"),
            );
            return false;
        }
        self.troubles.len() < 50
    }

    fn refuse_properties(&mut self, anchor: usize, tagged: bool, range: &Range<usize>) {
        if anchor != 0 {
            self.bad(
                range.clone(),
                "anchors (&name) are not read; write the text out",
            );
        }
        if tagged {
            self.bad(range.clone(), "tags (!name) are not read");
        }
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, range: Range<usize>) {
        if self.expects_key() {
            self.key(value, range);
            return;
        }
        let path = self.path();
        let is_null =
            style == ScalarStyle::Plain && matches!(value, "" | "~" | "null" | "Null" | "NULL");
        if is_null {
            let what = if path.is_empty() {
                "the file is empty".to_owned()
            } else {
                format!(
                    "`{path}` has no value; give one or leave the key out (inside {{ }} a text with a comma needs quotes)"
                )
            };
            let place = self
                .source
                .places
                .get(&format!("{path}#key"))
                .cloned()
                .unwrap_or(range.clone());
            self.bad(place, what);
        }
        if let Some(c) = value
            .chars()
            .find(|c| crate::domain::admission::admit::is_harmful(*c))
        {
            self.bad(
                range.clone(),
                format!(
                    "`{path}` has a control character (U+{:04X}); remove it",
                    u32::from(c)
                ),
            );
        }
        self.source.places.insert(path, range);
    }

    fn key(&mut self, value: &str, range: Range<usize>) {
        if value == "<<" {
            self.bad(
                range.clone(),
                "merge keys (<<) are not read; write the text out",
            );
        }
        let mut earlier = None;
        let mut full = value.to_owned();
        if let Some(Frame::Map {
            path, key, seen, ..
        }) = self.stack.last_mut()
        {
            earlier = seen.insert(value.to_owned(), range.clone());
            *key = Some(value.to_owned());
            if !path.is_empty() {
                full = format!("{path}.{value}");
            }
        }
        if let Some(first) = earlier {
            let line = self.source.text[..first.start].matches('\n').count() + 1;
            self.bad(
                range.clone(),
                format!("the key \"{value}\" stands twice; first on line {line}"),
            );
        }
        self.source.places.insert(format!("{full}#key"), range);
    }
}
