//! An SMS gateway over HTTP: a template describes its requests, and it may report a result for each number. Counts no parts and
//! picks no recipients.

use std::collections::BTreeMap;
use std::path::Path;

use minijinja::{AutoEscape, Environment, context};
use reqwest::Method;
use serde_json::Value as Json;

use crate::domain::config::outlet::{Outlet, Results};
use crate::domain::delivery::key::as_counted;
use crate::publish::message::OutletMessage;
use crate::publish::network::http::{
    Answer, Http, lost_means, outcome_of_request, outcome_of_status,
};
use crate::publish::network::template_bounds::{
    LONGEST_BODY, LONGEST_LINE, bounded_environment, render_bounded,
};
use crate::publish::outlet_adapter::{
    OutletAdapter, SendOutcome, SetupError, StopSign, send_in_turn,
};
use crate::publish::secret::Secret;

/// A request as the templates of an outlet describe it.
pub struct RequestTemplate {
    http: Http,
    method: Method,
    url: String,
    headers: BTreeMap<String, String>,
    body: String,
    secret: String,
    is_json: bool,
    is_form: bool,
}

impl RequestTemplate {
    /// Reads the templates of an outlet and tries the body once.
    ///
    /// # Errors
    /// When the method or a template is malformed.
    pub fn new(
        outlet: &Outlet,
        root: &Path,
        secret: Option<Secret>,
    ) -> Result<RequestTemplate, SetupError> {
        let method = outlet.method.as_deref().unwrap_or("POST");
        let body = outlet.body.clone().unwrap_or_default();
        let kind = outlet
            .headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case("content-type"))
            .map_or(String::new(), |(_, v)| v.to_ascii_lowercase());
        let is_form = kind.contains("form-urlencoded");
        let envelope = RequestTemplate {
            http: Http::new(outlet, root)?,
            method: Method::from_bytes(method.as_bytes()).map_err(|_| {
                SetupError::new(format!("`method`: there is no {method}"), "POST, GET, PUT")
            })?,
            url: outlet.url.clone().unwrap_or_default(),
            headers: outlet.headers.clone(),
            is_json: !is_form
                && (kind.contains("json") || body.trim_start().starts_with(['{', '['])),
            is_form,
            body,
            secret: secret.map(|s| s.reveal().to_owned()).unwrap_or_default(),
        };
        let mut env = envelope.make_environment();
        for (field, text) in [("body", &envelope.body), ("url", &envelope.url)] {
            env.add_template_owned(field, text.clone())
                .map_err(|e| SetupError::new(format!("`{field}` is no template: {e}"), ""))?;
        }
        envelope.try_body()?;
        Ok(envelope)
    }

    /// Renders a JSON body with values that would break a wrong template, so that mistakes show before the first incident.
    fn try_body(&self) -> Result<(), SetupError> {
        if !self.is_json {
            return Ok(());
        }
        let hard = "a \"b\" \\ \n";
        let values = serde_json::json!({
            "text": hard, "number": hard, "numbers": [hard], "messages": [{ "number": hard, "key": hard }],
            "key": hard, "lang": "vi", "statement": 1, "template": hard, "parameters": { "a": hard },
        });
        let written = self
            .render_template("body", &self.body, &values)
            .map_err(|e| SetupError::new(e, "known: text, number, numbers, messages, key, lang, statement, secret; of a messenger template, parameters"))?;
        match serde_json::from_str::<Json>(&written) {
            Ok(_) => Ok(()),
            Err(e) => Err(SetupError::new(
                format!("`body` gives no JSON: {e}"),
                "values are written as JSON, with their quotes: { \"to\": {{ number }}, \"text\": {{ text }} }",
            )),
        }
    }

    fn make_environment(&self) -> Environment<'static> {
        let mut env = bounded_environment();
        let (json, form) = (self.is_json, self.is_form);
        // Every value is escaped for its place: percent-encoded in addresses and forms, as JSON in JSON.
        env.set_auto_escape_callback(move |name| match name {
            "url" => AutoEscape::Custom("url".into()),
            "body" if form => AutoEscape::Custom("url".into()),
            "body" if json => AutoEscape::Custom("json".into()),
            _ => AutoEscape::None,
        });
        env.set_formatter(|out, state, value| {
            let text = match state.auto_escape() {
                AutoEscape::Custom(kind) if kind == "url" => percent_encode(&value.to_string()),
                AutoEscape::Custom(_) => serde_json::to_string(value).unwrap_or_default(),
                _ => value.to_string(),
            };
            out.write_str(&text).map_err(minijinja::Error::from)
        });
        env
    }

    fn render_template(&self, name: &str, text: &str, values: &Json) -> Result<String, String> {
        let most = match name {
            "body" => LONGEST_BODY,
            _ => LONGEST_LINE,
        };
        let values = minijinja::value::Value::from(minijinja::value::Serde(values));
        let values = context! { secret => self.secret.clone(), ..values };
        render_bounded(&mut self.make_environment(), name, text, values, most)
    }

    /// Builds the request and sends it.
    ///
    /// # Errors
    /// The outcome, when no answer came or no request can be built.
    pub fn send_request(&self, values: &Json, is_once: bool) -> Result<Answer, SendOutcome> {
        let make = || -> Result<reqwest::Request, String> {
            let url = self.render_template("url", &self.url, values)?;
            let mut request = self.http.client().request(self.method.clone(), url);
            if self.is_json
                && !self
                    .headers
                    .keys()
                    .any(|k| k.eq_ignore_ascii_case("content-type"))
            {
                request = request.header("content-type", "application/json");
            }
            for (name, value) in &self.headers {
                request = request.header(name, self.render_template("header", value, values)?);
            }
            if self.method != Method::GET {
                request = request.body(self.render_template("body", &self.body, values)?);
            }
            request
                .build()
                .map_err(|_| "`url`, `headers` and `body` make no request".to_owned())
        };
        let request = make().map_err(SendOutcome::Refused)?;
        let answer = self
            .http
            .send_request(request)
            .map_err(|l| lost_means(l, is_once))?;
        match outcome_of_status(&answer, is_once) {
            SendOutcome::There(_) => Ok(answer),
            other => Err(other),
        }
    }
}

