//! `saydo report`: gathers what a report says and writes it in the form asked for. It judges no promise.

mod chart;
mod markdown;

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use self::chart::draw_chart;
use self::markdown::to_markdown;
use crate::cli::output::Output;
use crate::cli::session::{Session, to_json, workspace_zone};
use crate::cli::times::{self, Toward};
use crate::cli::trouble::Trouble;
use crate::desk::core::describe::describe_payload;
use crate::desk::incident::report_page;
use crate::desk::incident::review::review_incidents;
use crate::desk::promise::ledger::list_ledger;
use crate::desk::{Journal, Snapshot};
use crate::domain::base::time::At;
use crate::domain::ledger::tally::{Group, PromiseStats, first_statements, median, tally_promises};
use crate::domain::record::event::Event;
use crate::domain::record::link_event::LinkEvent;
use crate::domain::record::payload::EventPayload;
use crate::domain::review::incident_review::{Review, Stood};

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For a terminal
    Table,
    /// One JSON document for scripts
    Json,
    /// The table, for a spreadsheet
    Csv,
    /// Markdown: of an incident, the review afterwards
    Md,
    /// One page with a picture
    Html,
}

/// How good our word was; of one incident, the review afterwards
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only this incident
    pub incident: Option<String>,
    /// Only promises made from then on
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub since: Option<String>,
    /// Only promises made before then
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub until: Option<String>,
    /// How it is laid out
    #[arg(long, value_enum, default_value = "table")]
    pub format: Format,
}

/// Everything that a report says.
struct Report {
    rows: BTreeMap<Group, PromiseStats>,
    sums: BTreeMap<&'static str, PromiseStats>,
    first: Vec<(String, Option<i64>)>,
    reviews: Vec<Review>,
    events: Vec<Event>,
}

/// Reports.
///
/// # Errors
/// When the incident does not exist or a time cannot be read.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let incident = args.incident.as_deref();
    let incident = incident
        .map(|i| session.find_incident(desk, Some(i)))
        .transpose()?;
    for id in desk.state.order.clone() {
        desk.read_closed(&id)?;
    }
    let report = gather_report(args, desk, incident.as_ref())?;
    out.json = report.to_json(desk);
    match args.format {
        Format::Json => session.json = true,
        Format::Csv => out.raw = Some(report.to_csv()?),
        Format::Md => out.raw = Some(to_markdown(&report, desk, incident.as_deref())?),
        Format::Html => {
            let page = report.to_page(desk, incident.as_deref());
            out.raw = Some(
                report_page::render_report(&page).map_err(|e| Trouble::usage(e.to_string(), ""))?,
            );
        }
        Format::Table => report.show_table(desk, incident.as_deref(), out),
    }
    if args.format == Format::Json && !out.json.is_null() {
        let text = serde_json::to_string_pretty(&out.json).unwrap_or_default();
        out.raw = Some(format!("{text}\n"));
    } else if session.json {
        out.raw = None;
    }
    Ok(0)
}

fn time_given(text: &Option<String>, what: &str, desk: &Snapshot) -> Result<Option<At>, Trouble> {
    let Some(text) = text else { return Ok(None) };
    let at = times::parse_time(text, Toward::Past, desk.clock.now, workspace_zone(desk));
    at.map(Some)
        .map_err(|e| Trouble::usage(format!("{what}: {e}"), ""))
}

fn gather_report(
    args: &Args,
    desk: &Journal,
    incident: Option<&String>,
) -> Result<Report, Trouble> {
    let since = time_given(&args.since, "--since", desk)?;
    let until = time_given(&args.until, "--until", desk)?;
    let within = |at: At| since.is_none_or(|s| at >= s) && until.is_none_or(|u| at < u);
    let entries: Vec<_> = list_ledger(desk)?
        .into_iter()
        .filter(|e| within(e.promise.at))
        .filter(|e| incident.is_none() || e.promise.incident.as_ref() == incident)
        .collect();
    let (rows, sums) = tally_promises(&entries, &desk.state, workspace_zone(desk));
    let is_wanted = |id: &str, at: At| within(at) && incident.is_none_or(|i| i == id);
    let first = first_statements(&desk.state, &is_wanted);
    let ids: Vec<&str> = first.iter().map(|(id, _)| id.as_str()).collect();
    let reviews = review_incidents(desk, &ids)?;
    let events = match incident {
        Some(id) => events_about(desk, id, reviews.first())?,
        None => Vec::new(),
    };
    Ok(Report {
        rows,
        sums,
        first,
        reviews,
        events,
    })
}

