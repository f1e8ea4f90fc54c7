//! The ledger's own commands: making a promise by hand, keeping, moving, taking back; and what promises use.

use crate::desk::{Desk, DeskError, Entry};
use crate::domain::admission::admit::Refusal;
use crate::domain::base::lang::Lang;
use crate::domain::base::link::Source;
use crate::domain::base::suggest::nearest;
use crate::domain::base::time::{At, When};
use crate::domain::base::value::Value;
use crate::domain::config::promise_kind::{ATTESTED, Amount, NEXT_STATEMENT, Per, PromiseKind};
use crate::domain::facts::evaluator::Voice;
use crate::domain::facts::fact::{Facts, Lack};
use crate::domain::facts::reported::without_incident;
use crate::domain::ledger::due::Due;
use crate::domain::ledger::promise_facts as promises;
use crate::domain::ledger::stock::{Stock, stock};
use crate::domain::ledger::verdict as ledger;
use crate::domain::ledger::verdict::Entry as LedgerEntry;
use crate::domain::record::payload::{Evidence, Happening, PromiseMade, Reserved};
use crate::domain::state::fold::State;
use crate::domain::state::promise::Promise;

/// What `promise make` was told.
#[derive(Debug, Clone, Default)]
pub struct Making {
    /// The kind.
    pub kind: String,
    /// The incident; none for a promise that belongs to none.
    pub incident: Option<String>,
    /// The link, region or case that it is about.
    pub subject: Option<String>,
    /// To whom.
    pub audience: String,
    /// When it falls due, when the kind is not to say.
    pub due: Option<When>,
    /// A word for staff.
    pub note: Option<String>,
}

fn refused(what: impl Into<String>, lacks: Vec<Lack>) -> DeskError {
    DeskError::NotBacked {
        what: what.into(),
        lacks,
    }
}

