//! Digests of bytes, and the canonical form of a value that is digested. Reads no file.

use serde::Serialize;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// A value that cannot be written as JSON, with what the writer says.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
#[error("{0}")]
pub struct CanonicalError(String);

/// SHA-256 in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    to_hex(&Sha256::digest(bytes))
}

/// Bytes in lower-case hexadecimal.
pub fn to_hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    let mut all = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        all.push(digit(byte >> 4));
        all.push(digit(byte & 15));
    }
    all
}

/// Canonical JSON (RFC 8785) of a value without floats.
///
/// # Errors
/// When the value cannot be written as JSON.
pub fn to_canonical_json(value: &impl Serialize) -> Result<String, CanonicalError> {
    serde_json_canonicalizer::to_string(value).map_err(|e| CanonicalError(e.to_string()))
}
