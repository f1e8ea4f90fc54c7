//! Facts about single links, and the lists of links by state.

use std::collections::BTreeSet;

use crate::domain::base::link::{LinkId, LinkState, Work};
use crate::domain::base::value::Value;
use crate::domain::config::audience::Disclosure;
use crate::domain::facts::fact::{Entry, Fact, Facts, Lack};
use crate::domain::facts::subject::Ground;
use crate::domain::network::health::Whole;
use crate::domain::network::reported::Own;

/// Links, regions and services that facts are worked out for: the scope with its parts, what is counted
/// with it, what rides on it, and everything that somebody has reported on.
fn relevant(ground: &Ground<'_>) -> Vec<LinkId> {
    let network = &ground.world.books.network;
    let mut wanted: BTreeSet<&str> = ground.scope.iter().map(String::as_str).collect();
    let mut todo: Vec<&str> = wanted.iter().copied().collect();
    for group in &network.groups {
        if group.links.iter().any(|l| wanted.contains(l.as_str())) {
            todo.extend(group.links.iter().map(String::as_str));
        }
    }
    while let Some(id) = todo.pop() {
        wanted.insert(id);
        if let Some(link) = network.link(id) {
            todo.extend(
                link.parts
                    .iter()
                    .map(String::as_str)
                    .filter(|p| !wanted.contains(p)),
            );
        }
    }
    wanted.extend(ground.world.state.links.keys().map(String::as_str));
    wanted.extend(
        network
            .regions
            .iter()
            .chain(&network.services)
            .map(|r| r.id.as_str()),
    );
    network
        .ids()
        .filter(|id| wanted.contains(id))
        .map(str::to_owned)
        .collect()
}

pub(crate) fn derive(ground: &Ground<'_>, facts: &mut Facts) {
    for id in relevant(ground) {
        one(ground, facts, &id);
    }
    lists(ground, facts);
}

/// A fact that a report backs.
fn reported(ground: &Ground<'_>, link: &str, value: Value, whole: &Whole) -> Fact {
    let mut events = whole.events.clone();
    events.extend(ground.why_in_scope(link));
    Fact {
        source: whole.source.clone(),
        said_at: whole.said_at,
        ..Fact::from_events(value, &events)
    }
}

fn one(ground: &Ground<'_>, facts: &mut Facts, id: &str) {
    let path = |name: &str| format!("links.{id}.{name}");
    let whole = ground.condition.whole(id);
    facts.put(
        path("name"),
        Fact::from_events(Value::Link(ground.named(id)), &ground.why_in_scope(id)),
        None,
    );
    if let Some(parent) = ground.world.books.network.parent(id) {
        facts.put(
            path("parent"),
            Fact::plain(Value::Link(ground.named(&parent.id))),
            None,
        );
    }
    if let Some(kind) = ground.world.books.network.kind(id) {
        facts.put(path("kind"), Fact::plain(Value::state(kind)), None);
    }
    state(ground, facts, id, &whole);
    if let Some((share, events, confirmed)) =
        ground.condition.share(&ground.world.books.network, id)
    {
        let fact = Fact {
            fresh_until: confirmed.map(|t| t + ground.limit_share().duration()),
            disclosure: ground.disclosed("capacity", Disclosure::Staff),
            ..Fact::from_events(Value::Share(share), &events)
        };
        facts.put(
            path("capacity_left"),
            fact,
            Some(confirm(id, "capacity left")),
        );
    } else {
        facts.miss(
            path("capacity_left"),
            Lack::new(
                format!("chưa rõ {id} còn bao nhiêu dung lượng"),
                format!("nobody has said how much capacity {id} has left"),
                format!("saydo link set {id} {} --capacity-left N%", whole.state),
            )
            .because_of(&whole.events),
        );
    }
    let nothing = Own::default();
    let own = ground.condition.own(id).unwrap_or(&nothing);
    work(ground, facts, id, own);
    cause(ground, facts, id, own);
    window(ground, facts, id, own, &whole);
    if let Some((since, events)) = &own.trouble {
        facts.put(
            path("trouble_since"),
            Fact::from_events(Value::Instant(*since), events),
            None,
        );
    }
    if let Some((seq, at)) = own.own_checks.last() {
        let moment = Value::Instant(crate::domain::base::time::Moment::exact(*at));
        let events: Vec<u64> = own
            .state
            .as_ref()
            .map(|s| s.events.clone())
            .unwrap_or(vec![*seq]);
        facts.put(path("checked_at"), Fact::from_events(moment, &events), None);
    }
    if let Some((seq, source, at)) = &own.unchecked {
        let moment = Value::Instant(crate::domain::base::time::Moment::exact(*at));
        facts.put(
            path("claimed_up_at"),
            Fact::from_events(moment, &[*seq]),
            None,
        );
        if let Some(texts) = source.party.as_deref().and_then(|p| ground.party(p)) {
            facts.put(
                path("claimed_up_by"),
                Fact::from_events(Value::Phrase(texts), &[*seq]),
                None,
            );
        }
    }
}

