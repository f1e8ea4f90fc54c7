//! `saydo report`

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::cli::output::Output;
use crate::cli::session::{Session, json, zone};
use crate::cli::times::{self, Toward};
use crate::cli::trouble::Trouble;
use crate::desk::core::describe::describe_payload;
use crate::desk::incident::report_page as page;
use crate::desk::incident::review::review_incidents;
use crate::desk::promise::ledger::list_ledger;
use crate::desk::{Journal, Snapshot};
use crate::domain::base::time::At;
use crate::domain::ledger::tally::{Group, Row, first_statements, median, tally};
use crate::domain::ledger::verdict::Standing;
use crate::domain::record::event::Event;
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::link_event::LinkEvent;
use crate::domain::record::payload::EventPayload;
use crate::domain::review::incident_review::{Review, Stood};

/// The form of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For a terminal
    Table,
    /// For scripts
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
    /// The form
    #[arg(long, value_enum, default_value = "table")]
    pub format: Format,
}

/// Everything that a report says.
struct Report {
    rows: BTreeMap<Group, Row>,
    sums: BTreeMap<&'static str, Row>,
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
    let incident = args
        .incident
        .as_deref()
        .map(|i| session.incident(desk, Some(i)))
        .transpose()?;
    let all: Vec<String> = desk.state.order.clone();
    for id in &all {
        desk.read_closed(id)?;
    }
    let time = |text: &Option<String>, what: &str| -> Result<Option<At>, Trouble> {
        text.as_deref()
            .map(|t| {
                times::at(t, Toward::Past, desk.clock.now, zone(desk))
                    .map_err(|e| Trouble::usage(format!("{what}: {e}"), ""))
            })
            .transpose()
    };
    let since = time(&args.since, "--since")?;
    let until = time(&args.until, "--until")?;
    let within = |at: At| since.is_none_or(|s| at >= s) && until.is_none_or(|u| at < u);
    let entries: Vec<_> = list_ledger(desk)?
        .into_iter()
        .filter(|e| within(e.promise.at))
        .filter(|e| incident.is_none() || e.promise.incident == incident)
        .collect();
    let (rows, sums) = tally(&entries, &desk.state, zone(desk));
    let wanted = |id: &str, at: At| within(at) && incident.as_deref().is_none_or(|i| i == id);
    let first = first_statements(&desk.state, &wanted);
    let ids: Vec<&str> = first.iter().map(|(id, _)| id.as_str()).collect();
    let reviews = review_incidents(desk, &ids)?;
    let mut events = Vec::new();
    if incident.is_some() {
        for s in desk.stored()? {
            let e = Event::read(s.seq, &s.bytes).map_err(crate::desk::DeskError::from)?;
            // Reports on regions and services belong to no incident, and may be about this one.
            let is_beside = e.incident.is_none()
                && matches!(e.payload, EventPayload::Link(LinkEvent::LinkReported(_)));
            let in_time = reviews
                .first()
                .is_some_and(|r: &Review| r.from <= e.at && e.at <= r.to);
            if e.incident == incident || (is_beside && in_time) {
                events.push(e);
            }
        }
    }
    let report = Report {
        rows,
        sums,
        first,
        reviews,
        events,
    };
    out.json = report.json(desk);
    match args.format {
        Format::Json => session.json = true,
        Format::Csv => out.raw = Some(report.csv()?),
        Format::Md => out.raw = Some(report.markdown(desk, incident.as_deref())),
        Format::Html => {
            let page = report.page(desk, incident.as_deref());
            out.raw = Some(page::html(&page).map_err(|e| Trouble::usage(e, ""))?);
        }
        Format::Table => report.table(desk, incident.as_deref(), out),
    }
    if args.format == Format::Json && !out.json.is_null() {
        let text = serde_json::to_string_pretty(&out.json).unwrap_or_default();
        out.raw = Some(format!("{text}\n"));
    } else if session.json {
        out.raw = None;
    }
    Ok(0)
}

fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

fn share(row: &Row) -> String {
    match (row.kept_share, row.interval) {
        (Some(s), Some((low, high))) => {
            format!("{} ({} to {})", percent(s), percent(low), percent(high))
        }
        _ => "nothing decided yet".to_owned(),
    }
}

fn minutes(m: Option<i64>) -> String {
    match m {
        None => String::new(),
        Some(m) if m < 0 => format!("-{}", times::length(m * 60)),
        Some(m) => times::length(m * 60),
    }
}

/// Whose promises, in words.
fn whose(by: &str) -> &'static str {
    if by == "us" {
        "ours"
    } else {
        "the operators', passed on"
    }
}

impl Report {
    fn stood(&self) -> impl Iterator<Item = &Stood> {
        self.reviews.iter().flat_map(|r| &r.stood)
    }

