//! Evaluates expressions and renders texts of playbooks by minijinja, and reports what was read, printed and missing.
//!
//! A text prints facts and nothing else: `{{ path }}` or `{{ path | filter }}`. A line chooses with `when` and repeats with
//! `each`, so a text has no loops and its length has a bound. What may be said is decided elsewhere.

use std::collections::BTreeSet;
use std::sync::PoisonError;

use minijinja::{Error, ErrorKind, OutputSpan, OutputSpanKind};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::domain::base::lang::Lang;
use crate::domain::base::time::When;
use crate::domain::config::channel::Channel;
use crate::domain::facts::evaluator::{
    Claim, ConditionResult, Evaluator, EvaluatorError, Measure, RenderedText, Style,
};
use crate::domain::facts::fact::Facts;
use crate::render::format;
use crate::render::jinja::environment;
use crate::render::jinja::scope::{Mode, Reading, make_branch};
use crate::render::length;
use crate::render::time_functions;

/// The longest expression or text of a line, in bytes.
pub const MAX_TEMPLATE: usize = 4_000;

/// Evaluates by minijinja over facts.
#[derive(Debug, Default, Clone, Copy)]
pub struct JinjaEvaluator;

fn explain_error(error: &Error, reading: &Reading) -> EvaluatorError {
    let wrong = reading
        .trace
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .wrong
        .clone();
    let what = wrong.unwrap_or_else(|| match error.kind() {
        ErrorKind::OutOfFuel => "works too long: an expression is a short condition".to_owned(),
        _ => match error.detail() {
            Some(detail) => detail.to_owned(),
            None => error.kind().to_string(),
        },
    });
    EvaluatorError {
        what,
        range: error.range().map(|r| (r.start, r.end)),
    }
}

fn check_length(text: &str) -> Result<(), EvaluatorError> {
    if text.len() > MAX_TEMPLATE {
        return Err(EvaluatorError {
            what: format!(
                "is {} bytes long, at most {MAX_TEMPLATE} are read",
                text.len()
            ),
            range: None,
        });
    }
    Ok(())
}

impl Evaluator for JinjaEvaluator {
    fn test_condition(
        &self,
        expression: &str,
        facts: &Facts,
        it: Option<&str>,
    ) -> Result<ConditionResult, EvaluatorError> {
        check_length(expression)?;
        let reading = Reading::new(facts, it, Mode::Condition);
        let env = environment::condition_environment();
        let value = env
            .compile_expression(expression)
            .and_then(|e| e.eval(make_branch(&reading, String::new())))
            .map_err(|e| (e, &reading));
        let mut trace = reading.trace.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(what) = trace.wrong.take() {
            return Err(EvaluatorError { what, range: None });
        }
        let missing: BTreeSet<String> = trace.lacking.difference(&trace.asked).cloned().collect();
        let reads = std::mem::take(&mut trace.reads);
        drop(trace);
        let truth = match value {
            // An operation on a missing fact has no result, and is not a mistake of the playbook.
            _ if !missing.is_empty() => None,
            Ok(v) => Some(v.is_true()),
            Err((error, reading)) => return Err(explain_error(&error, reading)),
        };
        Ok(ConditionResult {
            truth,
            reads,
            missing,
        })
    }

    fn evaluate_time(
        &self,
        expression: &str,
        facts: &Facts,
        it: Option<&str>,
    ) -> Result<(Option<When>, BTreeSet<String>), EvaluatorError> {
        check_length(expression)?;
        let reading = Reading::new(facts, it, Mode::DueTime);
        let env = environment::due_time_environment(facts.zone);
        let value = env
            .compile_expression(&time_functions::in_seconds(expression))
            .and_then(|e| e.eval(make_branch(&reading, String::new())));
        let trace = reading.trace.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(what) = &trace.wrong {
            return Err(EvaluatorError {
                what: what.clone(),
                range: None,
            });
        }
        let missing: BTreeSet<String> = trace.lacking.difference(&trace.asked).cloned().collect();
        if !missing.is_empty() {
            return Ok((None, missing));
        }
        let reads = trace.reads.clone();
        drop(trace);
        let value = value.map_err(|e| explain_error(&e, &reading))?;
        let due = time_functions::read_time(&value).map_err(|e| EvaluatorError {
            what: e.to_string(),
            range: None,
        })?;
        Ok((Some(due), reads))
    }

