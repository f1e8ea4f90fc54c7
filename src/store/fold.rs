//! The fold of a record as it was after some event, kept so that a command on a long record need not read all of it again.
//! It is a convenience: it may be deleted at any time, anything wrong with it means that it is not there, and `record
//! verify` never looks at it. It lies with the user's keys, where nobody else may write.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::base::digest::sha256;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::link::LinkId;
use crate::domain::base::parallel as many;
use crate::domain::base::time::At;
use crate::domain::record::body::{Body, Laid, Places};
use crate::domain::record::event::{Event, Head, VERSION};
use crate::domain::record::payload::EventPayload;
use crate::domain::record::statement::StatementIssued;
use crate::domain::record::statement_event::StatementEvent;
use crate::domain::state::fold::State;
use crate::domain::state::incident::{Incident, Issued, Report};
use crate::domain::state::promise::Promise;

/// What folding means in this program (`build.rs`): any change to the domain makes it another.
const LAYOUT: &str = env!("SAYDO_FOLD");

const MAGIC: &[u8] = b"saydo fold\n";

/// How a file begins that is not whole yet.
const PARTIAL: &str = ".fold-";

/// The largest text that is laid away.
const MOST: usize = 1024 * 1024 * 1024;

/// So many entries are worked out at a time.
const CHUNK: usize = 400;

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
    #[serde(with = "crate::domain::base::time::in_numbers")]
    at: At,
    by: String,
    number: u32,
    audience: String,
    incidents: Vec<IncidentId>,
    #[serde(with = "crate::domain::base::time::in_numbers")]
    as_of: At,
    previous: Option<u32>,
    digest: String,
    body: Place,
}

/// A stretch of the file and its sum.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Place {
    start: u64,
    size: u64,
    sum: u32,
}

/// Whose fold it is, and its pieces in their order. They lie behind the bodies.
#[derive(Serialize, Deserialize)]
struct Table {
    layout: String,
    program: String,
    format: String,
    head: Head,
    pieces: Vec<Place>,
}

/// A piece of a fold. They are worked out at the same time and put together in their order.
#[derive(Serialize, Deserialize)]
enum Piece<S> {
    /// What is in none of the others.
    Rest(S),
    Incidents(Vec<Incident>),
    Promises(Vec<Arc<Promise>>),
    /// What was said of a link, or a part of that.
    Reports(LinkId, Vec<Report>),
    Statements(Vec<Entry>),
}

/// What is done when a text that was kept turns out damaged. The file is removed first.
#[derive(Clone)]
pub struct Damaged {
    /// Reads an event from the record itself.
    pub again: Arc<dyn Fn(u64) -> Option<Event> + Send + Sync>,
    /// When that cannot be done either, the program ends: to go on would be to show, or to send, a text without its words.
    pub end: fn(&Path, &str) -> !,
}

/// The file. It stays open: a newer fold is another file.
struct Laying {
    path: PathBuf,
    damaged: Damaged,
    file: File,
    begin: u64,
    size: u64,
}

impl Laying {
    fn read(&self, place: Place) -> std::io::Result<Vec<u8>> {
        let other = std::io::Error::other::<&str>;
        let start = self.begin.checked_add(place.start);
        let end = start.and_then(|s| s.checked_add(place.size));
        let Some((start, _)) = start.zip(end.filter(|e| *e <= self.size)) else {
            return Err(other("it is not whole"));
        };
        let size = usize::try_from(place.size).map_err(std::io::Error::other)?;
        let mut bytes = vec![0; size];
        read_at(&self.file, &mut bytes, start)?;
        if crc32fast::hash(&bytes) != place.sum {
            return Err(other("it is damaged"));
        }
        Ok(bytes)
    }
}

/// Reads from a place in a file, which others may be reading from elsewhere in the same file at the same time.
#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], start: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, start)
}

#[cfg(not(unix))]
fn read_at(file: &File, bytes: &mut [u8], start: u64) -> std::io::Result<()> {
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let turn = TURN.lock();
    let mut file = file;
    std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(start))?;
    file.read_exact(bytes)?;
    drop(turn);
    Ok(())
}

/// The body of a statement, laid away: the length of what stands where, that, and the packed text.
struct Kept {
    all: Arc<Laying>,
    at: Place,
    /// The event that issued it.
    seq: u64,
}

