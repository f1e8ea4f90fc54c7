//! Reads the golden records, one of each format, and the table of what they give. It writes no record.

use std::collections::BTreeMap;
use std::fs;

use serde::Deserialize;

use super::fold_verified;
use crate::domain::config::playbook::PlaybookFile;
use crate::domain::facts::world::{AdoptedConfig, Built, World};
use crate::domain::ledger::verdict::judge_promises;
use crate::domain::network::health::Condition;
use crate::domain::record::event::Event;
use crate::domain::record::record_event::TextKind;
use crate::domain::state::fold::State;
use crate::store::{Stored, jsonl};
use crate::testing::{at, check_table, clock, evaluator, expect, file, listed};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    file: String,
    version: String,
    events: usize,
    head: String,
    /// How many are signed.
    signed: usize,
    incidents: Vec<String>,
    links: BTreeMap<String, String>,
    noted: BTreeMap<String, String>,
    statements: Vec<String>,
    promises: Vec<String>,
    retracted: Vec<u64>,
    stock: Option<u64>,
    team: Vec<String>,
    delivered: usize,
    disclosed: usize,
}

fn text<'a>(state: &'a State, kind: TextKind, name: &str) -> Result<&'a str, String> {
    let found = state.adopted_text(kind, name);
    found
        .map(|(_, text)| text)
        .ok_or(format!("no {name} was adopted"))
}

fn books(state: &State) -> Result<AdoptedConfig, String> {
    let read = |e: serde_yaml::Error| e.to_string();
    let adopted = state.adopted.get(&TextKind::Playbook).into_iter().flatten();
    let mut files = BTreeMap::new();
    for (name, adopted) in adopted {
        let playbook = text(state, TextKind::Playbook, name)?;
        let playbook: PlaybookFile = serde_yaml::from_str(playbook).map_err(read)?;
        files.insert(adopted.digest.clone(), playbook);
    }
    Ok(AdoptedConfig {
        workspace: serde_yaml::from_str(text(state, TextKind::Workspace, "workspace")?)
            .map_err(read)?,
        network: serde_yaml::from_str(text(state, TextKind::Network, "network")?).map_err(read)?,
        files,
        built: Built::default(),
    })
}

fn incidents(state: &State) -> Vec<String> {
    let all = state.order.iter().filter_map(|id| state.incidents.get(id));
    let shown = all.map(|i| {
        let closed = i.closed.as_ref().map_or("open".into(), |c| {
            format!(
                "closed {}, handed to {}",
                clock(c.at),
                c.handed_over_to.as_deref().unwrap_or("nobody")
            )
        });
        let since = i.since.map_or(String::new(), |s| s.to_string());
        format!(
            "{} by {} since {since} on {}; {closed}",
            i.id,
            i.playbook.name,
            i.links_in_scope().join(" ")
        )
    });
    shown.collect()
}

fn statements(state: &State) -> Vec<String> {
    let mut all = Vec::new();
    for issued in &state.statements {
        for r in issued.statement.all_renditions().unwrap() {
            let number = issued.statement.number;
            all.push(format!(
                "{number} at {} {} {}: {}",
                clock(issued.at),
                r.channel,
                r.lang,
                r.text
            ));
        }
    }
    all
}

fn check_versions(row: &Row, stored: &[Stored]) -> Result<(), String> {
    for s in stored {
        let event = Event::parse_at(s.seq, &s.bytes).map_err(|e| e.to_string())?;
        expect(
            &format!("version of event {}", s.seq),
            event.v,
            row.version.clone(),
        )?;
    }
    Ok(())
}

#[test]
fn records_of_every_format_verify_and_give_what_they_gave() {
    check_table("golden-records.yaml", |row: Row| {
        let lines =
            fs::read_to_string(file("tests/golden").join(&row.file)).map_err(|e| e.to_string())?;
        let stored =
            jsonl::read_json_lines(&lines).map_err(|(line, why)| format!("line {line}: {why}"))?;
        expect("export", jsonl::write_json_lines(&stored) == lines, true)?;
        expect("events", stored.len(), row.events)?;
        expect("head", stored.last().map_or("", |s| &s.hash), &row.head)?;
        expect(
            "signed",
            stored.iter().filter(|s| s.signature.is_some()).count(),
            row.signed,
        )?;
        check_versions(&row, &stored)?;
        let state = fold_verified(&stored).map_err(|b| format!("event {}: {}", b.seq, b.what))?;
        let books = books(&state)?;
        let condition = Condition::of_network(&books.network, &state);
        let links = books
            .network
            .all_ids()
            .map(|id| (id.to_owned(), condition.link_health(id)));
        let links = links.map(|(id, w)| (id, format!("{} by {}", w.state, listed(&w.events))));
        let world = World {
            state: &state,
            books: &books,
            condition: None,
        };
        let entries = judge_promises(world, evaluator(), at("00:00"), &|_| true);
        let promises = entries.iter().map(|e| {
            let kept = e.kept.as_ref().map_or(String::new(), |k| {
                format!(" {} by {}", clock(k.at), listed(&k.events))
            });
            let made = &e.promise.made;
            format!(
                "{} {}: {}{kept}; {}; {}",
                made.number,
                made.promise,
                e.standing.token(),
                e.why,
                e.promise.keeper_name()
            )
        });
        let noted = state.incidents.values().flat_map(|i| &i.noted);
        let noted = noted.map(|(name, all)| {
            (
                name.clone(),
                all.iter()
                    .find_map(|n| n.value.as_ref())
                    .map_or(String::new(), |v| v.to_plain_text()),
            )
        });
        let stock = state
            .stock
            .values()
            .flatten()
            .map(|s| s.amount)
            .reduce(|a, b| a + b);
        expect("incidents", incidents(&state), row.incidents)?;
        expect("links", links.collect(), row.links)?;
        expect("noted", noted.collect(), row.noted)?;
        expect("statements", statements(&state), row.statements)?;
        expect("promises", promises.collect(), row.promises)?;
        expect(
            "retracted",
            state.retracted.keys().copied().collect(),
            row.retracted,
        )?;
        expect("stock", stock, row.stock)?;
        expect(
            "team",
            state.team.people.keys().cloned().collect(),
            row.team,
        )?;
        expect("disclosed", state.disclosed.len(), row.disclosed)?;
        let outlet = books.workspace.outlets.get("files");
        let parcels = outlet.into_iter().flat_map(|o| {
            let all = state.statements.iter();
            all.flat_map(|s| {
                crate::domain::delivery::parcels::parcels_of_statement(
                    "files",
                    o,
                    &s.statement,
                    &[],
                )
            })
            .collect::<Vec<_>>()
        });
        let arrived = parcels.filter(|p| {
            state
                .deliveries
                .all_arrived_at(std::slice::from_ref(p))
                .is_some()
        });
        expect("delivered", arrived.count(), row.delivered)
    });
}
