//! Drafting, approving and issuing statements, and whether what was issued still holds. It sends nothing.

pub mod approve;
pub mod draft;
pub mod review_issued;
pub mod verdicts;
