//! A file of records cut into blocks of whole records, so that all cores can read at once. Quotes tell where a record ends; where they
//! mislead, a block ends within a record, and whoever reads joins it to the next. It does not know what a field means.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use memchr::{memchr, memchr_iter, memrchr};
use sha2::{Digest, Sha256};

use crate::desk::notice::json_lines::FieldNames;
use crate::domain::base::digest::to_hex;
use crate::store::StoreError;

/// The longest record, in bytes.
const LONGEST_RECORD: usize = 64 * 1024;

/// So many fields are named in an error.
const NAMED_FIELDS: usize = 20;

/// A header with more is none of ours.
const MOST_COLUMNS: usize = 512;

/// About so many bytes are in a block; in tests few, so that short files have many.
const BLOCK: usize = if cfg!(test) { 64 } else { 512 * 1024 };

/// So many blocks are in memory at once, and as many again while they are read.
const AT_ONCE: usize = 8;

/// How the records of a file are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Written {
    /// CSV: the names of the columns first.
    Csv,
    /// An object of JSON a line, of which these fields are read.
    JsonLines(FieldNames),
}

/// A record of the file: its bytes, and where each field ends.
pub(super) struct Record<'a> {
    bytes: &'a [u8],
    ends: &'a [usize],
    /// It could not be taken apart.
    pub(super) is_broken: bool,
}

impl<'a> Record<'a> {
    pub(super) fn field(&self, at: usize) -> &'a [u8] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.bytes.get(start..self.ends[at]).unwrap_or_default()
    }

    pub(super) fn fields_count(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn fields(&self) -> Vec<&'a [u8]> {
        (0..self.ends.len()).map(|at| self.field(at)).collect()
    }
}

pub(super) fn wrong(path: &Path, what: &str) -> StoreError {
    StoreError::Io {
        path: path.display().to_string(),
        what: what.to_owned(),
    }
}

/// Reads records one after the other.
pub(super) struct RecordReader<'w> {
    written: &'w Written,
    reader: Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
}

impl<'w> RecordReader<'w> {
    pub(super) fn new(written: &'w Written) -> RecordReader<'w> {
        RecordReader {
            written,
            reader: ReaderBuilder::new().build(),
            output: vec![0; LONGEST_RECORD],
            ends: vec![0; MOST_COLUMNS],
        }
    }

    /// The next record of `bytes` behind `at`, which then stands behind it; none where they end first. With `is_last` the file ends
    /// there, too.
    ///
    /// # Errors
    /// When it is longer than a record may be, or has more fields.
    pub(super) fn next_record(
        &mut self,
        bytes: &[u8],
        at: &mut usize,
        is_last: bool,
    ) -> Result<Option<Record<'_>>, &'static str> {
        let written = self.written;
        if let Written::JsonLines(names) = written {
            return self.next_line(names, bytes, at, is_last);
        }
        let (mut length, mut fields, mut next) = (0, 0, *at);
        loop {
            let input = &bytes[next..];
            if input.is_empty() && !is_last {
                // Line ends alone begin no record.
                let is_blank = bytes[*at..].iter().all(|b| b"\r\n".contains(b));
                *at = if is_blank { bytes.len() } else { *at };
                return Ok(None);
            }
            let (result, read, written, ended) = self.reader.read_record(
                input,
                &mut self.output[length..],
                &mut self.ends[fields..],
            );
            (next, length, fields) = (next + read, length + written, fields + ended);
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::OutputFull => {
                    return Err("is longer than 64 KB: is there a quote that is not closed?");
                }
                ReadRecordResult::OutputEndsFull => return Err("has more than 512 fields"),
                ReadRecordResult::Record => {
                    *at = next;
                    return Ok(Some(Record {
                        bytes: &self.output[..length],
                        ends: &self.ends[..fields],
                        is_broken: false,
                    }));
                }
            }
        }
    }

    /// The same where each line is an object; lines without anything in them are none.
    fn next_line(
        &mut self,
        names: &FieldNames,
        bytes: &[u8],
        at: &mut usize,
        is_last: bool,
    ) -> Result<Option<Record<'_>>, &'static str> {
        loop {
            let rest = &bytes[*at..];
            let length = memchr(b'\n', rest);
            let length = length.or((is_last && !rest.is_empty()).then_some(rest.len()));
            if length.unwrap_or(rest.len()) > LONGEST_RECORD {
                return Err("is longer than 64 KB: is there an object on each line?");
            }
            let Some(length) = length else {
                return Ok(None);
            };
            *at += rest.len().min(length + 1);
            let line = rest[..length].trim_ascii();
            if !line.is_empty() {
                let read = names.read(line, &mut self.output, &mut self.ends);
                return Ok(Some(Record {
                    bytes: &self.output,
                    ends: &self.ends,
                    is_broken: read.is_none(),
                }));
            }
        }
    }
}

