//! `saydo check --rules` and `--explain`: the rules with their reasons. It applies none of them.

use std::sync::Arc;

use serde_json::json;

use crate::cli::next_step::write_advice;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::statement::check_text::{CONTRADICTED, NOT_HELD, Rules, UNBACKED};
use crate::domain::base::lang::Lang;
use crate::domain::base::suggest::suggest_nearest;
use crate::languages::phrases::Said;

pub(super) fn rule_names(set: &Rules) -> Vec<&str> {
    let mut all = vec![CONTRADICTED, UNBACKED, NOT_HELD];
    all.extend(set.all().keys().map(String::as_str));
    all
}

/// The rules of the program, and those of the workspace where there is one.
pub(super) fn read_rules(session: &Session) -> Result<Arc<Rules>, Trouble> {
    let files = match session.workspace_folder() {
        Ok(folder) => folder.wording_rules()?,
        Err(_) => Vec::new(),
    };
    let rules = Rules::of(&files).map_err(|e| {
        Trouble::usage(
            write_advice(&e.with_step()),
            "how such a file is written: docs/rules.md, \"Rules of a workspace\"",
        )
    })?;
    Ok(Arc::new(rules))
}

pub(super) fn check_rule_name(set: &Rules, rule: &str) -> Result<(), Trouble> {
    let all = rule_names(set);
    if all.contains(&rule) {
        return Ok(());
    }
    let near = suggest_nearest(rule, all.iter().copied());
    Err(Trouble::usage(
        format!("there is no rule \"{rule}\"{near}"),
        "see: saydo check --rules",
    ))
}

pub(super) fn why_rule(set: &Rules, rule: &str, lang: Lang) -> String {
    let fixed = match rule {
        CONTRADICTED => lang.shipped_words().phrase_text(Said::WhyContradicted),
        UNBACKED => lang.shipped_words().phrase_text(Said::WhyUnbacked),
        NOT_HELD => lang.shipped_words().phrase_text(Said::WhyNotHeld),
        _ => "",
    };
    let why = match set.all().get(rule) {
        Some(r) => r.explained_in(lang).map(|w| w.why.clone()),
        None => Some(fixed.to_owned()),
    };
    why.unwrap_or_default()
}

pub(super) fn explain_rule(set: &Rules, out: &mut Output, rule: &str, lang: Lang) {
    out.line(rule);
    out.item("    ", &why_rule(set, rule, lang));
    if let Some(w) = set.all().get(rule).and_then(|r| r.explained_in(lang)) {
        let words = lang.shipped_words();
        let (bad, good) = (
            words.phrase_text(Said::RuleBad),
            words.phrase_text(Said::RuleGood),
        );
        for (mark, list) in [(bad, &w.bad), (good, &w.good)] {
            for text in list {
                out.item(mark, &text.replace('\n', " "));
            }
        }
        out.item(words.phrase_text(Said::RuleInstead), &w.instead);
    }
}

pub(super) fn list_rules(set: &Rules, out: &mut Output, lang: Lang) {
    let all = rule_names(set);
    for (i, rule) in all.iter().enumerate() {
        if i > 0 {
            out.line("");
        }
        explain_rule(set, out, rule, lang);
    }
    out.json = json!(
        all.iter()
            .map(|r| json!({"rule": r, "why": why_rule(set, r, lang)}))
            .collect::<Vec<_>>()
    );
}
