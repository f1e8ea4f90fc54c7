//! `saydo say`: what may be said now, shown and issued; or a sentence of one's own in the notices of an incident. The gate decides
//! what may be said, not this file.

use serde_json::json;

use crate::cli::commands::{show, statement};
use crate::cli::output::Output;
use crate::cli::session::{Session, Which};
use crate::cli::trouble::Trouble;
use crate::desk::statement::own_sentence::{Typed, end_sentence, read_element, say_sentence};
use crate::desk::{Journal, Snapshot};
use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::config::line::Element;
use crate::domain::speech::own_sentences::OWN;

/// Show what may be said now and issue it (on a terminal it asks); with a sentence, add that to the notices of an incident
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The sentence, once per language: vi="..." en="..."; in a workspace of one language without its name. It may print facts:
    /// {{ links.AAG.since }}
    #[arg(value_name = "[LANG=]TEXT")]
    pub sentence: Vec<String>,
    /// Show what may be said now and record nothing
    #[arg(long, conflicts_with_all = ["sentence", "publish", "list", "stop"])]
    pub draft: bool,
    /// Publish it at once
    #[arg(long, conflicts_with_all = ["sentence", "list", "stop"])]
    pub publish: bool,
    /// Do not ask on a terminal
    #[arg(long, conflicts_with_all = ["sentence", "draft", "list", "stop"])]
    pub yes: bool,
    /// List the sentences that were added
    #[arg(long, conflicts_with_all = ["sentence", "stop"])]
    pub list: bool,
    /// Where it stands: what-happened, affected, cause, action, advice or contact
    #[arg(long = "as-part", value_name = "PLACE", default_value = "action", value_parser = read_element)]
    pub element: Element,
    /// What its words rest on, when they say that all is well: an expression over facts (may be given again)
    #[arg(long, value_name = "EXPRESSION")]
    pub asserts: Vec<String>,
    /// Only in these channels
    #[arg(long, value_delimiter = ',')]
    pub channel: Vec<String>,
    /// Only to this audience
    #[arg(long)]
    pub audience: Option<String>,
    /// Say the sentence of this number no more
    #[arg(long, value_name = "NUMBER", conflicts_with_all = ["sentence", "element", "asserts", "channel", "audience"])]
    pub stop: Option<u64>,
    /// The incident, as INC-2 or 2 [default: the one switched to, or the only open one]
    #[arg(long, value_name = "ID")]
    pub incident: Option<String>,
}

/// Adds, ends or lists.
///
/// # Errors
/// When the record does not back the sentence, or a language is missing.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    if args.sentence.is_empty() && !args.list && args.stop.is_none() {
        return say_what_may_be_said(args, session, desk, out);
    }
    let incident = session.find_incident(desk, args.incident.as_deref())?;
    desk.read_closed(&incident)?;
    if let Some(number) = args.stop {
        end_sentence(desk, &incident, number)?;
        out.line(format!(
            "Sentence {number} is said no more, from the next notice on."
        ));
        out.json = json!({ "incident": incident, "ended": number });
        return Ok(0);
    }
    if args.list {
        list_standing(desk, &incident, out);
        return Ok(0);
    }
    let typed = Typed {
        texts: read_texts(
            &args.sentence,
            &desk.world()?.books.workspace.languages,
            "saydo say",
        )?,
        element: args.element,
        asserts: args.asserts.clone(),
        channels: args.channel.clone(),
        audience: args.audience.clone(),
    };
    let (number, review) = say_sentence(desk, &incident, &typed)?;
    out.line(format!(
        "Sentence {number} stands in the next notice on {incident}:"
    ));
    let id = format!("{OWN}{number}");
    for (channel, lang, text) in show::texts_of_line(&review.draft, &id) {
        out.paragraph("  ", &format!("{channel} {lang}: {text}"));
    }
    out.line(format!(
        "It is left out where it holds no more. To end it: saydo say --stop {number}"
    ));
    out.json = json!({ "incident": incident, "sentence": number });
    Ok(0)
}

/// The notice: shown, or issued and, where that was asked for, published.
fn say_what_may_be_said(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    if !args.draft && !args.yes && !session.interactive {
        return Err(Trouble::usage(
            "nobody can be asked here, and nothing was issued",
            "to issue what may be said: saydo say --yes. To look at it: saydo say --draft",
        ));
    }
    let which = Which {
        incidents: args.incident.iter().cloned().collect(),
        all: false,
        region: None,
    };
    let command = match args.draft {
        true => statement::Command::Draft(statement::Draft {
            which,
            channel: args.channel.clone(),
            langs: Vec::new(),
            audience: args.audience.clone(),
            text: None,
            facts: None,
            playbook: None,
        }),
        false => statement::Command::Issue(statement::Issue {
            which,
            draft: None,
            audience: args.audience.iter().cloned().collect(),
            text: None,
            yes: args.yes,
            publish: args.publish,
            over: false,
            because: None,
        }),
    };
    statement::run(&command, session, desk, out)
}

fn list_standing(desk: &Snapshot, incident: &IncidentId, out: &mut Output) {
    let own = desk
        .state
        .incidents
        .get(incident)
        .map(|i| i.own_sentences.as_slice());
    let standing = own.unwrap_or_default().iter().filter(|s| s.ended.is_none());
    let standing: Vec<_> = standing.collect();
    if standing.is_empty() {
        out.line(format!(
            "Nobody has added a sentence to {incident}. To add one: saydo say vi=\"...\" en=\"...\""
        ));
    }
    for s in &standing {
        let place = s.line.as_ref();
        let place = place.map(|l| format!(", for line {l} on {}", s.channels.join(", ")));
        out.line(format!(
            "{} by {}{}:",
            s.seq,
            s.by,
            place.unwrap_or_default()
        ));
        for (lang, text) in s.texts.iter() {
            out.paragraph("  ", &format!("{lang}: {text}"));
        }
    }
    out.json = json!({ "incident": incident, "sentences": standing });
}

/// The texts as they were typed, by language. A workspace of one language is asked for no name of it.
///
/// # Errors
/// When a text does not say its language, or one is given twice.
pub fn read_texts(typed: &[String], langs: &[Lang], command: &str) -> Result<Texts, Trouble> {
    let mut texts = Texts::default();
    for given in typed {
        let named = given.split_once('=');
        let named = named.and_then(|(tag, text)| Some((tag.trim().parse::<Lang>().ok()?, text)));
        let (lang, text) = match (named, langs) {
            (Some(named), _) => named,
            (None, [only]) => (*only, given.as_str()),
            (None, _) => {
                return Err(Trouble::usage(
                    format!("\"{given}\" does not say in which language it is"),
                    format!("give it in each: {command} {}", in_each_language(langs)),
                ));
            }
        };
        if texts.get(lang).is_some() {
            return Err(Trouble::usage(
                format!("the text is given twice in {lang}"),
                "give it once per language",
            ));
        }
        texts.insert(lang, text.trim().to_owned());
    }
    Ok(texts)
}

/// How a text is typed in each language.
pub fn in_each_language(langs: &[Lang]) -> String {
    let all = langs.iter().map(|l| format!("{l}=\"...\""));
    all.collect::<Vec<_>>().join(" ")
}
