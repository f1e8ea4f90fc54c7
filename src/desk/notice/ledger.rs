//! The ledgers beside the record: who of a planned notice got it, message by message, in files that only grow. It sends nothing.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use crate::desk::notice::base_blocks::wrong;
use crate::desk::notice::partitions::PARTS;
use crate::desk::notice::person_part::PersonId;
use crate::domain::base::digest::{sha256, to_hex};
use crate::domain::delivery::notices::PlannedNotice;
use crate::domain::record::parcel::Outcome;
use crate::store::StoreError;

/// One message of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The text, by its place in the list of the plan's texts.
    pub cell: usize,
    pub address: String,
    /// How many lines it is about.
    pub lines: u32,
    /// The people whom it tells: one, or several with the same address.
    pub persons: Vec<PersonId>,
}

/// What is known of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It was handed over, and nothing came back yet.
    Claimed,
    Ended {
        outcome: Outcome,
        /// When that was noted, in seconds since 1970, UTC.
        at: i64,
    },
}

/// So many messages are in one file of a plan, roughly: a sender has one at a time, and reads it whole.
const IN_A_FILE: usize = 10_000;

/// How many files a plan has for so many messages.
pub(super) fn files_for(messages: usize) -> usize {
    messages.div_ceil(IN_A_FILE).clamp(1, PARTS)
}

/// Where the files of a plan lie.
pub fn folder_of_plan(own: &Path, plan: u32) -> PathBuf {
    own.join("notices").join(plan.to_string())
}

pub fn path_of_part(folder: &Path, part: usize) -> PathBuf {
    folder.join(format!("part-{part:03}"))
}

fn path_of_ledger(folder: &Path, part: usize) -> PathBuf {
    folder.join(format!("ledger-{part:03}"))
}

impl Planned {
    /// Appends it as a line of a file of the plan.
    pub fn write_line(&self, out: &mut String) {
        let (cell, address, lines) = (self.cell, &self.address, self.lines);
        // Writing into a string cannot fail.
        let _ = write!(out, "{cell}\t{address}\t{lines}\t");
        for (i, person) in self.persons.iter().enumerate() {
            if i > 0 {
                out.push(' ');
            }
            out.push_str(&to_hex(person));
        }
        out.push('\n');
    }

    /// Reads a line back; none when it is none of ours.
    fn from_line(line: &str) -> Option<Planned> {
        let mut fields = line.split('\t');
        let planned = Planned {
            cell: fields.next()?.parse().ok()?,
            address: fields.next()?.to_owned(),
            lines: fields.next()?.parse().ok()?,
            persons: fields
                .next()?
                .split(' ')
                .map(crate::store::sign::from_hex::<16>)
                .collect::<Option<_>>()?,
        };
        fields.next().is_none().then_some(planned)
    }
}

/// The messages of a part, and the digest of its bytes.
///
/// # Errors
/// When the file cannot be read, or is none of ours.
pub fn read_part(folder: &Path, part: usize) -> Result<(Vec<Planned>, String), StoreError> {
    let path = path_of_part(folder, part);
    let bytes = std::fs::read(&path).map_err(|e| wrong(&path, &e.to_string()))?;
    let text = String::from_utf8_lossy(&bytes);
    let all: Option<Vec<Planned>> = text.lines().map(Planned::from_line).collect();
    let all = all.ok_or_else(|| wrong(&path, "this is no part of a plan"))?;
    Ok((all, sha256(&bytes)))
}

/// How many files a plan has.
pub fn count_parts(folder: &Path) -> usize {
    (0..)
        .take_while(|part| path_of_part(folder, *part).exists())
        .count()
}

/// The root over the digests of all parts.
pub fn root_of(parts: &[String]) -> String {
    sha256(parts.join("\n").as_bytes())
}

/// A ledger that is written.
pub struct Ledger {
    path: PathBuf,
    file: File,
    /// By the number of the message in its part.
    pub standing: BTreeMap<usize, Standing>,
    /// How often each was tried.
    pub tries: BTreeMap<usize, u32>,
}

