//! `saydo site`: builds the status pages into a folder. What they say is not decided here.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::next_step::write_advice;
use crate::cli::output::Output;
use crate::cli::session::{Session, to_json};
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::publishing::site_build::{SiteTarget, Written, build_site};

/// Build the status page
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Build the pages into a folder: for customers, for staff, for programs
    Build(Build),
}

#[derive(Debug, clap::Args)]
pub struct Build {
    /// The folder; a new one, an empty one, or one that was built before
    pub dir: PathBuf,
    #[arg(
        long,
        value_name = "URL",
        help = "Where the page is read: https://status.example"
    )]
    pub base_url: Option<String>,
    /// The staff's pages, into a folder of their own that is kept inside
    #[arg(long, value_name = "DIR")]
    pub staff: Option<PathBuf>,
    /// To this audience [default: the workspace's customers]
    #[arg(long)]
    pub audience: Option<String>,
}

/// Builds.
///
/// # Errors
/// When the folder holds files of somebody else or cannot be written.
pub fn run(
    args: &Command,
    _session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let Command::Build(args) = args;
    if let Some(url) = &args.base_url
        && !(url.starts_with("https://") || url.starts_with("http://"))
    {
        return Err(Trouble::usage(
            format!("--base-url {url}: an address begins with https://"),
            "for example: https://status.example",
        ));
    }
    let audience = desk.audience_or_default(args.audience.as_deref());
    if desk
        .world()?
        .books
        .workspace
        .find_audience(&audience)
        .is_none()
    {
        return Err(Trouble::usage(
            format!("there is no audience \"{audience}\""),
            "see `audiences:` in saydo.yaml",
        ));
    }
    let what = SiteTarget {
        dir: &args.dir,
        staff: args.staff.as_deref(),
        audience: &audience,
        channel: None,
        base_url: args.base_url.as_deref(),
        is_private: false,
    };
    let (written, staff) =
        build_site(desk, &what).map_err(|e| Trouble::usage(write_advice(&e), ""))?;
    let of = |w: Written| {
        format!(
            "{} written, {} as they were, {} removed",
            w.written, w.same, w.removed
        )
    };
    out.line(format!("{}: {}.", args.dir.display(), of(written)));
    if let (Some(dir), Some(w)) = (&args.staff, staff) {
        out.line(format!("{}: {}.", dir.display(), of(w)));
    }
    out.json =
        json!({ "dir": args.dir, "files": to_json(&written), "staff": staff.map(|w| to_json(&w)) });
    Ok(0)
}
