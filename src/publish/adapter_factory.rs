//! Builds the adapter for each kind of outlet. Sends nothing: what an adapter does is in its own file.

use std::path::Path;

use crate::domain::config::outlet::{Outlet, OutletKind};
use crate::publish::folder::FolderAdapter;
use crate::publish::network::make_network_adapter;
use crate::publish::outlet_adapter::{OutletAdapter, SetupError};
use crate::publish::secret::Secrets;

/// Builds the adapter of an outlet; `root` is the workspace's folder. None for outlets to which nothing is sent: a site that
/// is built, and messages that a person delivers by hand.
///
/// # Errors
/// When a credential is missing or may be read by others, a file of the outlet cannot be read, or this build does not send.
pub fn make_adapter(
    name: &str,
    outlet: &Outlet,
    root: &Path,
    secrets: &Secrets,
) -> Result<Option<Box<dyn OutletAdapter>>, SetupError> {
    let secret = match &outlet.secret {
        Some(reference) => Some(secrets.find_secret(reference, root)?),
        None => None,
    };
    match outlet.kind {
        OutletKind::Folder => Ok(Some(Box::new(FolderAdapter::new(outlet, root)))),
        OutletKind::ByHand | OutletKind::Site => Ok(None),
        _ => make_network_adapter(name, outlet, root, secret, secrets),
    }
}
