//! `saydo check`: holds any text against the record and shows what was found. It changes no text.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value as Json, json};

use crate::cli::output::{Output, clean_text};
use crate::cli::session::Session;
use crate::cli::trouble::{REFUSED, Trouble};
use crate::desk::Journal;
use crate::desk::core::workspace_files::read_bytes_up_to;
use crate::desk::statement::check_text::{
    ALLOWANCE, Ask, CONTRADICTED, Checked, ClaimVerdict, Finding, Form, Known, Rules, TextLang,
    UNBACKED, blank_markup, check_text, from_facts, from_record, known_of_incident, read_claims,
};
use crate::domain::base::lang::Lang;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::facts::fact::{FORMAT, Facts};
use crate::languages::phrases::Said;

/// Hold any text against the record: what it claims and promises, and whether that is backed
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The texts: files (.md, .html or plain), or - for standard input
    #[arg(value_name = "FILE|-")]
    pub files: Vec<String>,
    /// Every sentence as one JSON object a line; needs no workspace
    #[arg(long)]
    pub claims: bool,
    /// With --claims: every line that is not empty is one sentence
    #[arg(long, requires = "claims")]
    pub per_line: bool,
    /// The language of the text: auto, vi or en
    #[arg(long, value_name = "LANG", default_value = "auto", value_parser = ["auto", "vi", "en"])]
    pub text_lang: String,
    /// Against which incident; the one that is open when not given
    #[arg(long, value_name = "ID", conflicts_with_all = ["facts", "wording_only", "claims"])]
    pub incident: Option<String>,
    /// For this audience [default: the workspace's customers]
    #[arg(long, value_name = "NAME")]
    pub audience: Option<String>,
    /// Against facts in a JSON file (saydo-facts/1, or a record object) instead of a record
    #[arg(long, value_name = "FILE", conflicts_with_all = ["wording_only", "claims"])]
    pub facts: Option<PathBuf>,
    /// Only the rules about wording; needs no workspace
    #[arg(long, conflicts_with = "claims")]
    pub wording_only: bool,
    /// Where it is to be published: in sms, ivr, chat and social nothing is asked for that only a full notice has
    #[arg(long, value_name = "CHANNEL")]
    pub channel: Option<String>,
    /// human, json, sarif or github
    #[arg(long, default_value = "human", value_parser = ["human", "json", "sarif", "github"])]
    pub format: String,
    /// Only this rule (may be given again)
    #[arg(long, value_name = "RULE")]
    pub only: Vec<String>,
    /// Not this rule (may be given again)
    #[arg(long, value_name = "RULE")]
    pub allow: Vec<String>,
    /// Is this what we say now? Looks each sentence up among what was issued (or - for standard input)
    #[arg(long, value_name = "TEXT|-", conflicts_with_all = ["files", "claims", "facts", "wording_only", "rules"])]
    pub quote: Option<String>,
    /// The rules, each with its reason and examples
    #[arg(long, conflicts_with_all = ["files", "claims", "facts", "incident", "wording_only"])]
    pub rules: bool,
    /// One rule
    #[arg(long, value_name = "RULE", conflicts_with_all = ["files", "claims", "facts", "incident", "wording_only", "rules"])]
    pub explain: Option<String>,
}

impl Args {
    /// True when no workspace is looked at.
    pub fn stands_alone(&self) -> bool {
        self.claims
            || self.rules
            || self.explain.is_some()
            || self.facts.is_some()
            || self.wording_only
    }
}

/// The largest text that is read, in bytes.
pub const MAX_TEXT: usize = 64 * 1024 * 1024;

/// The text of a file or of standard input.
///
/// # Errors
/// When it cannot be read, is too large, or is not UTF-8.
pub fn text_of(file: &str) -> Result<String, Trouble> {
    let bytes = if file == "-" {
        let mut bytes = Vec::new();
        std::io::stdin()
            .lock()
            .take(MAX_TEXT as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(|e| Trouble::usage(format!("standard input cannot be read: {e}"), ""))?;
        bytes
    } else {
        read_bytes_up_to(std::path::Path::new(file), MAX_TEXT)?
    };
    if bytes.len() > MAX_TEXT {
        return Err(Trouble::usage(
            format!("{file} is larger than {MAX_TEXT} bytes"),
            "check it in parts",
        ));
    }
    let bytes = bytes
        .strip_prefix(b"\xEF\xBB\xBF")
        .map_or(bytes.clone(), <[u8]>::to_vec);
    String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = e.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() + 1;
        Trouble::usage(
            format!("{file}:{line}: the text is not UTF-8 (byte {at})"),
            "save it as UTF-8",
        )
    })
}

