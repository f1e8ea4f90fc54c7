//! A click as the command that it is: its words, and what came of running them. It decides nothing that the command would not.

use std::io::Write;

use clap::Parser;
use tempfile::TempDir;

use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::cli::{Cli, run_command};
use crate::desk::screen::act::Act;
use crate::desk::screen::frame::Typed;
use crate::domain::base::lang::Lang;

/// What a command said, and the incident that it opened.
pub struct Answered {
    pub done: bool,
    /// A command before the one that was refused was done.
    pub is_partly: bool,
    pub text: String,
    pub incident: Option<String>,
}

/// Runs a command as if its words had been typed.
pub fn run_words(words: &[String], session: &mut Session) -> Answered {
    let not_done = |text: String| Answered {
        done: false,
        is_partly: false,
        text,
        incident: None,
    };
    let all = std::iter::once("saydo").chain(words.iter().map(String::as_str));
    let cli = match Cli::try_parse_from(all) {
        Ok(cli) => cli,
        Err(error) => return not_done(error.to_string()),
    };
    let mut out = Output::new();
    let result = run_command(session, &cli.command, &mut out);
    let mut text = out.raw.take().unwrap_or_else(|| out.text.clone());
    for remark in &out.remarks {
        text.push_str(remark);
        text.push('\n');
    }
    match result {
        Ok(code) => Answered {
            done: code == 0,
            is_partly: false,
            text,
            incident: out.json["incident"].as_str().map(str::to_owned),
        },
        Err(trouble) => not_done(trouble.to_text()),
    }
}

/// The words of the commands that a click is, to be run one after the other until one is refused. Edited texts are put into a
/// folder that goes with it.
///
/// # Errors
/// When an edited text cannot be put down.
pub fn words_of(typed: &Typed, folder: &mut Option<TempDir>) -> Result<Vec<Vec<String>>, Trouble> {
    let publish = || own_words(&["publish", "--yes"]);
    Ok(match typed.act {
        Act::Still => vec![still_words(typed)],
        Act::Set => vec![set_words(typed)],
        Act::Note => vec![note_words(typed)],
        Act::Log => vec![log_words(typed)],
        Act::Say => vec![say_words(typed)],
        Act::Edit => vec![edit_words(typed, folder)?],
        Act::Issue => vec![issue_words(typed)?],
        Act::IssueAndPublish => vec![issue_words(typed)?, publish()],
        Act::Submit => vec![with_rest(
            &["statement", "submit"],
            &[typed.field("incident")],
        )],
        Act::Approve => vec![with_rest(
            &["statement", "approve", "--yes"],
            &[typed.field("draft")],
        )],
        Act::Reject => {
            let because = read_option(typed, "because");
            vec![with_options(
                &["statement", "reject"],
                because,
                &[typed.field("draft")],
            )]
        }
        Act::Publish => vec![publish()],
        Act::Halt => vec![own_words(&["halt"])],
        Act::Lift => vec![with_options(
            &["halt", "--lift"],
            read_option(typed, "because"),
            &[],
        )],
        Act::Declare => vec![declare_words(typed)],
        Act::Retract => {
            let because = read_option(typed, "because");
            vec![with_options(&["retract"], because, &[typed.field("entry")])]
        }
        Act::Close => vec![with_rest(&["close"], &[typed.field("incident")])],
        Act::Arrived => vec![decide_words("arrived", typed)],
        Act::Retry => vec![decide_words("retry", typed)],
        Act::Drop => vec![decide_words("drop", typed)],
        Act::Keep => {
            let evidence = read_option(typed, "evidence");
            vec![with_options(
                &["promise", "keep"],
                evidence,
                &[typed.field("promise")],
            )]
        }
    })
}

fn own_words(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}

/// A command with what was typed behind `--`, so that nothing typed is taken for an option.
fn with_rest(words: &[&str], rest: &[&str]) -> Vec<String> {
    with_options(words, None, rest)
}

fn with_options(
    words: &[&str],
    options: impl IntoIterator<Item = String>,
    rest: &[&str],
) -> Vec<String> {
    let mut all = own_words(words);
    all.extend(options);
    let rest: Vec<&str> = rest.iter().copied().filter(|w| !w.is_empty()).collect();
    if !rest.is_empty() {
        all.push("--".to_owned());
        all.extend(rest.into_iter().map(str::to_owned));
    }
    all
}

