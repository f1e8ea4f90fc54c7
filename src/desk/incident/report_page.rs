//! The page of a report on our word, for a browser. It counts nothing.

pub use crate::render::report_page::{CountRow, IncidentChart, Page, render_report};