/// The language that was asked for.
pub fn lang_of(args: &Args) -> TextLang {
    args.text_lang.parse().map_or(TextLang::Auto, TextLang::Is)
}

/// Every sentence, one JSON object a line.
///
/// # Errors
/// When the text cannot be read.
pub fn claims(args: &Args, out: &mut Output) -> Result<u8, Trouble> {
    let file = one_file(args)?;
    let text = text_of(file)?;
    let text = blank_markup(
        &text,
        if args.per_line {
            Form::Plain
        } else {
            Form::of(file)
        },
    );
    let mut raw = String::new();
    for sentence in read_claims(&text, lang_of(args), args.per_line) {
        if let Ok(line) = serde_json::to_string(&sentence) {
            raw.push_str(&line);
            raw.push('\n');
        }
    }
    out.raw = Some(raw);
    Ok(0)
}

fn one_file(args: &Args) -> Result<&str, Trouble> {
    match args.files.as_slice() {
        [] => Ok("-"),
        [one] => Ok(one),
        _ => Err(Trouble::usage(
            "--claims reads one text at a time",
            "name one file, or - for standard input",
        )),
    }
}

/// What needs no workspace: claims, rules, wording, facts from a file.
///
/// # Errors
/// When a file cannot be read or is not what it should be.
pub fn alone(args: &Args, session: &Session, out: &mut Output) -> Result<u8, Trouble> {
    if args.claims {
        return claims(args, out);
    }
    let lang = session.lang;
    let set = &rule_set(session)?;
    if args.rules {
        rules(set, out, lang);
        return Ok(0);
    }
    if let Some(rule) = &args.explain {
        known_rule(set, rule)?;
        explain(set, out, rule, lang);
        return Ok(0);
    }
    let known = args.facts.as_deref().map(facts_of).transpose()?;
    texts(args, set, known.as_ref(), None, out)
}

/// Against an incident on record; none open: wording only.
///
/// # Errors
/// When several incidents are open and none is named, or a file cannot be read.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    if let Some(quote) = &args.quote {
        let text = if quote == "-" {
            text_of("-")?
        } else {
            quote.clone()
        };
        return crate::cli::commands::quote::run(
            &text,
            args.incident.as_deref(),
            session,
            desk,
            out,
        );
    }
    let set = &rule_set(session)?;
    if args.incident.is_none() && desk.state.open_incidents().next().is_none() {
        out.remarks
            .push("no incident is open: only the wording is checked".into());
        return texts(args, set, None, None, out);
    }
    let id = session.find_incident(desk, args.incident.as_deref())?;
    desk.read_closed(&id)?;
    let audience = desk.audience_or_default(args.audience.as_deref());
    let known = known_of_incident(desk, &id, &audience)?;
    texts(args, set, Some(&known), Some(&id), out)
}

/// Facts from a file.
fn facts_of(file: &Path) -> Result<Known, Trouble> {
    let name = file.display();
    let bytes = read_bytes_up_to(file, MAX_TEXT)?;
    let value: Json = serde_json::from_slice(&bytes).map_err(|e| {
        Trouble::usage(
            format!("{name}:{}:{}: this is no JSON: {e}", e.line(), e.column()),
            "give the output of: saydo fact list --json",
        )
    })?;
    let format = value.get("format").and_then(Json::as_str);
    match format {
        Some(FORMAT) => {
            let facts: Facts = serde_json::from_value(value).map_err(|e| {
                Trouble::usage(
                    format!("{name}: these are no facts: {e}"),
                    "see: docs/facts.md",
                )
            })?;
            Ok(from_facts(&facts, None))
        }
        Some(other) => Err(Trouble::usage(
            format!("{name}: the format \"{other}\" is not known"),
            format!("known: {FORMAT}, or a record object with \"links\""),
        )),
        None => from_record(&value).map_err(|e| {
            Trouble::usage(
                format!("{name}: {e}"),
                "a record object has links, lost_pct, cause_confirmed, eta, next_update, vouchers",
            )
        }),
    }
}

fn all_rules(set: &Rules) -> Vec<&str> {
    let mut all = vec![CONTRADICTED, UNBACKED, ALLOWANCE];
    all.extend(set.all().keys().map(String::as_str));
    all
}

/// The rules of the program, and those of the workspace where there is one.
fn rule_set(session: &Session) -> Result<Arc<Rules>, Trouble> {
    let files = match session.workspace_folder() {
        Ok(folder) => folder.wording_rules()?,
        Err(_) => Vec::new(),
    };
    let rules = Rules::of(&files).map_err(|e| {
        Trouble::usage(
            e.to_string(),
            "how such a file is written: docs/rules.md, \"Rules of a workspace\"",
        )
    })?;
    Ok(Arc::new(rules))
}