    fn render_template(
        &self,
        template: &str,
        style: Style,
        facts: &Facts,
        it: Option<&str>,
    ) -> Result<RenderedText, EvaluatorError> {
        check_length(template)?;
        if let Some(at) = template.find("{%") {
            return Err(EvaluatorError {
                what: "a text has no {% ... %}: choose with `when`, repeat with `each`".into(),
                range: Some((at, at + 2)),
            });
        }
        let flat = on_one_line(template);
        let reading = Reading::new(facts, it, Mode::Text);
        let env = environment::make_environment(Some(style));
        let made = env
            .template_from_str(&flat)
            .and_then(|t| t.render_with_spans(make_branch(&reading, String::new())))
            .map_err(|e| explain_error(&e, &reading));
        let trace = reading.trace.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(what) = &trace.wrong {
            return Err(EvaluatorError {
                what: what.clone(),
                range: None,
            });
        }
        if !trace.lacking.is_empty() {
            return Ok(RenderedText {
                text: String::new(),
                claims: Vec::new(),
                missing: trace.lacking.clone(),
            });
        }
        let (mut text, spans) = made?;
        let claims = claims_of(&trace.printed, &spans);
        capitalise_names(&mut text, &claims);
        Ok(RenderedText {
            text,
            claims,
            missing: BTreeSet::new(),
        })
    }

    fn list_names(
        &self,
        text: &str,
        is_template: bool,
    ) -> Result<BTreeSet<String>, EvaluatorError> {
        check_length(text)?;
        let env = environment::condition_environment();
        let wrong = |error: Error| EvaluatorError {
            what: error
                .detail()
                .map_or_else(|| error.kind().to_string(), str::to_owned),
            range: error.range().map(|r| (r.start, r.end)),
        };
        let found = if is_template {
            env.template_from_str(text)
                .map_err(wrong)?
                .undeclared_variables(true)
        } else {
            env.compile_expression(&time_functions::in_seconds(text))
                .map_err(wrong)?
                .undeclared_variables(true)
        };
        Ok(found.into_iter().collect())
    }

    fn join_names(&self, names: &[String], lang: Lang) -> String {
        format::join_list(names, lang)
    }

    fn measure_text(&self, channel: &Channel, lang: Lang, text: &str) -> Measure {
        length::measure_text(channel, lang, text)
    }
}

/// Joins the lines of a template with single spaces, in Unicode normal form C.
fn on_one_line(template: &str) -> String {
    let flat: String = template.split_whitespace().collect::<Vec<_>>().join(" ");
    if is_nfc(&flat) {
        flat
    } else {
        flat.nfc().collect()
    }
}

/// The printed facts with the byte ranges that they have in the text.
fn claims_of(printed: &[(String, bool)], spans: &[OutputSpan]) -> Vec<Claim> {
    let placed = spans
        .iter()
        .filter(|s| s.kind() == OutputSpanKind::Expression);
    printed
        .iter()
        .zip(placed)
        .filter(|((path, _), _)| !path.is_empty())
        .map(|((path, banded), span)| Claim {
            path: path.clone(),
            start: span.output_range().start,
            end: span.output_range().end,
            banded: *banded,
        })
        .collect()
}

/// Capitalises a name at the start of a sentence. Offsets stay: a letter whose capital has another length is left as it is.
fn capitalise_names(text: &mut String, claims: &[Claim]) {
    // Addresses are never capitalised.
    for claim in claims.iter().filter(|c| !c.path.starts_with("contacts.")) {
        let before = &text[..claim.start];
        let begins = before.trim_end().is_empty() || before.trim_end().ends_with(['.', '!', '?']);
        let Some(first) = text[claim.start..]
            .chars()
            .next()
            .filter(|c| begins && c.is_lowercase())
        else {
            continue;
        };
        let upper: String = first.to_uppercase().collect();
        if upper.len() == first.len_utf8() {
            text.replace_range(claim.start..claim.start + first.len_utf8(), &upper);
        }
    }
}
