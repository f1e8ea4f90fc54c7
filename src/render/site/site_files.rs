//! All files of the customers' status site in one tree. Writes nothing to disk.

use crate::domain::base::parallel;
use crate::render::page_error::PageError;
use crate::render::site::view::{Inputs, SiteView, Tree};
use crate::render::site::{calendar, cap, feed, json_api, pages};

/// Renders all files of the customers' site. `had` is true for a page that exists and was made from data with this digest: it
/// is left out.
///
/// # Errors
/// When a template or a format does not take the view, which tests rule out.
pub fn render_site(
    view: &SiteView,
    had: &(dyn Fn(&str, &str) -> bool + Sync),
) -> Result<(Tree, Inputs), PageError> {
    let (pages, others) =
        parallel::run_both(|| pages::render_pages(view, had), || for_programs(view));
    let (mut tree, inputs) = pages?;
    tree.extend(others?);
    tree.insert(
        "witness.txt".into(),
        format!("{}\n", view.seal).into_bytes(),
    );
    tree.insert("style.css".into(), include_bytes!("style.css").to_vec());
    tree.insert("icon.svg".into(), include_bytes!("icon.svg").to_vec());
    tree.insert("late.js".into(), include_bytes!("late.js").to_vec());
    Ok((tree, inputs))
}

fn for_programs(view: &SiteView) -> Result<Tree, PageError> {
    let mut tree = Tree::new();
    json_api::insert_json_files(view, &mut tree)?;
    feed::insert_feeds(view, &mut tree)?;
    calendar::insert_calendar(view, &mut tree);
    cap::insert_alerts(view, &mut tree)?;
    Ok(tree)
}
