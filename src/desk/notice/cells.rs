//! Which incidents hit what, and which issued text speaks of exactly those that hit somebody. It drafts nothing: a text that was not
//! issued goes to nobody.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use unicode_normalization::UnicodeNormalization;

use crate::desk::core::incident_facts::derive_facts;
use crate::desk::publishing::outbox::find_hold;
use crate::desk::publishing::plan::is_safety_statement;
use crate::desk::{DeskError, Snapshot};
use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::Lang;
use crate::domain::base::phase::Phase;
use crate::domain::base::value::Value;
use crate::domain::config::customer_base::CustomerBase;
use crate::domain::network::topology::Network;
use crate::domain::state::incident::Issued;

/// The most incidents of one notice: a bit each.
const MOST_INCIDENTS: usize = 64;

/// The lists of facts that say which areas and services are hit, or may be.
const HIT_LISTS: [&str; 4] = [
    "regions.affected",
    "regions.possible",
    "services.affected",
    "services.possible",
];

/// A text that may go out now.
#[derive(Debug, Clone)]
pub struct CellText {
    pub statement: u32,
    pub is_safety: bool,
    /// It says that what was broken is over.
    pub is_over: bool,
    /// The texts by channel and language.
    pub texts: BTreeMap<(String, Lang), String>,
}

/// Places by what hits them, and texts by what they are about.
pub struct Cells<'a> {
    network: &'a Network,
    incidents: Vec<IncidentId>,
    /// The audiences, the usual one first.
    pub audiences: Vec<String>,
    hits: BTreeMap<String, u64>,
    texts: BTreeMap<(u64, u8), CellText>,
    /// The incidents of each statement.
    spoken_of: BTreeMap<u32, u64>,
    /// Sets of incidents that hit somebody, of which no text speaks: by incidents and audience, how many people.
    pub missing: BTreeMap<(u64, u8), u64>,
}

impl<'a> Cells<'a> {
    /// For these incidents.
    ///
    /// # Errors
    /// When there are too many, or facts cannot be derived.
    pub fn of_incidents(
        snapshot: &'a Snapshot,
        base: &CustomerBase,
        incidents: &[IncidentId],
    ) -> Result<Cells<'a>, DeskError> {
        if incidents.len() > MOST_INCIDENTS {
            return Err(DeskError::Moved(format!(
                "{} incidents are too many for one notice; {MOST_INCIDENTS} at most",
                incidents.len()
            )));
        }
        let books = snapshot.world()?.books;
        let mut audiences = vec![snapshot.default_audience().to_owned()];
        for audience in base.audiences.values() {
            if !audiences.contains(audience) {
                audiences.push(audience.clone());
            }
        }
        let mut cells = Cells {
            network: &books.network,
            incidents: incidents.to_vec(),
            audiences,
            hits: BTreeMap::new(),
            texts: BTreeMap::new(),
            spoken_of: BTreeMap::new(),
            missing: BTreeMap::new(),
        };
        for (bit, incident) in incidents.iter().enumerate() {
            for id in places_hit(snapshot, incident)? {
                *cells.hits.entry(id).or_default() |= 1 << bit;
            }
        }
        cells.find_texts(snapshot)?;
        Ok(cells)
    }

    /// The newest text about each set of these incidents, to each audience.
    fn find_texts(&mut self, snapshot: &Snapshot) -> Result<(), DeskError> {
        for (at, audience) in self.audiences.clone().iter().enumerate() {
            let Ok(at) = u8::try_from(at) else { break };
            for issued in snapshot.state.statements.iter().rev() {
                let s = &issued.statement;
                let known = s.incidents.iter().map(|id| {
                    let bit = self.incidents.iter().position(|i| i == id)?;
                    Some(1_u64 << bit)
                });
                // Incidents that this notice is not about are told all the same.
                let spoken_of = known.clone().flatten().fold(0, |all, bit| all | bit);
                self.spoken_of.insert(s.number, spoken_of);
                let set: Option<u64> = known.sum();
                let is_newest = |set: &u64| !self.texts.contains_key(&(*set, at));
                if let Some(set) = set.filter(is_newest)
                    && s.audience == *audience
                    && s.text.is_none()
                    && snapshot.state.find_statement(s.number).is_some()
                {
                    self.texts.insert((set, at), read_text(snapshot, issued)?);
                }
            }
        }
        Ok(())
    }

    /// The incidents that hit a place of the base, by its identifier or name; none when the network does not have it.
    pub fn find_hits(&self, place: &str) -> Option<u64> {
        // Lists of customers come from systems that write accents in two ways.
        let written: String = place.nfc().collect();
        let id = self.network.find_typed_id(&written)?;
        Some(self.hits.get(id).copied().unwrap_or_default())
    }

    /// The text about exactly these incidents to this audience.
    pub fn find_text(&self, hit: u64, audience: u8) -> Option<&CellText> {
        self.texts.get(&(hit, audience))
    }

    /// True for somebody who has heard this statement, or a later one that speaks of all that hits them.
    pub fn has_heard(&self, hit: u64, text: u32, heard: &[(u32, i64)]) -> bool {
        heard.iter().any(|(statement, _)| {
            let spoken_of = self.spoken_of.get(statement).copied().unwrap_or_default();
            *statement >= text && spoken_of & hit == hit
        })
    }

    /// True for a statement about some of these incidents.
    pub fn is_about_these(&self, statement: u32) -> bool {
        self.spoken_of.get(&statement).is_some_and(|set| *set != 0)
    }

    /// The incidents of a set.
    pub fn incidents_of(&self, hit: u64) -> Vec<IncidentId> {
        let all = self.incidents.iter().enumerate();
        all.filter(|(bit, _)| hit & 1 << bit != 0)
            .map(|(_, id)| id.clone())
            .collect()
    }

    /// Why the texts that would go may not: each once, by the number of its statement.
    ///
    /// # Errors
    /// When facts cannot be derived.
    pub fn find_holds(
        &self,
        snapshot: &Snapshot,
        used: &BTreeSet<u32>,
    ) -> Result<Vec<(u32, String)>, DeskError> {
        let mut held = Vec::new();
        for number in used {
            if let Some(why) = find_hold(snapshot, *number)? {
                held.push((*number, why));
            }
        }
        Ok(held)
    }
}