fn confirm(id: &str, what: &str) -> Lack {
    Lack::new(
        format!("{id}: {what} đã quá cũ, cần xác nhận lại"),
        format!("{id}: {what} is too old and has to be confirmed"),
        format!("saydo still {id}"),
    )
}

fn state(ground: &Ground<'_>, facts: &mut Facts, id: &str, whole: &Whole) {
    if whole.state == LinkState::Unreported {
        facts.miss(
            format!("links.{id}.state"),
            Lack::new(
                format!("chưa ai báo trạng thái của {id}"),
                format!("nobody has reported on {id}"),
                format!("saydo link set {id} STATE"),
            ),
        );
        return;
    }
    let mut fact = reported(ground, id, Value::state(whole.state), whole);
    if whole.state == LinkState::Up {
        fact.fresh_until = whole.confirmed_at.map(|t| t + ground.limit_up().duration());
    }
    let since = whole
        .since
        .map(|s| reported(ground, id, Value::Instant(s), whole));
    facts.put(format!("links.{id}.state"), fact, Some(confirm(id, "up")));
    if let Some(since) = since {
        facts.put(format!("links.{id}.since"), since, None);
    }
}

fn work(ground: &Ground<'_>, facts: &mut Facts, id: &str, own: &Own) {
    let path = format!("links.{id}.work");
    match &own.work {
        Some(w) if w.value != Work::None => {
            let fact = Fact {
                source: Some(w.source.clone()),
                said_at: Some(w.said_at),
                fresh_until: Some(w.confirmed_at + ground.limit_work().duration()),
                ..Fact::from_events(Value::state(w.value), &w.events)
            };
            facts.put(path, fact, Some(confirm(id, "stage of work")));
        }
        _ => facts.miss(
            path,
            Lack::new(
                format!("chưa ai báo tiến độ xử lý {id}"),
                format!("nobody has said what is being done about {id}"),
                format!("saydo link set {id} --work diagnosing"),
            ),
        ),
    }
    if let Some(f) = &own.fault {
        let fact = Fact::from_events(Value::state(&f.value), &f.events);
        facts.put(
            format!("links.{id}.fault"),
            fact.only(Disclosure::Staff),
            None,
        );
    }
}

fn cause(ground: &Ground<'_>, facts: &mut Facts, id: &str, own: &Own) {
    let path = format!("links.{id}.cause");
    let command = format!("saydo link set {id} --cause KEY --confirmed");
    let Some(c) = &own.cause else {
        let lack = Lack::new(
            format!("chưa ai xác nhận nguyên nhân ở {id}"),
            format!("nobody has confirmed a cause on {id}"),
            command,
        );
        return facts.miss(path, lack);
    };
    let (key, confirmed) = &c.value;
    let texts = ground.world.books.workspace.causes.get(key).cloned();
    match texts {
        Some(t) if *confirmed => {
            let fact = Fact {
                source: Some(c.source.clone()),
                said_at: Some(c.said_at),
                ..Fact::from_events(Value::Phrase(t), &c.events)
            };
            facts.put(path, fact, None);
        }
        Some(t) => {
            let fact = Fact::from_events(Value::Phrase(t), &c.events).only(Disclosure::Staff);
            facts.put(format!("links.{id}.suspected_cause"), fact, None);
            let lack = Lack::new(
                format!("nguyên nhân ở {id} mới là phỏng đoán"),
                format!("the cause on {id} is only suspected"),
                command,
            );
            facts.miss(path, lack);
        }
        None => facts.miss(
            path,
            Lack::new(
                format!("nguyên nhân \"{key}\" không có trong danh mục"),
                format!("the cause \"{key}\" is not in the catalogue"),
                command,
            ),
        ),
    }
}

/// Before the first window of a repair is known, and after one is withdrawn, this is what is missing.
fn no_window(id: &str) -> Lack {
    Lack::new(
        format!("chưa ai đưa ra lịch sửa {id}"),
        format!("nobody has given a repair window for {id}"),
        format!("saydo link set {id} --window EARLIEST..LATEST --source cable-operator"),
    )
}

