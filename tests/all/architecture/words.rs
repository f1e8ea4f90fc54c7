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

/// Words that say nothing by themselves.
const SMALL_WORDS: &str = "the a an of its it is are as in at to for and or by with that this what which when was be on \
    from all one some any each how why who where has have our we them they their there than so no not";

/// The words of a name in either spelling: `said_at`, `LinkReported`.
fn words_of_name(name: &str) -> Vec<String> {
    static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new("[A-Z]?[a-z]+|[A-Z]+").unwrap());
    let words = WORD.find_iter(name);
    words.map(|w| w.as_str().to_lowercase()).collect()
}

/// True for forms of one word, such as "declare" and "declared".
fn is_same_word(word: &str, of_name: &str) -> bool {
    let same = word.bytes().zip(of_name.bytes());
    word == of_name || same.take_while(|(a, b)| a == b).count() >= 4
}

/// True when a comment has three words or fewer, or none but those of the name and of what the name belongs to.
fn says_nothing(comment: &str, names: &[String]) -> bool {
    static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new("[A-Za-z]+|[0-9`]+").unwrap());
    let mut words = WORD
        .find_iter(comment)
        .map(|w| w.as_str().to_lowercase())
        .filter(|w| !SMALL_WORDS.split_whitespace().any(|s| s == w));
    comment.split_whitespace().count() <= 3
        || words.all(|w| names.iter().any(|n| is_same_word(&w, n)))
}

/// A doc comment says something that the name does not (meaning, unit, zone), or is left out.
#[test]
fn no_doc_comment_repeats_the_name() {
    let item = Regex::new(
        r"^\s*(?:pub(?:\([^)]*\))? )?(?:(?:const|static|fn|struct|enum|trait|type|mod) )*([A-Za-z_]\w*)",
    )
    .unwrap();
    let owner = Regex::new(
        r"^(?:pub(?:\([^)]*\))? )?(?:struct|enum|trait|impl(?:<[^>]*>)?) (?:[\w:<>']+ for )?(\w+)",
    )
    .unwrap();
    let mut wrong = Vec::new();
    for file in FILES.iter() {
        let line = |i: usize| file.lines.get(i).map_or("", String::as_str);
        let is_doc = |i: usize| line(i).trim_start().starts_with("///");
        let (mut derive, mut is_open, mut of) = (String::new(), false, "");
        for (i, whole) in file.lines.iter().enumerate() {
            if whole.starts_with("#[derive(") || whole == "tokens! {" {
                derive.clear();
                is_open = true;
            }
            if is_open {
                derive.push_str(whole);
                is_open = !whole.ends_with(")]") && whole != "tokens! {";
            } else if whole == "}" {
                derive.clear();
            }
            if let Some(found) = owner.captures(whole) {
                of = found.get(1).map_or("", |m| m.as_str());
            }
            let Some(text) = whole.trim_start().strip_prefix("///") else {
                continue;
            };
            let attributes = (i + 1..i + 14).map(line);
            let head: String = attributes.take_while(|l| !item.is_match(l)).collect();
            let is_help = is_for_users(&derive)
                || derive.starts_with("tokens!")
                || (!whole.starts_with(' ') && is_for_users(&head));
            if is_help || is_doc(i + 1) || (i > 0 && is_doc(i - 1)) {
                continue;
            }
            let name = (i + 1..i + 14).find_map(|n| item.captures(line(n)));
            let name = name.map_or(String::new(), |m| m[1].to_owned());
            if says_nothing(text, &[words_of_name(&name), words_of_name(of)].concat()) {
                wrong.push(format!("{}:{}:{text} ({of}, {name})", file.path, i + 1));
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