/// Percent-encodes a value for addresses and forms.
fn percent_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for b in text.bytes() {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(b))
            }
            _ => out.push_str(&format!("%{b:02X}")),
        }
    }
    out
}

/// The adapter of an SMS gateway.
pub struct SmsAdapter {
    envelope: RequestTemplate,
    batch: usize,
    results: Option<Results>,
    forbidden: String,
    is_once: bool,
}

impl SmsAdapter {
    /// Builds the adapter; sends nothing yet.
    ///
    /// # Errors
    /// When a template is malformed.
    pub fn new(
        outlet: &Outlet,
        root: &Path,
        secret: Option<Secret>,
    ) -> Result<SmsAdapter, SetupError> {
        Ok(SmsAdapter {
            envelope: RequestTemplate::new(outlet, root, secret)?,
            batch: outlet.batch.unwrap_or(1).max(1),
            results: outlet.results.clone(),
            forbidden: outlet.forbidden.clone(),
            is_once: outlet.honours_key,
        })
    }

    /// Messages that go in one request each: recipients of the same text.
    fn split_batches<'a>(&self, messages: &'a [OutletMessage]) -> Vec<Vec<&'a OutletMessage>> {
        let mut batches: Vec<Vec<&OutletMessage>> = Vec::new();
        for message in messages {
            match batches.last_mut() {
                Some(batch)
                    if batch.len() < self.batch
                        && batch[0].texts == message.texts
                        && batch[0].statement == message.statement =>
                {
                    batch.push(message);
                }
                _ => batches.push(vec![message]),
            }
        }
        batches
    }

    /// Sends one request for recipients of the same text.
    fn send_batch(&self, messages: &[&OutletMessage]) -> Vec<SendOutcome> {
        let all = |c: SendOutcome| vec![c; messages.len()];
        let Some(first) = messages.first() else {
            return Vec::new();
        };
        let texts: Vec<&str> = first.texts.iter().map(|(_, t)| t.as_str()).collect();
        let text = texts.join("\n");
        if let Some(c) = self.forbidden.chars().find(|c| text.contains(*c)) {
            return all(SendOutcome::Refused(format!(
                "the gateway does not take '{c}'"
            )));
        }
        let numbers: Vec<&str> = messages.iter().filter_map(|l| l.to.as_deref()).collect();
        let parts: Vec<Json> = messages
            .iter()
            .map(|l| serde_json::json!({ "number": l.to, "key": l.key }))
            .collect();
        let values = serde_json::json!({
            "text": text,
            "number": numbers.first(),
            "numbers": numbers,
            "messages": parts,
            "key": first.key,
            "lang": first.texts.first().map(|(l, _)| l.tag()),
            "statement": first.statement,
        });
        let answer = match self.envelope.send_request(&values, self.is_once) {
            Ok(answer) => answer,
            Err(why) => return all(why),
        };
        match &self.results {
            None => all(SendOutcome::There(None)),
            Some(results) => outcome_per_number(results, &answer, messages),
        }
    }
}

