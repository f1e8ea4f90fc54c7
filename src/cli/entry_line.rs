//! An entry of the record in one line for staff, in local time. It does not say whether the entry still counts.

use crate::cli::session::workspace_zone;
use crate::cli::times;
use crate::desk::Snapshot;
use crate::desk::core::describe::describe_payload;
use crate::domain::record::payload::EventPayload;

/// An entry of the record in one line for staff, in local time.
pub fn describe_entry(desk: &Snapshot, payload: &EventPayload) -> String {
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    times::with_local_times(&describe_payload(payload), now, zone)
}
