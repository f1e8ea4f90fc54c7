//! The report as one self-contained page with a picture. The template escapes everything that comes in.

use chrono_tz::Tz;
use minijinja::{Environment, context};
use serde::Serialize;

use crate::domain::base::time::At;
use crate::domain::ledger::verdict::Standing;
use crate::domain::review::incident_review::Review;

/// A row of the table.
#[derive(Debug, Clone, Serialize)]
pub struct CountRow {
    /// Whose promises.
    pub by: String,
    /// The kind.
    pub kind: String,
    /// The role that keeps it.
    pub owner: String,
    /// Made, kept, late, broken, withdrawn, open, revised.
    pub counts: [u32; 7],
    /// The kept share with its interval.
    pub share: String,
}

/// What a page shows.
#[derive(Debug, Clone, Serialize)]
pub struct Page {
    /// Its title.
    pub title: String,
    /// The moment of which it speaks.
    pub as_of: String,
    /// The sums in words.
    pub summary: Vec<String>,
    /// The table.
    pub rows: Vec<CountRow>,
    /// A picture for each incident.
    pub pictures: Vec<Picture>,
    /// When, who, what.
    pub timeline: Vec<(String, String, String)>,
}

/// A stretch of a bar.
#[derive(Debug, Clone, Serialize)]
pub struct Stretch {
    x: i64,
    width: i64,
    state: String,
    words: String,
}

/// A mark on the time line.
#[derive(Debug, Clone, Serialize)]
pub struct Mark {
    x: i64,
    y: i64,
    kind: &'static str,
    words: String,
}

/// A row of bars.
#[derive(Debug, Clone, Serialize)]
pub struct Lane {
    name: String,
    y: i64,
    stretches: Vec<Stretch>,
}

/// An incident as a picture: places in units of the drawing.
#[derive(Debug, Clone, Serialize)]
pub struct Picture {
    title: String,
    height: i64,
    lanes: Vec<Lane>,
    said_y: i64,
    promised_y: i64,
    marks: Vec<Mark>,
    ticks: Vec<(i64, String)>,
    stood: Vec<String>,
}

/// The left end of the bars, and their length, in units of the drawing.
const LEFT: i64 = 150;
const LENGTH: i64 = 800;
const ROW: i64 = 26;

impl Picture {
    /// Draws an incident.
    pub fn of(review: &Review, zone: Tz) -> Picture {
        let total = (review.to - review.from).num_seconds().max(1);
        let x = |t: At| LEFT + (t - review.from).num_seconds().clamp(0, total) * LENGTH / total;
        let at = |t: At| t.with_timezone(&zone).format("%d/%m/%Y %H:%M").to_string();
        let lanes: Vec<Lane> = review
            .tracks
            .iter()
            .enumerate()
            .map(|(i, track)| Lane {
                name: track.id.clone(),
                y: 10 + i as i64 * ROW,
                stretches: track
                    .bars
                    .iter()
                    .map(|b| Stretch {
                        x: x(b.from),
                        width: (x(b.to) - x(b.from)).max(1),
                        state: b.state.clone(),
                        words: format!("{}: {}, {} to {}", track.id, b.state, at(b.from), at(b.to)),
                    })
                    .collect(),
            })
            .collect();
        let said_y = 20 + lanes.len() as i64 * ROW;
        let promised_y = said_y + ROW + 6;
        let mut marks: Vec<Mark> = review
            .statements
            .iter()
            .map(|s| Mark {
                x: x(s.at),
                y: said_y,
                kind: "said",
                words: format!("statement {} to {}, {}", s.number, s.audience, at(s.at)),
            })
            .collect();
        marks.extend(review.promises.iter().filter_map(|p| {
            let due = p.dues.last()?;
            let about = p
                .subject
                .as_ref()
                .map(|s| format!(" ({s})"))
                .unwrap_or_default();
            Some(Mark {
                x: x(*due),
                y: promised_y,
                kind: match p.standing {
                    Standing::Kept => "kept",
                    Standing::KeptLate => "late",
                    Standing::Broken | Standing::Overdue => "missed",
                    Standing::Withdrawn => "withdrawn",
                    Standing::Open => "open",
                },
                words: format!(
                    "promise {}: {}{about}, due {}: {}",
                    p.number,
                    p.kind,
                    at(*due),
                    p.standing.token()
                ),
            })
        }));
        let ticks = (0..=4)
            .map(|i| {
                let t = review.from + chrono::Duration::seconds(total * i / 4);
                (
                    x(t),
                    t.with_timezone(&zone).format("%d/%m %H:%M").to_string(),
                )
            })
            .collect();
        let stood = review
            .stood
            .iter()
            .map(|s| {
                let it = s.it.as_ref().map(|i| format!(" ({i})")).unwrap_or_default();
                format!(
                    "statement {}, {}{it}: not true from {}, stood for {} min",
                    s.statement,
                    s.line,
                    at(s.stopped_at),
                    s.minutes
                )
            })
            .collect();
        Picture {
            title: format!("{} ({})", review.incident, review.playbook),
            height: promised_y + ROW + 24,
            lanes,
            said_y,
            promised_y,
            marks,
            ticks,
            stood,
        }
    }
}

/// The page.
///
/// # Errors
/// When the template does not take it, which a test rules out.
pub fn html(page: &Page) -> Result<String, String> {
    let mut env = Environment::new();
    env.add_template("report.html", include_str!("report.html"))
        .map_err(|e| e.to_string())?;
    let template = env.get_template("report.html").map_err(|e| e.to_string())?;
    template
        .render(context! { page => minijinja::value::Value::from(minijinja::value::Serde(page)) })
        .map_err(|e| format!("{e:#}"))
}
