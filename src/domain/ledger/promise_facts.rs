//! Facts about promises: due times and stock of what may be promised, and what has to be owned up to. It judges
//! nothing.

use crate::domain::base::lang::Texts;
use crate::domain::base::time::{Moment, When};
use crate::domain::base::value::{Named, Value};
use crate::domain::config::audience::Disclosure;
use crate::domain::config::line::Element;
use crate::domain::config::promise_kind::{Per, PromiseKind};
use crate::domain::facts::evaluator::Evaluator;
use crate::domain::facts::fact::{Fact, FactEntry, Facts, MissingFact};
use crate::domain::facts::subject::IncidentSubject;
use crate::domain::ledger::due::DueTime;
use crate::domain::ledger::kept;
use crate::domain::ledger::stock::count_stock;
use crate::domain::ledger::verdict;
use crate::domain::ledger::verdict::PromiseStatus;
use crate::domain::record::promise_event::Evidence;
use crate::domain::state::fold::State;
use crate::domain::state::promise::{AnnouncedDue, Promise};
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
    insert_owed(ground, facts, evaluator);
}

/// The due time that stands: of the ledger, or of the fact that it follows when that was noted since.
fn due_now(facts: &Facts, promise: &Promise) -> (When, Vec<u64>) {
    let due = promise.current_due();
    let path = match &promise.made.subject {
        Some(subject) => format!("promise.{}.{subject}.due", promise.made.promise),
        None => format!("promise.{}.due", promise.made.promise),
    };
    let fact = facts
        .known_fact(&path)
        .filter(|_| promise.withdrawn.is_none());
    let noted = match fact.map(|f| &f.value) {
        Some(Value::Instant(m)) => Some(When::At(m.at)),
        Some(Value::Date(d)) => Some(When::Day(*d)),
        _ => None,
    };
    match (noted, fact) {
        (Some(when), Some(f)) => (when, f.events.clone()),
        _ => (due.due, vec![due.seq]),
    }
}

/// The promises of this incident to this audience that are not of a window and not of a statement: those are
/// owned up to by the link, and by being late.
fn promises_to_audience<'a>(ground: &'a IncidentSubject<'_>) -> impl Iterator<Item = &'a Promise> {
    let all = ground.world.state.promises_of(&ground.incident.id);
    all.filter(|p| p.made.audience == ground.audience && !is_owned_up_elsewhere(p))
}

/// Slips of a repair window are owned up to by the link, and a late update by being late.
pub fn is_owned_up_elsewhere(p: &Promise) -> bool {
    // Version 1 knew these two kinds alone.
    let old = p.made.per.is_none();
    old || p.made.of_window || p.made.per == Some(Per::Statement)
}

/// True when a statement to this audience, issued after the event, owned up to the promise.
pub fn is_owned_up(state: &State, promise: &Promise, since: u64) -> bool {
    let mark = format!("#{}", promise.made.number);
    state
        .statements
        .iter()
        .rev()
        .take_while(|s| s.seq > since)
        .filter(|s| s.statement.audience == promise.made.audience)
        .flat_map(|s| s.statement.lines())
        .any(|l| l.element == Element::Correction && l.is_for(&mark))
}

/// What became of a promise that this audience heard, until a statement owns up to it.
enum Turn {
    Slipped,
    Missed,
    Withdrawn,
}

/// The lists by turn, in the order of `Turn`.
const TURNS: [&str; 3] = ["promises.slipped", "promises.missed", "promises.withdrawn"];

/// Promises that this audience heard and that were moved, missed or taken back since, until a statement has said so.
fn insert_owed(ground: &IncidentSubject<'_>, facts: &mut Facts, evaluator: &dyn Evaluator) {
    let declared = ground.incident.playbook.seq;
    let mut lists: [(Vec<Named>, Vec<u64>); 3] = Default::default();
    for (_, events) in &mut lists {
        events.push(declared);
    }
    for promise in promises_to_audience(ground) {
        // Made by hand for one case: nobody but that person heard it.
        let Some(told) = promise.last_told_due() else {
            continue;
        };
        let entry = verdict::judge_promise(ground.world, evaluator, ground.as_of, promise);
        let (due, due_events) = due_now(facts, promise);
        let mut events = vec![promise.seq, told.seq];
        let Some(turn) = turn_of(ground, &entry, told, due) else {
            continue;
        };
        match turn {
            Turn::Slipped => events.extend(due_events),
            Turn::Withdrawn => events.extend(promise.withdrawn.iter().map(|taken| taken.seq)),
            Turn::Missed => {}
        }
        let named = insert_owed_promise(ground, facts, &entry, (told, due), &events);
        let (names, all) = &mut lists[turn as usize];
        names.push(named);
        all.extend(events);
    }
    for (path, (list, events)) in TURNS.into_iter().zip(lists) {
        facts.insert_fact(path, Fact::from_events(Value::List(list), &events), None);
    }
}

