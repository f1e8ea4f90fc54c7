//! `saydo site`

use std::path::Path;

use crate::desk::Desk;
use crate::domain::outlet::Outlet;

/// Builds the site of an outlet.
///
/// # Errors
/// What is wrong.
pub fn at(_desk: &Desk, _outlet: &Outlet, _root: &Path) -> Result<(), String> {
    Err("not yet".into())
}
