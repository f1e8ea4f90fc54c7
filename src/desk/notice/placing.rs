//! Every person of a base in one place: rows are put aside by whom they are about, joined, and put aside again by address. It sends
//! nothing and records nothing.

use std::collections::BTreeMap;
use std::path::Path;

use crate::desk::notice::base_blocks::wrong;
use crate::desk::notice::base_rows::{BadRow, Row, read_base};
use crate::desk::notice::block_people::PeopleOfBlock;
use crate::desk::notice::cells::{Cells, HitsOfPlaces};
use crate::desk::notice::digests::Digests;
use crate::desk::notice::ledger::{
    Planned, files_for, find_folder, path_of_part, read_told, root_of,
};
use crate::desk::notice::partitions::{Finished, PARTS, Partitions, part_of};
use crate::desk::notice::person_part::{Consent, PersonId, PersonPart, Way, is_address};
use crate::desk::{DeskError, Snapshot};
use crate::domain::base::digest::sha256;
use crate::domain::base::lang::Lang;
use crate::domain::base::parallel;
use crate::domain::config::customer_base::CustomerBase;
use crate::domain::record::balance_sheet::{BalanceSheet, Bucket};
use crate::domain::record::delivery_event::NoticeCell;
use crate::store::StoreError;

/// So many rows that cannot be read are named.
const NAMED_ROWS: usize = 20;

/// What people are put into their places with.
pub struct Placing<'a> {
    pub snapshot: &'a Snapshot,
    pub base: &'a CustomerBase,
    pub digests: Digests,
    /// Where rows are put aside, and the messages are written.
    pub folder: &'a Path,
    pub langs: Vec<Lang>,
}

/// Everybody in their places.
pub struct Placed {
    /// The digest of the base.
    pub base: String,
    pub sheet: BalanceSheet,
    pub bad: BTreeMap<&'static str, u64>,
    pub first_bad: Vec<(u64, &'static str)>,
    pub texts: Vec<NoticeCell>,
    /// The digest over all messages.
    pub root: String,
}

/// What is counted while people are put into their places.
#[derive(Default)]
struct Counts {
    sheet: BalanceSheet,
    bad: BTreeMap<&'static str, u64>,
    first_bad: Vec<(u64, &'static str)>,
    /// People who get a text, before those with the same address are one.
    reached: usize,
}

/// Whom somebody has heard, and when: statement and time, for one person.
type Heard = BTreeMap<PersonId, Vec<(u32, i64)>>;

impl Placing<'_> {
    /// Puts everybody of the base into one place, and writes the messages of those who get one.
    pub fn place_everybody(
        &self,
        own: &Path,
        path: &Path,
        cells: &mut Cells<'_>,
    ) -> Result<Placed, DeskError> {
        let mut counts = Counts::default();
        let told = self.put_told_aside(own, cells)?;
        let mut people = Partitions::create(self.folder, "people")?;
        let read = |block: &mut PeopleOfBlock, n: u32, row: Result<Row<'_>, BadRow>| {
            let part = row.and_then(|row| self.read_person(&row, cells, &mut block.hits));
            match part {
                Ok(part) => block.put(&part),
                Err(bad) => block.bad.push((n, bad)),
            }
        };
        let whole = read_base(path, self.base, read, |before, block| {
            for (n, bad) in block.bad {
                counts.note_bad(before + u64::from(n) + 1, bad);
            }
            for (part, bytes) in block.parts.iter().enumerate() {
                people.put(part, bytes)?;
            }
            Ok(())
        })?;
        counts.sheet.rows = whole.rows;
        let people = people.finish()?;
        let reached = self.choose_people(&people, &told, cells, &mut counts)?;
        let (texts, root) = self.write_parts(&reached, cells, &mut counts)?;
        Ok(Placed {
            base: whole.digest,
            sheet: counts.sheet,
            bad: counts.bad,
            first_bad: counts.first_bad,
            texts,
            root,
        })
    }

    /// Everybody whom earlier notices told, by part.
    fn put_told_aside(&self, own: &Path, cells: &Cells<'_>) -> Result<Finished, DeskError> {
        let mut told = Partitions::create(self.folder, "told")?;
        for notice in &self.snapshot.state.deliveries.notices {
            let Some(folder) = find_folder(own, notice, |s| cells.is_about_these(s))? else {
                continue;
            };
            read_told(&folder, |person, cell, at| {
                let Some(cell) = notice.cells.get(cell) else {
                    return Ok(());
                };
                let mut bytes = person.to_vec();
                bytes.extend(cell.statement.to_le_bytes());
                bytes.extend(at.to_le_bytes());
                told.put(part_of(&person), &bytes)
            })?;
        }
        Ok(told.finish()?)
    }

