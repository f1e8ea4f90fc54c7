//! From a text to its sentences, and from a sentence to the times, words and commitments in it. Knows nothing of what
//! is on record: whether a claim is true is decided in `against`.

// Texts and languages.
pub mod text;
pub mod language_files;
pub mod sentence;

// What a reader sees of a file.
pub mod readable_text;
mod wrapped_lines;
mod html_text;
mod markdown_text;
pub mod text_form;

// Files that pack their text.
pub mod document;
mod mail_text;
mod docx_paragraphs;
mod docx_text;
pub mod file_kind;

// Times.
mod time_patterns;
pub mod time_mentions;
mod spelled_times;
mod month_parts;
pub mod time_parts;

// Commitments.
pub mod features;
pub mod deadline;
pub mod promise_classifier;
pub mod claims;
pub mod sentence_signs;

// Claims about links, capacity and causes.
mod needles;
pub mod patterns;

#[cfg(test)]
mod packed_tests;
