//! Compressed bytes inside a snapshot. Knows nothing of what they are.

use serde::de::Visitor;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The largest text that is unpacked, in bytes.
const MOST: usize = 1024 * 1024 * 1024;

/// Bytes compressed by LZ4, after their length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Packed(Vec<u8>);

impl Packed {
    pub(super) fn new(bytes: &[u8]) -> Packed {
        let mut out = (bytes.len() as u64).to_le_bytes().to_vec();
        out.extend(lz4_flex::block::compress(bytes));
        Packed(out)
    }

    /// The bytes; none when they are damaged.
    pub(super) fn unpack_bytes(&self) -> Option<Vec<u8>> {
        let (size, rest) = self.0.split_first_chunk::<8>()?;
        let size = usize::try_from(u64::from_le_bytes(*size)).ok()?;
        // LZ4 never compresses more than this: a wrong size must not cost memory.
        if size > MOST || size / 256 > rest.len() {
            return None;
        }
        lz4_flex::block::decompress(rest, size).ok()
    }
}

impl Serialize for Packed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl Visitor<'_> for Bytes {
            type Value = Packed;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Packed, E> {
                Ok(Packed(bytes.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Bytes)
    }
}
