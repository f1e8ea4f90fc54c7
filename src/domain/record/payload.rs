//! What an entry of the record says, in the past tense, with typed fields.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::domain::base::decimal::Share;
use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::Texts;
use crate::domain::base::link::{LinkId, LinkState, Source, Work};
use crate::domain::base::time::{At, Moment, Period, When, Window};
use crate::domain::base::value::Value;
use crate::domain::config::audience::Disclosure;
use crate::domain::config::promise_kind::{Per, PromisedBy};
use crate::domain::record::parcel::{Parcel, Receipt};
use crate::domain::record::statement::StatementIssued;

/// The kind of a file that decisions rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TextKind {
    /// `saydo.yaml`.
    Workspace,
    /// `network.yaml`.
    Network,
    /// A playbook or a base that playbooks build on.
    Playbook,
}

impl TextKind {
    /// As written in messages.
    pub fn token(self) -> &'static str {
        match self {
            TextKind::Workspace => "workspace",
            TextKind::Network => "network",
            TextKind::Playbook => "playbook",
        }
    }
}

/// What somebody said about one link, region or service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkReported {
    /// What it is about.
    pub link: LinkId,
    /// Its state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<LinkState>,
    /// The share of capacity left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity_left: Option<Share>,
    /// The stage of work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work: Option<Work>,
    /// The kind of fault, a free word of the trade.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// The cause, a key of `causes:`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The cause is confirmed, not only suspected.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confirmed: bool,
    /// When the repair is planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// What the state is expected to be during the repair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub during: Option<LinkState>,
    /// An earlier window no longer stands, and there is no new one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub window_withdrawn: bool,
    /// Why the window moved, a key of the catalogue `reasons`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Since when the state has been so, when that is not the time of saying it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Moment>,
    /// Who says so.
    pub source: Source,
    /// When they said it.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub said_at: At,
    /// For staff only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What shows that something was done: words, or a file kept by its digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// In words; for a file its name.
    pub text: String,
    /// SHA-256 of the file, under which the workspace keeps it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// So much of a resource, reserved by a promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reserved {
    /// A key of `resources:` in the workspace.
    pub resource: String,
    /// How much, frozen.
    pub amount: u64,
}

