//! A decision about a text that has left meanwhile. It sends nothing: what another program writes is written here.

use super::{People, decide_stuck, list_outbox};
use crate::desk::core::adopt::adopt_files;
use crate::desk::core::shipped::shipped_files;
use crate::desk::incident::declare::{Declaration, declare_incident};
use crate::desk::publishing::recipients::RecipientList;
use crate::desk::statement::issue::issue_with_reason;
use crate::domain::base::link::LinkState;
use crate::domain::record::delivery_event::DeliveryEvent;
use crate::domain::record::parcel::{Outcome, Receipt};
use crate::domain::record::payload::EventPayload;
use crate::store::own_file::OwnSecret;
use crate::store::sqlite::Sqlite;
use crate::testing::{notice, shipped};

const GATEWAY: &str = "
outlets:
  sms:
    kind: http-sms
    url: https://sms.example/send
    body: '{ \"to\": {{ numbers }}, \"text\": {{ text }} }'
    recipients: people.txt
    channels: [sms]
    languages: [vi]
";

/// Decided on what was seen, while somebody else sends it: the decision is refused.
#[test]
fn a_decision_on_what_has_left_meanwhile_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("record.db");
    let mut other = shipped::open(Box::new(Sqlite::open(&path, true).unwrap()));
    let mut files = shipped_files();
    files[0].bytes.extend_from_slice(GATEWAY.as_bytes());
    files.retain(|f| {
        !f.path.starts_with("playbooks/")
            || f.path.contains("/base")
            || f.path.contains("submarine")
    });
    adopt_files(&mut other, &files).unwrap();
    let declaration = Declaration {
        links: vec![("AAG".into(), Some(LinkState::Down))],
        ..Declaration::new("submarine-cable-disruption")
    };
    let id = declare_incident(&mut other, &declaration).unwrap();
    issue_with_reason(&mut other, notice(&[id]), None, None).unwrap();

    let mut seen = shipped::open(Box::new(Sqlite::open(&path, false).unwrap()));
    let secret = OwnSecret::load_or_make(&dir.path().join("people.secret")).unwrap();
    let list = RecipientList::new(vec!["0912345673".to_owned()], secret);
    let people = People::from([("sms".to_owned(), list)]);
    let parcel = list_outbox(&seen, &people)[0].parcel.clone();
    let key = parcel.key.clone();
    let sent = DeliveryEvent::DeliverySettled {
        outlet: "sms".into(),
        receipts: vec![Receipt {
            parcel,
            outcome: Outcome::Delivered,
            reference: None,
            because: None,
            again: None,
        }],
    };
    let entry = (None, EventPayload::Delivery(sent));
    other.record(|_| Ok(vec![entry.clone()])).unwrap();

    let refused = decide_stuck(&mut seen, &[key], Outcome::Again, "it hangs", &people);
    let why = refused.unwrap_err().to_string();
    assert!(why.contains("is delivered"), "{why}");
    let items = list_outbox(&seen, &people);
    assert!(items.iter().all(|i| i.standing.is_settled()));
}
