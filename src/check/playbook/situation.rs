//! Playing a situation of a playbook's test matrix: what would be said then.

use chrono::Duration;

use crate::check::against::literals::Reader;
use crate::domain::base::link::{LinkId, Source};
use crate::domain::base::time::{At, Moment, When, Window};
use crate::domain::base::value::Value;
use crate::domain::config::noted_fact::FactType;
use crate::domain::config::playbook::Playbook;
use crate::domain::config::situation::{Situation, Step};
use crate::domain::facts::evaluator::Voice;
use crate::domain::facts::world::{Books, World};
use crate::domain::ledger::all_facts::derive;
use crate::domain::record::event::{Event, GENESIS, VERSION};
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::link_event::{LinkEvent, LinkReported};
use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::RecordEvent;
use crate::domain::record::stock_event::StockEvent;
use crate::domain::speech::compose::compose;
use crate::domain::speech::composer::Wanted;
use crate::domain::speech::draft::Draft;
use crate::domain::speech::gate::{self, Finding};
use crate::domain::state::fold::State;
use crate::domain::state::promise::Promise;

/// A situation as played: the folded events and the draft that they allow.
#[derive(Debug)]
pub struct Played {
    /// The events, folded.
    pub state: State,
    /// The moment looked at.
    pub now: At,
    /// What may be said.
    pub draft: Draft,
    /// What the gate would say of it.
    pub findings: Vec<Finding>,
}

/// Why a situation cannot be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unplayable {
    /// The network has nothing that it could be about; not a fault of the playbook.
    NotHere(String),
    /// The situation or the playbook is wrong.
    Wrong {
        /// The step, counted from 0, when it is about one.
        step: Option<usize>,
        /// What is wrong.
        what: String,
    },
}

/// The moment at which every situation begins: a Tuesday morning at 10:00 in Viet Nam.
pub fn beginning() -> At {
    chrono::DateTime::from_timestamp(1_773_111_600, 0).unwrap_or_default()
}

struct Player<'a> {
    books: &'a Books,
    playbook: &'a Playbook,
    voice: &'a dyn Voice,
    reader: &'a Reader,
    state: State,
    seq: u64,
    start: At,
    by_step: Vec<Vec<u64>>,
}

const INCIDENT: &str = "INC-1";

/// Plays a situation and composes what may be said at its end. `pinned` is the digest pair under which the
/// playbook stands in `books`.
///
/// # Errors
/// When the network has nothing for it, or it is wrong.
pub fn play(
    situation: &Situation,
    playbook: &Playbook,
    pinned: (&str, Option<&str>),
    books: &Books,
    voice: &dyn Voice,
    reader: &Reader,
    longest: bool,
) -> Result<Played, Unplayable> {
    let start = beginning();
    let mut player = Player {
        books,
        playbook,
        voice,
        reader,
        state: State::default(),
        seq: 0,
        start,
        by_step: Vec::new(),
    };
    let mut scope: Vec<LinkId> = Vec::new();
    for (i, step) in situation.steps.iter().enumerate() {
        let links = player.links(step).map_err(|e| e.in_step(i))?;
        for link in links {
            let is_rider = books.network.rider(&link).is_some();
            let parent = books.network.parent(&link).map(|p| p.id.clone());
            let top = parent.unwrap_or(link);
            if !is_rider && !scope.contains(&top) && !is_baseline(step) {
                scope.push(top);
            }
        }
    }
    if scope.is_empty() {
        scope = player.top().into_iter().take(1).collect();
    }
    if scope.is_empty() {
        return Err(Unplayable::NotHere(
            "the network has no link of the kinds under `applies_to`".into(),
        ));
    }
    let planned = situation.planned.map(|(from, to)| Window {
        earliest: Some(When::At(start + from.duration())),
        latest: When::At(start + to.duration()),
    });
    player.append(
        start,
        EventPayload::Incident(IncidentEvent::IncidentDeclared {
            playbook: playbook.name().to_owned(),
            digest: pinned.0.to_owned(),
            base: pinned.1.map(str::to_owned),
            title: None,
            since: planned.is_none().then_some(Moment::exact(start)),
            scope,
            planned,
        }),
    )?;
    for (i, step) in situation.steps.iter().enumerate() {
        player.step(step).map_err(|e| e.in_step(i))?;
    }
    let now = start + situation.look.duration();
    let draft = player.draft(now, longest)?;
    let findings = match gate::pass(draft.clone(), &books.workspace, voice, &|d: &Draft| {
        reader.read(d)
    }) {
        Ok(_) => Vec::new(),
        Err(failed) => failed.findings,
    };
    Ok(Played {
        state: player.state,
        now,
        draft,
        findings,
    })
}