/// The events of an incident. Reports on regions and services belong to no incident, and may be about this one.
fn events_about(desk: &Journal, id: &str, review: Option<&Review>) -> Result<Vec<Event>, Trouble> {
    let mut events = Vec::new();
    for e in desk.believed_events()? {
        let is_beside = e.incident.is_none()
            && matches!(e.payload, EventPayload::Link(LinkEvent::LinkReported(_)));
        let in_time = review.is_some_and(|r| r.from <= e.at && e.at <= r.to);
        if e.incident.as_deref() == Some(id) || (is_beside && in_time) {
            events.push(e);
        }
    }
    Ok(events)
}

fn format_percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

fn format_share(row: &PromiseStats) -> String {
    match (row.kept_share, row.interval) {
        (Some(s), Some((low, high))) => {
            format!(
                "{} ({} to {})",
                format_percent(s),
                format_percent(low),
                format_percent(high)
            )
        }
        _ => "nothing decided yet".to_owned(),
    }
}

fn format_minutes(m: Option<i64>) -> String {
    match m {
        None => String::new(),
        Some(m) if m < 0 => format!("-{}", times::format_length(m * 60)),
        Some(m) => times::format_length(m * 60),
    }
}

/// Whose promises, in words.
fn whose_promises(by: &str) -> &'static str {
    if by == "us" {
        "ours"
    } else {
        "the operators', passed on"
    }
}

impl Report {
    fn stale_sentences(&self) -> impl Iterator<Item = &Stood> {
        self.reviews.iter().flat_map(|r| &r.stood)
    }

    fn to_json(&self, desk: &Snapshot) -> Json {
        let rows: Vec<Json> = self
            .rows
            .iter()
            .map(|(g, r)| json!({ "group": to_json(g), "counts": to_json(r) }))
            .collect();
        let first: Vec<Json> = self
            .first
            .iter()
            .map(|(i, m)| json!({ "incident": i, "minutes": m }))
            .collect();
        let timeline: Vec<Json> = self
            .events
            .iter()
            .map(|e| json!({ "event": e.seq, "at": to_json(&e.at), "by": e.by, "what": describe_payload(&e.payload) }))
            .collect();
        json!({
            "now": to_json(&desk.clock.now), "rows": rows, "sums": to_json(&self.sums),
            "first_statement_minutes": first, "reviews": to_json(&self.reviews), "timeline": timeline,
        })
    }

