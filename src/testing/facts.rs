//! Facts as tables write them: `TYPE VALUE; by ENTRIES; fresh until WHEN`, or `unknown`. It derives none.

use std::collections::BTreeMap;

use chrono_tz::Tz;
use serde_yaml::Value as Yaml;

use super::{at, read_timed};
use crate::domain::base::lang::Texts;
use crate::domain::base::time::At;
use crate::domain::base::value::{Named, Value};
use crate::domain::config::audience::Disclosure;
use crate::domain::facts::fact::{Fact, Facts};
use crate::domain::facts::missing::MissingFact;

/// The zone of facts in tables: seven hours ahead of UTC.
pub const ZONE: Tz = chrono_tz::Asia::Ho_Chi_Minh;

/// A value: its type and then the value, as in `state down`, `share 40%`, `window 2026-09-20..2026-09-25`, `list A B`.
pub fn value(text: &str) -> Value {
    let (kind, rest) = text.split_once(' ').unwrap_or((text, ""));
    let named = |id: &str| Named {
        id: id.to_owned(),
        names: Texts::same_in_all(id),
    };
    match kind {
        "link" => return Value::Link(named(rest)),
        "list" => return Value::List(rest.split_whitespace().map(named).collect()),
        "phrase" => return Value::Phrase(Texts::same_in_all(rest)),
        _ => {}
    }
    let inner = match kind {
        "window" => {
            let (from, to) = rest
                .split_once("..")
                .unwrap_or_else(|| panic!("\"{text}\" is no window"));
            let mut window = serde_yaml::Mapping::from_iter([("latest".into(), Yaml::from(to))]);
            if !from.is_empty() {
                window.insert("earliest".into(), from.into());
            }
            Yaml::Mapping(window)
        }
        "count" => Yaml::from(
            rest.parse::<u64>()
                .unwrap_or_else(|e| panic!("{text}: {e}")),
        ),
        _ => Yaml::from(rest),
    };
    let whole = [("type".into(), Yaml::from(kind)), ("value".into(), inner)];
    read_timed(&Yaml::Mapping(whole.into_iter().collect()))
}

/// Facts about INC-1 for customers at a moment.
pub fn facts(as_of: At, all: &BTreeMap<String, String>) -> Facts {
    let incidents = vec!["INC-1".to_owned()];
    let mut facts = Facts::empty(as_of, ZONE, incidents, "customers", Disclosure::Public);
    for (path, text) in all {
        if text == "unknown" {
            facts.insert_missing(
                path,
                MissingFact::from_untranslated(&format!("nobody said {path}"), None),
            );
            continue;
        }
        let mut parts = text.split("; ");
        let mut fact = Fact::without_source(value(parts.next().unwrap_or_default()));
        for part in parts {
            match part.split_once(' ') {
                Some(("by", events)) => fact.events = super::numbers(events),
                Some(("for", level)) => fact.disclosure = read_timed(&level.into()),
                _ => match part.strip_prefix("fresh until ") {
                    Some(until) => fact.fresh_until = Some(at(until)),
                    None => panic!("\"{part}\" says nothing of a fact"),
                },
            }
        }
        facts.insert_fact(path, fact, None);
    }
    facts
}
