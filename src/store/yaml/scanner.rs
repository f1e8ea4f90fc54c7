//! One pass over a YAML file that notes the place of each key and value and refuses what leads to surprises: anchors, aliases,
//! merge keys, tags, several documents, duplicate keys, empty values, deep nesting. Builds no values.

use std::collections::BTreeMap;
use std::ops::Range;

use granit_parser::{Event, Options, Parser, ScalarStyle, Span};

use crate::domain::base::next_step::Advice;
use crate::store::yaml::places::{NodeId, Places};
use crate::store::yaml::source::{Source, Trouble};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 1024 * 1024;

/// The deepest nesting, in levels.
const MAX_DEPTH: usize = 32;

/// The longest key, in bytes.
const MAX_KEY: usize = 256;

/// Notes the byte range of each key and value, and refuses what leads to surprises.
///
/// # Errors
/// Everything found.
pub fn scan_places(name: &str, bytes: &[u8]) -> Result<Source, Vec<Trouble>> {
    let bare = |text: &str| Source {
        name: name.to_owned(),
        text: text.into(),
        places: Places::default(),
        old_names: Vec::new(),
    };
    if bytes.len() > MAX_BYTES {
        let what =
            format!("the file is longer than {MAX_BYTES} bytes, which is the most that is read");
        return Err(vec![bare("").trouble_in_range(0..0, what)]);
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(t) => t.strip_prefix('\u{feff}').unwrap_or(t),
        Err(e) => {
            let valid = String::from_utf8_lossy(&bytes[..e.valid_up_to()]).into_owned();
            let end = valid.len();
            return Err(vec![bare(&valid).trouble_in_range(
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
    scanner.scan_text(text);
    if scanner.troubles.is_empty() {
        Ok(scanner.source)
    } else {
        Err(scanner.troubles)
    }
}

enum Frame {
    Map {
        node: NodeId,
        /// The key whose value comes next.
        key: Option<NodeId>,
        seen: BTreeMap<String, Range<usize>>,
        start: usize,
    },
    List {
        node: NodeId,
        next: u32,
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
    fn add_trouble(&mut self, range: Range<usize>, what: impl Into<Advice>) {
        if self.troubles.len() < 50 {
            let trouble = self.source.trouble_in_range(range, what);
            self.troubles.push(trouble);
        }
    }

    fn scan_text(&mut self, text: &str) {
        for item in Parser::new_from_str_with_options(text, Options::default()) {
            match item {
                Ok((event, span)) => {
                    if !self.take_event(event, &span) {
                        return;
                    }
                }
                Err(error) => {
                    let at = error.marker().byte_offset().unwrap_or(0);
                    let info = error.to_string();
                    let cut = info.rfind(" at char ").unwrap_or(info.len());
                    self.add_trouble(at..at, format!("not YAML: {}", &info[..cut]));
                    return;
                }
            }
        }
        if self.source.places.is_empty() && self.troubles.is_empty() {
            self.add_trouble(0..0, "the file is empty");
        }
    }

    /// The node that the parser is at.
    fn next_node(&mut self) -> NodeId {
        let places = &mut self.source.places;
        match self.stack.last_mut() {
            None => places.add_root(),
            Some(Frame::Map { node, key, .. }) => key.take().unwrap_or(*node),
            Some(Frame::List { node, next, .. }) => {
                *next += 1;
                places.add_element(*node, *next - 1)
            }
        }
    }

    fn expects_key(&self) -> bool {
        matches!(self.stack.last(), Some(Frame::Map { key: None, .. }))
    }

    /// Takes one event of the parser; false when reading stops here.
    fn take_event(&mut self, event: Event<'_>, span: &Span) -> bool {
        let range = span.byte_range().unwrap_or(0..0);
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 {
                    self.add_trouble(range, "a second document begins here; one file holds one");
                    return false;
                }
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.add_trouble(range, "aliases (*name) are not read; write the text out");
                return false;
            }
            Event::Scalar(value, style, anchor, tag) => {
                self.refuse_properties(anchor, tag.is_some(), &range);
                self.take_scalar(&value, style, range);
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_properties(anchor, tag.is_some(), &range);
                return self.begin_list(range) && self.may_go_on(span);
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_properties(anchor, tag.is_some(), &range);
                return self.begin_map(range) && self.may_go_on(span);
            }
            Event::SequenceEnd | Event::MappingEnd => self.end_collection(),
            _ => {}
        }
        self.may_go_on(span)
    }

    fn begin_list(&mut self, range: Range<usize>) -> bool {
        if self.expects_key() {
            self.add_trouble(range, "a list cannot be a key");
            return false;
        }
        let node = self.next_node();
        self.source.places.set_value(node, range.clone());
        self.stack.push(Frame::List {
            node,
            next: 0,
            start: range.start,
        });
        true
    }

    fn begin_map(&mut self, range: Range<usize>) -> bool {
        if self.expects_key() {
            self.add_trouble(range, "a map cannot be a key");
            return false;
        }
        let node = self.next_node();
        self.source.places.set_value(node, range.clone());
        self.stack.push(Frame::Map {
            node,
            key: None,
            seen: BTreeMap::new(),
            start: range.start,
        });
        true
    }

    fn end_collection(&mut self) {
        if let Some(Frame::Map { node, start, .. } | Frame::List { node, start, .. }) =
            self.stack.pop()
        {
            // The parser gives a block no length at its start, so messages mark its first line.
            let rest = &self.source.text[start.min(self.source.text.len())..];
            let end = start + rest.split('\n').next().unwrap_or("").trim_end().len();
            self.source.places.set_value(node, start..end);
        }
    }

    /// Refuses deep nesting; false when reading stops here.
    fn may_go_on(&mut self, span: &Span) -> bool {
        if self.stack.len() > MAX_DEPTH {
            self.add_trouble(
                span.byte_range().unwrap_or(0..0),
                format!("nested deeper than {MAX_DEPTH} levels"),
            );
            return false;
        }
        self.troubles.len() < 50
    }

    fn refuse_properties(&mut self, anchor: usize, tagged: bool, range: &Range<usize>) {
        if anchor != 0 {
            self.add_trouble(
                range.clone(),
                "anchors (&name) are not read; write the text out",
            );
        }
        if tagged {
            self.add_trouble(range.clone(), "tags (!name) are not read");
        }
    }

    fn take_scalar(&mut self, value: &str, style: ScalarStyle, range: Range<usize>) {
        if self.expects_key() {
            self.take_key(value, range);
            return;
        }
        let node = self.next_node();
        let is_null =
            style == ScalarStyle::Plain && matches!(value, "" | "~" | "null" | "Null" | "NULL");
        if is_null {
            let path = self.source.places.path_of(node);
            let what = if path.is_empty() {
                "the file is empty".to_owned()
            } else {
                format!(
                    "`{path}` has no value; give one or leave the key out (inside {{ }} a text with a comma needs quotes)"
                )
            };
            let place = self.source.places.key_of(node);
            self.add_trouble(place.unwrap_or(range.clone()), what);
        }
        if let Some(c) = value
            .chars()
            .find(|c| crate::domain::admission::wording::is_harmful(*c))
        {
            let path = self.source.places.path_of(node);
            self.add_trouble(
                range.clone(),
                format!(
                    "`{path}` has a control character (U+{:04X}); remove it",
                    u32::from(c)
                ),
            );
        }
        self.source.places.set_value(node, range);
    }

    fn take_key(&mut self, value: &str, range: Range<usize>) {
        if value == "<<" {
            self.add_trouble(
                range.clone(),
                "merge keys (<<) are not read; write the text out",
            );
        }
        if value.len() > MAX_KEY {
            let what = format!("a key is longer than {MAX_KEY} bytes");
            self.add_trouble(range.clone(), what);
        }
        let mut earlier = None;
        if let Some(Frame::Map {
            node, key, seen, ..
        }) = self.stack.last_mut()
        {
            earlier = seen.insert(value.to_owned(), range.clone());
            *key = Some(self.source.places.add_key(*node, value, range.clone()));
        }
        if let Some(first) = earlier {
            let line = self.source.text[..first.start].matches('\n').count() + 1;
            self.add_trouble(
                range.clone(),
                format!("the key \"{value}\" stands twice; first on line {line}"),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_of_a_hostile_file_take_memory_by_its_size() {
        let key = "k".repeat(MAX_KEY);
        let list = format!("[{}]", vec!["1"; 20_000].join(","));
        let nested: String = (0..30)
            .map(|i| format!("{}{key}:\n", " ".repeat(i)))
            .collect();
        let nested = format!("{nested}{}{list}", " ".repeat(30));
        let keys: String = (0..20_000).map(|i| format!("{i}: 1\n")).collect();
        for text in [list, nested, keys] {
            let source = scan_places("a.yaml", text.as_bytes()).unwrap();
            let (kept, size) = (source.places.bytes_kept(), text.len());
            assert!(kept < 15 * size, "{kept} bytes for {size}");
        }
        let long = format!("{key}k: 1");
        let told = scan_places("a.yaml", long.as_bytes()).unwrap_err();
        let told = told[0].to_string();
        assert!(told.contains("longer than 256 bytes"), "{told}");
    }
}
