//! A messenger that accepts only an approved template and its parameters. The parameters are cut from the text at the gaps of
//! the template, and filled in they must give exactly the text again; else nothing is sent.

use std::path::Path;

use regex::Regex;
use serde_json::json;

use crate::domain::config::outlet::{Outlet, Template};
use crate::publish::message::OutletMessage;
use crate::publish::network::sms::{RequestTemplate, outcome_of_send};
use crate::publish::outlet_adapter::{OutletAdapter, SendOutcome, SetupError};
use crate::publish::secret::Secret;

/// An approved template and the pattern that finds its parameters in a text.
struct Approved {
    template: Template,
    names: Vec<String>,
    pattern: Regex,
}

/// The adapter of a messenger.
pub struct TemplateAdapter {
    envelope: RequestTemplate,
    templates: Vec<Approved>,
    is_once: bool,
}

impl TemplateAdapter {
    /// Builds the adapter; sends nothing yet.
    ///
    /// # Errors
    /// When a template is malformed.
    pub fn new(
        outlet: &Outlet,
        root: &Path,
        secret: Option<Secret>,
    ) -> Result<TemplateAdapter, SetupError> {
        let mut templates = Vec::new();
        for template in &outlet.templates {
            let wrong = || {
                SetupError::new(
                    format!(
                        "template {}: its gaps are not <name>, each once",
                        template.id
                    ),
                    "write it exactly as approved, with <name> for each parameter",
                )
            };
            let (words, names) = template.split_at_gaps().ok_or_else(wrong)?;
            let gaps: Vec<String> = words.iter().map(|w| regex::escape(w)).collect();
            let pattern =
                Regex::new(&format!("(?s)^{}$", gaps.join("(.+?)"))).map_err(|_| wrong())?;
            templates.push(Approved {
                template: template.clone(),
                names,
                pattern,
            });
        }
        Ok(TemplateAdapter {
            envelope: RequestTemplate::new(outlet, root, secret)?,
            templates,
            is_once: outlet.honours_key,
        })
    }

    /// Finds the template and the parameters that give exactly this text.
    fn find_template(
        &self,
        message: &OutletMessage,
    ) -> Result<(String, serde_json::Value), String> {
        let Some((lang, text)) = message.texts.first() else {
            return Err("there is no text".into());
        };
        let mut why = format!("no approved template in {} says this text", lang.tag());
        for approved in self.templates.iter().filter(|a| a.template.lang == *lang) {
            let Some(found) = approved.pattern.captures(text) else {
                continue;
            };
            let values: Vec<&str> = (1..found.len())
                .filter_map(|i| found.get(i))
                .map(|m| m.as_str())
                .collect();
            let most = approved.template.max_parameter.unwrap_or(usize::MAX);
            let long = approved
                .names
                .iter()
                .zip(&values)
                .find(|(_, v)| v.chars().count() > most);
            if let Some((name, value)) = long {
                why = format!(
                    "template {}: <{name}> has {} characters, at most {most}",
                    approved.template.id,
                    value.chars().count()
                );
                continue;
            }
            let mut again = approved.template.text.clone();
            let mut parameters = serde_json::Map::new();
            for (name, value) in approved.names.iter().zip(&values) {
                again = again.replacen(&format!("<{name}>"), value, 1);
                parameters.insert(name.clone(), json!(value));
            }
            if again == *text {
                return Ok((approved.template.id.clone(), parameters.into()));
            }
        }
        Err(why)
    }
}

impl OutletAdapter for TemplateAdapter {
    fn send_message(&self, message: &OutletMessage) -> SendOutcome {
        let (id, parameters) = match self.find_template(message) {
            Ok(pair) => pair,
            Err(why) => return SendOutcome::Refused(why),
        };
        let values = json!({
            "template": id,
            "parameters": parameters,
            "number": message.to,
            "key": message.key,
            "lang": message.texts.first().map(|(l, _)| l.tag()),
            "statement": message.statement,
        });
        outcome_of_send(self.envelope.send_request(&values, self.is_once))
    }
}
