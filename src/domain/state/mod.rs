//! What folding the whole record gives. Derives no fact and judges no promise.

pub mod incident;
pub mod promise;
pub mod fold;
pub mod announced;
