//! The promise that a line would make, or what is missing for it. The conditions are not here: they are in the ledger.

use std::collections::BTreeSet;

use crate::domain::base::link::LinkId;
use crate::domain::base::value::Value;
use crate::domain::config::promise_kind::{Per, PromiseKind, Use};
use crate::domain::facts::missing::MissingFact;
use crate::domain::ledger::offer::{AmountLeft, Asked, Grounds, Maker, make_offer, subject_of};
use crate::domain::speech::composer::Composer;
use crate::domain::speech::draft::PromiseDraft;

impl Composer<'_> {
    /// The promise, or what is missing for it.
    pub(crate) fn draft_promise(
        &self,
        name: &str,
        kind: &PromiseKind,
        it: Option<&str>,
        reads: &mut BTreeSet<String>,
    ) -> Result<PromiseDraft, Vec<MissingFact>> {
        let asked = Asked {
            name,
            kind,
            maker: Maker::Statement,
            it,
            due: None,
            is_for_audience: self.workspace.is_for(&kind.audiences, &self.facts.audience),
        };
        let grounds = Grounds {
            facts: self.facts,
            resources: &self.workspace.resources,
            evaluator: self.evaluator,
        };
        let left_of = |used: &Use, _: &_, _| self.left_of(name, used);
        let offer =
            make_offer(&asked, &grounds, &left_of).map_err(|no| no.withholding_reasons())?;
        reads.extend(offer.reads.clone());
        Ok(PromiseDraft {
            kind: name.to_owned(),
            names: kind.names.clone(),
            per: kind.per,
            subject: subject_of(kind, it).map(str::to_owned),
            scope: self.scope_of_promise(name, kind, reads),
            owner: kind.owner.clone(),
            by: kind.by,
            due: offer.due,
            uses: offer.uses,
            kept_when: kind.kept_when().to_owned(),
            grace: kind.grace,
            of_window: kind.is_of_window(),
        })
    }

    /// What a promise about the incident covers, as the facts have it.
    fn scope_of_promise(
        &self,
        name: &str,
        kind: &PromiseKind,
        reads: &mut BTreeSet<String>,
    ) -> Vec<LinkId> {
        let path = format!("promise.{name}.scope");
        match self.facts.value(&path) {
            Some(Value::List(all)) if kind.per == Per::Incident => {
                reads.insert(path);
                all.iter().map(|n| n.id.clone()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What the facts say is left, less what other lines of this draft take.
    fn left_of(&self, name: &str, used: &Use) -> Result<AmountLeft, MissingFact> {
        let path = format!("promise.{name}.{}.stock", used.resource);
        let Some(Value::Count(left)) = self.facts.value(&path) else {
            return Err(self.facts.missing_at(&path));
        };
        let taken = self.taken.borrow();
        let taken = taken.get(&used.resource).copied().unwrap_or(0);
        Ok(AmountLeft {
            amount: left.saturating_sub(taken),
            is_known: true,
            path: Some(path),
        })
    }
}
