//! What can fail, and what may be reported about it. It knows no network.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::domain::base::malformed::Malformed;

/// The identifier of a link, region or service, unique in the network.
pub type LinkId = String;

macro_rules! tokens {
    ($(#[$doc:meta])* $name:ident, $what:literal, { $($(#[$vdoc:meta])* $variant:ident = $token:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $token)] $variant),+ }

        impl $name {
            /// Every value, in order.
            #[allow(dead_code, reason = "only tests go through some of these types")]
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The word used in files and on the command line.
            pub fn token(self) -> &'static str {
                match self { $($name::$variant => $token),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(self.token()) }
        }

        impl FromStr for $name {
            type Err = Malformed;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                match s.to_ascii_lowercase().as_str() {
                    $($token => Ok($name::$variant),)+
                    _ => Err(Malformed(format!(
                        "\"{s}\" is not {}; use one of {}", $what, [$($token),+].join(", ")))),
                }
            }
        }
    };
}

tokens! {
    /// The state of a link, from best to worst; `unreported` is not `up`.
    LinkState, "a link state", {
        /// Works as it should.
        Up = "up",
        /// Nobody has said anything about it.
        Unreported = "unreported",
        /// Works, but the redundancy is lost.
        AtRisk = "at-risk",
        /// Works with less capacity or quality.
        Degraded = "degraded",
        /// Goes up and down.
        Unstable = "unstable",
        /// Taken down on purpose, as announced.
        PlannedDown = "planned-down",
        /// Does not carry traffic.
        Down = "down",
    }
}

impl LinkState {
    /// True for every state in which a customer may notice something or a spare is lost.
    pub fn is_bad(self) -> bool {
        !matches!(self, LinkState::Up | LinkState::Unreported)
    }
}

tokens! {
    /// How far the work on a link has come.
    Work, "a stage of work", {
        /// Nothing is being done.
        None = "none",
        /// The cause or place is being looked for.
        Diagnosing = "diagnosing",
        /// The place of the fault is known.
        Located = "located",
        /// A time for the repair is set.
        Scheduled = "scheduled",
        /// Waiting for a ship, permit, weather or access.
        Waiting = "waiting",
        /// The repair is under way.
        Repairing = "repairing",
        /// Somebody says that it works; we have not checked yet.
        AwaitingCheck = "awaiting-check",
    }
}

tokens! {
    /// Where a report comes from.
    SourceKind, "a kind of source", {
        /// Our own engineers measured it.
        OwnCheck = "own-check",
        /// Our monitoring says so.
        Monitoring = "monitoring",
        /// Our people on the spot say so.
        FieldTeam = "field-team",
        /// The operator of the cable, route or site says so.
        CableOperator = "cable-operator",
        Estimate = "estimate",
    }
}

tokens! {
    /// The kind of thing that can fail. Anything else is `other`.
    LinkKind, "a kind of link", {
        /// A submarine or land cable.
        Cable = "cable",
        /// A section of a cable.
        Segment = "segment",
        /// A route made of several spans.
        Route = "route",
        Circuit = "circuit",
        /// A router, switch or server.
        Node = "node",
        /// A power feed.
        Power = "power",
        /// A site or station.
        Site = "site",
        /// A service such as DNS, login, IPTV, voice or the hotline.
        Service = "service",
        /// A region that rides on links.
        Region = "region",
        Other = "other",
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    pub kind: SourceKind,
    /// Which party, a key of the workspace's `parties:`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
}

impl Source {
    pub fn own_check() -> Self {
        Source {
            kind: SourceKind::OwnCheck,
            party: None,
        }
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.party {
            Some(p) => write!(f, "{}:{p}", self.kind),
            None => write!(f, "{}", self.kind),
        }
    }
}

impl FromStr for Source {
    type Err = Malformed;
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        let (kind, party) = match s.split_once(':') {
            Some((k, p)) if !p.is_empty() => (k, Some(p.to_owned())),
            Some((k, _)) => (k, None),
            None => (s, None),
        };
        Ok(Source {
            kind: kind.parse()?,
            party,
        })
    }
}
