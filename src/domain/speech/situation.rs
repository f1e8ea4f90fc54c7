//! What is wrong now in one incident, for the people who answer for it: each thing with its state and its own beginning.
//! It words no sentence.

use serde::Serialize;

use crate::domain::base::lang::Texts;
use crate::domain::base::link::LinkState;
use crate::domain::base::phase::Phase;
use crate::domain::base::time::{At, Moment};
use crate::domain::base::value::{Named, Value};
use crate::domain::config::audience::Disclosure;
use crate::domain::facts::fact::Facts;
use crate::domain::record::statement::StatementIssued;
use crate::domain::speech::shown_state::{Circumstances, ShownState, Stage};
use crate::domain::state::told_work::Arrangement;

/// A link, region or service with its state now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trouble {
    pub id: String,
    /// What customers call it.
    pub names: Texts,
    pub state: ShownState,
    /// Since when it has this state, as far as somebody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Moment>,
}

/// What is so now in one incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Situation {
    /// What its playbook calls such incidents.
    pub title: Texts,
    /// S1 to S4; none when it cannot be told.
    pub severity: Option<String>,
    /// Everything that does not work as it should, and what nobody has reported on: links first, each list the worst
    /// first.
    pub now: Vec<Trouble>,
    /// When the last statement promised the next.
    pub next_update: Option<At>,
}

impl Situation {
    /// By the facts of one incident, and what was said of it last.
    pub fn from_facts(title: Texts, facts: &Facts, last: Option<&StatementIssued>) -> Situation {
        let arrangement = facts.state_word("arrangement").map(Arrangement::from_word);
        let is_work = facts.known_fact("planned_end").is_some();
        let called_off = arrangement.filter(|_| is_work).and_then(Arrangement::phase);
        let phase = called_off.or_else(|| facts.phase());
        let reader = SituationReader {
            facts,
            stage: Stage::from_phase(phase.unwrap_or(Phase::Open)),
        };
        Situation {
            title,
            severity: facts.state_word("severity").map(str::to_owned),
            now: reader.list_troubles(),
            next_update: last.and_then(StatementIssued::next_update),
        }
    }

    /// The order of incidents on a sheet: the worst comes first, work that goes as announced last.
    pub fn rank(&self) -> (Option<ShownState>, std::cmp::Reverse<String>) {
        let worst = self.now.iter().map(|t| t.state).max();
        let severity = self.severity.clone().unwrap_or_else(|| "S9".into());
        (worst, std::cmp::Reverse(severity))
    }
}

struct SituationReader<'a> {
    facts: &'a Facts,
    stage: Stage,
}

impl SituationReader<'_> {
    fn list_troubles(&self) -> Vec<Trouble> {
        let mut all: Vec<Trouble> = Vec::new();
        for list in [
            "down",
            "unstable",
            "degraded",
            "planned_down",
            "at_risk",
            "unreported",
        ] {
            all.extend(
                self.named_in(list)
                    .iter()
                    .filter_map(|n| self.trouble_of(n, false)),
            );
        }
        for kind in ["regions", "services"] {
            let affected = self.named_in(&format!("{kind}.affected"));
            all.extend(affected.iter().filter_map(|n| self.trouble_of(n, true)));
            let possible = self.named_in(&format!("{kind}.possible"));
            all.extend(possible.iter().map(|n| Trouble {
                id: n.id.clone(),
                names: n.names.clone(),
                state: ShownState::PossiblyAffected,
                since: None,
            }));
        }
        // A region in scope stands in two lists.
        let mut seen = std::collections::BTreeSet::new();
        all.retain(|t| seen.insert(t.id.clone()));
        all.sort_by_key(|t| std::cmp::Reverse(t.state));
        all
    }

    fn named_in(&self, path: &str) -> &[Named] {
        let may_know = self.facts.may_know.max(Disclosure::Public);
        let fact = self.facts.known_fact(path);
        match fact.filter(|f| f.disclosure <= may_know).map(|f| &f.value) {
            Some(Value::List(list)) => list,
            _ => &[],
        }
    }

    fn trouble_of(&self, named: &Named, is_rider: bool) -> Option<Trouble> {
        let path = |name: &str| format!("links.{}.{name}", named.id);
        let reported = self.facts.state_word(&path("state"));
        let reported = reported.and_then(|word| word.parse().ok());
        let around = Circumstances {
            stage: self.stage,
            is_older_than_work: false,
            was_out_before: None,
            // Work that was to interrupt nothing excuses no region or service that is down.
            is_not_by_work: is_rider && self.facts.state_word("impact") == Some("none"),
        };
        let since = match self.facts.value(&path("since")) {
            Some(Value::Instant(since)) => Some(*since),
            _ => None,
        };
        Some(Trouble {
            id: named.id.clone(),
            names: named.names.clone(),
            state: around.shown_state(reported.unwrap_or(LinkState::Unreported))?,
            since,
        })
    }
}
