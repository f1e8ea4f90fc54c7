//! What sending a planned notice costs, and when its last reader gets it. Sends nothing.

use chrono::Duration;
use serde::Serialize;
use std::collections::BTreeMap;

use crate::desk::publishing::outlet_message::count_parts;
use crate::desk::{DeskError, Snapshot};
use crate::domain::base::time::At;
use crate::domain::record::delivery_event::NoticeCell;
use crate::domain::record::parcel::Parcel;

/// What one outlet has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutletLoad {
    pub outlet: String,
    pub messages: u64,
    /// SMS parts, or messages.
    pub parts: u64,
    /// The price of all parts; none where the outlet states none.
    pub cost: Option<String>,
    /// How long it takes at the rate that the outlet states, in seconds.
    pub seconds: u64,
    /// When the last reader gets it, UTC.
    pub ends: At,
    /// The first next update that a text of it promises for an earlier moment: by then it says less than is known.
    pub outlived: Option<At>,
}

/// What each outlet has to do, from now on.
///
/// # Errors
/// When a text cannot be read.
pub fn estimate_loads(
    snapshot: &Snapshot,
    cells: &[NoticeCell],
) -> Result<Vec<OutletLoad>, DeskError> {
    let mut loads: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for cell in cells {
        let outlet = snapshot.find_outlet(&cell.outlet)?;
        let parcel = Parcel {
            key: String::new(),
            statement: cell.statement,
            channel: cell.channel.clone(),
            lang: Some(cell.lang),
            to: None,
        };
        let parts = count_parts(snapshot, outlet, &parcel)?;
        let parts = u64::try_from(parts).unwrap_or(u64::MAX);
        let load = loads.entry(&cell.outlet).or_default();
        load.0 = load.0.saturating_add(cell.messages);
        load.1 = load.1.saturating_add(parts.saturating_mul(cell.messages));
    }
    let mut all = Vec::new();
    for (name, (messages, parts)) in loads {
        let outlet = snapshot.find_outlet(name)?;
        let cost = outlet.price_of(parts);
        let rate = u64::from(outlet.rate.unwrap_or(1).max(1));
        let seconds = messages.div_ceil(rate);
        let length = Duration::try_seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
        let ends = length.and_then(|l| snapshot.clock.now.checked_add_signed(l));
        let ends = ends.unwrap_or(snapshot.clock.now);
        let own = cells.iter().filter(|c| c.outlet == name);
        let updates = own.filter_map(|c| {
            let issued = snapshot.state.find_statement(c.statement)?;
            issued.statement.next_update()
        });
        all.push(OutletLoad {
            outlet: name.to_owned(),
            messages,
            parts,
            cost,
            seconds,
            ends,
            outlived: updates.filter(|due| *due < ends).min(),
        });
    }
    Ok(all)
}
