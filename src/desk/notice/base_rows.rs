//! The file with the customers, row by row: what each says, or why it cannot be read. A row has a bound, so memory has one too. It
//! knows no incident.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use sha2::{Digest, Sha256};

use crate::domain::base::digest::to_hex;
use crate::domain::config::customer_base::CustomerBase;
use crate::store::StoreError;

/// The longest row, in bytes.
const LONGEST_ROW: usize = 64 * 1024;

/// So many columns are named in an error.
const NAMED_COLUMNS: usize = 20;

/// A header with more is none of ours.
const MOST_COLUMNS: usize = 512;

/// Where each column stands that the mapping names.
struct Columns {
    person: usize,
    rides_on: Vec<usize>,
    segment: Option<usize>,
    language: Option<usize>,
    care: Option<usize>,
    /// Address and consent, in the order of the mapping.
    reached_by: Vec<(usize, Option<usize>)>,
    all: usize,
}

/// Why a row cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadRow {
    /// It has more or fewer fields than the header.
    Fields,
    /// A field that is needed is not UTF-8.
    NotText,
    /// The field that tells people apart is empty.
    NoPerson,
    /// It names an area or service that the network does not have.
    UnknownPlace,
}

impl BadRow {
    pub fn what(self) -> &'static str {
        match self {
            BadRow::Fields => "more or fewer fields than the header",
            BadRow::NotText => "not UTF-8",
            BadRow::NoPerson => "no person",
            BadRow::UnknownPlace => "an area or service that the network does not have",
        }
    }
}

/// One row: a line of a customer.
pub struct Row<'a> {
    pub person: &'a str,
    pub rides_on: Vec<&'a str>,
    pub segment: &'a str,
    pub language: &'a str,
    pub care: &'a str,
    /// Address and consent for each way of the mapping; no consent where it names no column.
    pub reached_by: Vec<(&'a str, Option<&'a str>)>,
}

/// What was read in all.
pub struct WholeFile {
    pub rows: u64,
    /// SHA-256 of the bytes.
    pub digest: String,
}

