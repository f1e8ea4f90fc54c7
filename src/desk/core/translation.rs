//! The texts of workspace files in one language more: what is missing, what goes to translators, and the files with what came
//! back. It writes no file and adopts none.

use std::collections::{BTreeMap, BTreeSet};

use crate::check::playbook::placeholders::placeholders_of;
use crate::domain::base::lang::Lang;
use crate::store::files::Adoptable;
pub use crate::store::xliff::{MAX_BYTES, Unit, Xliff, read_xliff, write_xliff};
use crate::store::yaml::scanner::scan_places;
use crate::store::yaml::source::{Source, Trouble};
use crate::store::yaml::texts::{TextUnit, text_units, texts_without, with_texts};

/// What came back from translators, put into the files.
#[derive(Debug, Default)]
pub struct Translated {
    /// The files that change: their paths, and their texts.
    pub files: Vec<(String, String)>,
    /// How many texts were put in.
    pub taken: usize,
    /// How many have no translation yet.
    pub empty: usize,
    /// Texts that no file has any more, or that print other facts than their source; nothing is put in while there are any.
    pub wrong: Vec<String>,
}

/// The texts that a language lacks in some files, each at its place with the text in another language.
///
/// # Errors
/// What is wrong with a file that cannot be read.
pub fn find_untranslated(files: &[&Adoptable], lang: Lang) -> Result<Vec<Trouble>, Vec<Trouble>> {
    let mut missing = Vec::new();
    for file in files {
        let source = scan_places(&file.path, &file.bytes)?;
        for unit in texts_without(&source, lang) {
            let shown = unit.get(Lang::USUAL).or_else(|| first_text(&unit));
            let what = format!("no text in \"{lang}\" for: {}", shown.unwrap_or_default());
            missing.push(source.trouble_at_path(&unit.path, what));
        }
    }
    Ok(missing)
}

fn first_text(unit: &TextUnit) -> Option<&str> {
    unit.texts.first().map(|(_, text)| text.as_str())
}

/// The texts of some files for translators: all of them, with the translations that are there.
///
/// # Errors
/// What is wrong with a file that cannot be read.
pub fn export_texts(files: &[&Adoptable], from: Lang, to: Lang) -> Result<Xliff, Vec<Trouble>> {
    let mut units = Vec::new();
    for file in files {
        let source = scan_places(&file.path, &file.bytes)?;
        let with_source = text_units(&source).into_iter();
        units.extend(with_source.filter_map(|unit| {
            Some(Unit {
                file: file.path.clone(),
                source: unit.get(from)?.to_owned(),
                target: unit.get(to).unwrap_or_default().to_owned(),
                path: unit.path,
            })
        }));
    }
    Ok(Xliff {
        from: from.to_string(),
        to: to.to_string(),
        units,
    })
}

/// Puts what came back into the files. A text is found by its place, and by its words where lines have moved since.
///
/// # Errors
/// What is wrong with a file that cannot be read.
pub fn import_texts(
    files: &[&Adoptable],
    xliff: &Xliff,
    (from, to): (Lang, Lang),
) -> Result<Translated, Vec<Trouble>> {
    let mut done = Translated::default();
    for unit in &xliff.units {
        if !files.iter().any(|f| f.path == unit.file) {
            let (path, file) = (&unit.path, &unit.file);
            done.wrong
                .push(format!("{file}: {path}: there is no such file here"));
        }
    }
    for file in files {
        let units = xliff.units.iter().filter(|u| u.file == file.path);
        let source = scan_places(&file.path, &file.bytes)?;
        let texts = place_texts(&source, units, from, &mut done);
        let text = with_texts(&source, to, &texts);
        if text != *source.text {
            done.files.push((file.path.clone(), text));
        }
    }
    Ok(done)
}

