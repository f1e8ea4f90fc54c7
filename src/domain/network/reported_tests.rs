//! Reads the table of one link's own reports: what stands of it, before its parts are looked at.

use serde::Deserialize;
use serde_yaml::Mapping;

use super::{Current, ReportedLink};
use crate::domain::base::time::Moment;
use crate::testing::{check_table, clock, expect, folded, listed};

/// Reports on the link `A` and what stands then. What is left out does not stand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    entries: Vec<Mapping>,
    #[serde(default)]
    stands: Stands,
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Stands {
    state: Option<String>,
    trouble: Option<String>,
    share: Option<String>,
    work: Option<String>,
    fault: Option<String>,
    cause: Option<String>,
    window: Option<String>,
    windows: Vec<String>,
    own_checks: Vec<String>,
    unchecked: Option<String>,
}

fn moment(m: Moment) -> String {
    format!("{}{}", if m.about { "~" } else { "" }, clock(m.at))
}

fn shown<T>(standing: &Option<Current<T>>, value: impl Fn(&T) -> String) -> Option<String> {
    let s = standing.as_ref()?;
    let (since, said) = (moment(s.since), clock(s.said_at));
    let (value, by, confirmed) = (value(&s.value), listed(&s.events), clock(s.confirmed_at));
    let source = &s.source;
    Some(format!(
        "{value} since {since}; by {by}; {source} said so {said}; confirmed {confirmed}"
    ))
}

fn window(w: &Option<crate::domain::base::time::Window>) -> String {
    match w {
        None => "withdrawn".into(),
        Some(w) => {
            let earliest = w.earliest.map_or(String::new(), |e| e.to_string());
            format!("{earliest}..{}", w.latest)
        }
    }
}

fn standing(own: &ReportedLink) -> Stands {
    let given = own.windows.iter().map(|g| {
        let during = g
            .during
            .map_or(String::new(), |d| format!("; {d} meanwhile"));
        let reason = g
            .reason
            .as_ref()
            .map_or(String::new(), |r| format!("; {r}"));
        format!("{} by {}{during}{reason}", window(&g.window), g.seq)
    });
    let checks = own.own_checks.iter();
    Stands {
        state: shown(&own.state, ToString::to_string),
        trouble: own
            .trouble
            .as_ref()
            .map(|(since, by)| format!("since {}; by {}", moment(*since), listed(by))),
        share: shown(&own.share, ToString::to_string),
        work: shown(&own.work, ToString::to_string),
        fault: shown(&own.fault, Clone::clone),
        cause: shown(&own.cause, |(cause, confirmed)| {
            format!(
                "{cause} {}",
                if *confirmed { "confirmed" } else { "suspected" }
            )
        }),
        window: shown(&own.window, window),
        windows: given.collect(),
        own_checks: checks
            .map(|(seq, at)| format!("{seq} at {}", clock(*at)))
            .collect(),
        unchecked: own
            .unchecked
            .as_ref()
            .map(|(seq, source, at)| format!("{seq}, {source} at {}", clock(*at))),
    }
}

#[test]
fn what_stands_of_a_link_follows_from_its_own_reports() {
    check_table("reports.yaml", |row: Row| {
        let state = folded(&row.entries);
        expect(
            "what stands",
            standing(&ReportedLink::from_reports(state.reports_on("A"))),
            row.stands,
        )
    });
}
