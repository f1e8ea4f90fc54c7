//! Reads the table of layouts: lines of some length, and which of them a channel of some length says. It chooses no lines.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_yaml::Mapping;

use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::value::{Named, Value};
use crate::domain::config::line::Element;
use crate::domain::config::playbook::{Playbook, PlaybookFile};
use crate::domain::record::rendition::SaidLine;
use crate::domain::speech::composer::{Composer, Wanted};
use crate::domain::speech::draft::{DraftLine, Part, Texted};
use crate::domain::speech::role::Role;
use crate::domain::speech::short_names::ShortNames;
use crate::testing::{NetworkRow, at, books, check_table, evaluator, expect, facts};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    lines: Vec<LineRow>,
    /// The longest text, in characters.
    fits: usize,
    /// The channel has the short form of a line, where there is one.
    #[serde(default)]
    is_short: bool,
    /// The lines that are said, in both languages, in order.
    says: String,
    /// Those that are left out, in the order in which they go.
    #[serde(default)]
    left_out: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineRow {
    id: String,
    element: Element,
    it: Option<String>,
    #[serde(default)]
    claims: Vec<String>,
    #[serde(default)]
    mandatory: bool,
    #[serde(default)]
    sums_up: bool,
    #[serde(default)]
    leads: bool,
    #[serde(default)]
    warns: bool,
    /// It says that a service is out.
    #[serde(default)]
    loses: bool,
    /// This audience has heard nothing of its incident.
    #[serde(default)]
    untold: bool,
    /// How many characters it has; 9 when left out.
    long: Option<usize>,
    /// How many it has in Vietnamese, where that is another number; none when 0.
    vi: Option<usize>,
}

fn draft_line(row: &LineRow) -> DraftLine {
    DraftLine {
        is_untold: row.untold,
        is_least: false,
        joint: None,
        said: SaidLine {
            id: row.id.clone(),
            incident: None,
            it: row.it.clone(),
            element: row.element,
            reads: match row.loses {
                true => BTreeMap::from([("services.down".to_owned(), lost_service())]),
                false => BTreeMap::new(),
            },
            claims: row.claims.clone(),
            asserts: Vec::new(),
            unknown: Vec::new(),
            events: Vec::new(),
            promise: None,
            promise_number: None,
            also: Vec::new(),
        },
        promise: None,
        also: Vec::new(),
        mandatory: row.mandatory,
        banded: BTreeSet::new(),
        sums_up: row.sums_up,
        role: match (row.leads, row.warns) {
            (_, true) => Role::Warning,
            (true, _) => Role::Lead,
            _ => Role::Ordinary,
        },
        denies: Vec::new(),
    }
}

fn lost_service() -> Value {
    Value::List(vec![Named {
        id: "internet".into(),
        names: Texts::default(),
    }])
}

fn texts_of(row: &LineRow) -> Texted {
    let mut texts = Texted::new();
    let long = row.long.unwrap_or(9);
    for (lang, long) in [(Lang::Vi, row.vi.unwrap_or(long)), (Lang::En, long)] {
        if long > 0 {
            let text = "x".repeat(long);
            texts.insert(("web".to_owned(), lang), (text, Vec::new()));
        }
    }
    texts
}

fn check(row: Row) -> Result<(), String> {
    let forms = if row.is_short { "short, say" } else { "say" };
    let limit = format!(
        "channels: {{ web: {{ max_characters: {}, forms: [{forms}] }} }}",
        row.fits
    );
    let limit: Mapping = serde_yaml::from_str(&limit).map_err(|e| e.to_string())?;
    let workspace = books(Some(&limit), &NetworkRow::default()).workspace;
    let file: PlaybookFile =
        serde_yaml::from_str("{ name: p, lines: [] }").map_err(|e| e.to_string())?;
    let playbook = Playbook::build_on_base(None, &file);
    let part = Part {
        playbook: &playbook,
        facts: facts(at("10:00"), &BTreeMap::new()),
    };
    let (wanted, taken) = (Wanted::default(), RefCell::default());
    let short_names = ShortNames::default();
    let shared = (&taken, &short_names);
    let composer = Composer::new(&part, &workspace, evaluator(), &wanted, shared, false);
    let lines: Vec<DraftLine> = row.lines.iter().map(draft_line).collect();
    let texts: Vec<Texted> = row.lines.iter().map(texts_of).collect();
    let mut left_out = Vec::new();
    let made = composer.assemble_renditions(&lines, &texts, &mut left_out);
    for rendition in &made {
        let placed = rendition.placed.iter();
        let said: Vec<&str> = placed.map(|p| row.lines[p.line].id.as_str()).collect();
        let what = format!("what {} says", rendition.lang);
        expect(&what, said.join(" "), row.says.clone())?;
    }
    let langs = if row.says.is_empty() { 0 } else { 2 };
    expect("renditions", made.len(), langs)?;
    let left_out: Vec<&str> = left_out.iter().map(|(_, line, _)| line.as_str()).collect();
    expect("what is left out", left_out.join(" "), row.left_out)
}

#[test]
fn a_text_that_is_too_long_leaves_out_what_is_needed_least() {
    check_table("layouts.yaml", check);
}