impl Kept {
    /// What stands where, and the packed text.
    fn open(bytes: &[u8]) -> Option<(Places, &[u8])> {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let (places, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        Some((rmp_serde::from_slice(places).ok()?, rest))
    }

    fn opened<T>(&self, part: impl Fn(Places, &[u8]) -> Option<T>) -> T {
        let read = self.all.read(self.at).map_err(|e| e.to_string());
        let found = read.and_then(|bytes| {
            let found = Kept::open(&bytes).and_then(|(places, packed)| part(places, packed));
            found.ok_or_else(|| "it is damaged".to_owned())
        });
        let why = match found {
            Ok(found) => return found,
            Err(why) => why,
        };
        let _ = std::fs::remove_file(&self.all.path);
        let again = self.again().and_then(|bytes| {
            let (places, packed) = Kept::open(&bytes)?;
            part(places, packed)
        });
        again.unwrap_or_else(|| (self.all.damaged.end)(&self.all.path, &why))
    }

    /// The same from the record itself.
    fn again(&self) -> Option<Vec<u8>> {
        match (self.all.damaged.again)(self.seq)?.payload {
            EventPayload::Statement(StatementEvent::StatementIssued(s)) => packed(&s.body).ok(),
            _ => None,
        }
    }
}

impl Laid for Kept {
    fn text(&self) -> (String, Places) {
        self.opened(|places, packed| Some((String::from_utf8(unpacked(packed)?).ok()?, places)))
    }

    fn places(&self) -> Places {
        self.opened(|places, _| Some(places))
    }

