//! The name of an incident. Knows nothing of what happened in it.

/// The identifier of an incident, such as `INC-1`.
pub type IncidentId = String;
