//! What the pages of the desk show, as values that templates print. Decides nothing, and knows no record.

use serde::Serialize;

/// One of the answers that a list offers.
#[derive(Debug, Clone, Serialize)]
pub struct Choice {
    /// As it is sent.
    pub value: String,
    /// As people read it.
    pub label: String,
}

/// How something is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldKind {
    Hidden,
    Text,
    Long,
    Choice,
    Check,
}

/// One thing that a form asks for, or sends along.
#[derive(Debug, Clone, Serialize)]
pub struct Field {
    pub name: String,
    pub kind: FieldKind,
    pub value: String,
    pub label: String,
    pub choices: Vec<Choice>,
    /// It may not be left empty.
    pub needed: bool,
    /// The language of what is typed, where it has one.
    pub lang: Option<&'static str>,
    /// Of a long text.
    pub rows: usize,
}

/// Something that a person can do: what it is, what it needs, what the button says.
#[derive(Debug, Clone, Serialize)]
pub struct Form {
    pub act: &'static str,
    pub fields: Vec<Field>,
    pub button: String,
    /// What it is about, for those who do not see where the button stands.
    pub about: String,
    /// A class of the style sheet: `main`, `stop` or none.
    pub tone: &'static str,
}

/// What became of what somebody did.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    pub done: bool,
    /// Its first part was done, and the second was not: issued, and not sent everywhere.
    pub is_partly: bool,
    pub text: String,
    /// It was not tried: others have written meanwhile.
    pub changed: bool,
    /// What they wrote, a line each.
    pub entries: Vec<String>,
    /// The same once more, with what was typed.
    pub again: Option<Form>,
}

/// Something that works or does not.
#[derive(Debug, Clone, Serialize)]
pub struct Thing {
    pub id: String,
    pub name: String,
    /// The state in words.
    pub state: String,
    /// The state as a class of the style sheet.
    pub token: String,
    /// Who said so and when.
    pub about: String,
    pub is_old: bool,
    pub still: Option<Form>,
    pub set: Form,
}

/// A fact that staff note.
#[derive(Debug, Clone, Serialize)]
pub struct NotedRow {
    pub ask: String,
    /// Empty when it is not known.
    pub value: String,
    pub is_old: bool,
    pub form: Form,
}

/// An entry of the record.
#[derive(Debug, Clone, Serialize)]
pub struct EntryRow {
    pub number: u64,
    pub what: String,
    pub by: String,
    pub retract: Option<Form>,
}

