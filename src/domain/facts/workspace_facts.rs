//! Facts about the house: organisation, contacts, channels. Knows no incident.

use crate::domain::base::lang::Lang;
use crate::domain::base::terms as words;
use crate::domain::base::time::Moment;
use crate::domain::base::value::Value;
use crate::domain::facts::fact::{Fact, Facts, Lack};
use crate::domain::facts::subject::Ground;

/// What the workspace and the clock say.
pub(crate) fn house(ground: &Ground<'_>, facts: &mut Facts) {
    let workspace = &ground.world.books.workspace;
    facts.put(
        "as_of",
        Fact::plain(Value::Instant(Moment::exact(ground.as_of))),
        None,
    );
    facts.put(
        "org",
        Fact::plain(Value::Phrase(workspace.organisation.names.clone())),
        None,
    );
    if !workspace.zone_names.is_empty() {
        facts.put(
            "zone",
            Fact::plain(Value::Phrase(workspace.zone_names.clone())),
            None,
        );
    }
    for (name, contact) in &workspace.contacts {
        let state = contact
            .link
            .as_deref()
            .map(|l| (l, ground.condition.whole(l)));
        let path = format!("contacts.{name}");
        match state {
            // Nobody has to report a hotline up before it may be named; one bad word is enough not to.
            Some((link, whole)) if whole.state.is_bad() => {
                facts.miss(
                    path,
                    Lack::new(
                        format!(
                            "{link} đang {}",
                            words::state(whole.state.token(), Lang::Vi)
                        ),
                        format!("{link} is {}", words::state(whole.state.token(), Lang::En)),
                        format!("saydo link set {link} up --source own-check"),
                    ),
                );
            }
            other => {
                let events = other.map(|(_, w)| w.events).unwrap_or_default();
                facts.put(
                    path.clone(),
                    Fact::from_events(Value::Phrase(contact.text.clone()), &events),
                    None,
                );
                let spoken = if contact.spoken.is_empty() {
                    &contact.text
                } else {
                    &contact.spoken
                };
                facts.put(
                    format!("{path}.spoken"),
                    Fact::from_events(Value::Phrase(spoken.clone()), &events),
                    None,
                );
            }
        }
    }
    let since = ground.incident.since.unwrap_or(Moment {
        at: ground.incident.declared_at,
        about: true,
    });
    facts.put(
        "since",
        Fact::from_events(Value::Instant(since), &[ground.incident.seq]),
        None,
    );
    let declared = Value::Instant(Moment::exact(ground.incident.declared_at));
    facts.put(
        "declared_at",
        Fact::from_events(declared, &[ground.incident.seq]),
        None,
    );
    if let Some(planned) = ground.incident.planned {
        let zone = ground.zone();
        let events = [ground.incident.seq];
        facts.put(
            "planned",
            Fact::from_events(Value::Window(planned), &events),
            None,
        );
        let ends = [
            ("planned_start", planned.earliest.map(|e| e.begins(zone))),
            ("planned_end", Some(planned.latest.ends(zone))),
        ];
        for (path, at) in ends {
            if let Some(at) = at {
                facts.put(
                    path,
                    Fact::from_events(Value::Instant(Moment::exact(at)), &events),
                    None,
                );
            }
        }
    }
}
