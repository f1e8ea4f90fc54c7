//! Carrying what was issued to outlets: claimed by an event, sent, settled by an event. Two that publish at once never send
//! the same; a crash loses nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::desk::core::incident_facts::playbook_of_incident;
use crate::desk::publishing::components::{COMPONENTS, Shown, shown_components};
use crate::desk::publishing::letter::count_parts;
use crate::desk::publishing::outbox::{Item, People, list_outbox, list_unreached};
use crate::desk::statement::verdicts::{judge_ahead, recent_facts, recent_judgement};
use crate::desk::{DeskError, Journal, Snapshot};
use crate::domain::admission::refusal::Refusal;
use crate::domain::base::decimal::Decimal;
use crate::domain::base::lang::Lang;
use crate::domain::config::outlet::OutletKind;
use crate::domain::delivery::deliveries::Standing;
use crate::domain::facts::evaluator::Voice;
use crate::domain::record::parcel::Outcome;

/// What publishing at one outlet would do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The outlet.
    pub outlet: String,
    /// Texts that go now.
    pub due: Vec<Item>,
    /// Texts that take a newer one's place, and are marked so.
    pub superseded: Vec<Item>,
    /// Texts that do not go, each with why.
    pub held: Vec<(Item, String)>,
    /// Whom a text does not reach who is waiting for it, and why.
    pub unreached: Vec<String>,
    /// It reaches many: people, parts (SMS) or messages, cost, seconds.
    pub mass: Option<Mass>,
}

/// What sending to many means.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Mass {
    /// People.
    pub people: usize,
    /// SMS parts, or messages.
    pub parts: usize,
    /// What it costs.
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
        journal.outlet(name)?;
    }
    let now = journal.clock.now;
    let zone = journal.world()?.books.workspace.zone;
    let mut plans: BTreeMap<String, Plan> = BTreeMap::new();
    // A text that is under way, or that nobody knows about, is not overtaken on the line by a newer one.
    let mut busy: BTreeSet<(String, String)> = BTreeSet::new();
    // One that failed and still stands for part of what it says goes before a newer one to the same.
    let mut failing: BTreeMap<_, Vec<u32>> = BTreeMap::new();
    let mut shown: BTreeMap<String, Shown> = BTreeMap::new();
    let items = list_outbox(journal, people);
    let open = items
        .iter()
        .filter(|i| !i.overtaken && i.standing.is_due(now));
    judge_ahead(journal, &open.map(|i| i.parcel.statement).collect())?;
    for item in items {
        let outlet = journal.outlet(&item.outlet)?;
        if !(only.is_empty() || only.contains(&item.outlet)) || outlet.kind == OutletKind::ByHand {
            continue;
        }
        let plan = plans.entry(item.outlet.clone()).or_insert_with(|| Plan {
            outlet: item.outlet.clone(),
            ..Plan::default()
        });
        let line = (item.outlet.clone(), item.parcel.channel.clone());
        if matches!(item.standing, Standing::InFlight { .. }) {
            busy.insert(line);
            continue;
        }
        let is_gone = item.parcel.channel == COMPONENTS
            && !shown
                .entry(item.outlet.clone())
                .or_insert_with(|| shown_components(journal, outlet))
                .is_current(&item.parcel);
        if item.overtaken || is_gone {
            let is_open = !item.standing.is_settled()
                && !matches!(
                    item.standing,
                    Standing::Stuck {
                        outcome: Outcome::Unclear,
                        ..
                    }
                );
            // What may have been sent and cannot be asked about is for a person, not superseded.
            let is_unclear = item.standing == Standing::Expired && !outlet.is_once();
            if is_open && !is_unclear {
                plan.superseded.push(item);
            } else if is_unclear {
                plan.due.push(item);
            }
            continue;
        }
        if let Standing::Failed { .. } = &item.standing {
            let to = (line.clone(), item.parcel.lang, item.parcel.to.clone());
            failing.entry(to).or_default().push(item.parcel.statement);
        }
        if !item.standing.is_due(now) {
            continue;
        }
        let number = item.parcel.statement;
        let own = (line.clone(), item.parcel.lang, item.parcel.to.clone());
        let waits = failing.get(&own).is_some_and(|older: &Vec<u32>| {
            older
                .iter()
                .any(|n| *n < number && speak_of_same(journal, *n, number))
        });
        let is_component = item.parcel.channel == COMPONENTS;
        let held = match is_component {
            true => None,
            false => recent_judgement(journal, number)?.held,
        };
        if let Some(because) = held {
            plan.held.push((item, because));
        } else if outlet.is_quiet(now, zone)
            && (is_component || !is_safety_statement(journal, number)?)
        {
            let because = format!("quiet hours of {}", item.outlet);
            plan.held.push((item, because));
        } else if busy.contains(&line) || waits {
            plan.held
                .push((item, "an older text is still on its way".into()));
        } else {
            plan.due.push(item);
        }
    }
    for (name, why) in list_unreached(journal, only, people) {
        let plan = plans.entry(name.clone()).or_insert_with(|| Plan {
            outlet: name,
            ..Plan::default()
        });
        plan.unreached.push(why);
    }
    let mut plans: Vec<Plan> = plans.into_values().collect();
    for plan in &mut plans {
        plan.mass = count_mass(journal, plan)?;
    }
    let is_idle = |p: &Plan| p.due.is_empty() && p.superseded.is_empty() && p.held.is_empty();
    plans.retain(|p| !is_idle(p) || !p.unreached.is_empty());
    Ok(plans)
}

