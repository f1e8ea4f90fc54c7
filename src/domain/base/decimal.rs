//! Exact numbers: the record holds no floats.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::base::malformed::Malformed;

/// A decimal number with up to three digits after the point, for example Gbps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal {
    thousandths: i64,
}

impl Decimal {
    /// From a whole number of thousandths.
    pub fn from_thousandths(thousandths: i64) -> Self {
        Decimal { thousandths }
    }

    /// The number in thousandths.
    pub fn thousandths(self) -> i64 {
        self.thousandths
    }

    /// For comparing in expressions only; never stored.
    pub fn as_f64(self) -> f64 {
        self.thousandths as f64 / 1000.0
    }

    /// Adds, staying at the limit instead of wrapping.
    pub fn saturating_add(self, other: Decimal) -> Decimal {
        Decimal::from_thousandths(self.thousandths.saturating_add(other.thousandths))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.thousandths < 0 { "-" } else { "" };
        let abs = self.thousandths.unsigned_abs();
        let (whole, rest) = (abs / 1000, abs % 1000);
        if rest == 0 {
            write!(f, "{sign}{whole}")
        } else {
            let digits = format!("{rest:03}");
            write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
        }
    }
}

impl FromStr for Decimal {
    type Err = Malformed;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let bad = || {
            Malformed(format!(
                "\"{s}\" is not a decimal number such as 200 or 12.5 (up to three digits after the point)"
            ))
        };
        let (sign, body) = match s.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, s),
        };
        let (whole, rest) = body.split_once('.').unwrap_or((body, "0"));
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(rest) || whole.len() > 12 || rest.len() > 3 {
            return Err(bad());
        }
        let whole: i64 = whole.parse().map_err(|_| bad())?;
        let rest: i64 = format!("{rest:0<3}").parse().map_err(|_| bad())?;
        Ok(Decimal::from_thousandths(sign * (whole * 1000 + rest)))
    }
}

impl Serialize for Decimal {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = crate::domain::base::scalar::read_scalar(d, "a decimal number")?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for Decimal {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Decimal".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": ["string", "number"], "description": "a decimal number, such as 200 or 12.5" })
    }
}

/// A part of a whole, from 0 % to 100 %, in tenths of a percent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Share {
    permille: u16,
}

impl Share {
    pub const NONE: Share = Share { permille: 0 };
    /// All of it: 100 %.
    pub const FULL: Share = Share { permille: 1000 };

    /// From tenths of a percent; more than 1000 is taken as all.
    pub fn from_permille(permille: u64) -> Self {
        Share {
            permille: permille.min(1000) as u16,
        }
    }

    /// Part of a whole, rounded to a tenth of a percent; `None` when the whole is zero.
    pub fn of_total(part: Decimal, whole: Decimal) -> Option<Self> {
        let (part, whole) = (part.thousandths.max(0) as u128, whole.thousandths);
        if whole <= 0 {
            return None;
        }
        let whole = whole as u128;
        Some(Share::from_permille(
            ((part * 1000 + whole / 2) / whole).min(1000) as u64,
        ))
    }

    /// In tenths of a percent.
    pub fn permille(self) -> u16 {
        self.permille
    }

    /// What is missing to the whole.
    pub fn remaining_share(self) -> Share {
        Share {
            permille: 1000 - self.permille,
        }
    }

    /// In percent, for expressions only.
    pub fn percent(self) -> f64 {
        f64::from(self.permille) / 10.0
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, tenth) = (self.permille / 10, self.permille % 10);
        if tenth == 0 {
            write!(f, "{whole}%")
        } else {
            write!(f, "{whole}.{tenth}%")
        }
    }
}

impl FromStr for Share {
    type Err = Malformed;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let bad = || Malformed(format!("\"{s}\" is not a share such as 40% (0% to 100%)"));
        let number = s.trim().strip_suffix('%').ok_or_else(bad)?.trim();
        let value: Decimal = number.parse().map_err(|_| bad())?;
        let permille = value.thousandths() / 100;
        if value.thousandths() % 100 != 0 || !(0..=1000).contains(&permille) {
            return Err(bad());
        }
        Ok(Share {
            permille: permille as u16,
        })
    }
}

impl Serialize for Share {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Share {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = crate::domain::base::scalar::read_scalar(d, "a share such as 40%")?;
        text.parse().map_err(serde::de::Error::custom)
    }
}