    /// What a row says of a person.
    fn read_person(
        &self,
        row: &Row<'_>,
        cells: &Cells<'_>,
        hits: &mut HitsOfPlaces,
    ) -> Result<PersonPart, BadRow> {
        let (mut hit, mut is_unknown) = (0, false);
        for place in row.rides_on.iter().filter(|p| !p.is_empty()) {
            match hits.find(place, cells) {
                Some(more) => hit |= more,
                None => is_unknown = true,
            }
        }
        // Somebody who is hit anyway is not left out for a place that nobody knows.
        if is_unknown && hit == 0 {
            return Err(BadRow::UnknownPlace);
        }
        let audience = self.base.audiences.get(row.segment);
        let audience = audience.and_then(|a| cells.audiences.iter().position(|known| known == a));
        let tag = row.language.split(['-', '_']).next().unwrap_or_default();
        let lang = tag.to_lowercase().parse::<Lang>().ok();
        let lang = lang.and_then(|l| self.langs.iter().position(|known| *known == l));
        let place = |at: Option<usize>, none: u8| at.map_or(Ok(none), u8::try_from).unwrap_or(none);
        let way = |(address, consent): &(&str, Option<&str>)| {
            is_address(address).then(|| Way {
                address: (*address).to_owned(),
                consent: Consent::read(*consent),
            })
        };
        Ok(PersonPart {
            person: self.digests.person(row.person),
            hit,
            lines: u16::from(hit != 0),
            audience: place(audience, 0),
            lang: place(lang, u8::MAX),
            care: !row.care.is_empty(),
            ways: row.reached_by.iter().map(way).collect(),
        })
    }

    /// Puts each person into their place; those who get a text are put aside by address.
    fn choose_people(
        &self,
        people: &Finished,
        told: &Finished,
        cells: &mut Cells<'_>,
        counts: &mut Counts,
    ) -> Result<Finished, DeskError> {
        let day = Day::of_ways(self)?;
        let mut reached = Partitions::create(self.folder, "reached")?;
        let parts: Vec<usize> = (0..PARTS).collect();
        for some in parts.chunks(AT_ONCE) {
            let placed = parallel::map_slice(some, 2, |part| {
                self.choose_part(*part, people, told, cells, &day)
            });
            for placed in placed {
                let placed = placed?;
                counts.sheet.persons += placed.persons;
                counts.reached += placed.reached.len();
                for (bucket, n) in placed.buckets {
                    counts.sheet.add(bucket, n);
                }
                for (key, n) in placed.missing {
                    *cells.missing.entry(key).or_default() += n;
                }
                let mut start = 0;
                for (part, end) in placed.reached {
                    reached.put(part, &placed.bytes[start..end])?;
                    start = end;
                }
            }
        }
        Ok(reached.finish()?)
    }

    /// The same for the people of one part.
    fn choose_part(
        &self,
        part: usize,
        people: &Finished,
        told: &Finished,
        cells: &Cells<'_>,
        day: &Day,
    ) -> Result<PlacedPart, DeskError> {
        let mut placed = PlacedPart::default();
        let heard = read_heard(&told.take(part)?);
        for person in self.group_people(&people.take(part)?)? {
            placed.persons += 1;
            let heard = heard.get(&person.person).map_or(&[][..], Vec::as_slice);
            match self.place_of(&person, heard, cells, day) {
                Place::Reached(way) => {
                    let channel = &self.base.reached_by[way].channel;
                    let address = person.ways[way].as_ref().map_or("", |w| &w.address);
                    let address = self.digests.address(channel, address);
                    placed.bytes.extend(address);
                    placed.bytes.push(u8::try_from(way).unwrap_or_default());
                    person.write_to(&mut placed.bytes);
                    let end = placed.bytes.len();
                    placed.reached.push((part_of(&address), end));
                }
                Place::In(bucket) => *placed.buckets.entry(bucket).or_default() += 1,
                Place::NoText => {
                    let key = (person.hit, person.audience);
                    *placed.missing.entry(key).or_default() += 1;
                }
            }
        }
        Ok(placed)
    }

    /// All rows of each person as one.
    fn group_people(&self, bytes: &[u8]) -> Result<Vec<PersonPart>, DeskError> {
        let ways = self.base.reached_by.len();
        let mut rest = bytes;
        let mut all: Vec<PersonPart> = Vec::new();
        while !rest.is_empty() {
            let part = PersonPart::read_from(&mut rest, ways);
            all.push(part.ok_or_else(|| wrong(self.folder, "what was put aside is damaged"))?);
        }
        // Stable: what the first row in the file says counts.
        all.sort_by_key(|p| p.person);
        all.dedup_by(|later, first| {
            let is_same = later.person == first.person;
            if is_same {
                first.take_in(later.clone());
            }
            is_same
        });
        Ok(all)
    }

