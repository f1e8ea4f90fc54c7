//! One customer, for the agent on the phone: what hits them, what they were told, what they are owed. It notes nothing, and gives no
//! number or address back.

use std::collections::BTreeSet;

use crate::desk::notice::base_rows::{BadRow, Row, read_base};
use crate::desk::notice::cells::Cells;
use crate::desk::notice::digests::Digests;
use crate::desk::notice::ledger::{find_folder, read_told};
use crate::desk::notice::person_part::PersonId;
use crate::desk::notice::planning::{Places, customers_of};
use crate::desk::promise::ledger::{list_ledger, promise_words};
use crate::desk::{DeskError, Snapshot};
use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;
use crate::domain::delivery::key::as_counted;

/// What is known of one customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Customer {
    /// How many lines of theirs the base has.
    pub lines: usize,
    /// How many people of the base have the number or address that was asked for.
    pub persons: usize,
    /// Their care marks: whoever has one is urgent.
    pub care: BTreeSet<String>,
    /// The open incidents that hit a line of theirs, or may.
    pub hit: Vec<IncidentId>,
    /// What they were sent: plan, statement, when that was noted, UTC.
    pub told: BTreeSet<(u32, u32, At)>,
    /// What is promised of those incidents and not settled: number, words, until when.
    pub owed: Vec<(u32, String, At)>,
}

/// Looks a customer up, by their number in the base or by a phone number or address, however it is written.
///
/// # Errors
/// When there is no base, or it cannot be read.
pub fn look_up_customer(
    snapshot: &Snapshot,
    places: &Places<'_>,
    asked: &str,
    lang: Lang,
) -> Result<Customer, DeskError> {
    let base = customers_of(snapshot)?;
    let path = places.root.join(&base.file);
    let digests = Digests::of_base(&path, !snapshot.state.deliveries.notices.is_empty())?;
    let open: Vec<IncidentId> = snapshot
        .state
        .open_incidents()
        .map(|i| i.id.clone())
        .collect();
    let cells = Cells::of_incidents(snapshot, base, &open)?;
    let (mut found, mut hit) = (Customer::default(), 0);
    let mut persons: BTreeSet<PersonId> = BTreeSet::new();
    let counted = as_counted(asked);
    let is_meant = |row: &Row<'_>| {
        let mut addresses = row.reached_by.iter();
        row.person == asked
            || !counted.is_empty() && addresses.any(|(a, _)| as_counted(a) == counted)
    };
    let read = |lines: &mut Vec<FoundLine>, _: u32, row: Result<Row<'_>, BadRow>| {
        if let Some(row) = row.ok().filter(is_meant) {
            lines.push(FoundLine::of_row(&row, &digests, &cells));
        }
    };
    read_base(&path, base, read, |_, lines| {
        for line in lines {
            found.lines += 1;
            persons.insert(line.person);
            hit |= line.hit;
            found.care.extend(line.care);
        }
        Ok(())
    })?;
    found.persons = persons.len();
    found.hit = cells.incidents_of(hit);
    found.told = find_told(snapshot, places, &cells, &persons)?;
    found.owed = list_owed(snapshot, &found.hit, lang)?;
    Ok(found)
}

/// A line of the base that is one of those asked for.
struct FoundLine {
    person: PersonId,
    hit: u64,
    care: Option<String>,
}

impl FoundLine {
    fn of_row(row: &Row<'_>, digests: &Digests, cells: &Cells<'_>) -> FoundLine {
        let places = row.rides_on.iter().filter(|p| !p.is_empty());
        FoundLine {
            person: digests.person(row.person),
            hit: places.fold(0, |all, p| all | cells.find_hits(p).unwrap_or_default()),
            care: (!row.care.is_empty()).then(|| row.care.to_owned()),
        }
    }
}

/// What these people were sent by planned notices, as the ledgers have it.
fn find_told(
    snapshot: &Snapshot,
    places: &Places<'_>,
    cells: &Cells<'_>,
    persons: &BTreeSet<PersonId>,
) -> Result<BTreeSet<(u32, u32, At)>, DeskError> {
    let mut told = BTreeSet::new();
    for notice in &snapshot.state.deliveries.notices {
        let Some(folder) = find_folder(places.own, notice, |s| cells.is_about_these(s))? else {
            continue;
        };
        read_told(&folder, |person, cell, at| {
            let at = At::from_timestamp(at, 0);
            if let (true, Some(cell), Some(at)) =
                (persons.contains(&person), notice.cells.get(cell), at)
            {
                told.insert((notice.plan, cell.statement, at));
            }
            Ok(())
        })?;
    }
    Ok(told)
}

fn list_owed(
    snapshot: &Snapshot,
    incidents: &[IncidentId],
    lang: Lang,
) -> Result<Vec<(u32, String, At)>, DeskError> {
    let mut owed: Vec<(u32, String, At)> = list_ledger(snapshot)?
        .iter()
        .filter(|e| e.is_owed(&snapshot.state))
        .filter(|e| {
            e.promise
                .incident
                .as_ref()
                .is_some_and(|i| incidents.contains(i))
        })
        .map(|e| {
            (
                e.promise.made.number,
                promise_words(e.promise, lang),
                e.ends,
            )
        })
        .collect();
    owed.sort_by_key(|(_, _, ends)| *ends);
    Ok(owed)
}