/// The links of an incident, and the areas and services that it hits, may hit, or was said to hit: whoever heard that something is
/// broken hears that it is over.
fn places_hit(snapshot: &Snapshot, incident: &IncidentId) -> Result<BTreeSet<String>, DeskError> {
    let mut ids = BTreeSet::new();
    if let Some(found) = snapshot.state.incidents.get(incident) {
        ids.extend(found.links_in_scope());
    }
    let audience = snapshot.default_audience();
    let facts = derive_facts(snapshot, incident, audience)?;
    let mut add = |value: Option<&Value>| {
        if let Some(Value::List(list)) = value {
            ids.extend(list.iter().map(|n| n.id.clone()));
        }
    };
    HIT_LISTS.iter().for_each(|path| add(facts.value(path)));
    for issued in snapshot.state.notices_about(incident, audience) {
        let lines = issued.statement.lines().iter();
        for line in lines.filter(|l| l.incident.as_ref().is_none_or(|i| i == incident)) {
            HIT_LISTS.iter().for_each(|path| add(line.reads.get(*path)));
        }
    }
    Ok(ids)
}

fn read_text(snapshot: &Snapshot, issued: &Issued) -> Result<CellText, DeskError> {
    let s = &issued.statement;
    let mut texts = BTreeMap::new();
    for channel in snapshot.world()?.books.workspace.channels.keys() {
        for (lang, text) in s.body.texts_for(channel, |_| true)? {
            texts.insert((channel.clone(), lang), text);
        }
    }
    let mut is_over = true;
    for incident in &s.incidents {
        let facts = derive_facts(snapshot, incident, &s.audience)?;
        is_over &= facts.phase().is_some_and(Phase::is_over);
    }
    Ok(CellText {
        statement: s.number,
        is_safety: is_safety_statement(snapshot, s.number)?,
        is_over,
        texts,
    })
}

/// What hits the places that were asked for: a base names few, in many rows.
#[derive(Default)]
pub struct HitsOfPlaces(HashMap<String, Option<u64>>);

impl HitsOfPlaces {
    /// Asked for once, it is known for every other row.
    pub fn find(&mut self, place: &str, cells: &Cells<'_>) -> Option<u64> {
        if let Some(known) = self.0.get(place) {
            return *known;
        }
        let hits = cells.find_hits(place);
        self.0.insert(place.to_owned(), hits);
        hits
    }
}
