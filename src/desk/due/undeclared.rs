//! Trouble that somebody reported and no open incident is about, so that nobody tells customers of it. It declares nothing.

use crate::desk::due::item::{DueItem, DueKind};
use crate::desk::{DeskError, Snapshot};
use crate::domain::base::link::LinkState;
use crate::domain::base::next_step::NextStep;
use crate::domain::network::reported::ReportedLink;
use crate::domain::network::topology::Network;

/// Adds what is out or degraded and belongs to no open incident.
///
/// # Errors
/// When nothing has been adopted.
pub(super) fn add_undeclared(
    snapshot: &Snapshot,
    items: &mut Vec<DueItem>,
) -> Result<(), DeskError> {
    let network = &snapshot.world()?.books.network;
    let open = snapshot.state.open_incidents();
    let scopes: Vec<String> = open.flat_map(|i| i.links_in_scope()).collect();
    for id in network.all_ids() {
        let reported = ReportedLink::from_reports(snapshot.state.reports_on(id));
        let state = reported.state.map(|s| s.value);
        let Some(state) = state.filter(|s| is_trouble(*s)) else {
            continue;
        };
        if scopes.iter().any(|scope| is_about(network, scope, id)) {
            continue;
        }
        items.push(DueItem {
            kind: DueKind::Undeclared,
            key: format!("undeclared:{id}:{}", state.token()),
            incident: None,
            what: format!(
                "{id} is {}, and no open incident is about it",
                state.token()
            ),
            step: NextStep::DeclareIncident,
        });
    }
    Ok(())
}

/// True for what customers would be told of.
fn is_trouble(state: LinkState) -> bool {
    matches!(
        state,
        LinkState::Down | LinkState::Degraded | LinkState::Unstable
    )
}

/// True when a link in scope is this one, a part of it or its whole, or carries it.
fn is_about(network: &Network, scope: &str, id: &str) -> bool {
    let is_family = |a: &str, b: &str| {
        let own = network.leaf_parts(a);
        a == b || network.leaf_parts(b).iter().any(|leaf| own.contains(leaf))
    };
    let carries = network.find_rider(id).is_some_and(|rider| {
        let below = network.carriers_of(rider);
        below.iter().any(|link| is_family(scope, link))
    });
    is_family(scope, id) || carries
}
