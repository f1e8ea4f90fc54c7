//! The workspaces that `init` makes for other houses than a provider of Internet access: each is adopted whole, which tries every
//! situation of its playbooks, and speaks. What their texts say is the base's, and is reviewed there.

use crate::support::play::Play;

/// Words that have no place in a data centre or a shop.
const STRANGE: &[&str] = &[
    "modem",
    "films",
    "storm",
    "goodwill",
    "voucher",
    "technician",
];

fn speaks(args: &[&str], link: &str, said: &str) {
    let p = Play::new("");
    p.ok(&[&["init", "house"], args].concat());
    let at = ["--workspace", "house"];
    let state = format!("{link}=down");
    let declare = [
        "declare",
        "outage",
        "--link",
        &state,
        "--source",
        "monitoring",
    ];
    p.ok(&[&at[..], &declare].concat());
    let issued = p.ok(&[&at[..], &["statement", "issue"]].concat());
    assert!(issued.contains("Statement 1"), "{issued}");
    let shown = p.ok(&[&at[..], &["statement", "show", "1", "--channel", "web"]].concat());
    let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(shown.contains(said), "{shown}");
    for file in ["base", "outage"] {
        let text =
            std::fs::read_to_string(p.path(&format!("house/playbooks/{file}.yaml"))).unwrap();
        let points = text
            .split("\nlines:")
            .nth(1)
            .unwrap_or_default()
            .to_lowercase();
        for word in STRANGE {
            assert!(!points.contains(word), "{file}: {word}");
        }
    }
}

#[test]
fn the_least_workspace_speaks_on_one_channel() {
    speaks(
        &["--minimal"],
        "server",
        "The main server has been out since",
    );
}

#[test]
fn a_data_centre_speaks_of_halls_and_feeds() {
    speaks(
        &["--kind", "datacentre", "--languages", "en"],
        "HALL-1-COOL",
        "The cooling of hall 1 has been out since",
    );
}

#[test]
fn a_service_speaks_french() {
    speaks(
        &["--kind", "saas", "--languages", "fr"],
        "database",
        "La base de données principale est hors service depuis",
    );
}
