//! An incoming webhook of Slack or Mattermost: a text as JSON. It has no idempotency key, so a message whose fate is unknown
//! is never sent again.

use std::path::Path;

use quick_xml::escape::partial_escape;
use serde_json::json;

use crate::domain::config::outlet::Outlet;
use crate::publish::message::OutletMessage;
use crate::publish::network::http::{Http, outcome_of_request};
use crate::publish::outlet_adapter::{OutletAdapter, SendOutcome, SetupError};
use crate::publish::secret::Secret;

/// The longest text, in characters: Slack cuts what is longer, and a cut promise is another promise.
const LONGEST: usize = 40_000;

/// The adapter of a chat.
pub struct SlackAdapter {
    http: Http,
    url: String,
}

impl SlackAdapter {
    /// Builds the adapter. The address is a credential itself, and usually given as one.
    ///
    /// # Errors
    /// When there is no address.
    pub fn new(
        outlet: &Outlet,
        root: &Path,
        secret: Option<Secret>,
    ) -> Result<SlackAdapter, SetupError> {
        let url = match (&outlet.url, &secret) {
            (Some(url), _) => url.clone(),
            (None, Some(secret)) => secret.reveal().to_owned(),
            (None, None) => String::new(),
        };
        let is_here = ["http://127.0.0.1:", "http://localhost:"].iter().any(|p| {
            url.strip_prefix(p)
                .is_some_and(|r| r.starts_with(|c: char| c.is_ascii_digit()))
        }) && !url.contains('@');
        if !url.starts_with("https://") && !is_here {
            return Err(SetupError::new(
                "the address of the chat is no https:// address",
                "give it as the credential: secret: env:NAME",
            ));
        }
        Ok(SlackAdapter {
            http: Http::new(outlet, root)?,
            url,
        })
    }
}

impl OutletAdapter for SlackAdapter {
    fn send_message(&self, message: &OutletMessage) -> SendOutcome {
        // Slack and Mattermost read `&`, `<` and `>` as marks and show their escapes as the characters.
        let texts: Vec<_> = message
            .texts
            .iter()
            .map(|(_, t)| partial_escape(t.as_str()))
            .collect();
        let text = texts.join("\n\n");
        if text.chars().count() > LONGEST {
            return SendOutcome::Refused(format!(
                "the text is longer than the {LONGEST} characters that a chat takes"
            ));
        }
        // No formatting and no link previews, so that readers see only the text that passed the gate.
        let body =
            json!({ "text": text, "mrkdwn": false, "unfurl_links": false, "unfurl_media": false });
        let request = self
            .http
            .client()
            .post(&self.url)
            .header("content-type", "application/json")
            .body(body.to_string())
            .build();
        match request {
            Ok(request) => outcome_of_request(self.http.send_request(request), false),
            Err(_) => SendOutcome::Refused("the address makes no request".into()),
        }
    }
}
