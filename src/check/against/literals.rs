//! Fixed words that claim, name or promise without the record: what the gate and the check of playbooks look for in a
//! template. It knows words, not whether what they say is true.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use crate::check::against::gate_reader;
use crate::check::reading::language_files::PerLanguage;
use crate::check::reading::text::{find_words, is_whole};
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::network::topology::Network;
use crate::domain::record::rendition::Rendition;
use crate::domain::speech::draft::Draft;
use crate::domain::speech::finding::Finding;

/// The file `literals.yaml` of one language.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    state: Vec<String>,
    day: Vec<String>,
    promise: Vec<String>,
    vague: Vec<String>,
}

static WORDS: PerLanguage<Words> = PerLanguage::new(|f| f.literals);

/// A piece of fixed text that claims or commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// First byte in the text.
    pub start: usize,
    /// First byte behind it.
    pub end: usize,
    /// What it must not do on its own.
    pub kind: LiteralKind,
    /// The words as the text has them.
    pub text: String,
}

impl Literal {
    /// True when it claims or commits by itself; a number or a name does not.
    pub fn claims(&self) -> bool {
        !matches!(self.kind, LiteralKind::Number | LiteralKind::Name)
    }
}

/// What fixed text can do that it must not do on its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LiteralKind {
    /// Gives a number, in digits.
    Number,
    /// Names a day without a date: wrong when it is read tomorrow.
    Day,
    /// Names a link, region or service of the network.
    Name,
    /// Says that all is well, or speaks of all.
    State,
    /// Commits to something to come.
    Promise,
    /// Promises and says nothing.
    Vague,
}

/// Lower case with the byte offsets of the original: letters whose length would change stay as they are.
fn lower(text: &str) -> String {
    text.chars()
        .flat_map(|c| {
            let mut l = c.to_lowercase();
            match (l.next(), l.next()) {
                (Some(x), None) if x.len_utf8() == c.len_utf8() => [x],
                _ => [c],
            }
        })
        .collect()
}

/// Finds fixed words that claim or commit, in one pass over a text. Built once for a network.
#[derive(Debug, Clone)]
pub struct Reader {
    network: Network,
    /// Phrases that anybody may use in a sentence by hand.
    phrases: Vec<Texts>,
    /// It holds what fixed words claim against the facts, beside looking for words.
    verifies: bool,
    finders: BTreeMap<Lang, (AhoCorasick, Vec<LiteralKind>)>,
}

impl Reader {
    /// A finder for the words of every language and the names of a network.
    pub fn new(network: &Network) -> Reader {
        let names = names(network);
        let finders = Lang::ALL.iter().filter_map(|lang| {
            let list = WORDS.of(*lang);
            let mut patterns: Vec<String> = Vec::new();
            let mut kinds = Vec::new();
            for (kind, words) in [
                (LiteralKind::Vague, &list.vague),
                (LiteralKind::Promise, &list.promise),
                (LiteralKind::State, &list.state),
                (LiteralKind::Day, &list.day),
                (LiteralKind::Name, &names),
            ] {
                for word in words.iter().filter(|w| !w.is_empty()) {
                    patterns.push(lower(word));
                    kinds.push(kind);
                }
            }
            // Only a list of words that is too large to hold fails; both are of this size by construction.
            find_words(&patterns).map(|finder| (*lang, (finder, kinds)))
        });
        Reader {
            network: network.clone(),
            phrases: Vec::new(),
            verifies: true,
            finders: finders.collect(),
        }
    }

    /// A reader that knows the phrases which anybody may use in a sentence by hand.
    pub fn with_phrases(self, phrases: Vec<Texts>) -> Reader {
        Reader { phrases, ..self }
    }

    /// A reader that looks for words only: for texts that were held against every situation before.
    pub fn words_only(self) -> Reader {
        Reader {
            verifies: false,
            ..self
        }
    }

    /// What fixed text claims or commits to.
    pub fn literals(&self, text: &str, lang: Lang) -> Vec<Literal> {
        let low = lower(text);
        let mut found = Vec::new();
        let mut add = |start: usize, end: usize, kind: LiteralKind| {
            found.push(Literal {
                start,
                end,
                kind,
                text: text[start..end].to_owned(),
            });
        };
        let mut digits: Option<(usize, usize)> = None;
        for (i, c) in low.char_indices().chain([(low.len(), ' ')]) {
            match (&mut digits, c.is_numeric()) {
                (Some((_, end)), true) => *end = i + c.len_utf8(),
                (None, true) => digits = Some((i, i + c.len_utf8())),
                (Some((start, end)), false) => {
                    add(*start, *end, LiteralKind::Number);
                    digits = None;
                }
                (None, false) => {}
            }
        }
        if let Some((finder, kinds)) = self.finders.get(&lang) {
            for m in finder.find_overlapping_iter(&low) {
                if is_whole(&low, m.start(), m.end()) {
                    add(m.start(), m.end(), kinds[m.pattern().as_usize()]);
                }
            }
        }
        found.sort_by_key(|l| (l.start, std::cmp::Reverse(l.end)));
        let mut kept: Vec<Literal> = Vec::new();
        for l in found {
            if !kept
                .iter()
                .rev()
                .take(8)
                .any(|k| k.kind == l.kind && k.start <= l.start && l.end <= k.end)
            {
                kept.push(l);
            }
        }
        kept
    }

