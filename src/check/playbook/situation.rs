//! Plays a situation of a playbook's test matrix: what would be said then. It judges nothing: what is wrong with the
//! result is reported in `matrix`.

use crate::check::against::literals::Reader;
pub use crate::check::playbook::player::Unplayable;
use crate::check::playbook::player::{INCIDENT, Player, wrong};
use crate::domain::base::link::{LinkId, LinkState, Source};
use crate::domain::base::next_step::Advice;
use crate::domain::base::time::{At, Moment, When, Window};
use crate::domain::config::playbook::Playbook;
use crate::domain::config::situation::{Situation, Step};
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::world::AdoptedConfig;
use crate::domain::ledger::verdict::judge_promise;
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::link_event::LinkEvent;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::RecordEvent;
use crate::domain::record::stock_event::StockEvent;
use crate::domain::speech::draft::Draft;
use crate::domain::speech::finding::Finding;
use crate::domain::speech::gate;
use crate::domain::state::fold::State;
use crate::domain::state::promise::Promise;

/// A situation as played: the draft that its events allow.
#[derive(Debug)]
pub struct Played {
    /// What may be said.
    pub draft: Draft,
    /// What the gate would say of it.
    pub findings: Vec<Finding>,
    /// The texts beside it that may be said then, by name, each with what the gate would say of it.
    pub texts: Vec<(String, Draft, Vec<Finding>)>,
}

/// The moment at which every situation begins: a Tuesday morning at 10:00 in Viet Nam.
pub fn beginning() -> At {
    chrono::DateTime::from_timestamp(1_773_111_600, 0).unwrap_or_default()
}

/// Plays a situation and composes what may be said at its end. `pinned` is the pair of digests by
/// which `books` knows the playbook and its base; `longest` takes every value at its longest.
///
/// # Errors
/// When the network has nothing for it, or it is wrong.
pub fn play(
    situation: &Situation,
    playbook: &Playbook,
    pinned: (&str, Option<&str>),
    books: &AdoptedConfig,
    voice: &dyn Evaluator,
    reader: &Reader,
    longest: bool,
) -> Result<Played, Unplayable> {
    let mut player = Player {
        books,
        playbook,
        voice,
        reader,
        state: State::default(),
        seq: 0,
        start: beginning(),
        by_step: Vec::new(),
    };
    player.declare(situation, pinned)?;
    for (i, step) in situation.steps.iter().enumerate() {
        player.play_step(step).map_err(|e| e.in_step(i))?;
    }
    let now = player.start + situation.draft_at.to_duration();
    // The gate that will read it when it goes out: what it would withhold then is refused now. Values at their longest
    // are made up, and say nothing.
    let findings_on = |draft: &Draft| {
        let passed = gate::pass_gate(draft.clone(), &books.workspace, voice, &|d: &Draft| {
            if longest {
                reader.read(d)
            } else {
                reader.read_whole(d)
            }
        });
        passed
            .err()
            .map(|failed| failed.findings)
            .unwrap_or_default()
    };
    let draft = player.draft(now, longest)?;
    let mut texts = Vec::new();
    for (name, text) in &playbook.file.texts {
        let drafted = player.draft_text((name, text), now, longest)?;
        // A workspace without a channel for its lines has no such text.
        if let Some(draft) = drafted.filter(|d| !d.renditions.is_empty()) {
            let findings = findings_on(&draft);
            texts.push((name.clone(), draft, findings));
        }
    }
    Ok(Played {
        findings: findings_on(&draft),
        draft,
        texts,
    })
}

/// A step that only says that something works, before anything failed.
fn is_baseline(step: &Step) -> bool {
    step.at.as_seconds() == 0 && step.state == Some(LinkState::Up)
}

