//! `saydo demo`: plays the shipped example on a record in memory. It touches no workspace.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use crate::cli::commands::show;
use crate::cli::output::{Output, fold_line};
use crate::cli::scenario::stage::{Origin, Ran, Stage};
use crate::cli::session::{Session, to_json};
use crate::cli::trouble::{REFUSED, Trouble};
use crate::desk::core::shipped::EXAMPLES;
use crate::desk::core::workspace_files::Source;
use crate::desk::statement::draft::draft_statement;
use crate::desk::statement::review_issued::prepare_points;
use crate::desk::{Journal, Snapshot};
use crate::domain::base::lang::Lang;
use crate::domain::config::line::Element;
use crate::domain::network::health::Condition;
use crate::domain::speech::draft::{Draft, Withheld};
use crate::languages::phrases::Said;

/// Show the main job on the shipped example, in a temporary record: no set-up, no workspace, no network
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only this step, counted from 1
    #[arg(long, value_name = "N")]
    pub step: Option<usize>,
    /// The name of the shipped example
    #[arg(long, default_value = "two-of-four-cables")]
    pub example: String,
}

/// The most lines that one step takes.
const MAX_LINES: usize = 40;

/// What stood after the step before.
#[derive(Default)]
struct Before {
    links: BTreeMap<String, String>,
    told: Vec<String>,
    staff: Vec<String>,
    not_yet: Vec<(String, String, String)>,
    events: u64,
}

/// Plays the example.
///
/// # Errors
/// When there is no such example or step.
pub fn run(args: &Args, session: &mut Session, out: &mut Output) -> Result<u8, Trouble> {
    let (mut stage, source) = set_stage(&args.example, session)?;
    let steps = stage.scenario.steps.len();
    if let Some(n) = args.step.filter(|n| *n == 0 || *n > steps) {
        return Err(Trouble::usage(
            format!("there is no step {n}"),
            format!("the example has steps 1 to {steps}"),
        ));
    }
    let lang = session.lang;
    out.width = 80;
    let mut before = Before::default();
    let mut all = Vec::new();
    let mut failures = 0;
    if args.step.is_none() {
        out.line(stage.scenario.title.get_or_any(lang));
        out.paragraph("", stage.scenario.about.get_or_any(lang));
    }
    for i in 0..args.step.unwrap_or(steps) {
        let stepped = stage.play_step(i, &source)?;
        failures += stepped.failures.len();
        let title = stage.scenario.steps[i].title.get_or_any(lang).to_owned();
        let at = stepped
            .at
            .with_timezone(&stage.zone())
            .format("%d/%m %H:%M")
            .to_string();
        let mut shown = Output::new();
        shown.width = 80;
        let value = stage
            .with_journal(|desk, _| show_step(&mut shown, desk, &mut before, &stepped.ran, lang))?;
        if args.step.is_none_or(|n| n == i + 1) {
            out.line("");
            out.line(format!("━━ {}/{steps} ━━ {at} ━━ {title}", i + 1));
            let lines: Vec<&str> = shown.text.lines().collect();
            for line in lines.iter().take(MAX_LINES - 2) {
                out.line(line);
            }
            all.push(json!({ "step": i + 1, "at": to_json(&stepped.at), "title": title, "ran": stepped.ran, "view": value }));
        }
        for failure in &stepped.failures {
            out.item("! ", failure);
        }
    }
    if args.step.is_none() {
        out.line("");
        out.paragraph("", lang.shipped_words().phrase_text(Said::DemoTry));
    }
    out.json = json!({ "scenario": stage.scenario.scenario, "lang": lang, "steps": all });
    Ok(if failures == 0 { 0 } else { REFUSED })
}

fn set_stage(name: &str, session: &Session) -> Result<(Stage, Source), Trouble> {
    let path = format!("{name}/scenario.yaml");
    let Some(example) = EXAMPLES.iter().find(|e| e.path == path) else {
        let paths = EXAMPLES.iter().map(|e| e.path);
        let known: Vec<&str> = paths
            .filter_map(|p| p.strip_suffix("/scenario.yaml"))
            .collect();
        return Err(Trouble::usage(
            format!("there is no example \"{name}\""),
            format!("known: {}", known.join(", ")),
        ));
    };
    Stage::set_up(
        &Origin::Shipped(example.path),
        session.machine,
        session.lang,
    )
}

