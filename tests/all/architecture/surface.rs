//! What programs of others may name of the library. It counts names and does not judge what hangs on a type.

use std::sync::LazyLock;

use regex::Regex;

use super::source::FILES;

/// Every name in public is a promise to keep it: for another one, see whether one can go.
const MOST_NAMES: usize = 32;

/// The code of `lib.rs`, one line after the other.
fn code_of_library() -> String {
    let file = FILES.iter().find(|f| f.module == "lib").unwrap();
    file.code().map(|(_, l)| format!("{l}\n")).collect()
}

#[test]
fn the_library_is_a_short_table_of_contents() {
    static USED: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?s)pub use ([^;]+);").unwrap());
    let code = code_of_library();
    let mut names = Vec::new();
    for used in USED.captures_iter(&code) {
        let path = used[1].to_owned();
        let leaves = path.split_once('{').map_or(path.as_str(), |(_, l)| l);
        let leaves = leaves.split(',').map(|l| l.trim_end_matches('}').trim());
        names.extend(leaves.filter(|l| !l.is_empty()).map(str::to_owned));
    }
    assert!(names.len() > 20, "they are read wrongly: {names:?}");
    assert!(
        names.len() <= MOST_NAMES,
        "{} names: {names:#?}",
        names.len()
    );
    assert!(!names.iter().any(|n| n.contains('*')), "{names:?}");
}

#[test]
fn no_module_is_public_and_nothing_is_hidden() {
    assert!(!code_of_library().contains("pub mod"));
    let hidden = FILES
        .iter()
        .filter(|f| f.code().any(|(_, l)| l.contains("doc(hidden)")));
    let hidden: Vec<_> = hidden.map(|f| &f.path).collect();
    assert!(hidden.is_empty(), "{hidden:?}");
}
