//! `saydo site` and `saydo serve`

use std::path::{Component, Path, PathBuf};

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::session::{Session, json};
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::desk::publishing::site::{build_view, staff_sheets};
use crate::desk::publishing::site_outline::outline_incidents;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::parallel as many;
use crate::domain::config::outlet::Outlet;
use crate::publish::site_folder::{Folder, Locked, Written};
use crate::render::site::{page_of, staff, tree};

/// Build the status page
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Build the pages into a folder: for customers, for staff, for programs
    Build(Build),
}

/// Where to.
#[derive(Debug, clap::Args)]
pub struct Build {
    /// The folder; a new one, an empty one, or one that was built before
    pub dir: PathBuf,
    /// Where the page is read: https://status.example
    #[arg(long, value_name = "URL")]
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
    if desk.world()?.books.workspace.audience(&audience).is_none() {
        return Err(Trouble::usage(
            format!("there is no audience \"{audience}\""),
            "see `audiences:` in saydo.yaml",
        ));
    }
    let what = What {
        dir: &args.dir,
        staff: args.staff.as_deref(),
        audience: &audience,
        channel: None,
        base_url: args.base_url.as_deref(),
    };
    let (written, staff) = build(desk, &what).map_err(|e| Trouble::usage(e, ""))?;
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
        json!({ "dir": args.dir, "files": json(&written), "staff": staff.map(|w| json(&w)) });
    Ok(0)
}

/// Where a path leads, through links, as far as it is there; the rest is made as it is written.
fn resolved(path: &Path) -> Result<PathBuf, String> {
    let wrong = |e: std::io::Error| format!("{}: {e}", path.display());
    let mut found = PathBuf::new();
    for part in std::path::absolute(path).map_err(wrong)?.components() {
        match part {
            Component::ParentDir => {
                found.pop();
            }
            Component::CurDir => {}
            other => {
                found.push(other);
                if let Ok(real) = std::fs::canonicalize(&found) {
                    found = real;
                }
            }
        }
    }
    Ok(found)
}

/// What to build.
pub struct What<'a> {
    /// Where to.
    pub dir: &'a Path,
    /// The staff's pages, where to.
    pub staff: Option<&'a Path>,
    /// To whom.
    pub audience: &'a str,
    /// The channel whose texts are shown.
    pub channel: Option<&'a str>,
    /// Where it is read.
    pub base_url: Option<&'a str>,
}

/// Builds the pages; gives what was done to the customers' and the staff's folder.
///
/// # Errors
/// What is wrong.
pub fn build(desk: &mut Journal, what: &What<'_>) -> Result<(Written, Option<Written>), String> {
    if let Some(staff) = what.staff {
        let (inside, outside) = (resolved(staff)?, resolved(what.dir)?);
        if inside.starts_with(&outside) || outside.starts_with(&inside) {
            return Err(format!(
                "{}: the staff's pages lie in a folder of their own, not in the customers' and not around it; nothing was written",
                staff.display()
            ));
        }
    }
    let locked = Locked::new(what.dir).map_err(|e| e.to_string())?;
    // Whoever had the folder before may have shown more than was known here: an older page never follows a newer one.
    desk.catch_up().map_err(|e| e.to_string())?;
    let desk = &*desk;
    let world = desk.world().map_err(|e| e.to_string())?;
    let outlines = || outline_incidents(desk, what.audience, what.channel);
    let (outlines, folder) = many::both(outlines, || locked.open());
    let mut folder = folder.map_err(|e| e.to_string())?;
    let outlines = outlines.map_err(|e| e.to_string())?;
    let langs = &world.books.workspace.languages;
    let kept = |id: &str, input: &str| -> Option<Texts> {
        let page = |lang: &Lang| page_of(langs, *lang, id);
        let word = folder.word(&page(langs.first()?))?;
        let is_there = langs.iter().all(|l| folder.has(&page(l), input));
        is_there.then(|| serde_json::from_str(word).ok()).flatten()
    };
    let view = build_view(desk, outlines, what.base_url, &kept).map_err(|e| e.to_string())?;
    let (files, inputs) = tree(&view, &|path, input| folder.has(path, input))?;
    let inputs = inputs
        .iter()
        .map(|(path, i)| (path.as_str(), (i.of.as_str(), i.word.as_deref())))
        .collect();
    let written = folder.keep(&files, &inputs).map_err(|e| e.to_string())?;
    drop(folder);
    let Some(dir) = what.staff else {
        return Ok((written, None));
    };
    let (roles, basis) = staff_sheets(desk).map_err(|e| e.to_string())?;
    let files = staff::tree(&view, &roles, basis.as_ref())?;
    let mut folder = Folder::open(dir).map_err(|e| e.to_string())?;
    let staff = folder
        .keep(&files, &Default::default())
        .map_err(|e| e.to_string())?;
    Ok((written, Some(staff)))
}

/// Builds the site of an outlet.
///
/// # Errors
/// What is wrong.
pub fn at(desk: &mut Journal, outlet: &Outlet, root: &Path) -> Result<(), String> {
    let dir = root.join(outlet.folder.as_deref().unwrap_or_default());
    let staff = outlet.staff.as_ref().map(|s| root.join(s));
    let what = What {
        dir: &dir,
        staff: staff.as_deref(),
        audience: &outlet.audience,
        channel: outlet.channels.first().map(String::as_str),
        base_url: outlet.base_url.as_deref(),
    };
    build(desk, &what).map(|_| ())
}