/// A promise as it was made, with its terms frozen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromiseMade {
    /// Its number in the ledger.
    pub number: u32,
    /// Its kind, a key of `promises:` in the playbook or workspace.
    pub promise: String,
    /// What it is about: a link, a region, or the reference of a case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What kind of thing the subject is; read as a link when a subject of version 1 does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<Per>,
    /// To whom.
    pub audience: String,
    /// The role that keeps it.
    pub owner: String,
    /// Whose it is.
    pub by: PromisedBy,
    /// When it falls due.
    #[serde(with = "crate::domain::base::time::in_numbers")]
    pub due: When,
    /// The instant at which that has passed, by the zone of the day on which it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(with = "crate::domain::base::time::in_numbers::or_none")]
    pub ends: Option<At>,
    /// The statement that made it; none when it was made by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<u32>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Texts::is_empty")]
    pub names: Texts,
    /// What it uses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<Reserved>,
    /// When it counts as kept: `next-statement`, `up`, `attested`, or an expression over facts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_when: Option<String>,
    /// A next statement counts when it is at these outlets; when it is issued, if there are none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub visible_at: Vec<String>,
    /// How long after the due time it is broken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace: Option<Period>,
    /// It passes on a repair window, whose slips are owned up to by the link.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_window: bool,
    /// The events that it rested on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<u64>,
    /// A word for staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum Happening {
    /// A file came into force.
    TextAdopted {
        /// What kind of file.
        text_kind: TextKind,
        /// Its name, for a playbook; else the kind.
        name: String,
        /// SHA-256 of the text.
        digest: String,
        /// The text itself.
        text: String,
    },
    /// An incident was opened.
    IncidentDeclared {
        /// The playbook by name.
        playbook: String,
        /// The digest of the playbook's text.
        digest: String,
        /// The digest of the base's text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base: Option<String>,
        /// For staff.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// When it began; the time of the declaration when not given.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        since: Option<Moment>,
        /// The links that it is about.
        scope: Vec<LinkId>,
        /// Announced work: from when to when.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        planned: Option<Window>,
    },
    /// Links joined or left the scope.
    ScopeChanged {
        /// Joined.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        added: Vec<LinkId>,
        /// Left.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        removed: Vec<LinkId>,
    },
    /// Another playbook took over.
    PlaybookChanged {
        /// By name.
        playbook: String,
        /// The digest of its text.
        digest: String,
        /// The digest of the base's text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        base: Option<String>,
    },
    /// Somebody said something about a link.
    LinkReported(LinkReported),
    /// Somebody noted a fact that the playbook declares.
    FactNoted {
        /// Its name.
        name: String,
        /// Its value; none takes it back as no longer known.
        value: Option<Value>,
        /// Who says so.
        source: Source,
        /// When they said it.
        said_at: At,
    },
    /// A dated note, never sayable.
    NoteTaken {
        /// The text.
        text: String,
    },
    /// What stands was confirmed again.
    Reconfirmed {
        /// These links.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        links: Vec<LinkId>,
        /// These noted facts.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        facts: Vec<String>,
        /// By whom.
        source: Source,
        /// When.
        said_at: At,
    },
    /// A statement was issued.
    StatementIssued(StatementIssued),
    /// A promise was made.
    PromiseMade(PromiseMade),
    /// A promise got another due time.
    PromiseRevised {
        /// Its number.
        number: u32,
        /// The new due time.
        due: When,
        /// The instant at which that has passed, by the zone of the day on which it was said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ends: Option<At>,
        /// The statement that said so; none when it was revised by hand and nobody has been told yet.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        statement: Option<u32>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<String>,
        /// What an earlier time rests on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Evidence>,
        /// What it uses from now on, when that is more than before.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        uses: Vec<Reserved>,
    },
    /// A promise was taken back.
    PromiseWithdrawn {
        /// Its number.
        number: u32,
        /// Why.
        because: String,
        /// The statement that said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        statement: Option<u32>,
    },
    /// The owner attests that a promise was kept.
    PromiseKept {
        /// Its number.
        number: u32,
        /// What shows it.
        evidence: Evidence,
        /// When it was kept, when that is not the time of saying so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kept_at: Option<At>,
    },
    /// Somebody took a promise upon themselves: whoever recorded this.
    PromiseAccepted {
        /// Its number.
        number: u32,
    },
    /// A promise outlives its incident, with an owner and a due time.
    PromiseCarriedOver {
        /// Its number.
        number: u32,
        /// The role or person that keeps it from now on.
        to: String,
        /// When it falls due.
        due: When,
        /// The instant at which that has passed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ends: Option<At>,
    },
    /// There is so much of a resource now.
    StockSet {
        /// A key of `resources:` in the workspace.
        resource: String,
        /// How much: in all, or in each period of a rate.
        amount: u64,
        /// Who says so.
        source: Source,
        /// Why.
        because: String,
    },
    /// There is so much more of a resource.
    StockAdded {
        /// A key of `resources:` in the workspace.
        resource: String,
        /// How much more.
        amount: u64,
        /// Who says so.
        source: Source,
        /// Why.
        because: String,
    },
    /// `tick` said that these are due.
    Reminded {
        /// What was said, by key.
        keys: Vec<String>,
    },
    /// A shift was handed over.
    ShiftHandedOver {
        /// To whom.
        to: String,
        /// The promises that go along.
        promises: Vec<u32>,
    },
    /// The one to whom a shift was handed over took it on.
    ShiftAccepted {
        /// The event that handed it over.
        handover: u64,
    },
    /// A wrong entry was taken back.
    Retracted {
        /// The entry's number.
        seq: u64,
        /// Why.
        because: String,
    },
    /// Somebody joined the team.
    PersonAdded {
        /// The name under which they act.
        person: String,
        /// What they are called in full.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
    },
    /// What a role may do from now on.
    RoleDefined {
        /// The role.
        role: String,
        /// Rights: `record`, `record:links`, `draft`, ...
        may: Vec<String>,
    },
    /// Somebody has a role from now on.
    RoleGranted {
        /// Who.
        person: String,
        /// Which.
        role: String,
    },
    /// Somebody has a role no more.
    RoleRevoked {
        /// Who.
        person: String,
        /// Which.
        role: String,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        because: Option<String>,
    },
    /// Entries signed by this key are of this person.
    KeyTrusted {
        /// Whose it is.
        person: String,
        /// The public key (ed25519), 32 bytes in hexadecimal.
        key: String,
    },
    /// A key signs nothing more; what it signed before stands.
    KeyRevoked {
        /// Its identifier.
        key: String,
        /// Why.
        because: String,
    },
    /// Whether statements need approval, and whose.
    TeamRulesSet {
        /// Issuing needs a valid approval.
        approval: bool,
        /// Not by the one who drafted it.
        four_eyes: bool,
        /// How long an approval lasts.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lasts: Option<Period>,
    },
    /// A draft was put before those who approve.
    DraftSubmitted {
        /// Its name: moment and digest.
        draft: String,
        /// To whom it speaks.
        audience: String,
        /// Of which incidents.
        incidents: Vec<IncidentId>,
    },
    /// Exactly these bytes may go out.
    StatementApproved {
        /// The draft.
        draft: String,
    },
    /// They may not.
    StatementRejected {
        /// The draft.
        draft: String,
        /// Why.
        because: String,
    },
    /// What may go out without anybody being asked.
    PreApproved {
        /// By which it is called.
        name: String,
        /// For incidents under this playbook.
        playbook: String,
        /// To this audience.
        audience: String,
        /// Only the first statement on an incident.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        first: bool,
        /// Only these lines; any when empty.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        lines: Vec<String>,
        /// On these channels; all when empty.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        channels: Vec<String>,
        /// The values that were foreseen, by path.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        slots: BTreeMap<String, String>,
        /// Until then.
        until: At,
        /// Why.
        because: String,
    },
    /// Facts of this path may be told as far as this, on one incident or (without one) on all.
    DisclosureSet {
        /// The beginning of their path.
        path: String,
        /// Who may know them.
        level: Disclosure,
        /// Why.
        because: String,
    },
    /// Somebody delivers these, and nobody else may until then.
    DeliveryClaimed {
        /// Where.
        outlet: String,
        /// Until when it is theirs.
        until: At,
        /// Which: at most a hundred.
        parcels: Vec<Parcel>,
    },
    /// What became of these.
    DeliverySettled {
        /// Where.
        outlet: String,
        /// Each: at most a hundred.
        receipts: Vec<Receipt>,
    },
    /// What of a statement has not left for an outlet does not go any more.
    DeliveryStopped {
        /// Where.
        outlet: String,
        /// Which statement.
        statement: u32,
        /// Why.
        because: String,
    },
    /// Somebody was told by hand.
    Told {
        /// Which statement.
        statement: u32,
        /// The outlet that lists them, if one does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        outlet: Option<String>,
        /// What is done with that there.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        parcels: Vec<Parcel>,
        /// Whom.
        whom: String,
        /// By what means: phone, post, letter.
        means: String,
        /// How many people that is, when it is a group.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<u32>,
        /// What they said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<String>,
    },
    /// This record is a drill: every text is marked, and nothing of it is ever published.
    DrillBegun,
    /// A statement went out by what was approved in advance.
    PreApprovalUsed {
        /// What was approved.
        name: String,
        /// Which statement.
        statement: u32,
    },
    /// A statement went out without approval.
    ApprovalOverridden {
        /// Which.
        statement: u32,
        /// Why.
        because: String,
    },
    /// An incident was closed.
    IncidentClosed {
        /// Who carries on what is left.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        handed_over_to: Option<String>,
    },
}