    fn to_csv(&self) -> Result<String, Trouble> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        let decimal = |n: Option<f64>| n.map(|n| format!("{n:.4}")).unwrap_or_default();
        let trouble = |e: String| Trouble::usage(format!("the table cannot be written: {e}"), "");
        writer
            .write_record([
                "by",
                "kind",
                "owner",
                "playbook",
                "made",
                "open",
                "overdue",
                "kept",
                "kept_late",
                "late_by_minutes",
                "broken",
                "withdrawn",
                "revisions",
                "told_before_minutes",
                "kept_share",
                "interval_low",
                "interval_high",
            ])
            .map_err(|e| trouble(e.to_string()))?;
        for (g, r) in &self.rows {
            let cells = [
                g.by.to_owned(),
                formula_safe(&g.kind),
                formula_safe(&g.owner),
                formula_safe(g.playbook.as_deref().unwrap_or_default()),
                r.made.to_string(),
                r.open.to_string(),
                r.overdue.to_string(),
                r.kept.to_string(),
                r.kept_late.to_string(),
                number(r.late_by_minutes),
                r.broken.to_string(),
                r.withdrawn.to_string(),
                r.revisions.to_string(),
                number(r.told_before_minutes),
                decimal(r.kept_share),
                decimal(r.interval.map(|i| i.0)),
                decimal(r.interval.map(|i| i.1)),
            ];
            writer
                .write_record(cells)
                .map_err(|e| trouble(e.to_string()))?;
        }
        let bytes = writer.into_inner().map_err(|e| trouble(e.to_string()))?;
        String::from_utf8(bytes).map_err(|e| trouble(e.to_string()))
    }

    fn summary_lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (by, row) in &self.sums {
            lines.push(format!(
                "{}: {} made, {} kept in time, {} late, {} broken, {} withdrawn, {} open ({} overdue), {} revisions; kept {}",
                whose_promises(by), row.made, row.kept, row.kept_late, row.broken, row.withdrawn, row.open, row.overdue,
                row.revisions, format_share(row)
            ));
        }
        let mut firsts: Vec<i64> = self.first.iter().filter_map(|(_, m)| *m).collect();
        let silent = self.first.len() - firsts.len();
        if let Some(m) = median(&mut firsts) {
            lines.push(format!(
                "from declaration to the first statement: {} (median of {})",
                times::format_length(m * 60),
                firsts.len()
            ));
        }
        if silent > 0 {
            lines.push(format!("incidents without any statement: {silent}"));
        }
        let mut stood: Vec<i64> = self.stale_sentences().map(|s| s.minutes).collect();
        let longest = stood.iter().max().copied();
        if let (Some(m), Some(longest)) = (median(&mut stood), longest) {
            lines.push(format!(
                "sentences that stood after they had stopped being true: {}, for {} (median), {} at the longest",
                stood.len(),
                times::format_length(m * 60),
                times::format_length(longest * 60)
            ));
        } else if !self.reviews.is_empty() {
            lines.push("no sentence stood after it had stopped being true".to_owned());
        }
        for s in self.reviews.iter().flat_map(|r| &r.statements) {
            if let Some(how) = &s.released {
                lines.push(format!("STATEMENT {} WENT OUT {how}", s.number));
            }
        }
        lines
    }

    fn show_table(&self, desk: &Snapshot, incident: Option<&str>, out: &mut Output) {
        if let (Some(_), Some(review)) = (incident, self.reviews.first()) {
            draw_chart(review, desk, out);
            out.line("");
        }
        if self.rows.is_empty() {
            out.line("Nothing was promised in this time.");
        } else {
            let rows = self
                .rows
                .iter()
                .map(|(g, r)| {
                    vec![
                        g.by.to_owned(),
                        g.kind.clone(),
                        r.made.to_string(),
                        r.kept.to_string(),
                        r.kept_late.to_string(),
                        r.broken.to_string(),
                        r.withdrawn.to_string(),
                        r.open.to_string(),
                        r.revisions.to_string(),
                        format_share(r),
                    ]
                })
                .collect();
            out.table(
                &[
                    "by",
                    "kind",
                    "made",
                    "kept",
                    "late",
                    "broken",
                    "withdr.",
                    "open",
                    "revised",
                    "kept share (95%)",
                ],
                rows,
            );
        }
        out.line("");
        for line in self.summary_lines() {
            out.paragraph("", &line);
        }
    }

    fn to_page(&self, desk: &Snapshot, incident: Option<&str>) -> report_page::Page {
        let (now, z) = (desk.clock.now, workspace_zone(desk));
        let at = |t: At| times::format_time(t, now, z);
        let rows = self
            .rows
            .iter()
            .map(|(g, r)| report_page::CountRow {
                by: whose_promises(g.by).to_owned(),
                kind: g.kind.clone(),
                owner: g.owner.clone(),
                counts: [
                    r.made,
                    r.kept,
                    r.kept_late,
                    r.broken,
                    r.withdrawn,
                    r.open,
                    r.revisions,
                ],
                share: format_share(r),
            })
            .collect();
        let reviews = self
            .reviews
            .iter()
            .map(|r| report_page::IncidentChart::draw_incident(r, z))
            .collect();
        report_page::Page {
            title: match incident {
                Some(id) => format!("Review of {id}"),
                None => "How good our word was".to_owned(),
            },
            as_of: format!("{} ({z})", at(now)),
            summary: self.summary_lines(),
            rows,
            pictures: reviews,
            timeline: self
                .events
                .iter()
                .map(|e| {
                    let what = times::with_local_times(&describe_payload(&e.payload), now, z);
                    (at(e.at), e.by.clone(), what)
                })
                .collect(),
        }
    }
}

/// A cell that a spreadsheet does not take for a formula.
fn formula_safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}