/// Reads every row of a base in turn. `take` gets the number of the row, counted from 1 after the header, and what it says or why
/// it cannot be read.
///
/// # Errors
/// When the file cannot be read, lacks a column, or a quote is never closed; or what `take` says.
pub fn read_base(
    path: &Path,
    base: &CustomerBase,
    mut take: impl FnMut(u64, Result<Row<'_>, BadRow>) -> Result<(), StoreError>,
) -> Result<WholeFile, StoreError> {
    let mut records = Records::open(path)?;
    let header = records
        .next_record()?
        .ok_or_else(|| wrong(path, "the file is empty"))?;
    let columns = find_columns(&header.fields(), base).map_err(|what| wrong(path, &what))?;
    let mut rows = 0;
    while let Some(record) = records.next_record()? {
        rows += 1;
        take(rows, columns.read_row(&record))?;
    }
    // What was written out wrongly must not read as "nobody is affected".
    if rows == 0 {
        return Err(wrong(path, "there is a header and no row"));
    }
    Ok(WholeFile {
        rows,
        digest: to_hex(&records.hash.finalize()),
    })
}

pub(super) fn wrong(path: &Path, what: &str) -> StoreError {
    StoreError::Io {
        path: path.display().to_string(),
        what: what.to_owned(),
    }
}

/// The columns by their names in the header.
fn find_columns(header: &[&[u8]], base: &CustomerBase) -> Result<Columns, String> {
    if header
        .iter()
        .any(|field| std::str::from_utf8(field).is_err())
    {
        return Err("the header is not UTF-8: is this CSV, and in UTF-8?".to_owned());
    }
    let names: Vec<String> = header
        .iter()
        .map(|field| {
            String::from_utf8_lossy(field)
                .trim()
                .trim_start_matches('\u{feff}')
                .to_owned()
        })
        .collect();
    let find = |name: &String| {
        let mut found = names.iter().enumerate().filter(|(_, n)| *n == name);
        match (found.next(), found.next()) {
            (Some((at, _)), None) => Ok(at),
            (None, _) => Err(format!(
                "the header has no column \"{name}\", which saydo.yaml names under `customers`; it has: {}{}",
                names[..names.len().min(NAMED_COLUMNS)].join(", "),
                if names.len() == 1 {
                    " (columns have commas between them)"
                } else {
                    ""
                }
            )),
            (Some(_), Some(_)) => Err(format!("the header has the column \"{name}\" twice")),
        }
    };
    let find_optional = |name: &Option<String>| name.as_ref().map(find).transpose();
    let reached_by = base.reached_by.iter().map(|reach| {
        let consent = find_optional(&reach.consent)?;
        Ok((find(&reach.address)?, consent))
    });
    Ok(Columns {
        person: find(&base.person)?,
        rides_on: base.rides_on.iter().map(find).collect::<Result<_, _>>()?,
        segment: find_optional(&base.segment)?,
        language: find_optional(&base.language)?,
        care: find_optional(&base.care)?,
        reached_by: reached_by.collect::<Result<_, String>>()?,
        all: names.len(),
    })
}

impl Columns {
    fn read_row<'a>(&self, record: &Record<'a>) -> Result<Row<'a>, BadRow> {
        if record.ends.len() != self.all {
            return Err(BadRow::Fields);
        }
        let field = |at: usize| {
            let text = std::str::from_utf8(record.field(at)).map_err(|_| BadRow::NotText)?;
            Ok(text.trim())
        };
        let optional = |at: Option<usize>| at.map_or(Ok(""), field);
        let person = field(self.person)?;
        if person.is_empty() {
            return Err(BadRow::NoPerson);
        }
        let reached_by = self
            .reached_by
            .iter()
            .map(|(address, consent)| Ok((field(*address)?, consent.map(field).transpose()?)));
        Ok(Row {
            person,
            rides_on: self
                .rides_on
                .iter()
                .map(|at| field(*at))
                .collect::<Result<_, _>>()?,
            segment: optional(self.segment)?,
            language: optional(self.language)?,
            care: optional(self.care)?,
            reached_by: reached_by.collect::<Result<_, BadRow>>()?,
        })
    }
}

/// A record of the file: its bytes, and where each field ends.
struct Record<'a> {
    bytes: &'a [u8],
    ends: &'a [usize],
}

impl<'a> Record<'a> {
    fn field(&self, at: usize) -> &'a [u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.bytes.get(start..self.ends[at]).unwrap_or_default()
    }

    fn fields(&self) -> Vec<&'a [u8]> {
        (0..self.ends.len()).map(|at| self.field(at)).collect()
    }
}

/// The records of a file, with the hash of all bytes that were read.
struct Records {
    path: std::path::PathBuf,
    file: File,
    hash: Sha256,
    reader: Reader,
    input: Vec<u8>,
    /// What of the input is still to be read.
    rest: std::ops::Range<usize>,
    output: Vec<u8>,
    ends: Vec<usize>,
}

impl Records {
    fn open(path: &Path) -> Result<Records, StoreError> {
        let io = |e: std::io::Error| wrong(path, &e.to_string());
        // A pipe would be waited for.
        if !std::fs::metadata(path).map_err(io)?.is_file() {
            return Err(wrong(path, "this is no file"));
        }
        let file = File::open(path).map_err(io)?;
        Ok(Records {
            path: path.to_owned(),
            file,
            hash: Sha256::new(),
            reader: ReaderBuilder::new().build(),
            input: vec![0; 256 * 1024],
            rest: 0..0,
            output: vec![0; LONGEST_ROW],
            ends: vec![0; MOST_COLUMNS],
        })
    }

