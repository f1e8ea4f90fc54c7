//! Languages of customers, and texts given once per language. It knows none of them by its words.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, DeserializeSeed, EnumAccess, MapAccess, VariantAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::base::malformed::Malformed;
use crate::languages::{Language, Phrase, SHIPPED, TAGS, USUAL};

/// A language that customers are spoken to in: one of those that the program ships, by its place among them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang(u8);

#[allow(non_upper_case_globals)]
impl Lang {
    /// Vietnamese, for what is about this language by name.
    pub const Vi: Lang = Lang(0);

    /// English, for what is about this language by name.
    pub const En: Lang = Lang(1);
}

impl Lang {
    /// Every language that the program ships, in the order used for output.
    pub const ALL: [Lang; TAGS.len()] = {
        let mut all = [Lang(0); TAGS.len()];
        let mut i = 0;
        while i < all.len() {
            all[i] = Lang(i as u8);
            i += 1;
        }
        all
    };

    /// The language of what nobody asked for in a language: logs, refusals, commands without `--lang`.
    pub const USUAL: Lang = Lang(USUAL as u8);

    /// The BCP 47 tag.
    pub fn tag(self) -> &'static str {
        self.shipped_words().tag
    }

    /// Its place in [`Lang::ALL`], from 0.
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// True when the program reads texts in it, and holds what they claim against the record.
    pub fn is_read(self) -> bool {
        self.shipped_words().is_read
    }

    /// The files of words that the program ships for it.
    pub fn shipped_words(self) -> &'static Language {
        &SHIPPED[self.index()]
    }
}

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

impl FromStr for Lang {
    type Err = Malformed;
    fn from_str(tag: &str) -> Result<Self, Self::Err> {
        let found = Lang::ALL.into_iter().find(|l| l.tag() == tag);
        found.ok_or_else(|| {
            let shipped = TAGS.join(", ");
            Malformed(format!(
                "language \"{tag}\" is not known; use one of {shipped}"
            ))
        })
    }
}

// Written and read as the variants of an enum: so it was, and a schema, a record and a cache go on as they are.
impl Serialize for Lang {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit_variant("Lang", u32::from(self.0), self.tag())
    }
}

impl<'de> Deserialize<'de> for Lang {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_enum("Lang", TAGS, LangVisitor)
    }
}

struct LangVisitor;

impl<'de> Visitor<'de> for LangVisitor {
    type Value = Lang;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("enum Lang")
    }
    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Lang, A::Error> {
        let (lang, variant) = data.variant_seed(LangTag)?;
        variant.unit_variant()?;
        Ok(lang)
    }
}

/// Reads the tag itself.
struct LangTag;

impl<'de> DeserializeSeed<'de> for LangTag {
    type Value = Lang;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Lang, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for LangTag {
    type Value = Lang;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("variant identifier")
    }
    fn visit_str<E: de::Error>(self, tag: &str) -> Result<Lang, E> {
        tag.parse().map_err(|_| E::unknown_variant(tag, TAGS))
    }
}

impl JsonSchema for Lang {
    fn schema_name() -> Cow<'static, str> {
        "Lang".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let shipped = SHIPPED.iter().map(|language| {
            let description = format!("{}.", language.name);
            json_schema!({ "description": description, "type": "string", "const": language.tag })
        });
        json_schema!({
            "description": "A language that customers are spoken to in.",
            "oneOf": shipped.collect::<Vec<_>>(),
        })
    }
}

/// One text in several languages, meaning the same in each.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, JsonSchema)]
#[serde(transparent)]
pub struct Texts(
    // In the order of languages, each there once. There are few: a list is smaller than a tree.
    #[schemars(with = "BTreeMap<Lang, String>")] Vec<(Lang, String)>,
);

impl Texts {
    /// A name that is in no language, such as an identifier. It is kept once, so that what a record holds does not depend on
    /// which languages the program ships.
    pub fn untranslated(name: &str) -> Self {
        Texts::from([(Lang::USUAL, name)])
    }

    /// The same text in every language: what is no word of one.
    pub fn same_in_all(text: &str) -> Self {
        Texts::build_per_lang(|_| text.to_owned())
    }

    /// A text made anew in each language that the program ships.
    pub fn build_per_lang(make: impl Fn(Lang) -> String) -> Self {
        let mut texts = Texts::default();
        for lang in Lang::ALL {
            texts.insert(lang, make(lang));
        }
        texts
    }

    /// A phrase in each language, its gaps filled with what is the same in all of them.
    pub fn from_phrase<P: Phrase>(phrase: P, gaps: &[(&str, &dyn fmt::Display)]) -> Self {
        Texts::build_per_lang(|lang| lang.shipped_words().fill_phrase(phrase, gaps))
    }

    /// Sets the text in one language.
    pub fn insert(&mut self, lang: Lang, text: String) {
        match self.0.binary_search_by_key(&lang, |(l, _)| *l) {
            Ok(at) => self.0[at].1 = text,
            Err(at) => self.0.insert(at, (lang, text)),
        }
    }

    /// Takes over what the other one has.
    pub fn extend(&mut self, other: &Texts) {
        for (lang, text) in other.iter() {
            self.insert(lang, text.clone());
        }
    }

    /// The texts that there are, in the order of languages.
    pub fn iter(&self) -> impl Iterator<Item = (Lang, &String)> {
        self.0.iter().map(|(lang, text)| (*lang, text))
    }

    /// The same without their languages.
    pub fn values(&self) -> impl Iterator<Item = &String> {
        self.0.iter().map(|(_, text)| text)
    }

    /// The text in one language, if given.
    pub fn get(&self, lang: Lang) -> Option<&str> {
        let found = self.0.iter().find(|(l, _)| *l == lang);
        found.map(|(_, text)| text.as_str())
    }

    /// The text in this language, else in any other: for staff, never for customers.
    pub fn get_or_any(&self, lang: Lang) -> &str {
        self.get(lang)
            .or_else(|| self.values().next().map(String::as_str))
            .unwrap_or("")
    }

    /// True when no language has a text.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_where_their_tags_say() {
        let tags: Vec<&str> = Lang::ALL.iter().map(|l| l.tag()).collect();
        assert_eq!(tags, TAGS);
        assert_eq!((Lang::Vi.tag(), Lang::En.tag()), ("vi", "en"));
        assert!(Lang::Vi < Lang::En);
        assert_eq!("en".parse(), Ok(Lang::En));
        let refused = "xx".parse::<Lang>();
        let why = "language \"xx\" is not known; use one of vi, en, fr";
        assert_eq!(refused, Err(Malformed(why.to_owned())));
    }

    #[test]
    fn texts_are_written_and_read_by_tag_in_the_order_of_languages() {
        let texts: Texts = serde_json::from_str(r#"{"en":"b","vi":"a"}"#).unwrap();
        assert_eq!(texts, Texts::from([(Lang::Vi, "a"), (Lang::En, "b")]));
        let written = serde_json::to_string(&texts).unwrap();
        assert_eq!(written, r#"{"vi":"a","en":"b"}"#);
        let packed = rmp_serde::to_vec_named(&texts).unwrap();
        assert_eq!(rmp_serde::from_slice::<Texts>(&packed).unwrap(), texts);
        let unknown = serde_json::from_str::<Lang>("\"xx\"").unwrap_err();
        let why = "unknown variant `xx`, expected one of `vi`, `en`, `fr`";
        assert!(unknown.to_string().starts_with(why), "{unknown}");
    }
}
