//! What people report about links, regions and services. Works out no state of a link from it.

use serde::{Deserialize, Serialize};

use crate::domain::base::decimal::Share;
use crate::domain::base::link::{LinkId, LinkState, Source, Work};
use crate::domain::base::time::{At, Moment, Window};
use crate::domain::record::payload_group::payload_group;

payload_group! {
    /// Payloads about the state of links.
    pub enum LinkEvent {
        /// Somebody reported on one link.
        LinkReported(LinkReported),
        /// Somebody confirmed that earlier reports still hold.
        Reconfirmed {
            /// The links whose reports still hold.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            links: Vec<LinkId>,
            /// The names of noted facts of the incident that still hold.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            facts: Vec<String>,
            source: Source,
            /// When they said so, UTC.
            said_at: At,
        },
    }
}

/// A report about one link, region or service. A field that is none leaves what was reported before as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkReported {
    /// The link, region or service that it is about.
    pub link: LinkId,
    /// Whether it is up, degraded or down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<LinkState>,
    /// The share of capacity left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity_left: Option<Share>,
    /// The stage of the repair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Work>,
    /// The kind of fault, a free word of the trade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// The cause, a key of `causes:` in `saydo.yaml`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// True when the cause is confirmed, false while it is only suspected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confirmed: bool,
    /// When the repair is planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// The state that is expected while the repair goes on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub during: Option<LinkState>,
    /// True when an earlier window no longer holds and there is no new one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub window_withdrawn: bool,
    /// Why the window moved, a key of the catalogue `reasons`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Since when the link has had this state, when that is not `said_at`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Moment>,
    pub source: Source,
    /// When they reported it, UTC.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub said_at: At,
    /// A note for staff, never told to customers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl LinkReported {
    /// A report that says nothing but that somebody spoke.
    pub fn nothing_new(link: &str, source: &Source, said_at: At) -> Self {
        LinkReported {
            link: link.to_owned(),
            state: None,
            capacity_left: None::<Share>,
            work: None,
            fault: None,
            cause: None,
            confirmed: false,
            window: None,
            during: None,
            window_withdrawn: false,
            reason: None,
            since: None,
            source: source.clone(),
            said_at,
            note: None,
        }
    }
}
