//! The forms of the desk: what each act asks for. It does not know when one is offered, nor what becomes of it.

use crate::desk::Snapshot;
use crate::desk::screen::act::Act;
use crate::domain::base::lang::{Lang, Texts};
use crate::domain::base::link::{LinkState, SourceKind};
use crate::domain::config::noted_fact::NotedFact;
use crate::domain::facts::world::AdoptedConfig;
use crate::languages::Subject;
use crate::render::desk_page::desk_word;
use crate::render::desk_page::view::{Choice, Field, FieldKind, Form};

/// Makes the forms of one page, in its language, for the files in force.
#[derive(Clone, Copy)]
pub(super) struct FormMaker<'a> {
    pub lang: Lang,
    pub books: &'a AdoptedConfig,
}

/// A field that is sent along.
pub(super) fn hidden(name: &str, value: impl Into<String>) -> Field {
    Field {
        name: name.to_owned(),
        kind: FieldKind::Hidden,
        value: value.into(),
        label: String::new(),
        choices: Vec::new(),
        needed: false,
        lang: None,
        rows: 0,
    }
}

impl Field {
    pub(super) fn made_needed(mut self) -> Field {
        self.needed = true;
        self
    }

    fn with_value(mut self, value: &str) -> Field {
        value.clone_into(&mut self.value);
        self
    }
}

/// The word for a state, a kind of source or a kind of link.
pub(super) fn state_word(token: &str, lang: Lang) -> String {
    let word = lang.shipped_words().find_word(Subject::States, token);
    word.unwrap_or(token).to_owned()
}

