//! The macro that defines one group of payloads: the enum, its kinds, and how to read it. Knows no payload itself.

/// Defines a group of payloads as an enum whose variants are named as `kind` is written in the record.
///
/// The derived reader of a tagged enum copies the whole object first, because `kind` may stand anywhere in it. Here
/// `from_json` is told the kind and parses the text once, straight into the fields.
macro_rules! payload_group {
    (
        $(#[$group_attribute:meta])*
        pub enum $group:ident {
            $(
                $(#[$variant_attribute:meta])*
                $variant:ident
                $( ($inner:ty) )?
                $( { $( $(#[$field_attribute:meta])* $field:ident: $type:ty ),* $(,)? } )?
            ),* $(,)?
        }
    ) => {
        $(#[$group_attribute])*
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
        #[serde(tag = "kind")]
        #[allow(clippy::enum_variant_names, reason = "a variant is named as its kind in the record")]
        pub enum $group {
            $(
                $(#[$variant_attribute])*
                $variant $( ($inner) )? $( { $( $(#[$field_attribute])* $field: $type ),* } )?
            ),*
        }

        impl $group {
            /// The kinds of this group, as they are written in the record.
            pub const KINDS: &'static [&'static str] = &[ $( stringify!($variant) ),* ];

            /// The kind as it is written in the record.
            pub fn kind(&self) -> &'static str {
                match self { $( Self::$variant { .. } => stringify!($variant) ),* }
            }

            /// Reads the JSON object of a payload; `None` when another group has this kind.
            ///
            /// # Errors
            /// When a field is missing or of another type.
            pub(super) fn from_json(kind: &str, json: &str) -> serde_json::Result<Option<Self>> {
                $(
                    if kind == stringify!($variant) {
                        $(
                            let inner: $inner = serde_json::from_str(json)?;
                            return Ok(Some(Self::$variant(inner)));
                        )?
                        $(
                            #[derive(serde::Deserialize)]
                            struct Fields { $( $(#[$field_attribute])* $field: $type ),* }
                            let Fields { $( $field ),* } = serde_json::from_str(json)?;
                            return Ok(Some(Self::$variant { $( $field ),* }));
                        )?
                    }
                )*
                Ok(None)
            }
        }
    };
}

pub(super) use payload_group;
