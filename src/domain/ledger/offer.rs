//! What may be promised: the conditions that a statement's promise and a promise made by hand share. It records nothing, and
//! it does not know which promises are open.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::base::next_step::NextStep;
use crate::domain::base::time::When;
use crate::domain::base::value::Value;
use crate::domain::config::promise_kind::{Amount, Per, PromiseKind, Use};
use crate::domain::config::resource::Resource;
use crate::domain::facts::catalogue::resolve_path;
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::fact::Facts;
use crate::domain::facts::missing::MissingFact;
use crate::domain::ledger::due::DueTime;
use crate::domain::ledger::offer_refusal::{NotOffered, Short};
use crate::domain::record::promise_event::Reserved;

/// Who makes a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maker {
    /// A line of a statement, which is heard by all of its audience.
    Statement,
    /// A person, with a command.
    Hand,
}

/// A promise that somebody wants to make.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The key of the kind in the playbook or the workspace.
    pub name: &'a str,
    pub kind: &'a PromiseKind,
    pub maker: Maker,
    /// The link or region that it is about, or the entry of the list that its line is said for.
    pub it: Option<&'a str>,
    /// The due time that a person gave; without it the kind says when.
    pub due: Option<When>,
    /// The kind is for the audience that is spoken to.
    pub is_for_audience: bool,
}

/// What the conditions are held against.
#[derive(Clone, Copy)]
pub struct Grounds<'a> {
    /// The facts of the incident to the audience, or those without an incident.
    pub facts: &'a Facts,
    /// The resources of the workspace, by name.
    pub resources: &'a BTreeMap<String, Resource>,
    /// Evaluates due times and evidence.
    pub evaluator: &'a dyn Evaluator,
}

/// How much of a resource is left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmountLeft {
    /// What can still be promised.
    pub amount: u64,
    /// False when nobody has recorded how much there is.
    pub is_known: bool,
    /// The fact that says so, when a fact does.
    pub path: Option<String>,
}

/// Says how much of a resource is left on the local day of a due time, or what is missing to know.
pub type LeftOf<'a> = dyn Fn(&Use, &Resource, When) -> Result<AmountLeft, MissingFact> + 'a;

/// What may be promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// When it falls due.
    pub due: When,
    /// What it takes from stock until it is kept.
    pub uses: Vec<Reserved>,
    /// The facts by which it may be promised so, by path.
    pub reads: BTreeSet<String>,
}

/// The evidence that a kind needs: its own, and the conditions of what it uses.
pub fn needed_evidence<'k>(
    kind: &'k PromiseKind,
    resources: &'k BTreeMap<String, Resource>,
) -> Vec<&'k String> {
    let used = kind
        .uses
        .iter()
        .filter_map(|u| resources.get(&u.resource))
        .flat_map(|r| &r.conditions);
    kind.needs.iter().chain(used).collect()
}

/// The events behind the evidence of a promise.
///
/// # Errors
/// When a part of it does not hold or cannot be told.
pub fn check_evidence(asked: &Asked<'_>, grounds: &Grounds<'_>) -> Result<Vec<u64>, NotOffered> {
    let facts = grounds.facts;
    let mut events: Vec<u64> = Vec::new();
    for need in needed_evidence(asked.kind, grounds.resources) {
        let refused = |holds, lacks| NotOffered::NoEvidence {
            name: asked.name.to_owned(),
            need: need.clone(),
            holds,
            lacks,
        };
        let tested = grounds.evaluator.test_condition(need, facts, asked.it);
        let tested = tested.map_err(|e| NotOffered::Broken {
            name: asked.name.to_owned(),
            need: need.clone(),
            error: e.to_string(),
        })?;
        let read = tested.reads.iter().filter_map(|p| facts.known_fact(p));
        match tested.truth {
            Some(true) => events.extend(read.flat_map(|f| f.events.clone())),
            Some(false) => {
                let mut lacks: Vec<MissingFact> = read.flat_map(|f| f.lacks.clone()).collect();
                if lacks.is_empty() {
                    let read: Vec<&str> = tested.reads.iter().map(String::as_str).collect();
                    let what = format!("what the record says of {}", read.join(", "));
                    lacks.push(MissingFact::from_hint(what, NextStep::ListFacts));
                }
                return Err(refused(Some(false), lacks));
            }
            None => {
                let lacks = tested.missing.iter().map(|p| facts.missing_at(p)).collect();
                return Err(refused(None, lacks));
            }
        }
    }
    events.sort_unstable();
    events.dedup();
    Ok(events)
}

