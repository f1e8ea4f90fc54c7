//! Reads the words that reach customers by a value: names, catalogues, contacts, phrases that staff type. Their place in a
//! sentence says nothing of what they claim, so they may claim nothing. It judges no sentence of a playbook.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::against::literals::{Reader, objection};
use crate::check::against::record_object::from_record;
use crate::check::against::reference_facts::Known;
use crate::check::against::verified_claim::{ClaimKind, Verdict};
use crate::check::against::verify_sentence::read_and_verify;
use crate::check::against::wording::Rules;
use crate::check::reading::claims::timed_commitments;
use crate::check::reading::sentence::sentences;
use crate::domain::base::fault::Fault;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::config::channel::Channel;
use crate::domain::config::workspace::Workspace;
use crate::domain::network::topology::Network;

/// Claims that a value may not make: what works or works again, what is due, who gets what, who is not affected.
const CLAIMS: [ClaimKind; 7] = [
    ClaimKind::State,
    ClaimKind::Due,
    ClaimKind::Goods,
    ClaimKind::Vouchers,
    ClaimKind::Customers,
    ClaimKind::Unaffected,
    ClaimKind::Said,
];

/// Reads values against a record in which nothing works and nothing is promised.
pub struct ValueReader {
    words: Reader,
    known: Known,
}

impl ValueReader {
    /// A reader for values of any workspace.
    pub fn new() -> ValueReader {
        let nothing = serde_json::json!({ "links": { "\u{1}": "down" }, "cause_confirmed": false });
        ValueReader {
            words: Reader::new(&Network::default()),
            known: from_record(&nothing).unwrap_or_default(),
        }
    }

    /// Why a value in this language may not be printed in a sentence; none when it may.
    pub fn objection_to_value(&self, text: &str, lang: Lang) -> Option<String> {
        let mut literals = self.words.literals(text, lang).into_iter();
        if let Some(what) =
            literals.find_map(|l| objection(&l, false, false).filter(|_| l.claims()))
        {
            return Some(what);
        }
        if let Some((words, due)) = timed_commitments(text, lang).first() {
            return Some(format!(
                "\"{}\" commits to a time (\"{due}\")",
                words.trim()
            ));
        }
        sentences(text)
            .into_iter()
            .find_map(|s| self.objection_to_sentence(&text[s.start..s.end], lang))
    }

    fn objection_to_sentence(&self, words: &str, lang: Lang) -> Option<String> {
        if let Some((rule, start, end)) = Rules::shipped().in_sentence(words, lang).first() {
            let found = words.get(*start..*end).unwrap_or_default();
            return Some(format!("\"{found}\" is refused by the rule {rule}"));
        }
        let (_, claims) = read_and_verify(words, lang, &self.known);
        let claim = claims
            .iter()
            .find(|c| c.verdict != Verdict::Consistent && CLAIMS.contains(&c.claim))?;
        let found = words.get(claim.start..claim.end).unwrap_or_default();
        Some(format!("\"{found}\" claims something ({})", claim.claim))
    }

    /// Faults of the texts of one value.
    fn check_value(&self, path: &str, texts: &Texts, faults: &mut Vec<Fault>) {
        for (lang, text) in texts.iter() {
            // A value in the wrong language claims no less.
            let read = |l: &Lang| self.objection_to_value(text, *l);
            if let Some(why) = Lang::ALL.iter().find_map(read) {
                let what = format!(
                    "{why}: a name or phrase stands in any sentence, and no fact backs what it says by itself"
                );
                faults.push(Fault::at_path(format!("{path}.{lang}"), what));
            }
        }
    }

    /// Everything that the values of a workspace file claim.
    pub fn check_workspace(&self, workspace: &Workspace) -> Vec<Fault> {
        let mut faults = Vec::new();
        for (path, texts) in values_of_workspace(workspace) {
            self.check_value(&path, texts, &mut faults);
            // An address is read aloud in a form of its own.
            let is_contact = path.starts_with("contacts.");
            for (lang, text) in texts.iter().filter(|_| !is_contact) {
                check_characters(&path, text, lang, workspace, &mut faults);
            }
        }
        faults
    }

