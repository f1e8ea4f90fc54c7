//! Sends finished texts to outlets and reports what became of them. Builds and changes no text (what is added around one,
//! such as addresses, headers or a JSON object, is the envelope) and does not know the record.

pub mod message;
pub mod outlet_adapter;
pub mod secret;
pub mod open_folder;
pub mod site_folder;
pub mod folder;
pub mod adapter_factory;

#[cfg(feature = "publish")]
mod network;
#[cfg(not(feature = "publish"))]
#[path = "no_network.rs"]
mod network;

/// The most requests that one message to Statuspage takes: one by identifier, the pages of the list, and the update.
pub const STATUSPAGE_REQUESTS: u32 = 7;

pub use adapter_factory::make_adapter;
pub use message::OutletMessage;
pub use outlet_adapter::{OutletAdapter, SendOutcome, SetupError, StopSign};
