//! The filter `plural`: a word for one thing and another for several, by the language's own rules. It prints no fact.

use std::sync::Arc;

use icu_plurals::{PluralCategory, PluralRules};
use minijinja::value::{Kwargs, Object, Value as V};
use minijinja::{Error, ErrorKind};

use crate::domain::base::lang::Lang;
use crate::domain::base::value::Value;
use crate::domain::facts::evaluator::Style;
use crate::render::format::locale_of;
use crate::render::jinja::scope::{Leaf, Nothing, Reading};

/// A word of the text itself, chosen by a number.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) reading: Arc<Reading>,
}

impl Object for Word {}

/// `{{ scope | plural(one="is", other="are") }}`: the length of a list, or a count, decides; a name
/// is one, and several where the sentence names several.
///
/// # Errors
/// When the value has no number, or there is no word for `other`.
pub(super) fn choose_word(value: &V, words: &Kwargs, style: Style) -> Result<V, Error> {
    let invalid = |what: &str| Error::new(ErrorKind::InvalidOperation, what.to_owned());
    let other: String = words.get("other").map_err(|_| {
        invalid("plural needs a word for `other`: plural(one=\"is\", other=\"are\")")
    })?;
    let of_category = |category| -> Result<String, Error> {
        let word: Option<String> = words.get(name_of(category))?;
        Ok(word.unwrap_or_else(|| other.clone()))
    };
    let all: Result<Vec<String>, Error> = PluralCategory::all().map(of_category).collect();
    let all = all?;
    words.assert_all_used()?;
    if value.downcast_object_ref::<Nothing>().is_some() {
        return Ok(value.clone());
    }
    let leaf = value.downcast_object_ref::<Leaf>();
    let counted = leaf.and_then(|leaf| Some((leaf, count_of(leaf, style)?)));
    let (leaf, count) = counted.ok_or_else(|| invalid("plural takes a list, a count or a name"))?;
    let text = match style.longest {
        true => all
            .into_iter()
            .max_by_key(|word| word.chars().count())
            .unwrap_or(other),
        false => of_category(category_of(style.lang, count))?,
    };
    let reading = leaf.reading.clone();
    Ok(V::from_object(Word { text, reading }))
}

fn count_of(leaf: &Leaf, style: Style) -> Option<usize> {
    match leaf.reading.facts.value(&leaf.path)? {
        Value::Link(_) => Some(1 + usize::from(style.names_several)),
        Value::List(list) => Some(list.len()),
        Value::Count(n) => usize::try_from(*n).ok(),
        _ => None,
    }
}

fn category_of(lang: Lang, count: usize) -> PluralCategory {
    PluralRules::try_new_cardinal(locale_of(lang).into())
        .map_or(PluralCategory::Other, |rules| rules.category_for(count))
}

fn name_of(category: PluralCategory) -> &'static str {
    match category {
        PluralCategory::Zero => "zero",
        PluralCategory::One => "one",
        PluralCategory::Two => "two",
        PluralCategory::Few => "few",
        PluralCategory::Many => "many",
        PluralCategory::Other => "other",
    }
}