impl Desk {
    /// The verdict on every promise.
    ///
    /// # Errors
    /// When nothing has been adopted.
    pub fn ledger(&self) -> Result<Vec<LedgerEntry<'_>>, DeskError> {
        let world = self.world()?;
        Ok(ledger::ledger(world, &self.voice, self.clock.now, &|_| {
            true
        }))
    }

    /// What is there of a resource today, or on another day.
    ///
    /// # Errors
    /// When nothing has been adopted or there is no such resource.
    pub fn stock(&self, name: &str) -> Result<Stock, DeskError> {
        let zone = self.world()?.books.workspace.zone;
        self.stock_on(name, self.clock.now.with_timezone(&zone).date_naive())
    }

    /// What is there of a resource; of a rate, on this local day.
    ///
    /// # Errors
    /// When nothing has been adopted or there is no such resource.
    pub fn stock_on(&self, name: &str, day: chrono::NaiveDate) -> Result<Stock, DeskError> {
        let world = self.world()?;
        let all = &world.books.workspace.resources;
        let resource = all.get(name).ok_or_else(|| {
            let near = nearest(name, all.keys().map(String::as_str));
            Refusal::new(
                format!("saydo.yaml has no resource \"{name}\"{near}"),
                "see: saydo resource list",
            )
        })?;
        let now = self.clock.now;
        Ok(stock(world, &self.voice, now, name, resource, day, None))
    }

    /// Sets the stock of a resource, or adds to it.
    ///
    /// # Errors
    /// When there is no such resource, or the reason is missing.
    pub fn restock(
        &mut self,
        resource: &str,
        amount: u64,
        anew: bool,
        source: &Source,
        because: &str,
    ) -> Result<u64, DeskError> {
        let (resource, because) = (resource.to_owned(), because.to_owned());
        let source = source.clone();
        let happening = if anew {
            Happening::StockSet {
                resource,
                amount,
                source,
                because,
            }
        } else {
            Happening::StockAdded {
                resource,
                amount,
                source,
                because,
            }
        };
        let seqs = self.record(|_| Ok(vec![(None, happening.clone())]))?;
        Ok(seqs.first().copied().unwrap_or_default())
    }

    /// Makes a promise by hand, checked against the playbook as a statement's would be. Gives its number.
    ///
    /// # Errors
    /// When evidence, stock or a due time is missing, or one is open already.
    pub fn make_promise(&mut self, making: &Making) -> Result<u32, DeskError> {
        self.record(|desk| desk.promise_of(making).map(|e| vec![e]))?;
        Ok(self.state.promises.last().map_or(0, |p| p.made.number))
    }

    /// The kinds of promise that can be made by hand: of an incident's playbook, or of the workspace.
    ///
    /// # Errors
    /// When the incident does not exist.
    pub fn kinds(
        &self,
        incident: Option<&str>,
    ) -> Result<std::collections::BTreeMap<String, PromiseKind>, DeskError> {
        Ok(match incident {
            Some(id) => self.playbook_of(id)?.file.promises.clone(),
            None => self.world()?.books.workspace.promises.clone(),
        })
    }

    fn promise_of(&self, making: &Making) -> Result<Entry, DeskError> {
        let incident = making.incident.as_deref();
        let kinds = self.kinds(incident)?;
        let name = &making.kind;
        let Some(kind) = kinds.get(name) else {
            let known: Vec<&str> = kinds.keys().map(String::as_str).collect();
            return Err(Refusal::new(
                format!(
                    "there is no kind of promise \"{name}\" here{}",
                    nearest(name, known.iter().copied())
                ),
                format!("known: {}", known.join(", ")),
            )
            .into());
        };
        if kind.per == Per::Statement || kind.is_of_window() {
            return Err(Refusal::new(
                format!("\"{name}\" is promised by a statement, not by hand"),
                "saydo statement issue",
            )
            .into());
        }
        if let Some(id) = incident
            && self.state.incidents.get(id).is_some_and(|i| !i.is_open())
        {
            return Err(Refusal::new(
                format!("incident {id} is closed"),
                "declare a new one: saydo declare PLAYBOOK",
            )
            .into());
        }
        if !kind.audiences.is_empty() && !kind.audiences.contains(&making.audience) {
            let who = kind.audiences.join(", ");
            return Err(refused(
                format!("\"{name}\" may be promised to {who} only"),
                vec![Lack::new(
                    "",
                    "say to whom",
                    format!("saydo promise make {name} --audience {}", kind.audiences[0]),
                )],
            ));
        }
        let subject = self.subject_of(kind, name, making)?;
        let it = subject
            .as_deref()
            .filter(|_| matches!(kind.per, Per::Link | Per::Region));
        let facts = match incident {
            Some(id) => self.facts(id, &making.audience)?,
            None => without_incident(self.world()?, &making.audience, self.clock.now)?,
        };
        self.is_unique(making, subject.as_deref())?;
        let evidence = self.evidence_for(kind, name, &facts, it)?;
        let due = match making.due {
            Some(due) => due,
            None => match Due::read(&kind.due, &facts, it, &self.voice) {
                Ok(Due::Fact { due, .. } | Due::Reckoned { due, .. }) => due,
                Err(lack) => {
                    let hint = Lack::new("", "or say when yourself: --due TIME", "");
                    return Err(refused(
                        format!("\"{name}\" has no due time yet"),
                        vec![lack, hint],
                    ));
                }
            },
        };
        let zone = facts.zone;
        if due.ends(zone) <= self.clock.now {
            return Err(refused(
                format!("\"{name}\" would be due at {due}, which has passed"),
                Vec::new(),
            ));
        }
        let uses = self.reserve(kind, name, &facts, it, due)?;
        let made = PromiseMade {
            number: self.state.next_promise(),
            promise: name.clone(),
            subject,
            per: Some(kind.per),
            audience: making.audience.clone(),
            owner: kind.owner.clone(),
            by: kind.by,
            due,
            ends: Some(due.ends(zone)),
            statement: None,
            names: kind.names.clone(),
            uses,
            visible_at: Vec::new(),
            kept_when: Some(kind.kept_when().to_owned()),
            grace: kind.grace,
            of_window: false,
            evidence,
            note: making.note.clone(),
        };
        Ok((making.incident.clone(), Happening::PromiseMade(made)))
    }

    fn subject_of(
        &self,
        kind: &PromiseKind,
        name: &str,
        making: &Making,
    ) -> Result<Option<String>, DeskError> {
        let books = self.world()?.books;
        match (kind.per, &making.subject) {
            (Per::Link, Some(id)) | (Per::Region, Some(id)) => {
                crate::domain::admission::admit::link(books, id)?;
                if kind.per == Per::Region && !books.network.regions.iter().any(|r| r.id == *id) {
                    return Err(
                        Refusal::new(format!("{id} is not a region of the network"), "").into(),
                    );
                }
                Ok(Some(id.clone()))
            }
            (Per::Case, Some(case)) if !case.trim().is_empty() && case.chars().count() <= 80 => {
                Ok(Some(case.trim().to_owned()))
            }
            (Per::Case, Some(_)) => Err(Refusal::new(
                "the reference of the case is empty or longer than 80 characters",
                "--case REFERENCE",
            )
            .into()),
            (Per::Link, None) => {
                Err(Refusal::new(format!("\"{name}\" is about one link"), "--subject LINK").into())
            }
            (Per::Region, None) => Err(Refusal::new(
                format!("\"{name}\" is about one region"),
                "--subject REGION",
            )
            .into()),
            (Per::Case, None) => Err(Refusal::new(
                format!("\"{name}\" is made for one case"),
                "--case REFERENCE (a ticket, not a name: the record is for ever)",
            )
            .into()),
            (_, Some(_)) => Err(Refusal::new(
                format!("\"{name}\" is about no link, region or case"),
                "leave --subject and --case out",
            )
            .into()),
            (_, None) => Ok(None),
        }
    }

    fn is_unique(&self, making: &Making, subject: Option<&str>) -> Result<(), DeskError> {
        let world = self.world()?;
        let same = |p: &&std::sync::Arc<Promise>| {
            p.made.promise == making.kind
                && p.incident == making.incident
                && p.made.subject.as_deref() == subject
                && p.made.audience == making.audience
        };
        for p in world.state.promises.iter().filter(same) {
            let entry = ledger::entry(world, &self.voice, self.clock.now, p);
            if entry.is_owed(world.state) {
                let n = p.made.number;
                return Err(refused(
                    format!("this is promised already: promise {n}, due {}", p.due().due),
                    vec![Lack::new(
                        "",
                        "another due time is a revision",
                        format!("saydo promise revise {n} --due TIME --because TEXT"),
                    )],
                ));
            }
        }
        Ok(())
    }

    /// The events that the evidence rests on.
    fn evidence_for(
        &self,
        kind: &PromiseKind,
        name: &str,
        facts: &Facts,
        it: Option<&str>,
    ) -> Result<Vec<u64>, DeskError> {
        let resources = &self.world()?.books.workspace.resources;
        let conditions = kind
            .uses
            .iter()
            .filter_map(|u| resources.get(&u.resource))
            .flat_map(|r| &r.conditions);
        let mut events: Vec<u64> = Vec::new();
        for need in kind.needs.iter().chain(conditions) {
            let tested = self
                .voice
                .test(need, facts, it)
                .map_err(|e| Refusal::new(format!("promise \"{name}\", `{need}`: {e}"), ""))?;
            match tested.truth {
                Some(true) => {
                    let read = tested.reads.iter().filter_map(|p| facts.known(p));
                    events.extend(read.flat_map(|f| f.events.clone()));
                }
                Some(false) => {
                    let known = tested.reads.iter().filter_map(|p| facts.known(p));
                    let mut lacks: Vec<Lack> = known.flat_map(|f| f.lacks.clone()).collect();
                    if lacks.is_empty() {
                        let read: Vec<&str> = tested.reads.iter().map(String::as_str).collect();
                        lacks.push(Lack::new(
                            "",
                            format!("what the record says of {}", read.join(", ")),
                            "saydo fact list",
                        ));
                    }
                    return Err(refused(
                        format!("\"{name}\" may not be promised now: `{need}` does not hold"),
                        lacks,
                    ));
                }
                None => {
                    let lacks = tested.missing.iter().map(|p| facts.lack(p)).collect();
                    return Err(refused(
                        format!(
                            "\"{name}\" may not be promised now: it cannot be told whether `{need}`"
                        ),
                        lacks,
                    ));
                }
            }
        }
        events.sort_unstable();
        events.dedup();
        Ok(events)
    }

    /// What cannot be reserved cannot be promised.
    fn reserve(
        &self,
        kind: &PromiseKind,
        name: &str,
        facts: &Facts,
        it: Option<&str>,
        due: When,
    ) -> Result<Vec<Reserved>, DeskError> {
        let world = self.world()?;
        let zone = world.books.workspace.zone;
        let mut uses = Vec::new();
        for used in &kind.uses {
            let Some(resource) = world.books.workspace.resources.get(&used.resource) else {
                return Err(Refusal::new(
                    format!("saydo.yaml has no resource \"{}\"", used.resource),
                    "add it under `resources:`, then: saydo adopt",
                )
                .into());
            };
            if let (Some(region), Some(subject), Per::Region) = (&resource.region, it, kind.per)
                && region != subject
            {
                return Err(refused(
                    format!("{} is there for {region} only", used.resource),
                    Vec::new(),
                ));
            }
            let amount = match &used.amount {
                Amount::Number(n) => *n,
                Amount::Fact(path) => {
                    let path = crate::domain::facts::catalogue::resolve(path, it);
                    match facts.value(&path) {
                        Some(Value::Count(n)) => *n,
                        _ => {
                            return Err(refused(
                                format!("\"{name}\": how many are needed is not known"),
                                vec![facts.lack(&path)],
                            ));
                        }
                    }
                }
            };
            let found = stock(
                world,
                &self.voice,
                self.clock.now,
                &used.resource,
                resource,
                due.day(zone),
                None,
            );
            if amount > found.left() {
                let short = amount - found.left();
                let en = resource.names.any(Lang::En);
                let what = if found.is_known {
                    format!("{amount} {en} needed, {} left", found.left())
                } else {
                    format!("nobody has recorded how many {en} there are")
                };
                let verb = if found.is_known {
                    format!("add {} {short}", used.resource)
                } else {
                    format!("set {} N", used.resource)
                };
                let by = &resource.raised_by;
                return Err(refused(
                    format!("\"{name}\" cannot be promised: {what}"),
                    vec![Lack::new(
                        format!("{by} được cấp thêm"),
                        format!("{by} may raise it"),
                        format!("saydo resource {verb} --because TEXT"),
                    )],
                ));
            }
            uses.push(Reserved {
                resource: used.resource.clone(),
                amount,
            });
        }
        Ok(uses)
    }

    /// A promise that is still owed.
    fn owed(&self, number: u32) -> Result<LedgerEntry<'_>, DeskError> {
        let world = self.world()?;
        let last = world.state.next_promise() - 1;
        let promise = world.state.promise_no(number).ok_or_else(|| {
            let known = match last {
                0 => "no promise has been made yet".to_owned(),
                n => format!("there are 1 to {n}; see: saydo promise list --all"),
            };
            Refusal::new(format!("there is no promise {number}"), known)
        })?;
        let entry = ledger::entry(world, &self.voice, self.clock.now, promise);
        if !entry.is_owed(world.state) {
            return Err(refused(
                format!("promise {number} is settled: {}", entry.standing.token()),
                vec![Lack::new(
                    "",
                    "its life",
                    format!("saydo promise show {number}"),
                )],
            ));
        }
        Ok(entry)
    }

    /// Takes a promise upon oneself.
    ///
    /// # Errors
    /// When there is no such promise, or it is settled.
    pub fn accept_promise(&mut self, number: u32) -> Result<(), DeskError> {
        self.record(|desk| {
            let entry = desk.owed(number)?;
            let incident = entry.promise.incident.clone();
            Ok(vec![(incident, Happening::PromiseAccepted { number })])
        })
        .map(|_| ())
    }

    /// Attests that a promise was kept.
    ///
    /// # Errors
    /// When it is settled, or is kept by what the record says and not by a word.
    pub fn keep_promise(
        &mut self,
        number: u32,
        evidence: &Evidence,
        kept_at: Option<At>,
    ) -> Result<(), DeskError> {
        self.record(|desk| {
            let entry = desk.owed(number)?;
            let made = &entry.promise.made;
            let how = made.kept_when.as_deref().unwrap_or(ATTESTED);
            let is_old = made.per.is_none();
            let is_carried = entry.promise.carried_over.is_some();
            if (how != ATTESTED || is_old) && !is_carried {
                return Err(refused(
                    format!(
                        "promise {number} is kept by what the record says, not by a word for it"
                    ),
                    vec![Lack::new(
                        "",
                        "what keeps it",
                        command_for(&entry, &desk.state),
                    )],
                ));
            }
            let incident = entry.promise.incident.clone();
            let kept = Happening::PromiseKept {
                number,
                evidence: evidence.clone(),
                kept_at,
            };
            Ok(vec![(incident, kept)])
        })
        .map(|_| ())
    }

    /// Gives a promise another due time; an earlier one needs evidence.
    ///
    /// # Errors
    /// When it is settled, the time has passed, or an earlier time comes without evidence.
    pub fn revise_promise(
        &mut self,
        number: u32,
        due: When,
        because: &str,
        evidence: Option<&Evidence>,
    ) -> Result<(), DeskError> {
        self.record(|desk| {
            let entry = desk.owed(number)?;
            desk.by_hand(&entry, "moved")?;
            let zone = desk.world()?.books.workspace.zone;
            let old = entry.promise.due().due;
            if due == old {
                return Err(refused(
                    format!("promise {number} is due {old} already"),
                    Vec::new(),
                ));
            }
            if due.ends(zone) <= desk.clock.now {
                return Err(refused(format!("{due} has passed"), Vec::new()));
            }
            if due.ends(zone) < entry.ends && evidence.is_none() {
                return Err(refused(
                    format!("promise {number} would move earlier, from {old} to {due}: that needs as much proof as a first date"),
                    vec![Lack::new("", "say what it rests on: --evidence TEXT|FILE", "")],
                ));
            }
            desk.fits_the_day(entry.promise, due)?;
            let incident = entry.promise.incident.clone();
            let revised = Happening::PromiseRevised {
                number,
                due,
                ends: Some(due.ends(zone)),
                statement: None,
                because: Some(because.to_owned()),
                evidence: evidence.cloned(),
                uses: Vec::new(),
            };
            Ok(vec![(incident, revised)])
        })
        .map(|_| ())
    }

    /// Takes a promise back.
    ///
    /// # Errors
    /// When it is settled or cannot be taken back by hand.
    pub fn withdraw_promise(&mut self, number: u32, because: &str) -> Result<(), DeskError> {
        self.record(|desk| {
            let entry = desk.owed(number)?;
            desk.by_hand(&entry, "taken back")?;
            let incident = entry.promise.incident.clone();
            let gone = Happening::PromiseWithdrawn {
                number,
                because: because.to_owned(),
                statement: None,
            };
            Ok(vec![(incident, gone)])
        })
        .map(|_| ())
    }

    /// Lets a promise outlive its incident.
    ///
    /// # Errors
    /// When it is settled or the time has passed.
    pub fn carry_over(
        &mut self,
        number: u32,
        to: &str,
        due: Option<When>,
    ) -> Result<(), DeskError> {
        self.record(|desk| {
            let entry = desk.owed(number)?;
            Ok(vec![desk.carried(&entry, to, due)?])
        })
        .map(|_| ())
    }

    fn carried(
        &self,
        entry: &LedgerEntry<'_>,
        to: &str,
        due: Option<When>,
    ) -> Result<Entry, DeskError> {
        let zone = self.world()?.books.workspace.zone;
        let number = entry.promise.made.number;
        let due = due.unwrap_or(entry.promise.due().due);
        if due.ends(zone) <= self.clock.now {
            return Err(refused(
                format!("promise {number} was due {due}; carried over, it needs a time to come"),
                vec![Lack::new(
                    "",
                    "give one",
                    format!(
                        "saydo promise carry-over {number} --to {} --due TIME",
                        shell_words::quote(to)
                    ),
                )],
            ));
        }
        self.fits_the_day(entry.promise, due)?;
        let carried = Happening::PromiseCarriedOver {
            number,
            to: to.to_owned(),
            due,
            ends: Some(due.ends(zone)),
        };
        Ok((entry.promise.incident.clone(), carried))
    }

    /// On another day, a rate has to have as much left.
    fn fits_the_day(&self, promise: &Promise, due: When) -> Result<(), DeskError> {
        let world = self.world()?;
        let zone = world.books.workspace.zone;
        let day = due.day(zone);
        if day == promise.due().due.day(zone) {
            return Ok(());
        }
        for used in &promise.uses {
            let resource = world.books.workspace.resources.get(&used.resource);
            let Some(resource) = resource.filter(|r| r.per_day) else {
                continue;
            };
            let own = Some(promise.made.number);
            let now = self.clock.now;
            let found = stock(world, &self.voice, now, &used.resource, resource, day, own);
            if found.left() < used.amount {
                return Err(refused(
                    format!(
                        "on {day}, {} of {} are left, and {} are needed",
                        found.left(),
                        used.resource,
                        used.amount
                    ),
                    vec![Lack::new(
                        "",
                        format!("choose another day; {} may raise it", resource.raised_by),
                        format!("saydo resource add {} N --because TEXT", used.resource),
                    )],
                ));
            }
        }
        Ok(())
    }

    /// What moves by itself is not moved by hand.
    fn by_hand(&self, entry: &LedgerEntry<'_>, verb: &str) -> Result<(), DeskError> {
        let made = &entry.promise.made;
        let is_old = made.per.is_none();
        if entry.promise.carried_over.is_some() {
            return Ok(());
        }
        let how = if made.of_window || (is_old && made.subject.is_some()) {
            let link = made.subject.as_deref().unwrap_or("ID");
            format!("saydo link set {link} --window FROM..TO --source cable-operator")
        } else if made.per == Some(Per::Statement) || is_old {
            "saydo statement issue".to_owned()
        } else {
            return Ok(());
        };
        Err(refused(
            format!(
                "promise {} ({}) is not {verb} by hand",
                made.number, made.promise
            ),
            vec![Lack::new("", "it moves with", how)],
        ))
    }

    /// The promises of an incident that are still owed, each with what settles it.
    ///
    /// # Errors
    /// When nothing has been adopted.
    pub fn open_promises(&self, incident: &str) -> Result<Vec<Lack>, DeskError> {
        let state = &self.state;
        Ok(self
            .ledger()?
            .iter()
            .filter(|e| e.promise.incident.as_deref() == Some(incident) && e.is_owed(state))
            .filter(|e| e.promise.carried_over.is_none())
            .map(|e| {
                let n = e.promise.made.number;
                let what = format!(
                    "promise {n} ({}), due {}, is {}",
                    words(e.promise, Lang::En),
                    match e.promise.due().due {
                        When::At(at) => self.local(at),
                        day => day.to_string(),
                    },
                    e.standing.token()
                );
                Lack::new(&what, &what, command_for(e, state))
            })
            .collect())
    }

    /// The open promises of an incident, carried over to somebody with the incident.
    pub(crate) fn carried_over_with(
        &self,
        incident: &str,
        to: &str,
    ) -> Result<Vec<Entry>, DeskError> {
        let state = &self.state;
        self.ledger()?
            .iter()
            .filter(|e| e.promise.incident.as_deref() == Some(incident) && e.is_owed(state))
            .filter(|e| e.promise.carried_over.is_none())
            .map(|e| self.carried(e, to, None))
            .collect()
    }
}

