//! Two texts compared word by word. It does not say which is right.

pub use crate::render::word_diff::{Kind, compare_words};