fn window(ground: &Ground<'_>, facts: &mut Facts, id: &str, own: &Own, whole: &Whole) {
    let path = |name: &str| format!("links.{id}.{name}");
    let standing = own.window.as_ref().and_then(|s| s.value.map(|w| (s, w)));
    let Some((s, w)) = standing.filter(|_| whole.state != LinkState::Up) else {
        return facts.miss(path("window"), no_window(id));
    };
    if w.latest.ends(ground.zone()) <= ground.as_of {
        let lack = Lack::new(
            format!("lịch sửa {id} đã qua"),
            format!("the repair window of {id} has passed"),
            format!("saydo link set {id} --window EARLIEST..LATEST --source cable-operator"),
        );
        return facts.miss(path("window"), lack);
    }
    let fact = |value: Value| Fact {
        source: Some(s.source.clone()),
        said_at: Some(s.said_at),
        fresh_until: Some(s.confirmed_at + ground.limit_window().duration()),
        ..Fact::from_events(value, &s.events)
    };
    let old = Lack::new(
        format!(
            "lịch sửa {id} do {} báo đã quá {}",
            s.source,
            ground.limit_window()
        ),
        format!(
            "the repair window of {id} from {} is more than {} old",
            s.source,
            ground.limit_window()
        ),
        format!("saydo still {id} --source {}", s.source),
    );
    facts.put(path("window"), fact(Value::Window(w)), Some(old.clone()));
    facts.put(
        path("window_source"),
        fact(Value::state(s.source.kind)),
        Some(old.clone()),
    );
    let said = Value::Instant(crate::domain::base::time::Moment::exact(s.said_at));
    facts.put(path("window_said_at"), fact(said), Some(old.clone()));
    let operator = ground
        .world
        .books
        .network
        .link(id)
        .and_then(|l| l.operator.clone());
    let party = s
        .source
        .party
        .clone()
        .or(operator)
        .and_then(|p| ground.party(&p));
    match party {
        Some(texts) => facts.put(
            path("window_party"),
            fact(Value::Phrase(texts)),
            Some(old.clone()),
        ),
        None => facts.miss(
            path("window_party"),
            Lack::new(
                format!("chưa rõ ai đưa ra lịch sửa {id}"),
                format!("it is not recorded which party gave the window of {id}"),
                format!("saydo link set {id} --window ... --source cable-operator:PARTY"),
            ),
        ),
    }
    let given = own.windows.iter().rev().find(|g| g.window == Some(w));
    if let Some(during) = given.and_then(|g| g.during) {
        facts.put(
            path("window_during"),
            fact(Value::state(during)),
            Some(old.clone()),
        );
    }
    let reasons = ground.world.books.workspace.catalogue("reasons");
    if let Some(texts) = given
        .and_then(|g| g.reason.as_ref())
        .and_then(|r| reasons.and_then(|c| c.get(r)))
    {
        facts.put(
            path("window_reason"),
            fact(Value::Phrase(texts.clone())),
            Some(old),
        );
    }
}

/// The links in scope by state. What is bad rests on reports alone; what works needs one for each.
fn lists(ground: &Ground<'_>, facts: &mut Facts) {
    let base = ground.incident_events();
    let of = |ids: &[LinkId]| Value::List(ids.iter().map(|i| ground.named(i)).collect());
    let events = |ids: &[LinkId]| {
        let mut all = base.clone();
        for id in ids {
            all.extend(ground.condition.whole(id).events);
            all.extend(ground.why_in_scope(id));
        }
        all
    };
    let pick = |wanted: &dyn Fn(LinkState) -> bool| -> Vec<LinkId> {
        ground
            .scope
            .iter()
            .filter(|l| wanted(ground.condition.state(l)))
            .cloned()
            .collect()
    };
    let scope_events: Vec<u64> = base
        .iter()
        .copied()
        .chain(ground.scope.iter().flat_map(|l| ground.why_in_scope(l)))
        .collect();
    facts.put(
        "scope",
        Fact::from_events(of(&ground.scope), &scope_events),
        None,
    );
    let by_state: [(&str, &dyn Fn(LinkState) -> bool); 8] = [
        ("down", &|s| s == LinkState::Down),
        ("degraded", &|s| s == LinkState::Degraded),
        ("unstable", &|s| s == LinkState::Unstable),
        ("at_risk", &|s| s == LinkState::AtRisk),
        ("planned_down", &|s| s == LinkState::PlannedDown),
        ("troubled", &|s| s.is_bad()),
        ("disrupted", &|s| s.is_bad() && s != LinkState::AtRisk),
        ("unreported", &|s| s == LinkState::Unreported),
    ];
    for (path, wanted) in by_state {
        let ids = pick(wanted);
        facts.put(path, Fact::from_events(of(&ids), &events(&ids)), None);
    }
    let up = pick(&|s| s == LinkState::Up);
    let oldest = up
        .iter()
        .filter_map(|l| ground.condition.whole(l).confirmed_at)
        .min();
    let fact = Fact {
        fresh_until: oldest.map(|t| t + ground.limit_up().duration()),
        ..Fact::from_events(of(&up), &events(&up))
    };
    facts.put(
        "up",
        fact,
        Some(Lack::new(
            "cần kiểm tra lại các tuyến đang hoạt động",
            "links that are up have to be checked again",
            "saydo still",
        )),
    );
    let unchecked: Vec<LinkId> = ground
        .scope
        .iter()
        .filter(|l| {
            ground
                .condition
                .own(l)
                .is_some_and(|o| o.unchecked.is_some())
        })
        .cloned()
        .collect();
    let seqs: Vec<u64> = unchecked
        .iter()
        .filter_map(|l| ground.condition.own(l)?.unchecked.as_ref().map(|u| u.0))
        .chain(base.iter().copied())
        .collect();
    facts.put("unchecked", Fact::from_events(of(&unchecked), &seqs), None);
    windows(ground, facts, &base);
    partial(ground, facts, &base);
    causes(ground, facts, &base);
    stages(ground, facts, &base);
}

