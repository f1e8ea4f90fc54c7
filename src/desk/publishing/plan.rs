//! Carrying what was issued to outlets: claimed by an event, sent, settled by an event. Two that publish at once never send
//! the same; a crash loses nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::Duration;
use serde::Serialize;

use crate::desk::publishing::components::{COMPONENTS, Shown};
use crate::desk::publishing::outbox::{Item, People};
use crate::desk::{Desk, DeskError};
use crate::domain::admission::admit::Refusal;
use crate::domain::base::decimal::Decimal;
use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;
use crate::domain::config::outlet::{Outlet, OutletKind};
use crate::domain::delivery::deliveries::Standing;
use crate::domain::delivery::key;
use crate::domain::facts::evaluator::Voice;
use crate::domain::record::parcel::{Outcome, Parcel, Receipt};
use crate::domain::record::payload::Happening;
use crate::domain::speech::page_status::{Impact, PageStatus};
use crate::domain::state::incident::Issued;
use crate::publish::{Carried, Letter, secret::Secrets};

/// The first pause after a failure; it doubles from one to the next.
const PAUSE: i64 = 60;

/// The longest pause.
const LONGEST: i64 = 3600;

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

/// What was done at one outlet.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Done {
    /// How many are there.
    pub delivered: usize,
    /// How many failed and are tried again.
    pub failed: usize,
    /// How many need a person.
    pub stuck: usize,
    /// How many gave way to a newer statement.
    pub superseded: usize,
    /// What was not sent, and why; each once.
    pub held: Vec<String>,
    /// What went wrong, each once.
    pub troubles: Vec<String>,
}

/// Where to publish from, and with what.
pub struct Means<'a> {
    /// The workspace's folder.
    pub root: &'a Path,
    /// Credentials.
    pub secrets: &'a Secrets,
    /// The present, for leases and receipts of a long batch.
    pub now: &'a dyn Fn() -> At,
    /// Told after each part: how many of how many; false stops.
    pub progress: &'a mut dyn FnMut(usize, usize) -> bool,
    /// Builds the site of an outlet; gives what is wrong.
    pub site: &'a dyn Fn(&mut Desk, &Outlet) -> Result<(), String>,
}

