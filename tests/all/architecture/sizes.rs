//! How long files and functions may be. The lists of exceptions may only shrink: an entry that is no longer needed fails
//! the test as well.

use std::collections::BTreeSet;

use super::source::FILES;

const LONGEST_FILE: usize = 500;
const LONGEST_FUNCTION: usize = 60;
/// No exception may be longer than this.
const LONGEST_EXCEPTION: usize = 100;
/// At most so many functions may be exceptions.
const MOST_EXCEPTIONS: usize = 10;

/// Files over the limit, each with the reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// Functions over the limit, each with the reason.
const LONG_FUNCTIONS: &[(&str, &str, &str)] = &[(
    "src/cli/next_step.rs",
    "write_step",
    "a table: one line for each step, and the compiler asks for every one",
)];

/// What was there before these rules, by number: it may only fall.
const ONE_WORD_PERCENT: usize = 13;

/// Words that are a whole name in Rust or in the trade: a function of that name needs no object.
const NAMES_OF_OTHERS: &[&str] = &[
    "new",
    "default",
    "fmt",
    "from",
    "from_str",
    "clone",
    "eq",
    "cmp",
    "partial_cmp",
    "write",
    "flush",
    "hash",
    "drop",
    "next",
    "main",
    "serialize",
    "deserialize",
    "expecting",
    "deref",
    "index",
    "as_ref",
    "into_iter",
    "source",
    "json_schema",
    "schema_name",
];

#[test]
fn files_are_short() {
    let allowed: BTreeSet<&str> = LONG_FILES.iter().map(|(path, _)| *path).collect();
    let long = FILES.iter().filter(|f| f.length > LONGEST_FILE);
    let long: BTreeSet<&str> = long.map(|f| f.path.as_str()).collect();
    let new: Vec<_> = long.difference(&allowed).collect();
    assert!(new.is_empty(), "over {LONGEST_FILE} lines: {new:#?}");
    let done: Vec<_> = allowed.difference(&long).collect();
    assert!(
        done.is_empty(),
        "no longer too long: take them off the list: {done:#?}"
    );
}

#[test]
fn functions_fit_a_screen() {
    let allowed: BTreeSet<(&str, &str)> = LONG_FUNCTIONS.iter().map(|(f, n, _)| (*f, *n)).collect();
    assert!(allowed.len() <= MOST_EXCEPTIONS);
    let (mut new, mut met) = (Vec::new(), BTreeSet::new());
    for file in FILES.iter() {
        for function in file.functions() {
            if function.lines <= LONGEST_FUNCTION {
                continue;
            }
            let is_it = |(path, name): &&(&str, &str)| *path == file.path && *name == function.name;
            match allowed.iter().find(is_it) {
                Some(entry) if function.lines <= LONGEST_EXCEPTION => {
                    met.insert(*entry);
                }
                _ => new.push(format!(
                    "{} {} {}",
                    function.lines, function.place, function.name
                )),
            }
        }
    }
    assert!(
        new.is_empty(),
        "over {LONGEST_FUNCTION} lines:\n{}",
        new.join("\n")
    );
    let done: Vec<_> = allowed.difference(&met).collect();
    assert!(
        done.is_empty(),
        "no longer too long: take them off the list: {done:#?}"
    );
}

/// A function is named by a verb and its object; one word is for what the trade names by one word.
#[test]
fn few_functions_are_named_by_one_word() {
    let (mut one, mut all) = (Vec::new(), 0);
    for function in FILES.iter().flat_map(|f| f.functions()) {
        if NAMES_OF_OTHERS.contains(&function.name.as_str()) {
            continue;
        }
        all += 1;
        if !function.name.contains('_') {
            one.push(format!("{} {}", function.place, function.name));
        }
    }
    let share = one.len() * 100 / all;
    assert!(
        share < ONE_WORD_PERCENT,
        "{share} % of {all} functions are named by one word:\n{}",
        one.join("\n")
    );
}
