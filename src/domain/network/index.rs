//! Finds a network's entries by identifier, because a network of a thousand links is asked for them all the time. Holds no entry.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::domain::network::entries::{Link, Rider};

/// Made when first asked for. It follows from the network, so that two networks are the same whether or not it was made.
#[derive(Debug, Default)]
pub struct Index(OnceLock<Places>);

#[derive(Debug, Default)]
struct Places {
    links: HashMap<String, usize>,
    wholes: HashMap<String, usize>,
    riders: HashMap<String, usize>,
    bottom_up: Vec<usize>,
}

impl Index {
    fn index_places(&self, links: &[Link], riders: &[&[Rider]]) -> &Places {
        self.0.get_or_init(|| {
            let mut places = Places::default();
            for (i, link) in links.iter().enumerate() {
                places.links.entry(link.id.clone()).or_insert(i);
                for part in &link.parts {
                    places.wholes.entry(part.clone()).or_insert(i);
                }
            }
            for (i, rider) in riders.iter().copied().flatten().enumerate() {
                places.riders.entry(rider.id.clone()).or_insert(i);
            }
            places.bottom_up = order_bottom_up(links, &places.links);
            places
        })
    }

    /// The place of a link among the links.
    pub(crate) fn link_position(
        &self,
        links: &[Link],
        riders: &[&[Rider]],
        id: &str,
    ) -> Option<usize> {
        self.index_places(links, riders).links.get(id).copied()
    }

    /// The place of the first link that this one is a part of.
    pub(crate) fn parent_position(
        &self,
        links: &[Link],
        riders: &[&[Rider]],
        id: &str,
    ) -> Option<usize> {
        self.index_places(links, riders).wholes.get(id).copied()
    }

    /// The places of the links, each after those of its parts.
    pub(crate) fn bottom_up(&self, links: &[Link], riders: &[&[Rider]]) -> &[usize] {
        &self.index_places(links, riders).bottom_up
    }

    /// The place of a region or service among the regions and then the services.
    pub(crate) fn rider_position(
        &self,
        links: &[Link],
        riders: &[&[Rider]],
        id: &str,
    ) -> Option<usize> {
        self.index_places(links, riders).riders.get(id).copied()
    }
}

/// Without recursion: a chain of parts may be as long as the file.
fn order_bottom_up(links: &[Link], places: &HashMap<String, usize>) -> Vec<usize> {
    let mut order = Vec::with_capacity(links.len());
    let mut is_seen = vec![false; links.len()];
    for first in 0..links.len() {
        let mut path = vec![(first, 0)];
        while let Some((at, next)) = path.pop() {
            if next == 0 && std::mem::replace(&mut is_seen[at], true) {
                continue;
            }
            match links[at].parts.get(next) {
                Some(part) => {
                    path.push((at, next + 1));
                    path.extend(places.get(part).map(|p| (*p, 0)));
                }
                None => order.push(at),
            }
        }
    }
    order
}

impl Clone for Index {
    fn clone(&self) -> Self {
        Index::default()
    }
}

impl PartialEq for Index {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Index {}
