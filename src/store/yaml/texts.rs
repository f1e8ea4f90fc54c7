//! The texts by language in a YAML file, where they stand, and the file with one language more or less. Everything else of the
//! file stays byte for byte, comments too. It judges no text.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::domain::base::lang::Lang;
use crate::store::yaml::places::Step;
use crate::store::yaml::source::Source;

/// A text in one or more languages: a map whose keys are tags of languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextUnit {
    /// Where it stands: `lines[3].say`.
    pub path: String,
    /// Each language that it has, in the order of the file.
    pub texts: Vec<(Lang, String)>,
    /// The bytes of each of them: of its key, and of its value.
    places: Vec<(Range<usize>, Range<usize>)>,
}

impl TextUnit {
    /// The text in a language; none where it has none.
    pub fn get(&self, lang: Lang) -> Option<&str> {
        let found = self.texts.iter().find(|(l, _)| *l == lang);
        found.map(|(_, text)| text.as_str())
    }
}

/// Every text by language in a file, in its order.
pub fn text_units(source: &Source) -> Vec<TextUnit> {
    let mut units: Vec<TextUnit> = Vec::new();
    let mut others: Vec<String> = Vec::new();
    for node in source.places.all() {
        let steps = source.places.steps_to(node);
        let (Some(Step::Key(name)), Some(key), Some(value)) = (
            steps.last(),
            source.places.key_of(node),
            source.places.value_of(node),
        ) else {
            continue;
        };
        let path = source.places.path_of(node);
        let path = path.strip_suffix(name).unwrap_or(&path);
        let path = path.trim_end_matches('.').to_owned();
        let written = source.text.get(value.clone()).unwrap_or_default();
        let text = serde_yaml::from_str::<Scalar>(written);
        match (name.parse::<Lang>(), text) {
            (Ok(lang), Ok(Scalar(text))) => match units.iter_mut().rev().find(|u| u.path == path) {
                Some(unit) => {
                    unit.texts.push((lang, text));
                    unit.places.push((key, value));
                }
                None => units.push(TextUnit {
                    path,
                    texts: vec![(lang, text)],
                    places: vec![(key, value)],
                }),
            },
            _ => others.push(path),
        }
    }
    // A map that has other keys too is no text.
    units.retain(|u| !others.contains(&u.path));
    units
}

/// A text, or a number that is meant as one.
struct Scalar(String);

impl<'de> serde::Deserialize<'de> for Scalar {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Scalar, D::Error> {
        let value = serde_yaml::Value::deserialize(deserializer)?;
        match value {
            serde_yaml::Value::String(text) => Ok(Scalar(text)),
            serde_yaml::Value::Number(number) => Ok(Scalar(number.to_string())),
            _ => Err(serde::de::Error::custom("no text")),
        }
    }
}

/// The texts that a language lacks. The form without marks is no lack: a language that needs it writes it, another has none.
pub fn texts_without(source: &Source, lang: Lang) -> Vec<TextUnit> {
    let is_for_some = |path: &str| {
        let name = path.rsplit('.').next().unwrap_or_default();
        matches!(name, "unaccented" | "plain")
    };
    let mut units = text_units(source);
    units.retain(|u| u.get(lang).is_none() && !is_for_some(&u.path));
    units
}

/// The file with the texts of these languages alone; a text that has none of them stays as it is.
pub fn with_languages_alone(source: &Source, keep: &[Lang]) -> String {
    let mut changes = Vec::new();
    for unit in text_units(source) {
        let kept = unit.texts.iter().filter(|(lang, _)| keep.contains(lang));
        match kept.count() {
            0 => {}
            _ if unit.is_in_braces(&source.text) => {
                changes.extend(unit.braces_with(keep, &source.text));
            }
            _ => changes.extend(unit.lines_to_cut(keep, &source.text)),
        }
    }
    with_changes(&source.text, changes)
}

/// The text with other bytes in some places, none of which overlap.
fn with_changes(text: &str, mut changes: Vec<(Range<usize>, String)>) -> String {
    changes.sort_by_key(|(place, _)| place.start);
    let mut changed = String::with_capacity(text.len() * 2);
    let mut from = 0;
    for (place, new) in &changes {
        changed.push_str(text.get(from..place.start).unwrap_or_default());
        changed.push_str(new);
        from = place.end;
    }
    changed.push_str(text.get(from..).unwrap_or_default());
    changed
}

/// The file with these texts in a language, by path: put behind those that are there, or in the place of the old one.
pub fn with_texts(source: &Source, lang: Lang, texts: &BTreeMap<String, String>) -> String {
    let mut changes: Vec<(Range<usize>, String)> = Vec::new();
    for unit in text_units(source) {
        let Some(text) = texts.get(&unit.path) else {
            continue;
        };
        let quoted = serde_json::to_string(text).unwrap_or_default();
        let old = unit.texts.iter().position(|(l, _)| *l == lang);
        if let Some((_, value)) = old.and_then(|at| unit.places.get(at)) {
            changes.push((value.clone(), quoted));
        } else if let Some((key, value)) = unit.places.last() {
            let (before, at) = match unit.is_in_braces(&source.text) {
                true => (", ".to_owned(), value.end),
                false => {
                    let indent = " ".repeat(column_of(key.start, &source.text));
                    let at = end_of_line(value.end, &source.text);
                    let is_crlf = source.text.get(..at).is_some_and(|t| t.ends_with('\r'));
                    match is_crlf {
                        true => (format!("\r\n{indent}"), at - 1),
                        false => (format!("\n{indent}"), at),
                    }
                }
            };
            changes.push((at..at, format!("{before}{lang}: {quoted}")));
        }
    }
    with_changes(&source.text, changes)
}