impl Happening {
    /// The kinds that this version understands.
    pub const KINDS: &'static [&'static str] = &[
        "TextAdopted",
        "IncidentDeclared",
        "ScopeChanged",
        "PlaybookChanged",
        "LinkReported",
        "FactNoted",
        "NoteTaken",
        "Reconfirmed",
        "StatementIssued",
        "PromiseMade",
        "PromiseRevised",
        "PromiseWithdrawn",
        "PromiseKept",
        "PromiseAccepted",
        "PromiseCarriedOver",
        "StockSet",
        "StockAdded",
        "Reminded",
        "ShiftHandedOver",
        "ShiftAccepted",
        "Retracted",
        "PersonAdded",
        "RoleDefined",
        "RoleGranted",
        "RoleRevoked",
        "KeyTrusted",
        "KeyRevoked",
        "TeamRulesSet",
        "DraftSubmitted",
        "StatementApproved",
        "StatementRejected",
        "PreApproved",
        "DisclosureSet",
        "DeliveryClaimed",
        "DeliverySettled",
        "DeliveryStopped",
        "Told",
        "DrillBegun",
        "PreApprovalUsed",
        "ApprovalOverridden",
        "IncidentClosed",
    ];

    /// Its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Happening::TextAdopted { .. } => "TextAdopted",
            Happening::IncidentDeclared { .. } => "IncidentDeclared",
            Happening::ScopeChanged { .. } => "ScopeChanged",
            Happening::PlaybookChanged { .. } => "PlaybookChanged",
            Happening::LinkReported(_) => "LinkReported",
            Happening::FactNoted { .. } => "FactNoted",
            Happening::NoteTaken { .. } => "NoteTaken",
            Happening::Reconfirmed { .. } => "Reconfirmed",
            Happening::StatementIssued(_) => "StatementIssued",
            Happening::PromiseMade(_) => "PromiseMade",
            Happening::PromiseRevised { .. } => "PromiseRevised",
            Happening::PromiseWithdrawn { .. } => "PromiseWithdrawn",
            Happening::PromiseKept { .. } => "PromiseKept",
            Happening::PromiseAccepted { .. } => "PromiseAccepted",
            Happening::PromiseCarriedOver { .. } => "PromiseCarriedOver",
            Happening::StockSet { .. } => "StockSet",
            Happening::StockAdded { .. } => "StockAdded",
            Happening::Reminded { .. } => "Reminded",
            Happening::ShiftHandedOver { .. } => "ShiftHandedOver",
            Happening::ShiftAccepted { .. } => "ShiftAccepted",
            Happening::Retracted { .. } => "Retracted",
            Happening::PersonAdded { .. } => "PersonAdded",
            Happening::RoleDefined { .. } => "RoleDefined",
            Happening::RoleGranted { .. } => "RoleGranted",
            Happening::RoleRevoked { .. } => "RoleRevoked",
            Happening::KeyTrusted { .. } => "KeyTrusted",
            Happening::KeyRevoked { .. } => "KeyRevoked",
            Happening::TeamRulesSet { .. } => "TeamRulesSet",
            Happening::DraftSubmitted { .. } => "DraftSubmitted",
            Happening::StatementApproved { .. } => "StatementApproved",
            Happening::StatementRejected { .. } => "StatementRejected",
            Happening::PreApproved { .. } => "PreApproved",
            Happening::DisclosureSet { .. } => "DisclosureSet",
            Happening::DeliveryClaimed { .. } => "DeliveryClaimed",
            Happening::DeliverySettled { .. } => "DeliverySettled",
            Happening::DeliveryStopped { .. } => "DeliveryStopped",
            Happening::Told { .. } => "Told",
            Happening::DrillBegun => "DrillBegun",
            Happening::PreApprovalUsed { .. } => "PreApprovalUsed",
            Happening::ApprovalOverridden { .. } => "ApprovalOverridden",
            Happening::IncidentClosed { .. } => "IncidentClosed",
        }
    }

    /// True when nothing that is said to customers can rest on it: it disturbs no decision that stands.
    pub fn is_aside(&self) -> bool {
        matches!(
            self,
            Happening::NoteTaken { .. }
                | Happening::Reminded { .. }
                | Happening::PromiseAccepted { .. }
                | Happening::ShiftHandedOver { .. }
                | Happening::ShiftAccepted { .. }
                | Happening::PersonAdded { .. }
                | Happening::RoleGranted { .. }
                | Happening::KeyTrusted { .. }
                | Happening::DraftSubmitted { .. }
        ) || self.is_delivery()
    }

    /// True for what became of a text on its way. Such an entry fits whatever came before.
    pub fn is_delivery(&self) -> bool {
        matches!(
            self,
            Happening::DeliveryClaimed { .. }
                | Happening::DeliverySettled { .. }
                | Happening::DeliveryStopped { .. }
                | Happening::Told { .. }
        )
    }

    /// True when `retract` may take it back. What was said to customers cannot be unsaid.
    pub fn is_retractable(&self) -> bool {
        matches!(
            self,
            Happening::LinkReported(_)
                | Happening::FactNoted { .. }
                | Happening::NoteTaken { .. }
                | Happening::Reconfirmed { .. }
                | Happening::ScopeChanged { .. }
        )
    }
}