impl Desk {
    /// What publishing would do now, outlet by outlet.
    ///
    /// # Errors
    /// When an outlet does not exist, facts cannot be derived, or this is a drill.
    pub fn plans(&self, only: &[String], people: &People) -> Result<Vec<Plan>, DeskError> {
        self.may_publish()?;
        for name in only {
            self.outlet(name)?;
        }
        let now = self.clock.now;
        let zone = self.world()?.books.workspace.zone;
        let mut plans: BTreeMap<String, Plan> = BTreeMap::new();
        // A text that is under way, or that nobody knows about, is not overtaken on the line by a newer one.
        let mut busy: BTreeSet<(String, String)> = BTreeSet::new();
        // One that failed and still stands for part of what it says goes before a newer one to the same.
        let mut failing: BTreeMap<_, Vec<u32>> = BTreeMap::new();
        let mut shown: BTreeMap<String, Shown> = BTreeMap::new();
        let items = self.outbox(people);
        let open = items
            .iter()
            .filter(|i| !i.overtaken && i.standing.is_due(now));
        self.look_ahead(&open.map(|i| i.parcel.statement).collect())?;
        for item in items {
            let outlet = self.outlet(&item.outlet)?;
            if !(only.is_empty() || only.contains(&item.outlet))
                || outlet.kind == OutletKind::ByHand
            {
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
                    .or_insert_with(|| self.shown(outlet))
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
                    .any(|n| *n < number && self.is_of_the_same(*n, number))
            });
            let is_component = item.parcel.channel == COMPONENTS;
            let held = match is_component {
                true => None,
                false => self.judged_lately(number)?.held,
            };
            if let Some(because) = held {
                plan.held.push((item, because));
            } else if outlet.is_quiet(now, zone) && (is_component || !self.is_safety(number)?) {
                let because = format!("quiet hours of {}", item.outlet);
                plan.held.push((item, because));
            } else if busy.contains(&line) || waits {
                plan.held
                    .push((item, "an older text is still on its way".into()));
            } else {
                plan.due.push(item);
            }
        }
        for (name, why) in self.unreached(only, people) {
            let plan = plans.entry(name.clone()).or_insert_with(|| Plan {
                outlet: name,
                ..Plan::default()
            });
            plan.unreached.push(why);
        }
        let mut plans: Vec<Plan> = plans.into_values().collect();
        for plan in &mut plans {
            plan.mass = self.mass(plan)?;
        }
        let is_idle = |p: &Plan| p.due.is_empty() && p.superseded.is_empty() && p.held.is_empty();
        plans.retain(|p| !is_idle(p) || !p.unreached.is_empty());
        Ok(plans)
    }

    /// Whether two statements speak of the same incident.
    fn is_of_the_same(&self, one: u32, other: u32) -> bool {
        let of = |n| self.state.statement(n).map(|s| &s.statement.incidents);
        let (Some(one), Some(other)) = (of(one), of(other)) else {
            return false;
        };
        one.iter().any(|i| other.contains(i))
    }

    /// Publishing needs the shared record, where claims are, and no drill.
    fn may_publish(&self) -> Result<(), DeskError> {
        if self.state.is_drill {
            return Err(DeskError::NotAllowed(Refusal::new(
                "this record is a drill: nothing of it is ever published",
                "a real incident is declared in the real workspace",
            )));
        }
        if self.apart.is_some() {
            return Err(DeskError::NotAllowed(Refusal::new(
                "the shared record cannot be reached: nobody could know what others send",
                "tell people by hand, and record it (saydo told ...); publish when the record is back",
            )));
        }
        Ok(())
    }

    /// True when the playbook of one of its incidents says that safety is at stake.
    pub(crate) fn is_safety(&self, number: u32) -> Result<bool, DeskError> {
        let Some(issued) = self.state.statement(number) else {
            return Ok(false);
        };
        for incident in &issued.statement.incidents {
            let playbook = self.playbook_of(incident)?;
            let Some(expression) = &playbook.file.safety else {
                continue;
            };
            let facts = self.facts_lately(incident, &issued.statement.audience)?;
            let tested = self.voice.test(expression, &facts, None);
            if tested.is_ok_and(|t| t.truth == Some(true)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn mass(&self, plan: &Plan) -> Result<Option<Mass>, DeskError> {
        let outlet = self.outlet(&plan.outlet)?;
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
                    let n = self.parts_of(outlet, p)?;
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

    /// SMS parts of a text, else one message.
    fn parts_of(&self, outlet: &Outlet, parcel: &Parcel) -> Result<usize, DeskError> {
        if outlet.kind != OutletKind::HttpSms {
            return Ok(1);
        }
        let texts = self.texts_of(outlet, parcel)?;
        let whole: Vec<&str> = texts.iter().map(|(_, t)| t.as_str()).collect();
        Ok(crate::render::length::sms(&whole.join("\n")).parts)
    }

    fn texts_of(&self, outlet: &Outlet, parcel: &Parcel) -> Result<Vec<(Lang, String)>, DeskError> {
        let Some(issued) = self.state.statement(parcel.statement) else {
            return Ok(Vec::new());
        };
        let speaks = |l: Lang| match parcel.lang {
            Some(own) => own == l,
            None => outlet.languages.is_empty() || outlet.languages.contains(&l),
        };
        let mut texts: Vec<(Lang, String)> =
            issued.statement.body.texts(&parcel.channel, speaks)?;
        let order = self
            .books
            .as_ref()
            .map(|b| b.workspace.languages.clone())
            .unwrap_or_default();
        texts.sort_by_key(|(l, _)| order.iter().position(|o| o == l));
        Ok(texts)
    }

    pub(super) fn supersede(&mut self, name: &str, items: &[Item]) -> Result<usize, DeskError> {
        let marked = std::cell::Cell::new(0);
        self.record(|desk| {
            let now = desk.clock.now;
            let receipts: Vec<Receipt> = items
                .iter()
                .filter(|i| {
                    let standing = desk.state.deliveries.standing(name, &i.parcel, now);
                    !standing.is_settled() && !matches!(standing, Standing::InFlight { .. })
                })
                .map(|i| Receipt {
                    parcel: i.parcel.clone(),
                    outcome: Outcome::Superseded,
                    reference: None,
                    because: None,
                    again: None,
                })
                .collect();
            marked.set(receipts.len());
            if receipts.is_empty() {
                return Ok(Vec::new());
            }
            let outlet = name.to_owned();
            Ok(vec![(
                None,
                Happening::DeliverySettled { outlet, receipts },
            )])
        })?;
        Ok(marked.get())
    }

    /// Claims what is still free; what somebody left in the middle and nobody can be asked about becomes unclear instead.
    /// The receipts of what came back meanwhile are written with it, whatever becomes of the claim.
    pub(super) fn claim(
        &mut self,
        name: &str,
        outlet: &Outlet,
        items: &[Item],
        back: &[Receipt],
        done: &mut Done,
    ) -> Result<Vec<Parcel>, DeskError> {
        let claimed = self.try_claim(name, outlet, items, back, done);
        if claimed.is_err() {
            self.settle(name, back)?;
        }
        claimed
    }

    fn try_claim(
        &mut self,
        name: &str,
        outlet: &Outlet,
        items: &[Item],
        back: &[Receipt],
        done: &mut Done,
    ) -> Result<Vec<Parcel>, DeskError> {
        let chosen: std::cell::RefCell<(Vec<Parcel>, usize, BTreeSet<String>)> =
            std::cell::RefCell::default();
        self.record(|desk| {
            let now = desk.clock.now;
            let (mut free, mut unclear) = (Vec::new(), Vec::new());
            let mut held: BTreeSet<String> = BTreeSet::new();
            for item in items {
                let number = item.parcel.statement;
                let is_component = item.parcel.channel == COMPONENTS;
                // What came in between may have made it old or untrue.
                if !item.overtaken && !is_component {
                    let issued = desk.state.statement(number);
                    let there = issued.is_some_and(|s| desk.is_overtaken_there(s, &item.parcel));
                    if there || desk.is_overtaken(number) {
                        continue;
                    }
                    if let Some(because) = desk.judged_lately(number)?.held {
                        held.insert(because);
                        continue;
                    }
                }
                let standing = desk.state.deliveries.standing(name, &item.parcel, now);
                if !standing.is_due(now) {
                    continue;
                }
                let once = outlet.is_once() || item.parcel.channel == COMPONENTS;
                if standing == Standing::Expired && !once {
                    unclear.push(Receipt {
                        parcel: item.parcel.clone(),
                        outcome: Outcome::Unclear,
                        reference: None,
                        because: Some("somebody began to send it and never said how it ended; look there whether it arrived".into()),
                        again: None,
                    });
                } else if !item.overtaken {
                    free.push(item.parcel.clone());
                }
            }
            chosen.replace((free.clone(), unclear.len(), held));
            let mut batch = Vec::new();
            for receipts in [back.to_vec(), unclear] {
                if !receipts.is_empty() {
                    let outlet = name.to_owned();
                    batch.push((None, Happening::DeliverySettled { outlet, receipts }));
                }
            }
            if !free.is_empty() {
                let until = now + outlet.leased().duration();
                let (outlet, parcels) = (name.to_owned(), free);
                batch.push((None, Happening::DeliveryClaimed { outlet, until, parcels }));
            }
            Ok(batch)
        })?;
        let (parcels, unclear, held) = chosen.into_inner();
        done.stuck += unclear;
        for because in held {
            note(&mut done.held, because);
        }
        Ok(parcels)
    }

    /// What became of parcels, as receipts.
    pub(super) fn receipts(
        &self,
        outlet: &Outlet,
        parcels: &[Parcel],
        carried: Vec<Carried>,
        done: &mut Done,
    ) -> Vec<Receipt> {
        let now = self.clock.now;
        let mut receipts = Vec::new();
        for (parcel, carried) in parcels.iter().zip(carried) {
            let tries = self
                .state
                .deliveries
                .all
                .get(&parcel.key)
                .map_or(1, |d| d.tries());
            let (outcome, reference, because, again) = match carried {
                Carried::There(reference) => (Outcome::Delivered, reference, None, None),
                Carried::Refused(why) => (Outcome::Refused, None, Some(why), None),
                Carried::Unclear(why) => (Outcome::Unclear, None, Some(why), None),
                Carried::NotThere(why, _) if tries >= outlet.most_tries() => {
                    let why = format!("tried {tries} times: {why}");
                    (Outcome::GivenUp, None, Some(why), None)
                }
                Carried::NotThere(why, wait) => {
                    let own = pause(tries, &parcel.key);
                    let asked = wait.map_or(0, |w| i64::try_from(w.as_secs()).unwrap_or(LONGEST));
                    let again = now + Duration::seconds(own.max(asked));
                    (Outcome::Failed, None, Some(why), Some(again))
                }
            };
            match outcome {
                Outcome::Delivered => done.delivered += 1,
                Outcome::Failed => done.failed += 1,
                _ => done.stuck += 1,
            }
            // What we say ourselves of our own folders names nobody.
            let is_ours = matches!(outlet.kind, OutletKind::Folder | OutletKind::Site);
            let because = because.map(|b| {
                let said = if is_ours { b } else { masked(&b) };
                said.chars()
                    .filter(|c| !crate::domain::admission::admit::is_harmful(*c))
                    .take(500)
                    .collect::<String>()
            });
            if let Some(b) = &because
                && !done.troubles.contains(b)
                && done.troubles.len() < 20
            {
                done.troubles.push(b.clone());
            }
            let reference = reference.map(|r| {
                r.chars()
                    .filter(|c| !crate::domain::admission::admit::is_harmful(*c))
                    .take(300)
                    .collect()
            });
            receipts.push(Receipt {
                parcel: parcel.clone(),
                outcome,
                reference,
                because,
                again,
            });
        }
        receipts
    }

    /// Writes receipts.
    pub(super) fn settle(&mut self, name: &str, receipts: &[Receipt]) -> Result<(), DeskError> {
        if receipts.is_empty() {
            return Ok(());
        }
        let happening = Happening::DeliverySettled {
            outlet: name.to_owned(),
            receipts: receipts.to_vec(),
        };
        self.record(|_| Ok(vec![(None, happening.clone())]))?;
        Ok(())
    }

    /// A parcel with all that an envelope may need.
    pub(super) fn letter(
        &self,
        name: &str,
        outlet: &Outlet,
        parcel: &Parcel,
        to: &BTreeMap<String, &String>,
    ) -> Result<Letter, DeskError> {
        let is_component = parcel.channel == COMPONENTS;
        let judged = match is_component {
            true => None,
            false => Some(self.judged_lately(parcel.statement)?),
        };
        let zone = self.world()?.books.workspace.zone;
        let issued = self.state.statement(parcel.statement).ok_or_else(|| {
            Refusal::new(format!("there is no statement {}", parcel.statement), "")
        })?;
        let s = &issued.statement;
        let one = match &parcel.to {
            Some(id) if s.incidents.contains(id) => Some(id),
            _ => None,
        };
        let about = one.map_or_else(|| s.incidents.clone(), |id| vec![id.clone()]);
        let mut words = judged.map(|j| (j.status, j.impact));
        if let Some(id) = one {
            let facts = self.facts_lately(id, &s.audience)?;
            words = Some((PageStatus::from_facts(&facts), Impact::from_facts(&facts)));
        }
        let first = about.first().map(String::as_str).unwrap_or_default();
        let texts = self.texts_of(outlet, parcel)?;
        let mut titles = Vec::new();
        for (lang, _) in &texts {
            titles.extend(s.title(*lang)?.map(|title| (*lang, title)));
        }
        let components = match (&parcel.to, is_component) {
            (Some(to), true) => to
                .split_once('=')
                .and_then(|(link, state)| {
                    Some((outlet.components.get(link)?.clone(), state.to_owned()))
                })
                .into_iter()
                .collect(),
            _ => Vec::new(),
        };
        let (thread, reference) = match outlet.kind {
            OutletKind::Statuspage => (Vec::new(), self.page_of(name, first, parcel)),
            _ => self.thread(name, issued, parcel),
        };
        let incident = self.state.incidents.get(first);
        Ok(Letter {
            key: parcel.key.clone(),
            statement: s.number,
            previous: s.previous,
            is_shared: about.len() < s.incidents.len(),
            incidents: about.clone(),
            audience: s.audience.clone(),
            channel: parcel.channel.clone(),
            texts,
            titles,
            to: parcel
                .to
                .as_ref()
                .and_then(|t| to.get(t))
                .map(|t| (*t).clone()),
            person: parcel.to.clone(),
            as_of: s.as_of,
            issued_at: issued.at,
            status: words.map_or_else(String::new, |(status, _)| status.to_string()),
            impact: words.map_or_else(String::new, |(_, impact)| impact.to_string()),
            planned: incident.and_then(|i| i.planned).map(|w| {
                let from = w
                    .earliest
                    .map_or_else(|| w.latest.begins(zone), |e| e.begins(zone));
                (from, w.latest.ends(zone))
            }),
            next_update: s.next_update(),
            thread,
            reference,
            components,
            touched: self.components_of(outlet, first),
            record: self.state.origin.clone().unwrap_or_default(),
        })
    }

    /// The outlet's own number of an incident, by whatever text about it arrived there last.
    fn page_of(&self, name: &str, incident: &str, parcel: &Parcel) -> Option<String> {
        let issued = self.state.statement(parcel.statement)?;
        let before = self
            .state
            .said(incident, &issued.statement.audience)
            .filter(|o| o.statement.number < parcel.statement);
        before
            .filter_map(|o| {
                let s = &o.statement;
                let to = (s.incidents.len() > 1).then_some(incident);
                let key = key::key(&s.digest, name, &parcel.channel, parcel.lang, to);
                let delivery = self.state.deliveries.all.get(&key)?;
                match delivery.standing(self.clock.now) {
                    Standing::Delivered { reference, .. } => reference,
                    _ => None,
                }
            })
            .next()
    }

    /// The letters before this one to the same, and the outlet's own number of the incident.
    fn thread(
        &self,
        name: &str,
        issued: &Issued,
        parcel: &Parcel,
    ) -> (Vec<String>, Option<String>) {
        let s = &issued.statement;
        if s.previous.is_none() {
            return (Vec::new(), None);
        }
        let mut before: Vec<(u32, String, Option<String>)> = Vec::new();
        let first = s.incidents.first().map(String::as_str).unwrap_or_default();
        for earlier in self.state.said(first, &s.audience) {
            let o = &earlier.statement;
            if o.number >= s.number || o.incidents != s.incidents {
                continue;
            }
            let (channel, to) = (&parcel.channel, parcel.to.as_deref());
            let key = key::key(&o.digest, name, channel, parcel.lang, to);
            if let Some(d) = self.state.deliveries.all.get(&key)
                && let Standing::Delivered { reference, .. } = d.standing(self.clock.now)
            {
                before.push((o.number, key, reference));
            }
        }
        before.sort();
        let reference = before.last().and_then(|(_, _, r)| r.clone());
        (
            before.into_iter().map(|(_, key, _)| key).collect(),
            reference,
        )
    }
}

/// What servers say may name people and credentials: numbers, however they are written, addresses and long opaque words
/// are left out.
fn masked(text: &str) -> String {
    let is_opaque = |word: &str| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.=+/:\"'(),;".contains(c);
        word.len() >= 16
            && word.chars().all(is_plain)
            && (digits > 2 || !word.contains(['-', '/', '.']))
            && digits > 0
    };
    let text = without_numbers(text);
    let words = text.split(' ').map(|word| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        match word.contains('@') || digits >= 7 || is_opaque(word) {
            true => "…",
            false => word,
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Without runs of seven or more digits, whatever stands between these.
fn without_numbers(text: &str) -> String {
    let is_between = |c: char| matches!(c, ' ' | '-' | '.' | '(' | ')' | '+' | '/' | '\u{a0}');
    let mut out = String::new();
    let mut run = String::new();
    let flush = |run: &mut String, out: &mut String| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        if digits < 7 {
            out.push_str(run);
        } else {
            let end = run.trim_end_matches(is_between).len();
            out.push('…');
            out.push_str(&run[end..]);
        }
        run.clear();
    };
    for c in text.chars() {
        if c.is_ascii_digit() || (is_between(c) && !run.is_empty()) || c == '+' {
            run.push(c);
        } else {
            flush(&mut run, &mut out);
            out.push(c);
        }
    }
    flush(&mut run, &mut out);
    out
}

pub(super) fn note(list: &mut Vec<String>, what: String) {
    if !list.contains(&what) {
        list.push(what);
    }
}

/// The pause before the next try: doubling, and a little different for each text, so that not all come at once.
fn pause(tries: u32, key: &str) -> i64 {
    let doubled = PAUSE
        .saturating_mul(1 << tries.saturating_sub(1).min(10))
        .min(LONGEST);
    let spread = i64::from(u8::from_str_radix(key.get(..2).unwrap_or("80"), 16).unwrap_or(128));
    // Between four and six fifths.
    doubled * (80 + spread * 40 / 255) / 100
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_names_nobody() {
        for (said, wanted) in [
            ("it answered 503 (no)", "it answered 503 (no)"),
            (
                "invalid number +84 912 345 678 of A",
                "invalid number … of A",
            ),
            ("(091) 234-5678, twice", "(…, twice"),
            ("0912.345.678", "…"),
            ("a@b.vn is full", "… is full"),
            ("tried 3 times: 429", "tried 3 times: 429"),
            ("key tok3nofourgateway2026xyz wrong", "key … wrong"),
            ("+", "+"),
        ] {
            assert_eq!(masked(said), wanted, "{said}");
        }
    }
}
