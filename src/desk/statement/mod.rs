//! Drafting, approving and issuing statements, and whether what was issued still holds. It sends nothing.

pub mod approve;
pub mod derive_again;
pub mod whole_record;
pub mod matter;
pub mod draft;
pub mod check_text;
pub mod compare;
pub mod issue;
pub mod own_sentence;
pub mod edit;
pub mod pre_approval;
pub mod quotable;
pub mod release;
pub mod review_issued;
pub mod verdicts;
