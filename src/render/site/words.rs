//! Looks up the words around notices. It has none itself: they stand in the file `page.yaml` of each language.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use minijinja::value::{Serde, Value};

use crate::domain::base::lang::Lang;
use crate::languages::Subject;

/// A word of the page by key; a key that the file does not have is a fault, which a test finds.
pub fn page_word(key: &str, lang: Lang) -> &'static str {
    lang.shipped_words()
        .find_word(Subject::Page, key)
        .unwrap_or("")
}

/// All words of a language, for templates: every page has them.
pub fn all_page_words(lang: Lang) -> Value {
    static MADE: [OnceLock<Value>; Lang::ALL.len()] = [const { OnceLock::new() }; Lang::ALL.len()];
    let made = || {
        let all: BTreeMap<&str, &str> = lang.shipped_words().all_words(Subject::Page).collect();
        Value::from(Serde(all))
    };
    MADE[lang.index()].get_or_init(made).clone()
}
