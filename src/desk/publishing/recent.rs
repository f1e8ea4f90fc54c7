//! Whether a statement still counts for those whom it reaches. It does not ask whether it is true.

use chrono::Duration;

use crate::desk::Snapshot;
use crate::domain::state::incident::Issued;

/// Of an incident that is closed, a last statement is still sent for so long.
const AFTERWARDS: Duration = Duration::hours(24);

/// Its incidents go on, or ended a short time ago.
pub(crate) fn is_recent_statement(snapshot: &Snapshot, s: &Issued) -> bool {
    let open = |i: &String| snapshot.state.incidents.get(i).is_some_and(|i| i.is_open());
    s.statement.incidents.iter().any(open) || snapshot.clock.now - s.at < AFTERWARDS
}
