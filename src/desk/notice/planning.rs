//! A notice for everybody whom incidents hit: everybody of the base is put into a place, and the plan is recorded. It sends nothing, and
//! only its last step writes to the record.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::desk::notice::base_blocks::wrong;
use crate::desk::notice::cells::Cells;
use crate::desk::notice::digests::Digests;
use crate::desk::notice::ledger::folder_of_plan;
use crate::desk::notice::placing::Placing;
use crate::desk::notice::turns::{PLANNING, make_notices_folder, take_turn_to_plan};
use crate::desk::publishing::plan::check_may_publish;
use crate::desk::{DeskError, Journal, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::next_step::NextStep;
use crate::domain::config::customer_base::CustomerBase;
use crate::domain::record::balance_sheet::BalanceSheet;
use crate::domain::record::delivery_event::{DeliveryEvent, NoticeCell};
use crate::domain::record::payload::EventPayload;
use crate::store::StoreError;

/// Where the files are.
pub struct Places<'a> {
    /// The folder of the workspace, from which the base is read.
    pub root: &'a Path,
    /// The program's own folder in it.
    pub own: &'a Path,
}

/// A notice as it was planned, or would be.
#[derive(Debug, Clone)]
pub struct NoticePlan {
    pub plan: u32,
    pub sheet: BalanceSheet,
    pub cells: Vec<NoticeCell>,
    pub root: String,
    /// Rows that cannot be read, by why: how many.
    pub bad: BTreeMap<&'static str, u64>,
    /// The first of them, by number.
    pub first_bad: Vec<(u64, &'static str)>,
}

/// The customers as the workspace names them.
///
/// # Errors
/// When it names none.
pub fn customers_of(snapshot: &Snapshot) -> Result<&CustomerBase, DeskError> {
    let workspace = &snapshot.world()?.books.workspace;
    workspace.customers.as_ref().ok_or_else(|| {
        Refusal::new(
            "saydo.yaml does not say where the customers are",
            "describe their file under `customers:` (docs/everyone.md)",
        )
        .into()
    })
}

/// Plans a notice, and records the plan unless it is only looked at.
///
/// # Errors
/// When nothing may be published, the base cannot be read, no text speaks of those whom somebody is hit by, or the disk is full.
/// Then nothing is recorded and nothing stays behind.
pub fn plan_notice(
    journal: &mut Journal,
    places: &Places<'_>,
    incidents: &[IncidentId],
    only_look: bool,
) -> Result<NoticePlan, DeskError> {
    let notices = make_notices_folder(places.own)?;
    let _turn = take_turn_to_plan(&notices)?;
    // What others have planned and sent until now counts.
    journal.catch_up()?;
    check_may_publish(journal)?;
    let base = customers_of(journal)?.clone();
    let path = places.root.join(&base.file);
    check_disk(&path, &notices)?;
    let folder = tempfile::Builder::new()
        .prefix(PLANNING)
        .tempdir_in(&notices)
        .map_err(|e| wrong(&notices, &e.to_string()))?;
    let number = journal.state.deliveries.notices.len() + 1;
    let plan = u32::try_from(number).unwrap_or(u32::MAX);
    let digests = Digests::of_base(&path, number > 1)?;
    let placing = Placing {
        snapshot: journal,
        base: &base,
        digests,
        folder: folder.path(),
        langs: journal.world()?.books.workspace.languages.clone(),
    };
    let mut cells = Cells::of_incidents(journal, &base, incidents)?;
    let placed = placing.place_everybody(places.own, &path, &mut cells)?;
    refuse_missing(&cells)?;
    refuse_untrue(journal, &cells, &placed.texts, incidents)?;
    let digest = placed.base.clone();
    let planned = NoticePlan {
        plan,
        sheet: placed.sheet,
        cells: placed.texts,
        root: placed.root,
        bad: placed.bad,
        first_bad: placed.first_bad,
    };
    if only_look {
        return Ok(planned);
    }
    let kept = folder_of_plan(places.own, plan);
    // One that was planned and not recorded, by a program that was killed.
    let _ = std::fs::remove_dir_all(&kept);
    std::fs::rename(folder.keep(), &kept).map_err(|e| wrong(&kept, &e.to_string()))?;
    record_plan(journal, &kept, digest, planned)
}

/// Records a plan whose files lie where they stay.
fn record_plan(
    journal: &mut Journal,
    kept: &Path,
    base: String,
    planned: NoticePlan,
) -> Result<NoticePlan, DeskError> {
    let event = DeliveryEvent::NoticePlanned {
        plan: planned.plan,
        base,
        sheet: planned.sheet.clone(),
        cells: planned.cells.clone(),
        root: planned.root.clone(),
    };
    let written = journal.record(|_| Ok(vec![(None, EventPayload::Delivery(event.clone()))]));
    // Where the record refused it nothing of it is there, for certain; else the files stay until that is known.
    if let Err(DeskError::Refused(_) | DeskError::NotAllowed(_) | DeskError::Moved(_)) = &written {
        let _ = std::fs::remove_dir_all(kept);
    }
    written.map(|_| planned)
}

/// What is put aside is about as large as the base, and there twice for a while: refused before the disk is full.
fn check_disk(base: &Path, folder: &Path) -> Result<(), StoreError> {
    let size = std::fs::metadata(base)
        .map_err(|e| wrong(base, &e.to_string()))?
        .len();
    let needed = size.saturating_mul(2).saturating_add(16 << 20);
    let Ok(disk) = rustix::fs::statvfs(folder) else {
        return Ok(());
    };
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    match free < needed {
        true => Err(wrong(
            folder,
            &format!(
                "{} MB are free, and planning needs {} MB beside a base of {} MB; nothing was written",
                free >> 20,
                needed >> 20,
                size >> 20
            ),
        )),
        false => Ok(()),
    }
}

/// Somebody is hit by incidents of which no issued text speaks together: two texts would go to one person, or one be left out.
fn refuse_missing(cells: &Cells<'_>) -> Result<(), DeskError> {
    let Some(((hit, audience), _)) = cells.missing.first_key_value() else {
        return Ok(());
    };
    let incidents = cells.incidents_of(*hit);
    let audience = &cells.audiences[usize::from(*audience)];
    let people: u64 = cells.missing.values().sum();
    Err(DeskError::NotBacked {
        what: format!(
            "{people} people are hit by incidents of which no notice speaks as one; nothing was planned"
        ),
        hints: vec![match audience == &cells.audiences[0] {
            true => NextStep::IssueStatement { incidents }.after("issue it: "),
            false => NextStep::IssueTo {
                incident: incidents.join(" "),
                audience: audience.clone(),
            }
            .after("issue it: "),
        }],
    })
}

/// What no longer holds is not planned.
fn refuse_untrue(
    snapshot: &Snapshot,
    cells: &Cells<'_>,
    texts: &[NoticeCell],
    incidents: &[IncidentId],
) -> Result<(), DeskError> {
    let used: BTreeSet<u32> = texts.iter().map(|c| c.statement).collect();
    let holds = cells.find_holds(snapshot, &used)?;
    let Some((number, why)) = holds.first() else {
        return Ok(());
    };
    let issue = NextStep::IssueStatement {
        incidents: incidents.to_vec(),
    };
    Err(DeskError::NotBacked {
        what: format!("statement {number} may not be sent now: {why}"),
        hints: vec![issue.after("issue a new one: ")],
    })
}