/// One step: what came in, the links, what may be told, what staff may say, what not yet. Changes only.
fn show_step(
    out: &mut Output,
    desk: &mut Journal,
    before: &mut Before,
    ran: &[Ran],
    lang: Lang,
) -> Result<Json, Trouble> {
    show_commands(out, ran, lang);
    let links = show_links(out, desk, before, lang)?;
    let incident = incident_touched(desk, before)?;
    before.events = desk.head().seq;
    let Some(id) = incident else {
        return Ok(json!({ "links": links }));
    };
    desk.read_closed(&id)?;
    let looked = draft_statement(desk, &id, desk.default_audience(), Default::default())?;
    let told = sentences_told(&looked.draft, lang);
    let head = lang.shipped_words().phrase_text(Said::DemoTold);
    let numbered = if desk.state.open_incidents().count() > 1 {
        format!("{head} {id}")
    } else {
        head.to_owned()
    };
    show_section(out, &numbered, &told, &before.told);
    let staff = staff_points(desk, &id, lang)?;
    let head = lang.shipped_words().phrase_text(Said::DemoStaff);
    show_section(out, head, &staff, &before.staff);
    let not_yet = not_yet(&looked.draft.withheld, lang);
    show_not_yet(out, &looked.draft, &not_yet, before, lang);
    let value = json!({
        "incident": id, "links": links, "told": told, "staff": staff,
        "not_yet": not_yet.iter().map(|(_, w, y)| json!({ "what": w, "why": y })).collect::<Vec<_>>(),
        "statements": desk.state.statements.len(),
    });
    before.told = told;
    before.staff = staff;
    before.not_yet = not_yet;
    Ok(value)
}

/// The commands of a step; routine notices are counted, not listed.
fn show_commands(out: &mut Output, ran: &[Ran], lang: Lang) {
    let is_routine = |r: &&Ran| r.command == "still" || r.command.starts_with("statement issue");
    let routine = ran.iter().take_while(is_routine).count() / 2;
    let routine = if routine > 1 { routine } else { 0 };
    if routine > 0 {
        let what = lang.shipped_words().phrase_text(Said::DemoRoutine);
        let command = &ran[1].command;
        out.item(
            "  $ ",
            &format!("saydo still; saydo {command} ({routine} {what})"),
        );
    }
    for r in ran.iter().skip(routine * 2) {
        out.item("  $ saydo ", &r.command);
        if r.code != 0 {
            let error = r.output.lines().find_map(|l| l.strip_prefix("saydo: "));
            let refused = lang.shipped_words().phrase_text(Said::DemoRefused);
            out.item("    ", &format!("{refused} {}", error.unwrap_or_default()));
        }
    }
}

/// The sentences of the widest rendition, without title and greeting.
fn sentences_told(draft: &Draft, lang: Lang) -> Vec<String> {
    let Some(r) = show::widest_rendition(&draft.renditions, lang) else {
        return Vec::new();
    };
    let is_head = |line: usize| {
        let line = draft.lines.get(line);
        line.is_some_and(|l| matches!(l.said.element, Element::Title | Element::Greeting))
    };
    let placed = r.distinct_places().filter(|p| !is_head(p.line));
    let texts = placed.filter_map(|p| r.text.get(p.start..p.end));
    texts.map(str::to_owned).collect()
}

/// How an agent opens, and what to answer to "when".
fn staff_points(desk: &Journal, id: &str, lang: Lang) -> Result<Vec<String>, Trouble> {
    let sheets = prepare_points(desk, &[id.to_owned()], "call-centre")?.sheets;
    let mut points = Vec::new();
    for (section, talks) in sheets.iter().flat_map(|s| &s.sections) {
        let is_asked_when = |id: &str| section == "if-asked" && id.starts_with("asked-when");
        let talks = talks
            .iter()
            .filter(|t| section == "open" || is_asked_when(&t.id));
        points.extend(talks.map(|t| t.say.get_or_any(lang).to_owned()));
    }
    Ok(points)
}