    /// Everything that the names of a network claim, and what no channel or outlet can carry.
    pub fn check_network(&self, network: &Network, workspace: &Workspace) -> Vec<Fault> {
        let mut faults = Vec::new();
        let mut owners: BTreeMap<(Lang, String), String> = BTreeMap::new();
        // Of a thousand stations that differ by a number, one is read.
        let mut harmless: BTreeSet<String> = BTreeSet::new();
        for (path, id, texts) in names_of_network(network) {
            let shape = shape_of(texts);
            if !harmless.contains(&shape) {
                let before = faults.len();
                self.check_value(&path, texts, &mut faults);
                if faults.len() == before {
                    harmless.insert(shape);
                }
            }
            for (lang, name) in texts.iter() {
                let at = format!("{path}.{lang}");
                check_characters(&path, name, lang, workspace, &mut faults);
                if name.trim().is_empty() {
                    let what =
                        "it is empty: a sentence would have a hole there; leave the field out";
                    faults.push(Fault::at_path(at, what));
                    continue;
                }
                // A group is often called like the one whole that it counts.
                if path.starts_with("groups") {
                    continue;
                }
                let folded = name.trim().to_lowercase();
                if let Some(other) = owners.insert((lang, folded), id.clone())
                    && other != id
                {
                    let what = format!("{other} has the same name: nobody could tell them apart");
                    faults.push(Fault::at_path(at, what));
                }
            }
        }
        faults
    }
}

/// Texts with every digit as the same one: what they claim does not hang on which it is.
fn shape_of(texts: &Texts) -> String {
    let masked = |c: char| if c.is_ascii_digit() { '1' } else { c };
    let all = texts.values().flat_map(|t| t.chars().chain(['\n']));
    all.map(masked).collect()
}

impl Default for ValueReader {
    fn default() -> Self {
        ValueReader::new()
    }
}

fn check_characters(
    path: &str,
    text: &str,
    lang: Lang,
    workspace: &Workspace,
    faults: &mut Vec<Fault>,
) {
    if let Some((c, place)) = forbidden_in(text, lang, workspace) {
        let what = format!("'{c}' is forbidden on {place}: no text could have this in it there");
        faults.push(Fault::at_path(format!("{path}.{lang}"), what));
    }
}

/// The first character of a name that a channel or an outlet refuses, and which one does.
fn forbidden_in(name: &str, lang: Lang, workspace: &Workspace) -> Option<(char, String)> {
    let is_spoken_here = workspace.languages.contains(&lang);
    let channels = workspace.channels.iter();
    // Read aloud, a dash in a name is a pause.
    let carried = |c: &Channel| c.forbidden.replace(if c.in_words { "–" } else { "\0" }, "");
    let channels = channels.map(|(n, c)| (n, carried(c)));
    let outlets = workspace.outlets.iter();
    let outlets = outlets.map(|(n, o)| (n, o.forbidden.clone()));
    let mut all = channels.chain(outlets).filter(|_| is_spoken_here);
    all.find_map(|(place, forbidden)| {
        let c = forbidden.chars().find(|c| name.contains(*c))?;
        Some((c, place.clone()))
    })
}

fn values_of_workspace(w: &Workspace) -> Vec<(String, &Texts)> {
    let mut all = vec![
        ("organisation.names".to_owned(), &w.organisation.names),
        ("zone_names".to_owned(), &w.zone_names),
    ];
    for (name, contact) in &w.contacts {
        all.push((format!("contacts.{name}.text"), &contact.text));
        all.push((format!("contacts.{name}.spoken"), &contact.spoken));
    }
    for (list, texts) in [
        ("causes", &w.causes),
        ("parties", &w.parties),
        ("workarounds", &w.workarounds),
    ] {
        all.extend(texts.iter().map(|(k, t)| (format!("{list}.{k}"), t)));
    }
    for (list, texts) in &w.catalogues {
        let path = |k: &String| format!("catalogues.{list}.{k}");
        all.extend(texts.iter().map(|(k, t)| (path(k), t)));
    }
    all
}

/// The names of links, groups, regions and services, with their place and identifier.
fn names_of_network(n: &Network) -> Vec<(String, String, &Texts)> {
    let links = n.links.iter().map(|l| (&l.id, &l.names));
    let groups = n.groups.iter().map(|g| (&g.id, &g.names));
    let regions = n.regions.iter().map(|r| (&r.id, &r.names));
    let services = n.services.iter().map(|s| (&s.id, &s.names));
    let mut all = Vec::new();
    let lists: [(&'static str, Vec<(&String, &Texts)>); 4] = [
        ("links", links.collect()),
        ("groups", groups.collect()),
        ("regions", regions.collect()),
        ("services", services.collect()),
    ];
    for (list, entries) in lists {
        for (i, (id, names)) in entries.into_iter().enumerate() {
            all.push((format!("{list}[{i}].names"), id.clone(), names));
        }
    }
    let short = n.links.iter().enumerate();
    let short = short.filter(|(_, l)| !l.short_names.is_empty());
    all.extend(short.map(|(i, l)| {
        (
            format!("links[{i}].short_names"),
            l.id.clone(),
            &l.short_names,
        )
    }));
    all
}

#[cfg(test)]
#[path = "values_tests.rs"]
mod values_tests;