/// The outcome for each number. When the answer does not name a number, its outcome is unclear.
fn outcome_per_number(
    results: &Results,
    answer: &Answer,
    messages: &[&OutletMessage],
) -> Vec<SendOutcome> {
    let body: Json = serde_json::from_str(&answer.body).unwrap_or(Json::Null);
    let list = body.pointer(&results.list).and_then(Json::as_array);
    let plain = |v: &Json| match v {
        Json::String(s) => Some(s.clone()),
        Json::Number(n) => Some(n.to_string()),
        Json::Bool(b) => Some(b.to_string()),
        _ => None,
    };
    messages
        .iter()
        .map(|l| {
            let to = l.to.as_deref().unwrap_or_default();
            let is_ours =
                |e: &&Json| plain(&e[&results.number]).is_some_and(|n| is_same_number(&n, to));
            let Some(entry) = list.and_then(|all| all.iter().find(is_ours)) else {
                return SendOutcome::Unclear(
                    "the gateway's answer does not name this number".into(),
                );
            };
            let status = plain(&entry[&results.status]).unwrap_or_default();
            if results.accepted.contains(&status) {
                let reference = results.reference.as_ref().and_then(|f| plain(&entry[f]));
                return SendOutcome::There(reference);
            }
            SendOutcome::Refused(format!(
                "the gateway says{}",
                crate::publish::network::http::shorten_answer(&format!("status {status}"))
            ))
        })
        .collect()
}

/// True when two spellings are the same number.
fn is_same_number(a: &str, b: &str) -> bool {
    let counted = as_counted(a);
    a == b || (!counted.is_empty() && counted == as_counted(b))
}

impl OutletAdapter for SmsAdapter {
    fn send_message(&self, message: &OutletMessage) -> SendOutcome {
        let mut one = self.send_batch(&[message]);
        one.pop()
            .unwrap_or(SendOutcome::Unclear("no answer".into()))
    }

    fn send_messages(&self, messages: &[OutletMessage], stop: &StopSign) -> Vec<SendOutcome> {
        send_in_turn(self.split_batches(messages), Vec::len, stop, |batch| {
            self.send_batch(&batch)
        })
    }
}

/// The outcome for outlets whose answer has no details.
pub(crate) fn outcome_of_send(sent: Result<Answer, SendOutcome>) -> SendOutcome {
    match sent {
        Ok(answer) => outcome_of_request(Ok(answer), true),
        Err(why) => why,
    }
}
