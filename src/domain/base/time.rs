//! Instants, ends of windows that keep their precision, and lengths of time. It reads no clock.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::base::malformed::Malformed;

/// A moment, in UTC.
pub type At = DateTime<Utc>;

/// RFC 3339 in UTC to the second: the one form of an instant inside the record.
pub fn to_rfc3339(at: At) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The years that the record accepts; outside of them a time is a typing error.
pub const YEARS: std::ops::RangeInclusive<i32> = 2000..=2199;

/// The instant of a local wall-clock time. In the hour that a clock change skips, the first instant
/// after it; in the hour that it repeats, the earlier one.
pub fn resolve_local_time(zone: Tz, date: NaiveDate, time: NaiveTime) -> At {
    let naive = date.and_time(time);
    match zone.from_local_datetime(&naive) {
        chrono::LocalResult::Single(t) | chrono::LocalResult::Ambiguous(t, _) => {
            t.with_timezone(&Utc)
        }
        chrono::LocalResult::None => {
            let later = naive + Duration::hours(1);
            zone.from_local_datetime(&later)
                .earliest()
                .map_or_else(|| Utc.from_utc_datetime(&naive), |t| t.with_timezone(&Utc))
        }
    }
}

/// An instant that somebody gave, exactly or about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    pub at: At,
    /// True when it is only approximately known.
    pub about: bool,
}

impl Moment {
    /// A moment known to the minute.
    pub fn exact(at: At) -> Self {
        Moment { at, about: false }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.about { "~" } else { "" };
        write!(f, "{mark}{}", to_rfc3339(self.at))
    }
}

impl FromStr for Moment {
    type Err = Malformed;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let (about, rest) = match s.strip_prefix('~') {
            Some(rest) => (true, rest),
            None => (false, s),
        };
        let at = DateTime::parse_from_rfc3339(rest)
            .map_err(|_| Malformed(format!("\"{s}\" is not an RFC 3339 time")))?
            .with_timezone(&Utc);
        Ok(Moment { at, about })
    }
}

/// A day or an instant: a date stays a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A whole local day.
    Day(NaiveDate),
    At(At),
}

impl When {
    /// The instant at which it begins.
    pub fn begins_at(self, zone: Tz) -> At {
        match self {
            When::Day(d) => resolve_local_time(zone, d, NaiveTime::MIN),
            When::At(t) => t,
        }
    }

    /// The instant after which it has passed: for a day, the local midnight after it.
    pub fn ends_at(self, zone: Tz) -> At {
        match self {
            When::Day(d) => d
                .succ_opt()
                .map_or(At::MAX_UTC, |n| resolve_local_time(zone, n, NaiveTime::MIN)),
            When::At(t) => t,
        }
    }

    /// The local day that it falls on.
    pub fn local_day(self, zone: Tz) -> NaiveDate {
        match self {
            When::Day(d) => d,
            When::At(t) => t.with_timezone(&zone).date_naive(),
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            When::Day(d) => write!(f, "{d}"),
            When::At(t) => f.write_str(&to_rfc3339(*t)),
        }
    }
}

impl FromStr for When {
    type Err = Malformed;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        // An hour has a colon; a day has none.
        if !s.contains(':')
            && let Ok(d) = NaiveDate::parse_from_str(s, "%Y-%m-%d")
        {
            return Ok(When::Day(d));
        }
        DateTime::parse_from_rfc3339(s)
            .map(|t| When::At(t.with_timezone(&Utc)))
            .map_err(|_| {
                Malformed(format!(
                    "\"{s}\" is neither a date (YYYY-MM-DD) nor an RFC 3339 time"
                ))
            })
    }
}

/// From the earliest to the latest moment at which something is planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The earliest moment, when one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earliest: Option<When>,
    /// The moment by which it ends; a day is meant whole.
    pub latest: When,
}

impl Window {
    /// True when it ends before it begins.
    pub fn is_reversed(&self, zone: Tz) -> bool {
        self.earliest.is_some_and(|e| {
            e.begins_at(zone) > self.latest.ends_at(zone) || {
                matches!((e, self.latest), (When::Day(a), When::Day(b)) if a > b)
            }
        })
    }
}

/// A length of time in seconds, written `90s`, `30m`, `48h`, `3d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Period {
    seconds: i64,
}

impl Period {
    pub const fn from_minutes(m: i64) -> Self {
        Period { seconds: m * 60 }
    }
    pub const fn from_seconds(seconds: i64) -> Self {
        Period { seconds }
    }
    pub fn as_seconds(self) -> i64 {
        self.seconds
    }
    /// As a duration that can be added to an instant.
    pub fn to_duration(self) -> Duration {
        Duration::seconds(self.seconds)
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = self.seconds;
        match s {
            _ if s != 0 && s % 86_400 == 0 => write!(f, "{}d", s / 86_400),
            _ if s != 0 && s % 3600 == 0 => write!(f, "{}h", s / 3600),
            _ if s % 60 == 0 => write!(f, "{}m", s / 60),
            _ => write!(f, "{s}s"),
        }
    }
}