/// An option by the name of its field; none when nothing was typed.
fn read_option(typed: &Typed, name: &str) -> Option<String> {
    let value = typed.field(name);
    (!value.is_empty()).then(|| format!("--{}={value}", name.replace('_', "-")))
}

fn still_words(typed: &Typed) -> Vec<String> {
    with_options(
        &["still"],
        read_option(typed, "source"),
        &[typed.field("links")],
    )
}

fn set_words(typed: &Typed) -> Vec<String> {
    let named = [
        "source",
        "since",
        "capacity_left",
        "work",
        "cause",
        "window",
    ];
    let mut options: Vec<String> = named.iter().filter_map(|n| read_option(typed, n)).collect();
    if typed.field("confirmed") == "yes" && !typed.field("cause").is_empty() {
        options.push("--confirmed".to_owned());
    }
    let rest = [typed.field("links"), typed.field("state")];
    with_options(&["link", "set"], options, &rest)
}

fn note_words(typed: &Typed) -> Vec<String> {
    let named = ["source", "incident"];
    let options: Vec<String> = named.iter().filter_map(|n| read_option(typed, n)).collect();
    let fact = format!("{}={}", typed.field("fact"), typed.field("value"));
    with_options(&["fact", "note"], options, &[&fact])
}

fn log_words(typed: &Typed) -> Vec<String> {
    with_options(
        &["log"],
        read_option(typed, "incident"),
        &[typed.field("note")],
    )
}

/// The texts that were typed, by language, as `vi=...`.
fn texts_of(typed: &Typed) -> Vec<String> {
    let text = |(name, value): &(String, String)| {
        let lang = name.strip_prefix("text_")?;
        (!value.trim().is_empty()).then(|| format!("{lang}={}", value.trim()))
    };
    typed.fields.iter().filter_map(text).collect()
}

fn say_words(typed: &Typed) -> Vec<String> {
    let texts = texts_of(typed);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    with_options(&["say"], read_option(typed, "incident"), &texts)
}

fn edit_words(typed: &Typed, folder: &mut Option<TempDir>) -> Result<Vec<String>, Trouble> {
    let wrong = |e: std::io::Error| Trouble::usage(format!("the text cannot be put down: {e}"), "");
    let lang: Result<Lang, _> = typed.field("text_lang").parse();
    let lang = lang.map_err(|e| Trouble::usage(e, "load the page again"))?;
    let held = TempDir::new().map_err(wrong)?;
    let path = held.path().join("text.txt");
    let mut file = std::fs::File::create(&path).map_err(wrong)?;
    file.write_all(typed.field("text").as_bytes())
        .map_err(wrong)?;
    *folder = Some(held);
    let mut options: Vec<String> = read_option(typed, "channel").into_iter().collect();
    options.push(format!("--from={lang}={}", path.display()));
    Ok(with_options(
        &["statement", "edit"],
        options,
        &[typed.field("incident")],
    ))
}

/// Only exactly what was shown.
fn issue_words(typed: &Typed) -> Result<Vec<String>, Trouble> {
    if typed.field("draft").is_empty() {
        return Err(Trouble::usage(
            "the form does not say which draft",
            "load the page again",
        ));
    }
    let mut options = vec!["--yes".to_owned()];
    options.extend(read_option(typed, "draft"));
    // A text about several incidents names each.
    let incidents: Vec<&str> = typed.field("incident").split_whitespace().collect();
    Ok(with_options(&["statement", "issue"], options, &incidents))
}

/// What somebody decides about a text of which nobody knows whether it arrived.
fn decide_words(what: &str, typed: &Typed) -> Vec<String> {
    let because = read_option(typed, "because");
    with_options(&["outbox", what], because, &[typed.field("key")])
}

