//! A site written into its folder from the record. It serves nothing.

use crate::domain::base::next_step::Advice;
use std::path::{Component, Path, PathBuf};

use crate::desk::Journal;
use crate::desk::publishing::site::{build_view, staff_sheets};
use crate::desk::publishing::site_outline::outline_incidents;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::parallel;
use crate::domain::config::outlet::Outlet;
pub use crate::publish::open_folder::OpenFolder;
use crate::publish::open_folder::{FOR_ALL, FOR_OWNER};
pub use crate::publish::site_folder::Written;
use crate::publish::site_folder::{LockedFolder, SiteFolder};
use crate::render::site::{page_of, render_site, staff};

/// Where a path leads, through links, as far as it is there; the rest is made as it is written.
fn resolve_path(path: &Path) -> Result<PathBuf, String> {
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

/// The folders of a site, and of whose texts it is made.
pub struct SiteTarget<'a> {
    pub dir: &'a Path,
    /// The staff's pages, where to.
    pub staff: Option<&'a Path>,
    pub audience: &'a str,
    /// The channel whose texts are shown.
    pub channel: Option<&'a str>,
    /// Where it is read.
    pub base_url: Option<&'a str>,
    /// Nobody but its owner may read what is built.
    pub is_private: bool,
}

/// Builds the pages; gives what was done to the customers' and the staff's folder.
///
/// # Errors
/// What is wrong.
pub fn build_site(
    journal: &mut Journal,
    what: &SiteTarget<'_>,
) -> Result<(Written, Option<Written>), Advice> {
    if let Some(staff) = what.staff {
        let (inside, outside) = (resolve_path(staff)?, resolve_path(what.dir)?);
        if inside.starts_with(&outside) || outside.starts_with(&inside) {
            return Err(format!(
                "{}: the staff's pages lie in a folder of their own, not in the customers' and not around it; nothing was written",
                staff.display()
            )
            .into());
        }
    }
    let mode = if what.is_private { FOR_OWNER } else { FOR_ALL };
    let locked = LockedFolder::new(what.dir, mode).map_err(|e| e.to_string())?;
    // Whoever had the folder before may have shown more than was known here: an older page never follows a newer one.
    journal.catch_up().map_err(|e| e.with_step())?;
    let snapshot = journal.snapshot();
    let world = snapshot.world().map_err(|e| e.to_string())?;
    let outlines = || outline_incidents(snapshot, what.audience, what.channel);
    let (outlines, folder) = parallel::run_both(outlines, || locked.open());
    let mut folder = folder.map_err(|e| e.to_string())?;
    let outlines = outlines.map_err(|e| e.to_string())?;
    let langs = &world.books.workspace.languages;
    let kept = |id: &str, input: &str| -> Option<Texts> {
        let page = |lang: &Lang| page_of(langs, *lang, id);
        let word = folder.note_of(&page(langs.first()?))?;
        let is_there = langs.iter().all(|l| folder.is_made_from(&page(l), input));
        is_there.then(|| serde_json::from_str(word).ok()).flatten()
    };
    let view = build_view(snapshot, outlines, what.base_url, &kept).map_err(|e| e.to_string())?;
    let (files, inputs) = render_site(&view, &|path, input| folder.is_made_from(path, input))
        .map_err(|e| e.to_string())?;
    let inputs = inputs
        .iter()
        .map(|(path, i)| (path.as_str(), (i.of.as_str(), i.word.as_deref())))
        .collect();
    let written = folder
        .write_tree(&files, &inputs)
        .map_err(|e| e.to_string())?;
    drop(folder);
    let Some(dir) = what.staff else {
        return Ok((written, None));
    };
    let (roles, bases) = staff_sheets(snapshot).map_err(|e| e.to_string())?;
    let files = staff::render_staff_site(&view, &roles, &bases).map_err(|e| e.to_string())?;
    let mut folder = SiteFolder::open(dir, mode).map_err(|e| e.to_string())?;
    let staff = folder
        .write_tree(&files, &Default::default())
        .map_err(|e| e.to_string())?;
    Ok((written, Some(staff)))
}

/// Builds the site of an outlet.
///
/// # Errors
/// What is wrong.
pub fn build_outlet_site(
    journal: &mut Journal,
    outlet: &Outlet,
    root: &Path,
) -> Result<(), Advice> {
    let dir = root.join(outlet.folder.as_deref().unwrap_or_default());
    let staff = outlet.staff.as_ref().map(|s| root.join(s));
    let what = SiteTarget {
        dir: &dir,
        staff: staff.as_deref(),
        audience: &outlet.audience,
        channel: outlet.channels.first().map(String::as_str),
        base_url: outlet.base_url.as_deref(),
        is_private: false,
    };
    build_site(journal, &what).map(|_| ())
}
