//! The playbooks that are adopted and in force. It does not adopt any.

use crate::desk::{DeskError, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::next_step::NextStep;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::config::playbook::PlaybookFile;
use crate::domain::record::record_event::TextKind;
use crate::store::files;

/// The digests of a playbook in force and of its base.
///
/// # Errors
/// When there is no such playbook, with the nearest.
pub fn find_playbook_in_force(
    snapshot: &Snapshot,
    name: &str,
) -> Result<(String, Option<String>, PlaybookFile), DeskError> {
    let Some((adopted, text)) = snapshot.state.adopted_text(TextKind::Playbook, name) else {
        let known: Vec<String> = snapshot
            .state
            .adopted
            .get(&TextKind::Playbook)
            .map(|all| all.keys().filter(|k| !is_base(k)).cloned().collect())
            .unwrap_or_default();
        let near = suggest_nearest(name, known.iter().map(String::as_str));
        return Err(Refusal::new(
            format!("there is no playbook \"{name}\"{near}"),
            NextStep::ListPlaybooks.after(format!("known: {}. See: ", known.join(", "))),
        )
        .into());
    };
    let (file, _) = files::read_playbook(&format!("playbooks/{name}.yaml"), text.as_bytes())
        .map_err(DeskError::Files)?;
    let base = match &file.extends {
        Some(base) => {
            let found = snapshot.state.adopted_text(TextKind::Playbook, base);
            let (base, _) = found.ok_or_else(|| {
                Refusal::new(
                    format!("the base \"{base}\" of \"{name}\" is not adopted"),
                    NextStep::AdoptFiles,
                )
            })?;
            Some(base.digest.clone())
        }
        None => None,
    };
    Ok((adopted.digest.clone(), base, file))
}

/// True for a file that others build on and that is no playbook by itself.
pub fn is_base(name: &str) -> bool {
    name == "base"
}
