//! Files for translators: XLIFF 2.0, with placeholders as codes that their tools keep whole. It knows no playbook and judges no
//! text.

use std::collections::BTreeMap;
use std::fmt::Write;

use quick_xml::Reader;
use quick_xml::escape::escape;
use quick_xml::events::{BytesStart, Event};

use crate::domain::base::xml_reference::letters_of;

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 16 * 1024 * 1024;

/// So deep may elements lie in each other.
const MAX_DEPTH: usize = 100;

/// A text to translate, with its translation if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unit {
    /// The file that it stands in, as the workspace calls it.
    pub file: String,
    /// Where in the file: `lines[3].say`.
    pub path: String,
    /// The text to translate.
    pub source: String,
    /// Its translation; empty where there is none yet.
    pub target: String,
}

/// A file for translators, with the languages by their tags.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Xliff {
    /// The language of the texts to translate.
    pub from: String,
    /// The language to translate into.
    pub to: String,
    /// The texts, those of one file together.
    pub units: Vec<Unit>,
}

/// A part of a text: words, or a placeholder.
enum Piece<'a> {
    Words(&'a str),
    Code(&'a str),
}

/// Cuts a template into words and placeholders. One that chooses a word by number has words to translate, and stays in the text.
fn pieces_of(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(start) = text[at..].find("{{").map(|i| i + at) {
        let Some(end) = text[start..].find("}}").map(|i| i + start + 2) else {
            break;
        };
        at = end;
        if !text[start..end].contains("plural(") {
            pieces.push(Piece::Words(&text[from..start]));
            pieces.push(Piece::Code(&text[start..end]));
            from = end;
        }
    }
    pieces.push(Piece::Words(&text[from..]));
    pieces.retain(|p| !matches!(p, Piece::Words("")));
    pieces
}

/// Writes what translators get: each text with its place, and its translation where there is one.
pub fn write_xliff(xliff: &Xliff) -> String {
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<xliff xmlns=\"urn:oasis:names:tc:xliff:document:2.0\" version=\"2.0\" srcLang=\"{}\" trgLang=\"{}\">\n",
        escape(&xliff.from),
        escape(&xliff.to)
    );
    let mut open: Option<&str> = None;
    for (number, unit) in xliff.units.iter().enumerate() {
        if open != Some(&unit.file) {
            if open.is_some() {
                out.push_str(" </file>\n");
            }
            // Writing into a string cannot fail.
            let _ = writeln!(
                out,
                " <file id=\"f{number}\" original=\"{}\">",
                escape(&unit.file)
            );
            open = Some(&unit.file);
        }
        write_unit(&mut out, number, unit);
    }
    if open.is_some() {
        out.push_str(" </file>\n");
    }
    out.push_str("</xliff>\n");
    out
}

fn write_unit(out: &mut String, number: usize, unit: &Unit) {
    let mut codes: Vec<&str> = Vec::new();
    let source = write_text(&unit.source, &mut codes);
    let target = write_text(&unit.target, &mut codes);
    let _ = writeln!(
        out,
        "  <unit id=\"u{number}\" name=\"{}\">",
        escape(&unit.path)
    );
    if !codes.is_empty() {
        out.push_str("   <originalData>\n");
        for (id, code) in codes.iter().enumerate() {
            let _ = writeln!(out, "    <data id=\"d{id}\">{}</data>", escape(*code));
        }
        out.push_str("   </originalData>\n");
    }
    let state = match unit.target.is_empty() {
        true => "initial",
        false => "translated",
    };
    let _ = writeln!(
        out,
        "   <segment state=\"{state}\">\n    <source xml:space=\"preserve\">{source}</source>"
    );
    if !unit.target.is_empty() {
        let _ = writeln!(out, "    <target xml:space=\"preserve\">{target}</target>");
    }
    out.push_str("   </segment>\n  </unit>\n");
}

/// A text with its placeholders as codes; the same placeholder is the same code.
fn write_text<'a>(text: &'a str, codes: &mut Vec<&'a str>) -> String {
    let mut out = String::new();
    for (nth, piece) in pieces_of(text).into_iter().enumerate() {
        match piece {
            Piece::Words(words) => out.push_str(&escape(words)),
            Piece::Code(code) => {
                let id = codes.iter().position(|c| *c == code).unwrap_or_else(|| {
                    codes.push(code);
                    codes.len() - 1
                });
                let shown = escape(code.trim_matches(['{', '}', ' ']));
                let _ = write!(out, "<ph id=\"{nth}\" dataRef=\"d{id}\" disp=\"{shown}\"/>");
            }
        }
    }
    out
}

/// Which text the words that come belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Inside {
    Source,
    Target,
    Data,
}

/// A file while it is read.
#[derive(Default)]
struct Reading {
    xliff: Xliff,
    unit: Unit,
    file: String,
    codes: BTreeMap<String, String>,
    data: String,
    inside: Option<Inside>,
    depth: usize,
}

