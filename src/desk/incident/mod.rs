//! Declaring, reporting on, handing over, closing and looking back at incidents. It issues no statement.

pub mod close;
pub mod declare;
pub mod handover;
pub mod merge;
pub mod report;
#[cfg(feature = "cli")]
pub mod report_page;
#[cfg(feature = "cli")]
pub mod report_rows;
pub mod review;
