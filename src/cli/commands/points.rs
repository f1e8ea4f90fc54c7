//! `saydo points`: what staff of one role may say now. It words no notice for customers.

use crate::cli::output::Output;
use crate::cli::session::{Session, Which, to_json};
use crate::cli::times;
use crate::cli::trouble::{Trouble, describe_missing};
use crate::desk::Journal;
use crate::desk::statement::review_issued::prepare_points;
use crate::domain::base::lang::Lang;
use crate::domain::speech::points::{ROLES, Sheet};
use crate::languages::Subject;
use crate::languages::phrases::Said;

/// Talking points: what staff of one role may say, must not say, and answer if asked
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which incidents
    #[command(flatten)]
    pub which: Which,
    /// call-centre, sales, field, social or management
    #[arg(long, default_value = "call-centre", value_parser = ROLES)]
    pub role: String,
}

/// Shows the sheet.
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
    let sheet = prepare_points(desk, &ids, &args.role)?;
    show_sheet(out, &sheet, session.lang);
    out.json = to_json(&sheet);
    Ok(0)
}

/// The heading of a section of a sheet.
fn section_heading(section: &str, lang: Lang) -> &'static str {
    let words = lang.shipped_words();
    words
        .find_word(Subject::Commands, &format!("points_{section}"))
        .unwrap_or_else(|| words.phrase_text(Said::PointsDifficult))
}

/// Writes a sheet.
pub fn show_sheet(out: &mut Output, sheet: &Sheet, lang: Lang) {
    let words = lang.shipped_words();
    let belongs = match sheet.statement {
        Some((n, minutes)) => {
            let age = times::format_length(minutes * 60);
            words.fill_phrase(Said::PointsOf, &[("n", &n), ("age", &age)])
        }
        None => words.phrase_text(Said::PointsUnsaid).to_owned(),
    };
    out.line(format!(
        "{}: {} ({belongs})",
        sheet.incidents.join(", "),
        sheet.role
    ));
    if !sheet.no_longer_true.is_empty() {
        let lines = sheet.no_longer_true.join(", ");
        out.item(
            "! ",
            &words.fill_phrase(Said::PointsGone, &[("lines", &lines)]),
        );
    }
    for (section, talks) in &sheet.sections {
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
                out.item("     ", &format!("({})", describe_missing(b, lang)));
            }
        }
    }
}
