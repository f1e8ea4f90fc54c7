//! Finds a network's entries by identifier, because a network of a thousand links is asked for them all the time. Holds no entry.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use crate::domain::base::link::LinkId;
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
    /// The parts without parts of each link. None where they are not kept: they are found one by one then.
    leaves: Vec<Option<Leaves>>,
}

/// Links that lie one in the other without a fork have the same ones, and share them.
type Leaves = Arc<[LinkId]>;

/// The most names of parts that are kept: a ladder of thousands of links would have millions.
const MOST_LEAVES: usize = 1_000_000;

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
            places.leaves = find_leaves(links, &places);
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

    /// The parts without parts of the link at a place; none where they are not kept.
    pub(crate) fn leaves_at(
        &self,
        links: &[Link],
        riders: &[&[Rider]],
        at: usize,
    ) -> Option<&[LinkId]> {
        let places = self.index_places(links, riders);
        places.leaves.get(at)?.as_deref()
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

/// The parts without parts of every link, each from those of its own parts.
fn find_leaves(links: &[Link], places: &Places) -> Vec<Option<Leaves>> {
    let mut all: Vec<Option<Leaves>> = vec![None; links.len()];
    let mut kept = 0;
    for at in &places.bottom_up {
        let link = &links[*at];
        // A part that no link describes is one without parts.
        let of_part = |part: &String| match places.links.get(part) {
            Some(below) => all[*below].clone(),
            None => Some(Arc::from([part.clone()])),
        };
        let found: Option<Leaves> = match link.parts.as_slice() {
            [] => Some(Arc::from([link.id.clone()])),
            [only] => of_part(only),
            several if kept < MOST_LEAVES => {
                let below: Option<Vec<Leaves>> = several.iter().map(of_part).collect();
                below.map(|below| {
                    let mut seen = HashSet::new();
                    let names = below.iter().flat_map(|b| b.iter());
                    let own: Vec<LinkId> = names.filter(|n| seen.insert(*n)).cloned().collect();
                    kept += own.len();
                    Arc::from(own)
                })
            }
            _ => None,
        };
        all[*at] = found;
    }
    all
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
