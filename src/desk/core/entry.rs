//! What a decision appends. It is neither signed nor numbered yet.

use crate::domain::base::incident::IncidentId;
use crate::domain::record::payload::EventPayload;

/// A payload with the incident that it belongs to.
pub type Entry = (Option<IncidentId>, EventPayload);
