//! How an incident begins, changes and ends, and what staff note on it. Says nothing about the state of a link.

use crate::domain::base::lang::Texts;
use crate::domain::base::link::{LinkId, Source};
use crate::domain::base::time::{At, Moment, Window};
use crate::domain::base::value::Value;
use crate::domain::config::audience::Disclosure;
use crate::domain::config::line::Element;
use crate::domain::record::payload_group::payload_group;

payload_group! {
    /// Payloads about incidents. The envelope names the incident.
    pub enum IncidentEvent {
        /// An incident was opened.
        IncidentDeclared {
            /// The name of the playbook.
            playbook: String,
            /// The digest of the playbook's text.
            digest: String,
            /// The digest of the text of the base on which the playbook builds.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            base: Option<String>,
            /// What staff call the incident.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            title: Option<String>,
            /// When it began; the time of the declaration when not given.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            since: Option<Moment>,
            /// The links that it is about.
            scope: Vec<LinkId>,
            /// The window of work that was announced beforehand.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            planned: Option<Window>,
        },
        /// Links joined or left the scope.
        ScopeChanged {
            /// The links that joined.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            added: Vec<LinkId>,
            /// The links that left.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            removed: Vec<LinkId>,
        },
        /// Another playbook took over.
        PlaybookChanged {
            /// The name of the new playbook.
            playbook: String,
            /// The digest of its text.
            digest: String,
            /// The digest of the text of the base on which it builds.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            base: Option<String>,
            /// True when announced work has become an outage: the new playbook is for none.
            #[serde(default, skip_serializing_if = "std::ops::Not::not")]
            ends_work: bool,
        },
        /// Somebody noted a fact that the playbook declares.
        FactNoted {
            /// The name under which the playbook declares it.
            name: String,
            /// Its value; none takes it back as no longer known.
            value: Option<Value>,
            source: Source,
            /// When they said it, UTC.
            said_at: At,
            /// The links that the incident was about then; not said by older records.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            scope: Vec<LinkId>,
        },
        /// A note for staff, which no statement can quote. It may belong to no incident.
        NoteTaken {
            /// The text of the note.
            text: String,
        },
        /// Somebody added a sentence of their own to the notices of the incident, or worded a line of them anew.
        SentenceWritten {
            /// The line of the playbook in whose place it stands; none for a sentence beside the others.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            line: Option<String>,
            /// What it does in a statement, which decides its place.
            element: Element,
            /// The sentence per language, with placeholders for what it prints.
            texts: Texts,
            /// How far the incident was when it was written: it is said no longer than that; none for a line worded anew.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            phase: Option<String>,
            /// What its fixed words rest on: expressions over facts.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            asserts: Vec<String>,
            /// Only in these channels; in all that take whole sentences when empty.
            #[serde(default, skip_serializing_if = "Vec::is_empty")]
            channels: Vec<String>,
            /// Only to this audience; to all when absent.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            audience: Option<String>,
        },
        /// A sentence of somebody's own is said no more.
        SentenceEnded {
            /// The number of the event that wrote it.
            sentence: u64,
        },
        /// Facts under a path may be told to an audience, on one incident or (without one) on all.
        DisclosureSet {
            /// The beginning of the facts' path.
            path: String,
            /// Who may know them.
            level: Disclosure,
            /// The reason that was given.
            because: String,
        },
        IncidentClosed {
            /// Who carries on what is left.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            handed_over_to: Option<String>,
        },
    }
}
