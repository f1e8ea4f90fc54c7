//! A page at Statuspage, by version 1 of its API: one incident over its life, and the states of components. The incident there
//! carries our delivery keys, so nothing is posted twice. Does not decide what a status or a state is.

use std::path::Path;

use reqwest::Method;
use serde_json::{Value as Json, json};

use crate::domain::base::time::{At, to_rfc3339};
use crate::domain::config::outlet::Outlet;
use crate::publish::message::OutletMessage;
use crate::publish::network::http::{Answer, Http, RequestError, lost_means, outcome_of_status};
use crate::publish::outlet_adapter::{OutletAdapter, SendOutcome, SetupError};
use crate::publish::secret::Secret;

/// The address of the API.
const API: &str = "https://api.statuspage.io/v1";

/// The longest name of an incident, and the longest text of an update, in characters.
const NAME: usize = 255;
const BODY: usize = 25_000;

/// How many pages of the list of incidents are searched, a hundred incidents on each.
const PAGES: usize = 5;

/// The adapter of a page at Statuspage.
pub struct StatuspageAdapter {
    http: Http,
    base: String,
    token: Secret,
    outlet: String,
}

impl StatuspageAdapter {
    /// Builds the adapter; asks nothing yet.
    ///
    /// # Errors
    /// When the credential is missing.
    pub fn new(
        name: &str,
        outlet: &Outlet,
        root: &Path,
        secret: Option<Secret>,
    ) -> Result<StatuspageAdapter, SetupError> {
        let token = secret.ok_or_else(|| {
            SetupError::new("`secret` is missing", "the API key: secret: env:NAME")
        })?;
        let api = outlet.url.as_deref().unwrap_or(API).trim_end_matches('/');
        Ok(StatuspageAdapter {
            http: Http::new(outlet, root)?,
            base: format!("{api}/pages/{}", outlet.page.as_deref().unwrap_or_default()),
            token,
            outlet: name.to_owned(),
        })
    }

    fn request_json(
        &self,
        method: Method,
        path: &str,
        body: Option<&Json>,
    ) -> Result<Json, SendOutcome> {
        let gone = || SendOutcome::Refused("it answered 404".into());
        self.ask_for(method, path, body)?.ok_or_else(gone)
    }

    /// Sends a request; none when a GET finds nothing.
    fn ask_for(
        &self,
        method: Method,
        path: &str,
        body: Option<&Json>,
    ) -> Result<Option<Json>, SendOutcome> {
        let is_question = method == Method::GET;
        let mut request = self
            .http
            .client()
            .request(method, format!("{}{path}", self.base))
            .header("authorization", format!("OAuth {}", self.token.reveal()));
        if let Some(body) = body {
            request = request
                .header("content-type", "application/json")
                .body(body.to_string());
        }
        let request = request
            .build()
            .map_err(|_| SendOutcome::Refused("`url` or `page` make no request".into()))?;
        let answer = self
            .http
            .send_request(request)
            .map_err(|l: RequestError| lost_means(l, true))?;
        match outcome_of_status(&answer, true) {
            SendOutcome::There(_) => read_json(&answer).map(Some),
            _ if answer.status == 404 && is_question => Ok(None),
            other => Err(other),
        }
    }

    /// The mark by which our incident is found there.
    fn incident_mark(&self, message: &OutletMessage) -> String {
        let record = message.record.get(..12).unwrap_or(&message.record);
        format!("{record}:{}:{}", self.outlet, message.incidents.join("+"))
    }

    /// Finds our incident there: by its identifier, else by our mark.
    fn find_incident(&self, message: &OutletMessage) -> Result<Option<Json>, SendOutcome> {
        // An incident that a person deleted there is searched by our mark, and else created again.
        if let Some(id) = &message.reference
            && let Some(found) = self.ask_for(Method::GET, &format!("/incidents/{id}"), None)?
        {
            return Ok(Some(found));
        }
        let mark = self.incident_mark(message);
        for page in 1..=PAGES {
            let listed = self.request_json(
                Method::GET,
                &format!("/incidents?limit=100&page={page}"),
                None,
            )?;
            let all = listed.as_array().cloned().unwrap_or_default();
            let ours = all
                .iter()
                .find(|i| i["metadata"]["saydo"]["incident"] == mark.as_str());
            if let Some(found) = ours {
                return Ok(Some(found.clone()));
            }
            if all.len() < 100 {
                break;
            }
        }
        Ok(None)
    }

