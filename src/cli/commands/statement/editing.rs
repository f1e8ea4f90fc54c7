//! `saydo statement edit`: the text of one channel worded by hand. What passes is decided at the desk, not here.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use crate::cli::commands::show;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::core::workspace_files::read_bytes_up_to;
use crate::desk::statement::edit::{Edited, edit_texts, text_to_edit};
use crate::domain::base::lang::Lang;

/// The longest file with an edited text, in bytes.
const MAX: usize = 64 * 1024;

/// What to edit.
#[derive(Debug, clap::Args)]
pub struct Edit {
    /// The incident, as INC-2 or 2 [default: the one switched to, or the only open one]
    pub incident: Option<String>,
    /// The channel whose text is worded anew
    #[arg(long)]
    pub channel: String,
    /// The edited text from a file, in the language of --lang, or named (may be given again); without it, $VISUAL or $EDITOR opens
    /// the text
    #[arg(long, value_name = "[LANG=]FILE")]
    pub from: Vec<String>,
    /// For this audience [default: the workspace's customers]
    #[arg(long)]
    pub audience: Option<String>,
}

pub(super) fn edit_statement(
    args: &Edit,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    super::check_channels(desk, std::slice::from_ref(&args.channel))?;
    let incident = session.find_incident(desk, args.incident.as_deref())?;
    desk.read_closed(&incident)?;
    let audience = desk.audience_or_default(args.audience.as_deref());
    let which = Edited {
        incident: &incident,
        audience: &audience,
        channel: &args.channel,
    };
    let texts = match args.from.is_empty() {
        false => read_texts(&args.from, session.lang)?,
        true => vec![ask_editor(which, session, desk)?],
    };
    let (seqs, review) = edit_texts(desk, which, &texts)?;
    if seqs.is_empty() {
        out.line("Nothing was changed.");
        out.json = json!({ "incident": incident, "sentences": seqs });
        return Ok(0);
    }
    let edited = review.draft.renditions.iter();
    for r in edited.filter(|r| r.channel == args.channel) {
        let measured = show::describe_length(desk, r);
        out.line(format!("── {} {} ({measured})", r.channel, r.lang));
        out.paragraph("", &r.text);
        out.line("");
    }
    let numbers: Vec<String> = seqs.iter().map(u64::to_string).collect();
    out.item("", "What was worded anew is so in the next statement; what was added stands until it is stopped.");
    out.line("Issue it: saydo statement issue");
    out.line(format!(
        "To undo: saydo say --stop {}",
        numbers.join("; saydo say --stop ")
    ));
    out.json = json!({ "incident": incident, "sentences": seqs });
    Ok(0)
}

fn read_texts(given: &[String], usual: Lang) -> Result<Vec<(Lang, String)>, Trouble> {
    let mut texts = Vec::new();
    for one in given {
        let named = one.split_once('=');
        let named = named.and_then(|(tag, file)| Some((tag.parse::<Lang>().ok()?, file)));
        let (lang, file) = named.unwrap_or((usual, one));
        if texts.iter().any(|(l, _)| *l == lang) {
            return Err(Trouble::usage(
                format!("--from gives the text in {lang} twice"),
                "give one file per language",
            ));
        }
        texts.push((lang, read_text(Path::new(file))?));
    }
    Ok(texts)
}

fn read_text(file: &Path) -> Result<String, Trouble> {
    let bytes = read_bytes_up_to(file, MAX)?;
    let name = file.display();
    if bytes.len() > MAX {
        return Err(Trouble::usage(
            format!("{name} is larger than {MAX} bytes"),
            "it is the text of one channel",
        ));
    }
    String::from_utf8(bytes)
        .map_err(|_| Trouble::usage(format!("{name} is not UTF-8"), "save it as UTF-8"))
}

/// Lets the person edit the text in the language of their screen.
fn ask_editor(
    which: Edited<'_>,
    session: &Session,
    desk: &Journal,
) -> Result<(Lang, String), Trouble> {
    let editor = ["VISUAL", "EDITOR"].into_iter().find_map(|name| {
        let value = std::env::var(name).ok()?;
        (!value.trim().is_empty()).then_some(value)
    });
    let (Some(editor), true) = (editor, session.interactive) else {
        return Err(Trouble::usage(
            "there is no terminal with an editor to word the text in",
            "give the edited text: --from FILE, in the language of --lang; or set EDITOR",
        ));
    };
    let lang = session.lang;
    let text = text_to_edit(desk, which, lang)?;
    let folder = tempfile_folder()?;
    let file = folder.join(format!("{}.{lang}.txt", which.channel));
    let failed = |e: std::io::Error| Trouble::usage(format!("{}: {e}", file.display()), "");
    std::fs::write(&file, text + "\n").map_err(failed)?;
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or_default();
    let ended = Command::new(program).args(words).arg(&file).status();
    let edited = match ended {
        Ok(status) if status.success() => read_text(&file),
        Ok(status) => Err(Trouble::usage(
            format!("{editor} ended with {status}"),
            "nothing was changed",
        )),
        Err(e) => Err(Trouble::usage(
            format!("{editor} cannot be started: {e}"),
            "set EDITOR",
        )),
    };
    // What is left behind harms nobody: it is the text of a notice.
    let _ = std::fs::remove_dir_all(&folder);
    Ok((lang, edited?))
}

/// A folder that nobody else may look into.
fn tempfile_folder() -> Result<PathBuf, Trouble> {
    let id = format!("saydo-edit-{}", std::process::id());
    let folder = std::env::temp_dir().join(id);
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let made = builder.create(&folder);
    made.map_err(|e| Trouble::usage(format!("{}: {e}", folder.display()), ""))?;
    Ok(folder)
}
