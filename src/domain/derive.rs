//! From the folded record to the facts of one incident, for one audience, at one instant.

mod groups;
mod history;
mod links;
mod phase;
pub mod promises;

use std::borrow::Cow;

use thiserror::Error;

use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::link::LinkId;
use crate::domain::base::terms as words;
use crate::domain::base::time::{At, Moment, Period};
use crate::domain::base::value::{Named, Value};
use crate::domain::config::audience::{Audience, Disclosure};
use crate::domain::config::playbook::Playbook;
use crate::domain::config::schedule as rhythm;
use crate::domain::facts::evaluator::{Voice, VoiceError};
use crate::domain::facts::fact::{Entry, Fact, Facts, Lack};
use crate::domain::facts::world::World;
use crate::domain::network::health::Condition;
use crate::domain::state::incident::{Incident, Noting};

/// Why facts cannot be derived.
#[derive(Debug, Error)]
pub enum DeriveError {
    /// No such incident.
    #[error("there is no incident \"{0}\"")]
    NoIncident(String),
    /// The playbook that it is run by is not in the record.
    #[error("the playbook \"{0}\" that the incident is run by is not in the record")]
    NoPlaybook(String),
    /// No such audience.
    #[error("there is no audience \"{0}\" in saydo.yaml")]
    NoAudience(String),
    /// A rule of the playbook cannot be worked out.
    #[error("severity rule \"{rule}\": {error}")]
    Rule {
        /// The rule.
        rule: String,
        /// Why.
        error: VoiceError,
    },
}

/// What derivation works with; made once per incident.
pub(crate) struct Ground<'a> {
    pub world: World<'a>,
    pub incident: &'a Incident,
    pub playbook: &'a Playbook,
    pub condition: Cow<'a, Condition>,
    pub scope: Vec<LinkId>,
    pub as_of: At,
    pub audience: String,
}

/// The limits used when neither playbook nor base sets one.
const UP: Period = Period::minutes(60);
const SHARE: Period = Period::minutes(120);
const WORK: Period = Period::minutes(12 * 60);
const WINDOW: Period = Period::minutes(48 * 60);
const NOTED: Period = Period::minutes(60);

impl Ground<'_> {
    pub(crate) fn limit_up(&self) -> Period {
        self.playbook.file.freshness.up.unwrap_or(UP)
    }
    pub(crate) fn limit_share(&self) -> Period {
        self.playbook.file.freshness.share.unwrap_or(SHARE)
    }
    pub(crate) fn limit_work(&self) -> Period {
        self.playbook.file.freshness.work.unwrap_or(WORK)
    }
    pub(crate) fn limit_window(&self) -> Period {
        self.playbook.file.freshness.window.unwrap_or(WINDOW)
    }

    pub(crate) fn named(&self, id: &str) -> Named {
        Named {
            id: id.to_owned(),
            names: self.world.books.network.names(id),
        }
    }

    /// The links in scope, each followed by its parts, none twice.
    pub(crate) fn families(&self) -> Vec<LinkId> {
        let mut all: Vec<LinkId> = Vec::new();
        for id in &self.scope {
            for member in std::iter::once(id.clone()).chain(self.world.books.network.leaves(id)) {
                if !all.contains(&member) {
                    all.push(member);
                }
            }
        }
        all
    }

    /// The events by which a link, or the whole that it is a part of, came into scope.
    pub(crate) fn why_in_scope(&self, id: &str) -> Vec<u64> {
        let network = &self.world.books.network;
        let holders = self
            .scope
            .iter()
            .filter(|s| *s == id || network.leaves(s).iter().any(|l| l == id));
        holders
            .flat_map(|s| self.incident.scope_events(s))
            .collect()
    }

    pub(crate) fn party(&self, key: &str) -> Option<Texts> {
        self.world.books.workspace.parties.get(key).cloned()
    }

    /// Every event by which the incident exists and is run: the ground of all that is said of it.
    pub(crate) fn incident_events(&self) -> Vec<u64> {
        let mut events = vec![self.incident.seq, self.incident.playbook.seq];
        events.sort_unstable();
        events.dedup();
        events
    }

    /// What the team or else the playbook says of who may know a fact, else what is usual for it.
    pub(crate) fn disclosed(&self, path: &str, usual: Disclosure) -> Disclosure {
        let set = self.world.state.disclosure(&self.incident.id, path);
        set.or_else(|| self.playbook.disclosure(path))
            .unwrap_or(usual)
    }

    pub(crate) fn zone(&self) -> chrono_tz::Tz {
        self.world.books.workspace.zone
    }
}

