//! What one delivery carries: the texts that passed the gate and the data that an envelope needs. Sends nothing and builds no
//! text.

use serde::Serialize;

use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;

/// One text for one outlet, with the data that its envelope may need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutletMessage {
    /// The delivery key: the same in the record, in the request and at the outlet.
    pub key: String,
    /// The number of the statement.
    pub statement: u32,
    /// The number of the statement before it on the same incidents; none for the first.
    pub previous: Option<u32>,
    /// The identifiers of the incidents that this message updates at the outlet.
    pub incidents: Vec<String>,
    /// The text is about other incidents too; those get it in messages of their own.
    pub is_shared: bool,
    /// The audience, by its name in the workspace file.
    pub audience: String,
    /// The channel, by its name in the workspace file.
    pub channel: String,
    /// The exact texts that passed the gate; several when all languages go into one message.
    pub texts: Vec<(Lang, String)>,
    /// The title in each language.
    pub titles: Vec<(Lang, String)>,
    /// The number or address of the recipient, for an outlet with a list of people.
    pub to: Option<String>,
    /// The hash that stands for the recipient in the record.
    pub person: Option<String>,
    /// The moment that the text describes, UTC.
    pub as_of: At,
    /// When the statement was issued, UTC.
    pub issued_at: At,
    /// The status in the words of status pages: `investigating`, `identified`, `monitoring`, `resolved`; for planned work
    /// `scheduled`, `in_progress`, `completed`.
    pub status: String,
    /// `none`, `minor`, `major`, `critical` or `maintenance`.
    pub impact: String,
    /// The start and end of planned work, UTC.
    pub planned: Option<(At, At)>,
    /// When the next update was promised, UTC.
    pub next_update: Option<At>,
    /// The delivery keys of earlier messages on the same incidents, the oldest first.
    pub thread: Vec<String>,
    /// The outlet's identifier of the incident, once an earlier message got one.
    pub reference: Option<String>,
    /// Components at the outlet and the state that each gets.
    pub components: Vec<(String, String)>,
    /// The components at the outlet that the incident affects.
    pub touched: Vec<String>,
    /// The hash that names the record: incidents of two records may have the same identifier.
    pub record: String,
}
