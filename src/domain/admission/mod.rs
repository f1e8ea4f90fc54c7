//! Decides whether a payload may enter the record. Writes nothing.

pub mod admit;

#[cfg(test)]
mod tests;
