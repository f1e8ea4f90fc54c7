//! The report of incidents as one self-contained page with drawings. The template escapes every value. Computes no figures.

use chrono_tz::Tz;
use minijinja::{Environment, context};
use serde::Serialize;

use crate::domain::base::time::At;
use crate::domain::ledger::verdict::PromiseStatus;
use crate::domain::review::incident_review::Review;
use crate::render::page_error::PageError;

/// A row of the table of promises.
#[derive(Debug, Clone, Serialize)]
pub struct CountRow {
    /// Whose promises: the one who made them.
    pub by: String,
    /// The kind of promise.
    pub kind: String,
    /// The role that keeps it.
    pub owner: String,
    /// Made, kept, late, broken, withdrawn, open, revised.
    pub counts: [u32; 7],
    /// The kept share with its interval.
    pub share: String,
}

/// The data of the page.
#[derive(Debug, Clone, Serialize)]
pub struct Page {
    pub title: String,
    /// The moment that the figures are for, in words.
    pub as_of: String,
    /// The totals in sentences.
    pub summary: Vec<String>,
    pub rows: Vec<CountRow>,
    /// A drawing of each incident.
    pub pictures: Vec<IncidentChart>,
    /// Entries of the record: when, who, what.
    pub timeline: Vec<(String, String, String)>,
}

/// A stretch of time in which a link had one state.
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

/// The row of one link.
#[derive(Debug, Clone, Serialize)]
pub struct Lane {
    name: String,
    y: i64,
    stretches: Vec<Stretch>,
}

/// The drawing of one incident. Lengths are in units of the drawing.
#[derive(Debug, Clone, Serialize)]
pub struct IncidentChart {
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

/// Where moments of an incident are on the x axis, and how they are written.
struct Axis<'a> {
    review: &'a Review,
    zone: Tz,
}

impl Axis<'_> {
    fn total_seconds(&self) -> i64 {
        let review = self.review;
        (review.to - review.from).num_seconds().max(1)
    }

    fn x_position(&self, t: At) -> i64 {
        let total = self.total_seconds();
        LEFT + (t - self.review.from).num_seconds().clamp(0, total) * LENGTH / total
    }

    fn format_moment(&self, t: At) -> String {
        t.with_timezone(&self.zone)
            .format("%d/%m/%Y %H:%M")
            .to_string()
    }

    /// A row of bars for each link.
    fn draw_lanes(&self) -> Vec<Lane> {
        let tracks = self.review.tracks.iter().enumerate();
        tracks
            .map(|(i, track)| Lane {
                name: track.id.clone(),
                y: 10 + i as i64 * ROW,
                stretches: track
                    .bars
                    .iter()
                    .map(|b| Stretch {
                        x: self.x_position(b.from),
                        width: (self.x_position(b.to) - self.x_position(b.from)).max(1),
                        state: b.state.clone(),
                        words: format!(
                            "{}: {}, {} to {}",
                            track.id,
                            b.state,
                            self.format_moment(b.from),
                            self.format_moment(b.to)
                        ),
                    })
                    .collect(),
            })
            .collect()
    }

    fn mark_statements(&self, y: i64) -> impl Iterator<Item = Mark> {
        let statements = self.review.statements.iter();
        statements.map(move |s| Mark {
            x: self.x_position(s.at),
            y,
            kind: "said",
            words: format!(
                "statement {} to {}, {}",
                s.number,
                s.audience,
                self.format_moment(s.at)
            ),
        })
    }

    /// A mark for the due time of each promise.
    fn mark_promises(&self, y: i64) -> impl Iterator<Item = Mark> {
        self.review.promises.iter().filter_map(move |p| {
            let due = p.dues.last()?;
            let about = p
                .subject
                .as_ref()
                .map(|s| format!(" ({s})"))
                .unwrap_or_default();
            Some(Mark {
                x: self.x_position(*due),
                y,
                kind: match p.standing {
                    PromiseStatus::Kept => "kept",
                    PromiseStatus::KeptLate => "late",
                    PromiseStatus::Broken | PromiseStatus::Overdue => "missed",
                    PromiseStatus::Withdrawn => "withdrawn",
                    PromiseStatus::Open => "open",
                },
                words: format!(
                    "promise {}: {}{about}, due {}: {}",
                    p.number,
                    p.kind,
                    self.format_moment(*due),
                    p.standing.token()
                ),
            })
        })
    }

    /// Five times along the axis.
    fn draw_ticks(&self) -> Vec<(i64, String)> {
        let tick = |i: i64| {
            let t = self.review.from + chrono::Duration::seconds(self.total_seconds() * i / 4);
            let there = t.with_timezone(&self.zone);
            (self.x_position(t), there.format("%d/%m %H:%M").to_string())
        };
        (0..=4).map(tick).collect()
    }

    /// The lines that customers could still read after they had stopped being true.
    fn list_outlived_lines(&self) -> Vec<String> {
        let stood = self.review.stood.iter();
        stood
            .map(|s| {
                let it = s.it.as_ref().map(|i| format!(" ({i})")).unwrap_or_default();
                format!(
                    "statement {}, {}{it}: not true from {}, stood for {} min",
                    s.statement,
                    s.line,
                    self.format_moment(s.stopped_at),
                    s.minutes
                )
            })
            .collect()
    }
}

impl IncidentChart {
    /// Draws an incident, with times in this zone.
    pub fn draw_incident(review: &Review, zone: Tz) -> IncidentChart {
        let axis = Axis { review, zone };
        let lanes = axis.draw_lanes();
        let said_y = 20 + lanes.len() as i64 * ROW;
        let promised_y = said_y + ROW + 6;
        IncidentChart {
            title: format!("{} ({})", review.incident, review.playbook),
            height: promised_y + ROW + 24,
            lanes,
            said_y,
            promised_y,
            marks: axis
                .mark_statements(said_y)
                .chain(axis.mark_promises(promised_y))
                .collect(),
            ticks: axis.draw_ticks(),
            stood: axis.list_outlived_lines(),
        }
    }
}

/// Renders the page as HTML.
///
/// # Errors
/// When the template does not take it, which a test rules out.
pub fn render_report(page: &Page) -> Result<String, PageError> {
    let mut env = Environment::new();
    env.add_template("report.html", include_str!("report.html"))?;
    let template = env.get_template("report.html")?;
    let page = minijinja::value::Value::from(minijinja::value::Serde(page));
    Ok(template.render(context! { page => page })?)
}
