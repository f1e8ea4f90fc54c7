//! The file with the customers, row by row: what each says, or why it cannot be read. It knows no incident, and not how a file is cut
//! into blocks (`base_blocks`).

use std::path::Path;

use crate::desk::notice::base_blocks::{Blocks, Record, RecordReader, Written, wrong};
use crate::desk::notice::json_lines::FieldNames;
use crate::domain::base::parallel;
use crate::domain::config::customer_base::CustomerBase;
use crate::store::StoreError;

/// So many columns are named in an error.
const NAMED_COLUMNS: usize = 20;

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
    /// It is no object of JSON, or a field that is named is no text, number or truth value, or stands twice.
    NotJson,
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
            BadRow::NotJson => "no object of JSON with plain fields",
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

/// What a block of rows is read into: `T`, with the number of each row in its block, from 0 on.
pub trait ReadRow<T>: Fn(&mut T, u32, Result<Row<'_>, BadRow>) + Sync {}

impl<T, F: Fn(&mut T, u32, Result<Row<'_>, BadRow>) + Sync> ReadRow<T> for F {}

/// Reads every row of a base, block by block on all cores. `read` puts each row of a block into what that block comes to; `take` gets
/// the blocks in the order of the file, each with the number of rows in front of it.
///
/// # Errors
/// When the file cannot be read, lacks a column, or a quote is never closed; or what `take` says.
pub fn read_base<T: Default + Send>(
    path: &Path,
    base: &CustomerBase,
    read: impl ReadRow<T>,
    mut take: impl FnMut(u64, T) -> Result<(), StoreError>,
) -> Result<WholeFile, StoreError> {
    let mut blocks = Blocks::open(path, written_as(base))?;
    let header = blocks.take_header()?;
    let written = blocks.written().clone();
    let columns = find_columns(&header, base).map_err(|what| wrong(path, &what))?;
    let mut rows = 0;
    // The beginning of a record that its block does not end.
    let mut begun: Vec<u8> = Vec::new();
    let mut some = blocks.read_some()?;
    while !some.is_empty() {
        let of_block = |block: &Vec<u8>| columns.read_block(&written, block, false, &read);
        let all = || parallel::map_slice(&some, 2, of_block);
        let (next, all) = parallel::run_both(|| blocks.read_some(), all);
        for (block, own) in some.into_iter().zip(all) {
            let (block, own) = match begun.is_empty() {
                true => (block, own),
                false => {
                    begun.extend(block);
                    let own = columns.read_block(&written, &begun, false, &read);
                    (std::mem::take(&mut begun), own)
                }
            };
            let own = own.map_err(|bad| bad.as_error(path, rows))?;
            take(rows, own.value)?;
            rows += u64::from(own.rows);
            begun.extend(&block[own.end..]);
        }
        some = next?;
    }
    let last = columns.read_block(&written, &begun, true, &read);
    let last = last.map_err(|bad| bad.as_error(path, rows))?;
    take(rows, last.value)?;
    rows += u64::from(last.rows);
    // What was written out wrongly must not read as "nobody is affected".
    if rows == 0 {
        return Err(wrong(path, "there is a header and no row"));
    }
    Ok(WholeFile {
        rows,
        digest: blocks.digest(),
    })
}

/// A file whose name ends in .ndjson or .jsonl has an object of JSON on each line; any other is CSV.
fn written_as(base: &CustomerBase) -> Written {
    let ending = Path::new(&base.file).extension().and_then(|e| e.to_str());
    match ending {
        Some("ndjson" | "jsonl") => Written::JsonLines(FieldNames(base.columns())),
        _ => Written::Csv,
    }
}

/// The columns by their names in the header.
fn find_columns(header: &[Vec<u8>], base: &CustomerBase) -> Result<Columns, String> {
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
        if record.is_broken {
            return Err(BadRow::NotJson);
        }
        if record.fields_count() != self.all {
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

/// What the whole records of a block come to.
struct ReadBlock<T> {
    value: T,
    rows: u32,
    /// Where its last whole record ends.
    end: usize,
}

/// A record that is none of a base: the number of the row in its block, and what is wrong.
struct NoRecord(u32, &'static str);

impl NoRecord {
    fn as_error(&self, path: &Path, rows: u64) -> StoreError {
        let row = rows + u64::from(self.0) + 1;
        wrong(path, &format!("row {row} {}", self.1))
    }
}

impl Columns {
    /// Reads the whole records of a block; with `is_last` what follows the last line end is one, too.
    fn read_block<T: Default>(
        &self,
        written: &Written,
        block: &[u8],
        is_last: bool,
        read: &impl ReadRow<T>,
    ) -> Result<ReadBlock<T>, NoRecord> {
        let mut reader = RecordReader::new(written);
        let (mut value, mut rows, mut end) = (T::default(), 0, 0);
        while let Some(record) = reader
            .next_record(block, &mut end, is_last)
            .map_err(|what| NoRecord(rows, what))?
        {
            read(&mut value, rows, self.read_row(&record));
            rows += 1;
        }
        Ok(ReadBlock { value, rows, end })
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
        read_as("c.csv", text)
    }

    fn read_as(file: &str, text: &[u8]) -> Result<Vec<String>, String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(file);
        std::fs::write(&path, text).unwrap();
        let base = CustomerBase {
            file: file.to_owned(),
            ..base()
        };
        let mut all = Vec::new();
        let read = |rows: &mut Vec<String>, _: u32, row: Result<Row<'_>, BadRow>| {
            rows.push(match row {
                Ok(r) => format!("{} {} {:?}", r.person, r.rides_on.join("+"), r.reached_by),
                Err(bad) => format!("{bad:?}"),
            });
        };
        let whole = read_base(&path, &base, read, |before, rows| {
            let rows = rows.into_iter().zip(before + 1..);
            all.extend(rows.map(|(row, n)| format!("{n} {row}")));
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
            why.contains("row 1 is longer") && why.contains("not closed"),
            "{why}"
        );
    }

    #[test]
    fn lines_of_json_say_what_a_table_says() {
        let table = "id,zone,lang,phone,agreed\n1,hue,vi,0901,service\n2,Huế,en,+84 90,\n3,,,,x\n";
        let first =
            r#"{"id":1,"zone":"hue","lang":"vi","phone":"0901","agreed":"service","more":[1,{}]}"#;
        let lines = format!(
            "\u{feff}{first}\r\n\n{}\n{}",
            r#"{"phone":"+84 90","agreed":"","lang":"en","zone":"Hu\u1ebf","id":"2"}"#,
            r#"{"id":3,"agreed":"x","zone":null}"#
        );
        let rows = read(table.as_bytes()).unwrap();
        assert_eq!(read_as("c.ndjson", lines.as_bytes()).unwrap(), rows);
        let broken = format!("{first}\nnot json\n{{\"id\":[1]}}\n{{\"id\":1,\"id\":2}}\n{first}\n");
        let rows = read_as("c.jsonl", broken.as_bytes()).unwrap();
        let said: Vec<&str> = rows.iter().map(|r| r.split_once(' ').unwrap().1).collect();
        assert_eq!(&said[1..4], ["NotJson"; 3]);
        assert!(said[4].starts_with("1 hue"), "{rows:?}");
        for (text, wanted) in [
            ("", "empty"),
            ("id,zone\n1,hue\n", "no object of JSON"),
            (
                "{\"id\":1,\"zon\":\"hue\",\"lang\":\"\",\"phone\":\"\"}\n",
                "no field \"zone\", \"agreed\"",
            ),
        ] {
            let why = read_as("c.ndjson", text.as_bytes()).unwrap_err();
            assert!(why.contains(wanted), "{why}");
        }
        let endless = format!("{first}\n{{\"id\":\"{}", "x".repeat(200_000));
        let why = read_as("c.ndjson", endless.as_bytes()).unwrap_err();
        assert!(why.contains("row 2 is longer than 64 KB"), "{why}");
    }

    proptest::proptest! {
        /// However a file is cut, its rows are those that one reader finds from its beginning to its end.
        #[test]
        fn blocks_cut_no_row(rows in proptest::collection::vec(
            proptest::collection::vec("[ab\"\n\r, ]{0,9}", 5), 1..40), crlf: bool, end: bool, raw: bool) {
            let field = |f: &String| match raw {
                // A quote that no writer would leave there.
                true => f.replace([',', '\n', '\r'], "\""),
                false => format!("\"{}\"", f.replace('"', "\"\"")),
            };
            let line = |row: &Vec<String>| row.iter().map(field).collect::<Vec<_>>().join(",");
            let lines: Vec<String> = rows.iter().map(line).collect();
            let mark = if crlf { "\r\n" } else { "\n" };
            let mut text = format!("id,zone,lang,phone,agreed{mark}{}", lines.join(mark));
            if end {
                text.push_str(mark);
            }
            let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
            let wanted: Vec<Vec<String>> = reader
                .records()
                .map(|r| r.unwrap().iter().map(|f| f.trim().to_owned()).collect())
                .collect();
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("c.csv");
            std::fs::write(&path, &text).unwrap();
            let mut found: Vec<Option<Vec<String>>> = Vec::new();
            let read = |rows: &mut Vec<Option<Vec<String>>>, _: u32, row: Result<Row<'_>, BadRow>| {
                rows.push(row.ok().map(|r| {
                    let (phone, agreed) = r.reached_by[0];
                    let all = [r.person, r.rides_on[0], r.language, phone, agreed.unwrap()];
                    all.map(str::to_owned).to_vec()
                }));
            };
            let whole = read_base(&path, &base(), read, |before, rows| {
                assert_eq!(before as usize, found.len());
                found.extend(rows);
                Ok(())
            });
            match whole {
                Ok(_) => {
                    proptest::prop_assert_eq!(found.len(), wanted.len());
                    for (own, row) in found.iter().zip(&wanted) {
                        let is_person = row.len() == 5 && !row[0].is_empty();
                        proptest::prop_assert_eq!(own.as_ref(), is_person.then_some(row));
                    }
                }
                Err(_) => proptest::prop_assert!(wanted.is_empty()),
            }
        }
    }
}
