//! Reads the table of stock: what was set and added, and what promises reserve and use. It promises none of it.

use chrono::NaiveDate;
use serde::Deserialize;
use serde_yaml::Mapping;

use super::count_stock;
use crate::domain::base::lang::Texts;
use crate::domain::config::resource::Resource;
use crate::domain::facts::world::World;
use crate::testing::{NetworkRow, at, books, check_table, evaluator, expect, folded, listed};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    /// It is a rate, so much each day.
    #[serde(default)]
    per_day: bool,
    #[serde(default)]
    rollover: bool,
    entries: Vec<Mapping>,
    now: Option<String>,
    /// The day asked for: 12 September 2026 when left out.
    day: Option<NaiveDate>,
    /// The promise that is being made again.
    own: Option<u32>,
    is: String,
}

#[test]
fn stock_follows_from_what_was_set_and_promised() {
    check_table("stock.yaml", |row: Row| {
        let books = books(None, &NetworkRow::default());
        let state = folded(&row.entries);
        let world = World {
            state: &state,
            books: &books,
            condition: None,
        };
        let resource = Resource {
            names: Texts::same_in_all("vouchers"),
            unit: Texts::default(),
            per_day: row.per_day,
            rollover: row.rollover,
            region: None,
            conditions: Vec::new(),
            owner: "ops".into(),
            offline_limit: None,
        };
        let now = at(row.now.as_deref().unwrap_or("12:00"));
        let day = row
            .day
            .or(NaiveDate::from_ymd_opt(2026, 9, 12))
            .unwrap_or_default();
        let got = count_stock(world, evaluator(), now, "voucher", &resource, day, row.own);
        let known = if got.is_known { "" } else { "unknown: " };
        let text = format!(
            "{known}{} in all, {} reserved, {} used, {} left; by {}",
            got.stock,
            got.reserved,
            got.used,
            got.amount_left(),
            listed(&got.events)
        );
        expect("stock", text.trim_end().to_owned(), row.is)
    });
}
