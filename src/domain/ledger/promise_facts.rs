//! Facts about promises: due times and stock of what may be promised, and what has to be owned up to. It judges
//! nothing.

use crate::domain::base::lang::Texts;
use crate::domain::base::next_step::NextStep;
use crate::domain::base::time::{Moment, When};
use crate::domain::base::value::Value;
use crate::domain::config::audience::Disclosure;
use crate::domain::config::promise_kind::{Per, PromiseKind};
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::fact::{Fact, FactEntry, Facts};
use crate::domain::facts::missing::MissingFact;
use crate::domain::facts::subject::IncidentSubject;
use crate::domain::ledger::due::DueTime;
use crate::domain::ledger::own_ends::overtaken_by;
use crate::domain::ledger::promise_scope::insert_promise_scope;
use crate::domain::ledger::stock::count_stock;
use crate::domain::ledger::verdict;
use crate::domain::ledger::verdict::PromiseStatus;
use crate::domain::record::promise_event::Evidence;
use crate::domain::state::promise::Promise;
use crate::languages::phrases::{Missing, Promised};

/// What a promise is called when its kind has no name.
pub fn nameless_promise() -> Texts {
    Texts::from_phrase(Promised::Nameless, &[])
}

/// A due time as a fact has it.
pub fn due_value(due: When) -> Value {
    match due {
        When::At(at) => Value::Instant(Moment::exact(at)),
        When::Day(day) => Value::Date(day),
    }
}

pub(crate) fn derive_promise_facts(
    ground: &IncidentSubject<'_>,
    facts: &mut Facts,
    evaluator: &dyn Evaluator,
) {
    for (name, kind) in &ground.playbook.file.promises {
        let workspace = &ground.world.books.workspace;
        if workspace.is_for(&kind.audiences, &ground.audience) {
            offered(ground, facts, evaluator, name, kind);
        }
    }
}

/// Slips of a repair window are owned up to by the link, and a late update by being late.
pub fn is_owned_up_elsewhere(p: &Promise) -> bool {
    // Version 1 knew these two kinds alone.
    let old = p.made.per.is_none();
    old || p.made.of_window || p.made.per == Some(Per::Statement)
}

/// The open promise of the same identity, for kinds that are not about one link or region.
fn open_one<'a>(
    ground: &'a IncidentSubject<'_>,
    evaluator: &dyn Evaluator,
    kind_name: &str,
) -> Option<(&'a Promise, PromiseStatus)> {
    let mut all = ground.world.state.promises_of(&ground.incident.id).rev();
    let promise = all.find(|p| {
        p.made.promise == kind_name
            && p.made.audience == ground.audience
            && p.made.subject.is_none()
            && p.withdrawn.is_none()
            && p.attested.is_none()
    })?;
    let entry = verdict::judge_promise(ground.world, evaluator, ground.as_of, promise);
    entry.kept.is_none().then_some((promise, entry.standing))
}

/// The event of the latest window that ends later than a promise to bring back, and was given after it.
fn overtaken(ground: &IncidentSubject<'_>, facts: &Facts, promise: &Promise) -> Option<u64> {
    let due = promise.current_due();
    let windows = overtaken_by(ground, facts, promise, (due.due, &[due.seq]));
    windows.into_iter().max()
}

/// The last promise of this kind was kept or taken back, and nothing has been noted since that would make it
/// anew: it is not promised again by itself.
fn insert_settled(
    ground: &IncidentSubject<'_>,
    facts: &mut Facts,
    evaluator: &dyn Evaluator,
    name: &str,
    kind: &PromiseKind,
) {
    let mut all = ground.world.state.promises_of(&ground.incident.id).rev();
    let last = all.find(|p| {
        p.made.promise == name && p.made.audience == ground.audience && p.made.subject.is_none()
    });
    let Some(last) = last else { return };
    let entry = verdict::judge_promise(ground.world, evaluator, ground.as_of, last);
    let by = match (&entry.kept, &last.withdrawn) {
        (Some(kept), _) => kept.events.iter().max().copied().unwrap_or(last.seq),
        (None, Some(taken)) => taken.seq,
        // The text that takes it back, for a window that ends later, does not make it anew.
        (None, None) => match overtaken(ground, facts, last) {
            Some(window) => window,
            None => return,
        },
    };
    let by = by.max(last.current_due().seq);
    // "Still" renews what is seen; it makes no promise anew.
    let is_word_since = |e: &u64| *e > by && !ground.world.state.is_reconfirmation(*e);
    let is_newly_said = |path: &String| {
        facts
            .known_fact(path)
            .is_some_and(|f| f.events.iter().any(is_word_since))
    };
    let is_new = match DueTime::read_due(&kind.due, facts, None, evaluator) {
        Ok(DueTime::Fact { path, .. }) => is_newly_said(&path),
        Ok(DueTime::Reckoned { reads, .. }) => reads.iter().any(is_newly_said),
        Err(_) => false,
    };
    if !is_new {
        let word = if entry.kept.is_some() {
            "kept"
        } else {
            "withdrawn"
        };
        let fact = Fact::from_events(Value::from_state(word), &[last.seq, by])
            .known_only_to(Disclosure::Staff);
        facts.insert_fact(format!("promise.{name}.settled"), fact, None);
    }
}

