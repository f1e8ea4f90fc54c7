//! `saydo check`: holds any text against the record and shows what was found. It changes no text.

mod human;
mod input;
mod json;
mod rule_list;

use std::path::PathBuf;
use std::sync::Arc;

use self::input::{read_at_hand, read_document, read_facts, read_text};
use self::rule_list::{check_rule_name, read_rules};
use crate::cli::commands::quote;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::{REFUSED, Trouble};
use crate::desk::Journal;
use crate::desk::statement::check_text::{
    Ask, Checked, ClaimVerdict, FileKind, Known, Rules, TextLang, check_document,
    known_of_incident, read_claims,
};
use crate::domain::base::lang::Lang;

/// Hold any text against the record: what it claims and promises, and whether that is backed
#[derive(Debug, Default, clap::Args)]
pub struct Args {
    /// The texts: files (.md, .html, .eml, .docx or plain), or - for standard input
    #[arg(value_name = "FILE|-")]
    pub files: Vec<String>,
    /// A text at hand instead of files: from another caller than the command line
    #[arg(skip)]
    pub text: Option<String>,
    /// Every sentence as one JSON object a line; needs no workspace
    #[arg(long)]
    pub claims: bool,
    /// With --claims: every line that is not empty is one sentence
    #[arg(long, requires = "claims")]
    pub per_line: bool,
    /// The language of the text; seen for each sentence when it is auto
    #[arg(long, value_name = "LANG", default_value = "auto", value_parser = text_langs())]
    pub text_lang: String,
    /// What the texts are written in, instead of what the ending of the name says
    #[arg(long, value_name = "FORM", default_value = "auto", value_parser = text_forms())]
    pub text_form: String,
    /// Against which incident (may be given again: any of them backs a sentence); the one that is open when not given
    #[arg(long, value_name = "ID", conflicts_with_all = ["facts", "wording_only", "claims"])]
    pub incident: Vec<String>,
    /// Against all open incidents: any of them backs a sentence
    #[arg(long, conflicts_with_all = ["facts", "wording_only", "claims", "incident"])]
    pub all: bool,
    /// Also exit with 1 when a sentence could not be held against the record
    #[arg(long, conflicts_with_all = ["wording_only", "claims", "rules", "explain"])]
    pub strict: bool,
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
    /// Only what this rule says, and why it is there
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

/// The forms by their names.
fn text_forms() -> Vec<&'static str> {
    std::iter::once("auto").chain(FileKind::NAMES).collect()
}

fn text_langs() -> Vec<&'static str> {
    std::iter::once("auto")
        .chain(Lang::ALL.map(Lang::tag))
        .collect()
}

/// The language that was asked for.
fn lang_of(args: &Args) -> TextLang {
    args.text_lang.parse().map_or(TextLang::Auto, TextLang::Is)
}

/// Every sentence, one JSON object a line.
fn list_claims(args: &Args, out: &mut Output) -> Result<u8, Trouble> {
    let document = read_document(one_file(args)?, &args.text_form)?;
    let readable = match args.per_line {
        true => document.by_lines().readable,
        false => document.readable,
    };
    let mut raw = String::new();
    for mut sentence in read_claims(&readable.text, lang_of(args), args.per_line) {
        (sentence.start, sentence.end) = readable.source_place(sentence.start, sentence.end);
        for claim in &mut sentence.claims {
            (claim.start, claim.end) = readable.source_place(claim.start, claim.end);
        }
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
        return list_claims(args, out);
    }
    let lang = session.lang;
    let set = &read_rules(session)?;
    if args.rules {
        rule_list::list_rules(set, out, lang);
        return Ok(0);
    }
    if let Some(rule) = &args.explain {
        check_rule_name(set, rule)?;
        rule_list::explain_rule(set, out, rule, lang);
        return Ok(0);
    }
    let known = args.facts.as_deref().map(read_facts).transpose()?;
    check_all(args, set, known.as_slice(), &[], out)
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
            read_text("-")?
        } else {
            quote.clone()
        };
        return quote::run(
            &text,
            args.incident.first().map(String::as_str),
            session,
            desk,
            out,
        );
    }
    let set = &read_rules(session)?;
    if args.incident.is_empty() && desk.state.open_incidents().next().is_none() {
        out.remarks
            .push("no incident is open: only the wording is checked".into());
        return check_all(args, set, &[], &[], out);
    }
    let ids = incidents_asked(args, session, desk)?;
    let audience = desk.audience_or_default(args.audience.as_deref());
    let mut known = Vec::new();
    for id in &ids {
        desk.read_closed(id)?;
        known.push(known_of_incident(desk, id, &audience)?);
    }
    check_all(args, set, &known, &ids, out)
}

