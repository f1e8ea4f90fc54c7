//! The paragraphs in a part of a Word file, as a reader of the final text sees them: inserted text is read; deleted,
//! struck and hidden text is not. It unpacks nothing and knows no styles.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::domain::base::xml_reference::letters_of;

/// A line of text with where people find it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PlacedLine {
    pub words: String,
    /// "paragraph 3", "table 1, row 2", "header, paragraph 1".
    pub place: String,
}

/// So deep may elements lie in each other.
const MAX_DEPTH: usize = 1000;

/// The elements that mean something here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Paragraph,
    ParagraphStyle,
    Run,
    RunStyle,
    Text,
    Table,
    Row,
    Cell,
    /// What no reader of the final text sees.
    Gone,
    Other,
}

impl Tag {
    fn of(name: &str) -> Tag {
        match name {
            "p" => Tag::Paragraph,
            "pPr" => Tag::ParagraphStyle,
            "r" => Tag::Run,
            "rPr" => Tag::RunStyle,
            "t" => Tag::Text,
            "tbl" => Tag::Table,
            "tr" => Tag::Row,
            "tc" => Tag::Cell,
            // A fallback says again what stands before it, for programs that do not know the newer form.
            "del" | "moveFrom" | "Fallback" => Tag::Gone,
            _ => Tag::Other,
        }
    }
}

#[derive(Default)]
struct OpenParagraph {
    words: String,
    /// Its end was deleted: the next paragraph carries it on.
    is_carried_on: bool,
}

/// A part while it is read.
#[derive(Default)]
struct PartReader<'a> {
    part: &'a str,
    lines: Vec<PlacedLine>,
    open: Vec<Tag>,
    /// How many of the open elements are gone.
    gone: usize,
    /// The paragraphs that are open: a box of text in a paragraph has its own.
    paragraphs: Vec<OpenParagraph>,
    /// For each open run, whether it is hidden or struck.
    hidden: Vec<bool>,
    carried: String,
    count: usize,
    tables: usize,
    rows: usize,
    /// How many cells are open, one in the other.
    cells: usize,
    /// The words of the open row of the outer table: rows of a table in a cell are lines of that cell.
    row: String,
    cell_has_words: bool,
}

/// Reads a part; `part` stands before the name of each place.
///
/// # Errors
/// When it is not well-formed.
pub(super) fn read_paragraphs(xml: &str, part: &str) -> Result<Vec<PlacedLine>, String> {
    let mut reader = Reader::from_str(xml);
    let mut read = PartReader {
        part,
        ..PartReader::default()
    };
    let mut is_begun = false;
    loop {
        match reader.read_event().map_err(|e| e.to_string())? {
            Event::Start(e) => {
                is_begun = true;
                read.open_element(&e)?;
            }
            Event::Empty(e) => {
                is_begun = true;
                read.open_element(&e)?;
                read.close_element();
            }
            Event::End(_) => read.close_element(),
            Event::Text(t) => read.add_words(&t.xml10_content()),
            Event::CData(t) => read.add_words(&t.xml10_content()),
            Event::GeneralRef(r) => read.add_words(&letters_of(&r)?),
            Event::DocType(_) => return Err("it declares a document type".into()),
            Event::Eof if is_begun && read.open.is_empty() => break,
            Event::Eof => return Err("it breaks off".into()),
            _ => {}
        }
    }
    let carried = std::mem::take(&mut read.carried);
    read.add_lines(&carried);
    Ok(read.lines)
}