impl FromStr for Period {
    type Err = Malformed;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let bad = || {
            Malformed(format!(
                "\"{s}\" is not a length of time such as 30m, 48h or 3d (at most 3650d)"
            ))
        };
        let unit = s.chars().last().ok_or_else(bad)?;
        let scale = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return Err(bad()),
        };
        let number: i64 = s[..s.len() - 1].parse().map_err(|_| bad())?;
        let seconds = number.checked_mul(scale).ok_or_else(bad)?;
        if !(0..=3650 * 86_400).contains(&seconds) {
            return Err(bad());
        }
        Ok(Period { seconds })
    }
}

/// The next multiple of five minutes, for due times that are promised.
pub fn up_to_five_minutes(at: At) -> At {
    let over = at.timestamp().rem_euclid(300);
    let base = at
        - Duration::seconds(over)
        - Duration::nanoseconds(i64::from(at.timestamp_subsec_nanos()));
    if over == 0 {
        base
    } else {
        base + Duration::seconds(300)
    }
}

/// True when a time lies in the years that the record accepts.
pub fn is_plausible(at: At) -> bool {
    YEARS.contains(&at.year())
}

macro_rules! as_string {
    ($t:ty, $what:literal) => {
        impl Serialize for $t {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }
        impl<'de> Deserialize<'de> for $t {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let text = crate::domain::base::scalar::read_scalar(d, $what)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
        impl schemars::JsonSchema for $t {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($t).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "description": $what })
            }
        }
    };
}
as_string!(
    Moment,
    "an RFC 3339 time, with ~ before it when approximate"
);
as_string!(When, "a date (YYYY-MM-DD) or an RFC 3339 time");

impl From<At> for When {
    fn from(at: At) -> When {
        When::At(at)
    }
}

/// Times where nobody reads them, and there are many: seconds since 1970, as long as they are whole ones. Only for fields
/// that are written and read as they are: what is read by way of a tag does not know who it is for.
pub(crate) mod in_numbers {
    use super::*;

    /// What holds an instant, or something else.
    pub trait Instant: Copy + Serialize + for<'a> Deserialize<'a> + From<At> + FromStr {
        fn instant(self) -> Option<At>;
    }

    impl Instant for At {
        fn instant(self) -> Option<At> {
            Some(self)
        }
    }

    impl Instant for When {
        fn instant(self) -> Option<At> {
            match self {
                When::At(at) => Some(at),
                When::Day(_) => None,
            }
        }
    }

    /// Writes a time as text, or as seconds since 1970 (UTC) where a format is not for people.
    pub fn serialize<S: Serializer, T: Instant>(time: &T, s: S) -> Result<S::Ok, S::Error> {
        let at = time.instant().filter(|at| at.timestamp_subsec_nanos() == 0);
        match at.filter(|_| !s.is_human_readable()) {
            Some(at) => s.serialize_i64(at.timestamp()),
            None => time.serialize(s),
        }
    }

    /// Reads a time in either of these forms.
    pub fn deserialize<'de, D: Deserializer<'de>, T: Instant>(d: D) -> Result<T, D::Error> {
        match d.is_human_readable() {
            true => T::deserialize(d),
            false => number_or(d),
        }
    }

    /// Reads a number of seconds, or a text.
    fn number_or<'de, D: Deserializer<'de>, T: Instant>(d: D) -> Result<T, D::Error> {
        struct Either<T>(std::marker::PhantomData<T>);
        impl<T: Instant> serde::de::Visitor<'_> for Either<T> {
            type Value = T;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("seconds since 1970, or a time")
            }
            fn visit_i64<E: serde::de::Error>(self, seconds: i64) -> Result<T, E> {
                let at = DateTime::from_timestamp(seconds, 0);
                at.map(T::from).ok_or_else(|| E::custom("no time"))
            }
            fn visit_u64<E: serde::de::Error>(self, seconds: u64) -> Result<T, E> {
                let seconds = i64::try_from(seconds).map_err(E::custom)?;
                self.visit_i64(seconds)
            }
            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<T, E> {
                text.parse().map_err(|_| E::custom("no time"))
            }
        }
        d.deserialize_any(Either(std::marker::PhantomData))
    }

    /// The same of one that may be missing.
    pub mod or_none {
        use super::*;

        #[derive(Serialize, Deserialize)]
        struct One(#[serde(with = "super")] At);

        /// Writes an instant, if there is one.
        pub fn serialize<S: Serializer>(at: &Option<At>, s: S) -> Result<S::Ok, S::Error> {
            at.map(One).serialize(s)
        }

        /// Reads an instant, if there is one.
        pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Option<At>, D::Error> {
            Ok(Option::<One>::deserialize(d)?.map(|one| one.0))
        }
    }
}
as_string!(Period, "a length of time such as 30m, 48h or 3d");