/// The byte behind the last one of a line, without its break.
fn end_of_line(byte: usize, text: &str) -> usize {
    let rest = text.get(byte..).unwrap_or_default();
    byte + rest.find('\n').unwrap_or(rest.len())
}

/// How many characters stand before a byte in its line.
fn column_of(byte: usize, text: &str) -> usize {
    let before = text.get(..byte).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    line.chars().count()
}

impl TextUnit {
    /// True for `{ vi: ..., en: ... }`, false for a line a language.
    fn is_in_braces(&self, text: &str) -> bool {
        let first = self.places.first().map_or(0, |(key, _)| key.start);
        let before = text.get(..first).unwrap_or_default();
        before.trim_end().ends_with('{')
    }

    /// What stands between the braces, with some languages alone.
    fn braces_with(&self, keep: &[Lang], text: &str) -> Option<(Range<usize>, String)> {
        let (first, last) = (self.places.first()?, self.places.last()?);
        let all = self.texts.iter().zip(&self.places);
        let kept = all.filter(|((lang, _), _)| keep.contains(lang));
        let parts: Vec<&str> = kept
            .filter_map(|(_, (key, value))| text.get(key.start..value.end))
            .collect();
        Some((first.0.start..last.1.end, parts.join(", ")))
    }

    /// The lines of the other languages, where each has its own.
    fn lines_to_cut(&self, keep: &[Lang], text: &str) -> Vec<(Range<usize>, String)> {
        let all = self.texts.iter().zip(&self.places);
        let others = all.filter(|((lang, _), _)| !keep.contains(lang));
        let line = |key: &Range<usize>, value: &Range<usize>| {
            let before = text.get(..key.start)?;
            let start = before.rfind('\n').map_or(0, |i| i + 1);
            let end = text.len().min(end_of_line(value.end, text) + 1);
            before.get(start..)?.trim().is_empty().then_some(start..end)
        };
        let lines = others.filter_map(|(_, (key, value))| line(key, value));
        lines.map(|place| (place, String::new())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::yaml::scanner::scan_places;

    const FILE: &str = "# who\nnames: { vi: ABC, en: \"A, B\", fr: 'L''A' } # us\nlines:\n  - id: a\n    say:\n      vi: \"một\"\n      en: one   # said\n      fr: \"un\"\n    short: { en: 1 }\nlanguages: [vi, en]\nrule: { en: { why: x } }\n";

    fn scan(text: &str) -> Source {
        match scan_places("f.yaml", text.as_bytes()) {
            Ok(source) => source,
            Err(troubles) => panic!("{troubles:?}"),
        }
    }

    #[test]
    fn texts_are_found_by_their_place() {
        let units = text_units(&scan(FILE));
        let paths: Vec<&str> = units.iter().map(|u| u.path.as_str()).collect();
        assert_eq!(paths, ["names", "lines[0].say", "lines[0].short"]);
        assert_eq!(units[0].get(Lang::En), Some("A, B"));
        assert_eq!(units[0].get("fr".parse().unwrap_or(Lang::Vi)), Some("L'A"));
        assert_eq!(units[2].get(Lang::En), Some("1"));
    }

    #[test]
    fn lines_end_as_they_ended() {
        let file = "a:\r\n  en: one\r\nb: { en: x }\r\n";
        let texts = [("a".to_owned(), "eins".to_owned())].into();
        let with = with_texts(&scan(file), Lang::Vi, &texts);
        assert_eq!(
            with,
            "a:\r\n  en: one\r\n  vi: \"eins\"\r\nb: { en: x }\r\n"
        );
    }

    #[test]
    fn languages_are_left_out_and_put_in_again_and_nothing_else_changes() {
        let french = "fr".parse().unwrap_or(Lang::Vi);
        let without = with_languages_alone(&scan(FILE), &[Lang::Vi, Lang::En]);
        assert_eq!(
            without,
            FILE.replace(", fr: 'L''A'", "")
                .replace("      fr: \"un\"\n", "")
        );
        let only = with_languages_alone(&scan(FILE), &[french]);
        assert!(
            only.contains("names: { fr: 'L''A' } # us") && !only.contains("một"),
            "{only}"
        );
        let texts = [
            ("names", "L'A \"1\""),
            ("lines[0].say", "deux"),
            ("lines[0].short", "2"),
        ];
        let texts = texts.map(|(p, t)| (p.to_owned(), t.to_owned())).into();
        let again = with_texts(&scan(&without), french, &texts);
        let units = text_units(&scan(&again));
        for unit in &units {
            assert_eq!(
                unit.get(french),
                texts.get(&unit.path).map(String::as_str),
                "{again}"
            );
        }
        let twice = with_texts(&scan(&again), french, &texts);
        assert_eq!(again, twice);
        assert_eq!(
            with_languages_alone(&scan(&again), &[Lang::Vi, Lang::En]),
            without
        );
    }
}