impl Ledger {
    /// Opens the ledger of a part, and makes it when there is none. A last line that was cut short by a crash is left out: what it
    /// would have said is not known, and the message counts as handed over.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn open(folder: &Path, part: usize) -> Result<Ledger, StoreError> {
        let path = path_of_ledger(folder, part);
        let io = |e: std::io::Error| wrong(&path, &e.to_string());
        let mut file = File::options()
            .create(true)
            .read(true)
            .append(true)
            .open(&path)
            .map_err(io)?;
        let (standing, tries) = read_standing(&path)?;
        if !ends_with_line(&path).map_err(io)? {
            file.write_all(b"\n").map_err(io)?;
        }
        Ok(Ledger {
            path,
            file,
            standing,
            tries,
        })
    }

    /// Notes that messages are handed over now, before they are.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn claim(&mut self, messages: &[usize]) -> Result<(), StoreError> {
        let lines = messages.iter().map(|n| format!("c {n}\n"));
        self.append(lines.collect())?;
        for n in messages {
            self.standing.insert(*n, Standing::Claimed);
            *self.tries.entry(*n).or_default() += 1;
        }
        Ok(())
    }

    /// Notes how messages ended.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn settle(&mut self, ended: &[(usize, Outcome)], at: i64) -> Result<(), StoreError> {
        let line = |(n, outcome): &(usize, Outcome)| format!("{} {n} {at}\n", outcome.token());
        self.append(ended.iter().map(line).collect())?;
        for (n, outcome) in ended {
            let outcome = *outcome;
            self.standing.insert(*n, Standing::Ended { outcome, at });
        }
        Ok(())
    }

    /// The digest of its bytes.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn digest(&self) -> Result<String, StoreError> {
        let bytes = std::fs::read(&self.path);
        let bytes = bytes.map_err(|e| wrong(&self.path, &e.to_string()))?;
        Ok(sha256(&bytes))
    }

    fn append(&mut self, lines: String) -> Result<(), StoreError> {
        let written = self.file.write_all(lines.as_bytes());
        let written = written.and_then(|()| self.file.sync_data());
        written.map_err(|e| wrong(&self.path, &e.to_string()))
    }
}

fn ends_with_line(path: &Path) -> std::io::Result<bool> {
    let bytes = std::fs::read(path)?;
    Ok(bytes.last().is_none_or(|b| *b == b'\n'))
}

type Standings = (BTreeMap<usize, Standing>, BTreeMap<usize, u32>);

fn read_standing(path: &Path) -> Result<Standings, StoreError> {
    let (mut standing, mut tries) = (BTreeMap::new(), BTreeMap::new());
    let file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok((standing, tries)),
        Err(e) => return Err(wrong(path, &e.to_string())),
    };
    for line in BufReader::new(file).lines() {
        let line = line.map_err(|e| wrong(path, &e.to_string()))?;
        let mut words = line.split(' ');
        let (word, n) = (words.next(), words.next().and_then(|n| n.parse().ok()));
        let at = words.next().and_then(|at| at.parse().ok());
        match (word, n, at) {
            (Some("c"), Some(n), None) => {
                standing.insert(n, Standing::Claimed);
                *tries.entry(n).or_default() += 1;
            }
            (Some(word), Some(n), Some(at)) => {
                let outcome = outcome_of(word).ok_or_else(|| wrong(path, "this is no ledger"))?;
                standing.insert(n, Standing::Ended { outcome, at });
            }
            // What a crash cut short.
            _ => {}
        }
    }
    Ok((standing, tries))
}

fn outcome_of(token: &str) -> Option<Outcome> {
    let all = [
        Outcome::Delivered,
        Outcome::Failed,
        Outcome::GivenUp,
        Outcome::Unclear,
        Outcome::Refused,
        Outcome::Dropped,
        Outcome::Superseded,
        Outcome::Again,
    ];
    all.into_iter().find(|o| o.token() == token)
}

/// The folder of a plan by which it is known who has heard these incidents; none of a plan about others.
///
/// # Errors
/// When it is not here: who has it already cannot be told.
pub fn find_folder(
    own: &Path,
    notice: &PlannedNotice,
    is_about_these: impl Fn(u32) -> bool,
) -> Result<Option<PathBuf>, StoreError> {
    let folder = folder_of_plan(own, notice.plan);
    let mut cells = notice.cells.iter();
    match (
        path_of_part(&folder, 0).exists(),
        cells.any(|c| is_about_these(c.statement)),
    ) {
        (true, _) => Ok(Some(folder)),
        (false, false) => Ok(None),
        (false, true) => {
            let what = format!(
                "notice {} was planned by {} on another machine, or its folder is gone: who has it already is not known here, and \
                 people would be told twice. Go on where it was planned, or put its folder back",
                notice.plan, notice.by
            );
            Err(wrong(&folder, &what))
        }
    }
}

/// Everybody whom a plan told, or may have: person, text by its place, when.
///
/// # Errors
/// When a file of the plan cannot be read.
pub fn read_told(
    folder: &Path,
    mut take: impl FnMut(PersonId, usize, i64) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    for part in 0..count_parts(folder) {
        if !path_of_ledger(folder, part).exists() {
            continue;
        }
        let (standing, _) = read_standing(&path_of_ledger(folder, part))?;
        let (planned, _) = read_part(folder, part)?;
        for (n, standing) in standing {
            let at = match standing {
                Standing::Ended {
                    outcome: Outcome::Delivered | Outcome::Unclear,
                    at,
                } => at,
                Standing::Claimed => 0,
                Standing::Ended { .. } => continue,
            };
            let Some(message) = planned.get(n) else {
                continue;
            };
            for person in &message.persons {
                take(*person, message.cell, at)?;
            }
        }
    }
    Ok(())
}
