//! JSON to an address, signed as in the Standard Webhooks specification: an id, a time, and an HMAC over both and the body.

use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Request;
use serde_json::json;
use sha2::Sha256;

use crate::domain::outlet::Outlet;
use crate::domain::time::rfc3339;
use crate::publish::http::{Http, carried};
use crate::publish::secret::{Secret, Secrets};
use crate::publish::{Carried, Courier, Hindered, Letter};

/// A signed webhook.
pub struct Webhook {
    http: Http,
    url: String,
    headers: Vec<(String, String)>,
    key: Vec<u8>,
    at_once: usize,
    now: Arc<dyn Fn() -> i64 + Sync + Send>,
}

impl Webhook {
    /// The webhook of an outlet.
    ///
    /// # Errors
    /// When the credential is missing or is no key.
    pub fn new(
        outlet: &Outlet,
        root: &Path,
        secret: Option<Secret>,
        secrets: &Secrets,
    ) -> Result<Webhook, Hindered> {
        let secret = secret.ok_or_else(|| {
            Hindered::new(
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
                Hindered::new(
                    "the credential is no signing key",
                    "whsec_ and then base64 of 24 to 64 bytes, as both sides have it",
                )
            })?;
        let headers = outlet
            .headers
            .iter()
            .map(|(n, v)| (n.clone(), v.replace("{{ secret }}", text)))
            .collect();
        Ok(Webhook {
            http: Http::new(outlet, root)?,
            url: outlet.url.clone().unwrap_or_default(),
            headers,
            key,
            at_once: outlet.at_once.unwrap_or(4),
            now: Arc::clone(&secrets.now),
        })
    }
}

/// The signature over id, time and body.
pub fn signature(key: &[u8], id: &str, timestamp: i64, body: &str) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    Some(format!(
        "v1,{}",
        STANDARD.encode(mac.finalize().into_bytes())
    ))
}

/// The object that is sent.
pub fn body(letter: &Letter) -> String {
    let by_lang = |all: &[(crate::domain::lang::Lang, String)]| {
        let pairs = all.iter().map(|(l, t)| (l.tag().to_owned(), json!(t)));
        serde_json::Value::Object(pairs.collect())
    };
    json!({
        "type": "statement.issued",
        "timestamp": rfc3339(letter.issued_at),
        "data": {
            "key": letter.key,
            "statement": letter.statement,
            "previous": letter.previous,
            "incidents": letter.incidents,
            "audience": letter.audience,
            "channel": letter.channel,
            "as_of": rfc3339(letter.as_of),
            "status": letter.status,
            "impact": letter.impact,
            "next_update": letter.next_update.map(rfc3339),
            "titles": by_lang(&letter.titles),
            "texts": by_lang(&letter.texts),
        }
    })
    .to_string()
}

impl Webhook {
    /// The request of a letter, and the id under which it goes.
    fn request(&self, letter: &Letter) -> Result<(String, Request), Carried> {
        let (id, body, now) = (format!("msg_{}", letter.key), body(letter), (self.now)());
        let signature = signature(&self.key, &id, now, &body)
            .ok_or_else(|| Carried::Refused("the credential is no signing key".into()))?;
        let mut request = self
            .http
            .client()
            .post(&self.url)
            .header("content-type", "application/json")
            .header("webhook-id", &id)
            .header("webhook-timestamp", now.to_string())
            .header("webhook-signature", signature)
            .header("idempotency-key", &letter.key);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let made = request.body(body).build();
        let made =
            made.map_err(|_| Carried::Refused("`url` or `headers` make no request".into()))?;
        Ok((id, made))
    }
}

impl Courier for Webhook {
    fn carry(&self, letter: &Letter) -> Carried {
        match self.carry_all(std::slice::from_ref(letter)).pop() {
            Some(carried) => carried,
            None => Carried::Unclear("it was not carried to an end".into()),
        }
    }

    fn goes_ahead(&self) -> bool {
        true
    }

    fn carry_all(&self, letters: &[Letter]) -> Vec<Carried> {
        let mut ids = Vec::new();
        let requests = letters
            .iter()
            .filter_map(|letter| match self.request(letter) {
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
        let mut answers = self.http.send_all(requests, at_once).into_iter();
        let end = |id: Result<String, Carried>| match id {
            Err(refused) => refused,
            Ok(id) => match answers.next().map(|a| carried(a, true)) {
                Some(Carried::There(_)) => Carried::There(Some(id)),
                Some(other) => other,
                None => Carried::Unclear("it was not carried to an end".into()),
            },
        };
        ids.into_iter().map(end).collect()
    }
}
