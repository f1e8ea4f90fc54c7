//! YAML that people write, read with the place of everything so that messages can point to it. Opens no files and does not
//! judge what the values mean.

pub mod places;
pub mod scanner;
pub mod source;
pub mod texts;
pub mod trim;
pub mod typed;
pub mod unknown_fields;

pub use scanner::MAX_BYTES;
pub use source::{Source, Trouble};
pub use typed::read_yaml;
