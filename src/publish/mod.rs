//! Sends finished texts to outlets and reports what became of them. Builds and changes no text (what is added around one,
//! such as addresses, headers or a JSON object, is the envelope) and does not know the record.

pub mod adapter_factory;
pub mod folder;
pub mod http;
pub mod mail;
pub mod message;
pub mod outlet_adapter;
pub mod secret;
pub mod site_folder;
pub mod slack;
pub mod sms;
pub mod statuspage;
pub mod approved_template;
pub mod webhook;

pub use adapter_factory::make_adapter;
pub use message::OutletMessage;
pub use outlet_adapter::{OutletAdapter, SendOutcome};