impl<'a> FormMaker<'a> {
    /// For the files in force; none before anything is adopted.
    pub fn of_snapshot(snapshot: &'a Snapshot, lang: Lang) -> Option<FormMaker<'a>> {
        let books = snapshot.books.as_ref()?;
        Some(FormMaker { lang, books })
    }

    pub fn make_form(self, act: Act, about: &str, fields: Vec<Field>) -> Form {
        let tone = match act {
            Act::Halt => "stop",
            Act::Issue | Act::IssueAndPublish | Act::Approve | Act::Declare => "main",
            _ => "",
        };
        Form {
            act: act.token(),
            fields,
            button: desk_word(&format!("do_{}", act.token()), self.lang).to_owned(),
            about: about.to_owned(),
            tone,
        }
    }

    pub fn new_field(self, name: &str, kind: FieldKind) -> Field {
        Field {
            kind,
            label: desk_word(&format!("field_{name}"), self.lang).to_owned(),
            rows: 4,
            ..hidden(name, "")
        }
    }

    pub fn text_field(self, name: &str) -> Field {
        self.new_field(name, FieldKind::Text)
    }

    /// A text of several lines.
    pub fn long_field(self, name: &str) -> Field {
        self.new_field(name, FieldKind::Long)
    }

    pub fn choice_field(self, name: &str, choices: Vec<Choice>) -> Field {
        Field {
            choices,
            ..self.new_field(name, FieldKind::Choice)
        }
    }

    /// A text for each language of the workspace.
    fn language_fields(self, name: &str) -> Vec<Field> {
        let langs = self.books.workspace.languages.iter();
        let field = |lang: &Lang| Field {
            name: format!("{name}_{lang}"),
            label: desk_word("name", *lang).to_owned(),
            lang: Some(lang.tag()),
            rows: 2,
            ..self.long_field(name)
        };
        langs.map(field).collect()
    }

    /// Who may be named as a source: kinds, and those that the workspace names.
    pub fn source_choices(self) -> Vec<Choice> {
        let mut all = Vec::new();
        for kind in SourceKind::ALL {
            let word = state_word(kind.token(), self.lang);
            let plain = Choice {
                value: kind.token().to_owned(),
                label: word.clone(),
            };
            all.push(plain);
            if *kind == SourceKind::CableOperator {
                let parties = self.books.workspace.parties.iter();
                all.extend(parties.map(|(key, names)| Choice {
                    value: format!("{kind}:{key}"),
                    label: names.get_or_any(self.lang).to_owned(),
                }));
            }
        }
        all
    }

    pub fn source_field(self) -> Field {
        self.choice_field("source", self.source_choices())
            .with_value(SourceKind::OwnCheck.token())
    }

    pub fn state_choices(self) -> Vec<Choice> {
        let reportable = LinkState::ALL
            .iter()
            .filter(|s| **s != LinkState::Unreported);
        let choice = |s: &LinkState| Choice {
            value: s.token().to_owned(),
            label: state_word(s.token(), self.lang),
        };
        reportable.map(choice).collect()
    }

    fn choices_of(self, texts: impl IntoIterator<Item = (&'a String, &'a Texts)>) -> Vec<Choice> {
        let choice = |(key, words): (&String, &Texts)| Choice {
            value: key.clone(),
            label: words.get_or_any(self.lang).to_owned(),
        };
        texts.into_iter().map(choice).collect()
    }

    /// Says again that what was reported still is so; of all when no link is named.
    pub fn still_form(self, link: Option<(&str, &str)>, source: &str) -> Form {
        let (id, name) = link.unwrap_or_default();
        let fields = vec![hidden("links", id), hidden("source", source)];
        let form = self.make_form(Act::Still, name, fields);
        match link {
            Some(_) => form,
            None => Form {
                button: desk_word("still_all", self.lang).to_owned(),
                ..form
            },
        }
    }

    /// The same of several, and of nothing else.
    pub fn still_these(self, links: &[String]) -> Form {
        let form = self.still_form(None, SourceKind::OwnCheck.token());
        let fields = vec![
            hidden("links", links.join(",")),
            hidden("source", SourceKind::OwnCheck.token()),
        ];
        Form { fields, ..form }
    }

    /// Lets texts leave again, for a reason that stays in the record.
    pub fn lift_form(self) -> Form {
        let because = self.text_field("because").made_needed();
        self.make_form(Act::Lift, "", vec![because])
    }

    /// Says something of a link; which one is asked when none is named.
    pub fn set_form(self, link: Option<(&str, &str)>) -> Form {
        let mut fields = vec![match link {
            Some((id, _)) => hidden("links", id),
            None => self.text_field("links").made_needed(),
        }];
        fields.push(self.choice_field("state", self.state_choices()));
        fields.push(self.source_field());
        fields.push(self.text_field("since"));
        fields.push(self.text_field("capacity_left"));
        fields.push(self.cause_field());
        fields.push(self.new_field("confirmed", FieldKind::Check));
        fields.push(self.text_field("window"));
        self.make_form(Act::Set, link.unwrap_or_default().1, fields)
    }

    pub fn cause_field(self) -> Field {
        self.choice_field("cause", self.choices_of(&self.books.workspace.causes))
    }

    /// Notes a fact that a playbook declares.
    pub fn note_form(self, incident: &str, name: &str, declared: &NotedFact) -> Form {
        let catalogue = declared.catalogue.as_deref();
        let catalogue = catalogue.and_then(|c| self.books.workspace.find_catalogue(c));
        let choices = match (catalogue, declared.choices.as_slice()) {
            (Some(phrases), _) => self.choices_of(phrases),
            (None, words) => words
                .iter()
                .map(|w| Choice {
                    value: w.clone(),
                    label: w.clone(),
                })
                .collect(),
        };
        let value = match choices.is_empty() {
            true => self.text_field("value").made_needed(),
            false => self.choice_field("value", choices).made_needed(),
        };
        let fields = vec![
            hidden("incident", incident),
            hidden("fact", name),
            value,
            self.source_field(),
        ];
        self.make_form(Act::Note, declared.ask.get_or_any(self.lang), fields)
    }

    pub fn log_form(self, incident: &str) -> Form {
        let note = Field {
            rows: 2,
            ..self.new_field("note", FieldKind::Long).made_needed()
        };
        self.make_form(Act::Log, "", vec![hidden("incident", incident), note])
    }

    /// A sentence of one's own, in each language.
    pub fn say_form(self, incident: &str) -> Form {
        let mut fields = vec![hidden("incident", incident)];
        fields.extend(
            self.language_fields("text")
                .into_iter()
                .map(Field::made_needed),
        );
        self.make_form(Act::Say, "", fields)
    }

    /// A text of one channel, worded by hand.
    pub fn edit_form(self, incident: &str, channel: &str, lang: Lang, text: &str) -> Form {
        let long = Field {
            lang: Some(lang.tag()),
            rows: (text.lines().count() + text.chars().count() / 70).clamp(3, 24),
            ..self.new_field("text", FieldKind::Long).made_needed()
        };
        let fields = vec![
            hidden("incident", incident),
            hidden("channel", channel),
            hidden("text_lang", lang.tag()),
            long.with_value(text),
        ];
        self.make_form(Act::Edit, channel, fields)
    }

    pub fn form_of_incident(self, act: Act, incident: &str) -> Form {
        self.make_form(act, incident, vec![hidden("incident", incident)])
    }

    /// Issues exactly this draft.
    pub fn issue_form(self, act: Act, incident: &str, draft: &str) -> Form {
        let fields = vec![hidden("incident", incident), hidden("draft", draft)];
        self.make_form(act, incident, fields)
    }

    pub fn form_of_draft(self, act: Act, draft: &str) -> Form {
        let mut fields = vec![hidden("draft", draft)];
        if act == Act::Reject {
            fields.push(self.text_field("because").made_needed());
        }
        self.make_form(act, draft, fields)
    }

    /// Decides about a text that may have arrived or not.
    pub fn decide_form(self, act: Act, key: &str, about: &str) -> Form {
        let because = self.text_field("because").made_needed();
        self.make_form(act, about, vec![hidden("key", key), because])
    }

    pub fn retract_form(self, number: u64) -> Form {
        let because = self.text_field("because").made_needed();
        let number = number.to_string();
        let fields = vec![hidden("entry", &*number), because];
        self.make_form(Act::Retract, &number, fields)
    }

    pub fn keep_form(self, number: u32, about: &str) -> Form {
        let evidence = self.text_field("evidence").made_needed();
        let fields = vec![hidden("promise", number.to_string()), evidence];
        self.make_form(Act::Keep, about, fields)
    }

    /// Opens an incident: what happened, where, since when, who says so.
    pub fn declare_form(self, playbooks: Vec<Choice>) -> Form {
        let mut fields = vec![self.choice_field("playbook", playbooks).made_needed()];
        for n in 1..=4 {
            let link = Field {
                name: format!("links_{n}"),
                needed: n == 1,
                ..self.text_field("links")
            };
            fields.push(link);
            let state = Field {
                name: format!("state_{n}"),
                ..self.choice_field("state", self.state_choices())
            };
            fields.push(match n {
                1 => state.with_value(LinkState::Down.token()),
                _ => state,
            });
        }
        fields.push(self.text_field("since"));
        fields.push(self.source_field());
        fields.push(self.text_field("title"));
        self.make_form(Act::Declare, "", fields)
    }

    pub fn name_of(self, id: &str) -> String {
        let names = self.books.network.names_of(id);
        names.get_or_any(self.lang).to_owned()
    }
}
