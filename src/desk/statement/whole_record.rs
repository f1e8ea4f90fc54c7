//! A whole record checked before it is believed elsewhere: its chain, and what its statements say. It is read page by page, so
//! that a record larger than memory can be brought in. It changes nothing.

use std::path::Path;
use std::sync::Arc;

use crate::desk::core::error::DeskError;
use crate::desk::core::location::{Location, open_record};
use crate::desk::core::record_copies::{ChainBreak, verify_record};
use crate::desk::core::record_pages::Pages;
use crate::desk::statement::derive_again::{Pass, Underived, derive_again, shares};
use crate::domain::base::parallel;
use crate::domain::base::time::At;
use crate::domain::record::event::Head;
use crate::domain::state::fold::State;
use crate::domain::state::incident::Issued;
use crate::store::snapshot::{StatementReader, leave_texts_in_record};
use crate::store::verify::{Asked, reaches_back, read_believed, take_in};
use crate::store::{Record, StoreError, Stored};

/// What is wrong with a record, first of all.
pub enum RecordFault {
    /// An event does not fit the chain.
    Broken(ChainBreak),
    /// A statement is not what the events before it give.
    Underived(Underived),
}

/// A record where it is, and the texts of its statements there.
struct Place<'a> {
    location: &'a Location,
    own: &'a Path,
    now: At,
    reader: Arc<StatementReader>,
}

impl Place<'_> {
    fn open_record(&self) -> Result<Box<dyn Record>, DeskError> {
        Ok(open_record(self.location, self.own, self.now)?.record)
    }
}

/// Checks the chain of a record and derives its statements again; gives the first fault. `own` is the folder of the workspace
/// in which the copy of a server lies; it is read where the server is away.
///
/// # Errors
/// When the record or an adopted file cannot be read.
pub fn find_record_fault(
    location: &Location,
    own: &Path,
    now: At,
) -> Result<Option<RecordFault>, DeskError> {
    let place = Place {
        location,
        own,
        now,
        reader: Arc::new(location.statement_reader(own)),
    };
    let record = place.open_record()?;
    record.check_storage()?;
    match verify_pages(record.as_ref(), &place)? {
        Pagewise::Whole => find_underived(&place),
        Pagewise::Broken(chain) => Ok(Some(RecordFault::Broken(chain))),
        Pagewise::ReachesBack => find_fault_at_once(record.as_ref()),
    }
}

enum Pagewise {
    Whole,
    Broken(ChainBreak),
    /// An entry declares a clock wrong, and with it the times of entries of other pages.
    ReachesBack,
}

fn verify_pages(record: &dyn Record, place: &Place<'_>) -> Result<Pagewise, DeskError> {
    let (mut state, mut head) = (State::default(), Head::empty());
    let mut pages = Pages::of(record);
    loop {
        let page = pages.next_page()?;
        if page.is_empty() {
            return Ok(Pagewise::Whole);
        }
        if reaches_back(&state, &page) {
            return Ok(Pagewise::ReachesBack);
        }
        let known = state.statements.len();
        if let Err(chain) = take_in(&mut state, &mut head, &page, Asked::InFull) {
            return Ok(Pagewise::Broken(chain));
        }
        drop_texts(&mut state.statements[known..], place)?;
    }
}

/// The first statement that the events before it do not give. Each processor takes its share and stops at its first.
fn find_underived(place: &Place<'_>) -> Result<Option<RecordFault>, DeskError> {
    let shares = shares();
    let found = parallel::map_slice(&shares, 2, |own| underived_in(place, *own, shares.len()));
    let mut first: Option<Underived> = None;
    for fault in found {
        if let Some(fault) = fault?
            && first.as_ref().is_none_or(|f| fault.seq < f.seq)
        {
            first = Some(fault);
        }
    }
    Ok(first.map(RecordFault::Underived))
}

fn underived_in(place: &Place<'_>, own: usize, of: usize) -> Result<Option<Underived>, DeskError> {
    let record = place.open_record()?;
    let (mut pages, mut pass) = (Pages::of(record.as_ref()), Pass::new(own, of));
    loop {
        let page: Vec<Stored> = pages.next_page()?;
        if page.is_empty() {
            return Ok(None);
        }
        let known = pass.snapshot.state.statements.len();
        for event in read_believed(&page)? {
            pass.take(&event)?;
            if let Some(fault) = pass.derived.faults.pop() {
                return Ok(Some(fault));
            }
        }
        drop_texts(&mut pass.snapshot.state.statements[known..], place)?;
    }
}

fn drop_texts(statements: &mut [Arc<Issued>], place: &Place<'_>) -> Result<(), StoreError> {
    leave_texts_in_record(statements, &place.reader).map_err(|e| StoreError::Io {
        path: place.location.display_text(),
        what: e.to_string(),
    })
}

fn find_fault_at_once(record: &dyn Record) -> Result<Option<RecordFault>, DeskError> {
    let (stored, verified) = verify_record(record)?;
    if let Err(chain) = verified {
        return Ok(Some(RecordFault::Broken(chain)));
    }
    let first = derive_again(&stored)?.faults.into_iter().next();
    Ok(first.map(RecordFault::Underived))
}
