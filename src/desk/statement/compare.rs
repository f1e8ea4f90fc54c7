//! Two texts compared word by word. It does not say which is right.

pub use crate::render::diff::{Kind, compare_words};
