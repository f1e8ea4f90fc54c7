//! The positions in the drawing of an incident over time. The SVG itself is not written here but in the template.

use serde::Serialize;

use crate::domain::base::lang::Texts;
use crate::domain::base::time::At;
use crate::render::site::view::{Incident, Part, Promised};

/// The left end of the bars, in units of the drawing.
const LEFT: i64 = 190;
/// The length of the time axis.
const LENGTH: i64 = 520;
/// The height of a row.
const ROW: i64 = 24;

/// The most links that are drawn. The page tells the others in words.
const LANES: usize = 12;

/// A stretch of time in which a link had one state.
#[derive(Debug, Clone, Serialize)]
pub struct Bar {
    x: i64,
    width: i64,
    state: String,
}

/// The row of one link.
#[derive(Debug, Clone, Serialize)]
pub struct Lane {
    names: Texts,
    y: i64,
    bars: Vec<Bar>,
}

/// The mark of a promised time.
#[derive(Debug, Clone, Serialize)]
pub struct DueMark {
    x: i64,
    kind: &'static str,
}

/// A time that is printed below the drawing.
#[derive(Debug, Clone, Serialize)]
pub struct Tick {
    x: i64,
    at: At,
    anchor: &'static str,
}

/// The drawing of one incident.
#[derive(Debug, Clone, Serialize)]
pub struct TimelineSvg {
    height: i64,
    lanes: Vec<Lane>,
    said_y: i64,
    said: Vec<i64>,
    due_y: i64,
    dues: Vec<DueMark>,
    ticks: Vec<Tick>,
}

/// The time that a drawing shows, and where it is on the x axis.
#[derive(Clone, Copy)]
struct Span {
    from: At,
    to: At,
}

impl Span {
    /// From the beginning of an incident to its end or latest notice; none when that is no time at all, or no state is known.
    fn of_incident(incident: &Incident) -> Option<Span> {
        let bars = || incident.scope.iter().flat_map(|p| &p.bars);
        let from = bars().map(|b| b.0).chain([incident.began.at]).min()?;
        let to = bars()
            .map(|b| b.1)
            .chain([incident.closed.unwrap_or(incident.updated)])
            .max()?;
        let span = Span { from, to };
        (span.total_seconds() > 0 && bars().next().is_some()).then_some(span)
    }

    fn total_seconds(self) -> i64 {
        (self.to - self.from).num_seconds()
    }

    fn x_position(self, t: At) -> i64 {
        let total = self.total_seconds();
        LEFT + (t - self.from).num_seconds().clamp(0, total) * LENGTH / total
    }
}

impl TimelineSvg {
    /// Draws an incident; none when no time lies between its beginning and its end.
    pub fn draw_incident(incident: &Incident) -> Option<TimelineSvg> {
        let span = Span::of_incident(incident)?;
        let lanes = draw_lanes(incident, span);
        let said_y = 8 + ROW * lanes.len() as i64;
        let due_y = said_y + ROW;
        let dues = draw_dues(incident, span);
        let rows = if dues.is_empty() { due_y } else { due_y + ROW };
        Some(TimelineSvg {
            height: rows + 24,
            lanes,
            said_y,
            said: incident
                .notices
                .iter()
                .map(|n| span.x_position(n.at))
                .collect(),
            due_y,
            dues,
            ticks: draw_ticks(span),
        })
    }
}

/// A row of bars for each link, up to `LANES`.
fn draw_lanes(incident: &Incident, span: Span) -> Vec<Lane> {
    let shown = incident.scope.iter().filter(|p| !p.bars.is_empty());
    let lane = |(n, part): (usize, &Part)| Lane {
        names: part.names.clone(),
        y: 4 + ROW * n as i64,
        bars: part
            .bars
            .iter()
            .map(|(a, b, state)| Bar {
                x: span.x_position(*a),
                width: (span.x_position(*b) - span.x_position(*a)).max(1),
                state: state.clone(),
            })
            .collect(),
    };
    shown.take(LANES).enumerate().map(lane).collect()
}

/// The promised times inside the drawing. The page tells the others in words.
fn draw_dues(incident: &Incident, span: Span) -> Vec<DueMark> {
    let due = |p: &Promised| {
        let due = p.dues.last()?.at;
        (due >= span.from && due <= span.to).then(|| DueMark {
            x: span.x_position(due),
            kind: match p.standing.as_str() {
                "kept" => "kept",
                "overdue" | "broken" | "kept-late" => "bad",
                _ => "open",
            },
        })
    };
    incident.promises.iter().filter_map(due).collect()
}

/// The times at the start, the middle and the end.
fn draw_ticks(span: Span) -> Vec<Tick> {
    let tick = |(i, anchor): (i32, &'static str)| {
        let at = span.from + chrono::Duration::seconds(span.total_seconds() * i64::from(i) / 2);
        let x = span.x_position(at);
        Tick { x, at, anchor }
    };
    let anchors = [(0, "start"), (1, "middle"), (2, "end")];
    anchors.into_iter().map(tick).collect()
}