/// Whether a kind is for this maker and this audience at all.
///
/// # Errors
/// When it is not.
pub fn check_terms(asked: &Asked<'_>) -> Result<(), NotOffered> {
    let (name, kind) = (asked.name.to_owned(), asked.kind);
    let is_of_statement = kind.per == Per::Statement || kind.is_of_window();
    if asked.maker == Maker::Hand && is_of_statement {
        return Err(NotOffered::ByStatementOnly { name });
    }
    if !asked.is_for_audience {
        let only = kind.audiences.clone();
        return Err(NotOffered::OtherAudience { name, only });
    }
    if asked.maker == Maker::Statement && kind.per == Per::Case {
        return Err(NotOffered::ByHandOnly { name });
    }
    Ok(())
}

/// What may be promised now: due when, reserving what.
///
/// # Errors
/// When it may not be promised: why.
pub fn make_offer(
    asked: &Asked<'_>,
    grounds: &Grounds<'_>,
    left_of: &LeftOf<'_>,
) -> Result<Offer, NotOffered> {
    let (name, facts) = (asked.name, grounds.facts);
    check_terms(asked)?;
    let mut reads = BTreeSet::new();
    let due = match asked.due {
        Some(due) => due,
        None => due_time(asked, grounds, &mut reads).map_err(|lack| NotOffered::NoDueTime {
            name: name.to_owned(),
            lack: Box::new(lack),
        })?,
    };
    if due.ends_at(facts.zone) <= facts.as_of {
        let name = name.to_owned();
        return Err(NotOffered::Passed { name, due });
    }
    check_not_earlier(asked, facts, due)?;
    let mut uses = Vec::new();
    for used in &asked.kind.uses {
        uses.extend(reserve_resource(
            asked, grounds, used, due, left_of, &mut reads,
        )?);
    }
    Ok(Offer { due, uses, reads })
}

/// The link or region that a promise of this kind is about; other kinds are about none.
pub fn subject_of<'a>(kind: &PromiseKind, it: Option<&'a str>) -> Option<&'a str> {
    it.filter(|_| matches!(kind.per, Per::Link | Per::Region))
}

/// The path below which the facts of an open promise of this kind and subject are.
fn own_path(asked: &Asked<'_>) -> String {
    match subject_of(asked.kind, asked.it) {
        Some(subject) => format!("promise.{}.{subject}", asked.name),
        None => format!("promise.{}", asked.name),
    }
}

fn time_of(facts: &Facts, path: &str) -> Option<When> {
    match facts.value(path) {
        Some(Value::Instant(m)) => Some(When::At(m.at)),
        Some(Value::Date(d)) => Some(When::Day(*d)),
        _ => None,
    }
}

fn due_time(
    asked: &Asked<'_>,
    grounds: &Grounds<'_>,
    reads: &mut BTreeSet<String>,
) -> Result<When, MissingFact> {
    let facts = grounds.facts;
    let path = format!("{}.due", own_path(asked));
    if asked.kind.per != Per::Statement && facts.entry(&path).is_some() {
        let due = time_of(facts, &path).ok_or_else(|| facts.missing_at(&path))?;
        reads.insert(path);
        return Ok(due);
    }
    Ok(
        match DueTime::read_due(&asked.kind.due, facts, asked.it, grounds.evaluator)? {
            DueTime::Fact { path, due } => {
                reads.insert(path);
                due
            }
            DueTime::Reckoned { due, reads: read } => {
                reads.extend(read);
                due
            }
        },
    )
}