fn known_rule(set: &Rules, rule: &str) -> Result<(), Trouble> {
    let all = all_rules(set);
    if all.contains(&rule) {
        return Ok(());
    }
    let near = suggest_nearest(rule, all.iter().copied());
    Err(Trouble::usage(
        format!("there is no rule \"{rule}\"{near}"),
        "see: saydo check --rules",
    ))
}

fn texts(
    args: &Args,
    set: &Arc<Rules>,
    known: Option<&Known>,
    incident: Option<&str>,
    out: &mut Output,
) -> Result<u8, Trouble> {
    for rule in args.only.iter().chain(&args.allow) {
        known_rule(set, rule)?;
    }
    if args.files.is_empty() {
        return Err(Trouble::usage(
            "no text is named",
            "name files, or - for standard input: saydo check notice.txt",
        ));
    }
    let mut all: Vec<(String, Checked)> = Vec::new();
    for file in &args.files {
        let text = text_of(file)?;
        let ask = Ask {
            lang: match lang_of(args) {
                TextLang::Is(lang) => Some(lang),
                TextLang::Auto => None,
            },
            form: Form::of(file),
            is_wording_only: args.format != "json",
            is_short: args
                .channel
                .as_deref()
                .is_some_and(|c| ["sms", "ivr", "chat", "social"].contains(&c)),
            only: args.only.clone(),
            allow: args.allow.clone(),
            rules: Some(Arc::clone(set)),
        };
        let checked = check_text(&text, known, &ask);
        if args.format == "human" {
            human(out, file, &text, &checked);
        }
        all.push((file.clone(), checked));
    }
    let found: usize = all.iter().map(|(_, c)| c.findings.len()).sum();
    let as_json = document(&all, known.is_some(), incident);
    match args.format.as_str() {
        "json" => {
            out.raw = serde_json::to_string_pretty(&as_json)
                .ok()
                .map(|t| t + "\n")
        }
        "sarif" => {
            out.raw = serde_json::to_string_pretty(&sarif(set, &all))
                .ok()
                .map(|t| t + "\n")
        }
        "github" => out.raw = Some(github(&all)),
        _ => summary(out, &all, known.is_some(), incident),
    }
    out.json = as_json;
    Ok(if found > 0 { REFUSED } else { 0 })
}

fn verdict_name(verdict: Option<ClaimVerdict>) -> Option<&'static str> {
    verdict.map(|v| match v {
        ClaimVerdict::Consistent => "consistent",
        ClaimVerdict::Unsupported => "unsupported",
        ClaimVerdict::Contradicts => "contradicts",
    })
}

/// The form for scripts: of one text itself; of several, with the worst verdict and a list.
fn document(all: &[(String, Checked)], has_facts: bool, incident: Option<&str>) -> Json {
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
    value["held_against"] = match (has_facts, incident) {
        (_, Some(id)) => json!(id),
        (true, None) => json!("facts"),
        (false, None) => json!("wording"),
    };
    value["verdict"] = json!(verdict_name(worst));
    value
}

fn human(out: &mut Output, file: &str, text: &str, checked: &Checked) {
    for f in &checked.findings {
        out.line(format!("{file}:{}:{}: {}", f.line, f.column, f.rule));
        let (before, words, after) = around(text, f);
        if !words.is_empty() {
            out.line(format!("    {before}{words}{after}"));
            let width = |t: &str| unicode_width::UnicodeWidthStr::width(clean_text(t).as_str());
            let marks = "^".repeat(width(&words).max(1));
            out.line(format!("    {}{marks}", " ".repeat(width(&before))));
        }
        out.item("    ", &f.message);
        if !f.events.is_empty() {
            let events: Vec<String> = f.events.iter().map(|e| format!("#{e}")).collect();
            out.item("    by ", &events.join(", "));
        }
        if let Some(instead) = &f.instead {
            out.item("    instead: ", instead);
        }
    }
    for a in checked.allowed.iter().filter(|a| !a.because.is_empty()) {
        out.line(format!(
            "{file}:{}: allowed {} ({} found) because {}",
            a.line, a.rule, a.used, a.because
        ));
    }
}