    /// The way by which a person gets a text, or where else they belong.
    fn place_of(
        &self,
        person: &PersonPart,
        heard: &[(u32, i64)],
        cells: &Cells<'_>,
        day: &Day,
    ) -> Place {
        if person.hit == 0 {
            return Place::In(Bucket::NotAffected);
        }
        if person.care {
            return Place::In(Bucket::ToPhone);
        }
        let Some(text) = cells.find_text(person.hit, person.audience) else {
            return Place::NoText;
        };
        if cells.has_heard(person.hit, text.statement, heard) {
            return Place::In(Bucket::Told);
        }
        if person.ways.iter().all(Option::is_none) {
            return Place::In(Bucket::NoAddress);
        }
        let agreed = |way: &Way| match text.is_safety {
            true => way.consent.safety,
            false => way.consent.service,
        };
        let mut ways = person.ways.iter().enumerate();
        let way = ways.find(|(i, way)| {
            let channel = &self.base.reached_by[*i].channel;
            way.as_ref().is_some_and(agreed) && text.texts.keys().any(|(c, _)| c == channel)
        });
        let Some((way, _)) = way else {
            return Place::In(Bucket::NoConsent);
        };
        if text.is_safety {
            return Place::Reached(way);
        }
        if day.is_quiet[way] {
            return Place::In(Bucket::Quiet);
        }
        let had = heard.iter().filter(|(_, at)| day.has(*at)).count();
        // The last one of the day is kept for the news that it is over.
        let may_have = self.base.daily.saturating_sub(u32::from(!text.is_over));
        match u32::try_from(had).unwrap_or(u32::MAX) >= may_have {
            true => Place::In(Bucket::DailyCap),
            false => Place::Reached(way),
        }
    }

    /// One message for each address, about all that hits somebody there; gives the texts with their counts, and the root.
    fn write_parts(
        &self,
        reached: &Finished,
        cells: &mut Cells<'_>,
        counts: &mut Counts,
    ) -> Result<(Vec<NoticeCell>, String), DeskError> {
        let mut texts: Vec<NoticeCell> = Vec::new();
        let files = files_for(counts.reached);
        let mut lines = String::new();
        let mut parts = Vec::with_capacity(files);
        let all: Vec<usize> = (0..PARTS).collect();
        for some in all.chunks(AT_ONCE) {
            let grouped =
                parallel::map_slice(some, 2, |part| self.group_addresses(&reached.take(*part)?));
            for (part, groups) in some.iter().zip(grouped) {
                if part * files / PARTS == parts.len() + 1 {
                    parts.push(self.write_part(parts.len(), &std::mem::take(&mut lines))?);
                }
                for group in groups? {
                    if let Some(message) = self.write_message(group, cells, counts, &mut texts) {
                        message.write_line(&mut lines);
                    }
                }
            }
        }
        parts.push(self.write_part(parts.len(), &lines)?);
        Ok((texts, root_of(&parts)))
    }

    /// Writes the messages of one file of the plan; gives the digest of its bytes.
    fn write_part(&self, part: usize, lines: &str) -> Result<String, StoreError> {
        let path = path_of_part(self.folder, part);
        std::fs::write(&path, lines).map_err(|e| wrong(&path, &e.to_string()))?;
        Ok(sha256(lines.as_bytes()))
    }

    /// People with the same address, each with the way by which it is theirs.
    fn group_addresses(&self, bytes: &[u8]) -> Result<Vec<Vec<(usize, PersonPart)>>, DeskError> {
        let damaged = || wrong(self.folder, "what was put aside is damaged");
        let ways = self.base.reached_by.len();
        let mut rest = bytes;
        let mut all: BTreeMap<[u8; 16], Vec<(usize, PersonPart)>> = BTreeMap::new();
        while !rest.is_empty() {
            let (address, after) = rest.split_first_chunk::<16>().ok_or_else(damaged)?;
            let (way, mut after) = after.split_first().ok_or_else(damaged)?;
            let person = PersonPart::read_from(&mut after, ways).ok_or_else(damaged)?;
            all.entry(*address)
                .or_default()
                .push((usize::from(*way), person));
            rest = after;
        }
        Ok(all.into_values().collect())
    }

