//! Findings for scripts: JSON, SARIF, and marks in a pull request. It decides nothing about them.

use serde_json::{Value as Json, json};

use super::rule_list::{rule_names, why_rule};
use crate::cli::output::clean_text;
use crate::desk::statement::check_text::{
    CONTRADICTED, Checked, ClaimVerdict, Finding, NOT_HELD, Rules,
};
use crate::domain::base::lang::Lang;

pub(super) fn verdict_name(verdict: Option<ClaimVerdict>) -> Option<&'static str> {
    verdict.map(|v| match v {
        ClaimVerdict::Consistent => "consistent",
        ClaimVerdict::NotHeld => "not-held",
        ClaimVerdict::Unsupported => "unsupported",
        ClaimVerdict::Contradicts => "contradicts",
    })
}

/// The form for scripts: of one text itself; of several, with the worst verdict and a list.
pub(super) fn document_of(
    all: &[(String, Checked)],
    has_facts: bool,
    incidents: &[String],
) -> Json {
    let one = |(file, c): &(String, Checked)| {
        let mut value = serde_json::to_value(c).unwrap_or(Json::Null);
        value["file"] = json!(file);
        value
    };
    let worst = all.iter().filter_map(|(_, c)| c.verdict).max();
    let mut value = match all {
        [only] => one(only),
        several => json!({"texts": several.iter().map(one).collect::<Vec<_>>()}),
    };
    value["format"] = json!("saydo-check/1");
    value["held_against"] = match (has_facts, incidents) {
        (_, [id]) => json!(id),
        (true, []) => json!("facts"),
        (false, []) => json!("wording"),
        (_, several) => json!(several),
    };
    value["verdict"] = json!(verdict_name(worst));
    value
}

/// How loud a rule is in SARIF: what was not understood is a note.
fn level_of(rule: &str) -> &'static str {
    match rule {
        CONTRADICTED => "error",
        NOT_HELD => "note",
        _ => "warning",
    }
}

/// Where people find it, before a message: where a line of the file does not say it.
fn place_before(f: &Finding) -> String {
    f.place
        .as_ref()
        .map(|p| format!("{p}: "))
        .unwrap_or_default()
}

/// The place of a finding in SARIF; of a text that was taken out of a file the place there by its name.
fn location_of(file: &str, f: &Finding) -> Json {
    let artifact = json!({"uri": if file == "-" { "stdin" } else { file }});
    match &f.place {
        Some(place) => json!({
            "physicalLocation": {"artifactLocation": artifact},
            "logicalLocations": [{"name": place}],
        }),
        None => json!({"physicalLocation": {
            "artifactLocation": artifact,
            "region": {"startLine": f.line, "startColumn": f.column,
                       "byteOffset": f.start, "byteLength": f.end - f.start},
        }}),
    }
}

/// SARIF 2.1.0, as code hosts and editors read it.
pub(super) fn sarif_of(set: &Rules, all: &[(String, Checked)]) -> Json {
    let results: Vec<Json> = all
        .iter()
        .flat_map(|(file, c)| {
            c.findings.iter().chain(&c.not_held).map(move |f| {
                let text = format!("{}{}", place_before(f), f.message);
                let text = match &f.instead {
                    Some(i) => format!("{text} Instead: {i}"),
                    None => text,
                };
                json!({
                    "ruleId": f.rule,
                    "level": level_of(&f.rule),
                    "message": {"text": text},
                    "locations": [location_of(file, f)],
                })
            })
        })
        .collect();
    let rules: Vec<Json> = rule_names(set)
        .into_iter()
        .map(|r| json!({"id": r, "shortDescription": {"text": why_rule(set, r, Lang::USUAL)}}))
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "saydo", "version": env!("CARGO_PKG_VERSION"), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// Commands that mark lines in a pull request; what is written in them is escaped.
pub(super) fn github_marks(all: &[(String, Checked)]) -> String {
    let data = |t: &str| {
        t.replace('%', "%25")
            .replace('\r', "%0D")
            .replace('\n', "%0A")
    };
    let property = |t: &str| data(t).replace(':', "%3A").replace(',', "%2C");
    let mut text = String::new();
    for (file, c) in all {
        for f in &c.findings {
            let level = if f.rule == CONTRADICTED {
                "error"
            } else {
                "warning"
            };
            let more = f
                .instead
                .as_ref()
                .map(|i| format!(" Instead: {i}"))
                .unwrap_or_default();
            let line = match &f.place {
                Some(_) => String::new(),
                None => format!(",line={},col={}", f.line, f.column),
            };
            text.push_str(&format!(
                "::{level} file={}{line},title={}::{}\n",
                property(file),
                property(&f.rule),
                data(&clean_text(&format!(
                    "{}{}{more}",
                    place_before(f),
                    f.message
                ))),
            ));
        }
    }
    text
}
