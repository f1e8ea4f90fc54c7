//! Builds the adapter for each kind of outlet. Sends nothing: what an adapter does is in its own file.

use std::path::Path;

use crate::domain::config::outlet::{Outlet, OutletKind};
use crate::publish::outlet_adapter::{OutletAdapter, SetupError};
use crate::publish::secret::Secrets;
use crate::publish::{approved_template, folder, mail, slack, sms, statuspage, webhook};

/// Builds the adapter of an outlet; `root` is the workspace's folder. None for outlets to which nothing is sent: a site that
/// is built, and messages that a person delivers by hand.
///
/// # Errors
/// When a credential is missing or may be read by others, or a file of the outlet cannot be read.
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
    Ok(Some(match outlet.kind {
        OutletKind::Folder => Box::new(folder::FolderAdapter::new(outlet, root)),
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
        OutletKind::ByHand | OutletKind::Site => return Ok(None),
    }))
}
