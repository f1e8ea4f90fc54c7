//! What publishing would do now, outlet by outlet. It sends and records nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::desk::core::incident_facts::playbook_of_incident;
use crate::desk::publishing::components::{COMPONENTS, ComponentStates, shown_components};
use crate::desk::publishing::outbox::{Item, list_outbox, list_unreached};
use crate::desk::publishing::outlet_message::count_parts;
use crate::desk::publishing::recipients::People;
use crate::desk::statement::verdicts::{judge_ahead, recent_facts, recent_judgement};
use crate::desk::{DeskError, Journal, Snapshot};
use crate::domain::admission::admit_delivery::refuse_halted;
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::lang::Lang;
use crate::domain::base::next_step::NextStep;
use crate::domain::config::outlet::{Outlet, OutletKind};
use crate::domain::delivery::deliveries::DeliveryStatus;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::record::parcel::Outcome;

/// What publishing at one outlet would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    pub outlet: String,
    /// Texts that go now.
    pub due: Vec<Item>,
    /// Texts that take a newer one's place, and are marked so.
    pub superseded: Vec<Item>,
    /// Texts that do not go, each with why.
    pub withheld: Vec<(Item, String)>,
    /// Whom a text does not reach who is waiting for it, and why.
    pub undelivered_to: Vec<String>,
    /// It reaches many: people, parts (SMS) or messages, cost, seconds.
    pub mass: Option<BulkEstimate>,
}

/// What sending to many means.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BulkEstimate {
    pub people: usize,
    /// SMS parts, or messages.
    pub parts: usize,
    /// The price of all parts, by what the outlet states of it; none where it states nothing.
    pub cost: Option<String>,
    /// How long it takes at the gateway's rate, in seconds.
    pub seconds: u64,
}

/// What publishing would do now, outlet by outlet.
///
/// # Errors
/// When an outlet does not exist, facts cannot be derived, or this is a drill.
pub fn make_plans(
    journal: &Journal,
    only: &[String],
    people: &People,
) -> Result<Vec<Plan>, DeskError> {
    check_may_publish(journal)?;
    for name in only {
        journal.find_outlet(name)?;
    }
    let items = list_outbox(journal, people);
    let now = journal.clock.now;
    let open = items
        .iter()
        .filter(|i| !i.overtaken && i.standing.is_due(now));
    judge_ahead(journal, &open.map(|i| i.parcel.statement).collect())?;
    let mut sorting = Sorting::default();
    for item in items {
        let outlet = journal.find_outlet(&item.outlet)?;
        if (only.is_empty() || only.contains(&item.outlet)) && outlet.kind != OutletKind::ByHand {
            sorting.sort_item(journal, outlet, item)?;
        }
    }
    let mut plans = sorting.plans;
    for (name, why) in list_unreached(journal, only, people) {
        let plan = plans.entry(name.clone()).or_insert_with(|| Plan {
            outlet: name,
            ..Plan::default()
        });
        plan.undelivered_to.push(why);
    }
    let mut plans: Vec<Plan> = plans.into_values().collect();
    for plan in &mut plans {
        plan.mass = count_mass(journal, plan)?;
    }
    let is_idle = |p: &Plan| p.due.is_empty() && p.superseded.is_empty() && p.withheld.is_empty();
    plans.retain(|p| !is_idle(p) || !p.undelivered_to.is_empty());
    Ok(plans)
}

/// The plans while the items of the outbox are sorted into them, in the order of the outbox.
#[derive(Default)]
struct Sorting {
    plans: BTreeMap<String, Plan>,
    /// A text that is under way, or that nobody knows about, is not overtaken on the line by a newer one.
    busy: BTreeSet<(String, String)>,
    /// One that failed and still stands for part of what it says goes before a newer one to the same.
    failing: BTreeMap<Line, Vec<u32>>,
    shown: BTreeMap<String, ComponentStates>,
}

/// Outlet and channel, language, and whom it is for.
type Line = ((String, String), Option<Lang>, Option<String>);

impl Sorting {
    fn sort_item(
        &mut self,
        snapshot: &Snapshot,
        outlet: &Outlet,
        item: Item,
    ) -> Result<(), DeskError> {
        let now = snapshot.clock.now;
        let plan = self
            .plans
            .entry(item.outlet.clone())
            .or_insert_with(|| Plan {
                outlet: item.outlet.clone(),
                ..Plan::default()
            });
        let line = (item.outlet.clone(), item.parcel.channel.clone());
        if matches!(item.standing, DeliveryStatus::InFlight { .. }) {
            self.busy.insert(line);
            return Ok(());
        }
        let is_gone = item.parcel.channel == COMPONENTS
            && !self
                .shown
                .entry(item.outlet.clone())
                .or_insert_with(|| shown_components(snapshot, outlet))
                .is_current(&item.parcel);
        if item.overtaken || is_gone {
            sort_overtaken(plan, outlet, item);
            return Ok(());
        }
        let own = (line.clone(), item.parcel.lang, item.parcel.to.clone());
        if let DeliveryStatus::Failed { .. } = &item.standing {
            let failing = self.failing.entry(own.clone()).or_default();
            failing.push(item.parcel.statement);
        }
        if !item.standing.is_due(now) {
            return Ok(());
        }
        let number = item.parcel.statement;
        let waits = self.failing.get(&own).is_some_and(|older| {
            let mut older = older.iter();
            older.any(|n| *n < number && speak_of_same(snapshot, *n, number))
        });
        let is_busy = waits || self.busy.contains(&line);
        match why_not_now(snapshot, outlet, &item, is_busy)? {
            Some(because) => plan.withheld.push((item, because)),
            None => plan.due.push(item),
        }
        Ok(())
    }
}

