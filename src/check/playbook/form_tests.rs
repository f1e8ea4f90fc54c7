//! The form of what the shipped playbooks say in every situation of their matrices, counted: what a text opens with, how
//! long it is, how often it says sorry. Prints the table: `cargo test --lib form_tests -- --nocapture`.

use std::collections::BTreeMap;

use crate::check::playbook::renderings_tests::play_all;
use crate::domain::base::lang::Lang;
use crate::domain::base::value::Value;
use crate::domain::config::line::Element;
use crate::domain::record::rendition::Rendition;
use crate::domain::speech::draft::{Draft, DraftLine};
use crate::domain::speech::role::Role;
use crate::render::length::{count_sms, reading_seconds};
use crate::testing::shipped;

/// How many of how many texts have a property.
#[derive(Default)]
struct Share {
    has: usize,
    of: usize,
    /// A few of those without it, to look at.
    not: Vec<String>,
}

#[derive(Default)]
struct Table(BTreeMap<&'static str, Share>);

impl Table {
    fn count(&mut self, what: &'static str, has: bool, text: &dyn Fn() -> String) {
        let row = self.0.entry(what).or_default();
        row.of += 1;
        row.has += usize::from(has);
        if !has {
            row.not.push(text());
        }
    }

    /// In whole percent, rounded down.
    fn percent(&self, what: &str) -> usize {
        let row = &self.0[what];
        row.has * 100 / row.of
    }
}

fn lines_of<'d>(draft: &'d Draft, r: &'d Rendition) -> impl Iterator<Item = &'d DraftLine> {
    r.placed.iter().map(|p| &draft.lines[p.line])
}

fn is_head(line: &DraftLine) -> bool {
    matches!(line.said.element, Element::Title | Element::Greeting)
}

/// A sentence that is a label, a colon and a value.
fn has_label(text: &str) -> bool {
    text.split(['\n', '.']).any(|sentence| {
        let Some((label, value)) = sentence.split_once(": ") else {
            return false;
        };
        let words = label.split_whitespace().count();
        !value.trim().is_empty() && (2..=5).contains(&words)
    })
}

/// The names of links that have a shorter one, in the language of a text.
fn full_names(draft: &Draft, r: &Rendition) -> impl Iterator<Item = String> {
    let paths = draft.facts.facts.keys();
    let links = paths.filter_map(|p| p.strip_suffix(".short_name"));
    let names = links.filter_map(|l| draft.facts.value(&format!("{l}.name")));
    names.filter_map(|name| match name {
        Value::Link(named) => named.names.get(r.lang).map(str::to_owned),
        _ => None,
    })
}

fn count_forms(table: &mut Table, draft: &Draft, r: &Rendition, is_first: bool) {
    let text = &r.text;
    let shown = || text.clone();
    let short = ["sms", "push", "ivr"].contains(&r.channel.as_str());
    match r.channel.as_str() {
        "web" => {
            let opens = lines_of(draft, r).find(|l| !is_head(l));
            let is_planned = draft.facts.facts.contains_key("planned");
            // While nothing is known, or nothing was broken, there is no effect to open with.
            let is_checking =
                opens.is_some_and(|l| ["looking", "no-fault"].contains(&l.said.id.as_str()));
            if !is_planned && !is_checking {
                let leads = opens.is_some_and(|l| l.role != Role::Ordinary);
                table.count("web opens with effect, place or safety", leads, &shown);
            }
            let title = text.lines().next().unwrap_or_default().chars().count();
            table.count("title of at most 65 characters", title <= 65, &shown);
        }
        "sms" => {
            let parts = count_sms(text).parts;
            table.count("SMS of one or two parts", parts <= 2, &shown);
            if is_first {
                table.count("first SMS of one part", parts <= 1, &shown);
            }
            let push = draft
                .renditions
                .iter()
                .find(|o| o.channel == "push" && o.lang == r.lang);
            let differs = push.is_none_or(|o| o.text != *text);
            table.count("SMS other than the push", differs, &shown);
        }
        "push" => {
            let long = text.chars().count();
            table.count("push of at most 110 characters", long <= 110, &shown);
        }
        "ivr" => {
            let seconds = reading_seconds(r.lang, text);
            table.count("voice of at most 20 seconds", seconds <= 20, &shown);
        }
        _ => {}
    }
    if !short {
        table.count("no label with a value", !has_label(text), &shown);
    }
    let body = text.split_once('\n').map_or("", |(_, body)| body);
    if r.channel == "web" {
        let twice = full_names(draft, r).find(|name| body.matches(name.as_str()).count() > 1);
        table.count("no link's full name twice", twice.is_none(), &shown);
    }
    let sorry = text.matches("We are sorry").count()
        + text.matches("We are truly sorry").count()
        + text.to_lowercase().matches("xin lỗi").count()
        + text.to_lowercase().matches("xin loi").count();
    table.count("at most one apology", sorry <= 1, &shown);
}

#[test]
fn the_form_of_shipped_texts_is_counted() {
    let mut table = Table::default();
    let mut titles: BTreeMap<(Lang, String), usize> = BTreeMap::new();
    for name in shipped::playbooks() {
        for (_, played) in play_all(name) {
            let is_first = !played.draft.facts.facts.contains_key("last_statement");
            for r in &played.draft.renditions {
                count_forms(&mut table, &played.draft, r, is_first);
                if r.channel == "web" {
                    let title = r.text.lines().next().unwrap_or_default();
                    *titles.entry((r.lang, title.to_owned())).or_default() += 1;
                }
            }
        }
    }
    for (what, row) in &table.0 {
        println!("{:>4} of {:>4}  {what}", row.has, row.of);
        if std::env::var("SAYDO_FORM").is_ok_and(|w| w == *what) {
            row.not.iter().for_each(|t| println!("---\n{t}"));
        }
    }
    println!("{:>4} titles", titles.len());
    // What the counts may not fall below, in percent.
    let least = [
        ("SMS of one or two parts", 100),
        ("SMS other than the push", 100),
        ("at most one apology", 100),
        ("no link's full name twice", 100),
        ("first SMS of one part", 73),
        ("no label with a value", 100),
        ("push of at most 110 characters", 54),
        ("title of at most 65 characters", 100),
        ("voice of at most 20 seconds", 90),
        ("web opens with effect, place or safety", 89),
    ];
    for (what, percent) in least {
        assert!(
            table.percent(what) >= percent,
            "{what}: {}",
            table.percent(what)
        );
    }
    assert!(titles.len() >= 90, "{}", titles.len());
}