/// The facts about one incident.
///
/// # Errors
/// When the incident, its playbook or the audience does not exist, or a rule of the playbook is wrong.
pub fn derive(
    world: World<'_>,
    incident: &str,
    audience: &str,
    as_of: At,
    voice: &dyn Voice,
) -> Result<Facts, DeriveError> {
    of(world, incident, audience, as_of, voice, true)
}

/// The same without what rests on the ledger: verdicts on promises are reached with these.
///
/// # Errors
/// As for all facts.
pub fn bare(
    world: World<'_>,
    incident: &str,
    audience: &str,
    as_of: At,
    voice: &dyn Voice,
) -> Result<Facts, DeriveError> {
    of(world, incident, audience, as_of, voice, false)
}

/// What can be said without an incident: who we are, and when it is.
///
/// # Errors
/// When the audience does not exist.
pub fn without_incident(world: World<'_>, audience: &str, as_of: At) -> Result<Facts, DeriveError> {
    let workspace = &world.books.workspace;
    let who = workspace
        .audience(audience)
        .ok_or_else(|| DeriveError::NoAudience(audience.to_owned()))?;
    let mut facts = Facts::empty(as_of, workspace.zone, Vec::new(), audience, who.may_know);
    let now = Value::Instant(Moment::exact(as_of));
    facts.put("as_of", Fact::plain(now), None);
    Ok(facts)
}

fn of(
    world: World<'_>,
    incident: &str,
    audience: &str,
    as_of: At,
    voice: &dyn Voice,
    with_promises: bool,
) -> Result<Facts, DeriveError> {
    let incident = world
        .state
        .incidents
        .get(incident)
        .ok_or_else(|| DeriveError::NoIncident(incident.to_owned()))?;
    let playbook = world
        .books
        .playbook(&incident.playbook)
        .ok_or_else(|| DeriveError::NoPlaybook(incident.playbook.name.clone()))?;
    let who: Audience = world
        .books
        .workspace
        .audience(audience)
        .ok_or_else(|| DeriveError::NoAudience(audience.to_owned()))?;
    let ground = Ground {
        world,
        incident,
        playbook: &playbook,
        condition: match world.condition {
            Some(condition) => Cow::Borrowed(condition),
            None => Cow::Owned(Condition::of(&world.books.network, world.state)),
        },
        scope: incident.scope(),
        as_of,
        audience: audience.to_owned(),
    };
    let mut facts = Facts::empty(
        as_of,
        ground.zone(),
        vec![incident.id.clone()],
        audience,
        who.may_know,
    );
    facts.drill = world.state.is_drill;
    house(&ground, &mut facts);
    links::derive(&ground, &mut facts);
    groups::derive(&ground, &mut facts);
    phase::derive(&ground, &mut facts);
    noted(&ground, &mut facts);
    history::derive(&ground, &mut facts);
    severity(&ground, &mut facts, voice)?;
    next_update(&ground, &mut facts);
    if with_promises {
        promises::derive(&ground, &mut facts, voice);
    }
    disclose(&ground, &mut facts);
    Ok(facts)
}

/// Who may know what, where the team or the playbook says so.
fn disclose(ground: &Ground<'_>, facts: &mut Facts) {
    let (playbook, state) = (ground.playbook, ground.world.state);
    if playbook.file.disclosure.is_empty() && state.disclosed.is_empty() {
        return;
    }
    for (path, entry) in std::sync::Arc::make_mut(&mut facts.facts) {
        let set = || state.disclosure(&ground.incident.id, path);
        if let Entry::Known(fact) = entry
            && let Some(level) = set().or_else(|| playbook.disclosure(path))
        {
            fact.disclosure = level;
        }
    }
}

