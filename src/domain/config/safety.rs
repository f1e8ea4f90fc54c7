//! What a playbook says when people are in danger: which of its facts and lines that is, and how it is kept when another
//! playbook takes over. It judges no danger.

use std::collections::BTreeSet;

use crate::domain::config::line::{Line, Point};
use crate::domain::config::playbook::{Playbook, PlaybookFile};

/// The words of an expression or a template that can be the names of facts.
fn names_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
}

fn mentions(text: &str, names: &BTreeSet<String>) -> bool {
    names_in(text).any(|word| names.contains(word))
}

/// The expressions of a line and all of its texts.
fn texts_of(line: &Line) -> impl Iterator<Item = &str> {
    let conditions = line.when.iter().chain(&line.asserts).map(String::as_str);
    conditions.chain(line.all_texts().map(|(_, _, text)| text))
}

/// The facts of a file that one of these texts names.
fn facts_named<'t>(file: &PlaybookFile, texts: impl Iterator<Item = &'t str>) -> BTreeSet<String> {
    let words: BTreeSet<&str> = texts.flat_map(names_in).collect();
    let all = file.facts.keys();
    all.filter(|n| words.contains(n.as_str()))
        .cloned()
        .collect()
}

/// The facts by which people are in danger.
fn signs_of_danger(file: &PlaybookFile) -> BTreeSet<String> {
    facts_named(file, file.safety.as_deref().into_iter())
}

impl Playbook {
    /// True for a line that tells people how to be safe: advice that stands before everything else, or that is said while
    /// people are in danger.
    pub fn is_safety_line(&self, line: &Line) -> bool {
        let signs = signs_of_danger(&self.file);
        let mut conditions = line.when.iter().chain(&line.asserts);
        line.is_warning() || !signs.is_empty() && conditions.any(|c| mentions(c, &signs))
    }

    /// True for a talking point that is said while people are in danger.
    pub fn is_safety_point(&self, point: &Point) -> bool {
        let signs = signs_of_danger(&self.file);
        let mut conditions = point.when.iter().chain(&point.asserts);
        !signs.is_empty() && conditions.any(|c| mentions(c, &signs))
    }

    /// The noted facts on which warnings rest. They do not go away by growing old.
    pub fn safety_facts(&self) -> BTreeSet<String> {
        let lines = self.file.lines.iter().filter(|l| self.is_safety_line(l));
        let mut names = facts_named(&self.file, lines.flat_map(texts_of));
        names.extend(signs_of_danger(&self.file));
        names
    }

    /// This playbook with the warnings of the one that it takes over from, where it has none for the same danger: what
    /// people were told to beware of does not end because the incident is run otherwise.
    pub fn with_warnings_of(mut self, earlier: &Playbook) -> Playbook {
        let signs = earlier.safety_facts();
        let is_own = |name: &String| self.file.facts.contains_key(name);
        let missing: BTreeSet<String> = signs.into_iter().filter(|n| !is_own(n)).collect();
        if missing.is_empty() {
            return self;
        }
        let is_missed = |line: &&Line| {
            let is_new = !self.file.lines.iter().any(|l| l.id == line.id);
            is_new && earlier.is_safety_line(line) && texts_of(line).any(|t| mentions(t, &missing))
        };
        let lines: Vec<Line> = earlier
            .file
            .lines
            .iter()
            .filter(is_missed)
            .cloned()
            .collect();
        let is_missed = |point: &&Point| {
            let is_new = !self.file.points.iter().any(|p| p.id == point.id);
            is_new && point.when.as_ref().is_some_and(|w| mentions(w, &missing))
        };
        let points = earlier.file.points.iter().filter(is_missed);
        let points: Vec<Point> = points.cloned().collect();
        self.file.lines.extend(lines);
        self.file.points.extend(points);
        let known = earlier.file.facts.iter();
        let facts = known.filter(|(name, _)| missing.contains(*name));
        self.file
            .facts
            .extend(facts.map(|(n, f)| (n.clone(), f.clone())));
        let theirs = earlier.file.safety.as_ref();
        if let Some(theirs) = theirs.filter(|s| mentions(s, &missing)) {
            self.file.safety = Some(match self.file.safety.take() {
                Some(own) => format!("({own}) or ({theirs})"),
                None => theirs.clone(),
            });
        }
        self
    }
}

#[cfg(test)]
#[path = "safety_tests.rs"]
mod safety_tests;
