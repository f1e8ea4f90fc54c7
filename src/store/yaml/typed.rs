//! Reads a YAML file into a Rust type, with the place of what does not fit. Does not check what the values mean.

use std::ops::Range;

use serde::de::DeserializeOwned;

use crate::store::yaml::scanner::scan_places;
use crate::store::yaml::source::{Source, Trouble};
use crate::store::yaml::unknown_fields::check_field_names;

/// Reads a file into a type, and gives the places of its values.
///
/// # Errors
/// Everything found wrong with its form, or the first thing that does not fit the type.
pub fn read_yaml<T: DeserializeOwned + schemars::JsonSchema>(
    name: &str,
    bytes: &[u8],
) -> Result<(T, Source), Vec<Trouble>> {
    let mut source = scan_places(name, bytes)?;
    let wrong = check_field_names::<T>(&mut source);
    if !wrong.is_empty() {
        return Err(wrong);
    }
    match serde_yaml::from_str::<T>(&source.text) {
        Ok(value) => Ok((value, source)),
        Err(error) => {
            let range = error
                .location()
                .map_or(0..0, |l| byte_at(&source.text, l.line(), l.column()));
            Err(vec![
                source.trouble_in_range(range, without_place(&error.to_string())),
            ])
        }
    }
}

fn byte_at(text: &str, line: usize, column: usize) -> Range<usize> {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    let rest = text[start..].split('\n').next().unwrap_or("");
    let offset = rest
        .char_indices()
        .nth(column.saturating_sub(1))
        .map_or(0, |(i, _)| i);
    start + offset..start + rest.trim_end().len().max(offset)
}

/// Cuts the place off a message of the parser: it is shown separately.
fn without_place(message: &str) -> String {
    let cut = message.rfind(" at line ").unwrap_or(message.len());
    message[..cut].to_owned()
}
