//! A playbook file without some of its items: facts, promises, lines, texts, points, situations, by their names. What stays,
//! stays byte for byte. It judges no playbook.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::Deserialize;

use crate::store::yaml::places::Step;
use crate::store::yaml::source::Source;

/// The names of what is left out, by section.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LeftOut {
    /// Facts that staff note.
    pub facts: BTreeSet<String>,
    /// What may be promised.
    pub promises: BTreeSet<String>,
    /// Lines, of the notice and of texts beside it.
    pub lines: BTreeSet<String>,
    /// Texts beside the notice.
    pub texts: BTreeSet<String>,
    /// What staff say on the telephone.
    pub points: BTreeSet<String>,
    /// Situations that the playbook is tried in.
    pub situations: BTreeSet<String>,
}

impl LeftOut {
    /// Takes over what the other one leaves out too.
    pub fn extend(&mut self, other: LeftOut) {
        self.facts.extend(other.facts);
        self.promises.extend(other.promises);
        self.lines.extend(other.lines);
        self.texts.extend(other.texts);
        self.points.extend(other.points);
        self.situations.extend(other.situations);
    }

    /// True for the place of a name or a key that is left out.
    fn names(&self, steps: &[Step<'_>], value: &str) -> bool {
        match steps {
            [Step::Key("facts"), Step::Key(name)] => self.facts.contains(*name),
            [Step::Key("promises"), Step::Key(name)] => self.promises.contains(*name),
            [Step::Key("texts"), Step::Key(name)] => self.texts.contains(*name),
            [.., Step::Key("lines"), Step::Element(_), Step::Key("id")] => {
                self.lines.contains(value)
            }
            [Step::Key("points"), Step::Element(_), Step::Key("id")] => self.points.contains(value),
            [Step::Key("situations"), Step::Element(_), Step::Key("name")] => {
                self.situations.contains(value)
            }
            _ => false,
        }
    }
}

/// The file without these items. A line that is left out is taken from the lists of `with` too.
pub fn without_items(source: &Source, left_out: &LeftOut) -> String {
    let text = &*source.text;
    let mut changes: Vec<(Range<usize>, String)> = Vec::new();
    for node in source.places.all() {
        let steps = source.places.steps_to(node);
        let (key, value) = (source.places.key_of(node), source.places.value_of(node));
        let (Some(key), Some(value)) = (key, value) else {
            continue;
        };
        let words = text.get(value.clone()).unwrap_or_default();
        if left_out.names(&steps, words) {
            changes.push((item_around(key.start, text), String::new()));
        } else if steps.last() == Some(&Step::Key("with")) {
            changes.push((value, without_entries(words, &left_out.lines)));
        }
    }
    changes.sort_by_key(|(place, _)| (place.start, std::cmp::Reverse(place.end)));
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    // What lies in something that is left out is gone with it.
    for (place, new) in changes {
        if place.start >= from {
            kept.push_str(text.get(from..place.start).unwrap_or_default());
            kept.push_str(&new);
            from = place.end;
        }
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    without_empty_sections(&kept)
}

/// The file without the keys of sections of which nothing is left.
fn without_empty_sections(text: &str) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let is_head = |line: &str| indent_of(line) == 0 && line.trim_end().ends_with(':');
    let is_open = |line: &&&str| line.trim().is_empty() || line.trim_start().starts_with('#');
    let has_content = |at: usize| {
        let mut next = lines.iter().skip(at + 1).skip_while(is_open);
        next.next().is_some_and(|line| indent_of(line) > 0)
    };
    let kept = lines.iter().enumerate();
    let kept = kept.filter(|(at, line)| !is_head(line) || has_content(*at));
    kept.map(|(_, line)| *line).collect()
}

/// A list in brackets without some entries.
fn without_entries(list: &str, left_out: &BTreeSet<String>) -> String {
    let entries = list.trim_matches(['[', ']']).split(',').map(str::trim);
    let kept: Vec<&str> = entries.filter(|e| !left_out.contains(*e)).collect();
    format!("[{}]", kept.join(", "))
}

/// The lines of the item that has a byte in its first line, with the comment above it.
fn item_around(byte: usize, text: &str) -> Range<usize> {
    let start = text
        .get(..byte)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |i| i + 1);
    let rest = text.get(start..).unwrap_or_default();
    let indent = indent_of(rest);
    let mut end = start;
    let mut reach = start;
    for (nth, line) in rest.split_inclusive('\n').enumerate() {
        let is_inside = nth == 0 || indent_of(line) > indent;
        let is_open = line.trim().is_empty() || line.trim_start().starts_with('#');
        if !is_inside && !is_open {
            break;
        }
        reach += line.len();
        // What follows the item and is no part of it belongs to the next one.
        if is_inside && !line.trim().is_empty() {
            end = reach;
        }
    }
    let mut begin = start;
    for line in text
        .get(..start)
        .unwrap_or_default()
        .split_inclusive('\n')
        .rev()
    {
        if !line.trim_start().starts_with('#') || indent_of(line) != indent {
            break;
        }
        begin -= line.len();
    }
    begin..end
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::yaml::scanner::scan_places;

    const FILE: &str = "name: base\nfacts:\n  a: { type: count }\n  # what b is\n  b:\n    type: date\nlines:\n  # --- first\n  - id: x\n    say: { en: X }\n  # about y\n  - id: y\n    say:\n      en: Y\n\n  - id: z\ntexts:\n  t:\n    with: [x, y, z]\n    lines:\n      - id: tx\n";

    #[test]
    fn items_go_with_their_comments_and_the_rest_stays() {
        let list = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
        let left_out = LeftOut {
            facts: list(&["b"]),
            lines: list(&["y", "z", "tx"]),
            ..LeftOut::default()
        };
        let Ok(source) = scan_places("f.yaml", FILE.as_bytes()) else {
            panic!("the file is read");
        };
        let kept = without_items(&source, &left_out);
        assert_eq!(
            kept,
            "name: base\nfacts:\n  a: { type: count }\nlines:\n  # --- first\n  - id: x\n    say: { en: X }\n\ntexts:\n  t:\n    with: [x]\n    lines:\n"
        );
        let all = LeftOut {
            facts: list(&["a", "b"]),
            ..LeftOut::default()
        };
        assert!(!without_items(&source, &all).contains("facts:"));
        let nothing = without_items(&source, &LeftOut::default());
        assert_eq!(nothing, FILE);
    }
}