/// The due times of open promises about one link or region each, as told and as they stand.
fn with_subjects(
    ground: &IncidentSubject<'_>,
    facts: &mut Facts,
    evaluator: &dyn Evaluator,
    name: &str,
    kind: &PromiseKind,
) {
    let all = ground.world.state.promises_of(&ground.incident.id);
    let theirs = all.filter(|p| {
        p.made.promise == name && p.made.audience == ground.audience && p.withdrawn.is_none()
    });
    for promise in theirs {
        let Some(subject) = &promise.made.subject else {
            continue;
        };
        let entry = verdict::judge_promise(ground.world, evaluator, ground.as_of, promise);
        if entry.kept.is_some() {
            continue;
        }
        if let Some(told) = promise.last_told_due() {
            let fact = Fact::from_events(due_value(told.due), &[promise.seq, told.seq]);
            facts.insert_fact(format!("promise.{name}.{subject}.told_due"), fact, None);
        }
        for used in &promise.uses {
            let fact = Fact::from_events(Value::Count(used.amount), &[promise.seq])
                .known_only_to(Disclosure::Staff);
            facts.insert_fact(
                format!("promise.{name}.{subject}.{}.held", used.resource),
                fact,
                None,
            );
        }
        if let Ok(DueTime::Fact { path, due }) =
            DueTime::read_due(&kind.due, facts, Some(subject), evaluator)
            && let Some(mut fact) = facts.known_fact(&path).cloned()
        {
            let by_hand = fact.events.iter().all(|e| *e < promise.current_due().seq);
            if by_hand {
                fact = Fact::from_events(
                    due_value(promise.current_due().due),
                    &[promise.seq, promise.current_due().seq],
                );
                fact.source = Some(crate::domain::base::link::Source::own_check());
            } else {
                fact.value = due_value(due);
            }
            facts.insert_fact(format!("promise.{name}.{subject}.due"), fact, None);
        }
    }
}

/// When a promise of this kind would fall due, and what is in stock for it.
fn offered(
    ground: &IncidentSubject<'_>,
    facts: &mut Facts,
    evaluator: &dyn Evaluator,
    name: &str,
    kind: &PromiseKind,
) {
    let by_itself = matches!(kind.per, Per::Incident | Per::None);
    let open = open_one(ground, evaluator, name).filter(|_| by_itself);
    let stands = open.filter(|(promise, _)| overtaken(ground, facts, promise).is_none());
    if by_itself && stands.is_none() {
        insert_settled(ground, facts, evaluator, name, kind);
    }
    if matches!(kind.per, Per::Link | Per::Region) && !kind.is_of_window() {
        with_subjects(ground, facts, evaluator, name, kind);
    }
    let made = open.map(|(p, _)| p);
    insert_promise_scope(ground, facts, evaluator, (name, kind), made);
    let mut day = ground.as_of.with_timezone(&ground.zone()).date_naive();
    if !kind.due.starts_with("it.") {
        match due_fact(kind, facts, evaluator, open.map(|(p, _)| p)) {
            Ok((due, fact)) => {
                day = due.local_day(ground.zone());
                facts.insert_fact(format!("promise.{name}.due"), fact, None);
            }
            Err(lack) => facts.insert_missing(format!("promise.{name}.due"), lack),
        }
    }
    if let Some((promise, _)) = open
        && let Some(told) = promise.last_told_due()
    {
        let fact = Fact::from_events(due_value(told.due), &[promise.seq, told.seq]);
        facts.insert_fact(format!("promise.{name}.told_due"), fact, None);
    }
    for used in open.iter().flat_map(|(p, _)| &p.uses) {
        let fact =
            Fact::from_events(Value::Count(used.amount), &[]).known_only_to(Disclosure::Staff);
        facts.insert_fact(format!("promise.{name}.{}.held", used.resource), fact, None);
    }
    let own = open.map(|(p, _)| p.made.number);
    for used in &kind.uses {
        let path = format!("promise.{name}.{}.stock", used.resource);
        match stock_fact(ground, evaluator, &used.resource, day, own) {
            Ok(fact) => facts.insert_fact(path, fact, None),
            Err(lack) => facts.insert_missing(path, lack),
        }
    }
}

