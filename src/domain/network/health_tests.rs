//! Reads the tables of link health: reports over time, and the state, the share left and the effects that follow. It asks nothing of
//! one link's own reports beyond that; `reported_tests.rs` does.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_yaml::Mapping;

use super::{Condition, LinkHealth};
use crate::domain::network::reported::ReportedLink;
use crate::testing::{NetworkRow, check_table, clock, expect, folded, listed};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    network: NetworkRow,
    entries: Vec<Mapping>,
    /// Only the entries up to this one.
    until: Option<u64>,
    /// Of every link that is not unreported.
    health: Option<BTreeMap<String, String>>,
    /// The share of capacity left.
    left: Option<BTreeMap<String, String>>,
    /// What a region or service may suffer.
    suffers: Option<BTreeMap<String, String>>,
    /// The parts on which "restored" rests.
    rests_on: Option<BTreeMap<String, String>>,
    /// Open incidents with links of their scope in trouble: those links, and the entries that declared them.
    troubled: Option<Vec<String>>,
}

fn shown(w: &LinkHealth) -> String {
    let mut text = w.state.to_string();
    if let Some(since) = w.since {
        let about = if since.about { "~" } else { "" };
        text += &format!(" since {about}{}", clock(since.at));
    }
    text += &format!("; by {}", listed(&w.events));
    if let (Some(source), Some(said_at)) = (&w.source, w.said_at) {
        text += &format!("; {source} said so {}", clock(said_at));
    }
    if let Some(at) = w.confirmed_at {
        text += &format!("; confirmed {}", clock(at));
    }
    text
}

fn check(row: Row) -> Result<(), String> {
    let network = row.network.network();
    let state = folded(&row.entries);
    let condition = match row.until {
        Some(seq) => Condition::at_event(&network, &state, seq),
        None => Condition::of_network(&network, &state),
    };
    let mut asked = false;
    if let Some(wanted) = row.health {
        let reported = network
            .all_ids()
            .map(|id| (id.to_owned(), shown(&condition.link_health(id))));
        let reported = reported.filter(|(_, text)| !text.starts_with("unreported"));
        expect("health", reported.collect(), wanted)?;
        for id in network.all_ids() {
            expect(
                "the state alone",
                condition.link_state(id),
                condition.link_health(id).state,
            )?;
            let reports = state.reports_until(id, row.until.unwrap_or(u64::MAX));
            let own = (!reports.is_empty()).then(|| ReportedLink::from_reports(reports));
            expect("its own reports", condition.reported_link(id).cloned(), own)?;
        }
        asked = true;
    }
    for (id, wanted) in row.left.into_iter().flatten() {
        let got = match condition.capacity_left(&network, &id) {
            None => "unknown".to_owned(),
            Some((share, events, fresh)) => {
                let fresh = fresh.map_or(String::new(), |at| format!("; confirmed {}", clock(at)));
                format!("{share}; by {}{fresh}", listed(&events))
            }
        };
        expect(&format!("capacity left on {id}"), got, wanted)?;
        asked = true;
    }
    for (id, wanted) in row.suffers.into_iter().flatten() {
        let rider = network
            .find_rider(&id)
            .ok_or(format!("there is no region or service {id}"))?;
        let got = match condition.possible_effect(rider) {
            None => "nothing".to_owned(),
            Some((effect, links, events)) => {
                format!(
                    "{effect:?} through {}; by {}",
                    links.join(" "),
                    listed(&events)
                )
            }
        };
        expect(&format!("what {id} suffers"), got, wanted)?;
        asked = true;
    }
    for (id, wanted) in row.rests_on.into_iter().flatten() {
        let got = condition.checked_leaves(&network, &id).join(" ");
        expect(&format!("what \"restored\" of {id} rests on"), got, wanted)?;
        asked = true;
    }
    if let Some(wanted) = row.troubled {
        let troubled = condition.troubled_incidents().iter();
        let got =
            troubled.map(|t| format!("{}; declared by {}", t.links.join(" "), listed(&t.declared)));
        expect("incidents in trouble", got.collect(), wanted)?;
        asked = true;
    }
    asked.then_some(()).ok_or("the row asks for nothing".into())
}

#[test]
fn health_of_a_link_follows_from_reports_on_it_and_its_parts() {
    check_table("link-health.yaml", check);
}

#[test]
fn capacity_left_is_combined_over_parts() {
    check_table("capacity-left.yaml", check);
}

#[test]
fn regions_and_services_suffer_from_the_links_they_ride_on() {
    check_table("riders.yaml", check);
}