    fn json(&self, desk: &Snapshot) -> Json {
        let rows: Vec<Json> = self
            .rows
            .iter()
            .map(|(g, r)| json!({ "group": json(g), "counts": json(r) }))
            .collect();
        let first: Vec<Json> = self
            .first
            .iter()
            .map(|(i, m)| json!({ "incident": i, "minutes": m }))
            .collect();
        let timeline: Vec<Json> = self
            .events
            .iter()
            .map(|e| json!({ "event": e.seq, "at": json(&e.at), "by": e.by, "what": describe_payload(&e.payload) }))
            .collect();
        json!({
            "now": json(&desk.clock.now), "rows": rows, "sums": json(&self.sums),
            "first_statement_minutes": first, "reviews": json(&self.reviews), "timeline": timeline,
        })
    }

    fn csv(&self) -> Result<String, Trouble> {
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
                whose(by), row.made, row.kept, row.kept_late, row.broken, row.withdrawn, row.open, row.overdue,
                row.revisions, share(row)
            ));
        }
        let mut firsts: Vec<i64> = self.first.iter().filter_map(|(_, m)| *m).collect();
        let silent = self.first.len() - firsts.len();
        if let Some(m) = median(&mut firsts) {
            lines.push(format!(
                "from declaration to the first statement: {} (median of {})",
                times::length(m * 60),
                firsts.len()
            ));
        }
        if silent > 0 {
            lines.push(format!("incidents without any statement: {silent}"));
        }
        let mut stood: Vec<i64> = self.stood().map(|s| s.minutes).collect();
        let longest = stood.iter().max().copied();
        if let (Some(m), Some(longest)) = (median(&mut stood), longest) {
            lines.push(format!(
                "sentences that stood after they had stopped being true: {}, for {} (median), {} at the longest",
                stood.len(),
                times::length(m * 60),
                times::length(longest * 60)
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

    fn table(&self, desk: &Snapshot, incident: Option<&str>, out: &mut Output) {
        if let (Some(_), Some(review)) = (incident, self.reviews.first()) {
            chart(review, desk, out);
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
                        share(r),
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

    fn markdown(&self, desk: &Snapshot, incident: Option<&str>) -> String {
        let (now, z) = (desk.clock.now, zone(desk));
        let at = |t: At| times::shown(t, now, z);
        let mut md = String::new();
        let title = match incident {
            Some(id) => format!("# Review of {id}\n\n"),
            None => "# How good our word was\n\n".to_owned(),
        };
        md.push_str(&title);
        md.push_str(&format!("As of {} ({z}).\n\n", at(now)));
        for line in self.summary_lines() {
            md.push_str(&format!("- {}\n", cell(&line)));
        }
        md.push_str("\n## Promises\n\n");
        md.push_str("| by | kind | owner | made | kept | late | broken | withdrawn | open | revised | told before | kept share (95 %) |\n");
        md.push_str("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n");
        for (g, r) in &self.rows {
            md.push_str(&format!(
                "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {} |\n",
                g.by,
                cell(&g.kind),
                cell(&g.owner),
                r.made,
                r.kept,
                r.kept_late,
                r.broken,
                r.withdrawn,
                r.open,
                r.revisions,
                minutes(r.told_before_minutes),
                share(r)
            ));
        }
        let Some(review) = self.reviews.first().filter(|_| incident.is_some()) else {
            return md;
        };
        md.push_str("\n| no | what | to be kept by | verdict |\n| --- | --- | --- | --- |\n");
        for p in &review.promises {
            let dues: Vec<String> = p.dues.iter().map(|d| at(*d)).collect();
            let about = p
                .subject
                .as_ref()
                .map(|s| format!(" ({s})"))
                .unwrap_or_default();
            md.push_str(&format!(
                "| {} | {}{} | {} | {}: {} |\n",
                p.number,
                cell(&p.kind),
                cell(&about),
                dues.join(" → "),
                p.standing.token(),
                cell(&p.why)
            ));
        }
        md.push_str("\n## What we said when, and what was true\n\n");
        for s in &review.statements {
            md.push_str(&format!(
                "### Statement {} to {}, {}\n\n",
                s.number,
                cell(&s.audience),
                at(s.at)
            ));
            if let Some(how) = &s.released {
                md.push_str(&format!("**It went out {}.**\n\n", cell(how)));
            }
            let issued = desk.state.statement(s.number);
            let widest = issued.and_then(|i| {
                crate::cli::commands::show::widest(
                    i.statement.renditions(),
                    crate::domain::base::lang::Lang::USUAL,
                )
            });
            for line in widest.map(|r| r.text.as_str()).unwrap_or_default().lines() {
                md.push_str(&format!("> {}\n", cell(line)));
            }
            md.push('\n');
            for st in review.stood.iter().filter(|st| st.statement == s.number) {
                let it = st
                    .it
                    .as_ref()
                    .map(|i| format!(" ({i})"))
                    .unwrap_or_default();
                let until = match st.until {
                    Some(t) => format!("until {}", at(t)),
                    None => "and still stands".to_owned(),
                };
                md.push_str(&format!(
                    "- `{}`{} stopped being true at {} and stood for {} {until}\n",
                    cell(&st.line),
                    cell(&it),
                    at(st.stopped_at),
                    times::length(st.minutes * 60)
                ));
            }
            md.push('\n');
        }
        md.push_str("## Timeline\n\n| when | who | what |\n| --- | --- | --- |\n");
        for e in self.events.iter().filter(|e| !is_note(e)) {
            md.push_str(&format!(
                "| {} | {} | {} |\n",
                at(e.at),
                cell(&e.by),
                cell(&describe_payload(&e.payload))
            ));
        }
        md.push_str("\n## Notes\n\n");
        let notes: Vec<&Event> = self.events.iter().filter(|e| is_note(e)).collect();
        if notes.is_empty() {
            md.push_str("None.\n");
        }
        for e in notes {
            if let EventPayload::Incident(IncidentEvent::NoteTaken { text }) = &e.payload {
                md.push_str(&format!("- {} {}: {}\n", at(e.at), cell(&e.by), cell(text)));
            }
        }
        md
    }

    fn page(&self, desk: &Snapshot, incident: Option<&str>) -> page::Page {
        let (now, z) = (desk.clock.now, zone(desk));
        let at = |t: At| times::shown(t, now, z);
        let rows = self
            .rows
            .iter()
            .map(|(g, r)| page::CountRow {
                by: whose(g.by).to_owned(),
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
                share: share(r),
            })
            .collect();
        let reviews = self
            .reviews
            .iter()
            .map(|r| page::Picture::of(r, z))
            .collect();
        page::Page {
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
                .map(|e| (at(e.at), e.by.clone(), describe_payload(&e.payload)))
                .collect(),
        }
    }
}

fn is_note(e: &Event) -> bool {
    matches!(
        e.payload,
        EventPayload::Incident(IncidentEvent::NoteTaken { .. })
    )
}

/// A cell that a spreadsheet does not take for a formula.
fn formula_safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// Text that cannot break a table or become markup.
fn cell(text: &str) -> String {
    let mut out = String::new();
    for c in crate::cli::output::clean(text).chars() {
        match c {
            '\n' => out.push(' '),
            '|' | '<' | '>' | '[' | ']' | '`' | '*' | '_' | '\\' | '#' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// The letter of a state in a text chart.
fn letter(state: &str) -> char {
    match state {
        "up" => '-',
        "at-risk" => '~',
        "degraded" => '=',
        "unstable" => '%',
        "down" => '#',
        "planned-down" => 'P',
        _ => ' ',
    }
}

/// Link states over time, with statements and promises below: the picture of the page, in text.
fn chart(review: &Review, desk: &Snapshot, out: &mut Output) {
    let (now, z) = (desk.clock.now, zone(desk));
    let label = review
        .tracks
        .iter()
        .map(|t| t.id.chars().count())
        .max()
        .unwrap_or(0)
        .clamp(9, 20);
    let width = out.width.saturating_sub(label + 3).max(20);
    let total = (review.to - review.from).num_seconds().max(1);
    let column = |t: At| {
        let part = (t - review.from).num_seconds().clamp(0, total);
        usize::try_from(part * (width as i64 - 1) / total).unwrap_or(0)
    };
    let named = |name: &str, row: &[char]| {
        let name: String = name.chars().take(label).collect();
        let line: String = row.iter().collect();
        format!("{name:<label$} |{line}|")
    };
    out.line(format!(
        "{} {}: {} to {}{}",
        review.incident,
        review.playbook,
        times::shown(review.from, now, z),
        times::shown(review.to, now, z),
        if review.is_open { " (open)" } else { "" }
    ));
    for track in &review.tracks {
        let mut row = vec![' '; width];
        for bar in &track.bars {
            for cell in &mut row[column(bar.from)..=column(bar.to)] {
                *cell = letter(&bar.state);
            }
        }
        out.line(named(&track.id, &row));
    }
    let mut said = vec![' '; width];
    for s in &review.statements {
        said[column(s.at)] = 'S';
    }
    out.line(named("said", &said));
    let mut due = vec![' '; width];
    for p in &review.promises {
        let mark = match p.standing {
            Standing::Kept => 'k',
            Standing::KeptLate => 'l',
            Standing::Broken | Standing::Overdue => 'X',
            Standing::Withdrawn => 'w',
            Standing::Open => 'o',
        };
        if let Some(last) = p.dues.last() {
            let place = &mut due[column(*last)];
            // The worst of those that fall on one place is shown.
            if *place == ' ' || mark == 'X' || (mark == 'l' && *place != 'X') {
                *place = mark;
            }
        }
    }
    out.line(named("due", &due));
    out.line("- up  ~ at risk  = degraded  % unstable  # down  P planned; S statement;");
    out.line("promises at their due time: k kept  l late  X missed  w withdrawn  o open");
}
