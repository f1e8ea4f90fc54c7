//! Which links of a network a step of a situation is about: `first`, `rest`, `part`, `region`, or an identifier. It
//! leaves nothing to chance: the same network gives the same links every time.

use crate::check::playbook::player::{Player, Unplayable, wrong};
use crate::domain::base::link::LinkId;
use crate::domain::config::situation::Step;
use crate::domain::network::entries::Link;

fn not_here(what: &str) -> Unplayable {
    Unplayable::NotHere(what.into())
}

impl Player<'_> {
    /// The whole links of the kinds that the playbook is for: first those that groups count and services ride on, else
    /// in the order of the network. A test of links on which nothing hangs would show little.
    pub(super) fn top_links(&self) -> Vec<LinkId> {
        let network = &self.books.network;
        let kinds = &self.playbook.file.applies_to;
        let hangs_on = |id: &LinkId| {
            let is_counted = network.groups.iter().any(|g| g.links.contains(id));
            let riders = network.regions.iter().chain(&network.services);
            let is_ridden = riders
                .flat_map(|r| &r.rides_on)
                .any(|d| d.any_of.contains(id) || d.all_of.contains(id));
            usize::from(is_counted) + usize::from(is_ridden)
        };
        let mut top: Vec<LinkId> = network
            .links
            .iter()
            .filter(|l| kinds.is_empty() || kinds.contains(&l.kind))
            .filter(|l| {
                network
                    .parent_of(&l.id)
                    .is_none_or(|p| !kinds.contains(&p.kind))
            })
            .map(|l| l.id.clone())
            .collect();
        top.sort_by_key(|id| std::cmp::Reverse(hangs_on(id)));
        top
    }

    /// The links that a step names, in its order.
    pub(super) fn links_of(&self, step: &Step) -> Result<Vec<LinkId>, Unplayable> {
        let top = self.top_links();
        let mut links = Vec::new();
        for word in &step.links {
            links.extend(self.links_named(word, &top)?);
        }
        Ok(links)
    }

    fn links_named(&self, word: &str, top: &[LinkId]) -> Result<Vec<LinkId>, Unplayable> {
        let network = &self.books.network;
        let nth = |n: usize| {
            let link = top.get(n).cloned();
            link.ok_or_else(|| not_here(&format!("the network has no {word} link for it")))
        };
        let one = match word {
            "rest" => return Ok(top.iter().skip(1).cloned().collect()),
            "all" => return Ok(top.to_vec()),
            "first" => nth(0)?,
            "second" => nth(1)?,
            "third" => nth(2)?,
            "whole" => self.link_with_parts(top)?.id.clone(),
            "part" => self.link_with_parts(top)?.parts[0].clone(),
            "other-part" => self.link_with_parts(top)?.parts[1].clone(),
            "region" => {
                let region = network.regions.first().map(|r| r.id.clone());
                region.ok_or_else(|| not_here("the network has no region"))?
            }
            "regions" => return Ok(network.regions.iter().map(|r| r.id.clone()).collect()),
            "services" => return Ok(network.services.iter().map(|s| s.id.clone()).collect()),
            "service" => {
                let service = network.services.first().map(|r| r.id.clone());
                service.ok_or_else(|| not_here("the network has no service"))?
            }
            "hotline" => {
                let contacts = &self.books.workspace.contacts;
                let link = contacts.values().find_map(|c| c.link.clone());
                link.ok_or_else(|| not_here("no contact depends on a link"))?
            }
            id if network.has_entry(id) => id.to_owned(),
            id => {
                return Err(wrong(format!(
                    "the network has no link \"{id}\"; use first, second, third, rest, all, whole, part, other-part, region, regions, service, services, hotline or an identifier"
                )));
            }
        };
        Ok(vec![one])
    }

    /// The first link that has at least two parts.
    fn link_with_parts(&self, top: &[LinkId]) -> Result<&Link, Unplayable> {
        let mut links = top.iter().filter_map(|l| self.books.network.find_link(l));
        links
            .find(|l| l.parts.len() > 1)
            .ok_or_else(|| not_here("no link has parts"))
    }
}