    /// Finds the fixed words in all renditions of a draft. Words that a placeholder printed are not looked at: the
    /// gate has compared them with their fact.
    pub fn read(&self, draft: &Draft) -> Vec<Finding> {
        draft
            .renditions
            .iter()
            .flat_map(|r| rendition(draft, r, self))
            .collect()
    }

    /// Reads the renditions as [`read`](Reader::read) does, and verifies their fixed words as `saydo check` would. The
    /// gate uses this one when a statement may go out.
    pub fn read_whole(&self, draft: &Draft) -> Vec<Finding> {
        let mut found = self.read(draft);
        if self.verifies {
            found.extend(gate_reader::findings(draft, &self.network));
            found.extend(gate_reader::find_strange_words(draft, &self.phrases));
        }
        found
    }
}

/// The names by which the network's links, regions and services are known.
pub fn names(network: &Network) -> Vec<String> {
    let riders = network.regions.iter().chain(&network.services);
    let links = network.links.iter();
    let of_links = links.flat_map(|l| std::iter::once(&l.id).chain(l.all_names()));
    let of_riders = riders.flat_map(|r| {
        let others = r.names.values().chain(&r.aliases);
        std::iter::once(&r.id).chain(others)
    });
    let mut names: Vec<String> = of_links
        .chain(of_riders)
        .filter(|n| n.chars().count() >= 3)
        .cloned()
        .collect();
    names.sort();
    names.dedup();
    names
}

/// Why a template may not have these fixed words; none when it may.
pub fn objection(literal: &Literal, has_asserts: bool, has_promise: bool) -> Option<String> {
    let text = &literal.text;
    match literal.kind {
        LiteralKind::Number if !has_asserts => Some(format!(
            "\"{text}\" is a number in fixed words: print a fact, or declare it under `asserts`"
        )),
        LiteralKind::Day => Some(format!(
            "\"{text}\" is a day without a date, wrong when it is read tomorrow: print a fact"
        )),
        LiteralKind::Name if !has_asserts => Some(format!(
            "\"{text}\" is a name in fixed words: print a fact, or declare it under `asserts`"
        )),
        LiteralKind::State if !has_asserts => Some(format!(
            "\"{text}\" says that all is well or speaks of all: declare what it rests on under `asserts`"
        )),
        LiteralKind::Promise if !has_promise => Some(format!(
            "\"{text}\" commits to something to come: only a line with `promise` may"
        )),
        LiteralKind::Vague => Some(format!(
            "\"{text}\" promises and says nothing that can be kept"
        )),
        _ => None,
    }
}

fn rendition(draft: &Draft, r: &Rendition, reader: &Reader) -> Vec<Finding> {
    let mut findings = Vec::new();
    for placed in &r.placed {
        let Some(line) = draft.lines.get(placed.line) else {
            continue;
        };
        let Some(text) = r.text.get(placed.start..placed.end) else {
            continue;
        };
        for literal in reader.literals(text, r.lang) {
            let (start, end) = (literal.start + placed.start, literal.end + placed.start);
            if r.is_printed(placed, start, end) {
                continue;
            }
            if let Some(what) = objection(
                &literal,
                !line.said.asserts.is_empty(),
                line.promise.is_some(),
            ) {
                findings.push(Finding {
                    rule: "fixed-words".into(),
                    line: Some(placed.line),
                    channel: Some(r.channel.clone()),
                    lang: Some(r.lang),
                    span: Some((start, end)),
                    what: format!("line \"{}\" ({}): {what}", line.said.id, r.lang).into(),
                });
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_lists_are_read() {
        for lang in Lang::ALL {
            assert!(!WORDS.of(lang).vague.is_empty() && !WORDS.of(lang).state.is_empty());
        }
    }

    #[test]
    fn finds_words_with_capital_vietnamese_letters() {
        let found = Reader::new(&Network::default()).literals("ĐÃ KHÔI PHỤC", Lang::Vi);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].kind, LiteralKind::State);
    }
}
