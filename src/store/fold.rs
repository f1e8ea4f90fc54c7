//! The fold of a record as it was after some event, kept so that a command on a long record need not read all of it again.
//! It is a convenience: it may be deleted at any time, anything wrong with it means that it is not there, and `record
//! verify` never looks at it. It lies with the user's keys, where nobody else may write.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};

use crate::domain::body::{Body, Laid, Places};
use crate::domain::event::{Head, IncidentId, VERSION, sha256};
use crate::domain::issued::StatementIssued;
use crate::domain::link::LinkId;
use crate::domain::state::{Issued, Promise, Report, State};
use crate::domain::time::At;

/// Raised whenever the fold changes.
const LAYOUT: u32 = 4;

const MAGIC: &[u8] = b"saydo fold\n";

/// The largest text that is laid away.
const MOST: usize = 16 * 1024 * 1024;

/// So much of the file is looked through at a time.
const PART: usize = 256 * 1024;

/// A fold and the event after which it was so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// That event.
    pub head: Head,
    /// The fold.
    pub state: State,
}

/// A statement without its body, and where that lies.
#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    seq: u64,
    at: At,
    by: String,
    number: u32,
    audience: String,
    incidents: Vec<IncidentId>,
    as_of: At,
    previous: Option<u32>,
    digest: String,
    start: u64,
    end: u64,
}

/// The first of the parts: whose fold it is, and all of it but for what the others hold.
#[derive(Serialize, Deserialize)]
struct Written<S> {
    layout: u32,
    program: String,
    format: String,
    head: Head,
    state: S,
}

/// The parts before the bodies: [`Written`], promises, links, statements. They are worked out at the same time.
const PARTS: usize = 4;

/// Bodies of statements, in the file. It stays open: what is in it was looked through, and a newer fold is another file.
struct Bodies {
    path: PathBuf,
    file: Mutex<File>,
    begin: u64,
}

/// The body of a statement, laid away: the length of what stands where, that, and the packed text.
struct Kept {
    all: Arc<Bodies>,
    at: Range<u64>,
}

impl Kept {
    fn read(&self) -> std::io::Result<Vec<u8>> {
        let gone = || std::io::Error::other("it is not to be had any more");
        let size = usize::try_from(self.at.end.saturating_sub(self.at.start));
        let mut bytes = vec![0; size.map_err(std::io::Error::other)?];
        let mut file = self.all.file.lock().map_err(|_| gone())?;
        file.seek(SeekFrom::Start(self.all.begin + self.at.start))?;
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }

    fn open(bytes: &[u8]) -> Option<(String, Places)> {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let (places, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let text = String::from_utf8(unpacked(rest)?).ok()?;
        Some((text, rmp_serde::from_slice(places).ok()?))
    }
}

impl Laid for Kept {
    fn text(&self) -> (String, Places) {
        let read = self.read().map_err(|e| e.to_string());
        let opened = read.and_then(|b| Kept::open(&b).ok_or_else(|| "it was changed".to_owned()));
        match opened {
            Ok(found) => found,
            Err(why) => {
                // The disk gave it a moment ago. To go on would be to show, or to send, a text without its words.
                let path = self.all.path.display();
                eprintln!(
                    "saydo: {path}: {why}\n  remove that file: everything in it is in the record; then try again"
                );
                std::process::exit(2)
            }
        }
    }

    fn kept(&self) -> Result<Vec<u8>, String> {
        self.read().map_err(|e| e.to_string())
    }
}

fn packed(body: &Body) -> Result<Vec<u8>, String> {
    let (text, places) = body.spread().map_err(|e| e.to_string())?;
    let places = rmp_serde::to_vec(&places).map_err(|e| e.to_string())?;
    let length = u32::try_from(places.len()).map_err(|e| e.to_string())?;
    let mut out = length.to_le_bytes().to_vec();
    out.extend(places);
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(lz4_flex::block::compress(text.as_bytes()));
    Ok(out)
}

fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let (size, rest) = bytes.split_first_chunk::<8>()?;
    let size = usize::try_from(u64::from_le_bytes(*size)).ok()?;
    if size > MOST {
        return None;
    }
    lz4_flex::block::decompress(rest, size).ok()
}

/// Where the fold of a record is kept: beside the user's keys, under a name that follows from where the record is.
pub fn place(config: &Path, record: &str) -> PathBuf {
    let name = &sha256(record.as_bytes())[..24];
    config.join("folds").join(format!("{name}.fold"))
}