impl Player<'_> {
    /// Declares the incident of a situation.
    fn declare(
        &mut self,
        situation: &Situation,
        pinned: (&str, Option<&str>),
    ) -> Result<(), Unplayable> {
        let start = self.start;
        let scope = self.scope_of(situation)?;
        let planned = situation.planned.map(|(from, to)| Window {
            earliest: Some(When::At(start + from.to_duration())),
            latest: When::At(start + to.to_duration()),
        });
        self.append(
            start,
            EventPayload::Incident(IncidentEvent::IncidentDeclared {
                playbook: self.playbook.name().to_owned(),
                digest: pinned.0.to_owned(),
                base: pinned.1.map(str::to_owned),
                title: None,
                since: planned.is_none().then_some(Moment::exact(start)),
                scope,
                planned,
            }),
        )?;
        Ok(())
    }

    /// The whole links that the steps are about; without any, the first one that the playbook is for.
    fn scope_of(&self, situation: &Situation) -> Result<Vec<LinkId>, Unplayable> {
        let network = &self.books.network;
        let mut scope: Vec<LinkId> = Vec::new();
        for (i, step) in situation.steps.iter().enumerate() {
            for link in self.links_of(step).map_err(|e| e.in_step(i))? {
                let is_rider = network.find_rider(&link).is_some();
                let parent = network.parent_of(&link).map(|p| p.id.clone());
                let top = parent.unwrap_or(link);
                if !is_rider && !scope.contains(&top) && !is_baseline(step) {
                    scope.push(top);
                }
            }
        }
        if scope.is_empty() {
            scope = self.top_links().into_iter().take(1).collect();
        }
        if scope.is_empty() {
            return Err(Unplayable::NotHere(
                "the network has no link of the kinds under `applies_to`".into(),
            ));
        }
        Ok(scope)
    }

    /// Appends the events of a step.
    fn play_step(&mut self, step: &Step) -> Result<(), Unplayable> {
        let at = self.start + step.at.to_duration();
        let source = step.source().map_err(wrong)?;
        let mut seqs = self.report_links(step, &source, at)?;
        if let Some(name) = &step.fact {
            let value = self.value_of(name, step.value.as_deref().unwrap_or("any"))?;
            let noted = EventPayload::Incident(IncidentEvent::FactNoted {
                name: name.clone(),
                value: Some(value),
                source,
                said_at: at,
                scope: Vec::new(),
            });
            seqs.push(self.append(at, noted)?);
        }
        if let Some(resource) = &step.stock {
            seqs.push(self.set_stock(resource, step, at)?);
        }
        if let Some(n) = step.retract {
            self.retract_step(n, at)?;
        }
        if step.issue {
            self.issue_at(at)?;
        }
        self.by_step.push(seqs);
        Ok(())
    }

    /// A report on each link of a step, or the confirmation that everything said before still holds.
    fn report_links(
        &mut self,
        step: &Step,
        source: &Source,
        at: At,
    ) -> Result<Vec<u64>, Unplayable> {
        let links = self.links_of(step)?;
        if step.still {
            let incident = self.state.incidents.get(INCIDENT);
            let facts = incident.map(|i| i.noted.keys().cloned().collect());
            let confirmed = EventPayload::Link(LinkEvent::Reconfirmed {
                links: self.state.links.keys().cloned().collect(),
                facts: facts.unwrap_or_default(),
                source: source.clone(),
                said_at: at,
            });
            return Ok(vec![self.append(at, confirmed)?]);
        }
        if step.leaves || step.joins {
            let (added, removed) = match step.leaves {
                true => (Vec::new(), links),
                false => (links, Vec::new()),
            };
            let change = EventPayload::Incident(IncidentEvent::ScopeChanged { added, removed });
            return Ok(vec![self.append(at, change)?]);
        }
        let mut seqs = Vec::new();
        for link in links {
            let report = self.report_of(step, &link, source, at)?;
            seqs.push(self.append(at, EventPayload::Link(LinkEvent::LinkReported(report)))?);
        }
        Ok(seqs)
    }

    fn set_stock(&mut self, resource: &str, step: &Step, at: At) -> Result<u64, Unplayable> {
        let given = step.value.as_deref().unwrap_or_default();
        let amount = given
            .parse()
            .map_err(|_| wrong(format!("\"{given}\" is not a number of {resource}")))?;
        let stock = EventPayload::Stock(StockEvent::StockSet {
            resource: resource.to_owned(),
            amount,
            source: Source::own_check(),
            because: "situation".into(),
        });
        self.append(at, stock)
    }

    /// Retracts the events of step `n`, counted from 1.
    fn retract_step(&mut self, n: usize, at: At) -> Result<(), Unplayable> {
        let entries = n.checked_sub(1).and_then(|i| self.by_step.get(i)).cloned();
        let entries =
            entries.ok_or_else(|| wrong(format!("there is no step {n} before this one")))?;
        for seq in entries {
            let because = "situation".into();
            self.append(
                at,
                EventPayload::Record(RecordEvent::Retracted { seq, because }),
            )?;
        }
        Ok(())
    }

    /// Issues what may be said at a moment, as a team would.
    fn issue_at(&mut self, at: At) -> Result<(), Unplayable> {
        let draft = self.draft(at, false)?;
        let passed = gate::pass_gate(draft, &self.books.workspace, self.voice, &|d: &Draft| {
            self.reader.read(d)
        });
        let statement = passed.map_err(|failed| {
            let first = failed
                .findings
                .first()
                .map(|f| f.what.clone())
                .unwrap_or_default();
            wrong(Advice::from("the gate refuses what would be issued here: ").then(first))
        })?;
        let world = self.world();
        let is_open = |p: &Promise| judge_promise(world, self.voice, at, p).kept.is_none();
        let payloads = statement
            .into_payloads(&self.state, &is_open)
            .map_err(|e| wrong(e.to_string()))?;
        for (_, payload) in payloads {
            self.append(at, payload)?;
        }
        Ok(())
    }
}