/// What a promise is called, with what it is about.
pub fn words(promise: &Promise, lang: Lang) -> String {
    let made = &promise.made;
    let name = if made.names.is_empty() {
        made.promise.clone()
    } else {
        made.names.any(lang).to_owned()
    };
    match &made.subject {
        Some(subject) => format!("{name}, {subject}"),
        None => name,
    }
}

/// The command that settles a promise, or the next step towards it.
pub fn command_for(entry: &LedgerEntry<'_>, state: &State) -> String {
    let promise = entry.promise;
    if promise.carried_over.is_some() {
        return format!("saydo promise keep {} --evidence TEXT", promise.made.number);
    }
    let n = promise.made.number;
    let incident = promise.incident.as_deref().unwrap_or_default();
    let usual = match promise.made.per {
        Some(Per::Statement) => NEXT_STATEMENT,
        None if promise.made.subject.is_none() => NEXT_STATEMENT,
        None => "up",
        _ => ATTESTED,
    };
    match promise.made.kept_when.as_deref().unwrap_or(usual) {
        NEXT_STATEMENT => {
            let waiting = unspoken(promise, state);
            if waiting.is_empty() {
                format!("saydo statement issue {incident}")
            } else {
                format!("saydo statement issue {}", waiting.join(" "))
            }
        }
        ATTESTED => format!("saydo promise keep {n} --evidence TEXT"),
        "up" => {
            let scope = promise
                .incident
                .as_ref()
                .and_then(|i| state.incidents.get(i))
                .map(|i| i.scope().join(","));
            let link = promise.made.subject.clone().or(scope).unwrap_or_default();
            format!("saydo link set {link} up --source own-check")
        }
        _ => format!("saydo promise show {n}"),
    }
}

/// The open incidents of a statement that have not been spoken of since.
fn unspoken(promise: &Promise, state: &State) -> Vec<String> {
    let Some(number) = promise.made.statement else {
        return Vec::new();
    };
    let own = state.statement(number);
    let incidents = own
        .map(|s| s.statement.incidents.clone())
        .unwrap_or_default();
    incidents
        .into_iter()
        .filter(|id| state.incidents.get(id).is_some_and(|i| i.is_open()))
        .filter(|id| {
            !state.statements.iter().any(|s| {
                s.statement.number > number
                    && s.statement.audience == promise.made.audience
                    && s.statement.incidents.contains(id)
            })
        })
        .collect()
}

/// Evidence in words for a table.
pub fn evidence_words(evidence: &Evidence) -> String {
    promises::evidence_words(evidence)
}