fn turn_of(
    ground: &IncidentSubject<'_>,
    entry: &verdict::JudgedPromise<'_>,
    told: &AnnouncedDue,
    due: When,
) -> Option<Turn> {
    let (state, promise) = (ground.world.state, entry.promise);
    if let Some(taken) = &promise.withdrawn {
        let is_unsaid = taken.statement.is_none() && !is_owned_up(state, promise, taken.seq);
        return is_unsaid.then_some(Turn::Withdrawn);
    }
    // The statement that calls work off owns up to its end as well.
    if entry.kept.is_none() && verdict::work_called_off(ground.world, promise).is_some() {
        return None;
    }
    if due != told.due && entry.kept.is_none() {
        return Some(Turn::Slipped);
    }
    let end = kept::end_of_due(ground.world, told);
    let is_late = end < ground.as_of && entry.kept.as_ref().is_none_or(|k| k.at > end);
    // Owned up to once it was past: not again with every statement.
    let mark = format!("#{}", promise.made.number);
    let is_said = || {
        let since = state.statements.iter().filter(|s| s.seq > told.seq);
        let mut late =
            since.filter(|s| s.statement.as_of >= end && s.statement.audience == ground.audience);
        late.any(|s| {
            let mut lines = s.statement.lines().iter();
            lines.any(|l| l.element == Element::Correction && l.is_for(&mark))
        })
    };
    (is_late && !is_said()).then_some(Turn::Missed)
}

/// The facts about one promise that is owed a word; its name.
fn insert_owed_promise(
    ground: &IncidentSubject<'_>,
    facts: &mut Facts,
    entry: &verdict::JudgedPromise<'_>,
    (told, due): (&AnnouncedDue, When),
    events: &[u64],
) -> Named {
    let made = &entry.promise.made;
    let number = made.number;
    let names = if made.names.is_empty() {
        nameless_promise()
    } else {
        made.names.clone()
    };
    let named = Named {
        id: format!("#{number}"),
        names,
    };
    let mut insert = |name: &str, value: Value, events: &[u64]| {
        let path = format!("promises.{number}.{name}");
        facts.insert_fact(path, Fact::from_events(value, events), None);
    };
    insert("name", Value::Link(named.clone()), events);
    insert("kind", Value::from_state(&made.promise), events);
    insert("told_due", due_value(told.due), &[told.seq]);
    insert("due", due_value(due), events);
    let subject = made.subject.as_deref();
    if let Some(subject) = subject.filter(|s| ground.world.books.network.has_entry(s)) {
        insert("subject", Value::Link(ground.named_link(subject)), events);
    }
    match &entry.kept {
        Some(kept) => {
            let all = [events, &kept.events].concat();
            insert("kept_at", Value::Instant(Moment::exact(kept.at)), &all);
        }
        None => facts.insert_missing(
            format!("promises.{number}.kept_at"),
            MissingFact::from_phrase(
                Missing::PromiseNotKept,
                &[("number", &number)],
                format!("saydo promise keep {number} --evidence TEXT"),
            )
            .because_of(events),
        ),
    }
    named
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
        (None, None) => return,
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
    if by_itself && open.is_none() {
        insert_settled(ground, facts, evaluator, name, kind);
    }
    if matches!(kind.per, Per::Link | Per::Region) && !kind.is_of_window() {
        with_subjects(ground, facts, evaluator, name, kind);
    }
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
        return Err(MissingFact::from_untranslated(&what, "saydo resource list"));
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
                &[("resource", &name), ("role", &resource.raised_by)],
            )
        }),
        format!("saydo resource set {name} N --because TEXT"),
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
