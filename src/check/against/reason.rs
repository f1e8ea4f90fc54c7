//! Why a claim is backed or not, in the words of `reasons.yaml` of each language. It judges nothing.

use std::collections::BTreeMap;

use crate::check::reading::language_files::PerLanguage;
use crate::domain::base::lang::Lang;

static REASONS: PerLanguage<BTreeMap<String, String>> = PerLanguage::new(|f| f.reasons);

/// The name of a reason in `reasons.yaml`, and what stands in place of each `{}` in it, with `|` between two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason(pub &'static str, pub String);

impl Reason {
    /// A reason without a value.
    pub(super) fn plain(name: &'static str) -> Reason {
        Reason(name, String::new())
    }

    /// In the words of a language.
    pub(super) fn in_words(&self, lang: Lang) -> String {
        let words = in_words(self.0, lang).to_owned();
        let values = self.1.split('|');
        values.fold(words, |words, value| words.replacen("{}", value, 1))
    }
}

/// The words of an entry, in the usual language where this one is not read; its name where there is none, which a test
/// excludes.
pub(super) fn in_words(name: &'static str, lang: Lang) -> &'static str {
    let lang = if lang.is_read() { lang } else { Lang::USUAL };
    REASONS.of(lang).get(name).map_or(name, String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::reading::language_files::read_languages;

    #[test]
    fn every_language_has_every_reason() {
        REASONS.assert_read();
        let wanted: Vec<&String> = REASONS.of(Lang::En).keys().collect();
        for lang in read_languages() {
            let own = REASONS.of(lang);
            assert_eq!(own.keys().collect::<Vec<_>>(), wanted, "{lang}");
            for (name, words) in own {
                let values = |l| REASONS.of(l)[name].matches("{}").count();
                assert_eq!(values(lang), values(Lang::En), "{lang} {name}: {words}");
            }
        }
    }

    #[test]
    fn every_reason_that_the_code_names_is_there() {
        for file in std::fs::read_dir("src/check/against")
            .into_iter()
            .flatten()
            .flatten()
        {
            let code = std::fs::read_to_string(file.path()).unwrap_or_default();
            for mark in ["Reason(\"", "Reason::plain(\"", "in_words(\""] {
                for rest in code.split(mark).skip(1) {
                    let name = rest.split('"').next().unwrap_or_default();
                    let is_name = name.contains('-');
                    assert!(
                        !is_name || REASONS.of(Lang::En).contains_key(name),
                        "{name}"
                    );
                }
            }
        }
    }
}
