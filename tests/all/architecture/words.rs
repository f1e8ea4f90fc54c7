//! What a machine can check of the words in the source: headers and doc comments. It does not judge whether they are true.

use std::sync::LazyLock;

use regex::Regex;

use super::source::{FILES, SourceFile};

/// Phrases of a private language. The glossary has the trade's words.
const BANNED: &[&str] = &[
    "laid away",
    "looked through",
    "of itself",
    "so long as it is",
    "what stands where",
    "lies there as",
    "gone on from",
    "the same of",
    "goes ahead of",
];

fn header(file: &SourceFile) -> String {
    let lines = file.lines.iter().map_while(|l| l.strip_prefix("//!"));
    lines.map(str::trim).collect::<Vec<_>>().join(" ")
}

/// A header says what a file is, and what it is not or does not do.
#[test]
fn every_file_says_what_it_does_not_do() {
    static DENIES: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)\b(not|no|nothing|never|none|nor|without|only|cannot)\b").unwrap()
    });
    let mut wrong = Vec::new();
    for file in FILES.iter() {
        let header = header(file);
        if header.split_whitespace().count() < 6 || !DENIES.is_match(&header) {
            wrong.push(format!("{}: {header}", file.path));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} headers:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// True where doc comments are texts for users: the help of the command line, schemas, messages of errors.
fn is_for_users(derive: &str) -> bool {
    let words = [
        "clap",
        "Parser",
        "Subcommand",
        "ValueEnum",
        "JsonSchema",
        "Error",
    ];
    words.iter().any(|w| derive.contains(w))
}

/// A doc comment of one or two words repeats the name: it says something that the name does not, or is left out.
#[test]
fn no_doc_comment_has_only_two_words() {
    let mut wrong = Vec::new();
    for file in FILES.iter() {
        let line = |i: usize| file.lines.get(i).map_or("", |l| l.trim_start());
        let is_doc = |i: usize| line(i).starts_with("///");
        let mut derive = String::new();
        for (i, whole) in file.lines.iter().enumerate() {
            if whole.starts_with("#[derive(") {
                derive.clone_from(whole);
            } else if whole == "}" {
                derive.clear();
            }
            let Some(text) = whole.trim_start().strip_prefix("///") else {
                continue;
            };
            let stands_alone = !is_doc(i + 1) && (i == 0 || !is_doc(i - 1));
            let next: String = (i + 1..i + 5).map(line).collect();
            let is_help = is_for_users(&derive) || (!whole.starts_with(' ') && is_for_users(&next));
            if stands_alone && !is_help && text.split_whitespace().count() <= 2 {
                wrong.push(format!("{}:{}:{text}", file.path, i + 1));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} doc comments:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn comments_are_plain_english() {
    let mut wrong = Vec::new();
    for file in FILES.iter() {
        for (i, line) in file.lines.iter().enumerate() {
            let text = line.trim_start();
            let Some(phrase) = BANNED
                .iter()
                .find(|b| text.starts_with("//") && text.contains(*b))
            else {
                continue;
            };
            wrong.push(format!("{}:{}: \"{phrase}\":{text}", file.path, i + 1));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The first words of commands: the files of `cli/commands`, and commands that share a file.
fn command_words() -> Vec<String> {
    let rest = |f: &SourceFile| {
        let rest = f.path.strip_prefix("src/cli/commands/")?;
        Some(rest.split(['/', '.']).next()?.to_owned())
    };
    let mut words: Vec<String> = FILES.iter().filter_map(rest).collect();
    words.extend(["switch", "change-playbook", "talking-points", "retract"].map(str::to_owned));
    // "A saydo record" is a file; a command of the record has one word more.
    words.retain(|w| w != "record" && w != "mod");
    words.push("record [a-z]+".to_owned());
    words
}

/// Below the command line a next step is data (`domain::base::next_step`); only `cli` has words for it.
#[test]
fn only_the_command_line_knows_its_commands() {
    let words = command_words().join("|");
    let command = Regex::new(&format!(r"\bsaydo (?:{words})\b|\bsaydo \{{")).unwrap();
    let mut wrong = Vec::new();
    for file in FILES.iter().filter(|f| f.room() != "cli") {
        for (line, text) in file.code().filter(|(_, l)| command.is_match(l)) {
            wrong.push(format!("{}:{line}: {}", file.path, text.trim()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