/// What was overtaken gives way, but for what may have been sent and cannot be asked about: that is for a person.
fn sort_overtaken(plan: &mut Plan, outlet: &Outlet, item: Item) {
    let is_unclear = item.standing == DeliveryStatus::Expired && !outlet.is_once();
    let is_stuck_unclear = matches!(
        item.standing,
        DeliveryStatus::Stuck {
            outcome: Outcome::Unclear,
            ..
        }
    );
    if is_unclear {
        plan.due.push(item);
    } else if !item.standing.is_settled() && !is_stuck_unclear {
        plan.superseded.push(item);
    }
}

/// Why an item that is due does not go now: it is no longer true, the outlet is quiet, an older one is before it.
fn why_not_now(
    snapshot: &Snapshot,
    outlet: &Outlet,
    item: &Item,
    is_busy: bool,
) -> Result<Option<String>, DeskError> {
    let number = item.parcel.statement;
    let is_component = item.parcel.channel == COMPONENTS;
    if !is_component && let Some(because) = recent_judgement(snapshot, number)?.held {
        return Ok(Some(because));
    }
    let zone = snapshot.world()?.books.workspace.zone;
    let is_quiet = outlet.is_quiet(snapshot.clock.now, zone);
    if is_quiet && (is_component || !is_safety_statement(snapshot, number)?) {
        return Ok(Some(format!("quiet hours of {}", item.outlet)));
    }
    Ok(is_busy.then(|| "an older text is still on its way".into()))
}

/// Whether two statements speak of the same incident.
fn speak_of_same(snapshot: &Snapshot, one: u32, other: u32) -> bool {
    let of = |n| {
        snapshot
            .state
            .find_statement(n)
            .map(|s| &s.statement.incidents)
    };
    let (Some(one), Some(other)) = (of(one), of(other)) else {
        return false;
    };
    one.iter().any(|i| other.contains(i))
}

/// What leaves needs a record of which nothing is in doubt, the shared one, where claims are, and no drill.
pub(in crate::desk) fn check_may_publish(journal: &Journal) -> Result<(), DeskError> {
    journal.check_trusted()?;
    if journal.state.is_drill {
        return Err(DeskError::NotAllowed(Refusal::new(
            "this record is a drill: nothing of it is ever published",
            "a real incident is declared in the real workspace",
        )));
    }
    if let Some(halt) = &journal.state.deliveries.halted {
        return Err(DeskError::NotAllowed(refuse_halted(halt)));
    }
    if journal.apart.is_some() {
        return Err(DeskError::NotAllowed(Refusal::new(
            "the shared record cannot be reached: nobody could know what others send",
            NextStep::RecordTold
                .after("tell people by hand, and record it (")
                .then("); publish when the record is back"),
        )));
    }
    Ok(())
}

/// True when the playbook of one of its incidents says that safety is at stake.
pub(crate) fn is_safety_statement(snapshot: &Snapshot, number: u32) -> Result<bool, DeskError> {
    let Some(issued) = snapshot.state.find_statement(number) else {
        return Ok(false);
    };
    for incident in &issued.statement.incidents {
        let playbook = playbook_of_incident(snapshot, incident)?;
        let Some(expression) = &playbook.file.safety else {
            continue;
        };
        let facts = recent_facts(snapshot, incident, &issued.statement.audience)?;
        let tested = snapshot.evaluator.test_condition(expression, &facts, None);
        if tested.is_ok_and(|t| t.truth == Some(true)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn count_mass(snapshot: &Snapshot, plan: &Plan) -> Result<Option<BulkEstimate>, DeskError> {
    let outlet = snapshot.find_outlet(&plan.outlet)?;
    if !outlet.is_mass() || plan.due.is_empty() {
        return Ok(None);
    }
    let people: BTreeSet<&String> = plan
        .due
        .iter()
        .filter_map(|i| i.parcel.to.as_ref())
        .collect();
    let mut parts = 0;
    let mut known: BTreeMap<(u32, String, Option<Lang>), usize> = BTreeMap::new();
    for item in &plan.due {
        let p = &item.parcel;
        let key = (p.statement, p.channel.clone(), p.lang);
        let each = match known.get(&key) {
            Some(n) => *n,
            None => {
                let n = count_parts(snapshot, outlet, p)?;
                known.insert(key, n);
                n
            }
        };
        parts += each;
    }
    let cost = outlet.price_of(u64::try_from(parts).unwrap_or(u64::MAX));
    let rate = u64::from(outlet.rate.unwrap_or(1).max(1));
    Ok(Some(BulkEstimate {
        people: people.len(),
        parts,
        cost,
        seconds: (plan.due.len() as u64).div_ceil(rate),
    }))
}