    /// The next record; none at the end of the file.
    fn next_record(&mut self) -> Result<Option<Record<'_>>, StoreError> {
        let (mut length, mut fields) = (0, 0);
        let began = self.reader.line();
        loop {
            if self.rest.is_empty() {
                let n = self
                    .file
                    .read(&mut self.input)
                    .map_err(|e| wrong(&self.path, &e.to_string()))?;
                self.hash.update(&self.input[..n]);
                self.rest = 0..n;
            }
            let (result, read, written, ended) = self.reader.read_record(
                &self.input[self.rest.clone()],
                &mut self.output[length..],
                &mut self.ends[fields..],
            );
            self.rest.start += read;
            length += written;
            fields += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::Record => {
                    return Ok(Some(Record {
                        bytes: &self.output[..length],
                        ends: &self.ends[..fields],
                    }));
                }
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::OutputFull => {
                    let what = format!(
                        "the row that begins in line {began} is longer than {LONGEST_ROW} bytes: is there a quote that is not closed?"
                    );
                    return Err(wrong(&self.path, &what));
                }
                ReadRecordResult::OutputEndsFull => {
                    let what =
                        format!("the row in line {began} has more than {MOST_COLUMNS} fields");
                    return Err(wrong(&self.path, &what));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> CustomerBase {
        serde_yaml::from_str(
            "file: c.csv\nperson: id\nrides_on: [zone]\nlanguage: lang\n\
             reached_by: [{ channel: sms, outlet: o, address: phone, consent: agreed }]\n",
        )
        .unwrap()
    }

    fn read(text: &[u8]) -> Result<Vec<String>, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("c.csv");
        std::fs::write(&path, text).unwrap();
        let mut all = Vec::new();
        let whole = read_base(&path, &base(), |n, row| {
            all.push(match row {
                Ok(r) => format!(
                    "{n} {} {} {:?}",
                    r.person,
                    r.rides_on.join("+"),
                    r.reached_by
                ),
                Err(bad) => format!("{n} {bad:?}"),
            });
            Ok(())
        });
        let whole = whole.map_err(|e| e.to_string())?;
        assert_eq!(whole.rows, all.len() as u64);
        assert_eq!(whole.digest, crate::domain::base::digest::sha256(text));
        Ok(all)
    }

    #[test]
    fn rows_are_read_however_they_are_written() {
        let text = "\u{feff}id,zone,lang,phone,agreed\r\n1,hue,vi,0901,service\r\n\"2\",\"hue, city\",en,\"+84 90\",\r\n\n3,,,,x\n";
        let rows = read(text.as_bytes()).unwrap();
        assert_eq!(
            rows,
            [
                "1 1 hue [(\"0901\", Some(\"service\"))]",
                "2 2 hue, city [(\"+84 90\", Some(\"\"))]",
                "3 3  [(\"\", Some(\"x\"))]",
            ]
        );
    }

    #[test]
    fn a_row_that_cannot_be_read_has_a_reason_and_the_next_is_read() {
        let rows = read(b"id,zone,lang,phone,agreed\n1,hue\n,hue,vi,1,s\n\xff\xff,hue,vi,1,s\n4,h,v,1,s,more\n5,h,v,1,s").unwrap();
        let reasons: Vec<&str> = rows.iter().map(|r| r.split_once(' ').unwrap().1).collect();
        assert_eq!(&reasons[..4], ["Fields", "NoPerson", "NotText", "Fields"]);
        assert!(reasons[4].starts_with("5 h"));
    }

    #[test]
    fn what_is_no_base_says_what_is_missing() {
        for (text, wanted) in [
            ("", "empty"),
            ("id,zone,lang,phone\n", "no column \"agreed\""),
            ("id,zone,lang,phone,agreed,id\n", "\"id\" twice"),
            ("id,zone,lang,phone,agreed\n", "no row"),
            ("id;zone;lang;phone;agreed\n1;2;3;4;5\n", "commas"),
        ] {
            let why = read(text.as_bytes()).unwrap_err();
            assert!(why.contains(wanted), "{why}");
        }
        let why = read(b"\xff\xfei\x00d\x00\n\x00").unwrap_err();
        assert!(why.contains("not UTF-8"), "{why}");
        let open = format!("id,zone,lang,phone,agreed\n1,\"{}", "x,y\n".repeat(40_000));
        let why = read(open.as_bytes()).unwrap_err();
        assert!(
            why.contains("line 2") && why.contains("not closed"),
            "{why}"
        );
    }
}
