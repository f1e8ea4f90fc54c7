//! Link states over time with statements and promises below, as text: the picture of the page for a terminal. It reads no
//! record.

use crate::cli::output::Output;
use crate::cli::session::workspace_zone;
use crate::cli::times;
use crate::desk::Snapshot;
use crate::domain::base::time::At;
use crate::domain::ledger::verdict::PromiseStatus;
use crate::domain::review::incident_review::{Review, Span};

/// The letter of a link state.
fn letter_of_state(state: &str) -> char {
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

fn letter_of_promise(standing: PromiseStatus) -> char {
    match standing {
        PromiseStatus::Kept => 'k',
        PromiseStatus::KeptLate => 'l',
        PromiseStatus::Broken | PromiseStatus::Overdue => 'X',
        PromiseStatus::Withdrawn => 'w',
        PromiseStatus::Open => 'o',
    }
}

/// How wide the labels and the rows are, and which time stands in which column.
struct Scale<'a> {
    review: &'a Review,
    label: usize,
    width: usize,
}

impl Scale<'_> {
    fn column_of(&self, t: At) -> usize {
        let total = (self.review.to - self.review.from).num_seconds().max(1);
        let part = (t - self.review.from).num_seconds().clamp(0, total);
        usize::try_from(part * (self.width as i64 - 1) / total).unwrap_or(0)
    }

    fn draw_row(&self, name: &str, cells: &[char]) -> String {
        let name: String = name.chars().take(self.label).collect();
        let cells: String = cells.iter().collect();
        format!("{name:<label$} |{cells}|", label = self.label)
    }

    fn due_cells(&self, promises: &[Span]) -> Vec<char> {
        let mut due = vec![' '; self.width];
        for p in promises {
            let mark = letter_of_promise(p.standing);
            let Some(last) = p.dues.last() else { continue };
            let place = &mut due[self.column_of(*last)];
            // The worst of those that fall on one place is shown.
            if *place == ' ' || mark == 'X' || (mark == 'l' && *place != 'X') {
                *place = mark;
            }
        }
        due
    }
}

pub(super) fn draw_chart(review: &Review, snapshot: &Snapshot, out: &mut Output) {
    let (now, z) = (snapshot.clock.now, workspace_zone(snapshot));
    let labels = review.tracks.iter().map(|t| t.id.chars().count());
    let label = labels.max().unwrap_or(0).clamp(9, 20);
    let scale = Scale {
        review,
        label,
        width: out.width.saturating_sub(label + 3).max(20),
    };
    out.line(format!(
        "{} {}: {} to {}{}",
        review.incident,
        review.playbook,
        times::format_time(review.from, now, z),
        times::format_time(review.to, now, z),
        if review.is_open { " (open)" } else { "" }
    ));
    for track in &review.tracks {
        let mut cells = vec![' '; scale.width];
        for bar in &track.bars {
            let letter = letter_of_state(&bar.state);
            cells[scale.column_of(bar.from)..=scale.column_of(bar.to)].fill(letter);
        }
        out.line(scale.draw_row(&track.id, &cells));
    }
    let mut said = vec![' '; scale.width];
    for s in &review.statements {
        said[scale.column_of(s.at)] = 'S';
    }
    out.line(scale.draw_row("said", &said));
    out.line(scale.draw_row("due", &scale.due_cells(&review.promises)));
    out.line("- up  ~ at risk  = degraded  % unstable  # down  P planned; S statement;");
    out.line("promises at their due time: k kept  l late  X missed  w withdrawn  o open");
}
