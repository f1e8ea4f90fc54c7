//! Carries plans out: part after part, each claimed before it leaves and settled after. Our own page and folders come first, all
//! others go side by side. It does not choose what goes.

use std::collections::BTreeMap;

use crate::desk::publishing::claim::{PublishSummary, make_receipts, mark_superseded, note};
use crate::desk::publishing::plan::Plan;
use crate::desk::publishing::recipients::{People, list_persons};
use crate::desk::publishing::road::{Means, Road, claim_part, part_of, settle_part};
use crate::desk::publishing::side_by_side::carry_side_by_side;
use crate::desk::{DeskError, Journal};
use crate::domain::config::outlet::{Outlet, OutletKind};
use crate::domain::delivery::deliveries::MOST;
use crate::publish::{OutletAdapter, SendOutcome, SetupError, StopSign};

/// Who carries to an outlet; a site is built and not carried.
struct Carrier {
    outlet: Outlet,
    adapter: Result<Option<Box<dyn OutletAdapter>>, SetupError>,
}

/// Carries out plans. What is no longer true by then does not leave.
///
/// # Errors
/// When the record cannot be written; the error says what left before.
pub fn carry_plans(
    journal: &mut Journal,
    plans: &[Plan],
    people: &People,
    means: &mut Means<'_>,
) -> Result<Vec<(String, PublishSummary)>, DeskError> {
    let mut carriers = Vec::new();
    for plan in plans {
        let outlet = journal.find_outlet(&plan.outlet)?.clone();
        // A credential that is missing shows now, and not when quiet hours end.
        let adapter = match plan.due.is_empty() && plan.withheld.is_empty() {
            true => Ok(None),
            false => find_adapter(&plan.outlet, &outlet, means),
        };
        carriers.push(Carrier { outlet, adapter });
    }
    let mut roads = Vec::new();
    for (plan, carrier) in plans.iter().zip(&carriers) {
        roads.push(find_road(journal, plan, carrier, people)?);
    }
    let failed = carry_roads(journal, &mut roads, means).err();
    let done: Vec<_> = roads
        .into_iter()
        .map(|r| (r.name.to_owned(), r.done))
        .collect();
    match failed {
        None => Ok(done),
        Some(error) => Err(with_what_left(error, &done)),
    }
}

/// The error, with what had left by then: "nothing was written" alone would be taken for "nothing left".
fn with_what_left(error: DeskError, done: &[(String, PublishSummary)]) -> DeskError {
    let texts = |n: usize| match n {
        1 => "1 text".to_owned(),
        n => format!("{n} texts"),
    };
    let mut left = Vec::new();
    for (name, d) in done.iter().filter(|(_, d)| d.delivered + d.unsettled > 0) {
        let sent = d.delivered.max(d.unsettled);
        left.push(match d.unsettled {
            0 => format!("{name} {}", texts(sent)),
            n => format!(
                "{name} {}, of which the record does not know {n}: they count as being sent, and then as unclear",
                texts(sent)
            ),
        });
    }
    match left.is_empty() {
        true => error,
        false => DeskError::BrokenOff {
            error: Box::new(error),
            left: left.join("; "),
        },
    }
}

fn carry_roads(
    journal: &mut Journal,
    roads: &mut [Road<'_>],
    means: &mut Means<'_>,
) -> Result<(), DeskError> {
    for kind in [OutletKind::Site, OutletKind::Folder] {
        for road in roads.iter_mut().filter(|r| r.outlet.kind == kind) {
            carry_parts(journal, road, means)?;
        }
    }
    (means.own_done)(journal);
    let is_own = |r: &Road<'_>| matches!(r.outlet.kind, OutletKind::Site | OutletKind::Folder);
    let others = roads.iter_mut().filter(|r| !is_own(r)).collect();
    carry_side_by_side(journal, others, means)
}

/// Prepares a plan: older texts are marked, and the people are looked up.
fn find_road<'a>(
    journal: &mut Journal,
    plan: &'a Plan,
    carrier: &'a Carrier,
    people: &'a People,
) -> Result<Road<'a>, DeskError> {
    let mut road = Road {
        name: plan.outlet.as_str(),
        outlet: &carrier.outlet,
        due: &plan.due,
        adapter: None,
        done: PublishSummary::default(),
        to: BTreeMap::new(),
    };
    for part in plan.superseded.chunks(MOST) {
        road.done.superseded += mark_superseded(journal, road.name, part)?;
    }
    for (_, because) in &plan.withheld {
        note(&mut road.done.withheld, because.clone());
    }
    for why in &plan.undelivered_to {
        note(&mut road.done.errors, why.clone());
    }
    match &carrier.adapter {
        Ok(adapter) => road.adapter = adapter.as_deref(),
        Err(error) => {
            note(&mut road.done.errors, error.with_hint());
            road.due = &[];
        }
    }
    if !road.due.is_empty() {
        road.to = list_persons(journal, road.name, people)
            .into_iter()
            .collect();
    }
    Ok(road)
}

/// Who carries to an outlet; a site is built and not carried. Else what is wrong with its credentials.
pub(in crate::desk) fn find_adapter(
    name: &str,
    outlet: &Outlet,
    means: &Means<'_>,
) -> Result<Option<Box<dyn OutletAdapter>>, SetupError> {
    if outlet.kind == OutletKind::Site {
        return Ok(None);
    }
    crate::publish::make_adapter(name, outlet, means.root, means.secrets)
}

/// To our own page or folder, which answers at once.
fn carry_parts(
    journal: &mut Journal,
    road: &mut Road<'_>,
    means: &mut Means<'_>,
) -> Result<(), DeskError> {
    let mut began = 0;
    for part in road.due.chunks(part_of(road.outlet)) {
        let (claimed, letters) = claim_part(journal, road, part, &[], means)?;
        if !claimed.is_empty() {
            let carried = match road.adapter {
                Some(adapter) => adapter.send_messages(&letters, &StopSign::default()),
                None => match (means.site)(journal, road.outlet) {
                    Ok(()) => vec![SendOutcome::There(None); letters.len()],
                    Err(e) => vec![SendOutcome::NotThere(e.0, None); letters.len()],
                },
            };
            journal.advance_clock((means.now)());
            let receipts = make_receipts(journal, road.outlet, &claimed, carried, &mut road.done);
            settle_part(journal, road, &receipts)?;
        }
        began += part.len();
        (means.progress)(road.name, began, road.due.len());
    }
    Ok(())
}
