//! The state of a record cut into pieces that are written and read in parallel. Knows nothing of the file.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::domain::base::incident::IncidentId;
use crate::domain::base::link::LinkId;
use crate::domain::base::parallel;
use crate::domain::base::time::At;
use crate::domain::record::body::Addresses;
use crate::domain::record::statement::StatementIssued;
use crate::domain::state::fold::State;
use crate::domain::state::incident::{Incident, Issued, Report};
use crate::domain::state::promise::Promise;
use crate::store::snapshot::packed::Packed;
use crate::store::snapshot::statement_reader::{StatementReader, body_of};

/// How many entries a piece has.
const CHUNK: usize = 400;

/// A piece of a state.
#[derive(Serialize, Deserialize)]
pub(super) enum Piece {
    /// All fields that are in no other piece.
    Rest(Box<State>),
    Incidents(Vec<Incident>),
    Promises(Vec<Arc<Promise>>),
    /// Reports about one link, or some of them.
    Reports(LinkId, Vec<Report>),
    /// Statements, and the lists of channels and languages that they share.
    Statements(Vec<Addresses>, Vec<Entry>),
}

/// A statement without its renditions.
#[derive(Serialize, Deserialize)]
pub(super) struct Entry {
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
    text: Option<String>,
    derivation: Option<String>,
    digest: String,
    /// The index of its channels and languages in the piece.
    addresses: usize,
    lines: Packed,
}

/// Cuts a state into pieces.
///
/// # Errors
/// When the lines of a statement cannot be written as JSON.
pub(super) fn cut_into_pieces(state: &State) -> Result<Vec<Piece>, serde_json::Error> {
    let mut rest = state.clone();
    rest.statements.clear();
    let incidents: Vec<Incident> = std::mem::take(&mut rest.incidents).into_values().collect();
    let promises = std::mem::take(&mut rest.promises);
    let links = std::mem::take(&mut rest.links);
    let mut pieces = vec![Piece::Rest(Box::new(rest))];
    let chunks: Vec<&[Arc<Issued>]> = state.statements.chunks(CHUNK).collect();
    for piece in parallel::map_slice(&chunks, 2, |some| statements_piece(some)) {
        pieces.push(piece?);
    }
    let chunks = incidents.chunks(CHUNK);
    pieces.extend(chunks.map(|some| Piece::Incidents(some.to_vec())));
    let chunks = promises.chunks(CHUNK);
    pieces.extend(chunks.map(|some| Piece::Promises(some.to_vec())));
    for (link, reports) in links {
        let chunks = reports.chunks(CHUNK);
        pieces.extend(chunks.map(|some| Piece::Reports(link.clone(), some.to_vec())));
    }
    Ok(pieces)
}

fn statements_piece(some: &[Arc<Issued>]) -> Result<Piece, serde_json::Error> {
    let (mut lists, mut entries): (Vec<Addresses>, Vec<Entry>) = (Vec::new(), Vec::new());
    for issued in some {
        let s = &issued.statement;
        let own = s.body.addresses();
        let addresses = match lists.iter().position(|list| list == own) {
            Some(found) => found,
            None => {
                lists.push(Arc::clone(own));
                lists.len() - 1
            }
        };
        let lines = serde_json::to_vec(s.body.without_cache().lines())?;
        entries.push(Entry {
            seq: issued.seq,
            at: issued.at,
            by: issued.by.clone(),
            number: s.number,
            audience: s.audience.clone(),
            incidents: s.incidents.clone(),
            as_of: s.as_of,
            previous: s.previous,
            text: s.text.clone(),
            derivation: s.derivation.clone(),
            digest: s.digest.clone(),
            addresses,
            lines: Packed::new(&lines),
        });
    }
    Ok(Piece::Statements(lists, entries))
}

/// A piece as it was read, with its statements.
pub(super) enum Part {
    Statements(Vec<Arc<Issued>>),
    Other(Piece),
}

/// Reads a piece; none when it is not one.
pub(super) fn read_piece(bytes: &[u8], reader: &Arc<StatementReader>) -> Option<Part> {
    let (lists, entries) = match rmp_serde::from_slice(bytes).ok()? {
        Piece::Statements(lists, entries) => (lists, entries),
        other => return Some(Part::Other(other)),
    };
    let issued = |e: Entry| {
        let addresses = Arc::clone(lists.get(e.addresses)?);
        let body = body_of(addresses, e.lines, (e.seq, &e.digest), reader);
        Some(Arc::new(Issued {
            seq: e.seq,
            at: e.at,
            by: e.by,
            statement: StatementIssued {
                number: e.number,
                audience: e.audience,
                incidents: e.incidents,
                as_of: e.as_of,
                previous: e.previous,
                text: e.text,
                body,
                derivation: e.derivation,
                digest: e.digest,
            },
        }))
    };
    let issued = entries.into_iter().map(issued).collect::<Option<_>>()?;
    Some(Part::Statements(issued))
}

/// Puts a state together from its pieces, in their order.
pub(super) fn assemble_state(parts: Vec<Part>) -> State {
    let mut promises: Vec<Arc<Promise>> = Vec::new();
    let mut links: BTreeMap<LinkId, Arc<Vec<Report>>> = BTreeMap::new();
    let mut incidents = BTreeMap::new();
    let mut statements = Vec::new();
    let mut state = State::default();
    for part in parts {
        match part {
            Part::Statements(some) => statements.extend(some),
            Part::Other(Piece::Rest(rest)) => state = *rest,
            Part::Other(Piece::Incidents(some)) => {
                incidents.extend(some.into_iter().map(|i| (i.id.clone(), i)));
            }
            Part::Other(Piece::Promises(some)) => promises.extend(some),
            Part::Other(Piece::Reports(link, some)) => {
                Arc::make_mut(links.entry(link).or_default()).extend(some);
            }
            Part::Other(Piece::Statements(..)) => {}
        }
    }
    state.incidents = incidents;
    (state.promises, state.links, state.statements) = (promises, links, statements);
    state
}
