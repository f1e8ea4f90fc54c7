//! Facts that staff noted by hand. Judges none of them.

use crate::domain::base::lang::Texts;
use crate::domain::base::next_step::NextStep;
use crate::domain::base::time::At;
use crate::domain::base::value::Value;
use crate::domain::config::audience::Disclosure;
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::facts::missing::MissingFact;
use crate::domain::facts::subject::{IncidentSubject, NOTED};
use crate::domain::state::incident::FactReport;
use crate::languages::phrases::Missing;

/// Facts that staff noted by hand.
pub(crate) fn insert_noted(ground: &IncidentSubject<'_>, facts: &mut Facts) {
    for (name, declared) in &ground.playbook.file.facts {
        let step = NextStep::NoteFact { name: name.clone() };
        let ask = declared.ask.clone();
        let missing = || MissingFact {
            what: if ask.is_empty() {
                Texts::from_phrase(Missing::NotNoted, &[("name", name)])
            } else {
                ask.clone()
            },
            step: Some(step.clone()),
            events: Vec::new(),
        };
        let notings = ground
            .incident
            .noted
            .get(name)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let may_say = |n: &FactReport| declared.may_come_from(n.source.kind);
        let Some((value, events, last, confirmed)) = last_run(notings, &may_say) else {
            facts.insert_missing(name.clone(), missing());
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
            fresh_until: (!declared.lasts).then(|| confirmed + limit.to_duration()),
            disclosure: declared
                .disclosure
                .unwrap_or_else(|| ground.disclosure_of(name, Disclosure::Public)),
            lacks: Vec::new(),
        };
        let confirm = MissingFact::from_phrase(
            Missing::NotedTooOld,
            &[("name", name), ("limit", &limit)],
            NextStep::ConfirmAgain,
        );
        facts.insert_fact(name.clone(), fact, Some(confirm));
    }
}

/// The value that was said last, and what confirmed it since: not a word that may not say it.
fn last_run<'a>(
    notings: &'a [FactReport],
    may_say: &dyn Fn(&FactReport) -> bool,
) -> Option<(Value, Vec<u64>, &'a FactReport, At)> {
    let mut found: Option<(Option<Value>, Vec<u64>, &FactReport, At)> = None;
    // What was said later counts, whenever it was typed.
    let mut in_order: Vec<&FactReport> = notings.iter().collect();
    in_order.sort_by_key(|n| (n.said_at, n.seq));
    for n in in_order {
        match &mut found {
            Some((_, events, _, at)) if n.again && may_say(n) => {
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
