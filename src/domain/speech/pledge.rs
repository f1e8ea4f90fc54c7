//! The promise that a line would make: its evidence, due time and stock. No evidence, no stock: no promise.

use std::collections::BTreeSet;

use crate::domain::base::lang::Texts;
use crate::domain::base::time::When;
use crate::domain::base::value::Value;
use crate::domain::config::promise_kind::{Amount, Per, PromiseKind, Use};
use crate::domain::facts::fact::Lack;
use crate::domain::ledger::due::Due;
use crate::domain::record::promise_event::Reserved;
use crate::domain::speech::composer::Composer;
use crate::domain::speech::draft::PromiseDraft;
use crate::languages::phrases::Missing;

impl Composer<'_> {
    /// What has to hold: the kind's own evidence, and the conditions of what it uses.
    pub(crate) fn evidence<'k>(&'k self, kind: &'k PromiseKind) -> Vec<&'k String> {
        let conditions = kind
            .uses
            .iter()
            .filter_map(|u| self.workspace.resources.get(&u.resource))
            .flat_map(|r| &r.conditions);
        kind.needs.iter().chain(conditions).collect()
    }

    /// The promise, or what is missing for it.
    pub(crate) fn promise(
        &self,
        name: &str,
        kind: &PromiseKind,
        it: Option<&str>,
        reads: &mut BTreeSet<String>,
    ) -> Result<PromiseDraft, Vec<Lack>> {
        if !kind.audiences.is_empty() && !kind.audiences.contains(&self.facts.audience) {
            let who = kind.audiences.join(", ");
            return Err(vec![Lack::of(
                Missing::PromiseAudience,
                &[("name", &name), ("who", &who)],
                "",
            )]);
        }
        if kind.per == Per::Case {
            return Err(vec![Lack::of(
                Missing::PromisePerCase,
                &[("name", &name)],
                format!("saydo promise make {name} --case REFERENCE"),
            )]);
        }
        let subject = it
            .filter(|_| matches!(kind.per, Per::Link | Per::Region))
            .map(str::to_owned);
        let due = self.due(name, kind, it, reads).map_err(|l| vec![l])?;
        if due.ends(self.facts.zone) <= self.facts.as_of {
            return Err(vec![Lack::of(
                Missing::PromiseDuePassed,
                &[("name", &name), ("due", &due)],
                "saydo promise list --overdue",
            )]);
        }
        let own = match &subject {
            Some(s) => format!("promise.{name}.{s}"),
            None => format!("promise.{name}"),
        };
        self.not_earlier_without_evidence(&own, name, kind, due)?;
        let is_open = self.facts.known(&format!("{own}.told_due")).is_some();
        let mut uses = Vec::new();
        for used in &kind.uses {
            let amount = self.amount(used, it, reads)?;
            let held = match self.facts.value(&format!("{own}.{}.held", used.resource)) {
                Some(Value::Count(n)) if is_open => *n,
                _ => 0,
            };
            if amount <= held {
                continue;
            }
            // The stock of one promise does not count itself; that of several subjects counts them all.
            let wanted = if subject.is_some() {
                amount - held
            } else {
                amount
            };
            self.in_stock(name, used, wanted, reads)?;
            uses.push(Reserved {
                resource: used.resource.clone(),
                amount,
            });
        }
        Ok(PromiseDraft {
            kind: name.to_owned(),
            names: kind.names.clone(),
            per: kind.per,
            subject,
            owner: kind.owner.clone(),
            by: kind.by,
            due,
            uses,
            kept_when: kind.kept_when().to_owned(),
            grace: kind.grace,
            of_window: kind.is_of_window(),
        })
    }

    fn due(
        &self,
        name: &str,
        kind: &PromiseKind,
        it: Option<&str>,
        reads: &mut BTreeSet<String>,
    ) -> Result<When, Lack> {
        let own = it.filter(|_| matches!(kind.per, Per::Link | Per::Region));
        let path = match own {
            Some(subject) => format!("promise.{name}.{subject}.due"),
            None => format!("promise.{name}.due"),
        };
        if kind.per != Per::Statement && self.facts.entry(&path).is_some() {
            let due = match self.facts.value(&path) {
                Some(Value::Instant(m)) => Some(When::At(m.at)),
                Some(Value::Date(d)) => Some(When::Day(*d)),
                _ => None,
            };
            let due = due.ok_or_else(|| self.facts.lack(&path))?;
            reads.insert(path);
            return Ok(due);
        }
        Ok(match Due::read(&kind.due, self.facts, it, self.voice)? {
            Due::Fact { path, due } => {
                reads.insert(path);
                due
            }
            Due::Reckoned { due, reads: read } => {
                reads.extend(read);
                due
            }
        })
    }

    /// An earlier time than was told needs as much proof as a first one.
    fn not_earlier_without_evidence(
        &self,
        own: &str,
        name: &str,
        kind: &PromiseKind,
        due: When,
    ) -> Result<(), Vec<Lack>> {
        let told = match self.facts.value(&format!("{own}.told_due")) {
            Some(Value::Instant(m)) => When::At(m.at),
            Some(Value::Date(d)) => When::Day(*d),
            _ => return Ok(()),
        };
        let source = self
            .facts
            .known(&format!("{own}.due"))
            .and_then(|f| f.source.as_ref())
            .map(|s| s.kind);
        let zone = self.facts.zone;
        if due.ends(zone) >= told.ends(zone) || kind.may_be_earlier_by(source) {
            return Ok(());
        }
        Err(vec![Lack::of(
            Missing::PromiseEarlier,
            &[("name", &name), ("told", &told), ("due", &due)],
            "saydo promise revise N --due TIME --because TEXT --evidence TEXT",
        )])
    }

    fn amount(
        &self,
        used: &Use,
        it: Option<&str>,
        reads: &mut BTreeSet<String>,
    ) -> Result<u64, Vec<Lack>> {
        match &used.amount {
            Amount::Number(n) => Ok(*n),
            Amount::Fact(path) => {
                let path = crate::domain::facts::catalogue::resolve(path, it);
                match self.facts.value(&path) {
                    Some(Value::Count(n)) => {
                        reads.insert(path);
                        Ok(*n)
                    }
                    Some(other) => {
                        let what = format!("{path} is {}, not a count", other.type_name());
                        Err(vec![Lack::untranslated(&what, "")])
                    }
                    None => Err(vec![self.facts.lack(&path)]),
                }
            }
        }
    }

    /// What cannot be reserved cannot be promised.
    fn in_stock(
        &self,
        name: &str,
        used: &Use,
        amount: u64,
        reads: &mut BTreeSet<String>,
    ) -> Result<(), Vec<Lack>> {
        let path = format!("promise.{name}.{}.stock", used.resource);
        let Some(Value::Count(left)) = self.facts.value(&path) else {
            return Err(vec![self.facts.lack(&path)]);
        };
        let taken = self.taken.borrow();
        let left = left.saturating_sub(taken.get(&used.resource).copied().unwrap_or(0));
        reads.insert(path);
        if amount <= left {
            return Ok(());
        }
        let resource = self.workspace.resources.get(&used.resource);
        let by = resource.map_or("", |r| r.raised_by.as_str());
        let short = amount - left;
        Err(vec![Lack::told(
            Texts::each(|lang| {
                let name = resource.map_or(used.resource.as_str(), |r| r.names.any(lang));
                lang.words().say(
                    Missing::StockShort,
                    &[
                        ("short", &short),
                        ("resource", &name),
                        ("amount", &amount),
                        ("left", &left),
                        ("role", &by),
                    ],
                )
            }),
            format!(
                "saydo resource add {} {short} --because TEXT",
                used.resource
            ),
        )])
    }
}
