//! `saydo playbook translate`: texts of the workspace to translators and back, as XLIFF. It adopts nothing.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::{REFUSED, TROUBLE, Trouble};
use crate::desk::core::translation::{
    MAX_BYTES, export_texts, find_untranslated, import_texts, read_xliff, write_xliff,
};
use crate::desk::core::workspace_files::{Adoptable, FileTrouble, read_bytes_up_to, write_file};
use crate::domain::base::lang::Lang;

/// Texts to translators and back; without --export or --import, how many are missing
#[derive(Debug, clap::Args)]
pub struct Translate {
    /// Playbooks by name; all files of the workspace with texts when none is named
    pub playbooks: Vec<String>,
    /// The language to translate into
    #[arg(long, value_name = "LANG")]
    pub to: Lang,
    /// The language to translate from
    #[arg(long, value_name = "LANG", default_value_t = Lang::USUAL)]
    pub from: Lang,
    /// Write the texts to a file for translators (XLIFF 2)
    #[arg(long, value_name = "FILE", conflicts_with = "import")]
    pub export: Option<PathBuf>,
    /// Put what came back into the files: all of it, or nothing
    #[arg(long, value_name = "FILE")]
    pub import: Option<PathBuf>,
}

/// Counts, exports or imports.
///
/// # Errors
/// When a file cannot be read or written, or something in it does not fit.
pub fn run(
    args: &Translate,
    all: &[Adoptable],
    session: &Session,
    out: &mut Output,
) -> Result<u8, Trouble> {
    if args.from == args.to {
        return Err(Trouble::usage(
            format!("\"{}\" is both languages", args.to),
            "name another one: --from LANG",
        ));
    }
    let chosen = choose_files(args, all)?;
    match (&args.export, &args.import) {
        (Some(file), _) => export(args, &chosen, file, out),
        (_, Some(file)) => import(args, &chosen, file, session, out),
        _ => count(args, &chosen, out),
    }
}

/// The files that were named, or all of them.
fn choose_files<'a>(args: &Translate, all: &'a [Adoptable]) -> Result<Vec<&'a Adoptable>, Trouble> {
    for name in &args.playbooks {
        if !all.iter().any(|f| f.name == *name) {
            let known: Vec<&str> = all.iter().map(|f| f.name.as_str()).collect();
            return Err(Trouble::usage(
                format!("there is no \"{name}\" here"),
                format!("known: {}", known.join(", ")),
            ));
        }
    }
    let is_chosen = |f: &&Adoptable| args.playbooks.is_empty() || args.playbooks.contains(&f.name);
    Ok(all.iter().filter(is_chosen).collect())
}

fn in_files(troubles: Vec<FileTrouble>) -> Trouble {
    Trouble::files(troubles, TROUBLE)
}

fn count(args: &Translate, files: &[&Adoptable], out: &mut Output) -> Result<u8, Trouble> {
    let mut rows = Vec::new();
    let mut missing = Vec::new();
    for file in files {
        let whole = export_texts(&[*file], args.from, args.to).map_err(in_files)?;
        let lacks = find_untranslated(&[*file], args.to).map_err(in_files)?;
        let all = whole.units.len();
        rows.push(vec![
            file.path.clone(),
            all.to_string(),
            lacks.len().to_string(),
        ]);
        missing.push(json!({ "file": file.path, "texts": all, "missing": lacks.len() }));
    }
    let head = format!("missing in {}", args.to);
    out.table(&["file", "texts", head.as_str()], rows);
    out.line(format!(
        "Line by line: saydo playbook check --lang {to}   For translators: saydo playbook translate --to {to} --export FILE",
        to = args.to
    ));
    out.json = json!({ "from": args.from, "to": args.to, "files": missing });
    Ok(0)
}

fn export(
    args: &Translate,
    files: &[&Adoptable],
    file: &Path,
    out: &mut Output,
) -> Result<u8, Trouble> {
    refuse_other_file(file)?;
    let xliff = export_texts(files, args.from, args.to).map_err(in_files)?;
    let open = xliff.units.iter().filter(|u| u.target.is_empty()).count();
    write_file(file, &write_xliff(&xliff))?;
    out.line(format!(
        "Written: {} with {} texts, {open} of them without a translation.",
        file.display(),
        xliff.units.len()
    ));
    out.line("Placeholders are codes in it; words in plural(...) are to be translated too.");
    out.json = json!({ "file": file, "texts": xliff.units.len(), "untranslated": open });
    Ok(0)
}

/// What stands there and is no file for translators is not written over: it may be a playbook, typed by mistake.
fn refuse_other_file(file: &Path) -> Result<(), Trouble> {
    if !file.exists() {
        return Ok(());
    }
    let bytes = read_bytes_up_to(file, MAX_BYTES)?;
    match read_xliff(&String::from_utf8_lossy(&bytes)) {
        Ok(_) => Ok(()),
        Err(_) => Err(Trouble::usage(
            format!(
                "{} is there and is no file for translators; nothing was written",
                file.display()
            ),
            "choose another name: --export FILE.xlf",
        )),
    }
}

fn import(
    args: &Translate,
    files: &[&Adoptable],
    file: &Path,
    session: &Session,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let root = session.workspace_folder()?.root;
    let shown = file.display();
    let bytes = read_bytes_up_to(file, MAX_BYTES)?;
    if bytes.len() > MAX_BYTES {
        return Err(Trouble::usage(
            format!("{shown} is longer than {MAX_BYTES} bytes, which is the most that is read"),
            "send playbooks one by one: saydo playbook translate NAME --to LANG --export FILE",
        ));
    }
    let text = String::from_utf8_lossy(&bytes);
    let hint = "write one: saydo playbook translate --to LANG --export FILE";
    let xliff = read_xliff(&text).map_err(|why| Trouble::usage(format!("{shown}: {why}"), hint))?;
    if (xliff.from.as_str(), xliff.to.as_str()) != (args.from.tag(), args.to.tag()) {
        return Err(Trouble::usage(
            format!("{shown} is from {} to {}", xliff.from, xliff.to),
            format!("say so: --from {} --to {}", xliff.from, xliff.to),
        ));
    }
    let done = import_texts(files, &xliff, (args.from, args.to)).map_err(in_files)?;
    out.json = json!({ "taken": done.taken, "empty": done.empty, "wrong": done.wrong });
    if !done.wrong.is_empty() {
        for what in &done.wrong {
            out.item("- ", what);
        }
        out.line(format!(
            "{} to mend; nothing was written.",
            done.wrong.len()
        ));
        return Ok(REFUSED);
    }
    for (path, text) in &done.files {
        write_file(&root.join(path), text)?;
    }
    out.line(format!(
        "{} texts taken into {} files, {} without a translation left out.",
        done.taken,
        done.files.len(),
        done.empty
    ));
    out.line(format!(
        "Look at them: saydo playbook check --lang {to}   Then add {to} to `languages` in saydo.yaml: saydo adopt",
        to = args.to
    ));
    Ok(0)
}