/// Troubled links with a confirmed cause, and those without.
fn causes(ground: &Ground<'_>, facts: &mut Facts, base: &[u64]) {
    let network = &ground.world.books.network;
    let (mut with, mut without) = (Vec::new(), Vec::new());
    let (mut with_events, mut without_events, mut lacks) =
        (base.to_vec(), base.to_vec(), Vec::new());
    for id in &ground.scope {
        if !ground.condition.state(id).is_bad() {
            continue;
        }
        let family =
            std::iter::once(id.clone()).chain(network.leaves(id).into_iter().filter(|l| l != id));
        let known: Vec<LinkId> = family
            .filter(|l| facts.known(&format!("links.{l}.cause")).is_some())
            .collect();
        if known.is_empty() {
            without_events.extend(ground.condition.whole(id).events);
            without_events.extend(ground.why_in_scope(id));
            // A part with a suspected cause says more than "nobody has said".
            let suspected = network
                .leaves(id)
                .into_iter()
                .find(|l| ground.condition.own(l).is_some_and(|o| o.cause.is_some()));
            lacks.push(facts.lack(&format!("links.{}.cause", suspected.as_ref().unwrap_or(id))));
            without.push(ground.named(id));
        }
        for link in known {
            with_events.extend(
                facts
                    .known(&format!("links.{link}.cause"))
                    .map(|f| f.events.clone())
                    .unwrap_or_default(),
            );
            // That there is trouble at all rests on the reports of it.
            with_events.extend(ground.condition.whole(id).events);
            with_events.extend(ground.why_in_scope(id));
            let named = ground.named(&link);
            if !with.contains(&named) {
                with.push(named);
            }
        }
    }
    let fact = Fact {
        lacks,
        ..Fact::from_events(Value::List(with), &with_events)
    };
    facts.put("with_cause", fact, None);
    facts.put(
        "without_cause",
        Fact::from_events(Value::List(without), &without_events),
        None,
    );
}

/// Troubled links and parts by stage of work, as far as it was said and is fresh.
fn stages(ground: &Ground<'_>, facts: &mut Facts, base: &[u64]) {
    let family = ground.families();
    for stage in Work::ALL.iter().filter(|w| **w != Work::None) {
        let mut events = base.to_vec();
        let mut list = Vec::new();
        for id in family.iter().filter(|l| ground.condition.state(l).is_bad()) {
            let path = format!("links.{id}.work");
            if facts.word(&path) == Some(stage.token()) {
                events.extend(
                    facts
                        .known(&path)
                        .map(|f| f.events.clone())
                        .unwrap_or_default(),
                );
                events.extend(ground.condition.whole(id).events);
                events.extend(ground.why_in_scope(id));
                list.push(ground.named(id));
            }
        }
        let path = format!("work.{}", stage.token().replace('-', "_"));
        facts.put(path, Fact::from_events(Value::List(list), &events), None);
    }
}

