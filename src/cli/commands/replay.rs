//! `saydo replay`: plays a scenario file on a record in memory. It touches no workspace.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::scenario::stage::{Origin, Stage};
use crate::cli::session::{Session, to_json};
use crate::cli::trouble::{REFUSED, Trouble};

/// Run a scenario file on a temporary record; exit 1 when an expectation fails
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The scenario file: see docs/scenario.md
    pub file: PathBuf,
    /// Stop after this step, counted from 1
    #[arg(long, value_name = "STEP")]
    pub until: Option<usize>,
    /// Show what each command printed
    #[arg(long)]
    pub verbose: bool,
}

/// Runs it.
///
/// # Errors
/// When the file is wrong.
pub fn run(args: &Args, session: &mut Session, out: &mut Output) -> Result<u8, Trouble> {
    let (mut stage, source) = Stage::set_up(
        &Origin::Disk(args.file.clone()),
        session.machine,
        session.lang,
    )?;
    let steps = stage.scenario.steps.len();
    let until = args.until.unwrap_or(steps);
    if until == 0 || until > steps {
        return Err(Trouble::usage(
            format!("there is no step {until}"),
            format!("the scenario has steps 1 to {steps}"),
        ));
    }
    let (mut failed, mut checked) = (0, 0);
    let mut all = Vec::new();
    for i in 0..until {
        let stepped = stage.play_step(i, &source)?;
        let at = stepped
            .at
            .with_timezone(&stage.zone())
            .format("%d/%m %H:%M");
        let mark = if stepped.failures.is_empty() {
            "ok  "
        } else {
            "FAIL"
        };
        let title = stage.scenario.steps[i]
            .title
            .get_or_any(session.lang)
            .to_owned();
        out.line(format!("{mark} {:>2} {at} {title}", stepped.number));
        if args.verbose {
            for ran in &stepped.ran {
                out.item("     $ ", &ran.command);
                out.paragraph("       ", ran.output.trim_end());
            }
        }
        for f in &stepped.failures {
            out.item("     ! ", f);
        }
        failed += stepped.failures.len();
        checked += stepped.checked;
        all.push(to_json(&stepped));
    }
    out.line(format!(
        "{}: {checked} checked, {failed} failed",
        stage.scenario.scenario
    ));
    out.json = json!({ "scenario": stage.scenario.scenario, "checked": checked, "failed": failed, "steps": all });
    Ok(if failed == 0 { 0 } else { REFUSED })
}
