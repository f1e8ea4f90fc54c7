//! Private keys on this machine, and checking what was signed with them. It does not know which keys are trusted.

pub use crate::store::sign::{Signer, is_signed, key_file};
