//! Templates and expressions, numbers and dates in each language, pages and feeds. Opens no files and does not decide what may
//! be said.

pub mod band;
pub mod describe;
pub mod diff;
pub mod form;
pub mod jinja;
pub mod length;
pub mod page;
pub mod reckoning;
pub mod site;