    /// Sets the state of one component.
    fn set_component(&self, component: &str, state: &str) -> SendOutcome {
        let body = json!({ "component": { "status": state } });
        match self.request_json(
            Method::PATCH,
            &format!("/components/{component}"),
            Some(&body),
        ) {
            Ok(_) => SendOutcome::There(Some(component.to_owned())),
            Err(why) => why,
        }
    }

    /// Creates or updates the incident; gives its identifier there.
    fn post_incident(&self, message: &OutletMessage) -> Result<String, SendOutcome> {
        let found = self.find_incident(message)?;
        let mut keys: Vec<Json> = found
            .as_ref()
            .and_then(|f| f["metadata"]["saydo"]["keys"].as_array().cloned())
            .unwrap_or_default();
        let id = found
            .as_ref()
            .and_then(|f| f["id"].as_str())
            .map(str::to_owned);
        if let Some(id) = &id
            && keys.iter().any(|k| k == message.key.as_str())
        {
            // An earlier attempt arrived, and only its answer was lost.
            return Ok(id.clone());
        }
        keys.push(json!(message.key));
        let (name, text) = name_and_text(message)?;
        let mut incident = json!({
            "status": message.status,
            "body": text,
            "metadata": { "saydo": { "incident": self.incident_mark(message), "keys": keys } },
        });
        // A text about several incidents does not rename an existing one.
        if id.is_none() || !message.is_shared {
            incident["name"] = json!(name);
        }
        add_changes(&mut incident, message, &found.unwrap_or_default());
        if id.is_none() {
            add_first_fields(&mut incident, message);
        }
        let body = json!({ "incident": incident });
        let answer = match &id {
            Some(id) => {
                self.request_json(Method::PATCH, &format!("/incidents/{id}"), Some(&body))?
            }
            None => self.request_json(Method::POST, "/incidents", Some(&body))?,
        };
        let number = answer["id"].as_str().map(str::to_owned).or(id);
        number
            .ok_or_else(|| SendOutcome::Unclear("the page gave no number for the incident".into()))
    }
}

/// The name and the text of an update in all its languages, refused when too long: nothing is cut.
fn name_and_text(message: &OutletMessage) -> Result<(String, String), SendOutcome> {
    let texts: Vec<&str> = message.texts.iter().map(|(_, t)| t.as_str()).collect();
    let titles: Vec<&str> = message.titles.iter().map(|(_, t)| t.as_str()).collect();
    let (name, text) = (titles.join(" / "), texts.join("\n\n"));
    for (what, text, most) in [("name", &name, NAME), ("text", &text, BODY)] {
        if text.chars().count() > most {
            return Err(SendOutcome::Refused(format!(
                "the {what} has {} characters, and {most} are taken there; nothing is cut",
                text.chars().count()
            )));
        }
    }
    Ok((name, text))
}

/// Adds the impact and the planned window where they differ from what the page has (`was`).
fn add_changes(incident: &mut Json, message: &OutletMessage, was: &Json) {
    if message.impact != "maintenance" && was["impact_override"] != message.impact.as_str() {
        incident["impact_override"] = json!(message.impact);
    }
    if let Some((from, to)) = message.planned
        && !(is_at(&was["scheduled_for"], from) && is_at(&was["scheduled_until"], to))
    {
        incident["scheduled_for"] = json!(to_rfc3339(from));
        incident["scheduled_until"] = json!(to_rfc3339(to));
    }
}

/// Adds what only a new incident gets.
fn add_first_fields(incident: &mut Json, message: &OutletMessage) {
    incident["component_ids"] = json!(message.touched);
    if message.planned.is_some() {
        // Statements announce each stage; the page must not move on by itself.
        for field in [
            "scheduled_auto_in_progress",
            "scheduled_auto_completed",
            "auto_transition_to_maintenance_state",
            "auto_transition_to_operational_state",
        ] {
            incident[field] = json!(false);
        }
    }
}

/// True when a time of the API is this moment, whatever its offset.
fn is_at(there: &Json, at: At) -> bool {
    let read = |t| chrono::DateTime::parse_from_rfc3339(t).ok();
    there.as_str().and_then(read).is_some_and(|t| t == at)
}

fn read_json(answer: &Answer) -> Result<Json, SendOutcome> {
    serde_json::from_str(&answer.body)
        .map_err(|_| SendOutcome::NotThere("the answer is no JSON of the API".into(), answer.wait))
}

impl OutletAdapter for StatuspageAdapter {
    fn send_message(&self, message: &OutletMessage) -> SendOutcome {
        if let [(component, state)] = message.components.as_slice() {
            return self.set_component(component, state);
        }
        match self.post_incident(message) {
            Ok(id) => SendOutcome::There(Some(id)),
            Err(why) => why,
        }
    }
}
