//! saydo: outage communications that say only what the record backs.
//!
//! The program `saydo` is this library with a command line. A program of your own can use three parts of it; nothing else
//! of it is public, and none of the three reads the clock, the environment or a configuration by itself.
//!
//! - **The record**: an append-only chain of [`Event`]s, in one file ([`Sqlite`]), in memory ([`Memory`]) or on a server
//!   (`Postgres`). The format is docs/record.md; [`verify_events`] says whether a chain is whole.
//! - **Reading texts**: [`check_text`] holds any text, Vietnamese or English, against what is known.
//! - **Drafting**: [`draft_statement`] composes what a record backs now, and the gate reads it before you do.
//!
//! # Check a text
//!
//! What is known comes from a record ([`known_of_incident`]) or from JSON:
//!
//! ```
//! use saydo::{Ask, Known, Verdict, check_text};
//!
//! let known = Known::from_json(serde_json::json!({
//!     "links": { "Pearl Gateway": "down", "EAX-2": "up" },
//!     "next_update": "2026-09-12 18:00",
//! }))?;
//! let checked = check_text(
//!     "Pearl Gateway is up. The next update is at 18:00 on 12 September.",
//!     &[known],
//!     &Ask::default(),
//! );
//! assert_eq!(checked.verdict, Some(Verdict::Contradicts));
//! assert_eq!(checked.findings[0].rule, "contradicted");
//! assert_eq!(checked.sentences[1].verdict, Some(Verdict::Consistent));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Draft from a record
//!
//! A record of a workspace is opened with `Sqlite::open(".saydo/record.db".as_ref(), false)`. This one is made on the spot:
//!
//! ```
//! use saydo::{
//!     Clock, Declaration, Journal, LinkState, Memory, Wanted, declare_incident, draft_statement,
//! };
//!
//! let clock = Clock {
//!     now: "2026-09-12T03:00:00Z".parse()?,
//!     given: true,
//!     machine: None,
//!     by: "noc".into(),
//! };
//! let mut journal = Journal::open(Box::new(Memory::default()), clock)?;
//! journal.adopt_shipped_files()?;
//! let declaration = Declaration {
//!     links: vec![("AAG".into(), Some(LinkState::Down))],
//!     ..Declaration::new("submarine-cable-disruption")
//! };
//! let incident = declare_incident(&mut journal, &declaration)?;
//!
//! let review = draft_statement(&journal, &incident, "customers", Wanted::default())?;
//! assert!(review.findings.is_empty(), "the gate lets it pass");
//! let mut texts = review.draft.renditions.iter();
//! let web = texts.find(|r| r.channel == "web" && r.lang.tag() == "en");
//! assert!(web.is_some_and(|r| r.text.contains("the AAG cable has been disrupted")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

// Only the whole program uses everything: its build finds what is dead.
#![cfg_attr(
    not(all(
        feature = "cli",
        feature = "publish",
        feature = "postgres",
        feature = "serve",
        feature = "mcp"
    )),
    allow(dead_code, unused_imports)
)]

mod check;
#[cfg(feature = "cli")]
mod cli;
mod desk;
mod domain;
mod languages;
#[cfg(feature = "cli")]
mod publish;
mod render;
mod store;

// The record: what it holds, and where it is kept.
pub use domain::record::event::{Event, Head};
pub use store::memory::Memory;
#[cfg(feature = "postgres")]
pub use store::postgres::{Address, PgEnv, Postgres};
pub use store::sqlite::Sqlite;
pub use store::verify::verify_events;
pub use store::{Appended, Record, StoreError, Stored};

// Reading texts.
pub use check::against::checker::{Ask, Checked, check as check_text};
pub use check::against::findings::Finding;
pub use check::against::reference_facts::Known;
pub use check::against::verified_claim::Verdict;
pub use check::reading::sentence_signs::list_sentence_signs;
pub use desk::statement::check_text::known_of_incident;

// Drafting from a record.
pub use desk::incident::declare::{Declaration, declare_incident};
pub use desk::statement::draft::{DraftReview, draft_statement};
pub use desk::{Clock, DeskError, Journal, Snapshot};
pub use domain::base::link::LinkState;
pub use domain::speech::composer::Wanted;

// The command line.
#[cfg(feature = "cli")]
pub use cli::{RuntimeEnv, run};

#[cfg(test)]
mod testing;
