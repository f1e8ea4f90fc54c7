//! Notices that were planned for the customers, by the record, and how far each was sent. Knows no person.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::base::time::At;
use crate::domain::record::balance_sheet::BalanceSheet;
use crate::domain::record::delivery_event::{DeliveryEvent, NoticeCell};
use crate::domain::record::event::Event;
use crate::domain::record::parcel::Outcome;

/// A notice that was planned for the customers, and how far it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedNotice {
    pub plan: u32,
    /// When it was planned, UTC.
    pub at: At,
    pub by: String,
    /// The digest of the file with the customers.
    pub base: String,
    pub sheet: BalanceSheet,
    pub cells: Vec<NoticeCell>,
    pub root: String,
    /// How many messages ended how, when that was last noted.
    pub outcomes: BTreeMap<Outcome, u64>,
    /// How many had not left then.
    pub waiting: u64,
}

/// Takes in a plan, or how far one was sent; any other payload is passed over.
pub fn take_in(all: &mut Vec<PlannedNotice>, event: &Event, payload: &DeliveryEvent) {
    match payload {
        DeliveryEvent::NoticePlanned {
            plan,
            base,
            sheet,
            cells,
            root,
        } => all.push(PlannedNotice {
            plan: *plan,
            at: event.at,
            by: event.by.clone(),
            base: base.clone(),
            sheet: sheet.clone(),
            cells: cells.clone(),
            root: root.clone(),
            outcomes: BTreeMap::new(),
            waiting: cells.iter().map(|c| c.messages).sum(),
        }),
        DeliveryEvent::NoticeSent {
            plan,
            outcomes,
            waiting,
            ..
        } => {
            let planned = all.iter_mut().find(|n| n.plan == *plan);
            if let Some(notice) = planned {
                notice.outcomes.clone_from(outcomes);
                notice.waiting = *waiting;
            }
        }
        _ => {}
    }
}
