//! A report as Markdown: sums, promises and, for one incident, the review afterwards. It works out nothing.

use std::fmt::Write as _;

use crate::cli::commands::report::Report;
use crate::cli::commands::show::widest_rendition;
use crate::cli::entry_line::describe_entry;
use crate::cli::output::clean_text;
use crate::cli::session::workspace_zone;
use crate::cli::times;
use crate::desk::Snapshot;
use crate::domain::base::lang::Lang;
use crate::domain::base::time::At;
use crate::domain::record::body::BodyError;
use crate::domain::record::event::Event;
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::payload::EventPayload;
use crate::domain::review::incident_review::{Review, Said, Span, Stood};

/// The text as it grows, with the zone and the moment by which it shows times.
struct Writer<'a> {
    text: String,
    snapshot: &'a Snapshot,
}

/// Writes a report; with an incident, its review.
pub(super) fn to_markdown(
    report: &Report,
    snapshot: &Snapshot,
    incident: Option<&str>,
) -> Result<String, BodyError> {
    let mut writer = Writer {
        text: String::new(),
        snapshot,
    };
    writer.write_head(report, incident);
    writer.write_counts(report);
    let review = report.reviews.first().filter(|_| incident.is_some());
    if let Some(review) = review {
        writer.write_promises(&review.promises);
        writer.write_statements(review)?;
        writer.write_timeline(&report.events);
        writer.write_notes(&report.events);
    }
    Ok(writer.text)
}

impl Writer<'_> {
    fn push_line(&mut self, line: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    fn format_time(&self, t: At) -> String {
        times::format_time(t, self.snapshot.clock.now, workspace_zone(self.snapshot))
    }

    fn write_head(&mut self, report: &Report, incident: Option<&str>) {
        match incident {
            Some(id) => self.push_line(&format!("# Review of {id}\n")),
            None => self.push_line("# How good our word was\n"),
        }
        let now = self.format_time(self.snapshot.clock.now);
        self.push_line(&format!(
            "As of {now} ({}).\n",
            workspace_zone(self.snapshot)
        ));
        for line in report.summary_lines() {
            self.push_line(&format!("- {}", escape_cell(&line)));
        }
    }

    fn write_counts(&mut self, report: &Report) {
        self.push_line("\n## Promises\n");
        self.push_line("| by | kind | owner | made | kept | late | broken | withdrawn | open | revised | told before | kept share (95 %) |");
        self.push_line("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (g, r) in &report.rows {
            let cells = [
                g.by.to_owned(),
                escape_cell(&g.kind),
                escape_cell(&g.owner),
                r.made.to_string(),
                r.kept.to_string(),
                r.kept_late.to_string(),
                r.broken.to_string(),
                r.withdrawn.to_string(),
                r.open.to_string(),
                r.revisions.to_string(),
                super::format_minutes(r.told_before_minutes),
                super::format_share(r),
            ];
            self.push_line(&format!("| {} |", cells.join(" | ")));
        }
    }

    fn write_promises(&mut self, promises: &[Span]) {
        self.push_line("\n| no | what | to be kept by | verdict |\n| --- | --- | --- | --- |");
        for p in promises {
            let dues: Vec<String> = p.dues.iter().map(|d| self.format_time(*d)).collect();
            let about = p.subject.as_ref().map(|s| format!(" ({s})"));
            self.push_line(&format!(
                "| {} | {}{} | {} | {}: {} |",
                p.number,
                escape_cell(&p.kind),
                escape_cell(&about.unwrap_or_default()),
                dues.join(" → "),
                p.standing.token(),
                escape_cell(&p.why)
            ));
        }
    }

    fn write_statements(&mut self, review: &Review) -> Result<(), BodyError> {
        self.push_line("\n## What we said when, and what was true\n");
        for said in &review.statements {
            self.write_statement(said)?;
            for stood in review.stood.iter().filter(|s| s.statement == said.number) {
                self.write_stale(stood);
            }
            self.push_line("");
        }
        Ok(())
    }

    fn write_statement(&mut self, said: &Said) -> Result<(), BodyError> {
        let (audience, at) = (escape_cell(&said.audience), self.format_time(said.at));
        self.push_line(&format!(
            "### Statement {} to {audience}, {at}\n",
            said.number
        ));
        if let Some(how) = &said.released {
            self.push_line(&format!("**It went out {}.**\n", escape_cell(how)));
        }
        let issued = self.snapshot.state.find_statement(said.number);
        let renditions = issued.map(|i| i.statement.all_renditions()).transpose()?;
        let widest = renditions.and_then(|all| widest_rendition(all, Lang::USUAL));
        for line in widest.map(|r| r.text.as_str()).unwrap_or_default().lines() {
            self.push_line(&format!("> {}", escape_cell(line)));
        }
        self.push_line("");
        Ok(())
    }

    fn write_stale(&mut self, stood: &Stood) {
        let it = stood.it.as_ref().map(|i| format!(" ({i})"));
        let until = match stood.until {
            Some(t) => format!("until {}", self.format_time(t)),
            None => "and still stands".to_owned(),
        };
        self.push_line(&format!(
            "- `{}`{} stopped being true at {} and stood for {} {until}",
            escape_cell(&stood.line),
            escape_cell(&it.unwrap_or_default()),
            self.format_time(stood.stopped_at),
            times::format_length(stood.minutes * 60)
        ));
    }

    fn write_timeline(&mut self, events: &[Event]) {
        self.push_line("## Timeline\n\n| when | who | what |\n| --- | --- | --- |");
        for e in events.iter().filter(|e| !is_note(e)) {
            let (at, what) = (
                self.format_time(e.at),
                escape_cell(&describe_entry(self.snapshot, &e.payload)),
            );
            self.push_line(&format!("| {at} | {} | {what} |", escape_cell(&e.by)));
        }
    }

    fn write_notes(&mut self, events: &[Event]) {
        self.push_line("\n## Notes\n");
        if !events.iter().any(is_note) {
            self.push_line("None.");
        }
        for e in events {
            if let EventPayload::Incident(IncidentEvent::NoteTaken { text }) = &e.payload {
                let at = self.format_time(e.at);
                self.push_line(&format!(
                    "- {at} {}: {}",
                    escape_cell(&e.by),
                    escape_cell(text)
                ));
            }
        }
    }
}

fn is_note(e: &Event) -> bool {
    matches!(
        e.payload,
        EventPayload::Incident(IncidentEvent::NoteTaken { .. })
    )
}

/// Text that cannot break a table or become markup.
fn escape_cell(text: &str) -> String {
    let mut out = String::new();
    for c in clean_text(text).chars() {
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
