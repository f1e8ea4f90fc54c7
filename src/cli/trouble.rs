//! Errors at the edge: what went wrong, what to do, the exit code. It prints nothing itself.

use crate::domain::base::next_step::NextStep;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use serde_json::json;

use crate::cli::next_step::{write_advice, write_step};
use crate::cli::output::{clean_text, fold_line};
use crate::desk::DeskError;
use crate::desk::core::workspace_files::{FileTrouble, StoreError};
use crate::domain::base::lang::Lang;
use crate::domain::facts::missing::MissingFact;
use crate::domain::record::body::BodyError;
use crate::domain::speech::draft::DigestError;

/// Usage, bad input, I/O.
pub const TROUBLE: u8 = 2;
/// The exit code when something is refused, or when a check has found something.
pub const REFUSED: u8 = 1;

/// An error with its hint.
#[derive(Debug)]
pub struct Trouble {
    pub what: String,
    /// What to do about it.
    pub hints: Vec<String>,
    /// With which the program ends: `REFUSED` or `TROUBLE`.
    pub code: u8,
    /// Where it is wrong, when it is about files.
    pub places: Vec<FileTrouble>,
}

/// A remark or an error under the program's name, in lines of 80 columns.
pub fn format_remark(text: &str) -> String {
    let mut out = String::new();
    for (i, line) in fold_line(&clean_text(text), 80 - 7).iter().enumerate() {
        let mark = if i == 0 { "saydo: " } else { "       " };
        out.push_str(&format!("{mark}{line}\n"));
    }
    out
}

impl Trouble {
    /// Wrong usage or input.
    pub fn usage(what: impl Into<String>, hint: impl Into<String>) -> Self {
        let hint = hint.into();
        let hints = if hint.is_empty() {
            Vec::new()
        } else {
            vec![hint]
        };
        Trouble {
            what: what.into(),
            hints,
            code: TROUBLE,
            places: Vec::new(),
        }
    }

    pub fn refused(what: impl Into<String>, hints: Vec<String>) -> Self {
        Trouble {
            what: what.into(),
            hints,
            code: REFUSED,
            places: Vec::new(),
        }
    }

    pub fn files(places: Vec<FileTrouble>, code: u8) -> Self {
        let what = match places.len() {
            1 => "one thing is wrong".to_owned(),
            n => format!("{n} things are wrong"),
        };
        Trouble {
            what,
            hints: Vec::new(),
            code,
            places,
        }
    }

    pub fn to_text(&self) -> String {
        let mut out = String::new();
        for place in &self.places {
            out.push_str(&source_snippet(place));
            out.push('\n');
        }
        let width = 80;
        out.push_str(&format_remark(&self.what));
        for hint in &self.hints {
            for line in fold_line(&clean_text(hint), width - 2) {
                out.push_str(&format!("  {line}\n"));
            }
        }
        out
    }

    pub fn to_json(&self) -> String {
        let places: Vec<_> = self
            .places
            .iter()
            .map(|p| json!({ "file": p.file, "line": p.line, "column": p.column, "what": write_advice(&p.what) }))
            .collect();
        let value =
            json!({ "error": { "what": self.what, "hints": self.hints, "places": places } });
        format!("{value}\n")
    }
}

/// The place in its file, as compilers show it.
pub fn source_snippet(trouble: &FileTrouble) -> String {
    let what = write_advice(&trouble.what);
    let head = format!(
        "{}:{}:{}: {}",
        trouble.file,
        trouble.line,
        trouble.column,
        clean_text(&what)
    );
    if trouble.text.is_empty() {
        return head;
    }
    // Only the lines around it: the file may be long, and control characters in it are not for a terminal.
    let before = &trouble.text[..trouble.range.start];
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    let rest = &trouble.text[start..];
    let line: String = rest
        .split('\n')
        .next()
        .unwrap_or("")
        .trim_end()
        .chars()
        .take(300)
        .collect();
    if line.trim().is_empty()
        || line
            .chars()
            .any(crate::domain::admission::wording::is_harmful)
    {
        return head;
    }
    let from = trouble.range.start - start;
    let to = (trouble.range.end.saturating_sub(start)).clamp(from, line.len().max(from));
    let (from, to) = (from.min(line.len()), to.min(line.len()));
    if !line.is_char_boundary(from) || !line.is_char_boundary(to) {
        return head;
    }
    let group = Level::ERROR.primary_title(what.as_str()).element(
        Snippet::source(line.as_str())
            .line_start(trouble.line)
            .path(trouble.file.as_str())
            .annotation(AnnotationKind::Primary.span(from..to)),
    );
    let shown = Renderer::plain().render(&[group]);
    format!(
        "{head}\n{}",
        shown.lines().skip(1).collect::<Vec<_>>().join("\n")
    )
}

/// What is missing, with the command.
pub fn describe_missing(l: &MissingFact, lang: Lang) -> String {
    let what = l.what.get_or_any(lang);
    match &l.step {
        None => what.to_owned(),
        Some(step) => format!("{what}: {}", write_step(step)),
    }
}

impl From<StoreError> for Trouble {
    fn from(e: StoreError) -> Self {
        Trouble::usage(write_advice(&e.with_step()), "")
    }
}

impl From<DigestError> for Trouble {
    fn from(e: DigestError) -> Self {
        Trouble::usage(e.to_string(), "")
    }
}

impl From<BodyError> for Trouble {
    fn from(e: BodyError) -> Self {
        Trouble::usage(e.to_string(), "")
    }
}

impl From<DeskError> for Trouble {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Refused(r) => Trouble::usage(r.what, write_advice(&r.hint)),
            DeskError::NotAllowed(r) => Trouble::refused(r.what, vec![write_advice(&r.hint)]),
            DeskError::Files(places) => Trouble::files(places, TROUBLE),
            e @ (DeskError::Moved(_)
            | DeskError::Unwritable(_)
            | DeskError::DraftAhead(_)
            | DeskError::SideJournal(_)) => Trouble::refused(e.to_string(), Vec::new()),
            DeskError::OldDraft { what, incidents } => {
                let again = write_step(&NextStep::DraftStatement { incidents });
                Trouble::refused(format!("{what}. Draft again: {again}"), Vec::new())
            }
            DeskError::NotBacked { what, hints } => {
                Trouble::refused(what, hints.iter().map(write_advice).collect())
            }
            DeskError::NotYet { what, hints } => {
                let mut hints: Vec<String> = hints.iter().map(write_advice).collect();
                hints.push("or say who carries it on: --handed-over-to NAME".into());
                Trouble::refused(what, hints)
            }
            DeskError::Gate(_, findings) => {
                let hints = findings.iter().map(|f| {
                    let place = match (&f.channel, f.lang) {
                        (Some(c), Some(l)) => format!("{c} {l}: "),
                        _ => String::new(),
                    };
                    format!("{place}{}", write_advice(&f.what))
                });
                Trouble::refused(
                    "the gate refuses this statement; nothing was issued",
                    hints.collect(),
                )
            }
            other => Trouble::usage(write_advice(&other.with_step()), ""),
        }
    }
}
