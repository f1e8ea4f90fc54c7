//! Languages of customers, and texts given once per language.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::languages::{Language, Phrase, SHIPPED};

/// A language that customers are spoken to in.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// Vietnamese.
    Vi,
    /// English.
    En,
}

impl Lang {
    /// Every language that the formatter knows, in the order used for output.
    pub const ALL: [Lang; 2] = [Lang::Vi, Lang::En];

    /// The language of what nobody asked for in a language: logs, refusals, commands without `--lang`.
    pub const USUAL: Lang = Lang::En;

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::Vi => "vi",
            Lang::En => "en",
        }
    }

    /// Its place in [`Lang::ALL`], from 0.
    pub fn index(self) -> usize {
        self as usize
    }

    /// The files of words that the program ships for it.
    pub fn words(self) -> &'static Language {
        &SHIPPED[self.index()]
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for Lang {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        match s {
            "vi" => Ok(Lang::Vi),
            "en" => Ok(Lang::En),
            other => Err(format!("language \"{other}\" is not known; use vi or en")),
        }
    }
}

/// One text in several languages, meaning the same in each.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, schemars::JsonSchema)]
#[serde(transparent)]
pub struct Texts(#[schemars(with = "BTreeMap<Lang, String>")] [Option<String>; 2]);

impl Texts {
    /// The same text in every language: names that are not translated.
    pub fn same(text: &str) -> Self {
        Texts::each(|_| text.to_owned())
    }

    /// A text made anew in each language that the program ships.
    pub fn each(make: impl Fn(Lang) -> String) -> Self {
        let mut texts = Texts::default();
        for lang in Lang::ALL {
            texts.insert(lang, make(lang));
        }
        texts
    }

    /// A phrase in each language, its gaps filled with what is the same in all of them.
    pub fn phrase<P: Phrase>(phrase: P, gaps: &[(&str, &dyn fmt::Display)]) -> Self {
        Texts::each(|lang| lang.words().say(phrase, gaps))
    }

    /// Sets the text in one language.
    pub fn insert(&mut self, lang: Lang, text: String) {
        self.0[lang as usize] = Some(text);
    }

    /// Takes over what the other one has.
    pub fn extend(&mut self, other: &Texts) {
        for (lang, text) in other.iter() {
            self.insert(lang, text.clone());
        }
    }

    /// The texts that there are, in the order of languages.
    pub fn iter(&self) -> impl Iterator<Item = (Lang, &String)> {
        let all = Lang::ALL.iter().zip(&self.0);
        all.filter_map(|(lang, text)| Some((*lang, text.as_ref()?)))
    }

    /// The same without their languages.
    pub fn values(&self) -> impl Iterator<Item = &String> {
        self.0.iter().flatten()
    }

    /// The text in one language, if given.
    pub fn get(&self, lang: Lang) -> Option<&str> {
        self.0[lang as usize].as_deref()
    }

    /// The text in this language, else in any other: for staff, never for customers.
    pub fn any(&self, lang: Lang) -> &str {
        self.get(lang)
            .or_else(|| self.values().next().map(String::as_str))
            .unwrap_or("")
    }

    /// True when no language has a text.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Option::is_none)
    }
}

impl<const N: usize> From<[(Lang, &str); N]> for Texts {
    fn from(given: [(Lang, &str); N]) -> Self {
        let mut texts = Texts::default();
        for (lang, text) in given {
            texts.insert(lang, text.to_owned());
        }
        texts
    }
}

impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Map;
        impl<'de> Visitor<'de> for Map {
            type Value = Texts;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a map")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Texts, A::Error> {
                let mut texts = Texts::default();
                while let Some((lang, text)) = map.next_entry()? {
                    texts.insert(lang, text);
                }
                Ok(texts)
            }
        }
        deserializer.deserialize_map(Map)
    }
}
