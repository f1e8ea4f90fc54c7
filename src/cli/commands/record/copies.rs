//! `saydo record copy`, `export` and `import`: the same events in another place. No event is changed on the way.

use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::session::Session;
use crate::cli::trouble::Trouble;
use crate::desk::core::record_copies::{
    CopyOutcome, LinesError, NewRecord, Record, copy_record, write_json_lines,
};
use crate::desk::core::workspace_files::{io_error, write_file};
use crate::desk::statement::whole_record::{RecordFault, find_record_fault};

#[derive(Debug, clap::Args)]
pub struct CopyRecord {
    /// A server (postgres://USER@HOST/NAME) or a file; a copy that is there is brought up to date
    #[arg(long, value_name = "URL|FILE")]
    pub to: String,
}

#[derive(Debug, clap::Args)]
pub struct Export {
    /// The file; standard output when absent
    pub file: Option<PathBuf>,
}

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
    let own = session.workspace_folder()?.own_folder();
    let location = session.record_location()?;
    // What is appended meanwhile was not looked at, and waits for the next copy.
    let all = from.head()?.seq;
    if let Some(fault) = find_record_fault(&location, &own, session.machine)? {
        return Err(match fault {
            RecordFault::Broken(b) => Trouble::refused(
                format!(
                    "the record is broken at event {}: {}; nothing was copied",
                    b.seq, b.what
                ),
                Vec::new(),
            ),
            fault => refuse_fault(&fault, "the record", "nothing was copied"),
        });
    }
    match copy_record(from, all, &place)? {
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
                "somebody else wrote to {} meanwhile; the copy is not whole",
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
        return Err(exists_already(&to));
    }
    let file = File::open(&args.file).map_err(|e| io_error(&args.file, &e))?;
    let mut new = NewRecord::beside(&to)?;
    let head = match new.take_lines(BufReader::new(file)) {
        Ok(head) => head,
        Err(LinesError::Io(e)) => return Err(io_error(&args.file, &e).into()),
        Err(LinesError::Store(e)) => return Err(e.into()),
        Err(LinesError::Line(line, what)) => {
            let what = format!("{name}:{line}: {what}");
            return Err(Trouble::usage(what, "nothing was written"));
        }
    };
    if head.seq == 0 {
        let hint = "give the file that saydo record export wrote; nothing was written";
        return Err(Trouble::usage(
            format!("{name}: there is no event in it"),
            hint,
        ));
    }
    if let Some(fault) = find_record_fault(&new.location(), &to, session.machine)? {
        return Err(refuse_fault(
            &fault,
            &name.to_string(),
            "nothing was written",
        ));
    }
    new.keep().map_err(|e| match e.kind() {
        ErrorKind::AlreadyExists => exists_already(&to),
        _ => io_error(&to, &e).into(),
    })?;
    out.line(format!(
        "{} events read back into {}. Head {}",
        head.seq,
        to.display(),
        head.hash
    ));
    out.json = json!({ "events": head.seq, "head": head.hash });
    Ok(0)
}

fn exists_already(to: &Path) -> Trouble {
    Trouble::usage(
        format!("{} exists already; nothing was written", to.display()),
        "name a file that does not exist: --to FILE",
    )
}

/// Refuses to bring in a record with a fault. `left` says what was not done.
fn refuse_fault(fault: &RecordFault, name: &str, left: &str) -> Trouble {
    let what = match fault {
        RecordFault::Broken(chain) => format!("{name}:{}: {}", chain.seq, chain.what),
        RecordFault::Underived(fault) => format!(
            "{name}:{}: statement {} is not what the events before it give: {}",
            fault.seq, fault.statement, fault.what
        ),
    };
    Trouble::refused(what, vec![left.into()])
}
