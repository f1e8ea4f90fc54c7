//! Days and hours of a time that are given by a word or a number alone. It knows no word itself.

use chrono::Weekday;

use crate::check::reading::text::unmarked;

/// "The twentieth of September" with the number of the day in digits; none where no day is given so.
pub(super) fn with_numbered_days(words: &str, ordinals: &[String]) -> Option<String> {
    let day_of = |word: &str| ordinals.iter().position(|o| o == word);
    let is_day = |word: &&str| day_of(word).is_some();
    words.split(' ').find(is_day)?;
    let all = words.split(' ').map(|w| match day_of(w) {
        Some(before) => (before + 1).to_string(),
        None => w.to_owned(),
    });
    Some(all.collect::<Vec<String>>().join(" "))
}

/// "About 8", "by 6": an hour on a clock of twelve, where nothing else is given.
pub(super) fn bare_hour(words: &str) -> Option<u32> {
    let tokens = words
        .split(|c: char| !c.is_alphanumeric())
        .filter(|t| !t.is_empty());
    let is_number = |t: &&str| t.bytes().all(|b| b.is_ascii_digit());
    let (numbers, others): (Vec<&str>, Vec<&str>) = tokens.partition(is_number);
    let is_about = others
        .iter()
        .all(|t| ["about", "around", "approximately", "roughly"].contains(t));
    match numbers.as_slice() {
        [one] if is_about => one.parse().ok().filter(|h| (1..=12).contains(h)),
        _ => None,
    }
}

/// "Just before six", "about seven this evening": an hour in words, with words around it that are known.
pub(super) fn bare_hour_in_words(
    words: &str,
    hours: &[String],
    around: &[String],
    parts_of_day: &[(String, u32, u32)],
) -> Option<u32> {
    let is_around =
        |t: &&str| around.iter().any(|a| a == t) || parts_of_day.iter().any(|(part, ..)| part == t);
    let tokens = words.split(|c: char| !c.is_alphanumeric());
    let mut rest = tokens.filter(|t| !t.is_empty() && !is_around(t));
    let hour = hours
        .iter()
        .position(|w| Some(w.as_str()) == rest.clone().next())?;
    rest.next();
    let hour = u32::try_from(hour).ok().filter(|h| (1..=12).contains(h))?;
    rest.next().is_none().then_some(hour)
}

/// The last day of the week that is named. A short name begins its word.
pub(super) fn weekday_in(words: &str, weekdays: &[String], are_short: bool) -> Option<Weekday> {
    // A short name begins its word: "tues", "tuesday"; "month" is another word.
    let begins = |day: &str| {
        words
            .split(|c: char| !c.is_alphabetic())
            .any(|w| w.starts_with(day) && (w.len() != 5 || w.ends_with("day")))
    };
    weekdays
        .iter()
        .enumerate()
        .filter(|(_, day)| {
            if are_short {
                begins(day)
            } else {
                words.contains(day.as_str()) || words.contains(&unmarked(day))
            }
        })
        .filter_map(|(i, _)| Weekday::try_from(u8::try_from(i).ok()?).ok())
        .next_back()
}