/// Whether two statements speak of the same incident.
fn speak_of_same(snapshot: &Snapshot, one: u32, other: u32) -> bool {
    let of = |n| snapshot.state.statement(n).map(|s| &s.statement.incidents);
    let (Some(one), Some(other)) = (of(one), of(other)) else {
        return false;
    };
    one.iter().any(|i| other.contains(i))
}

/// Publishing needs the shared record, where claims are, and no drill.
fn check_may_publish(journal: &Journal) -> Result<(), DeskError> {
    if journal.state.is_drill {
        return Err(DeskError::NotAllowed(Refusal::new(
            "this record is a drill: nothing of it is ever published",
            "a real incident is declared in the real workspace",
        )));
    }
    if journal.apart.is_some() {
        return Err(DeskError::NotAllowed(Refusal::new(
            "the shared record cannot be reached: nobody could know what others send",
            "tell people by hand, and record it (saydo told ...); publish when the record is back",
        )));
    }
    Ok(())
}

/// True when the playbook of one of its incidents says that safety is at stake.
pub(crate) fn is_safety_statement(snapshot: &Snapshot, number: u32) -> Result<bool, DeskError> {
    let Some(issued) = snapshot.state.statement(number) else {
        return Ok(false);
    };
    for incident in &issued.statement.incidents {
        let playbook = playbook_of_incident(snapshot, incident)?;
        let Some(expression) = &playbook.file.safety else {
            continue;
        };
        let facts = recent_facts(snapshot, incident, &issued.statement.audience)?;
        let tested = snapshot.voice.test(expression, &facts, None);
        if tested.is_ok_and(|t| t.truth == Some(true)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn count_mass(snapshot: &Snapshot, plan: &Plan) -> Result<Option<Mass>, DeskError> {
    let outlet = snapshot.outlet(&plan.outlet)?;
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
    let cost = outlet.cost.map(|c| {
        let whole = c
            .thousandths()
            .saturating_mul(i64::try_from(parts).unwrap_or(i64::MAX));
        let amount = Decimal::from_thousandths(whole);
        format!("{amount} {}", outlet.currency.as_deref().unwrap_or(""))
            .trim()
            .to_owned()
    });
    let rate = u64::from(outlet.rate.unwrap_or(1).max(1));
    Ok(Some(Mass {
        people: people.len(),
        parts,
        cost,
        seconds: (plan.due.len() as u64).div_ceil(rate),
    }))
}