    fn write_message(
        &self,
        group: Vec<(usize, PersonPart)>,
        cells: &mut Cells<'_>,
        counts: &mut Counts,
        texts: &mut Vec<NoticeCell>,
    ) -> Option<Planned> {
        let (way, first) = group.first()?;
        let reach = &self.base.reached_by[*way];
        let hit = group.iter().fold(0, |all, (_, p)| all | p.hit);
        let covered = u64::try_from(group.len() - 1).unwrap_or_default();
        counts.sheet.add(Bucket::Send, 1);
        counts.sheet.add(Bucket::Covered, covered);
        let Some(text) = cells.find_text(hit, first.audience) else {
            *cells.missing.entry((hit, first.audience)).or_default() += 1 + covered;
            return None;
        };
        let own = self.langs.get(usize::from(first.lang)).copied();
        let spoken = |lang: Lang| text.texts.contains_key(&(reach.channel.clone(), lang));
        let lang = own
            .into_iter()
            .chain(self.langs.iter().copied())
            .find(|l| spoken(*l));
        let Some(lang) = lang else {
            // The text about all of it says nothing on this channel.
            *cells.missing.entry((hit, first.audience)).or_default() += 1 + covered;
            return None;
        };
        let is_same = |c: &NoticeCell| {
            c.statement == text.statement
                && c.outlet == reach.outlet
                && c.channel == reach.channel
                && c.lang == lang
        };
        let cell = texts.iter().position(is_same).unwrap_or_else(|| {
            texts.push(NoticeCell {
                statement: text.statement,
                outlet: reach.outlet.clone(),
                channel: reach.channel.clone(),
                lang,
                messages: 0,
            });
            texts.len() - 1
        });
        texts[cell].messages += 1;
        Some(Planned {
            cell,
            address: first.ways[*way].as_ref()?.address.clone(),
            lines: group.iter().map(|(_, p)| u32::from(p.lines)).sum(),
            persons: group.iter().map(|(_, p)| p.person).collect(),
        })
    }
}

/// Where a person belongs.
enum Place {
    /// They get a text by this way.
    Reached(usize),
    In(Bucket),
    /// No text speaks of all that hits them.
    NoText,
}

/// The people of one part in their places.
#[derive(Default)]
struct PlacedPart {
    persons: u64,
    buckets: BTreeMap<Bucket, u64>,
    /// Who is hit by what no text speaks of, by incidents and audience.
    missing: BTreeMap<(u64, u8), u64>,
    /// Those who get a text, one after the other.
    bytes: Vec<u8>,
    /// For each of them the part of their address, and where their bytes end.
    reached: Vec<(usize, usize)>,
}

/// So many parts are in memory at once.
const AT_ONCE: usize = 8;

/// The day on which a plan is made.
struct Day {
    zone: chrono_tz::Tz,
    date: chrono::NaiveDate,
    /// For each way, whether its outlet keeps quiet hours now.
    is_quiet: Vec<bool>,
}

impl Day {
    fn of_ways(placing: &Placing<'_>) -> Result<Day, DeskError> {
        let snapshot = placing.snapshot;
        let (zone, now) = (snapshot.world()?.books.workspace.zone, snapshot.clock.now);
        let ways = placing.base.reached_by.iter();
        let is_quiet = ways.map(|reach| {
            let outlet = snapshot.find_outlet(&reach.outlet)?;
            Ok(outlet.is_quiet(now, zone))
        });
        Ok(Day {
            zone,
            date: now.with_timezone(&zone).date_naive(),
            is_quiet: is_quiet.collect::<Result<_, DeskError>>()?,
        })
    }

    /// True for a moment of this day, in seconds since 1970, UTC.
    fn has(&self, at: i64) -> bool {
        let at = chrono::DateTime::from_timestamp(at, 0);
        at.is_some_and(|at| at.with_timezone(&self.zone).date_naive() == self.date)
    }
}

impl Counts {
    fn note_bad(&mut self, row: u64, bad: BadRow) {
        self.sheet.unreadable += 1;
        *self.bad.entry(bad.what()).or_default() += 1;
        if self.first_bad.len() < NAMED_ROWS {
            self.first_bad.push((row, bad.what()));
        }
    }
}

/// Whom each person of a part has heard.
fn read_heard(bytes: &[u8]) -> Heard {
    let mut heard = Heard::new();
    for entry in bytes.chunks_exact(28) {
        let (Some((person, rest)), true) = (entry.split_first_chunk::<16>(), true) else {
            continue;
        };
        let (Some(statement), Some(at)) = (rest.first_chunk::<4>(), rest.last_chunk::<8>()) else {
            continue;
        };
        let told = (u32::from_le_bytes(*statement), i64::from_le_bytes(*at));
        heard.entry(*person).or_default().push(told);
    }
    heard
}
