//! An incident over time, as places in a drawing.

use serde::Serialize;

use crate::domain::base::lang::Texts;
use crate::domain::base::time::At;
use crate::render::site::Incident;

const LEFT: i64 = 190;
const LENGTH: i64 = 520;
const ROW: i64 = 24;

/// The most links that are drawn: more are told in words.
const LANES: usize = 12;

/// A bar.
#[derive(Debug, Clone, Serialize)]
pub struct Bar {
    x: i64,
    width: i64,
    state: String,
}

/// A row of bars.
#[derive(Debug, Clone, Serialize)]
pub struct Lane {
    names: Texts,
    y: i64,
    bars: Vec<Bar>,
}

/// A promised time.
#[derive(Debug, Clone, Serialize)]
pub struct Due {
    x: i64,
    kind: &'static str,
}

/// A time below the drawing.
#[derive(Debug, Clone, Serialize)]
pub struct Tick {
    x: i64,
    at: At,
    anchor: &'static str,
}

/// A drawing.
#[derive(Debug, Clone, Serialize)]
pub struct Picture {
    height: i64,
    lanes: Vec<Lane>,
    said_y: i64,
    said: Vec<i64>,
    due_y: i64,
    dues: Vec<Due>,
    ticks: Vec<Tick>,
}

impl Picture {
    /// Draws an incident; none when nothing lies between its beginning and its end.
    pub fn of(incident: &Incident) -> Option<Picture> {
        let bars = || incident.scope.iter().flat_map(|p| &p.bars);
        let from = bars().map(|b| b.0).chain([incident.began]).min()?;
        let to = bars()
            .map(|b| b.1)
            .chain([incident.closed.unwrap_or(incident.updated)])
            .max()?;
        let total = (to - from).num_seconds();
        if total <= 0 || bars().next().is_none() {
            return None;
        }
        let x = |t: At| LEFT + (t - from).num_seconds().clamp(0, total) * LENGTH / total;
        let mut lanes = Vec::new();
        for part in incident
            .scope
            .iter()
            .filter(|p| !p.bars.is_empty())
            .take(LANES)
        {
            lanes.push(Lane {
                names: part.names.clone(),
                y: 4 + ROW * lanes.len() as i64,
                bars: part
                    .bars
                    .iter()
                    .map(|(a, b, state)| Bar {
                        x: x(*a),
                        width: (x(*b) - x(*a)).max(1),
                        state: state.clone(),
                    })
                    .collect(),
            });
        }
        let said_y = 8 + ROW * lanes.len() as i64;
        let due_y = said_y + ROW;
        let dues: Vec<Due> = incident
            .promises
            .iter()
            .filter_map(|p| {
                let due = *p.dues.last()?;
                // What lies beyond the drawing is told in words.
                (due >= from && due <= to).then(|| Due {
                    x: x(due),
                    kind: match p.standing.as_str() {
                        "kept" => "kept",
                        "overdue" | "broken" | "kept-late" => "bad",
                        _ => "open",
                    },
                })
            })
            .collect();
        let rows = if dues.is_empty() { due_y } else { due_y + ROW };
        Some(Picture {
            height: rows + 24,
            lanes,
            said_y,
            said: incident.notices.iter().map(|n| x(n.at)).collect(),
            due_y,
            dues,
            ticks: (0..=2)
                .map(|i| {
                    let at = from + chrono::Duration::seconds(total * i / 2);
                    Tick {
                        x: x(at),
                        at,
                        anchor: ["start", "middle", "end"][usize::try_from(i).unwrap_or(0)],
                    }
                })
                .collect(),
        })
    }
}
