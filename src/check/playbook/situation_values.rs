//! What a step of a situation reports: of a link, and of a fact that the playbook declares. It makes up no names:
//! where a step leaves a value open, one of the workspace is taken.

use chrono::Duration;

use crate::check::playbook::player::{Player, Unplayable, wrong};
use crate::domain::base::lang::Texts;
use crate::domain::base::link::{Source, SourceKind};
use crate::domain::base::time::{At, Moment, Period, When, Window};
use crate::domain::base::value::{Named, Value};
use crate::domain::config::noted_fact::{FactType, NotedFact};
use crate::domain::config::situation::Step;
use crate::domain::record::link_event::LinkReported;

impl Player<'_> {
    /// The report of a step about one link.
    pub(super) fn report_of(
        &self,
        step: &Step,
        link: &str,
        source: &Source,
        at: At,
    ) -> Result<LinkReported, Unplayable> {
        let workspace = &self.books.workspace;
        let mut report = LinkReported::nothing_new(link, source, at);
        if source.kind == SourceKind::CableOperator && source.party.is_none() {
            let known = self.books.network.find_link(link);
            let operator = known.and_then(|l| l.operator.clone());
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
            report.window = Some(self.window_of(days)?);
        }
        Ok(report)
    }

    /// A window given as `FROM..TO` in days from the beginning.
    fn window_of(&self, days: &str) -> Result<Window, Unplayable> {
        let (from, to) = days
            .split_once("..")
            .ok_or_else(|| wrong(format!("\"{days}\" is not FROM..TO in days")))?;
        let day = |t: &str| -> Result<When, Unplayable> {
            let n: i64 = t
                .parse()
                .map_err(|_| wrong(format!("\"{t}\" is not a number of days")))?;
            let there = (self.start + Duration::days(n)).with_timezone(&self.books.workspace.zone);
            Ok(When::Day(there.date_naive()))
        };
        Ok(Window {
            earliest: Some(day(from)?),
            latest: day(to)?,
        })
    }

    /// A value for a fact that the playbook declares; `any` leaves the choice open.
    pub(super) fn value_of(&self, name: &str, given: &str) -> Result<Value, Unplayable> {
        let declared = self
            .playbook
            .file
            .facts
            .get(name)
            .ok_or_else(|| wrong(format!("the playbook declares no fact \"{name}\"")))?;
        Ok(match declared.kind {
            FactType::Phrase => {
                let workspace = &self.books.workspace;
                let list = declared.catalogue.as_ref();
                if let Some(c) = list.filter(|c| workspace.find_catalogue(c).is_none()) {
                    let why = format!("saydo.yaml has no catalogue \"{c}\"");
                    return Err(Unplayable::NotHere(why));
                }
                let phrase = self.phrase_of(declared, given).cloned();
                let none = || wrong(format!("no catalogue has a phrase for \"{name}\""));
                Value::Phrase(phrase.ok_or_else(none)?)
            }
            FactType::State => Value::State(if given == "any" {
                declared.choices.first().cloned().unwrap_or_default()
            } else {
                given.to_owned()
            }),
            FactType::Count => Value::Count(given.parse().unwrap_or(12)),
            FactType::Decimal => Value::Decimal(given.parse().unwrap_or_default()),
            FactType::Share => Value::Share(given.parse().unwrap_or_default()),
            FactType::Duration => {
                Value::Duration(given.parse().unwrap_or(Period::from_minutes(120)))
            }
            FactType::Instant => {
                let hours = if given == "later" { 96 } else { 4 };
                Value::Instant(Moment::exact(self.start + Duration::hours(hours)))
            }
            FactType::Date => Value::Date((self.start + Duration::days(2)).date_naive()),
            FactType::Window => Value::Window(Window {
                earliest: Some(When::At(self.start + Duration::hours(10))),
                latest: When::At(self.start + Duration::hours(13)),
            }),
            FactType::Link => Value::Link(self.any_rider()?),
            FactType::List => Value::List(vec![self.any_rider()?]),
        })
    }

    fn phrase_of(&self, declared: &NotedFact, given: &str) -> Option<&Texts> {
        let catalogue = declared.catalogue.as_deref()?;
        let phrases = self.books.workspace.find_catalogue(catalogue)?;
        if given == "any" {
            phrases.values().next()
        } else {
            phrases.get(given)
        }
    }

    /// The first region, else the first service.
    fn any_rider(&self) -> Result<Named, Unplayable> {
        let network = &self.books.network;
        let rider = network.regions.first().or(network.services.first());
        let rider = rider
            .ok_or_else(|| Unplayable::NotHere("the network has no region or service".into()))?;
        Ok(Named {
            id: rider.id.clone(),
            names: network.names_of(&rider.id),
        })
    }
}
