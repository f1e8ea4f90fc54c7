//! What the status page shows, taken from the record: only incidents that something was issued about, in the words and
//! states in which it was issued. It writes no file.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use crate::desk::core::seal::compose_unsigned_seal;
use crate::desk::publishing::current_incidents::merged_into;
use crate::desk::publishing::site_components::site_components;
use crate::desk::publishing::site_incident::{one, title_of};
use crate::desk::publishing::site_outline::{Outline, Outlines, WORTH_THREADS, in_full};
use crate::desk::statement::review_issued::{last_statement, prepare_points, roles_with_points};
use crate::desk::{DeskError, Snapshot};
use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::Texts;
use crate::domain::base::parallel;
use crate::domain::state::fold::State;
use crate::domain::state::incident::PlaybookRef;
use crate::render::site::staff::Basis;
use crate::render::site::{Past, Role, SiteView};

/// The title of a past incident whose pages are there, by its identifier and what they are made of.
type TitleOfKept<'a> = dyn Fn(&str, &str) -> Option<Texts> + Sync + 'a;

/// Everything that a site shows to an audience, of these outlines. `kept` says of a past incident that its pages are
/// there, made of this input, and gives its title back: it is then laid out in full only where that is shown.
///
/// # Errors
/// When nothing is adopted.
pub fn build_view(
    snapshot: &Snapshot,
    outlines: Outlines<'_>,
    base_url: Option<&str>,
    kept: &TitleOfKept<'_>,
) -> Result<SiteView, DeskError> {
    let Outlines {
        audience,
        channel,
        all: outlines,
    } = outlines;
    let world = snapshot.world()?;
    let workspace = &world.books.workspace;
    let updated = outlines.iter().map(|o| o.updated).max();
    let shown = in_full(&outlines, updated);
    let (full, mut titles) = choose_full(&outlines, &shown, kept);
    let (evaluator, now) = (&snapshot.evaluator, snapshot.clock.now);
    let read: Mutex<BTreeMap<_, Option<Texts>>> = Mutex::default();
    let usual = |pinned: &PlaybookRef| -> Option<Texts> {
        let mut read = read.lock().ok()?;
        let title = read.entry((pinned.digest.clone(), pinned.base.clone()));
        title.or_insert_with(|| title_of(world, pinned)).clone()
    };
    let laid_out = parallel::map_slice(&full, WORTH_THREADS, |o| {
        one(world, evaluator, o, channel, now, &usual)
    });
    let incidents = laid_out.into_iter().collect::<Result<Vec<_>, _>>()?;
    titles.extend(full.iter().zip(&incidents).map(|(o, i)| {
        let id = o.incident.id.as_str();
        (id, i.title.clone())
    }));
    let past = list_past(&snapshot.state, &outlines, &titles);
    Ok(SiteView {
        names: workspace.organisation.names.clone(),
        langs: workspace.languages.clone(),
        base_url: base_url.map(|u| u.trim_end_matches('/').to_owned()),
        zone: workspace.zone,
        zone_names: workspace.zone_names.clone(),
        record: snapshot.state.origin.clone().unwrap_or_default(),
        seal: compose_unsigned_seal(snapshot),
        drill: snapshot.state.is_drill,
        components: site_components(snapshot, world, audience),
        first: outlines.first().map(|o| o.began.at),
        incidents,
        past,
        updated,
    })
}

/// The outlines that are laid out in full, and the titles of past incidents whose pages are kept.
fn choose_full<'o, 'a>(
    outlines: &'o [Outline<'a>],
    shown: &BTreeSet<&str>,
    kept: &TitleOfKept<'_>,
) -> (Vec<&'o Outline<'a>>, BTreeMap<&'o str, Texts>) {
    let mut titles: BTreeMap<&str, Texts> = BTreeMap::new();
    let mut full: Vec<&Outline<'_>> = Vec::new();
    let are_kept = parallel::map_slice(outlines, WORTH_THREADS, |o| {
        let id = o.incident.id.as_str();
        o.ended.is_some().then(|| kept(id, &o.input)).flatten()
    });
    for (o, title) in outlines.iter().zip(are_kept) {
        let id = o.incident.id.as_str();
        let is_kept = title.is_some();
        titles.extend(title.map(|t| (id, t)));
        if !is_kept || shown.contains(id) {
            full.push(o);
        }
    }
    (full, titles)
}

fn list_past(state: &State, outlines: &[Outline<'_>], titles: &BTreeMap<&str, Texts>) -> Vec<Past> {
    // One that goes on as another is no outage of its own.
    let goes_on = |o: &&Outline<'_>| merged_into(state, o.incident).is_some();
    let past = outlines.iter().filter(|o| o.ended.is_some() && !goes_on(o));
    past.map(|o| Past {
        id: o.incident.id.clone(),
        is_planned: o.incident.planned.is_some(),
        title: titles
            .get(o.incident.id.as_str())
            .cloned()
            .unwrap_or_default(),
        began: o.began,
        closed: o.ended,
        updated: o.updated,
        input: o.input.clone(),
    })
    .collect()
}

/// The points of every role, for the staff's pages, and the statement that each incident's belong to.
///
/// # Errors
/// When a playbook is at fault.
pub fn staff_sheets(
    snapshot: &Snapshot,
) -> Result<(Vec<Role>, BTreeMap<IncidentId, Basis>), DeskError> {
    let open: Vec<String> = snapshot
        .state
        .open_incidents()
        .map(|i| i.id.clone())
        .collect();
    let mut roles = Vec::new();
    for name in roles_with_points(snapshot, &open)? {
        let points = prepare_points(snapshot, &open, &name)?;
        roles.push(Role { name, points });
    }
    let audience = snapshot.default_audience();
    let bases = open.into_iter().filter_map(|id| {
        let last = last_statement(snapshot, &id, audience)?;
        let basis = Basis {
            number: last.statement.number,
            at: last.at,
            until: last.statement.next_update(),
        };
        Some((id, basis))
    });
    Ok((roles, bases.collect()))
}