/// What the workspace and the clock say.
fn house(ground: &Ground<'_>, facts: &mut Facts) {
    let workspace = &ground.world.books.workspace;
    facts.put(
        "as_of",
        Fact::plain(Value::Instant(Moment::exact(ground.as_of))),
        None,
    );
    facts.put(
        "org",
        Fact::plain(Value::Phrase(workspace.organisation.names.clone())),
        None,
    );
    if !workspace.zone_names.is_empty() {
        facts.put(
            "zone",
            Fact::plain(Value::Phrase(workspace.zone_names.clone())),
            None,
        );
    }
    for (name, contact) in &workspace.contacts {
        let state = contact
            .link
            .as_deref()
            .map(|l| (l, ground.condition.whole(l)));
        let path = format!("contacts.{name}");
        match state {
            // Nobody has to report a hotline up before it may be named; one bad word is enough not to.
            Some((link, whole)) if whole.state.is_bad() => {
                facts.miss(
                    path,
                    Lack::new(
                        format!(
                            "{link} đang {}",
                            words::state(whole.state.token(), Lang::Vi)
                        ),
                        format!("{link} is {}", words::state(whole.state.token(), Lang::En)),
                        format!("saydo link set {link} up --source own-check"),
                    ),
                );
            }
            other => {
                let events = other.map(|(_, w)| w.events).unwrap_or_default();
                facts.put(
                    path.clone(),
                    Fact::from_events(Value::Phrase(contact.text.clone()), &events),
                    None,
                );
                let spoken = if contact.spoken.is_empty() {
                    &contact.text
                } else {
                    &contact.spoken
                };
                facts.put(
                    format!("{path}.spoken"),
                    Fact::from_events(Value::Phrase(spoken.clone()), &events),
                    None,
                );
            }
        }
    }
    let since = ground.incident.since.unwrap_or(Moment {
        at: ground.incident.declared_at,
        about: true,
    });
    facts.put(
        "since",
        Fact::from_events(Value::Instant(since), &[ground.incident.seq]),
        None,
    );
    let declared = Value::Instant(Moment::exact(ground.incident.declared_at));
    facts.put(
        "declared_at",
        Fact::from_events(declared, &[ground.incident.seq]),
        None,
    );
    if let Some(planned) = ground.incident.planned {
        let zone = ground.zone();
        let events = [ground.incident.seq];
        facts.put(
            "planned",
            Fact::from_events(Value::Window(planned), &events),
            None,
        );
        let ends = [
            ("planned_start", planned.earliest.map(|e| e.begins(zone))),
            ("planned_end", Some(planned.latest.ends(zone))),
        ];
        for (path, at) in ends {
            if let Some(at) = at {
                facts.put(
                    path,
                    Fact::from_events(Value::Instant(Moment::exact(at)), &events),
                    None,
                );
            }
        }
    }
}

/// Facts that staff noted by hand.
fn noted(ground: &Ground<'_>, facts: &mut Facts) {
    for (name, declared) in &ground.playbook.file.facts {
        let command = format!("saydo fact note {name}=...");
        let ask = declared.ask.clone();
        let missing = || Lack {
            what: if ask.is_empty() {
                Texts::both(
                    &format!("chưa ai ghi nhận {name}"),
                    &format!("nobody has noted {name}"),
                )
            } else {
                ask.clone()
            },
            command: command.clone(),
            events: Vec::new(),
        };
        let notings = ground
            .incident
            .noted
            .get(name)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let Some((value, events, last, confirmed)) = last_run(notings) else {
            facts.miss(name.clone(), missing());
            continue;
        };
        let limit = declared
            .fresh
            .or(ground.playbook.file.freshness.noted)
            .unwrap_or(NOTED);
        let mut all = events;
        all.push(ground.incident.seq);
        let fact = Fact {
            value,
            events: all,
            source: Some(last.source.clone()),
            said_at: Some(last.said_at),
            fresh_until: (!declared.lasts).then(|| confirmed + limit.duration()),
            disclosure: declared
                .disclosure
                .unwrap_or_else(|| ground.disclosed(name, Disclosure::Public)),
            lacks: Vec::new(),
        };
        let confirm = Lack::new(
            format!("{name} đã ghi nhận quá {limit}, cần xác nhận lại"),
            format!("{name} was noted more than {limit} ago and has to be confirmed"),
            "saydo still",
        );
        facts.put(name.clone(), fact, Some(confirm));
    }
}