/// The translations of one file by the places at which they stand now.
fn place_texts<'a>(
    source: &Source,
    units: impl Iterator<Item = &'a Unit>,
    from: Lang,
    done: &mut Translated,
) -> BTreeMap<String, String> {
    let here = text_units(source);
    let mut texts = BTreeMap::new();
    for unit in units {
        let is_it = |h: &&TextUnit| h.get(from) == Some(&unit.source);
        let at_place = here.iter().filter(is_it).find(|h| h.path == unit.path);
        let found = at_place.or_else(|| here.iter().find(is_it));
        let Some(found) = found else {
            done.wrong.push(format!(
                "{}: {}: the file no longer says \"{}\"; export again",
                unit.file, unit.path, unit.source
            ));
            continue;
        };
        if unit.target.trim().is_empty() {
            done.empty += 1;
            continue;
        }
        if let Some(what) = other_facts(&unit.source, &unit.target) {
            done.wrong
                .push(format!("{}: {}: {what}", unit.file, unit.path));
            continue;
        }
        done.taken += 1;
        texts.insert(found.path.clone(), unit.target.clone());
    }
    texts
}

/// What a translation prints and its source does not, or the other way round.
fn other_facts(source: &str, target: &str) -> Option<String> {
    let facts = |text: &str| -> BTreeSet<String> {
        let inside = placeholders_of(text).map(|p| p.split('|').next().unwrap_or_default());
        inside.map(|p| p.trim().to_owned()).collect()
    };
    let (wanted, given) = (facts(source), facts(target));
    let list = |a: &BTreeSet<String>, b: &BTreeSet<String>| {
        let only: Vec<&str> = a.difference(b).map(String::as_str).collect();
        only.join(", ")
    };
    let (lacking, added) = (list(&wanted, &given), list(&given, &wanted));
    match (lacking.is_empty(), added.is_empty()) {
        (true, true) => None,
        (false, _) => Some(format!(
            "the translation does not print {lacking}: \"{target}\""
        )),
        (true, false) => Some(format!(
            "the translation prints {added}, which its source does not: \"{target}\""
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::core::shipped::shipped_files;

    fn french() -> Lang {
        "fr".parse().unwrap_or(Lang::USUAL)
    }

    #[test]
    fn texts_go_to_translators_and_come_back_whole() {
        let shipped = shipped_files();
        let files: Vec<&Adoptable> = shipped.iter().collect();
        let mut sent = export_texts(&files, Lang::En, french()).unwrap_or_default();
        assert!(sent.units.len() > 700 && sent.units.iter().all(|u| u.target.is_empty()));
        for unit in &mut sent.units {
            unit.target = unit.source.replace("the ", "le ");
        }
        let read = read_xliff(&write_xliff(&sent));
        let ends = (Lang::En, french());
        let Ok(done) = import_texts(&files, &read.unwrap_or_default(), ends) else {
            panic!("a shipped file cannot be read");
        };
        assert!(done.wrong.is_empty(), "{:?}", done.wrong);
        assert_eq!(
            (done.taken, done.files.len()),
            (sent.units.len(), files.len())
        );
        for ((path, text), old) in done.files.iter().zip(&files) {
            let new = Adoptable {
                bytes: text.clone().into_bytes(),
                ..(*old).clone()
            };
            let left = find_untranslated(&[&new], french());
            assert!(left.is_ok_and(|l| l.is_empty()), "{path}");
        }
    }

    #[test]
    fn a_translation_prints_what_its_source_prints() {
        for (source, target, what) in [
            ("{{ a }} is out.", "{{ a }} est coupé.", None),
            ("{{ a | date }}", "{{ a }}", None),
            (
                "{{ a }} {{ a | plural(one='is', other='are') }}",
                "{{ a }}",
                None,
            ),
            ("{{ a }}, {{ b }}", "{{ a }}", Some("does not print b")),
            (
                "{{ a }}",
                "{{ a }} {{ c }}",
                Some("prints c, which its source"),
            ),
        ] {
            let found = other_facts(source, target);
            let fits = match (&found, what) {
                (None, None) => true,
                (Some(found), Some(what)) => found.contains(what),
                _ => false,
            };
            assert!(fits, "{source} {target}: {found:?}");
        }
    }
}
