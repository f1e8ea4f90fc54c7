//! Links each with its state beside it, as in `set AAG=up APG,IA=down`. It records nothing.

use std::collections::BTreeSet;

use crate::cli::commands::show;
use crate::cli::trouble::Trouble;
use crate::desk::Snapshot;
use crate::domain::base::link::{LinkId, LinkState};
use crate::domain::base::malformed::Malformed;

/// The links with their states; none where no word is written so.
///
/// # Errors
/// When only some words are, a link or state is not known, or a link is given two states.
pub(super) fn read_named_states(
    words: &[String],
    desk: &Snapshot,
) -> Result<Option<Vec<(LinkId, LinkState)>>, Trouble> {
    let named: Vec<(&str, &str)> = words.iter().filter_map(|w| w.split_once('=')).collect();
    if named.is_empty() {
        return Ok(None);
    }
    if named.len() < words.len() {
        let what = "some links have their state beside them, and some words have none";
        return Err(Trouble::usage(what, "ID=STATE for each, or ID... STATE"));
    }
    let mut states = Vec::new();
    let mut seen = BTreeSet::new();
    for (links, state) in named {
        let state: LinkState = state
            .parse()
            .map_err(|e: Malformed| Trouble::usage(e.to_string(), ""))?;
        for id in show::find_links(desk.world()?.books, &[links.to_owned()])? {
            if !seen.insert(id.clone()) {
                let what = format!("{id} is given two states");
                return Err(Trouble::usage(what, "say once how it is"));
            }
            states.push((id, state));
        }
    }
    Ok(Some(states))
}
