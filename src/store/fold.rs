//! The fold of a record as it was after some event, kept so that a command on a long record need not read all of it again.
//! It is a convenience: it may be deleted at any time, anything wrong with it means that it is not there, and `record
//! verify` never looks at it. It lies with the user's keys, where nobody else may write.

use std::io::Write;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::body::{Body, Laid, Places};
use crate::domain::event::{Head, IncidentId, VERSION, sha256};
use crate::domain::issued::StatementIssued;
use crate::domain::state::{Issued, State};
use crate::domain::time::At;

/// Raised whenever the fold changes.
const LAYOUT: u32 = 2;

const MAGIC: &[u8] = b"saydo fold\n";

/// The largest text that is laid away.
const MOST: usize = 16 * 1024 * 1024;

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
    start: usize,
    end: usize,
}

#[derive(Serialize, Deserialize)]
struct Written<S> {
    layout: u32,
    program: String,
    format: String,
    head: Head,
    state: S,
    statements: Vec<Entry>,
}

/// The body of a statement, laid away: the length of what stands where, that, and the packed text.
struct Kept {
    all: Arc<Vec<u8>>,
    at: Range<usize>,
}

impl Laid for Kept {
    fn text(&self) -> Option<(String, Places)> {
        let (length, rest) = self.kept().split_first_chunk::<4>()?;
        let (places, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        let text = String::from_utf8(unpacked(rest)?).ok()?;
        Some((text, rmp_serde::from_slice(places).ok()?))
    }

    fn kept(&self) -> &[u8] {
        self.all.get(self.at.clone()).unwrap_or_default()
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
    let bytes = std::fs::read(path).ok()?;
    let body = bytes.strip_prefix(MAGIC)?;
    let (sum, body) = body.split_first_chunk::<4>()?;
    if crc32fast::hash(body) != u32::from_le_bytes(*sum) {
        return None;
    }
    let (length, rest) = body.split_first_chunk::<8>()?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
    let written: Written<State> = rmp_serde::from_slice(rest.get(..length)?).ok()?;
    if written.layout != LAYOUT
        || written.program != env!("CARGO_PKG_VERSION")
        || written.format != VERSION
    {
        return None;
    }
    let begin = bytes.len() - rest.len() + length;
    let all = Arc::new(bytes);
    let mut state = written.state;
    for e in written.statements {
        let at = begin.checked_add(e.start)?..begin.checked_add(e.end)?;
        let kept = Kept {
            all: Arc::clone(&all),
            at,
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

/// Keeps a fold, at once or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn write(path: &Path, state: &State, head: &Head) -> std::io::Result<()> {
    let other = |e: String| std::io::Error::other(e);
    let mut bare = state.clone();
    bare.statements.clear();
    let mut laid: Vec<u8> = Vec::new();
    let mut statements = Vec::new();
    for issued in &state.statements {
        let s = &issued.statement;
        let start = laid.len();
        match s.body.lies() {
            Some(kept) => laid.extend(kept.kept()),
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
            end: laid.len(),
        });
    }
    let written = Written {
        layout: LAYOUT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        format: VERSION.to_owned(),
        head: head.clone(),
        state: &bare,
        statements,
    };
    let fold = rmp_serde::to_vec_named(&written).map_err(|e| other(e.to_string()))?;
    let mut body = (fold.len() as u64).to_le_bytes().to_vec();
    body.extend(fold);
    body.extend(laid);
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    // Made with mode 0600: it holds what the record holds.
    let mut file = tempfile::Builder::new()
        .prefix(".fold-")
        .tempfile_in(folder)?;
    file.write_all(MAGIC)?;
    file.write_all(&crc32fast::hash(&body).to_le_bytes())?;
    file.write_all(&body)?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}
