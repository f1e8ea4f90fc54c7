//! A line of a notice and a talking point as a playbook writes them. Renders nothing.

use std::borrow::Cow;

use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::unaccented::{is_made_by_letters, without_marks};
use crate::domain::config::channel::Form;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The list of the promises that an audience was given and that are in force.
pub const IN_FORCE: &str = "promises.in_force";

/// What a line does, in the order in which lines are said.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Element {
    /// The title of a page or mail.
    Title,
    /// Who speaks and as of when.
    Greeting,
    /// Owns up to something said before: a slip, a mistake, a late update.
    Correction,
    /// Says what happened.
    WhatHappened,
    /// Who and what is affected.
    Affected,
    /// Says since when it lasts.
    Since,
    /// Says why it happened.
    Cause,
    /// What we do.
    Action,
    /// When it may be over, and who says so.
    Outlook,
    /// What customers can do.
    Advice,
    /// When we speak again.
    NextUpdate,
    /// That we are sorry.
    Apology,
    /// Where to turn to.
    Contact,
}

/// What a line is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// States a fact.
    Fact,
    /// States what is being done.
    Action,
    /// Tells customers what they can do.
    Advice,
    /// Shows that we understand; claims nothing.
    Empathy,
    /// Commits us or passes on a commitment.
    Promise,
}

/// The smallest piece of speech.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// Unique in the playbook; a line of the base with the same id is replaced.
    pub id: String,
    /// What it does, which decides where it stands.
    pub element: Element,
    /// What it is for.
    pub purpose: Purpose,
    /// The condition under which it is true: an expression over facts.
    #[serde(default)]
    pub when: Option<String>,
    /// Say it once for each entry of this list fact; the entry is `it`.
    #[serde(default)]
    pub each: Option<String>,
    /// What the fixed words assert: expressions that have to hold.
    #[serde(default)]
    pub asserts: Vec<String>,
    /// The kind of promise it makes.
    #[serde(default)]
    pub promise: Option<String>,
    /// The number of the event by which somebody wrote it for one incident; none for a line of a playbook.
    #[serde(skip)]
    pub written_by: Option<u64>,
    /// The id of the line to say when this one may not be said.
    #[serde(default)]
    pub fallback: Option<String>,
    /// Said only in a text about several incidents; a title like that takes the place of theirs.
    #[serde(default)]
    pub for_several: bool,
    /// A statement without it is refused wherever its condition holds, and it is in every channel.
    #[serde(default, alias = "must")]
    #[schemars(extend("x-old-name" = "must"))]
    pub mandatory: bool,
    /// It says who cannot do what, and where: it opens a full text, and follows the news in a short one.
    #[serde(default)]
    pub leads: bool,
    /// Said only where a channel has no room for the corrections one by one, in their place.
    #[serde(default)]
    pub sums_up: bool,
    /// Where entries of its list differ in their name alone, one sentence names them all, in the plural.
    #[serde(default)]
    pub joins: bool,
    /// What people would like to hear: shown as "may not be said yet" while it is withheld.
    #[serde(default)]
    pub not_yet: Texts,
    /// Only in these channels; all that have a form for it when empty.
    #[serde(default)]
    pub channels: Vec<String>,
    /// Only to these audiences; all when empty.
    #[serde(default)]
    pub audiences: Vec<String>,
    /// The whole sentence.
    #[serde(default)]
    pub say: Texts,
    /// For small screens.
    #[serde(default)]
    pub short: Texts,
    /// Without Vietnamese marks.
    #[serde(default, alias = "plain")]
    #[schemars(extend("x-old-name" = "plain"))]
    pub unaccented: Texts,
    /// To be read aloud.
    #[serde(default)]
    pub spoken: Texts,
    /// For a post on a social network.
    #[serde(default)]
    pub post: Texts,
    /// For a notification on a phone.
    #[serde(default)]
    pub push: Texts,
}

impl Line {
    /// True for advice that stands before everything else: it tells people how to be safe.
    pub fn is_warning(&self) -> bool {
        self.element == Element::Correction && self.purpose == Purpose::Advice
    }

    /// True for what is said beside the notice too: what holds no more of what was told, warnings, and promises in force.
    pub fn is_in_every_text(&self) -> bool {
        let owns_up = self.element == Element::Correction && self.mandatory;
        owns_up || self.is_warning() || self.each.as_deref() == Some(IN_FORCE)
    }

    pub fn texts_of_form(&self, form: Form) -> &Texts {
        match form {
            Form::Say => &self.say,
            Form::Short => &self.short,
            Form::Unaccented => &self.unaccented,
            Form::Spoken => &self.spoken,
            Form::Post => &self.post,
            Form::Push => &self.push,
        }
    }

    /// The text for a channel's preferences in one language.
    pub fn text_for(&self, forms: &[Form], lang: Lang) -> Option<(Form, Cow<'_, str>)> {
        forms
            .iter()
            .find_map(|f| self.text_of_form(*f, lang).map(|t| (*f, t)))
    }

    /// The text of one form. The one without marks is made from the short one where the language allows that.
    fn text_of_form(&self, form: Form, lang: Lang) -> Option<Cow<'_, str>> {
        let written = self.texts_of_form(form).get(lang);
        let is_made = form == Form::Unaccented && is_made_by_letters(lang);
        match written {
            None if is_made => self.short.get(lang).map(|t| without_marks(t, lang)),
            _ => written.map(Cow::Borrowed),
        }
    }

    /// Every form and language that it is written in.
    pub fn all_texts(&self) -> impl Iterator<Item = (Form, Lang, &str)> {
        let forms = [
            Form::Say,
            Form::Short,
            Form::Unaccented,
            Form::Spoken,
            Form::Post,
            Form::Push,
        ];
        forms.into_iter().flat_map(move |f| {
            self.texts_of_form(f)
                .iter()
                .map(move |(l, t)| (f, l, t.as_str()))
        })
    }
}

/// The part of the talking points that an entry stands in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Section {
    /// The three sentences that can be said at once.
    Open,
    /// Listen and ask.
    Listen,
    /// What can be offered.
    Offer,
    /// What is not said.
    DoNotSay,
    /// Answers to questions that callers ask.
    IfAsked,
    /// Whom to hand an urgent case to.
    HandOver,
    /// Words for callers who are upset.
    Difficult,
}

/// One talking point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Point {
    /// Unique among the points.
    pub id: String,
    /// Where it stands.
    pub section: Section,
    /// For these roles; all when empty.
    #[serde(default)]
    pub roles: Vec<String>,
    /// The condition under which it is true.
    #[serde(default)]
    pub when: Option<String>,
    /// Once for each entry of this list fact.
    #[serde(default)]
    pub each: Option<String>,
    /// What the fixed words assert.
    #[serde(default)]
    pub asserts: Vec<String>,
    /// The kind of promise that it offers: shown only while that may be made and its resources are in stock.
    #[serde(default)]
    pub promise: Option<String>,
    /// What the caller asks.
    #[serde(default)]
    pub question: Texts,
    /// What to say, or (under `do-not-say`) what not to say.
    pub say: Texts,
    /// Why not, under `do-not-say`.
    #[serde(default)]
    pub because: Texts,
}