/// Reads a fold; none when there is none that this program wrote.
pub fn read(path: &Path) -> Option<Fold> {
    let mut file = File::open(path).ok()?;
    let size = file.metadata().ok()?.len();
    let mut start = [0; MAGIC.len() + 4 + 8 * PARTS];
    file.read_exact(&mut start).ok()?;
    let (sum, lengths) = start.strip_prefix(MAGIC)?.split_first_chunk::<4>()?;
    let mut parts: Vec<Vec<u8>> = Vec::new();
    let mut begin = start.len() as u64;
    for length in lengths.chunks(8) {
        let length = u64::from_le_bytes(length.try_into().ok()?);
        begin = begin.checked_add(length).filter(|b| *b <= size)?;
        let mut part = vec![0; usize::try_from(length).ok()?];
        file.read_exact(&mut part).ok()?;
        parts.push(part);
    }
    let [first, promises, links, statements] = parts.as_slice() else {
        return None;
    };
    let (written, promises, links, statements, found) = std::thread::scope(|scope| {
        // Bodies are looked through now, so that there is nothing to fear when they are asked for; and not kept: they
        // are many.
        let found = scope.spawn(|| sum_of(lengths, &parts, &mut file));
        let promises = scope.spawn(|| rmp_serde::from_slice::<Vec<Promise>>(promises).ok());
        let statements = scope.spawn(|| rmp_serde::from_slice::<Vec<Entry>>(statements).ok());
        let written: Option<Written<State>> = rmp_serde::from_slice(first).ok();
        let links: Option<BTreeMap<LinkId, Vec<Report>>> = rmp_serde::from_slice(links).ok();
        (
            written,
            promises.join().ok().flatten(),
            links,
            statements.join().ok().flatten(),
            found.join().ok().flatten(),
        )
    });
    if found? != u32::from_le_bytes(*sum) {
        return None;
    }
    let mut written = written?;
    if written.layout != LAYOUT
        || written.program != env!("CARGO_PKG_VERSION")
        || written.format != VERSION
    {
        return None;
    }
    (written.state.promises, written.state.links) = (promises?, links?);
    let all = Arc::new(Bodies {
        path: path.to_owned(),
        file: Mutex::new(file),
        begin,
    });
    let mut state = written.state;
    for e in statements? {
        let kept = Kept {
            all: Arc::clone(&all),
            at: e.start..e.end,
        };
        state.statements.push(Arc::new(Issued {
            seq: e.seq,
            at: e.at,
            by: e.by,
            statement: StatementIssued {
                number: e.number,
                audience: e.audience,
                incidents: e.incidents,
                as_of: e.as_of,
                previous: e.previous,
                body: Body::laid(Arc::new(kept)),
                digest: e.digest,
            },
        }));
    }
    let head = written.head;
    Some(Fold { head, state })
}

/// The sum over the lengths, the parts, and what follows in the file.
fn sum_of(lengths: &[u8], parts: &[Vec<u8>], file: &mut File) -> Option<u32> {
    let mut sum = crc32fast::Hasher::new();
    sum.update(lengths);
    for part in parts {
        sum.update(part);
    }
    let mut bytes = vec![0; PART];
    loop {
        match file.read(&mut bytes).ok()? {
            0 => return Some(sum.finalize()),
            n => sum.update(bytes.get(..n)?),
        }
    }
}

/// Keeps a fold, at once or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn write(path: &Path, state: &State, head: &Head) -> std::io::Result<()> {
    let other = |e: String| std::io::Error::other(e);
    let mut bare = state.clone();
    bare.statements.clear();
    let (promises, links) = (
        std::mem::take(&mut bare.promises),
        std::mem::take(&mut bare.links),
    );
    let mut laid: Vec<u8> = Vec::new();
    let mut statements = Vec::new();
    for issued in &state.statements {
        let s = &issued.statement;
        let start = laid.len() as u64;
        match s.body.lies() {
            Some(kept) => laid.extend(kept.kept().map_err(other)?),
            None => laid.extend(packed(&s.body).map_err(other)?),
        }
        statements.push(Entry {
            seq: issued.seq,
            at: issued.at,
            by: issued.by.clone(),
            number: s.number,
            audience: s.audience.clone(),
            incidents: s.incidents.clone(),
            as_of: s.as_of,
            previous: s.previous,
            digest: s.digest.clone(),
            start,
            end: laid.len() as u64,
        });
    }
    let written = Written {
        layout: LAYOUT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        format: VERSION.to_owned(),
        head: head.clone(),
        state: &bare,
    };
    let parts: [Vec<u8>; PARTS] = [
        part(&written)?,
        part(&promises)?,
        part(&links)?,
        part(&statements)?,
    ];
    let lengths: Vec<u8> = parts
        .iter()
        .flat_map(|p| (p.len() as u64).to_le_bytes())
        .collect();
    let mut sum = crc32fast::Hasher::new();
    sum.update(&lengths);
    for part in parts.iter().chain(std::iter::once(&laid)) {
        sum.update(part);
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    // Made with mode 0600: it holds what the record holds.
    let mut file = tempfile::Builder::new()
        .prefix(".fold-")
        .tempfile_in(folder)?;
    let mut out = BufWriter::new(&mut file);
    out.write_all(MAGIC)?;
    out.write_all(&sum.finalize().to_le_bytes())?;
    out.write_all(&lengths)?;
    for part in parts.iter().chain(std::iter::once(&laid)) {
        out.write_all(part)?;
    }
    out.flush()?;
    drop(out);
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}

fn part<T: Serialize>(all: &T) -> std::io::Result<Vec<u8>> {
    rmp_serde::to_vec_named(all).map_err(|e| std::io::Error::other(e.to_string()))
}
