//! Templates and expressions, numbers and dates in each language, pages and feeds. Opens no files and does not decide what may
//! be said.

pub mod approximate_share;
pub mod describe;
pub mod word_diff;
pub mod format;
pub mod jinja;
pub mod length;
#[cfg(feature = "serve")]
pub mod desk_page;
#[cfg(feature = "cli")]
pub mod page_error;
#[cfg(feature = "cli")]
pub mod report_page;
pub mod time_functions;
#[cfg(feature = "cli")]
pub mod site;
