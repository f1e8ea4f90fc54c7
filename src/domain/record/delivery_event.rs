//! What happens to a statement's texts on their way to people. Sends nothing.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;
use crate::domain::record::balance_sheet::BalanceSheet;
use crate::domain::record::parcel::{Outcome, Parcel, Receipt};
use crate::domain::record::payload_group::payload_group;

/// One text of a planned notice: the same bytes for everybody who gets it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeCell {
    /// The number of the statement.
    pub statement: u32,
    /// The name of the outlet.
    pub outlet: String,
    /// The name of the channel.
    pub channel: String,
    pub lang: Lang,
    /// How many messages that is.
    pub messages: u64,
}

payload_group! {
    /// Payloads about deliveries. They fit the record whatever came before.
    pub enum DeliveryEvent {
        /// Somebody is about to deliver these texts, and nobody else may for a while.
        DeliveryClaimed {
            /// The name of the outlet.
            outlet: String,
            /// When the claim ends, UTC.
            until: At,
            /// The texts that are claimed: at most a hundred.
            parcels: Vec<Parcel>,
        },
        /// The outlet accepted or refused these texts.
        DeliverySettled {
            /// The name of the outlet.
            outlet: String,
            /// One receipt per text: at most a hundred.
            receipts: Vec<Receipt>,
        },
        /// Texts of a statement that have not yet left for an outlet are not sent any more.
        DeliveryStopped {
            /// The name of the outlet.
            outlet: String,
            /// The number of the statement.
            statement: u32,
            /// The reason that was given.
            because: String,
        },
        /// Nothing leaves for any outlet until it is lifted.
        SendingHalted {
            /// The reason that was given.
            because: String,
        },
        /// Texts may leave again.
        SendingResumed {
            /// The reason that was given.
            because: String,
        },
        /// Who of the customers gets which text was worked out, and everybody else has a place too.
        NoticePlanned {
            /// The number of the plan, counted from 1.
            plan: u32,
            /// The digest of the file with the customers.
            base: String,
            /// Every person of it, by place.
            sheet: BalanceSheet,
            /// The texts, each with how many messages carry it.
            cells: Vec<NoticeCell>,
            /// The digest of who gets what: the root over the digests of all parts.
            root: String,
        },
        /// So far a planned notice was sent.
        NoticeSent {
            /// The number of the plan.
            plan: u32,
            /// How many messages ended how, of all that were planned.
            outcomes: BTreeMap<Outcome, u64>,
            /// How many have not left.
            waiting: u64,
            /// The digest of the ledgers beside the record that say so message by message.
            ledger: String,
        },
        /// Somebody was told by hand.
        Told {
            /// The number of the statement.
            statement: u32,
            /// The outlet that lists those who were told, if one does.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            outlet: Option<String>,
            /// The texts of that outlet that need not be sent any more.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            parcels: Vec<Parcel>,
            /// The person or group that was told.
            whom: String,
            /// By what means: phone, post, letter.
            means: String,
            /// How many people that is, when it is a group.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            of: Option<u32>,
            /// What they answered, for staff.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            note: Option<String>,
        },
    }
}