/// The words found, with what stands about them on the line; at most a screen's width.
fn around(text: &str, f: &Finding) -> (String, String, String) {
    let words: String = f
        .excerpt
        .chars()
        .take(60)
        .map(|c| if c == '\n' { ' ' } else { c })
        .collect();
    let room = 68_usize.saturating_sub(words.chars().count());
    let line_start = text[..f.start].rfind('\n').map_or(0, |i| i + 1);
    let mut before: Vec<char> = text[line_start..f.start]
        .chars()
        .rev()
        .take(room - room / 3)
        .collect();
    before.reverse();
    let shown: usize = before.iter().map(|c| c.len_utf8()).sum();
    if shown < f.start - line_start
        && let Some(first) = before.first_mut()
    {
        *first = '…';
    }
    let room = room - before.len();
    let after: String = text[f.end.min(text.len())..]
        .chars()
        .take_while(|c| *c != '\n')
        .take(room)
        .collect();
    let after = if f.excerpt.chars().count() > 60 {
        String::new()
    } else {
        after
    };
    (before.into_iter().collect(), words, after)
}

fn summary(out: &mut Output, all: &[(String, Checked)], has_facts: bool, incident: Option<&str>) {
    let found: usize = all.iter().map(|(_, c)| c.findings.len()).sum();
    let sentences: usize = all.iter().map(|(_, c)| c.count).sum();
    let allowed: usize = all
        .iter()
        .flat_map(|(_, c)| &c.allowed)
        .map(|a| a.used)
        .sum();
    let against = match (has_facts, incident) {
        (_, Some(id)) => format!("against {id}"),
        (true, None) => "against the facts".into(),
        (false, None) => "wording only".into(),
    };
    let worst = verdict_name(all.iter().filter_map(|(_, c)| c.verdict).max());
    let verdict = worst
        .map(|v| format!("; the text: {v}"))
        .unwrap_or_default();
    let exceptions = if allowed > 0 {
        format!("; allowed in the text: {allowed}")
    } else {
        String::new()
    };
    out.line(format!(
        "{sentences} sentences, {found} found, {against}{verdict}{exceptions}"
    ));
}

/// SARIF 2.1.0, as code hosts and editors read it.
fn sarif(set: &Rules, all: &[(String, Checked)]) -> Json {
    let results: Vec<Json> = all
        .iter()
        .flat_map(|(file, c)| {
            c.findings.iter().map(move |f| {
                let text = f.instead.as_ref().map_or_else(
                    || f.message.clone(),
                    |i| format!("{} Instead: {i}", f.message),
                );
                json!({
                    "ruleId": f.rule,
                    "level": if f.rule == CONTRADICTED { "error" } else { "warning" },
                    "message": {"text": text},
                    "locations": [{"physicalLocation": {
                        "artifactLocation": {"uri": if file == "-" { "stdin" } else { file }},
                        "region": {"startLine": f.line, "startColumn": f.column,
                                   "byteOffset": f.start, "byteLength": f.end - f.start},
                    }}],
                })
            })
        })
        .collect();
    let rules: Vec<Json> = all_rules(set)
        .into_iter()
        .map(|r| json!({"id": r, "shortDescription": {"text": why(set, r, Lang::USUAL)}}))
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
fn github(all: &[(String, Checked)]) -> String {
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
            text.push_str(&format!(
                "::{level} file={},line={},col={},title={}::{}\n",
                property(file),
                f.line,
                f.column,
                property(&f.rule),
                data(&clean_text(&format!("{}{more}", f.message))),
            ));
        }
    }
    text
}

fn why(set: &Rules, rule: &str, lang: Lang) -> String {
    let fixed = match rule {
        CONTRADICTED => lang.shipped_words().phrase_text(Said::WhyContradicted),
        UNBACKED => lang.shipped_words().phrase_text(Said::WhyUnbacked),
        ALLOWANCE => lang.shipped_words().phrase_text(Said::WhyAllowance),
        _ => "",
    };
    match set.all().get(rule) {
        Some(r) => r.of(lang).why.clone(),
        None => fixed.to_owned(),
    }
}

fn explain(set: &Rules, out: &mut Output, rule: &str, lang: Lang) {
    out.line(rule);
    out.item("    ", &why(set, rule, lang));
    if let Some(r) = set.all().get(rule) {
        let words = lang.shipped_words();
        let (bad, good) = (
            words.phrase_text(Said::RuleBad),
            words.phrase_text(Said::RuleGood),
        );
        let w = r.of(lang);
        for (mark, list) in [(bad, &w.bad), (good, &w.good)] {
            for text in list {
                out.item(mark, &text.replace('\n', " "));
            }
        }
        out.item(words.phrase_text(Said::RuleInstead), &w.instead);
    }
}

fn rules(set: &Rules, out: &mut Output, lang: Lang) {
    let all = all_rules(set);
    for (i, rule) in all.iter().enumerate() {
        if i > 0 {
            out.line("");
        }
        explain(set, out, rule, lang);
    }
    out.json = json!(
        all.iter()
            .map(|r| json!({"rule": r, "why": why(set, r, lang)}))
            .collect::<Vec<_>>()
    );
}
