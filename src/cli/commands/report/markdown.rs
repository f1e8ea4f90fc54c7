//! A report as Markdown: sums, promises and, for one incident, the review afterwards. It works out nothing.

use std::fmt::Write as _;

use crate::cli::commands::report::Report;
use crate::cli::commands::show::widest;
use crate::cli::output::clean;
use crate::cli::session::zone;
use crate::cli::times;
use crate::desk::Snapshot;
use crate::desk::core::describe::describe_payload;
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
    writer.head(report, incident);
    writer.counts(report);
    let review = report.reviews.first().filter(|_| incident.is_some());
    if let Some(review) = review {
        writer.promises(&review.promises);
        writer.statements(review)?;
        writer.timeline(&report.events);
        writer.notes(&report.events);
    }
    Ok(writer.text)
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    fn at(&self, t: At) -> String {
        times::shown(t, self.snapshot.clock.now, zone(self.snapshot))
    }

    fn head(&mut self, report: &Report, incident: Option<&str>) {
        match incident {
            Some(id) => self.line(&format!("# Review of {id}\n")),
            None => self.line("# How good our word was\n"),
        }
        let now = self.at(self.snapshot.clock.now);
        self.line(&format!("As of {now} ({}).\n", zone(self.snapshot)));
        for line in report.summary_lines() {
            self.line(&format!("- {}", cell(&line)));
        }
    }

    fn counts(&mut self, report: &Report) {
        self.line("\n## Promises\n");
        self.line("| by | kind | owner | made | kept | late | broken | withdrawn | open | revised | told before | kept share (95 %) |");
        self.line("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
        for (g, r) in &report.rows {
            let cells = [
                g.by.to_owned(),
                cell(&g.kind),
                cell(&g.owner),
                r.made.to_string(),
                r.kept.to_string(),
                r.kept_late.to_string(),
                r.broken.to_string(),
                r.withdrawn.to_string(),
                r.open.to_string(),
                r.revisions.to_string(),
                super::minutes(r.told_before_minutes),
                super::share(r),
            ];
            self.line(&format!("| {} |", cells.join(" | ")));
        }
    }

    fn promises(&mut self, promises: &[Span]) {
        self.line("\n| no | what | to be kept by | verdict |\n| --- | --- | --- | --- |");
        for p in promises {
            let dues: Vec<String> = p.dues.iter().map(|d| self.at(*d)).collect();
            let about = p.subject.as_ref().map(|s| format!(" ({s})"));
            self.line(&format!(
                "| {} | {}{} | {} | {}: {} |",
                p.number,
                cell(&p.kind),
                cell(&about.unwrap_or_default()),
                dues.join(" → "),
                p.standing.token(),
                cell(&p.why)
            ));
        }
    }

    fn statements(&mut self, review: &Review) -> Result<(), BodyError> {
        self.line("\n## What we said when, and what was true\n");
        for said in &review.statements {
            self.statement(said)?;
            for stood in review.stood.iter().filter(|s| s.statement == said.number) {
                self.stood(stood);
            }
            self.line("");
        }
        Ok(())
    }

    fn statement(&mut self, said: &Said) -> Result<(), BodyError> {
        let (audience, at) = (cell(&said.audience), self.at(said.at));
        self.line(&format!(
            "### Statement {} to {audience}, {at}\n",
            said.number
        ));
        if let Some(how) = &said.released {
            self.line(&format!("**It went out {}.**\n", cell(how)));
        }
        let issued = self.snapshot.state.find_statement(said.number);
        let renditions = issued.map(|i| i.statement.all_renditions()).transpose()?;
        let widest = renditions.and_then(|all| widest(all, Lang::USUAL));
        for line in widest.map(|r| r.text.as_str()).unwrap_or_default().lines() {
            self.line(&format!("> {}", cell(line)));
        }
        self.line("");
        Ok(())
    }

    fn stood(&mut self, stood: &Stood) {
        let it = stood.it.as_ref().map(|i| format!(" ({i})"));
        let until = match stood.until {
            Some(t) => format!("until {}", self.at(t)),
            None => "and still stands".to_owned(),
        };
        self.line(&format!(
            "- `{}`{} stopped being true at {} and stood for {} {until}",
            cell(&stood.line),
            cell(&it.unwrap_or_default()),
            self.at(stood.stopped_at),
            times::length(stood.minutes * 60)
        ));
    }

    fn timeline(&mut self, events: &[Event]) {
        self.line("## Timeline\n\n| when | who | what |\n| --- | --- | --- |");
        for e in events.iter().filter(|e| !is_note(e)) {
            let (at, what) = (self.at(e.at), cell(&describe_payload(&e.payload)));
            self.line(&format!("| {at} | {} | {what} |", cell(&e.by)));
        }
    }

    fn notes(&mut self, events: &[Event]) {
        self.line("\n## Notes\n");
        if !events.iter().any(is_note) {
            self.line("None.");
        }
        for e in events {
            if let EventPayload::Incident(IncidentEvent::NoteTaken { text }) = &e.payload {
                let at = self.at(e.at);
                self.line(&format!("- {at} {}: {}", cell(&e.by), cell(text)));
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
fn cell(text: &str) -> String {
    let mut out = String::new();
    for c in clean(text).chars() {
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
