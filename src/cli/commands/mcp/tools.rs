//! The tools: what each asks for, what a machine is told of it, and the command that answers it. None of them
//! records, approves, issues or sends.

use std::sync::Arc;

use rmcp::model::{JsonObject, Tool, ToolAnnotations};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use crate::cli::commands::points::check_role;
use crate::cli::commands::{check, fact, statement};
use crate::cli::output::Output;
use crate::cli::session::{Session, Which, to_json};
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::statement::quotable::list_quotable;
use crate::desk::statement::review_issued::prepare_points;
use crate::domain::base::lang::Lang;
use crate::domain::base::malformed::Malformed;
use crate::domain::speech::points::ROLES;

/// What a machine is told before it sees the tools.
pub(super) const INSTRUCTIONS: &str = "saydo holds the record of an outage and knows what may be said of it now. Before \
    you tell anybody anything about an outage: take sentences from `quote` or `draft` word for word, or write your own from \
    `facts` and hold it against the record with `check` until nothing is found. Do not state what is unknown or stale, and \
    promise nothing that `check` does not find backed. No tool here issues, approves, sends or records: people do.";

const FACTS: &str = "What may be said now of one incident: every fact with its value, the events behind it, who said so, until \
    when it is fresh and who may know it (saydo-facts/1). A fact that is unknown says what is missing. It does not word \
    sentences, and a fact that is not listed as known may not be stated.";
const CHECK: &str = "Holds a text against the record: every sentence with its verdict (consistent, not-held, unsupported, \
    contradicts) and findings with their place, the reason, the events and what may be said instead. Use it on every text \
    before anybody outside sees it. It changes no text, publishes nothing, and a text without findings is not thereby true. \
    Without an open incident only the wording is checked.";
const QUOTE: &str = "Sentences that may be quoted now, word for word: what the last statement says in each channel and language \
    as far as it still holds, and the talking points for one role of staff with what may not be said. It words nothing new: \
    before the first statement there is nothing to quote.";
const DRAFT: &str = "A draft of the statement that the record backs now, in every channel and language or in some, with the \
    lines that are withheld and why. It is a draft: nothing is issued, approved or sent, and customers may be told it only \
    after a person has issued it.";

/// The incident that a tool speaks of.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FactsInput {
    /// The incident, such as INC-1; may be left out when one is open
    incident: Option<String>,
    /// Facts for this audience; the workspace's customers when left out
    audience: Option<String>,
}

/// What a text is written in.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum TextForm {
    Plain,
    Markdown,
    Html,
}

/// Which text, and against what.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CheckInput {
    /// What is to be checked, plain or in Markdown
    text: String,
    /// What it is written in; plain when left out
    form: Option<TextForm>,
    /// The language of the text, vi or en; seen for each sentence when left out
    text_lang: Option<String>,
    /// Against these incidents: a claim counts as backed when one of them backs it; the open one when left out
    #[serde(default)]
    incidents: Vec<String>,
    /// Against all open incidents
    #[serde(default)]
    all: bool,
    /// For this audience; the workspace's customers when left out
    audience: Option<String>,
    /// Where it is to be published: in sms, ivr, chat and social nothing is asked for that only a full notice has
    channel: Option<String>,
}

/// The sentences that are looked for among what was issued.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct QuoteInput {
    /// The incident, such as INC-1; may be left out when one is open
    incident: Option<String>,
    /// Said to this audience; the workspace's customers when left out
    audience: Option<String>,
    /// Only what was said in this channel
    channel: Option<String>,
    /// Only in this language, vi or en
    lang: Option<String>,
    /// Talking points for call-centre, sales, field, social or management; call-centre when left out
    role: Option<String>,
}

/// The draft that is asked for.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DraftInput {
    /// The incident, or several for one text about all of them; the open one when left out
    #[serde(default)]
    incidents: Vec<String>,
    /// One text about all open incidents
    #[serde(default)]
    all: bool,
    /// Only these channels; all when left out
    #[serde(default)]
    channels: Vec<String>,
    /// Only these languages (vi, en); all when left out
    #[serde(default)]
    langs: Vec<String>,
    /// For this audience; the workspace's customers when left out
    audience: Option<String>,
}

/// A call that was read.
#[derive(Debug)]
pub(super) enum ToolCall {
    Facts(FactsInput),
    Check(CheckInput),
    Quote(QuoteInput),
    Draft(DraftInput),
}

/// What a tool answers.
#[derive(Debug)]
pub(super) struct Reply {
    pub json: Json,
    /// What the command line would say beside it.
    pub remarks: Vec<String>,
}

pub(super) fn list_tools() -> Vec<Tool> {
    vec![
        describe_tool::<FactsInput>("facts", FACTS),
        describe_tool::<CheckInput>("check", CHECK),
        describe_tool::<QuoteInput>("quote", QUOTE),
        describe_tool::<DraftInput>("draft", DRAFT),
    ]
}

