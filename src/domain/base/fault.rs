//! A fault of a file that people write, with its place, and the form of identifiers. Reads no file.

use crate::domain::base::next_step::Advice;

/// Something wrong in a file, with the path of the field it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The path in the file, as in `links[3].parts[0]`.
    pub path: String,
    /// What is wrong and what to do.
    pub what: Advice,
}

impl Fault {
    pub fn at_path(path: impl Into<String>, what: impl Into<Advice>) -> Self {
        Fault {
            path: path.into(),
            what: what.into(),
        }
    }
}

/// True for identifiers that are safe everywhere: in paths, expressions and file names.
pub fn is_id(id: &str) -> bool {
    !id.is_empty()
        && id.len() <= 64
        && id.starts_with(|c: char| c.is_ascii_alphanumeric())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'))
}