/// A step that only says that something works, before anything failed.
fn is_baseline(step: &Step) -> bool {
    step.at.as_seconds() == 0 && step.state == Some(crate::domain::base::link::LinkState::Up)
}

impl Unplayable {
    fn in_step(self, i: usize) -> Self {
        match self {
            Unplayable::Wrong { step: None, what } => Unplayable::Wrong {
                step: Some(i),
                what,
            },
            other => other,
        }
    }
}

fn wrong(what: impl Into<String>) -> Unplayable {
    Unplayable::Wrong {
        step: None,
        what: what.into(),
    }
}

impl Player<'_> {
    fn append(&mut self, at: At, payload: EventPayload) -> Result<u64, Unplayable> {
        self.seq += 1;
        let event = Event {
            v: VERSION.into(),
            seq: self.seq,
            at,
            by: "situation".into(),
            key: None,
            clock_given: true,
            noted: None,
            incident: Some(INCIDENT.into()),
            prev: GENESIS.into(),
            payload,
        };
        self.state.apply(&event).map_err(|e| wrong(e.to_string()))?;
        Ok(self.seq)
    }

    /// The whole links of the kinds that the playbook is for: those that most hangs on first, else in the network's order.
    /// A network may begin with links that no group counts and nobody rides on; a test of them would show little.
    fn top(&self) -> Vec<LinkId> {
        let network = &self.books.network;
        let kinds = &self.playbook.file.applies_to;
        let hangs_on = |id: &LinkId| {
            let is_counted = network.groups.iter().any(|g| g.links.contains(id));
            let riders = network.regions.iter().chain(&network.services);
            let is_ridden = riders
                .flat_map(|r| &r.rides_on)
                .any(|d| d.any_of.contains(id) || d.all_of.contains(id));
            usize::from(is_counted) + usize::from(is_ridden)
        };
        let mut top: Vec<LinkId> = network
            .links
            .iter()
            .filter(|l| kinds.is_empty() || kinds.contains(&l.kind))
            .filter(|l| {
                network
                    .parent(&l.id)
                    .is_none_or(|p| !kinds.contains(&p.kind))
            })
            .map(|l| l.id.clone())
            .collect();
        top.sort_by_key(|id| std::cmp::Reverse(hangs_on(id)));
        top
    }

    fn links(&self, step: &Step) -> Result<Vec<LinkId>, Unplayable> {
        let network = &self.books.network;
        let top = self.top();
        let nth = |n: usize, what: &str| -> Result<Vec<LinkId>, Unplayable> {
            top.get(n).map(|l| vec![l.clone()]).ok_or_else(|| {
                Unplayable::NotHere(format!("the network has no {what} link for it"))
            })
        };
        let with_parts = || {
            top.iter()
                .filter_map(|l| network.link(l))
                .find(|l| l.parts.len() > 1)
        };
        let mut out = Vec::new();
        for word in &step.links {
            let found = match word.as_str() {
                "first" => nth(0, "first")?,
                "second" => nth(1, "second")?,
                "third" => nth(2, "third")?,
                "rest" => top.iter().skip(1).cloned().collect(),
                "all" => top.clone(),
                "whole" => vec![
                    with_parts()
                        .map(|l| l.id.clone())
                        .ok_or_else(|| Unplayable::NotHere("no link has parts".into()))?,
                ],
                "part" | "other-part" => {
                    let whole = with_parts()
                        .ok_or_else(|| Unplayable::NotHere("no link has parts".into()))?;
                    let n = usize::from(word == "other-part");
                    vec![whole.parts[n].clone()]
                }
                "region" => vec![
                    network
                        .regions
                        .first()
                        .map(|r| r.id.clone())
                        .ok_or_else(|| Unplayable::NotHere("the network has no region".into()))?,
                ],
                "service" => vec![
                    network
                        .services
                        .first()
                        .map(|r| r.id.clone())
                        .ok_or_else(|| Unplayable::NotHere("the network has no service".into()))?,
                ],
                "hotline" => vec![
                    self.books
                        .workspace
                        .contacts
                        .values()
                        .find_map(|c| c.link.clone())
                        .ok_or_else(|| {
                            Unplayable::NotHere("no contact depends on a link".into())
                        })?,
                ],
                id if network.knows(id) => vec![id.to_owned()],
                id => {
                    return Err(wrong(format!(
                        "the network has no link \"{id}\"; use first, second, third, rest, all, whole, part, other-part, region, service, hotline or an identifier"
                    )));
                }
            };
            out.extend(found);
        }
        Ok(out)
    }

    fn step(&mut self, step: &Step) -> Result<(), Unplayable> {
        let at = self.start + step.at.duration();
        let source = step.source().map_err(wrong)?;
        let mut seqs = Vec::new();
        let links = self.links(step)?;
        if step.still {
            let links = self.state.links.keys().cloned().collect();
            let facts = self
                .state
                .incidents
                .get(INCIDENT)
                .map(|i| i.noted.keys().cloned().collect())
                .unwrap_or_default();
            seqs.push(self.append(
                at,
                EventPayload::Link(LinkEvent::Reconfirmed {
                    links,
                    facts,
                    source: source.clone(),
                    said_at: at,
                }),
            )?);
        } else {
            for link in links {
                let report = self.report(step, &link, &source, at)?;
                seqs.push(self.append(at, EventPayload::Link(LinkEvent::LinkReported(report)))?);
            }
        }
        if let Some(name) = &step.fact {
            let value = self.value(name, step.value.as_deref().unwrap_or("any"))?;
            let noted = EventPayload::Incident(IncidentEvent::FactNoted {
                name: name.clone(),
                value: Some(value),
                source,
                said_at: at,
            });
            seqs.push(self.append(at, noted)?);
        }
        if let Some(resource) = &step.stock {
            let given = step.value.as_deref().unwrap_or_default();
            let amount = given
                .parse()
                .map_err(|_| wrong(format!("\"{given}\" is not a number of {resource}")))?;
            let stock = EventPayload::Stock(StockEvent::StockSet {
                resource: resource.clone(),
                amount,
                source: Source::own(),
                because: "situation".into(),
            });
            seqs.push(self.append(at, stock)?);
        }
        if let Some(n) = step.retract {
            let entries = n.checked_sub(1).and_then(|i| self.by_step.get(i)).cloned();
            for seq in
                entries.ok_or_else(|| wrong(format!("there is no step {n} before this one")))?
            {
                self.append(
                    at,
                    EventPayload::Record(RecordEvent::Retracted {
                        seq,
                        because: "situation".into(),
                    }),
                )?;
            }
        }
        if step.issue {
            self.issue(at)?;
        }
        self.by_step.push(seqs);
        Ok(())
    }

    fn report(
        &self,
        step: &Step,
        link: &str,
        source: &Source,
        at: At,
    ) -> Result<LinkReported, Unplayable> {
        let workspace = &self.books.workspace;
        let mut report = LinkReported::nothing_new(link, source, at);
        let operator = self
            .books
            .network
            .link(link)
            .and_then(|l| l.operator.clone());
        if source.kind == crate::domain::base::link::SourceKind::CableOperator
            && source.party.is_none()
        {
            report.source.party = operator.or_else(|| workspace.parties.keys().next().cloned());
        }
        report.state = step.state;
        report.work = step.work;
        report.confirmed = step.confirmed;
        report.capacity_left = step
            .capacity_left
            .as_deref()
            .map(str::parse)
            .transpose()
            .map_err(wrong)?;
        report.cause = match step.cause.as_deref() {
            Some("any") => workspace.causes.keys().next().cloned(),
            other => other.map(str::to_owned),
        };
        if let Some(days) = &step.window_days {
            let (from, to) = days
                .split_once("..")
                .ok_or_else(|| wrong(format!("\"{days}\" is not FROM..TO in days")))?;
            let day = |t: &str| -> Result<When, Unplayable> {
                let n: i64 = t
                    .parse()
                    .map_err(|_| wrong(format!("\"{t}\" is not a number of days")))?;
                Ok(When::Day(
                    (self.start + Duration::days(n))
                        .with_timezone(&workspace.zone)
                        .date_naive(),
                ))
            };
            report.window = Some(Window {
                earliest: Some(day(from)?),
                latest: day(to)?,
            });
        }
        Ok(report)
    }

    fn value(&self, name: &str, given: &str) -> Result<Value, Unplayable> {
        let declared = self
            .playbook
            .file
            .facts
            .get(name)
            .ok_or_else(|| wrong(format!("the playbook declares no fact \"{name}\"")))?;
        let network = &self.books.network;
        let any_rider = || network.regions.first().or(network.services.first());
        Ok(match declared.kind {
            FactType::Phrase => {
                let list = declared
                    .catalogue
                    .as_deref()
                    .and_then(|c| self.books.workspace.catalogue(c));
                let texts = list.and_then(|l| {
                    if given == "any" {
                        l.values().next()
                    } else {
                        l.get(given)
                    }
                });
                Value::Phrase(
                    texts.cloned().ok_or_else(|| {
                        wrong(format!("no catalogue has a phrase for \"{name}\""))
                    })?,
                )
            }
            FactType::State => Value::State(if given == "any" {
                declared.choices.first().cloned().unwrap_or_default()
            } else {
                given.to_owned()
            }),
            FactType::Count => Value::Count(given.parse().unwrap_or(12)),
            FactType::Decimal => Value::Decimal(given.parse().unwrap_or_default()),
            FactType::Share => Value::Share(given.parse().unwrap_or_default()),
            FactType::Duration => Value::Duration(
                given
                    .parse()
                    .unwrap_or(crate::domain::base::time::Period::minutes(120)),
            ),
            FactType::Instant => {
                let hours = if given == "later" { 96 } else { 4 };
                Value::Instant(Moment::exact(self.start + Duration::hours(hours)))
            }
            FactType::Date => Value::Date((self.start + Duration::days(2)).date_naive()),
            FactType::Window => Value::Window(Window {
                earliest: Some(When::At(self.start + Duration::hours(10))),
                latest: When::At(self.start + Duration::hours(13)),
            }),
            FactType::Link | FactType::List => {
                let rider = any_rider().ok_or_else(|| {
                    Unplayable::NotHere("the network has no region or service".into())
                })?;
                let named = crate::domain::base::value::Named {
                    id: rider.id.clone(),
                    names: network.names(&rider.id),
                };
                if declared.kind == FactType::Link {
                    Value::Link(named)
                } else {
                    Value::List(vec![named])
                }
            }
        })
    }

    fn draft(&self, now: At, longest: bool) -> Result<Draft, Unplayable> {
        let world = World {
            state: &self.state,
            books: self.books,
            condition: None,
        };
        let facts = derive(world, INCIDENT, "customers", now, self.voice)
            .map_err(|e| wrong(e.to_string()))?;
        let wanted = Wanted {
            longest,
            ..Wanted::default()
        };
        compose(
            self.playbook,
            &self.books.workspace,
            facts,
            self.voice,
            &wanted,
        )
        .map_err(|e| wrong(e.to_string()))
    }

    fn issue(&mut self, at: At) -> Result<(), Unplayable> {
        let draft = self.draft(at, false)?;
        let passed = gate::pass(draft, &self.books.workspace, self.voice, &|d: &Draft| {
            self.reader.read(d)
        });
        let statement = passed.map_err(|failed| {
            let first = failed
                .findings
                .first()
                .map(|f| f.what.clone())
                .unwrap_or_default();
            wrong(format!(
                "the gate refuses what would be issued here: {first}"
            ))
        })?;
        let world = World {
            state: &self.state,
            books: self.books,
            condition: None,
        };
        let is_open = |p: &Promise| {
            crate::domain::ledger::verdict::entry(world, self.voice, at, p)
                .kept
                .is_none()
        };
        let payloads = statement
            .into_happenings(&self.state, &is_open)
            .map_err(wrong)?;
        for (_, payload) in payloads {
            self.append(at, payload)?;
        }
        Ok(())
    }
}