/// The blocks of a file, with the hash of all bytes that were read.
pub(super) struct Blocks {
    path: PathBuf,
    file: File,
    hash: Sha256,
    /// What was read and belongs to the next block.
    rest: Vec<u8>,
    is_over: bool,
    written: Written,
}

impl Blocks {
    pub(super) fn open(path: &Path, written: Written) -> Result<Blocks, StoreError> {
        let io = |e: std::io::Error| wrong(path, &e.to_string());
        // A pipe would be waited for.
        if !std::fs::metadata(path).map_err(io)?.is_file() {
            return Err(wrong(path, "this is no file"));
        }
        Ok(Blocks {
            path: path.to_owned(),
            file: File::open(path).map_err(io)?,
            hash: Sha256::new(),
            rest: Vec::new(),
            is_over: false,
            written,
        })
    }

    pub(super) fn written(&self) -> &Written {
        &self.written
    }

    /// What every other record is read by: the names of the columns.
    ///
    /// # Errors
    /// When there are none; of lines of JSON, when the first lacks a field that is named.
    pub(super) fn take_header(&mut self) -> Result<Vec<Vec<u8>>, StoreError> {
        // So much holds any record, with each of its quotes written twice.
        self.fill(2 * LONGEST_RECORD)?;
        if let Written::JsonLines(names) = &self.written {
            // Some programs write a mark in front of UTF-8.
            if self.rest.starts_with(b"\xef\xbb\xbf") {
                self.rest.drain(..3);
            }
            check_first_line(names, &self.rest).map_err(|what| wrong(&self.path, &what))?;
            return Ok(names.0.iter().map(|n| n.clone().into_bytes()).collect());
        }
        let mut at = 0;
        let mut reader = RecordReader::new(&self.written);
        let header = reader.next_record(&self.rest, &mut at, self.is_over);
        let header = header.map_err(|what| wrong(&self.path, &format!("the header {what}")))?;
        let header = header.ok_or_else(|| wrong(&self.path, "the file is empty"))?;
        let header = header.fields().into_iter().map(<[u8]>::to_vec).collect();
        self.rest.drain(..at);
        Ok(header)
    }

    /// Reads until so many bytes are there or the file is over.
    fn fill(&mut self, size: usize) -> Result<(), StoreError> {
        while self.rest.len() < size && !self.is_over {
            let old = self.rest.len();
            self.rest.resize(size, 0);
            let read = self.file.read(&mut self.rest[old..]);
            let read = read.map_err(|e| wrong(&self.path, &e.to_string()))?;
            self.rest.truncate(old + read);
            self.hash.update(&self.rest[old..]);
            self.is_over = read == 0;
        }
        Ok(())
    }

    /// The next blocks; none at the end of the file.
    pub(super) fn read_some(&mut self) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut some = Vec::with_capacity(AT_ONCE);
        while some.len() < AT_ONCE {
            self.fill(BLOCK)?;
            if self.rest.is_empty() {
                break;
            }
            let full = self.rest.len().min(BLOCK);
            let end = match self.is_over && full == self.rest.len() {
                true => full,
                false => self.written.end_of_records(&self.rest[..full]),
            };
            let after = self.rest.split_off(end);
            some.push(std::mem::replace(&mut self.rest, after));
        }
        Ok(some)
    }

    /// SHA-256 of all that was read.
    pub(super) fn digest(self) -> String {
        to_hex(&self.hash.finalize())
    }
}

impl Written {
    fn end_of_records(&self, bytes: &[u8]) -> usize {
        match self {
            Written::Csv => end_of_records(bytes),
            Written::JsonLines(_) => memrchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1),
        }
    }
}

/// The first line has every field, so that one that is named wrongly is found before anybody is left out.
fn check_first_line(names: &FieldNames, bytes: &[u8]) -> Result<(), String> {
    let mut lines = bytes.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|l| !l.is_empty()).ok_or("the file is empty")?;
    let (missing, all) = names
        .missing_in(first)
        .ok_or("the first line is no object of JSON")?;
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!(
        "the first line has no field \"{}\", which saydo.yaml names under `customers`; it has: {}",
        missing.join("\", \""),
        all[..all.len().min(NAMED_FIELDS)].join(", ")
    ))
}

/// Behind the last line end that stands in no quotes, as far as their number tells; all bytes where there is none.
fn end_of_records(bytes: &[u8]) -> usize {
    let mut is_quoted = memchr_iter(b'"', bytes).count() % 2 == 1;
    let mut end = bytes.len();
    while let Some(line) = memrchr(b'\n', &bytes[..end]) {
        is_quoted ^= memchr_iter(b'"', &bytes[line..end]).count() % 2 == 1;
        if !is_quoted {
            return line + 1;
        }
        end = line;
    }
    bytes.len()
}
