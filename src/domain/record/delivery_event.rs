//! What happens to a statement's texts on their way to people. Sends nothing.

use crate::domain::base::time::At;
use crate::domain::record::parcel::{Parcel, Receipt};
use crate::domain::record::payload_group::payload_group;

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
