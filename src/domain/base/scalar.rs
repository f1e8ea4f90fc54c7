//! Reading a scalar that people write with or without quotes: `200`, `"200"`, `12.5`.

use std::fmt;

use serde::de::{Error, Visitor};

struct Text(&'static str);

impl Visitor<'_> for Text {
    type Value = String;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
    fn visit_str<E: Error>(self, v: &str) -> Result<String, E> {
        Ok(v.to_owned())
    }
    fn visit_u64<E: Error>(self, v: u64) -> Result<String, E> {
        Ok(v.to_string())
    }
    fn visit_i64<E: Error>(self, v: i64) -> Result<String, E> {
        Ok(v.to_string())
    }
    fn visit_f64<E: Error>(self, v: f64) -> Result<String, E> {
        Ok(v.to_string())
    }
}

/// The scalar as text; `what` says what was expected, for the error.
pub fn read_scalar<'de, D: serde::Deserializer<'de>>(
    d: D,
    what: &'static str,
) -> Result<String, D::Error> {
    d.deserialize_any(Text(what))
}