fn declare_words(typed: &Typed) -> Vec<String> {
    let named = ["since", "source", "title"];
    let mut options: Vec<String> = named.iter().filter_map(|n| read_option(typed, n)).collect();
    for (name, links) in &typed.fields {
        let Some(n) = name
            .strip_prefix("links_")
            .filter(|_| !links.trim().is_empty())
        else {
            continue;
        };
        let state = typed.field(&format!("state_{n}"));
        let links = links.trim();
        options.push(match state.is_empty() {
            true => format!("--link={links}"),
            false => format!("--link={links}={state}"),
        });
    }
    with_options(&["declare"], options, &[typed.field("playbook")])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed_of(act: Act, fields: &[(&str, &str)]) -> Typed {
        let fields = fields.iter();
        Typed {
            act,
            fields: fields
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
                .collect(),
        }
    }

    fn line_of(act: Act, fields: &[(&str, &str)]) -> String {
        let commands = words_of(&typed_of(act, fields), &mut None).unwrap();
        let lines = commands.iter().map(|words| words.join(" "));
        lines.collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn each_click_is_a_command() {
        for (act, fields, wanted) in [
            (
                Act::Still,
                vec![("links", ""), ("source", "own-check")],
                "still --source=own-check",
            ),
            (
                Act::Set,
                vec![
                    ("links", "AAG"),
                    ("state", "down"),
                    ("cause", ""),
                    ("confirmed", "yes"),
                ],
                "link set -- AAG down",
            ),
            (
                Act::Set,
                vec![("links", "AAG"), ("cause", "anchor"), ("confirmed", "yes")],
                "link set --cause=anchor --confirmed -- AAG",
            ),
            (
                Act::Note,
                vec![
                    ("incident", "INC-1"),
                    ("fact", "credit_by"),
                    ("value", "2026-03-12"),
                ],
                "fact note --incident=INC-1 -- credit_by=2026-03-12",
            ),
            (
                Act::Say,
                vec![
                    ("incident", "INC-1"),
                    ("text_vi", "Xin chào."),
                    ("text_en", "Hello."),
                ],
                "say --incident=INC-1 -- vi=Xin chào. en=Hello.",
            ),
            (
                Act::IssueAndPublish,
                vec![("incident", "INC-1"), ("draft", "d1")],
                "statement issue --yes --draft=d1 -- INC-1; publish --yes",
            ),
            (
                Act::Declare,
                vec![
                    ("playbook", "backbone-cut"),
                    ("links_1", "AAG"),
                    ("state_1", "down"),
                    ("links_2", "hue"),
                    ("state_2", ""),
                    ("links_3", ""),
                    ("since", "10:05"),
                ],
                "declare --since=10:05 --link=AAG=down --link=hue -- backbone-cut",
            ),
        ] {
            assert_eq!(line_of(act, &fields), wanted);
        }
    }

    /// Whatever is typed, it is no option of the command.
    #[test]
    fn what_is_typed_is_never_an_option() {
        for act in Act::ALL {
            let names = [
                "incident", "draft", "links", "state", "fact", "value", "note", "text", "text_vi",
                "because", "entry", "promise", "evidence", "playbook", "links_1", "source",
            ];
            let mut fields: Vec<(&str, &str)> = names.iter().map(|n| (*n, "--lift")).collect();
            fields.push(("text_lang", "vi"));
            for words in words_of(&typed_of(act, &fields), &mut None).unwrap() {
                let own = words.iter().position(|w| w == "--");
                let own = &words[..own.unwrap_or(words.len())];
                let lift = own.iter().any(|w| w == "--lift");
                assert_eq!(lift, act == Act::Lift, "{words:?}");
            }
        }
    }

    /// Every command that a click can be is one that the command line has.
    #[test]
    fn each_click_is_understood() {
        for act in Act::ALL {
            let fields = [
                ("incident", "INC-1"),
                ("draft", "d"),
                ("links", "AAG"),
                ("state", "down"),
                ("source", "own-check"),
                ("fact", "effect"),
                ("value", "slow"),
                ("note", "seen"),
                ("text", "x"),
                ("text_vi", "x"),
                ("text_lang", "vi"),
                ("channel", "web"),
                ("because", "x"),
                ("entry", "4"),
                ("promise", "1"),
                ("evidence", "x"),
                ("key", "k"),
                ("playbook", "backbone-cut"),
                ("links_1", "AAG"),
            ];
            for words in words_of(&typed_of(act, &fields), &mut None).unwrap() {
                let all = std::iter::once("saydo".to_owned()).chain(words.clone());
                let parsed = Cli::try_parse_from(all);
                assert!(parsed.is_ok(), "{words:?}: {}", parsed.unwrap_err());
            }
        }
    }
}
