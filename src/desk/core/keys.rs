//! Private keys on this machine, and checking what was signed with them. Which key is trusted is in the record.

pub use crate::store::sign::{Signer, is_signed, key_file};