fn describe_tool<T: JsonSchema>(name: &'static str, description: &'static str) -> Tool {
    let schema: JsonObject = match to_json(&schemars::schema_for!(T)) {
        Json::Object(schema) => schema,
        _ => JsonObject::default(),
    };
    let annotations = ToolAnnotations::new()
        .read_only(true)
        .destructive(false)
        .idempotent(true)
        .open_world(false);
    Tool::new(name, description, Arc::new(schema)).with_annotations(annotations)
}

/// A call by its name; none when there is no such tool.
pub(super) fn read_call(name: &str, arguments: JsonObject) -> Option<Result<ToolCall, Trouble>> {
    let arguments = Json::Object(arguments);
    Some(match name {
        "facts" => read_input(name, arguments).map(ToolCall::Facts),
        "check" => read_input(name, arguments).map(ToolCall::Check),
        "quote" => read_input(name, arguments).map(ToolCall::Quote),
        "draft" => read_input(name, arguments).map(ToolCall::Draft),
        _ => return None,
    })
}

fn read_input<T: DeserializeOwned>(name: &str, arguments: Json) -> Result<T, Trouble> {
    serde_json::from_value(arguments).map_err(|e| {
        Trouble::usage(
            format!("the arguments of {name}: {e}"),
            "see the input schema of the tool",
        )
    })
}

/// Answers a call from the record as it is now.
///
/// # Errors
/// As the command would.
pub(super) fn answer_call(call: &ToolCall, session: &mut Session) -> Result<Reply, Trouble> {
    if let Some(clock) = session.clock {
        session.machine = clock();
    }
    let mut out = Output::new();
    let mut desk = session.open_journal(&mut out)?;
    let result = match call {
        ToolCall::Facts(input) => list_facts(input, session, &mut desk, &mut out),
        ToolCall::Check(input) => check_text(input, session, &mut desk, &mut out),
        ToolCall::Quote(input) => list_quotes(input, session, &mut desk, &mut out),
        ToolCall::Draft(input) => draft_statement(input, session, &mut desk, &mut out),
    };
    session.close_journal(desk, &mut out);
    result?;
    Ok(Reply {
        json: out.whole_json(),
        remarks: out.remarks,
    })
}

fn list_facts(
    input: &FactsInput,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let list = fact::List {
        incident: input.incident.clone(),
        audience: input.audience.clone(),
        all: true,
    };
    fact::run(&fact::Command::List(list), session, desk, out)
}

fn check_text(
    input: &CheckInput,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    if let Some(lang) = &input.text_lang {
        read_lang(lang)?;
    }
    let form = match input.form.unwrap_or(TextForm::Plain) {
        TextForm::Plain => "plain",
        TextForm::Markdown => "markdown",
        TextForm::Html => "html",
    };
    let args = check::Args {
        text: Some(input.text.clone()),
        text_form: form.to_owned(),
        text_lang: input.text_lang.clone().unwrap_or_else(|| "auto".to_owned()),
        incident: input.incidents.clone(),
        all: input.all,
        audience: input.audience.clone(),
        channel: input.channel.clone(),
        format: "json".to_owned(),
        ..check::Args::default()
    };
    if input.all && !input.incidents.is_empty() {
        return Err(Trouble::usage("either all or incidents, not both", ""));
    }
    check::run(&args, session, desk, out)
}

fn draft_statement(
    input: &DraftInput,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    if input.all && !input.incidents.is_empty() {
        return Err(Trouble::usage("either all or incidents, not both", ""));
    }
    let langs: Result<Vec<Lang>, Trouble> = input.langs.iter().map(|l| read_lang(l)).collect();
    let draft = statement::Draft {
        which: Which {
            incidents: input.incidents.clone(),
            all: input.all,
            region: None,
        },
        channel: input.channels.clone(),
        langs: langs?,
        text: None,
        audience: input.audience.clone(),
        facts: None,
        playbook: None,
    };
    statement::run(&statement::Command::Draft(draft), session, desk, out)
}

/// The last statement as far as it holds, and the talking points of a role.
fn list_quotes(
    input: &QuoteInput,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let role = input.role.as_deref().unwrap_or(ROLES[0]);
    let lang = input.lang.as_deref().map(read_lang).transpose()?;
    statement::check_channels(desk, input.channel.as_slice())?;
    let id = session.find_incident(desk, input.incident.as_deref())?;
    desk.read_closed(&id)?;
    let audience = desk.audience_or_default(input.audience.as_deref());
    let mut quotable = list_quotable(desk, &id, &audience)?;
    if let Some(quotable) = &mut quotable {
        quotable.sentences.retain(|s| {
            lang.is_none_or(|l| s.lang == l)
                && input.channel.as_ref().is_none_or(|c| s.channel == *c)
        });
    }
    let ids = [id];
    check_role(desk, &ids, role)?;
    let points = prepare_points(desk, &ids, role)?;
    out.json = json!({ "last_statement": quotable, "points": points });
    Ok(0)
}

fn read_lang(text: &str) -> Result<Lang, Trouble> {
    text.parse().map_err(|e: Malformed| Trouble::usage(e, ""))
}