/// Reads the file.
///
/// # Errors
/// When it is not well-formed, is no XLIFF 2, or names a code that it does not have.
pub fn read_xliff(xml: &str) -> Result<Xliff, String> {
    let mut reader = Reader::from_str(xml);
    let mut reading = Reading::default();
    let mut is_xliff = false;
    loop {
        match reader.read_event().map_err(|e| e.to_string())? {
            Event::Start(e) => {
                is_xliff = is_xliff || e.local_name().as_ref() == "xliff";
                reading.depth += 1;
                if reading.depth > MAX_DEPTH {
                    return Err("its elements lie too deep in each other".into());
                }
                reading.begin(&e)?;
            }
            Event::Empty(e) => reading.begin(&e)?,
            Event::End(e) => {
                reading.depth = reading.depth.saturating_sub(1);
                reading.end(e.local_name().as_ref());
            }
            Event::Text(t) => reading.add(&t.xml10_content()),
            Event::CData(t) => reading.add(&t.xml10_content()),
            Event::GeneralRef(r) => reading.add(&letters_of(&r)?),
            Event::DocType(_) => return Err("it declares a document type".into()),
            Event::Eof if is_xliff && reading.depth == 0 => return Ok(reading.xliff),
            Event::Eof if is_xliff => return Err("it breaks off".into()),
            Event::Eof => return Err("it is no XLIFF file".into()),
            _ => {}
        }
    }
}

/// An attribute of an element; empty where there is none.
fn attribute(element: &BytesStart<'_>, name: &str) -> Result<String, String> {
    match element.try_get_attribute(name).map_err(|e| e.to_string())? {
        None => Ok(String::new()),
        Some(found) => {
            let value = quick_xml::escape::unescape(&found.value).map_err(|e| e.to_string())?;
            Ok(value.into_owned())
        }
    }
}

impl Reading {
    fn begin(&mut self, element: &BytesStart<'_>) -> Result<(), String> {
        match element.local_name().as_ref() {
            "xliff" => {
                let version = attribute(element, "version")?;
                if !version.starts_with("2.") {
                    return Err(format!("it is XLIFF {version}; version 2 is read"));
                }
                self.xliff.from = attribute(element, "srcLang")?;
                self.xliff.to = attribute(element, "trgLang")?;
            }
            "file" => self.file = attribute(element, "original")?,
            "unit" => {
                self.unit = Unit {
                    file: self.file.clone(),
                    path: attribute(element, "name")?,
                    ..Unit::default()
                };
                self.codes.clear();
            }
            "data" => {
                self.data = attribute(element, "id")?;
                self.codes.insert(self.data.clone(), String::new());
                self.inside = Some(Inside::Data);
            }
            "source" => self.inside = Some(Inside::Source),
            "target" => self.inside = Some(Inside::Target),
            "ph" => {
                let id = attribute(element, "dataRef")?;
                let code = self.codes.get(&id).cloned();
                let code = code.ok_or_else(|| {
                    format!(
                        "{} in {}: there is no code \"{id}\"",
                        self.unit.path, self.unit.file
                    )
                })?;
                self.add(&code);
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) {
        match name {
            "source" | "target" | "data" => self.inside = None,
            "unit" => self.xliff.units.push(std::mem::take(&mut self.unit)),
            _ => {}
        }
    }

    fn add(&mut self, words: &str) {
        match self.inside {
            Some(Inside::Source) => self.unit.source.push_str(words),
            Some(Inside::Target) => self.unit.target.push_str(words),
            Some(Inside::Data) => {
                if let Some(code) = self.codes.get_mut(&self.data) {
                    code.push_str(words);
                }
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Xliff {
        let unit = |file: &str, path: &str, source: &str, target: &str| Unit {
            file: file.into(),
            path: path.into(),
            source: source.into(),
            target: target.into(),
        };
        Xliff {
            from: "en".into(),
            to: "fr".into(),
            units: vec![
                unit(
                    "a.yaml",
                    "lines[0].say",
                    "{{ it.name }} < {{ it.since | date }} & {{ it.name }}",
                    "",
                ),
                unit(
                    "a.yaml",
                    "lines[1].say",
                    "{{ x }} {{ x | plural(one='is', other='are') }} \"out\"",
                    "{{ x }} « ø »",
                ),
                unit("b.yaml", "names", "", ""),
            ],
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = write_xliff(&sample());
        assert_eq!(read_xliff(&text), Ok(sample()));
        assert!(text.contains("disp=\"it.since | date\"") && !text.contains("{{ it.name }} &lt;"));
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said() {
        let head = "<xliff version=\"2.0\" srcLang=\"en\" trgLang=\"fr\">";
        for (text, why) in [
            ("", "it is no XLIFF file"),
            ("<a/>", "it is no XLIFF file"),
            (
                "<xliff version=\"1.2\"></xliff>",
                "it is XLIFF 1.2; version 2 is read",
            ),
            (head, "it breaks off"),
            ("<!DOCTYPE x><xliff/>", "it declares a document type"),
            (
                &format!(
                    "{head}<file original=\"a\"><unit name=\"p\"><segment><source><ph dataRef=\"d9\"/></source></segment></unit></file></xliff>"
                ),
                "p in a: there is no code \"d9\"",
            ),
        ] {
            assert_eq!(read_xliff(text), Err(why.to_owned()), "{text}");
        }
        let deep = head.to_owned() + &"<a>".repeat(200);
        assert!(read_xliff(&deep).is_err());
    }
}
