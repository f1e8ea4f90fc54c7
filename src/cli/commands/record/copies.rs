//! `saydo record copy`, `export` and `import`: the same events in another place. No event is changed on the way.

use std::path::PathBuf;

use serde_json::json;

use super::verify::refuse_underived;
use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::core::location::Location;
use crate::desk::core::record_copies::{
    CopyOutcome, Record, copy_events, import_record, read_json_lines, verify_events, verify_record,
    write_json_lines,
};
use crate::desk::core::workspace_files::{io_error, write_file};

/// To where.
#[derive(Debug, clap::Args)]
pub struct CopyRecord {
    /// A server (postgres://USER@HOST/NAME) or a file; a copy that is there is brought up to date
    #[arg(long, value_name = "URL|FILE")]
    pub to: String,
}

/// Where to.
#[derive(Debug, clap::Args)]
pub struct Export {
    /// The file; standard output when absent
    pub file: Option<PathBuf>,
}

/// From where.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// The file written by `record export`
    pub file: PathBuf,
    /// The file of the new record, which must not exist; the workspace's own when that is missing
    #[arg(long, value_name = "FILE")]
    pub to: Option<PathBuf>,
}

pub(super) fn copy_elsewhere(
    args: &CopyRecord,
    session: &Session,
    from: &dyn Record,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let place = session.at_place(&args.to)?;
    let (events, verified) = verify_record(from)?;
    if let Err(b) = verified {
        let (seq, what) = (b.seq, b.what);
        let what = format!("the record is broken at event {seq}: {what}; nothing was copied");
        return Err(Trouble::refused(what, Vec::new()));
    }
    refuse_underived(&events, "the record")?;
    let all = events.len();
    match copy_events(&events, &place)? {
        CopyOutcome::Other => Err(Trouble::refused(
            format!(
                "{} holds another record; nothing was copied",
                place.display_text()
            ),
            vec!["copy to an empty place".into()],
        )),
        CopyOutcome::Copied(n, head) => {
            out.line(match n {
                0 => format!("{} holds all {all} events already.", place.display_text()),
                n => format!(
                    "{n} events copied to {}; head {}",
                    place.display_text(),
                    head.hash
                ),
            });
            out.json = json!({ "to": place.display_text(), "copied": n, "head": head });
            Ok(0)
        }
        CopyOutcome::Moved => Err(Trouble::refused(
            format!(
                "somebody else wrote to {} meanwhile; nothing was copied",
                place.display_text()
            ),
            vec!["copy again".into()],
        )),
    }
}

pub(super) fn export_lines(
    args: &Export,
    record: &dyn Record,
    out: &mut Output,
) -> Result<u8, Trouble> {
    record.check_storage()?;
    let events = record.read_events_after(0)?;
    let text = write_json_lines(&events);
    match &args.file {
        Some(path) => {
            write_file(path, &text)?;
            out.line(format!(
                "{} events written to {}",
                events.len(),
                path.display()
            ));
            out.json = json!({ "events": events.len(), "file": path });
        }
        None => out.raw = Some(text),
    }
    Ok(0)
}

pub(super) fn import_lines(
    args: &Import,
    session: &Session,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let name = args.file.display();
    let to = match &args.to {
        Some(to) => to.clone(),
        None => session.workspace_folder()?.record_path(),
    };
    if to.exists() {
        return Err(Trouble::usage(
            format!("{} exists already; nothing was written", to.display()),
            "name a file that does not exist: --to FILE",
        ));
    }
    let text = std::fs::read_to_string(&args.file).map_err(|e| io_error(&args.file, &e))?;
    let events = read_json_lines(&text).map_err(|(line, what)| {
        Trouble::usage(format!("{name}:{line}: {what}"), "nothing was written")
    })?;
    if events.is_empty() {
        let hint = "give the file that saydo record export wrote; nothing was written";
        return Err(Trouble::usage(
            format!("{name}: there is no event in it"),
            hint,
        ));
    }
    verify_events(&events).map_err(|b| {
        Trouble::refused(
            format!("{name}:{}: {}", b.seq, b.what),
            vec!["nothing was written".into()],
        )
    })?;
    refuse_underived(&events, &name.to_string())?;
    match import_record(&Location::File(to.clone()), &events)? {
        Some(head) => {
            out.line(format!(
                "{} events read back into {}. Head {}",
                head.seq,
                to.display(),
                head.hash
            ));
            out.json = json!({ "events": head.seq, "head": head.hash });
            Ok(0)
        }
        None => Err(Trouble::refused(
            format!("{} is not empty; nothing was written", to.display()),
            Vec::new(),
        )),
    }
}
