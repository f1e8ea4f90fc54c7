//! Who may move a repair window earlier. It says nothing about windows that move later.

use crate::domain::base::link::SourceKind;
use crate::domain::base::next_step::{Advice, NextStep};
use crate::domain::base::value::Value;

use crate::domain::facts::world::World;
use crate::domain::record::link_event::LinkReported;

/// A report that would move a window earlier without evidence of the same kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeakerWord {
    /// What is refused, in English for staff.
    pub what: String,
    /// What would let it through.
    pub hint: Advice,
}

/// An earlier repair window needs as much proof as a first one: what the operator gave, only the operator moves earlier, and
/// nobody does by an estimate.
///
/// # Errors
/// When the report would move the window of its link earlier on a weaker word.
pub fn check_earlier_window(world: World<'_>, report: &LinkReported) -> Result<(), WeakerWord> {
    let Some(window) = &report.window else {
        return Ok(());
    };
    let zone = world.books.workspace.zone;
    let standing = world
        .condition
        .and_then(|c| c.reported_link(&report.link))
        .and_then(|own| own.window.as_ref());
    let Some((standing, before)) = standing.and_then(|s| Some((s, s.value.as_ref()?))) else {
        return Ok(());
    };
    let is_earlier = window.latest.ends_at(zone) < before.latest.ends_at(zone);
    let by_operator = standing.source.kind == SourceKind::CableOperator;
    let is_weaker = match report.source.kind {
        SourceKind::CableOperator => false,
        SourceKind::Estimate | SourceKind::Monitoring => true,
        SourceKind::OwnCheck | SourceKind::FieldTeam => by_operator,
    };
    if !(is_earlier && is_weaker) {
        return Ok(());
    }
    let old = Value::Window(*before).to_plain_text();
    let new = Value::Window(*window).to_plain_text();
    let (link, told) = (&report.link, &standing.source);
    Err(WeakerWord {
        what: format!(
            "the repair window of {link} would move earlier, from {old} (by {told}) to {new} (by {}): an earlier date needs evidence of the same kind",
            report.source
        ),
        hint: NextStep::MoveWindowTo {
            link: link.clone(),
            window: new,
            source: told.to_string(),
        }
        .after("when they have said so themselves: "),
    })
}