/// A fact behind a sentence.
#[derive(Debug, Clone, Serialize)]
pub struct FactRow {
    pub path: String,
    pub value: String,
    /// Who said so and when.
    pub about: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Sentence {
    pub text: String,
    pub facts: Vec<FactRow>,
    /// What had to be unknown for it to be said.
    pub unknown: Vec<String>,
}

/// A text as it would be sent.
#[derive(Debug, Clone, Serialize)]
pub struct TextRow {
    pub channel: String,
    pub lang: &'static str,
    pub lang_name: String,
    /// How long it is on its channel, in words.
    pub length: String,
    pub text: String,
    pub sentences: Vec<Sentence>,
    pub edit: Option<Form>,
}

/// What is missing, and the form that would record it.
#[derive(Debug, Clone, Serialize)]
pub struct Lack {
    pub what: String,
    pub form: Option<Form>,
}

/// Something that may not be said yet.
#[derive(Debug, Clone, Serialize)]
pub struct Held {
    pub what: String,
    pub lacks: Vec<Lack>,
}

/// A line about what is out.
#[derive(Debug, Clone, Serialize)]
pub struct Remark {
    pub text: String,
    pub is_bad: bool,
}

/// An open incident, to choose.
#[derive(Debug, Clone, Serialize)]
pub struct Tab {
    pub id: String,
    pub severity: String,
    pub title: String,
}

/// An open incident with all that the desk shows of it.
#[derive(Debug, Clone, Serialize)]
pub struct IncidentDesk {
    pub id: String,
    /// Severity, playbook, phase and beginning in one line.
    pub line: String,
    pub things: Vec<Thing>,
    /// Confirms all of them at once.
    pub still: Option<Form>,
    /// Reports on something that is not named yet.
    pub other: Form,
    pub noted: Vec<NotedRow>,
    pub log: Form,
    /// The last ones, the newest first.
    pub entries: Vec<EntryRow>,
    /// What is out, and what is wrong with it.
    pub issued: Vec<Remark>,
    /// What can be done with the draft.
    pub steps: Vec<Form>,
    /// Why it may not be issued.
    pub stops: Vec<String>,
    pub texts: Vec<TextRow>,
    pub own: Form,
    pub held: Vec<Held>,
}

/// A draft that waits for approval.
#[derive(Debug, Clone, Serialize)]
pub struct Waiting {
    pub about: String,
    pub texts: Vec<TextRow>,
    pub approve: Form,
    pub reject: Form,
}

/// A draft that was approved: exactly these bytes may be issued.
#[derive(Debug, Clone, Serialize)]
pub struct Released {
    pub about: String,
    pub texts: Vec<TextRow>,
    pub steps: Vec<Form>,
}

/// A text of which nobody knows whether it arrived, or that an outlet does not take.
#[derive(Debug, Clone, Serialize)]
pub struct StuckRow {
    pub what: String,
    /// Why, in the words of the record.
    pub because: String,
    pub decide: Vec<Form>,
}

/// Something that is due.
#[derive(Debug, Clone, Serialize)]
pub struct DueRow {
    pub what: String,
    pub incident: Option<String>,
    /// In the words of the record, for staff.
    pub about: String,
}

/// A promise that is not settled.
#[derive(Debug, Clone, Serialize)]
pub struct PromiseRow {
    pub what: String,
    pub due: String,
    pub is_late: bool,
    pub keep: Option<Form>,
}

/// What is known, what may be said and what is owed.
#[derive(Debug, Clone, Serialize)]
pub struct Situation {
    pub told: Option<Told>,
    pub incidents: Vec<Tab>,
    pub shown: Option<IncidentDesk>,
    pub waiting: Vec<Waiting>,
    pub approved: Vec<Released>,
    pub stuck: Vec<StuckRow>,
    pub due: Vec<DueRow>,
    pub promises: Vec<PromiseRow>,
    /// The names of the network, for suggestions.
    pub network: Vec<Choice>,
}

/// The page on which an incident is declared.
#[derive(Debug, Clone, Serialize)]
pub struct Declaring {
    /// What is looked for in the network.
    pub asked: String,
    /// How much of it was found, in words.
    pub found: String,
    pub network: Vec<Choice>,
    pub declare: Form,
}

/// The page that asks once more.
#[derive(Debug, Clone, Serialize)]
pub struct Confirming {
    pub question: Vec<String>,
    pub typed: Vec<Field>,
    /// What would be issued or sent.
    pub texts: Vec<TextRow>,
    pub yes: Form,
    /// The incident to go back to.
    pub incident: String,
}

/// What every page has.
#[derive(Debug, Clone, Serialize)]
pub struct Frame {
    pub lang: &'static str,
    pub org: String,
    /// Who acts, and what time it is.
    pub acting: String,
    /// The number of the last entry of the record when the page was made.
    pub head: u64,
    /// What a form has to bring back, so that no page of somebody else can send one.
    pub token: String,
    pub drill: bool,
    /// That all sending is stopped, in words.
    pub halted: Option<String>,
    /// The stop key, or what lifts it.
    pub key: Option<Form>,
    pub langs: Vec<Spoken>,
}

/// A language that the pages can be read in.
#[derive(Debug, Clone, Serialize)]
pub struct Spoken {
    pub tag: &'static str,
    pub name: &'static str,
}
