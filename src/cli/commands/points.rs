//! `saydo talking-points`: what staff of one role may say now. It words no notice for customers.

use crate::cli::output::Output;
use crate::cli::session::{Session, Which, to_json, workspace_zone};
use crate::cli::times;
use crate::cli::trouble::Trouble;
use crate::desk::statement::review_issued::{prepare_points, roles_with_points};
use crate::desk::{Journal, Snapshot};
use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::Lang;
use crate::domain::base::suggest::suggest_nearest;
use crate::domain::speech::points::{RolePoints, Sheet, Talk};
use crate::domain::speech::situation::Situation;
use crate::languages::Subject;
use crate::languages::phrases::Said;

/// Talking points: what staff of one role may say, must not say, and answer if asked
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    pub which: Which,
    /// call-centre, sales, field, social or management, or a role that a playbook has points for
    #[arg(long, default_value = "call-centre")]
    pub role: String,
}

/// Shows the sheets.
///
/// # Errors
/// When the incident does not exist.
pub fn run(
    args: &Args,
    session: &mut Session,
    desk: &mut Journal,
    out: &mut Output,
) -> Result<u8, Trouble> {
    let ids = session.find_incidents(desk, &args.which)?;
    desk.read_closed_of(&ids)?;
    check_role(desk, &ids, &args.role)?;
    let points = prepare_points(desk, &ids, &args.role)?;
    show_points(out, &points, desk, session.lang);
    out.json = to_json(&points);
    Ok(0)
}

/// Refuses a role that nothing is written for.
///
/// # Errors
/// When there is none of that name, with the nearest.
pub fn check_role(desk: &Snapshot, ids: &[IncidentId], role: &str) -> Result<(), Trouble> {
    let known = roles_with_points(desk, ids)?;
    if known.contains(role) {
        return Ok(());
    }
    let near = suggest_nearest(role, known.iter().map(String::as_str));
    let all: Vec<&str> = known.iter().map(String::as_str).collect();
    Err(Trouble::usage(
        format!("there is no role \"{role}\"{near}"),
        format!("known: {}", all.join(", ")),
    ))
}

/// The heading of a section of a sheet.
fn section_heading(section: &str, lang: Lang) -> &'static str {
    let words = lang.shipped_words();
    words
        .find_word(Subject::Commands, &format!("points_{section}"))
        .unwrap_or_else(|| words.phrase_text(Said::PointsDifficult))
}

/// Writes the sheets of all incidents, and at the end what is the same for all.
pub fn show_points(out: &mut Output, points: &RolePoints, desk: &Snapshot, lang: Lang) {
    for (n, sheet) in points.sheets.iter().enumerate() {
        if n > 0 {
            out.line("");
        }
        show_sheet(out, sheet, &points.role, desk, lang);
    }
    if !points.common.is_empty() {
        out.line("");
        out.line(lang.shipped_words().phrase_text(Said::PointsCommon));
        show_sections(out, &points.common, lang);
    }
}

fn show_sheet(out: &mut Output, sheet: &Sheet, role: &str, desk: &Snapshot, lang: Lang) {
    let words = lang.shipped_words();
    let belongs = match sheet.statement {
        Some((n, minutes)) => {
            let age = times::format_length(minutes * 60);
            words.fill_phrase(Said::PointsOf, &[("n", &n), ("age", &age)])
        }
        None => words.phrase_text(Said::PointsUnsaid).to_owned(),
    };
    let title = sheet.situation.title.get_or_any(lang);
    let severity = sheet.situation.severity.iter();
    let severity: String = severity.map(|s| format!(", {s}")).collect();
    out.line(format!(
        "{}{severity}: {title}. {role} ({belongs})",
        sheet.incident
    ));
    show_situation(out, &sheet.situation, desk, lang);
    if !sheet.no_longer_true.is_empty() {
        let lines = sheet.no_longer_true.join(", ");
        out.item(
            "! ",
            &words.fill_phrase(Said::PointsGone, &[("lines", &lines)]),
        );
    }
    show_sections(out, &sheet.sections, lang);
}

/// What is so now, and when customers hear more.
fn show_situation(out: &mut Output, situation: &Situation, desk: &Snapshot, lang: Lang) {
    let (words, zone) = (lang.shipped_words(), workspace_zone(desk));
    let now = desk.clock.now;
    out.line("");
    out.line(words.phrase_text(Said::PointsNow));
    for trouble in &situation.now {
        let key = format!("state_{}", trouble.state);
        let state = words.find_word(Subject::Page, &key).unwrap_or_default();
        let name = trouble.names.get_or_any(lang);
        let since = trouble.since.map_or_else(String::new, |since| {
            let time = times::format_time(since.at, now, zone);
            let phrase = match since.about {
                true => Said::PointsSinceAbout,
                false => Said::PointsSince,
            };
            format!(", {}", words.fill_phrase(phrase, &[("at", &time)]))
        });
        out.item("  - ", &format!("{name}: {}{since}", state.to_lowercase()));
    }
    if situation.now.is_empty() {
        out.item("  - ", words.phrase_text(Said::PointsNothingNow));
    }
    let next = match situation.next_update {
        Some(at) if at < now => {
            let time = times::format_time(at, now, zone);
            words.fill_phrase(Said::PointsNextLate, &[("at", &time)])
        }
        Some(at) => {
            let time = times::format_time(at, now, zone);
            words.fill_phrase(Said::PointsNext, &[("at", &time)])
        }
        None => words.phrase_text(Said::PointsNoNext).to_owned(),
    };
    out.item("  - ", &next);
}

fn show_sections(out: &mut Output, sections: &[(String, Vec<Talk>)], lang: Lang) {
    for (section, talks) in sections {
        if talks.is_empty() {
            continue;
        }
        out.line("");
        out.line(section_heading(section, lang));
        for t in talks {
            let mark = format!("{:>3}. ", t.number);
            if t.question.is_empty() {
                out.item(&mark, t.say.get_or_any(lang));
            } else {
                out.item(&mark, t.question.get_or_any(lang));
                out.item("     → ", t.say.get_or_any(lang));
            }
            for b in &t.because {
                // An agent records nothing: the command that would is for others.
                out.item("     ", &format!("({})", b.what.get_or_any(lang)));
            }
        }
    }
}