/// What is left of a resource on a day, for staff; what the promise `own` holds counts as left.
fn stock_fact(
    ground: &IncidentSubject<'_>,
    evaluator: &dyn Evaluator,
    name: &str,
    day: chrono::NaiveDate,
    own: Option<u32>,
) -> Result<Fact, MissingFact> {
    let Some(resource) = ground.world.books.workspace.resources.get(name) else {
        let what = format!("there is no resource \"{name}\" in saydo.yaml");
        return Err(MissingFact::from_untranslated(
            &what,
            NextStep::ListResources,
        ));
    };
    let (world, now) = (ground.world, ground.as_of);
    let found = count_stock(world, evaluator, now, name, resource, day, own);
    if found.is_known {
        let value = Value::Count(found.amount_left());
        return Ok(Fact::from_events(value, &found.events).known_only_to(Disclosure::Staff));
    }
    Err(MissingFact::from_texts(
        Texts::build_per_lang(|lang| {
            let name = resource.names.get_or_any(lang);
            lang.shipped_words().fill_phrase(
                Missing::StockUnknown,
                &[("resource", &name), ("role", &resource.owner)],
            )
        }),
        NextStep::SetResource {
            resource: name.to_owned(),
        },
    ))
}

/// The due time: what a fact says follows the fact; what is reckoned from the moment stays as it was promised.
fn due_fact(
    kind: &PromiseKind,
    facts: &Facts,
    evaluator: &dyn Evaluator,
    open: Option<&Promise>,
) -> Result<(When, Fact), MissingFact> {
    let standing = open.map(|p| {
        let events = [p.seq, p.current_due().seq];
        let mut fact = Fact::from_events(due_value(p.current_due().due), &events);
        // Moved by hand to an earlier time, it came with evidence.
        fact.source = Some(crate::domain::base::link::Source::own_check());
        (p.current_due().due, fact, p.current_due().seq)
    });
    match DueTime::read_due(&kind.due, facts, None, evaluator) {
        Ok(DueTime::Fact { path, due }) => {
            let mut fact = facts
                .known_fact(&path)
                .cloned()
                .unwrap_or_else(|| Fact::without_source(due_value(due)));
            fact.value = due_value(due);
            // A revision by hand holds until the fact is noted anew.
            if let Some((due, by_hand, seq)) = standing
                && fact.events.iter().all(|e| *e < seq)
            {
                return Ok((due, by_hand));
            }
            Ok((due, fact))
        }
        Ok(DueTime::Reckoned { due, reads }) => {
            let read: Vec<&Fact> = reads.iter().filter_map(|p| facts.known_fact(p)).collect();
            let mut fact = Fact::from_events(
                due_value(due),
                &read
                    .iter()
                    .flat_map(|f| f.events.clone())
                    .collect::<Vec<u64>>(),
            );
            let latest = read.iter().max_by_key(|f| f.events.iter().max().copied());
            fact.source = latest.and_then(|f| f.source.clone());
            if let Some((due, standing, seq)) = standing
                && (reads.contains("as_of") || fact.events.iter().all(|e| *e < seq))
            {
                return Ok((due, standing));
            }
            Ok((due, fact))
        }
        Err(lack) => match standing {
            Some((due, fact, _)) if !is_stale(&kind.due, facts) => Ok((due, fact)),
            _ => Err(lack),
        },
    }
}

fn is_stale(path: &str, facts: &Facts) -> bool {
    matches!(facts.entry(path), Some(FactEntry::Stale { .. }))
}

/// What a file kept as evidence is called in a table.
pub fn evidence_words(evidence: &Evidence) -> String {
    match &evidence.file {
        Some(digest) => format!(
            "{} (sha256 {}…)",
            evidence.text,
            &digest[..12.min(digest.len())]
        ),
        None => evidence.text.clone(),
    }
}
