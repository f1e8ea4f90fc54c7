//! In the place of `network` in a build without `publish`: nothing is sent over the network, and it says so.

use std::path::Path;

use crate::domain::config::outlet::Outlet;
use crate::publish::outlet_adapter::{OutletAdapter, SetupError};
use crate::publish::secret::{Secret, Secrets};

/// Refuses every outlet that is reached over the network.
///
/// # Errors
/// Always: that this build does not send.
pub fn make_network_adapter(
    _name: &str,
    _outlet: &Outlet,
    _root: &Path,
    _secret: Option<Secret>,
    _secrets: &Secrets,
) -> Result<Option<Box<dyn OutletAdapter>>, SetupError> {
    Err(SetupError::new(
        "this saydo was built without sending",
        "use one with the feature `publish`, or deliver the texts by hand",
    ))
}