impl PartReader<'_> {
    fn open_element(&mut self, element: &BytesStart<'_>) -> Result<(), String> {
        if self.open.len() >= MAX_DEPTH {
            return Err(format!("its elements are more than {MAX_DEPTH} deep"));
        }
        let local = element.local_name();
        let name: &str = local.as_ref();
        let (tag, outer) = (Tag::of(name), self.open.last().copied());
        self.open.push(tag);
        if tag == Tag::Gone {
            self.gone += 1;
            let of_paragraph = self.open.iter().rev().nth(2) == Some(&Tag::ParagraphStyle);
            if name == "del" && outer == Some(Tag::RunStyle) && of_paragraph {
                self.with_paragraph(|p| p.is_carried_on = true);
            }
        }
        if self.gone > 0 {
            return Ok(());
        }
        match (tag, outer) {
            (Tag::Paragraph, _) => self.paragraphs.push(OpenParagraph::default()),
            (Tag::Run, _) => self.hidden.push(false),
            (Tag::Table, _) if self.cells == 0 => {
                self.tables += 1;
                self.rows = 0;
            }
            (Tag::Row, _) if self.cells == 0 => self.rows += 1,
            (Tag::Cell, _) => {
                self.cells += 1;
                self.cell_has_words = false;
            }
            (Tag::Other, Some(Tag::RunStyle)) => self.note_style(name, element),
            (Tag::Other, Some(Tag::Run)) => self.add_sign(name),
            _ => {}
        }
        Ok(())
    }

    fn close_element(&mut self) {
        let Some(tag) = self.open.pop() else { return };
        if tag == Tag::Gone {
            self.gone -= 1;
        }
        if self.gone > 0 {
            return;
        }
        match tag {
            Tag::Paragraph => self.close_paragraph(),
            Tag::Run => {
                self.hidden.pop();
            }
            Tag::Cell => self.cells -= 1,
            Tag::Row if self.cells == 0 => {
                let row = std::mem::take(&mut self.row);
                let place = format!("{}table {}, row {}", self.part, self.tables, self.rows);
                self.add_placed(&row, &place);
            }
            _ => {}
        }
    }

    fn with_paragraph(&mut self, change: impl FnOnce(&mut OpenParagraph)) {
        self.paragraphs.last_mut().map(change);
    }

    /// Words of a run that are seen.
    fn add_words(&mut self, words: &str) {
        let is_seen = self.gone == 0
            && self.open.last() == Some(&Tag::Text)
            && !self.hidden.last().is_some_and(|h| *h);
        if is_seen {
            self.with_paragraph(|p| p.words.push_str(words));
        }
    }

    /// An element of a run that stands for a sign.
    fn add_sign(&mut self, name: &str) {
        let sign = match name {
            "tab" | "ptab" => ' ',
            "br" | "cr" => '\n',
            "noBreakHyphen" => '-',
            _ => return,
        };
        self.with_paragraph(|p| p.words.push(sign));
    }

    /// A style of a run by which its words are not seen, or struck.
    fn note_style(&mut self, name: &str, element: &BytesStart<'_>) {
        let is_style = matches!(name, "vanish" | "strike" | "dstrike");
        let is_of_run = self.open.iter().rev().nth(2) == Some(&Tag::Run);
        if !is_style || !is_of_run {
            return;
        }
        let mut attributes = element.attributes().flatten();
        let value = attributes.find(|a| a.key.local_name().as_ref() == "val");
        let is_off = value.is_some_and(|v| matches!(v.value.as_ref(), "0" | "false" | "off"));
        if let Some(hidden) = self.hidden.last_mut() {
            *hidden |= !is_off;
        }
    }

    fn close_paragraph(&mut self) {
        let Some(paragraph) = self.paragraphs.pop() else {
            return;
        };
        self.carried.push_str(&paragraph.words);
        if !paragraph.is_carried_on {
            let words = std::mem::take(&mut self.carried);
            self.add_lines(&words);
        }
    }

    /// A whole paragraph: into its cell, or a line of its own.
    fn add_lines(&mut self, words: &str) {
        if words.trim().is_empty() {
            return;
        }
        if self.cells > 0 {
            if !self.row.is_empty() {
                self.row
                    .push_str(if self.cell_has_words { "\n" } else { " : " });
            }
            self.row.push_str(words);
            self.cell_has_words = true;
            return;
        }
        self.count += 1;
        let place = format!("{}paragraph {}", self.part, self.count);
        self.add_placed(words, &place);
    }

    fn add_placed(&mut self, words: &str, place: &str) {
        for line in words.lines().filter(|l| !l.trim().is_empty()) {
            self.lines.push(PlacedLine {
                words: line.to_owned(),
                place: place.to_owned(),
            });
        }
    }
}
