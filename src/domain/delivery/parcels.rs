//! Which parcels one statement makes for one outlet. Knows nothing of what became of them.

use crate::domain::base::lang::Lang;
use crate::domain::config::outlet::{Outlet, OutletKind};
use crate::domain::delivery::key::delivery_key;
use crate::domain::record::parcel::Parcel;
use crate::domain::record::statement::StatementIssued;

/// The parcels of a statement at an outlet; `people` are those of its list, as the record knows them.
pub fn parcels_of_statement(
    name: &str,
    outlet: &Outlet,
    statement: &StatementIssued,
    people: &[String],
) -> Vec<Parcel> {
    // What goes to customers one by one is planned, and claimed beside the record.
    if statement.audience != outlet.audience || outlet.to_customers {
        return Vec::new();
    }
    let one = |channel: &str, lang: Option<Lang>, to: Option<&String>| Parcel {
        key: delivery_key(
            &statement.digest,
            name,
            channel,
            lang,
            to.map(String::as_str),
        ),
        statement: statement.number,
        channel: channel.to_owned(),
        lang,
        to: to.cloned(),
    };
    if outlet.kind == OutletKind::Site {
        return vec![one("site", None, None)];
    }
    let speaks = |l: Lang| outlet.languages.is_empty() || outlet.languages.contains(&l);
    let mut found = Vec::new();
    for channel in &outlet.channels {
        let theirs = statement
            .body
            .addresses()
            .iter()
            .filter(|(c, l)| c == channel && speaks(*l));
        let mut langs: Vec<Option<Lang>> = theirs.map(|(_, l)| Some(*l)).collect();
        let is_by_hand = outlet.kind == OutletKind::ByHand;
        if langs.is_empty() {
            continue;
        }
        if outlet.one_message || is_by_hand {
            langs = vec![None];
        }
        let many: Vec<Option<&String>> = match (outlet.is_mass(), is_by_hand) {
            (true, _) => people.iter().map(Some).collect(),
            (false, true) if !outlet.people.is_empty() => outlet.people.iter().map(Some).collect(),
            // There each incident has a page of its own: a text about several stands on each.
            _ if outlet.kind == OutletKind::Statuspage && statement.incidents.len() > 1 => {
                statement.incidents.iter().map(Some).collect()
            }
            _ => vec![None],
        };
        for to in many {
            found.extend(langs.iter().map(|l| one(channel, *l, to)));
        }
    }
    found
}