fn show_not_yet(
    out: &mut Output,
    draft: &Draft,
    not_yet: &[(String, String, String)],
    before: &Before,
    lang: Lang,
) {
    let mut new = not_yet
        .iter()
        .filter(|n| !before.not_yet.contains(n))
        .peekable();
    if new.peek().is_some() {
        out.line(lang.shipped_words().phrase_text(Said::DemoNotYet));
    }
    for (_, what, why) in new {
        out.item("  ✗ ", &format!("{what}: {why}"));
    }
    // A thing that nobody waits for any more is gone without a word; what is said now is news.
    let is_said = |line: &str| draft.lines.iter().any(|l| l.said.id == line);
    for (line, what, _) in &before.not_yet {
        if !not_yet.iter().any(|n| n.0 == *line) && is_said(line) {
            let now = lang.shipped_words().phrase_text(Said::DemoNow);
            out.item("  ✓ ", &format!("{now} {what}"));
        }
    }
}

/// The incident that the step's last event belongs to.
fn incident_touched(desk: &Journal, before: &Before) -> Result<Option<String>, Trouble> {
    for seq in ((before.events + 1)..=desk.head().seq).rev() {
        if let Some(id) = desk.event(seq)?.and_then(|e| e.incident)
            && desk.state.incidents.contains_key(&id)
        {
            return Ok(Some(id));
        }
    }
    Ok(desk.state.open_incidents().next().map(|i| i.id.clone()))
}

fn show_links(
    out: &mut Output,
    desk: &Snapshot,
    before: &mut Before,
    lang: Lang,
) -> Result<Json, Trouble> {
    let world = desk.world()?;
    let condition = Condition::of_network(&world.books.network, world.state);
    let mut changed = Vec::new();
    let mut all = BTreeMap::new();
    for id in world.books.network.all_ids() {
        let state = condition.link_state(id);
        let word = crate::domain::base::terms::words_for_state(state.token(), lang).to_owned();
        let old = before.links.insert(id.to_owned(), state.token().to_owned());
        all.insert(id.to_owned(), state.token());
        if old.as_deref().unwrap_or("unreported") != state.token() {
            changed.push(format!(
                "{} {word}",
                world.books.network.names_of(id).get_or_any(lang)
            ));
        }
    }
    if !changed.is_empty() {
        let shown: Vec<&str> = changed.iter().take(6).map(String::as_str).collect();
        let more = if changed.len() > 6 {
            format!(" (+{})", changed.len() - 6)
        } else {
            String::new()
        };
        out.item(
            lang.shipped_words().phrase_text(Said::DemoLinks),
            &format!("{}{more}", shown.join("; ")),
        );
    }
    Ok(to_json(&all))
}

/// The sentences that are new, folded; at most so many lines, and how many stay as they were.
fn show_section(out: &mut Output, title: &str, now: &[String], before: &[String]) {
    let new: Vec<&String> = now.iter().filter(|t| !before.contains(t)).collect();
    let same = now.len() - new.len();
    let gone = before.iter().filter(|t| !now.contains(t)).count();
    if new.is_empty() && gone == 0 {
        return;
    }
    let mut note = String::new();
    if same > 0 {
        note = format!(" (= {same})");
    }
    out.line(format!("{title}{note}"));
    for text in new {
        for (i, line) in fold_line(text, 74).iter().enumerate() {
            out.line(format!("{}{line}", if i == 0 { "  + " } else { "    " }));
        }
    }
}

/// Line, what people would like to hear, and why not yet.
fn not_yet(withheld: &[Withheld], lang: Lang) -> Vec<(String, String, String)> {
    withheld
        .iter()
        .filter(|w| !w.not_yet.is_empty())
        .map(|w| {
            let what = w.not_yet.get_or_any(lang).to_owned();
            let more = if w.reasons.len() > 2 {
                format!(" (+{})", w.reasons.len() - 2)
            } else {
                String::new()
            };
            let why: Vec<String> = w
                .reasons
                .iter()
                .take(2)
                .map(|l| l.what.get_or_any(lang).to_owned())
                .collect();
            (w.line.clone(), what, format!("{}{more}", why.join("; ")))
        })
        .collect()
}
