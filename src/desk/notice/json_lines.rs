//! A base that is written as JSON, an object a line: the fields that the mapping names, one after the other, as a record has them. It
//! does not know what a field means.

use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor,
};

/// The names of the fields that are read, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldNames(pub Vec<String>);

impl FieldNames {
    /// Puts the text of each field behind the other into `output`, and where it ends into `ends`; a field that a line has not is empty.
    /// None where the line is no object, a field that is named holds more than a text, a number or a truth value, or stands twice.
    pub(super) fn read(
        &self,
        line: &[u8],
        output: &mut Vec<u8>,
        ends: &mut Vec<usize>,
    ) -> Option<()> {
        let mut reader = serde_json::Deserializer::from_slice(line);
        let found = Picked(&self.0).deserialize(&mut reader).ok()?;
        reader.end().ok()?;
        output.clear();
        ends.clear();
        for text in found {
            output.extend_from_slice(text.unwrap_or_default().as_bytes());
            ends.push(output.len());
        }
        Some(())
    }

    /// The fields that a line has not, with all that it has; none where it is no object.
    pub(super) fn missing_in(&self, line: &[u8]) -> Option<(Vec<&str>, Vec<String>)> {
        let all: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(line).ok()?;
        let missing = self.0.iter().filter(|name| !all.contains_key(*name));
        Some((
            missing.map(String::as_str).collect(),
            all.keys().cloned().collect(),
        ))
    }
}

/// Takes the named fields of an object, in the order of the names.
struct Picked<'n>(&'n [String]);

impl<'de> DeserializeSeed<'de> for Picked<'_> {
    type Value = Vec<Option<String>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Picked<'_> {
    type Value = Vec<Option<String>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found: Vec<Option<String>> = vec![None; self.0.len()];
        while let Some(key) = map.next_key::<String>()? {
            let Some(at) = self.0.iter().position(|name| *name == key) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let Plain(text) = map.next_value()?;
            if found[at].replace(text).is_some() {
                return Err(A::Error::custom("a field stands twice"));
            }
        }
        Ok(found)
    }
}

/// What a cell of a table could hold.
struct Plain(String);

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlainVisitor)
    }
}

struct PlainVisitor;

impl Visitor<'_> for PlainVisitor {
    type Value = Plain;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text, a number, a truth value or null")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Plain, E> {
        Ok(Plain(text.to_owned()))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Plain, E> {
        Ok(Plain(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Plain, E> {
        Ok(Plain(value.to_string()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Plain, E> {
        Ok(Plain(value.to_string()))
    }

    // A number with a fraction, or one that is too long to be held: its digits would not come back as they were written.
    fn visit_f64<E: Error>(self, _: f64) -> Result<Plain, E> {
        Err(E::custom("a number that is not whole"))
    }

    fn visit_unit<E: Error>(self) -> Result<Plain, E> {
        Ok(Plain(String::new()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_taken_by_name_and_nothing_is_guessed() {
        let names = FieldNames(["id", "zone", "tel"].map(str::to_owned).to_vec());
        let read = |line: &str| {
            let (mut output, mut ends) = (Vec::new(), Vec::new());
            names.read(line.as_bytes(), &mut output, &mut ends)?;
            let mut start = 0;
            let fields = ends.iter().map(|end| {
                let field = String::from_utf8_lossy(&output[start..*end]).into_owned();
                start = *end;
                field
            });
            Some(fields.collect::<Vec<_>>().join("|"))
        };
        let rows = [
            (
                r#"{"zone":"hue","id":"c1","tel":"0901"}"#,
                Some("c1|hue|0901"),
            ),
            (
                r#"{"id":12,"zone":null,"other":{"deep":[1]}}"#,
                Some("12||"),
            ),
            (
                r#"{"id":"c\n1","zone":"Hu\u1ebf","tel":true}"#,
                Some("c\n1|Huế|true"),
            ),
            (r#"{"id":"a","id":"b"}"#, None),
            (r#"{"id":["a"]}"#, None),
            (r#"{"id":1.5}"#, None),
            (r#"{"id":12345678901234567890123}"#, None),
            (r#"["a"]"#, None),
            (r#"{"id":"a"} x"#, None),
            (r#"{"id":"a""#, None),
            ("", None),
        ];
        for (line, wanted) in rows {
            assert_eq!(read(line).as_deref(), wanted, "{line}");
        }
    }
}
