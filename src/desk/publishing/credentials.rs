//! Credentials of outlets, and what stands in the way of sending at all. It sends nothing.

use std::path::Path;

use crate::desk::publishing::plan::Plan;
use crate::desk::{DeskError, Snapshot};
use crate::publish::make_adapter;
pub use crate::publish::secret::Secrets;

/// What stands in the way of sending, outlet by outlet: a credential that is missing, an address that is none.
///
/// # Errors
/// When an outlet does not exist.
pub fn find_hindrances(
    snapshot: &Snapshot,
    plans: &[Plan],
    root: &Path,
    secrets: &Secrets,
) -> Result<Vec<String>, DeskError> {
    let mut found = Vec::new();
    for plan in plans {
        if let Err(e) = make_adapter(
            &plan.outlet,
            snapshot.find_outlet(&plan.outlet)?,
            root,
            secrets,
        ) {
            found.push(format!("{}: {e}", plan.outlet));
        }
    }
    Ok(found)
}