/// Troubled links and parts with a window that may be said, and those without.
fn windows(ground: &Ground<'_>, facts: &mut Facts, base: &[u64]) {
    let network = &ground.world.books.network;
    let ids = ground.families();
    let has = |id: &LinkId, facts: &Facts| facts.known(&format!("links.{id}.window")).cloned();
    let with: Vec<LinkId> = ids
        .iter()
        .filter(|l| has(l, facts).is_some())
        .cloned()
        .collect();
    let mut events = base.to_vec();
    for id in &with {
        events.extend(ground.why_in_scope(id));
        events.extend(has(id, facts).map(|f| f.events).unwrap_or_default());
    }
    let without: Vec<LinkId> = ground
        .scope
        .iter()
        .filter(|l| {
            ground.condition.state(l).is_bad()
                && !with.contains(l)
                // One that has only grown old is not "no window": it has to be confirmed first.
                && !matches!(facts.entry(&format!("links.{l}.window")), Some(Entry::Stale { .. }))
                && !network.leaves(l).iter().any(|p| with.contains(p))
        })
        .cloned()
        .collect();
    let lacks = ground
        .scope
        .iter()
        .filter(|l| ground.condition.state(l).is_bad() && !with.contains(l))
        .map(|l| facts.lack(&format!("links.{l}.window")))
        .collect();
    let of = |ids: &[LinkId]| Value::List(ids.iter().map(|i| ground.named(i)).collect());
    let fact = Fact {
        lacks,
        ..Fact::from_events(of(&with), &events)
    };
    facts.put("windows", fact, None);
    let mut bad = base.to_vec();
    for id in &without {
        bad.extend(ground.why_in_scope(id));
        bad.extend(ground.condition.whole(id).events);
    }
    facts.put("no_window", Fact::from_events(of(&without), &bad), None);
}

/// Links of which some parts work again by our own check and others do not.
fn partial(ground: &Ground<'_>, facts: &mut Facts, base: &[u64]) {
    let network = &ground.world.books.network;
    let mut partial: Vec<LinkId> = Vec::new();
    let mut all_events = base.to_vec();
    for id in &ground.scope {
        let leaves = network.leaves(id);
        let was_bad = |l: &LinkId| {
            let mut reports = ground.world.state.reports(l).iter();
            reports.any(|r| r.said.state.is_some_and(LinkState::is_bad))
        };
        let checked = |l: &LinkId| {
            ground.condition.state(l) == LinkState::Up
                && ground
                    .condition
                    .own(l)
                    .is_some_and(|o| !o.own_checks.is_empty())
        };
        let back: Vec<LinkId> = leaves
            .iter()
            .filter(|l| *l != id && was_bad(l) && checked(l))
            .cloned()
            .collect();
        let still: Vec<LinkId> = leaves
            .iter()
            .filter(|l| *l != id && ground.condition.state(l).is_bad())
            .cloned()
            .collect();
        if back.is_empty() || still.is_empty() {
            continue;
        }
        let of = |ids: &[LinkId]| Value::List(ids.iter().map(|i| ground.named(i)).collect());
        let events = |ids: &[LinkId]| -> Vec<u64> {
            ids.iter()
                .flat_map(|l| {
                    let mut seqs = ground.condition.whole(l).events;
                    // That it works *again* rests on the report that it did not.
                    seqs.extend(ground.world.state.reports(l).iter().map(|r| r.seq));
                    seqs
                })
                .collect()
        };
        let oldest = back
            .iter()
            .filter_map(|l| ground.condition.whole(l).confirmed_at)
            .min();
        let checked_at = back
            .iter()
            .filter_map(|l| {
                ground
                    .condition
                    .own(l)?
                    .own_checks
                    .last()
                    .map(|(_, at)| *at)
            })
            .min();
        let fresh_until = oldest.map(|t| t + ground.limit_up().duration());
        let fact = Fact {
            fresh_until,
            ..Fact::from_events(of(&back), &events(&back))
        };
        facts.put(
            format!("links.{id}.parts_back"),
            fact,
            Some(confirm(id, "parts that are back")),
        );
        facts.put(
            format!("links.{id}.parts_out"),
            Fact::from_events(of(&still), &events(&still)),
            None,
        );
        if let Some(at) = checked_at {
            let moment = Value::Instant(crate::domain::base::time::Moment::exact(at));
            facts.put(
                format!("links.{id}.parts_checked_at"),
                Fact::from_events(moment, &events(&back)),
                None,
            );
        }
        all_events.extend(events(&back));
        all_events.extend(events(&still));
        partial.push(id.clone());
    }
    let list = Value::List(partial.iter().map(|i| ground.named(i)).collect());
    facts.put("partial", Fact::from_events(list, &all_events), None);
}
