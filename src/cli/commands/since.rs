//! `saydo since`: what the record has taken in since a time, by what it is about. It records nothing and judges nothing.

use serde_json::{Value as Json, json};

use crate::cli::entry_line::describe_entry;
use crate::cli::output::Output;
use crate::cli::session::{Session, to_json, workspace_zone};
use crate::cli::times::{self, Toward};
use crate::cli::trouble::Trouble;
use crate::desk::Journal;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::time::{At, Period};
use crate::domain::record::delivery_event::DeliveryEvent;
use crate::domain::record::incident_event::IncidentEvent;
use crate::domain::record::payload::EventPayload;
use crate::domain::record::record_event::RecordEvent;

/// What changed, what we said and promised, who was told, since a time
#[derive(Debug, clap::Args)]
pub struct Args {
    /// From when on: 22:00, "11/9 22:00", 8h (that long ago)
    #[arg(value_name = "TIME", default_value = "8h")]
    pub from: String,
    /// Only of this incident
    #[arg(long, value_name = "ID")]
    pub incident: Option<String>,
}

/// What an entry is about, in the order in which they are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Topic {
    Changed,
    Said,
    Promised,
    Sent,
    Noted,
    House,
}

impl Topic {
    const ALL: [Topic; 6] = [
        Topic::Changed,
        Topic::Said,
        Topic::Promised,
        Topic::Sent,
        Topic::Noted,
        Topic::House,
    ];

    /// The topic of an entry; none for what only the program needs.
    fn of(payload: &EventPayload) -> Option<Topic> {
        Some(match payload {
            EventPayload::Incident(IncidentEvent::NoteTaken { .. }) => Topic::Noted,
            EventPayload::Link(_) | EventPayload::Incident(_) => Topic::Changed,
            EventPayload::Statement(_) => Topic::Said,
            EventPayload::Promise(_) | EventPayload::Stock(_) => Topic::Promised,
            EventPayload::Delivery(DeliveryEvent::DeliveryClaimed { .. })
            | EventPayload::Record(
                RecordEvent::Reminded { .. } | RecordEvent::HeadWitnessed { .. },
            ) => return None,
            EventPayload::Delivery(_) => Topic::Sent,
            EventPayload::Team(_) | EventPayload::Record(_) => Topic::House,
        })
    }

    fn title(self) -> &'static str {
        match self {
            Topic::Changed => "WHAT HAPPENED",
            Topic::Said => "WHAT WE SAID",
            Topic::Promised => "WHAT WE PROMISED",
            Topic::Sent => "WHAT LEFT",
            Topic::Noted => "NOTES",
            Topic::House => "THE HOUSE",
        }
    }

    /// Its name in JSON.
    fn token(self) -> &'static str {
        match self {
            Topic::Changed => "happened",
            Topic::Said => "said",
            Topic::Promised => "promised",
            Topic::Sent => "sent",
            Topic::Noted => "noted",
            Topic::House => "house",
        }
    }
}

/// Shows the entries since then.
///
/// # Errors
/// When the time cannot be read, lies ahead, or the incident does not exist.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    let from = match args.from.parse::<Period>() {
        Ok(ago) => now - ago.to_duration(),
        Err(_) => times::parse_time(&args.from, Toward::Past, now, zone)
            .map_err(|e| Trouble::usage(e.to_string(), "saydo since 22:00"))?,
    };
    if from > now {
        return Err(Trouble::usage(
            format!("{} lies ahead", times::format_time(from, now, zone)),
            "saydo since 22:00",
        ));
    }
    let only = args.incident.as_deref();
    let only = only
        .map(|i| session.find_incident(desk, Some(i)))
        .transpose()?;
    let found = find_entries(desk, from, only.as_ref())?;
    out.line(format!(
        "Since {} ({} ago)",
        times::format_time(from, now, zone),
        times::format_length((now - from).num_seconds())
    ));
    for topic in Topic::ALL {
        let mut of_it = found.iter().filter(|(t, ..)| *t == topic).peekable();
        if of_it.peek().is_none() {
            continue;
        }
        out.line("");
        out.line(topic.title());
        for (_, mark, what, _) in of_it {
            out.item(mark, what);
        }
    }
    if found.is_empty() {
        out.line("Nothing.");
    }
    let entries: Vec<_> = found.into_iter().map(|(.., entry)| entry).collect();
    out.json = json!({ "from": to_json(&from), "now": to_json(&now), "entries": entries });
    Ok(0)
}

/// An entry as it is shown: what it is about, who wrote it and when, what it says; and the same for programs.
type Shown = (Topic, String, String, Json);

fn find_entries(
    desk: &Journal,
    from: At,
    only: Option<&IncidentId>,
) -> Result<Vec<Shown>, Trouble> {
    let (now, zone) = (desk.clock.now, workspace_zone(desk));
    let mut found: Vec<Shown> = Vec::new();
    for e in desk.believed_events()? {
        let is_wanted = e.at >= from && (only.is_none() || e.incident.as_ref() == only);
        let Some(topic) = Topic::of(&e.payload).filter(|_| is_wanted) else {
            continue;
        };
        let taken = desk.state.retracted.get(&e.seq);
        let taken = taken.map(|r| format!(" [taken back by #{}]", r.by));
        let what = describe_entry(desk, &e.payload) + &taken.unwrap_or_default();
        let about = e.incident.as_ref().filter(|_| only.is_none());
        let about = about.map(|i| format!(" {i}")).unwrap_or_default();
        let mark = format!(
            "  {} {}{about}: ",
            times::format_time(e.at, now, zone),
            e.by
        );
        let entry = json!({ "event": e.seq, "at": to_json(&e.at), "by": e.by, "incident": e.incident, "topic": topic.token(), "what": what });
        found.push((topic, mark, what, entry));
    }
    Ok(found)
}
