//! The placeholders of a text, read from its template: what they print, and the words that `plural` puts in. It renders nothing.

use std::collections::BTreeSet;

/// The longest word that `plural` may put in: "has", "are not", never a statement of its own.
const LONGEST_WORD: usize = 20;

/// The insides of the placeholders of a template.
pub(crate) fn placeholders_of(text: &str) -> impl Iterator<Item = &str> {
    text.split("{{")
        .skip(1)
        .filter_map(|rest| rest.split("}}").next())
}

/// The fixed words of a template, once for each word that `plural` may choose; another placeholder leaves a mark that is no
/// word and no number.
pub(super) fn fixed_words(text: &str) -> BTreeSet<String> {
    let counts = placeholders_of(text).filter_map(|p| Some(plural_words(p)?.len()));
    let most = counts.max().unwrap_or(1).max(1);
    (0..most).map(|nth| with_words(text, nth)).collect()
}

fn with_words(text: &str, nth: usize) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find("{{") {
        out.push_str(&rest[..open]);
        let (inside, after) = rest[open + 2..].split_once("}}").unwrap_or_default();
        let words = plural_words(inside).unwrap_or_default();
        let word = words.get(nth).or(words.last()).map(|(_, word)| *word);
        out.push_str(word.unwrap_or("\u{fffc}"));
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The words of a placeholder with the filter `plural`, by category, as they are written; none for another placeholder.
pub(super) fn plural_words<'t>(inside: &'t str) -> Option<Vec<(&'t str, &'t str)>> {
    let (_, filter) = inside.split_once('|')?;
    let words = filter.trim().strip_prefix("plural(")?.strip_suffix(')')?;
    let pairs = words
        .split(',')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let read =
        |(name, word): (&'t str, &'t str)| (name.trim(), unquoted(word.trim()).unwrap_or(""));
    Some(pairs.map(read).collect())
}

/// A text without its quotes; none when it is not one text in quotes: that is no word, and is found to be none.
fn unquoted(word: &str) -> Option<&str> {
    let quote = word.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    word.strip_prefix(quote)?.strip_suffix(quote)
}

/// What is wrong with the words of `plural`: each is a short word of letters, so that it can neither hide a statement from
/// the reader nor a number.
pub(super) fn fault_of_plural(words: &[(&str, &str)]) -> Option<String> {
    const CATEGORIES: [&str; 6] = ["zero", "one", "two", "few", "many", "other"];
    if let Some((name, _)) = words.iter().find(|(name, _)| !CATEGORIES.contains(name)) {
        let known = CATEGORIES.join(", ");
        return Some(format!("plural has no word for \"{name}\"; known: {known}"));
    }
    if words.last().is_none_or(|(name, _)| *name != "other") {
        let what = "plural ends with the word for `other`: plural(one=\"is\", other=\"are\")";
        return Some(what.to_owned());
    }
    let is_word = |w: &str| {
        let letters = w.chars().all(|c| c.is_alphabetic() || c == ' ');
        !w.trim().is_empty() && letters && w.chars().count() <= LONGEST_WORD
    };
    let (_, bad) = words.iter().find(|(_, word)| !is_word(word))?;
    Some(format!(
        "plural takes short words, of letters and at most {LONGEST_WORD} characters; \"{bad}\" is none"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_plural_are_short_and_end_with_the_one_for_several() {
        let fault = |inside: &str| fault_of_plural(&plural_words(inside).unwrap());
        assert_eq!(fault(" scope | plural(one='is', other='are') "), None);
        assert!(fault("scope | plural(one='is')").unwrap().contains("other"));
        assert!(
            fault("scope | plural(uno='is', other='are')")
                .unwrap()
                .contains("uno")
        );
        assert!(
            fault("scope | plural(other='5 lines')")
                .unwrap()
                .contains("letters")
        );
        let hidden = "scope | plural(other='is restored and stable again')";
        assert!(fault(hidden).unwrap().contains("letters"));
        for hidden in [
            "one='a, restored', other='b'",
            "one=org, other='b'",
            "one='a' ~ 'b', other='c'",
        ] {
            let inside = format!("scope | plural({hidden})");
            assert!(fault(&inside).is_some(), "{hidden}");
        }
        assert_eq!(plural_words("scope | count"), None);
    }

    #[test]
    fn each_word_of_plural_stands_in_fixed_words() {
        let text = "{{ scope }} {{ scope | plural(one='is', other='are') }} out";
        let read = fixed_words(text);
        assert_eq!(read.len(), 2);
        assert!(read.contains("\u{fffc} is out") && read.contains("\u{fffc} are out"));
        assert_eq!(fixed_words("all is {{ it.state }}").len(), 1);
    }
}
