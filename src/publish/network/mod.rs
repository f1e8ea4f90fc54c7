//! The adapters that send over the network, and who builds them. What goes out is not decided here.

mod http;
mod mail;
mod mail_server;
mod metered_stream;
mod own_runtime;
mod template_bounds;
mod slack;
mod sms;
mod statuspage;
mod approved_template;
mod webhook;

use std::path::Path;

use crate::domain::config::outlet::{Outlet, OutletKind};
use crate::publish::outlet_adapter::{OutletAdapter, SetupError};
use crate::publish::secret::{Secret, Secrets};

/// Builds the adapter of an outlet; none for one that is not reached over the network.
///
/// # Errors
/// When a credential is missing, or a file of the outlet cannot be read.
pub fn make_network_adapter(
    name: &str,
    outlet: &Outlet,
    root: &Path,
    secret: Option<Secret>,
    secrets: &Secrets,
) -> Result<Option<Box<dyn OutletAdapter>>, SetupError> {
    Ok(Some(match outlet.kind {
        OutletKind::Webhook => {
            Box::new(webhook::WebhookAdapter::new(outlet, root, secret, secrets)?)
        }
        OutletKind::Slack => Box::new(slack::SlackAdapter::new(outlet, root, secret)?),
        OutletKind::Statuspage => Box::new(statuspage::StatuspageAdapter::new(
            name, outlet, root, secret,
        )?),
        OutletKind::Smtp => Box::new(mail::MailAdapter::new(outlet, root, secret)?),
        OutletKind::HttpSms => Box::new(sms::SmsAdapter::new(outlet, root, secret)?),
        OutletKind::HttpTemplate => Box::new(approved_template::TemplateAdapter::new(
            outlet, root, secret,
        )?),
        OutletKind::Folder | OutletKind::ByHand | OutletKind::Site => return Ok(None),
    }))
}
