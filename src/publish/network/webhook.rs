//! Posts JSON, signed as in the Standard Webhooks specification: an HMAC over an id, a time and the body. Reads nothing from the
//! answer but its status.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use minijinja::context;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, Url};
use serde::Serialize;
use sha2::Sha256;

use crate::domain::base::lang::Lang;
use crate::domain::base::time::to_rfc3339;
use crate::domain::config::outlet::Outlet;
use crate::publish::message::OutletMessage;
use crate::publish::network::http::{Http, outcome_of_request};
use crate::publish::network::template_bounds::{LONGEST_LINE, bounded_environment, render_bounded};
use crate::publish::outlet_adapter::{OutletAdapter, SendOutcome, SetupError, StopSign};
use crate::publish::secret::{Secret, Secrets};

/// The adapter of a signed webhook.
pub struct WebhookAdapter {
    http: Http,
    /// The address and the headers of every request; none when they are malformed.
    to: Option<(Url, HeaderMap)>,
    key: Vec<u8>,
    at_once: usize,
    now: Arc<dyn Fn() -> i64 + Sync + Send>,
}

impl WebhookAdapter {
    /// Builds the adapter; sends nothing yet.
    ///
    /// # Errors
    /// When the credential is missing or is no signing key.
    pub fn new(
        outlet: &Outlet,
        root: &Path,
        secret: Option<Secret>,
        secrets: &Secrets,
    ) -> Result<WebhookAdapter, SetupError> {
        let secret = secret.ok_or_else(|| {
            SetupError::new(
                "`secret` is missing",
                "a webhook is signed: secret: env:NAME",
            )
        })?;
        let text = secret.reveal();
        let key = STANDARD
            .decode(text.strip_prefix("whsec_").unwrap_or(text))
            .ok()
            .filter(|k| k.len() >= 16)
            .ok_or_else(|| {
                SetupError::new(
                    "the credential is no signing key",
                    "whsec_ and then base64 of 24 to 64 bytes, as both sides have it",
                )
            })?;
        let address = outlet.url.as_deref().and_then(|u| Url::parse(u).ok());
        let headers = make_headers(outlet, text)?;
        Ok(WebhookAdapter {
            http: Http::new(outlet, root)?,
            to: address.zip(headers),
            key,
            at_once: outlet.concurrency.unwrap_or(4),
            now: Arc::clone(&secrets.now),
        })
    }
}

/// The headers of every request; none when one of them is malformed.
fn make_headers(outlet: &Outlet, secret: &str) -> Result<Option<HeaderMap>, SetupError> {
    let mut all = HeaderMap::new();
    all.append("content-type", HeaderValue::from_static("application/json"));
    let mut env = bounded_environment();
    for (name, value) in &outlet.headers {
        let field = format!("headers.{name}");
        let value = render_bounded(&mut env, &field, value, context! { secret }, LONGEST_LINE)
            .map_err(|e| SetupError::new(e, "known: secret"))?;
        let header = HeaderName::try_from(name).ok();
        let Some((name, value)) = header.zip(HeaderValue::try_from(value).ok()) else {
            return Ok(None);
        };
        all.append(name, value);
    }
    Ok(Some(all))
}

/// Signs id, time and body; none when the key is unusable.
pub fn sign_body(key: &[u8], id: &str, timestamp: i64, body: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body.as_bytes());
    Some(format!(
        "v1,{}",
        STANDARD.encode(mac.finalize().into_bytes())
    ))
}

/// The JSON object of a request.
#[derive(Serialize)]
struct WebhookBody<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    key: &'a str,
    statement: u32,
    previous: Option<u32>,
    incidents: &'a [String],
    audience: &'a str,
    channel: &'a str,
    as_of: String,
    status: &'a str,
    impact: &'a str,
    next_update: Option<String>,
    titles: BTreeMap<&'static str, &'a str>,
    texts: BTreeMap<&'static str, &'a str>,
}

/// Writes the JSON object of a message.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn write_body(message: &OutletMessage) -> Result<String, serde_json::Error> {
    fn by_lang(all: &[(Lang, String)]) -> BTreeMap<&'static str, &str> {
        all.iter().map(|(l, t)| (l.tag(), t.as_str())).collect()
    }
    serde_json::to_string(&WebhookBody {
        kind: "statement.issued",
        timestamp: to_rfc3339(message.issued_at),
        data: Data {
            key: &message.key,
            statement: message.statement,
            previous: message.previous,
            incidents: &message.incidents,
            audience: &message.audience,
            channel: &message.channel,
            as_of: to_rfc3339(message.as_of),
            status: &message.status,
            impact: &message.impact,
            next_update: message.next_update.map(to_rfc3339),
            titles: by_lang(&message.titles),
            texts: by_lang(&message.texts),
        },
    })
}

impl WebhookAdapter {
    /// Builds the request of a message, and its webhook id.
    fn build_request(&self, message: &OutletMessage) -> Result<(String, Request), SendOutcome> {
        let unfit = || SendOutcome::Refused("`url` or `headers` make no request".into());
        let (id, now) = (format!("msg_{}", message.key), (self.now)());
        let body = write_body(message).map_err(|e| SendOutcome::Refused(e.to_string()))?;
        let signature = sign_body(&self.key, &id, now, &body)
            .ok_or_else(|| SendOutcome::Refused("the credential is no signing key".into()))?;
        let (url, headers) = self.to.clone().ok_or_else(unfit)?;
        let mut request = Request::new(Method::POST, url);
        *request.headers_mut() = headers;
        let own = [
            ("webhook-id", id.clone()),
            ("webhook-timestamp", now.to_string()),
            ("webhook-signature", signature),
            ("idempotency-key", message.key.clone()),
        ];
        for (name, value) in own {
            let value = HeaderValue::try_from(value).map_err(|_| unfit())?;
            request.headers_mut().append(name, value);
        }
        *request.body_mut() = Some(body.into());
        Ok((id, request))
    }
}

impl OutletAdapter for WebhookAdapter {
    fn send_message(&self, message: &OutletMessage) -> SendOutcome {
        match self
            .send_messages(std::slice::from_ref(message), &StopSign::default())
            .pop()
        {
            Some(carried) => carried,
            None => SendOutcome::Unclear("it was not carried to an end".into()),
        }
    }

    fn can_pipeline(&self) -> bool {
        true
    }

    fn send_messages(&self, messages: &[OutletMessage], stop: &StopSign) -> Vec<SendOutcome> {
        let mut ids = Vec::new();
        let requests = messages
            .iter()
            .filter_map(|message| match self.build_request(message) {
                Ok((id, request)) => {
                    ids.push(Ok(id));
                    Some(request)
                }
                Err(refused) => {
                    ids.push(Err(refused));
                    None
                }
            });
        let at_once = self.at_once.clamp(1, 32);
        let mut answers = self.http.send_all(requests, at_once, stop).into_iter();
        let end = |id: Result<String, SendOutcome>| match id {
            Err(refused) => refused,
            Ok(id) => match answers.next().map(|a| outcome_of_request(a, true)) {
                Some(SendOutcome::There(_)) => SendOutcome::There(Some(id)),
                Some(other) => other,
                None => SendOutcome::Unclear("it was not carried to an end".into()),
            },
        };
        ids.into_iter().map(end).collect()
    }
}