    fn kept(&self) -> Result<Vec<u8>, String> {
        let read = self.all.read(self.at);
        read.or_else(|e| self.again().ok_or_else(|| e.to_string()))
    }
}

fn packed(body: &Body) -> Result<Vec<u8>, String> {
    let (text, places) = body.spread().map_err(|e| e.to_string())?;
    let places = rmp_serde::to_vec(&places).map_err(|e| e.to_string())?;
    let length = u32::try_from(places.len()).map_err(|e| e.to_string())?;
    let mut out = length.to_le_bytes().to_vec();
    out.extend(places);
    out.extend(pressed(text.as_bytes()));
    Ok(out)
}

fn pressed(bytes: &[u8]) -> Vec<u8> {
    let mut out = (bytes.len() as u64).to_le_bytes().to_vec();
    out.extend(lz4_flex::block::compress(bytes));
    out
}

fn unpacked(bytes: &[u8]) -> Option<Vec<u8>> {
    let (size, rest) = bytes.split_first_chunk::<8>()?;
    let size = usize::try_from(u64::from_le_bytes(*size)).ok()?;
    // What is packed is never so much smaller: a wrong size would cost memory before it is found to be wrong.
    if size > MOST || size / 256 > rest.len() {
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
pub fn read(path: &Path, damaged: Damaged) -> Option<Fold> {
    // Anything else in its place might be waited for without end.
    if !std::fs::metadata(path).ok()?.is_file() {
        return None;
    }
    let mut file = File::open(path).ok()?;
    let size = file.metadata().ok()?.len();
    let mut start = [0; MAGIC.len() + 4 + 8];
    file.read_exact(&mut start).ok()?;
    let (sum, length) = start.strip_prefix(MAGIC)?.split_first_chunk::<4>()?;
    let length = u64::from_le_bytes(length.try_into().ok()?);
    let begin = (start.len() as u64)
        .checked_add(length)
        .filter(|b| *b <= size)?;
    let mut table = vec![0; usize::try_from(length).ok()?];
    file.read_exact(&mut table).ok()?;
    if crc32fast::hash(&table) != u32::from_le_bytes(*sum) {
        return None;
    }
    let table: Table = rmp_serde::from_slice(&table).ok()?;
    if table.layout != LAYOUT
        || table.program != env!("CARGO_PKG_VERSION")
        || table.format != VERSION
    {
        return None;
    }
    let all = Arc::new(Laying {
        path: path.to_owned(),
        damaged,
        file,
        begin,
        size,
    });
    let pieces = many::each(&table.pieces, 2, |place| piece(&all, *place, size - begin));
    let pieces = pieces.into_iter().collect::<Option<Vec<_>>>()?;
    let mut promises: Vec<Arc<Promise>> = Vec::new();
    let mut links: BTreeMap<LinkId, Arc<Vec<Report>>> = BTreeMap::new();
    let mut state = State::default();
    let (mut incidents, mut statements) = (BTreeMap::new(), Vec::new());
    for (piece, issued) in pieces {
        match piece {
            Piece::Rest(rest) => state = rest,
            Piece::Incidents(some) => incidents.extend(some.into_iter().map(|i| (i.id.clone(), i))),
            Piece::Promises(some) => promises.extend(some),
            Piece::Reports(link, some) => {
                Arc::make_mut(links.entry(link).or_default()).extend(some)
            }
            Piece::Statements(_) => statements.extend(issued),
        }
    }
    state.incidents = incidents;
    (state.promises, state.links, state.statements) = (promises, links, statements);
    let head = table.head;
    Some(Fold { head, state })
}

/// A piece, and the statements that it holds.
fn piece(all: &Arc<Laying>, place: Place, there: u64) -> Option<(Piece<State>, Vec<Arc<Issued>>)> {
    let bytes = all.read(place).ok()?;
    let mut piece: Piece<State> = rmp_serde::from_slice(&bytes).ok()?;
    let Piece::Statements(some) = &mut piece else {
        return Some((piece, Vec::new()));
    };
    let issued = |e: Entry| {
        // A file that was cut is found out now, not when a text is asked for.
        let end = e.body.start.checked_add(e.body.size)?;
        let kept = Kept {
            all: Arc::clone(all),
            at: e.body,
            seq: e.seq,
        };
        (end <= there).then(|| {
            Arc::new(Issued {
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
            })
        })
    };
    let issued = std::mem::take(some)
        .into_iter()
        .map(issued)
        .collect::<Option<Vec<_>>>()?;
    Some((piece, issued))
}

/// Keeps a fold, at once or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn write(path: &Path, state: &State, head: &Head) -> std::io::Result<()> {
    let other = |e: String| std::io::Error::other(e);
    let mut rest = state.clone();
    rest.statements.clear();
    let mut pieces: Vec<Piece<State>> = Vec::new();
    let mut bodies: Vec<u8> = Vec::new();
    for some in state.statements.chunks(CHUNK) {
        let mut entries = Vec::new();
        for issued in some {
            let s = &issued.statement;
            let body = match s.body.lies() {
                Some(kept) => kept.kept().map_err(other)?,
                None => packed(&s.body).map_err(other)?,
            };
            entries.push(Entry {
                seq: issued.seq,
                at: issued.at,
                by: issued.by.clone(),
                number: s.number,
                audience: s.audience.clone(),
                incidents: s.incidents.clone(),
                as_of: s.as_of,
                previous: s.previous,
                digest: s.digest.clone(),
                body: laid(&mut bodies, &body),
            });
        }
        pieces.push(Piece::Statements(entries));
    }
    let incidents: Vec<Incident> = std::mem::take(&mut rest.incidents).into_values().collect();
    let chunks = incidents.chunks(CHUNK);
    pieces.extend(chunks.map(|some| Piece::Incidents(some.to_vec())));
    let promises = std::mem::take(&mut rest.promises);
    let chunks = promises.chunks(CHUNK);
    pieces.extend(chunks.map(|some| Piece::Promises(some.to_vec())));
    for (link, reports) in std::mem::take(&mut rest.links) {
        let chunks = reports.chunks(CHUNK);
        pieces.extend(chunks.map(|some| Piece::Reports(link.clone(), some.to_vec())));
    }
    pieces.insert(0, Piece::Rest(rest));
    // They are read by every command, and quicker as they are.
    let written = many::each(&pieces, 2, rmp_serde::to_vec_named);
    let (mut all, mut places) = (bodies, Vec::new());
    for piece in written {
        places.push(laid(&mut all, &piece.map_err(|e| other(e.to_string()))?));
    }
    let table = Table {
        layout: LAYOUT.to_owned(),
        program: env!("CARGO_PKG_VERSION").to_owned(),
        format: VERSION.to_owned(),
        head: head.clone(),
        pieces: places,
    };
    let table = rmp_serde::to_vec_named(&table).map_err(|e| other(e.to_string()))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    sweep(folder);
    // Made with mode 0600: it holds what the record holds.
    let mut file = tempfile::Builder::new()
        .prefix(PARTIAL)
        .tempfile_in(folder)?;
    let mut out = BufWriter::new(&mut file);
    out.write_all(MAGIC)?;
    out.write_all(&crc32fast::hash(&table).to_le_bytes())?;
    out.write_all(&(table.len() as u64).to_le_bytes())?;
    out.write_all(&table)?;
    out.write_all(&all)?;
    out.flush()?;
    drop(out);
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}

/// Removes what somebody left half-written an hour ago or more.
fn sweep(folder: &Path) {
    let is_old = |e: &std::fs::DirEntry| {
        let at = e.metadata().ok().and_then(|m| m.modified().ok());
        let age = at.and_then(|t| t.elapsed().ok());
        age.is_some_and(|a| a.as_secs() > 3600)
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        if entry.file_name().to_string_lossy().starts_with(PARTIAL) && is_old(&entry) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

fn laid(all: &mut Vec<u8>, bytes: &[u8]) -> Place {
    let start = all.len() as u64;
    all.extend(bytes);
    Place {
        start,
        size: bytes.len() as u64,
        sum: crc32fast::hash(bytes),
    }
}
