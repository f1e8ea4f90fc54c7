//! How the desk's page writes times, values and sources in its language. Knows no form.

use chrono_tz::Tz;

use crate::desk::Snapshot;
use crate::desk::screen::forms::state_word;
use crate::domain::base::lang::Lang;
use crate::domain::base::link::Source;
use crate::domain::base::time::{At, Moment, When};
use crate::domain::base::value::Value;
use crate::domain::facts::fact::{Fact, FactEntry};
use crate::languages::fill_gaps;
use crate::render::desk_page::desk_word;
use crate::render::site::view::format_told;

/// The language, zone and moment of a page.
#[derive(Clone, Copy)]
pub(super) struct Shown<'a> {
    pub lang: Lang,
    pub zone: Tz,
    pub now: At,
    pub snapshot: &'a Snapshot,
}

impl<'a> Shown<'a> {
    pub fn of_page(snapshot: &'a Snapshot, lang: Lang) -> Shown<'a> {
        let books = snapshot.books.as_ref();
        Shown {
            lang,
            zone: books.map_or(Tz::UTC, |b| b.workspace.zone),
            now: snapshot.clock.now,
            snapshot,
        }
    }

    /// A time of day; with the day when that is another.
    pub fn show_time(self, at: At) -> String {
        let (at, now) = (
            at.with_timezone(&self.zone),
            self.now.with_timezone(&self.zone),
        );
        let form = match at.date_naive() == now.date_naive() {
            true => "%H:%M",
            false => "%H:%M %d/%m",
        };
        at.format(form).to_string()
    }

    /// A due time: a promised day is a day, nobody promised an hour of it.
    pub fn show_due(self, due: When) -> String {
        match due {
            When::Day(day) => day.format("%d/%m").to_string(),
            When::At(at) => self.show_time(at),
        }
    }

    pub fn show_moment(self, moment: Moment) -> String {
        format_told(&Value::Instant(moment), self.lang, self.zone, self.now)
    }

    pub fn show_value(self, value: &Value) -> String {
        match value {
            Value::State(word) => state_word(word, self.lang),
            other => format_told(other, self.lang, self.zone, self.now),
        }
    }

    pub fn show_source(self, source: &Source) -> String {
        let books = self.snapshot.books.as_ref();
        let party = source.party.as_ref();
        let named = party.and_then(|p| books?.workspace.parties.get(p));
        match (named, party) {
            (Some(names), _) => names.get_or_any(self.lang).to_owned(),
            (None, Some(party)) => party.clone(),
            (None, None) => state_word(source.kind.token(), self.lang),
        }
    }

    /// Who said it and when; empty for what nobody said.
    pub fn who_and_when(self, fact: &Fact) -> String {
        let Some(source) = &fact.source else {
            return String::new();
        };
        let source = self.show_source(source);
        match fact.said_at {
            Some(at) => self.fill_word("said", &[("source", &source), ("t", &self.show_time(at))]),
            None => source,
        }
    }

    /// What is known, and whether it is too old to be said.
    pub fn known_entry(self, entry: Option<&'a FactEntry>) -> Option<(&'a Fact, bool)> {
        match entry? {
            FactEntry::Known(fact) => Some((fact, false)),
            FactEntry::Stale { fact, .. } => Some((fact, true)),
            FactEntry::Unknown { .. } => None,
        }
    }

    pub fn find_word(self, key: &str) -> String {
        desk_word(key, self.lang).to_owned()
    }

    /// A word with its gaps filled.
    pub fn fill_word(self, key: &str, gaps: &[(&str, &dyn std::fmt::Display)]) -> String {
        fill_gaps(desk_word(key, self.lang), gaps)
    }
}
