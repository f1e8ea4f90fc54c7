//! Reads the tables of values foreseen in advance: ranges, patterns of paths and what is outside. It approves nothing.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{find_range_fault, find_value_outside, is_printed, is_within_range, pattern_matches};
use crate::domain::config::line::Element;
use crate::domain::record::rendition::SaidLine;
use crate::testing::{check_table, expect, value};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RangeRow {
    range: String,
    #[serde(default)]
    foreseen: Vec<String>,
    #[serde(default)]
    not_foreseen: Vec<String>,
    fault: Option<String>,
}

#[test]
fn values_are_foreseen_by_ranges_and_lists() {
    check_table("foreseen-values.yaml", |row: RangeRow| {
        for text in &row.foreseen {
            expect(text, is_within_range(&row.range, &value(text)), true)?;
        }
        for text in &row.not_foreseen {
            expect(text, is_within_range(&row.range, &value(text)), false)?;
        }
        expect("fault", find_range_fault(&row.range), row.fault)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PatternRow {
    pattern: String,
    path: String,
    means: bool,
    printed: bool,
}

#[test]
fn patterns_mean_paths_and_their_ends() {
    check_table("foreseen-paths.yaml", |row: PatternRow| {
        expect("means", pattern_matches(&row.pattern, &row.path), row.means)?;
        let printed = is_printed(&row.pattern, std::slice::from_ref(&row.path));
        expect("printed", printed, row.printed)
    });
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineRow {
    slots: BTreeMap<String, String>,
    reads: BTreeMap<String, String>,
    claims: Option<Vec<String>>,
    outside: Option<(String, String)>,
}

#[test]
fn the_first_claim_outside_of_what_was_foreseen_is_named() {
    check_table("foreseen-lines.yaml", |row: LineRow| {
        let reads: BTreeMap<_, _> = row
            .reads
            .iter()
            .map(|(p, v)| (p.clone(), value(v)))
            .collect();
        let line = SaidLine {
            id: "line".into(),
            incident: None,
            it: None,
            element: Element::WhatHappened,
            claims: row
                .claims
                .unwrap_or_else(|| reads.keys().cloned().collect()),
            reads,
            asserts: Vec::new(),
            unknown: Vec::new(),
            events: Vec::new(),
            promise: None,
            promise_number: None,
            also: Vec::new(),
        };
        expect(
            "outside",
            find_value_outside(&row.slots, &line),
            row.outside,
        )
    });
}