/// The incidents that were named, all that are open, or the one that is open.
fn incidents_asked(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
) -> Result<Vec<String>, Trouble> {
    if args.all {
        return Ok(desk
            .state
            .open_incidents()
            .map(|i| i.id.to_string())
            .collect());
    }
    let named: Vec<Option<&str>> = match args.incident.as_slice() {
        [] => vec![None],
        several => several.iter().map(|id| Some(id.as_str())).collect(),
    };
    let mut ids: Vec<String> = Vec::new();
    for id in named {
        let id = session.find_incident(desk, id)?.to_string();
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// Each text in turn, then all together in the form that was asked for.
fn check_all(
    args: &Args,
    set: &Arc<Rules>,
    known: &[Known],
    incidents: &[String],
    out: &mut Output,
) -> Result<u8, Trouble> {
    for rule in args.only.iter().chain(&args.allow) {
        check_rule_name(set, rule)?;
    }
    let at_hand = args.text.as_ref().map(|_| "text".to_owned());
    let files = at_hand.iter().chain(&args.files);
    if files.clone().next().is_none() {
        return Err(Trouble::usage(
            "no text is named",
            "name files, or - for standard input: saydo check notice.txt",
        ));
    }
    let mut all: Vec<(String, Checked)> = Vec::new();
    for file in files {
        let checked = check_one(args, set, known, file, out)?;
        all.push((file.clone(), checked));
    }
    let found: usize = all.iter().map(|(_, c)| c.findings.len()).sum();
    let as_json = json::document_of(&all, !known.is_empty(), incidents);
    match args.format.as_str() {
        "json" => {
            out.raw = serde_json::to_string_pretty(&as_json)
                .ok()
                .map(|t| t + "\n")
        }
        "sarif" => {
            out.raw = serde_json::to_string_pretty(&json::sarif_of(set, &all))
                .ok()
                .map(|t| t + "\n")
        }
        "github" => out.raw = Some(json::github_marks(&all)),
        _ => human::sum_up(out, &all, !known.is_empty(), incidents),
    }
    out.json = as_json;
    let is_unheld = args.strict && all.iter().any(|(_, c)| is_not_held(c));
    Ok(if found > 0 || is_unheld { REFUSED } else { 0 })
}

/// One text, with its findings shown where people read them.
fn check_one(
    args: &Args,
    set: &Arc<Rules>,
    known: &[Known],
    file: &str,
    out: &mut Output,
) -> Result<Checked, Trouble> {
    let document = match &args.text {
        Some(text) => read_at_hand(text, &args.text_form),
        None => read_document(file, &args.text_form)?,
    };
    let text = &document.text;
    let checked = check_document(&document, known, &ask_of(args, set));
    for what in &document.unread {
        out.remarks.push(format!("{file}: {what}"));
    }
    if text.contains(OLD_EXCEPTION) {
        out.remarks.push(format!(
            "{file}: \"{OLD_EXCEPTION}...\" in a text allows nothing; use --allow RULE, or wording/*.yaml in the workspace"
        ));
    }
    if args.format == "human" {
        human::show_findings(out, file, text, &checked);
    }
    Ok(checked)
}

/// How a file is to be checked.
fn ask_of(args: &Args, set: &Arc<Rules>) -> Ask {
    let is_short = |c: &str| ["sms", "ivr", "chat", "social"].contains(&c);
    Ask {
        lang: match lang_of(args) {
            TextLang::Is(lang) => Some(lang),
            TextLang::Auto => None,
        },
        is_wording_only: args.format != "json",
        is_short: args.channel.as_deref().is_some_and(is_short),
        only: args.only.clone(),
        allow: args.allow.clone(),
        rules: Some(Arc::clone(set)),
        ..Ask::default()
    }
}

/// Something in a text was not understood, or nothing was.
fn is_not_held(checked: &Checked) -> bool {
    !checked.not_held.is_empty() || checked.verdict == Some(ClaimVerdict::NotHeld)
}

/// What began an exception in a text of version 0.1.
const OLD_EXCEPTION: &str = "saydo: allow ";