fn last_run(notings: &[Noting]) -> Option<(Value, Vec<u64>, &Noting, At)> {
    let mut found: Option<(Option<Value>, Vec<u64>, &Noting, At)> = None;
    for n in notings {
        match &mut found {
            Some((_, events, _, at)) if n.again => {
                events.push(n.seq);
                *at = (*at).max(n.said_at);
            }
            _ if n.again => {}
            Some((value, events, last, at)) if *value == n.value => {
                events.push(n.seq);
                *last = n;
                *at = (*at).max(n.said_at);
            }
            _ => found = Some((n.value.clone(), vec![n.seq], n, n.said_at)),
        }
    }
    let (value, events, last, at) = found?;
    Some((value?, events, last, at))
}

/// The first rule that holds decides; one that cannot be told is passed over.
fn severity(ground: &Ground<'_>, facts: &mut Facts, voice: &dyn Voice) -> Result<(), DeriveError> {
    let mut events = ground.incident_events();
    for rule in &ground.playbook.file.severity {
        let holds = match &rule.when {
            None => true,
            Some(expression) => {
                let tested =
                    voice
                        .test(expression, facts, None)
                        .map_err(|error| DeriveError::Rule {
                            rule: expression.clone(),
                            error,
                        })?;
                if tested.truth == Some(true) {
                    events.extend(
                        tested
                            .reads
                            .iter()
                            .filter_map(|p| facts.known(p))
                            .flat_map(|f| &f.events),
                    );
                }
                // A rule that cannot be told is passed over for what the record says, not for want of it.
                events.extend(tested.missing.iter().flat_map(|p| facts.lack(p).events));
                tested.truth == Some(true)
            }
        };
        if holds {
            facts.put(
                "severity",
                Fact::from_events(Value::state(&rule.level), &events),
                None,
            );
            return Ok(());
        }
    }
    let lack = Lack::new(
        "chưa xếp được mức độ",
        "no severity rule of the playbook holds",
        "",
    );
    facts.miss("severity", lack);
    Ok(())
}

/// The next update by the playbook's rhythm; announced work speaks again when it starts and ends.
fn next_update(ground: &Ground<'_>, facts: &mut Facts) {
    let level = facts.word("severity").map(str::to_owned);
    let rhythms = &ground.playbook.file.rhythm;
    let rhythm = level
        .as_ref()
        .and_then(|l| rhythms.get(l))
        .or_else(|| rhythms.values().last());
    let Some(rhythm) = rhythm else {
        let lack = Lack::new(
            "kịch bản chưa có nhịp thông tin",
            "the playbook has no rhythm of updates",
            "",
        );
        facts.miss("next_update", lack);
        return;
    };
    let zone = ground.zone();
    let quiet = ground.playbook.file.quiet.as_ref();
    let declared = ground.incident.declared_at;
    let by_rhythm = rhythm::next_update(rhythm, quiet, declared, ground.as_of, zone);
    let planned = ground.incident.planned;
    let at = match (facts.word("phase"), planned) {
        (Some("planned"), Some(w)) => w.earliest.map_or(by_rhythm, |e| e.begins(zone)),
        // A quarter of an hour to write that it is over, or that it is not.
        (Some("in-work"), Some(w)) => w.latest.ends(zone) + Period::minutes(15).duration(),
        _ => by_rhythm,
    };
    let mut events = ground.incident_events();
    if let Some(Entry::Known(f)) = facts.entry("severity") {
        events.extend(&f.events);
    }
    if let (Some(Entry::Known(f)), Some(_)) = (facts.entry("phase"), planned) {
        events.extend(&f.events);
    }
    facts.put(
        "next_update",
        Fact::from_events(Value::Instant(Moment::exact(at)), &events),
        None,
    );
    let first = declared + rhythm.first.duration();
    facts.put(
        "first_notice_due",
        Fact::from_events(Value::Instant(Moment::exact(first)), &events).only(Disclosure::Staff),
        None,
    );
}
