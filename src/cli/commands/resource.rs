//! `saydo resource`: sets and lists the stock that promises use. It makes no promise.

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::session::{Session, to_json};
use crate::cli::trouble::Trouble;
use crate::desk::promise::ledger::{record_stock, stock_today};
use crate::desk::{Journal, Snapshot};
use crate::domain::base::link::Source;

/// What promises use, and how much of it is left
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Stock, reserved, used and left of each
    List,
    /// Say how much there is
    Set(Change),
    /// Say that there is so much more
    Add(Change),
}

/// How much, who says so, and why.
#[derive(Debug, clap::Args)]
pub struct Change {
    /// The resource, from `resources:` in saydo.yaml
    pub resource: String,
    /// How much: of a rate, each day
    pub amount: u64,
    /// Who says so
    #[arg(long, default_value = "own-check")]
    pub source: Source,
    /// The reason; it stays in the record
    #[arg(long)]
    pub because: String,
}

/// Lists resources or changes their stock.
///
/// # Errors
/// When there is no such resource.
pub fn run(
    args: &Command,
    _session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    match args {
        Command::List => list_resources(desk, out),
        Command::Set(c) | Command::Add(c) => {
            let anew = matches!(args, Command::Set(_));
            let event = record_stock(desk, &c.resource, c.amount, anew, &c.source, &c.because)?;
            let stock = stock_today(desk, &c.resource)?;
            out.line(format!(
                "{}: {} in all, {} reserved, {} used, {} left (event {event}).",
                c.resource,
                stock.stock,
                stock.reserved,
                stock.used,
                stock.amount_left()
            ));
            out.json = json!({ "resource": c.resource, "event": event, "stock": to_json(&stock), "left": stock.amount_left() });
            Ok(0)
        }
    }
}

fn list_resources(desk: &Snapshot, out: &mut Output) -> Result<u8, Trouble> {
    let mut rows = Vec::new();
    let mut all = Vec::new();
    for (name, resource) in &desk.world()?.books.workspace.resources {
        let stock = stock_today(desk, name)?;
        let number = |n: u64| {
            if stock.is_known {
                n.to_string()
            } else {
                "?".to_owned()
            }
        };
        let rate = if resource.per_day { " a day" } else { "" };
        rows.push(vec![
            name.clone(),
            format!("{}{rate}", number(stock.stock)),
            stock.reserved.to_string(),
            stock.used.to_string(),
            number(stock.amount_left()),
            resource.owner.clone(),
        ]);
        all.push(json!({
            "resource": name, "names": to_json(&resource.names), "unit": to_json(&resource.unit),
            "per_day": resource.per_day, "region": resource.region, "owner": resource.owner,
            "is_known": stock.is_known, "stock": stock.stock, "reserved": stock.reserved, "used": stock.used,
            "left": stock.amount_left(), "events": stock.events,
        }));
    }
    if rows.is_empty() {
        out.line("saydo.yaml names no resources; see docs/workspace.md.");
    } else {
        out.table(
            &["resource", "stock", "reserved", "used", "left", "owner"],
            rows,
        );
        out.line("Stock exists only as events: saydo resource set NAME N --because TEXT");
    }
    out.json = json!({ "resources": all });
    Ok(0)
}
