//! All facts about one incident: those from reports and those about promises. Nothing is derived here itself.

use crate::domain::base::time::At;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::fact::Facts;
use crate::domain::facts::reported::{set_disclosure, undisclosed_facts};
use crate::domain::facts::subject::DeriveError;
use crate::domain::facts::world::World;
use crate::domain::ledger::owed_facts;
use crate::domain::ledger::promise_facts;

/// The facts about one incident, for one audience, at one instant.
///
/// # Errors
/// When the incident, its playbook or the audience does not exist, or a rule of the playbook is wrong.
pub fn derive_all_facts(
    world: World<'_>,
    incident: &str,
    audience: &str,
    as_of: At,
    evaluator: &dyn Evaluator,
) -> Result<Facts, DeriveError> {
    let (ground, mut facts) = undisclosed_facts(world, incident, audience, as_of, evaluator)?;
    promise_facts::derive_promise_facts(&ground, &mut facts, evaluator);
    owed_facts::insert_owed(&ground, &mut facts, evaluator);
    set_disclosure(&ground, &mut facts);
    Ok(facts)
}