/// An earlier time than was told needs as much proof as a first one.
fn check_not_earlier(asked: &Asked<'_>, facts: &Facts, due: When) -> Result<(), NotOffered> {
    let own = own_path(asked);
    let Some(told) = time_of(facts, &format!("{own}.told_due")) else {
        return Ok(());
    };
    let source = facts
        .known_fact(&format!("{own}.due"))
        .and_then(|f| f.source.as_ref())
        .map(|s| s.kind);
    let zone = facts.zone;
    if due.ends_at(zone) >= told.ends_at(zone) || asked.kind.may_be_earlier_by(source) {
        return Ok(());
    }
    let name = asked.name.to_owned();
    Err(NotOffered::Earlier { name, told, due })
}

/// What is reserved of one resource; nothing when an open promise holds enough already.
fn reserve_resource(
    asked: &Asked<'_>,
    grounds: &Grounds<'_>,
    used: &Use,
    due: When,
    left_of: &LeftOf<'_>,
    reads: &mut BTreeSet<String>,
) -> Result<Option<Reserved>, NotOffered> {
    let name = &used.resource;
    let resource = grounds.resources.get(name);
    let resource = resource.ok_or_else(|| NotOffered::NoResource { name: name.clone() })?;
    if let Some(region) = &resource.region
        && !is_there(asked, grounds.facts, region, reads)
    {
        let (name, region) = (name.clone(), region.clone());
        return Err(NotOffered::OtherRegion { name, region });
    }
    let amount = amount_of(asked, grounds.facts, used, reads)?;
    let own = own_path(asked);
    let is_open = grounds
        .facts
        .known_fact(&format!("{own}.told_due"))
        .is_some();
    let held = match grounds.facts.value(&format!("{own}.{name}.held")) {
        Some(Value::Count(n)) if is_open => *n,
        _ => 0,
    };
    if amount <= held {
        return Ok(None);
    }
    // The stock of one promise does not count itself; that of several subjects counts them all.
    let wanted = match subject_of(asked.kind, asked.it) {
        Some(_) => amount - held,
        None => amount,
    };
    let left = left_of(used, resource, due).map_err(|lack| NotOffered::Unknown(Box::new(lack)))?;
    if wanted > left.amount {
        return Err(NotOffered::Short(Box::new(Short {
            name: asked.name.to_owned(),
            resource: name.clone(),
            names: resource.names.clone(),
            owner: resource.owner.clone(),
            wanted,
            left: left.is_known.then_some(left.amount),
        })));
    }
    reads.extend(left.path);
    let resource = name.clone();
    Ok(Some(Reserved { resource, amount }))
}

/// Whether a resource of one region may be promised here. A promise about a region is about that one; a case may be in any
/// region that the incident touches; what is promised to all is there only when nobody else is touched.
fn is_there(asked: &Asked<'_>, facts: &Facts, region: &str, reads: &mut BTreeSet<String>) -> bool {
    if let (Per::Region, Some(subject)) = (asked.kind.per, asked.it) {
        return subject == region;
    }
    let mut touched: BTreeSet<&str> = BTreeSet::new();
    for path in ["regions.affected", "regions.possible"] {
        if let Some(Value::List(list)) = facts.value(path) {
            touched.extend(list.iter().map(|n| n.id.as_str()));
            reads.insert(path.to_owned());
        }
    }
    match (asked.kind.per, asked.it) {
        (_, Some(it)) if touched.contains(it) => it == region,
        (Per::Case, _) => touched.contains(region),
        _ => !touched.is_empty() && touched.iter().all(|r| *r == region),
    }
}

fn amount_of(
    asked: &Asked<'_>,
    facts: &Facts,
    used: &Use,
    reads: &mut BTreeSet<String>,
) -> Result<u64, NotOffered> {
    let path = match &used.amount {
        Amount::Number(n) => return Ok(*n),
        Amount::Fact(path) => resolve_path(path, asked.it),
    };
    let lack = match facts.value(&path) {
        Some(Value::Count(n)) => {
            reads.insert(path);
            return Ok(*n);
        }
        Some(other) => {
            let what = format!("{path} is {}, not a count", other.type_name());
            MissingFact::from_untranslated(&what, None)
        }
        None => facts.missing_at(&path),
    };
    Err(NotOffered::NoAmount {
        name: asked.name.to_owned(),
        lack: Box::new(lack),
    })
}
