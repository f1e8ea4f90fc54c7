//! Looking back on an incident: what was so, what was said, what was promised. Judges nothing anew.

pub mod incident_review;
