//! Networks as tables write them: links with their parts, capacities and joins alone. It checks nothing: a network that is
//! read here may have faults.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::domain::base::decimal::Decimal;
use crate::domain::base::lang::Texts;
use crate::domain::base::link::LinkKind;
use crate::domain::network::entries::{Join, Link, Rider};
use crate::domain::network::topology::Network;

/// The network of a row. A part that is not listed is a link without parts.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkRow {
    links: BTreeMap<String, LinkRow>,
    #[serde(default)]
    regions: Vec<Rider>,
    #[serde(default)]
    services: Vec<Rider>,
}

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkRow {
    #[serde(default)]
    parts: Vec<String>,
    #[serde(default)]
    join: Join,
    #[serde(default)]
    capacity: Option<Decimal>,
}

impl NetworkRow {
    /// The network that the row describes.
    pub fn network(&self) -> Network {
        let mut all = self.links.clone();
        for part in self.links.values().flat_map(|l| &l.parts) {
            all.entry(part.clone()).or_default();
        }
        let links = all.into_iter().map(|(id, row)| Link {
            id,
            kind: LinkKind::Cable,
            names: Texts::default(),
            short_names: Texts::default(),
            aliases: Vec::new(),
            operator: None,
            capacity: row.capacity,
            parts: row.parts,
            join: row.join,
        });
        Network {
            links: links.collect(),
            regions: self.regions.clone(),
            services: self.services.clone(),
            ..Network::default()
        }
    }
}
