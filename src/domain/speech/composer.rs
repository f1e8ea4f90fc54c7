//! One incident's part in a draft on its way: the facts, the playbook and what was asked for. It neither chooses a line nor
//! lays out a text.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use thiserror::Error;

use crate::domain::base::incident::IncidentId;
use crate::domain::base::lang::Lang;
use crate::domain::config::channel::{Channel, Charset, Form};
use crate::domain::config::playbook::Playbook;
use crate::domain::config::workspace::Workspace;
use crate::domain::facts::evaluator::{Evaluator, EvaluatorError, Style};
use crate::domain::facts::fact::Facts;
use crate::domain::facts::missing::MissingFact;
use crate::domain::speech::draft::{LineKey, Part, SilentChannel};
use crate::domain::speech::short_names::ShortNames;

/// Why nothing could be composed: the playbook is at fault.
#[derive(Debug, Error)]
#[error("line \"{line}\": {error}")]
pub struct ComposeError {
    pub line: String,
    /// What is wrong.
    pub error: EvaluatorError,
}

/// Which channels and languages a draft is to have, and in which form.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The text beside the notice, by name; the notice when none.
    pub text: Option<String>,
    /// These channels; all of the audience when empty.
    pub channels: Vec<String>,
    /// These languages; all of the workspace when empty.
    pub langs: Vec<Lang>,
    /// Lines that the gate refused, with its reason.
    pub refused: BTreeMap<LineKey, MissingFact>,
    /// Channels that are left out because they cannot hold what has to be said.
    pub silent_channels: Vec<SilentChannel>,
    /// Every value in its longest form, to bound the texts.
    pub longest: bool,
}

impl Wanted {
    /// The whole of a text beside the notice, or of the notice.
    pub fn of_text(text: Option<&str>) -> Wanted {
        Wanted {
            text: text.map(str::to_owned),
            ..Wanted::default()
        }
    }
}

pub(crate) struct Composer<'a> {
    pub(crate) playbook: &'a Playbook,
    pub(crate) workspace: &'a Workspace,
    pub(crate) facts: &'a Facts,
    pub(crate) evaluator: &'a dyn Evaluator,
    pub(crate) wanted: &'a Wanted,
    /// What the lines chosen so far take of each resource.
    pub(crate) taken: &'a RefCell<BTreeMap<String, u64>>,
    /// What links are called once a text has named them.
    pub(crate) short_names: &'a ShortNames,
    /// The incident, in a text about several.
    pub(crate) incident: Option<IncidentId>,
}

impl<'a> Composer<'a> {
    pub(crate) fn new(
        part: &'a Part<'a>,
        workspace: &'a Workspace,
        evaluator: &'a dyn Evaluator,
        wanted: &'a Wanted,
        (taken, short_names): (&'a RefCell<BTreeMap<String, u64>>, &'a ShortNames),
        is_several: bool,
    ) -> Self {
        Composer {
            playbook: part.playbook,
            workspace,
            facts: &part.facts,
            evaluator,
            wanted,
            taken,
            short_names,
            incident: part.facts.incidents.first().filter(|_| is_several).cloned(),
        }
    }

    pub(crate) fn wanted_langs(&self) -> &[Lang] {
        if self.wanted.langs.is_empty() {
            &self.workspace.languages
        } else {
            &self.wanted.langs
        }
    }

    pub(crate) fn wanted_channels(&self) -> Vec<(&String, &Channel)> {
        let audience = self.workspace.find_audience(&self.facts.audience);
        let theirs = audience.map(|a| a.channels).unwrap_or_default();
        self.workspace
            .channels
            .iter()
            .filter(|(name, _)| theirs.is_empty() || theirs.contains(name))
            .filter(|(name, _)| {
                self.wanted.channels.is_empty() || self.wanted.channels.contains(name)
            })
            .collect()
    }

    /// How values are printed in a text of this form for a channel.
    pub(crate) fn style_of(&self, channel: &Channel, form: Form, lang: Lang) -> Style {
        Style {
            lang,
            in_words: channel.in_words,
            names_several: false,
            no_colon: channel.forbidden.contains(':'),
            max_names: channel.max_names,
            longest: self.wanted.longest,
            plain: form == Form::Unaccented,
            hyphen: channel.charset != Charset::Unicode,
            // A text message or a letter may be read days later, and has no other date.
            leaves_out_today: channel.charset == Charset::Unicode && self.wanted.text.is_none(),
        }
    }

    pub(crate) fn missing_facts(&self, missing: &BTreeSet<String>) -> Vec<MissingFact> {
        let mut lacks: Vec<MissingFact> = Vec::new();
        for path in missing {
            let lack = self.facts.missing_at(path);
            if !lacks.contains(&lack) {
                lacks.push(lack);
            }
        }
        lacks
    }
}
